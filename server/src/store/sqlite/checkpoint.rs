//! Writing the log back into the database file. The engine would have whoever commits do it once the log is long, and
//! everybody who speaks then waits for that; here a connection of its own does it beside them. What it does not get to in
//! a rush is left to the engine, which finds little to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::SqlitePool;

/// About how many bytes are written until the log is written back.
const AFTER: u64 = 16 * 1024 * 1024;

/// About what a transaction writes at least: the pages at which it enters the tables and their indexes.
const TRANSACTION: u64 = 8 * 4_096;

/// About what a message needs beside its text.
const MESSAGE: usize = 512;

/// When the log is written back, and the connection that does it.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    connection: SqlitePool,
    /// About how many bytes were written since.
    written: Arc<AtomicU64>,
    under_way: Arc<AtomicBool>,
}

impl Checkpoints {
    /// By this connection, of which there is one.
    pub(super) fn by(connection: SqlitePool) -> Self {
        Self { connection, written: Arc::default(), under_way: Arc::default() }
    }

    /// Notes a transaction that is about to write, and has the log written back where enough was written before it.
    pub(super) fn wrote_before(&self) {
        if self.written.fetch_add(TRANSACTION, Ordering::Relaxed) < AFTER
            || self.under_way.swap(true, Ordering::Acquire)
        {
            return;
        }
        self.written.store(0, Ordering::Relaxed);
        tokio::spawn(self.clone().write_back());
    }

    /// Notes messages that were written.
    pub(super) fn wrote<'a>(&self, bodies: impl Iterator<Item = &'a str>) {
        let bytes: usize = bodies.map(|body| body.len() + MESSAGE).sum();
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Whether the log is being written back.
    #[cfg(test)]
    pub(super) fn are_under_way(&self) -> bool {
        self.under_way.load(Ordering::Acquire)
    }

    /// Stops. The last connection that the file loses writes back all that is left.
    pub(super) async fn close(&self) {
        self.connection.close().await;
    }

    async fn write_back(self) {
        // Passive: it waits for nobody, and nobody for it.
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&self.connection).await
            && !self.connection.is_closed()
        {
            tracing::warn!(%error, "the store's log could not be written back; it is tried again");
        }
        self.under_way.store(false, Ordering::Release);
    }
}
