//! Sessions and tokens.

use std::sync::LazyLock;

use shared::Username;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Row, SqliteConnection};

use super::fault::Fault;
use super::rows::{session_kind, session_kind_number, time, username};
use super::values::{self, MOST, Texts};
use super::{SqliteStore, order, people};
use crate::store::{Deed, SessionRecord, Timestamp, TokenHash};

/// The next API tokens of a dump: after an id, so many.
pub(super) const TOKENS_AFTER: &str = "SELECT * FROM (
        SELECT lower(hex(s.hash)) AS id, s.hash, u.name AS user, s.kind, s.label, s.created_at, s.expires_at,
             coalesce(s.used_at, s.created_at) AS used_at
        FROM sessions s CROSS JOIN users u ON u.id = s.user_id WHERE s.kind = 2) AS tokens
     WHERE id > ?1 ORDER BY id LIMIT ?2";

pub(super) fn session(row: &SqliteRow) -> Result<SessionRecord, Fault> {
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

/// How many values a user who may be new has.
const USER: usize = 3;

/// How many values a new session has.
const SESSION: usize = 7;

/// What has expired, users who are new, and the sessions themselves, with one trip to the engine's thread.
static ADD: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(|rows| {
        format!(
            "DELETE FROM sessions WHERE expires_at <= ?;
             INSERT INTO users (key, name, created_at) SELECT * FROM {} WHERE column1 IS NOT NULL
                 ON CONFLICT (key) DO NOTHING;
             INSERT OR REPLACE INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
                 SELECT column1, (SELECT id FROM users WHERE key = column2), column3, column4, column5, column6, column7
                 FROM {} WHERE column1 IS NOT NULL",
            values::table(rows, USER),
            values::table(rows, SESSION)
        )
    })
});

pub(super) async fn add(store: &SqliteStore, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), Fault> {
    let mut tx = store.write().await?;
    for sessions in sessions.chunks(MOST) {
        let values = values::collect(|values| {
            values.add(sessions.iter().map(|session| session.created_at.0).max())?;
            add_users(values, sessions)?;
            sessions.iter().try_for_each(|session| add_to(values, session))
        })?;
        sqlx::query_with(ADD.of(sessions.len()), values).execute(&mut *tx).await?;
    }
    order::note_any(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(())
}

fn add_users(values: &mut SqliteArguments, sessions: &[SessionRecord]) -> Result<(), BoxDynError> {
    for SessionRecord { user, created_at, .. } in sessions {
        values.add(user.key())?;
        values.add(user.as_str())?;
        values.add(created_at.0)?;
    }
    let left = (values::places(sessions.len()) - sessions.len()) * USER;
    (0..left).try_for_each(|_| values.add(None::<i64>))
}

fn add_to(values: &mut SqliteArguments, session: &SessionRecord) -> Result<(), BoxDynError> {
    let SessionRecord { hash, user, kind, label, created_at, used_at, expires_at } = session;
    values.add(&hash.0[..])?;
    values.add(user.key())?;
    values.add(session_kind_number(*kind))?;
    values.add(label.as_str())?;
    values.add(created_at.0)?;
    values.add(expires_at.0)?;
    values.add(used_at.0)
}

/// False: there is this one already.
pub(super) async fn insert(db: &mut SqliteConnection, token: &SessionRecord) -> Result<bool, Fault> {
    let user = people::id(db, &token.user, token.created_at).await?;
    let added = sqlx::query(
        "INSERT INTO sessions (hash, user_id, kind, label, created_at, expires_at, used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
    )
    .bind(&token.hash.0[..])
    .bind(user)
    .bind(session_kind_number(token.kind))
    .bind(token.label.as_str())
    .bind(token.created_at.0)
    .bind(token.expires_at.0)
    .bind(token.used_at.0)
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
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
