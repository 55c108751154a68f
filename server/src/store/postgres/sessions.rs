//! Sessions and tokens.

use std::collections::HashMap;

use shared::Username;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{session_kind, session_kind_number, time, username, written};
use super::text::put;
use super::{PostgresStore, order, people};
use crate::store::{Deed, SessionRecord, Timestamp, TokenHash};

/// The next API tokens of a dump: after an id, so many.
pub(super) const TOKENS_AFTER: &str = "SELECT * FROM (
        SELECT encode(s.hash, 'hex') COLLATE \"C\" AS id, s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
        FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.kind = 2) AS tokens
     WHERE id > $1 ORDER BY id LIMIT $2";

fn hash(row: &PgRow) -> Result<TokenHash, Fault> {
    let hash: &[u8] = row.try_get("hash")?;
    hash.try_into().map(TokenHash).map_err(|_| Fault::Damaged("a session without a full hash".to_owned()))
}

pub(super) fn session(row: &PgRow) -> Result<SessionRecord, Fault> {
    Ok(SessionRecord {
        hash: hash(row)?,
        user: username(row, "user")?,
        kind: session_kind(row.try_get("kind")?)?,
        label: written(row, "label")?,
        created_at: time(row, "created_at")?,
        used_at: time(row, "used_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

pub(super) async fn add(store: &PostgresStore, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), Fault> {
    let Some(newest) = sessions.iter().map(|session| session.created_at.0).max() else { return Ok(()) };
    let keys: Vec<String> = sessions.iter().map(|session| session.user.key()).collect();
    let mut tx = store.pool.begin().await?;
    let mut ids = people::ids(&mut tx, keys.iter().map(String::as_str)).await?;
    let mut newcomers: HashMap<&str, _> = HashMap::new();
    for (session, key) in sessions.iter().zip(&keys).filter(|(_, key)| !ids.contains_key(*key)) {
        newcomers.entry(key).or_insert((&session.user, session.created_at));
    }
    ids.extend(people::add(&mut tx, &Vec::from_iter(newcomers.into_values())).await?);
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(newest).execute(&mut *tx).await?;
    let (mut hashes, mut users, mut kinds, mut labels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut created, mut expires, mut used) = (Vec::new(), Vec::new(), Vec::new());
    for (session, key) in sessions.iter().zip(&keys) {
        let Some(user) = ids.get(key) else { continue };
        hashes.push(session.hash.0.to_vec());
        users.push(*user);
        kinds.push(session_kind_number(session.kind));
        labels.push(put(&session.label).into_owned());
        created.push(session.created_at.0);
        expires.push(session.expires_at.0);
        used.push(session.used_at.0);
    }
    sqlx::query(
        "INSERT INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
         SELECT DISTINCT ON (hash) hash, owner, kind, label, created, expires, used
         FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
              AS given (hash, owner, kind, label, created, expires, used)
         ON CONFLICT (hash) DO UPDATE SET user_id = EXCLUDED.user_id, kind = EXCLUDED.kind, label = EXCLUDED.label,
             created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at, used_at = EXCLUDED.used_at",
    )
    .bind(hashes)
    .bind(users)
    .bind(kinds)
    .bind(labels)
    .bind(created)
    .bind(expires)
    .bind(used)
    .execute(&mut *tx)
    .await?;
    order::note_any(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// False: there is this one already.
pub(super) async fn insert(db: &mut PgConnection, token: &SessionRecord) -> Result<bool, Fault> {
    let user = people::id(db, &token.user, token.created_at).await?;
    let added = sqlx::query(
        "INSERT INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(&token.hash.0[..])
    .bind(user)
    .bind(session_kind_number(token.kind))
    .bind(put(&token.label))
    .bind(token.created_at.0)
    .bind(token.expires_at.0)
    .bind(token.used_at.0)
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

pub(super) async fn get(
    store: &PostgresStore,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<SessionRecord>, Fault> {
    let row = sqlx::query(
        "SELECT s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
         FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1 AND s.expires_at > $2",
    )
    .bind(&hash.0[..])
    .bind(now.0)
    .fetch_optional(&store.pool)
    .await?;
    row.as_ref().map(session).transpose()
}

pub(super) async fn remove(store: &PostgresStore, hash: &TokenHash, deed: Option<&Deed>) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let removed = sqlx::query("DELETE FROM sessions WHERE hash = $1").bind(&hash.0[..]).execute(&mut *tx).await?;
    if removed.rows_affected() == 0 {
        return Ok(false);
    }
    order::note_any(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn ended(store: &PostgresStore, logins: &[TokenHash]) -> Result<Vec<TokenHash>, Fault> {
    let rows = sqlx::query(
        "SELECT hash FROM unnest($1::bytea[]) AS given (hash)
         WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.hash = given.hash)",
    )
    .bind(Vec::from_iter(logins.iter().map(|login| login.0.to_vec())))
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(hash).collect()
}

pub(super) async fn touch(store: &PostgresStore, hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE sessions SET used_at = $2 WHERE hash = $1")
        .bind(&hash.0[..])
        .bind(now.0)
        .execute(&store.pool)
        .await?;
    Ok(())
}

pub(super) async fn of(store: &PostgresStore, user: &Username) -> Result<Vec<SessionRecord>, Fault> {
    let rows = sqlx::query(
        "SELECT s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
         FROM users u JOIN sessions s ON s.user_id = u.id WHERE u.key = $1
         ORDER BY s.created_at DESC, s.hash",
    )
    .bind(user.key())
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(session).collect()
}
