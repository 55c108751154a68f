//! Sessions and tokens.

use std::collections::HashMap;

use shared::Username;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::fault::Fault;
use super::rows::{json, session_kind, session_kind_number, time, username};
use super::{SqliteStore, people};
use crate::store::{SessionRecord, Timestamp, TokenHash};

fn session(row: &SqliteRow) -> Result<SessionRecord, Fault> {
    let hash: &[u8] = row.try_get("hash")?;
    let hash = hash.try_into().map_err(|_| Fault::Damaged("a session without a full hash".to_owned()))?;
    Ok(SessionRecord {
        hash: TokenHash(hash),
        user: username(row, "user")?,
        kind: session_kind(row.try_get("kind")?)?,
        label: row.try_get("label")?,
        created_at: time(row, "created_at")?,
        used_at: time(row, "used_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

pub(super) async fn add(store: &SqliteStore, sessions: &[SessionRecord]) -> Result<(), Fault> {
    let Some(newest) = sessions.iter().map(|session| session.created_at.0).max() else { return Ok(()) };
    let keys: Vec<String> = sessions.iter().map(|session| session.user.key()).collect();
    let mut tx = store.write().await?;
    let mut ids = people::ids(&mut tx, keys.iter().map(String::as_str)).await?;
    let mut newcomers: HashMap<&str, _> = HashMap::new();
    for (session, key) in sessions.iter().zip(&keys).filter(|(_, key)| !ids.contains_key(*key)) {
        newcomers.entry(key).or_insert((&session.user, session.created_at));
    }
    ids.extend(people::add(&mut tx, &Vec::from_iter(newcomers.into_values())).await?);
    sqlx::query("DELETE FROM sessions WHERE expires_at <= ?1").bind(newest).execute(&mut *tx).await?;
    let rows: Vec<_> = sessions
        .iter()
        .zip(&keys)
        .map(|(session, key)| {
            let SessionRecord { hash, kind, label, created_at, expires_at, used_at, .. } = session;
            (hex(hash), ids.get(key), session_kind_number(*kind), label, created_at, expires_at, used_at)
        })
        .collect();
    sqlx::query(
        "INSERT OR REPLACE INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
         SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
                value ->> 6
         FROM jsonb_each(?1)",
    )
    .bind(json(&rows)?)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

fn hex(hash: &TokenHash) -> String {
    use std::fmt::Write;
    hash.0.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) async fn get(store: &SqliteStore, hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRecord>, Fault> {
    let row = sqlx::query(
        "SELECT s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
         FROM sessions s CROSS JOIN users u ON u.id = s.user_id WHERE s.hash = ?1 AND s.expires_at > ?2",
    )
    .bind(&hash.0[..])
    .bind(now.0)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(session).transpose()
}

pub(super) async fn remove(store: &SqliteStore, hash: &TokenHash) -> Result<bool, Fault> {
    let removed = sqlx::query("DELETE FROM sessions WHERE hash = ?1").bind(&hash.0[..]).execute(&store.writer).await?;
    Ok(removed.rows_affected() > 0)
}

pub(super) async fn touch(store: &SqliteStore, hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE sessions SET used_at = ?2 WHERE hash = ?1")
        .bind(&hash.0[..])
        .bind(now.0)
        .execute(&store.writer)
        .await?;
    Ok(())
}

pub(super) async fn of(store: &SqliteStore, user: &Username) -> Result<Vec<SessionRecord>, Fault> {
    let rows = sqlx::query(
        "SELECT s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
         FROM users u CROSS JOIN sessions s ON s.user_id = u.id WHERE u.key = ?1
         ORDER BY s.created_at DESC, s.hash",
    )
    .bind(user.key())
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(session).collect()
}
