//! Webhooks.

use shared::RoomId;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};

use super::fault::Fault;
use super::rows::{
    optional_time, optional_username, optionally_written, position, room_number, seq, time, unsigned, username,
};
use super::text::put;
use super::{PostgresStore, people};
use crate::store::{Progress, Timestamp, TokenHash, Way, Webhook};

/// A statement that lacks only which webhook is meant.
type Noting<'q> = Query<'q, Postgres, PgArguments>;

/// What [`webhook`] reads.
macro_rules! webhook_columns {
    () => {
        "SELECT w.id, w.room_id, maker.name AS made_by, w.created_at, speaker.name AS speaker, w.hash, w.used_at, w.url,
                w.secret, w.delivered, w.delivered_at, w.failing_since, w.reason, w.disabled
         FROM webhooks w JOIN users maker ON maker.id = w.made_by
         LEFT JOIN users speaker ON speaker.id = w.speaker_id "
    };
}

/// The next ones of a dump: after an id, so many, in rooms up to a number.
pub(super) const AFTER: &str =
    concat!(webhook_columns!(), "WHERE w.id > $1 AND w.room_id <= $3 ORDER BY w.id LIMIT $2");

pub(super) fn webhook(row: &PgRow) -> Result<Webhook, Fault> {
    let way = match optional_username(row, "speaker")? {
        Some(name) => {
            let hash: &[u8] = row.try_get("hash")?;
            let hash = hash.try_into().map_err(|_| Fault::Damaged("a webhook without a full hash".to_owned()))?;
            Way::In { name, hash: TokenHash(hash), used_at: optional_time(row, "used_at")? }
        }
        None => Way::Out { url: row.try_get("url")?, secret: row.try_get("secret")?, progress: progress(row)? },
    };
    Ok(Webhook {
        id: row.try_get("id")?,
        room: RoomId(unsigned(row.try_get("room_id")?)?),
        made_by: username(row, "made_by")?,
        made_at: time(row, "created_at")?,
        way,
    })
}

/// How far an outgoing one has come.
pub(super) fn progress(row: &PgRow) -> Result<Progress, Fault> {
    Ok(Progress {
        delivered: seq(row, "delivered")?,
        delivered_at: optional_time(row, "delivered_at")?,
        failing_since: optional_time(row, "failing_since")?,
        reason: optionally_written(row, "reason")?,
        disabled: row.try_get("disabled")?,
    })
}

/// What a statement notes of how far one has come, as its first five arguments.
pub(super) fn noting<'q>(statement: &'static str, progress: &'q Progress) -> Noting<'q> {
    sqlx::query(statement)
        .bind(position(progress.delivered))
        .bind(progress.delivered_at.map(|at| at.0))
        .bind(progress.failing_since.map(|at| at.0))
        .bind(progress.reason.as_deref().map(put))
        .bind(progress.disabled)
}

pub(super) async fn add(store: &PostgresStore, webhook: &Webhook) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    if !insert(&mut tx, webhook).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// False: the room is not there, the name is an account's or another's webhook's, or there is this webhook already.
pub(super) async fn insert(db: &mut PgConnection, webhook: &Webhook) -> Result<bool, Fault> {
    let maker = people::id(db, &webhook.made_by, webhook.made_at).await?;
    let (mut speaker, mut hash, mut used, mut url, mut secret) = (None, None, None, None, None);
    let unmoved = Progress::default();
    let mut progress = &unmoved;
    match &webhook.way {
        Way::In { name, hash: its, used_at } => {
            speaker = Some(people::id(db, name, webhook.made_at).await?);
            (hash, used) = (Some(&its.0[..]), used_at.map(|at| at.0));
        }
        Way::Out { url: address, secret: its, progress: far } => {
            (url, secret, progress) = (Some(address.as_str()), Some(its.as_str()), far);
        }
    }
    let added = sqlx::query(
        "INSERT INTO webhooks (id, room_id, made_by, created_at, speaker_id, hash, used_at, url, secret, delivered,
                               delivered_at, failing_since, reason, disabled)
         SELECT $1, r.id, $3, $4, $5::bigint, $6::bytea, $7::bigint, $8::text, $9::text, $10, $11::bigint, $12::bigint,
                $13::text, $14
         FROM rooms r WHERE r.id = $2
             AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = $5 AND u.password_hash IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM webhooks other WHERE other.speaker_id = $5 AND other.made_by <> $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(webhook.id.as_str())
    .bind(room_number(webhook.room))
    .bind(maker)
    .bind(webhook.made_at.0)
    .bind(speaker)
    .bind(hash)
    .bind(used)
    .bind(url)
    .bind(secret)
    .bind(position(progress.delivered))
    .bind(progress.delivered_at.map(|at| at.0))
    .bind(progress.failing_since.map(|at| at.0))
    .bind(progress.reason.as_deref().map(put))
    .bind(progress.disabled)
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

pub(super) async fn of(store: &PostgresStore, room: RoomId) -> Result<Vec<Webhook>, Fault> {
    const OF_ROOM: &str = concat!(webhook_columns!(), "WHERE w.room_id = $1 ORDER BY w.created_at, w.id");
    let rows = sqlx::query(OF_ROOM).bind(room_number(room)).fetch_all(&store.pool).await?;
    rows.iter().map(webhook).collect()
}

pub(super) async fn outgoing(store: &PostgresStore) -> Result<Vec<Webhook>, Fault> {
    const OUTGOING: &str = concat!(webhook_columns!(), "WHERE w.url IS NOT NULL ORDER BY w.id");
    let rows = sqlx::query(OUTGOING).fetch_all(&store.pool).await?;
    rows.iter().map(webhook).collect()
}

pub(super) async fn by_secret(store: &PostgresStore, hash: &TokenHash) -> Result<Option<Webhook>, Fault> {
    const BY_SECRET: &str = concat!(webhook_columns!(), "WHERE w.hash = $1");
    let row = sqlx::query(BY_SECRET).bind(&hash.0[..]).fetch_optional(&store.pool).await?;
    row.as_ref().map(webhook).transpose()
}

pub(super) async fn touch(store: &PostgresStore, id: &str, now: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE webhooks SET used_at = $2 WHERE id = $1").bind(id).bind(now.0).execute(&store.pool).await?;
    Ok(())
}

pub(super) async fn note_progress(store: &PostgresStore, id: &str, progress: &Progress) -> Result<(), Fault> {
    const NOTE: &str = "UPDATE webhooks SET delivered = greatest(delivered, $1), delivered_at = $2, failing_since = $3,
                                            reason = $4, disabled = $5
                        WHERE id = $6 AND url IS NOT NULL";
    noting(NOTE, progress).bind(id).execute(&store.pool).await?;
    Ok(())
}

pub(super) async fn remove(store: &PostgresStore, room: RoomId, id: &str) -> Result<bool, Fault> {
    let removed = sqlx::query("DELETE FROM webhooks WHERE id = $1 AND room_id = $2")
        .bind(id)
        .bind(room_number(room))
        .execute(&store.pool)
        .await?;
    Ok(removed.rows_affected() > 0)
}
