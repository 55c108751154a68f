//! The bytes of uploads: a row for each file, and one for each of its pieces.

use async_trait::async_trait;
use sqlx::Row;

use super::PostgresStore;
use super::fault::Fault;
use crate::store::{FileBytes, StoreError};

#[async_trait]
impl FileBytes for PostgresStore {
    async fn begin(&self, id: &str) -> Result<bool, StoreError> {
        self.settled(|| begin(self, id)).await
    }

    async fn add_piece(&self, id: &str, begins: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        self.settled(|| add_piece(self, id, begins, bytes)).await
    }

    async fn finish(&self, id: &str) -> Result<bool, StoreError> {
        self.settled(|| finish(self, id)).await
    }

    async fn piece(&self, id: &str, from: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.told(piece(self, id, from)).await
    }

    async fn remove(&self, id: &str) -> Result<(), StoreError> {
        self.settled(|| remove(self, id)).await
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        self.settled(|| sweep(self)).await
    }
}

async fn begin(store: &PostgresStore, id: &str) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    sqlx::query("DELETE FROM file_bytes WHERE id = $1 AND NOT whole").bind(id).execute(&mut *tx).await?;
    let begun = sqlx::query("INSERT INTO file_bytes (id) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(begun.rows_affected() > 0)
}

async fn add_piece(store: &PostgresStore, id: &str, begins: u64, bytes: &[u8]) -> Result<bool, Fault> {
    let added = sqlx::query(
        "WITH begun AS (UPDATE file_bytes SET touched_at = now() WHERE id = $1 AND NOT whole RETURNING id)
         INSERT INTO file_pieces (file_id, begins, bytes) SELECT id, $2, $3 FROM begun",
    )
    .bind(id)
    .bind(place(begins))
    .bind(bytes)
    .execute(&store.pool)
    .await?;
    Ok(added.rows_affected() > 0)
}

async fn finish(store: &PostgresStore, id: &str) -> Result<bool, Fault> {
    let finished = sqlx::query("UPDATE file_bytes SET whole = true, touched_at = now() WHERE id = $1 AND NOT whole")
        .bind(id)
        .execute(&store.pool)
        .await?;
    Ok(finished.rows_affected() > 0)
}

async fn piece(store: &PostgresStore, id: &str, from: u64) -> Result<Option<Vec<u8>>, Fault> {
    let row = sqlx::query(
        "SELECT p.begins, p.bytes FROM file_bytes f JOIN file_pieces p ON p.file_id = f.id
         WHERE f.id = $1 AND f.whole AND p.begins <= $2 ORDER BY p.begins DESC LIMIT 1",
    )
    .bind(id)
    .bind(place(from))
    .fetch_optional(&store.pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut bytes: Vec<u8> = row.try_get("bytes")?;
    let before = place(from) - row.try_get::<i64, _>("begins")?;
    let before = usize::try_from(before).unwrap_or(usize::MAX);
    if before >= bytes.len() {
        return Ok(None);
    }
    bytes.drain(..before);
    Ok(Some(bytes))
}

async fn remove(store: &PostgresStore, id: &str) -> Result<(), Fault> {
    sqlx::query("DELETE FROM file_bytes WHERE id = $1").bind(id).execute(&store.pool).await?;
    Ok(())
}

async fn sweep(store: &PostgresStore) -> Result<u64, Fault> {
    let swept = sqlx::query(
        "DELETE FROM file_bytes WHERE id IN (
             SELECT b.id FROM file_bytes b
             WHERE b.touched_at < now() - CASE WHEN b.whole THEN interval '10 minutes' ELSE interval '1 day' END
                 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = b.id)
             FOR UPDATE OF b SKIP LOCKED)",
    )
    .execute(&store.pool)
    .await?;
    Ok(swept.rows_affected())
}

fn place(byte: u64) -> i64 {
    i64::try_from(byte).unwrap_or(i64::MAX)
}
