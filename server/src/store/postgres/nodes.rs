//! Which nodes live. A stay is over once that stands in its row, and then for good; until then whatever is held in it
//! counts, so what reads an older row errs on the safe side. What changes names holds the row of its own stay.

use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::PgInterval;

use super::fault::Fault;
use super::rows::unsigned;
use super::{PostgresStore, spent};
use crate::store::{Lease, Stay};

fn interval(lasts: Duration) -> PgInterval {
    let microseconds = i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}

fn stay(row: &PgRow) -> Result<Stay, Fault> {
    Ok(Stay {
        lease: Lease(row.try_get("lease")?),
        node: row.try_get("node")?,
        changes: unsigned(row.try_get("changes")?)?,
        stopping: row.try_get("stopping")?,
    })
}

pub(super) async fn join(store: &PostgresStore, node: &str, lasts: Duration) -> Result<Lease, Fault> {
    sqlx::query("UPDATE nodes SET over = true WHERE node = $1 AND NOT over").bind(node).execute(&store.pool).await?;
    let lease = sqlx::query_scalar(
        "INSERT INTO nodes (node, lasts, ends_at) VALUES ($1, $2, clock_timestamp() + $2) RETURNING lease",
    )
    .bind(node)
    .bind(interval(lasts))
    .fetch_one(&store.pool)
    .await?;
    Ok(Lease(lease))
}

pub(super) async fn beat(store: &PostgresStore, lease: Lease) -> Result<Option<Vec<Stay>>, Fault> {
    let lives = sqlx::query("UPDATE nodes SET ends_at = clock_timestamp() + lasts WHERE lease = $1 AND NOT over")
        .bind(lease.0)
        .execute(&store.pool)
        .await?
        .rows_affected()
        > 0;
    // A row that is held is its node's at work.
    sqlx::query(
        "UPDATE nodes SET over = true WHERE lease IN (
             SELECT lease FROM nodes WHERE ends_at < clock_timestamp() AND NOT over FOR UPDATE SKIP LOCKED)",
    )
    .execute(&store.pool)
    .await?;
    spent::forget(store).await?;
    let rows = sqlx::query("SELECT lease, node, changes, stopping, over FROM nodes ORDER BY lease")
        .fetch_all(&store.pool)
        .await?;
    let mut stays = Vec::with_capacity(rows.len());
    for row in &rows {
        let stay = stay(row)?;
        if row.try_get("over")? {
            bury(store, stay.lease).await?;
        } else {
            stays.push(stay);
        }
    }
    Ok(Some(stays).filter(|_| lives))
}

/// Frees what was held in a stay that is over, and forgets it. Whoever does it at the same moment does the same.
async fn bury(store: &PostgresStore, lease: Lease) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE users SET last_seen_at = n.seen
         FROM names_held h, (SELECT floor(extract(epoch FROM ends_at - lasts) * 1000)::bigint AS seen
                             FROM nodes WHERE lease = $1) n
         WHERE h.leases = ARRAY[$1] AND users.key = h.key AND COALESCE(users.last_seen_at < n.seen, true)",
    )
    .bind(lease.0)
    .execute(&store.pool)
    .await?;
    sqlx::query(
        "WITH held AS (SELECT key, leases FROM names_held WHERE $1 = ANY (leases) ORDER BY key FOR UPDATE),
              gone AS (DELETE FROM names_held WHERE key IN (SELECT key FROM held WHERE leases = ARRAY[$1])),
              left_over AS (UPDATE names_held
                            SET leases = array_remove(leases, $1), direct = array_remove(direct, $1)
                            WHERE key IN (SELECT key FROM held WHERE leases <> ARRAY[$1]))
         DELETE FROM nodes WHERE lease = $1 AND over",
    )
    .bind(lease.0)
    .execute(&store.pool)
    .await?;
    Ok(())
}

pub(super) async fn stop(store: &PostgresStore, lease: Lease) -> Result<(), Fault> {
    sqlx::query("UPDATE nodes SET stopping = true WHERE lease = $1").bind(lease.0).execute(&store.pool).await?;
    Ok(())
}

pub(super) async fn leave(store: &PostgresStore, lease: Lease) -> Result<(), Fault> {
    sqlx::query("UPDATE nodes SET over = true WHERE lease = $1").bind(lease.0).execute(&store.pool).await?;
    Ok(())
}
