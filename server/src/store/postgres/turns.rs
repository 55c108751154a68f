//! Whose turn it is among several nodes to deliver a webhook: the stay's that its row names. Where that is over another may
//! put its own name there; whose name no longer stands there notes nothing any more.

use shared::RoomId;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::PostgresStore;
use super::fault::Fault;
use super::rows::unsigned;
use super::webhooks::{noting, progress};
use crate::store::{Lease, Progress, Turn};

fn turn(row: &PgRow) -> Result<Turn, Fault> {
    Ok(Turn {
        id: row.try_get("id")?,
        room: RoomId(unsigned(row.try_get("room_id")?)?),
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        progress: progress(row)?,
        waits: row.try_get("waits")?,
    })
}

/// One statement takes, another reads: what the last holder noted is there by then.
pub(super) async fn take(store: &PostgresStore, lease: Lease) -> Result<Vec<Turn>, Fault> {
    sqlx::query(
        "UPDATE webhooks w SET lease = $1 WHERE w.url IS NOT NULL AND NOT w.disabled
             AND EXISTS (SELECT 1 FROM nodes n WHERE n.lease = $1 AND NOT n.over AND NOT n.stopping)
             AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.lease = w.lease AND NOT n.over)",
    )
    .bind(lease.0)
    .execute(&store.pool)
    .await?;
    let rows = sqlx::query(
        "SELECT w.id, w.room_id, w.url, w.secret, w.delivered, w.delivered_at, w.failing_since, w.reason, w.disabled,
                r.last_seq > w.delivered AS waits
         FROM webhooks w JOIN rooms r ON r.id = w.room_id WHERE w.lease = $1 AND NOT w.disabled ORDER BY w.id",
    )
    .bind(lease.0)
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(turn).collect()
}

pub(super) async fn is_ours(store: &PostgresStore, lease: Lease, id: &str) -> Result<bool, Fault> {
    let ours =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM webhooks WHERE id = $2 AND lease = $1 AND NOT disabled)");
    Ok(ours.bind(lease.0).bind(id).fetch_one(&store.pool).await?)
}

pub(super) async fn note(store: &PostgresStore, lease: Lease, id: &str, progress: &Progress) -> Result<bool, Fault> {
    const NOTE: &str =
        "UPDATE webhooks SET delivered = $1, delivered_at = $2, failing_since = $3, reason = $4, disabled = $5
                        WHERE id = $6 AND lease = $7";
    let noted = noting(NOTE, progress).bind(id).bind(lease.0).execute(&store.pool).await?;
    Ok(noted.rows_affected() > 0)
}

pub(super) async fn give_back(store: &PostgresStore, lease: Lease, id: &str) -> Result<(), Fault> {
    let given = sqlx::query("UPDATE webhooks SET lease = NULL WHERE id = $2 AND lease = $1");
    given.bind(lease.0).bind(id).execute(&store.pool).await?;
    Ok(())
}
