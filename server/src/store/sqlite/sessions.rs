//! Sessions and tokens.

use shared::Username;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::fault::Fault;
use super::rows::{json, session_kind, session_kind_number, time, username};
use super::{SqliteStore, order};
use crate::store::{Deed, SessionRecord, Timestamp, TokenHash};

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

pub(super) async fn add(store: &SqliteStore, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), Fault> {
    // One trip to the engine's thread.
    const ADD: &str = "
        INSERT INTO users (key, name, created_at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?1)
            WHERE true ON CONFLICT (key) DO NOTHING;
        DELETE FROM sessions WHERE expires_at <= ?2;
        INSERT OR REPLACE INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
            SELECT unhex(value ->> 0), (SELECT id FROM users WHERE key = value ->> 1), value ->> 2, value ->> 3,
                   value ->> 4, value ->> 5, value ->> 6
            FROM jsonb_each(?3)";
    let Some(newest) = sessions.iter().map(|session| session.created_at).max() else { return Ok(()) };
    let keys: Vec<String> = sessions.iter().map(|session| session.user.key()).collect();
    let users: Vec<_> =
        sessions.iter().zip(&keys).map(|(session, key)| (key, &session.user, session.created_at)).collect();
    let rows: Vec<_> = sessions
        .iter()
        .zip(&keys)
        .map(|(session, key)| {
            let SessionRecord { hash, kind, label, created_at, expires_at, used_at, .. } = session;
            (hex(hash), key, session_kind_number(*kind), label, created_at, expires_at, used_at)
        })
        .collect();
    let mut tx = store.write().await?;
    sqlx::query(ADD).bind(json(&users)?).bind(newest.0).bind(json(&rows)?).execute(&mut *tx).await?;
    order::note_any(&mut tx, deed).await?;
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

pub(super) async fn remove(store: &SqliteStore, hash: &TokenHash, deed: Option<&Deed>) -> Result<bool, Fault> {
    let mut tx = store.write().await?;
    let removed = sqlx::query("DELETE FROM sessions WHERE hash = ?1").bind(&hash.0[..]).execute(&mut *tx).await?;
    if removed.rows_affected() == 0 {
        return Ok(false);
    }
    order::note_any(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
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
