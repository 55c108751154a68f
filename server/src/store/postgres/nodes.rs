//! Which nodes live. A stay is over once that stands in its row, and then for good; until then whatever is held in it
//! counts, so what reads an older row errs on the safe side. What changes names holds the row of its own stay.

use std::time::Duration;

use async_trait::async_trait;
use shared::Username;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::PgInterval;

use super::fault::Fault;
use super::rows::unsigned;
use super::{PostgresStore, held, sessions, spent, turns};
use crate::store::{Claimed, Held, Lease, NameClaim, Nodes, Progress, Spending, Stay, StoreError, TokenHash, Turn};

#[async_trait]
impl Nodes for PostgresStore {
    async fn join(&self, node: &str, lasts: Duration) -> Result<Lease, StoreError> {
        self.settled(|| join(self, node, lasts)).await
    }

    async fn beat(&self, lease: Lease) -> Result<Option<Vec<Stay>>, StoreError> {
        self.settled(|| beat(self, lease)).await
    }

    async fn stop(&self, lease: Lease) -> Result<(), StoreError> {
        self.settled(|| stop(self, lease)).await
    }

    async fn leave(&self, lease: Lease) -> Result<(), StoreError> {
        self.settled(|| leave(self, lease)).await
    }

    async fn claim_names(&self, lease: Lease, claims: &[NameClaim]) -> Result<Option<Claimed>, StoreError> {
        self.settled(|| held::claim(self, lease, claims)).await
    }

    async fn may_claim(&self, claims: &[NameClaim]) -> Result<Vec<bool>, StoreError> {
        self.told(held::may_claim(self, claims)).await
    }

    async fn release_names(&self, lease: Lease, names: &[Username]) -> Result<Option<u64>, StoreError> {
        self.settled(|| held::release(self, lease, names)).await
    }

    async fn note_direct(&self, lease: Lease, names: &[(Username, bool)]) -> Result<Option<u64>, StoreError> {
        self.settled(|| held::note_direct(self, lease, names)).await
    }

    async fn promote_name(&self, name: &Username) -> Result<(), StoreError> {
        self.settled(|| held::promote(self, name)).await
    }

    async fn held(&self, lease: Lease) -> Result<Option<Held>, StoreError> {
        self.told(held::of(self, lease)).await
    }

    async fn ended(&self, logins: &[TokenHash]) -> Result<Vec<TokenHash>, StoreError> {
        self.told(sessions::ended(self, logins)).await
    }

    async fn spend(&self, spendings: &[Spending]) -> Result<Vec<bool>, StoreError> {
        self.settled(|| spent::spend(self, spendings)).await
    }

    async fn take_turns(&self, lease: Lease) -> Result<Vec<Turn>, StoreError> {
        self.settled(|| turns::take(self, lease)).await
    }

    async fn has_turn(&self, lease: Lease, webhook: &str) -> Result<bool, StoreError> {
        self.told(turns::is_ours(self, lease, webhook)).await
    }

    async fn note_delivered(&self, lease: Lease, webhook: &str, progress: &Progress) -> Result<bool, StoreError> {
        self.settled(|| turns::note(self, lease, webhook, progress)).await
    }

    async fn give_back_turn(&self, lease: Lease, webhook: &str) -> Result<(), StoreError> {
        self.settled(|| turns::give_back(self, lease, webhook)).await
    }
}

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

async fn join(store: &PostgresStore, node: &str, lasts: Duration) -> Result<Lease, Fault> {
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

async fn beat(store: &PostgresStore, lease: Lease) -> Result<Option<Vec<Stay>>, Fault> {
    let late: Option<bool> = sqlx::query_scalar(
        "UPDATE nodes SET ends_at = clock_timestamp() + nodes.lasts
         FROM (SELECT ends_at FROM nodes WHERE lease = $1) AS before WHERE lease = $1 AND NOT over
         RETURNING before.ends_at < clock_timestamp()",
    )
    .bind(lease.0)
    .fetch_optional(&store.pool)
    .await?;
    // Where it was late itself, so may the others have been: the database was away, and they get the time to say so.
    if late != Some(true) {
        end_overdue(store).await?;
    }
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
    Ok(Some(stays).filter(|_| late.is_some()))
}

async fn end_overdue(store: &PostgresStore) -> Result<(), Fault> {
    // A row that is held is its node's at work.
    sqlx::query(
        "UPDATE nodes SET over = true WHERE lease IN (
             SELECT lease FROM nodes WHERE ends_at < clock_timestamp() AND NOT over FOR UPDATE SKIP LOCKED)",
    )
    .execute(&store.pool)
    .await?;
    Ok(())
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

async fn stop(store: &PostgresStore, lease: Lease) -> Result<(), Fault> {
    sqlx::query("UPDATE nodes SET stopping = true WHERE lease = $1").bind(lease.0).execute(&store.pool).await?;
    Ok(())
}

async fn leave(store: &PostgresStore, lease: Lease) -> Result<(), Fault> {
    sqlx::query("UPDATE nodes SET over = true WHERE lease = $1").bind(lease.0).execute(&store.pool).await?;
    Ok(())
}
