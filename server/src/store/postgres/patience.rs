//! Deadlines for a database that falls silent and closes no connection: a network that swallows everything, a server that
//! stands still. What the database ends by itself (`statement_timeout`) is over before, and told more exactly.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

/// How long a call may take, whatever it does.
const ANSWERED_WITHIN: Duration = Duration::from_secs(12);

/// How long a connection may take to answer that it is there.
const THERE_WITHIN: Duration = Duration::from_secs(2);

/// For how long after a call that was given up no connection is trusted that comes back from one.
const DOUBTS_FOR: Duration = Duration::from_secs(30);

/// What is known of calls that were given up.
#[derive(Debug)]
pub(super) struct Patience {
    began: Instant,
    /// Until when connections are doubtful, in milliseconds from `began`.
    doubts_until: AtomicU64,
}

/// A call that was not answered yet.
struct Call<'a> {
    patience: &'a Patience,
    is_answered: bool,
}

impl Patience {
    /// No doubts.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), doubts_until: AtomicU64::new(0) })
    }

    /// Waits for an answer. `None`: there was none in time.
    pub(super) async fn wait<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let answer = pin!(answer);
        // Gone before the answer's connection is, also where who asks gives up earlier.
        let mut call = Call { patience: self, is_answered: false };
        let answer = timeout(ANSWERED_WITHIN, answer).await.ok();
        call.is_answered = answer.is_some();
        answer
    }

    /// Has a pool hand out and take back only connections that answer. By itself it would wait for ever for one that does
    /// not, and keep its place.
    pub(super) fn watch(self: Arc<Self>, pool: PgPoolOptions) -> PgPoolOptions {
        pool.test_before_acquire(false).before_acquire(|db, _| Box::pin(is_there(db))).after_release(move |db, _| {
            let is_doubtful = self.since_began(Instant::now()) < self.doubts_until.load(Ordering::Relaxed);
            Box::pin(async move { if is_doubtful { is_there(db).await } else { Ok(true) } })
        })
    }

    fn since_began(&self, then: Instant) -> u64 {
        u64::try_from(then.saturating_duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            let until = self.patience.since_began(Instant::now() + DOUBTS_FOR);
            self.patience.doubts_until.fetch_max(until, Ordering::Relaxed);
        }
    }
}

/// Whether a connection answers. An error, where it does not: then it is closed without a goodbye.
async fn is_there(db: &mut PgConnection) -> Result<bool, sqlx::Error> {
    timeout(THERE_WITHIN, db.ping()).await.unwrap_or_else(|late| Err(sqlx::Error::Io(late.into()))).map(|()| true)
}
