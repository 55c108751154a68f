//! What is limited for all nodes together: for each a moment when all that was spent is there again. One is there to
//! spend where that moment is less than a minute away with it.

use std::collections::HashSet;

use super::PostgresStore;
use super::fault::Fault;
use crate::store::Spending;

pub(super) async fn spend(store: &PostgresStore, spendings: &[Spending]) -> Result<Vec<bool>, Fault> {
    let keys: Vec<&str> = spendings.iter().map(|spending| spending.key.as_str()).collect();
    let each: Vec<f64> = spendings.iter().map(|spending| 60.0 / f64::from(spending.per_minute.get())).collect();
    let spent: Vec<String> = sqlx::query_scalar(
        "INSERT INTO spent (key, until)
         SELECT DISTINCT ON (key) key, now() + each * interval '1 second'
         FROM unnest($1::text[], $2::float8[]) AS given (key, each) ORDER BY key
         ON CONFLICT (key) DO UPDATE SET until = GREATEST(spent.until, now()) + (EXCLUDED.until - now())
         WHERE GREATEST(spent.until, now()) + (EXCLUDED.until - now()) <= now() + interval '1 minute'
         RETURNING key",
    )
    .bind(&keys)
    .bind(each)
    .fetch_all(&store.pool)
    .await?;
    let spent: HashSet<String> = spent.into_iter().collect();
    Ok(keys.into_iter().map(|key| spent.contains(key)).collect())
}

/// Forgets what is there again in full.
pub(super) async fn forget(store: &PostgresStore) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM spent WHERE key IN (
             SELECT key FROM spent WHERE until < clock_timestamp() FOR UPDATE SKIP LOCKED)",
    )
    .execute(&store.pool)
    .await?;
    Ok(())
}
