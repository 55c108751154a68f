//! Finds silent connections: one sweep over all of them every few seconds, where a timer for each would cost memory and
//! be set anew with each frame. And lets go what wires hold back for a moment, with one timer for all of them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::wire::Wire;

/// How often all are looked at. Times here are this exact and no more.
const SWEEP: Duration = Duration::from_secs(5);

/// A peer that was silent for so many seconds is pinged.
pub const PING_AFTER: u32 = 25;

/// A peer from which nothing came for so many seconds, not even an answer to a ping, is given up.
pub const SILENT_AFTER: u32 = 60;

/// How long a frame may be held back so that it shares a write with the next, which costs as much as all else that is done
/// for a short message. Shorter than a picture on a screen stands.
const HOLD: Duration = Duration::from_millis(10);

/// How long a peer that takes nothing may keep what was held back from being sent; his session finds out as well.
const SEND_WITHIN: Duration = Duration::from_secs(20);

/// All connections there are; a clone is another handle to the same.
#[derive(Clone, Debug, Default)]
pub struct Keeper {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    wires: Mutex<Vec<Weak<Wire>>>,
    /// Seconds since the start, as of the last sweep.
    now: AtomicU32,
    /// Wires that hold something back, or did a moment ago.
    held: Mutex<Vec<Arc<Wire>>>,
    holding: Notify,
}

impl Keeper {
    /// What time it is, to the nearest sweep: seconds since the start.
    #[must_use]
    pub fn now(&self) -> u32 {
        self.shared.now.load(Ordering::Relaxed)
    }

    /// Looks after a connection for as long as it lasts.
    pub fn keep(&self, wire: &Arc<Wire>) {
        self.shared.wires.lock().push(Arc::downgrade(wire));
    }

    /// Has a wire hold back what it has to send, for a moment. False: it does not, and is to be flushed.
    pub fn hold(&self, wire: &Arc<Wire>) -> bool {
        if !wire.hold() {
            return false;
        }
        let mut held = self.shared.held.lock();
        held.push(Arc::clone(wire));
        if held.len() == 1 {
            self.shared.holding.notify_one();
        }
        true
    }

    /// Sweeps, and lets go what is held back, until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.sweep_all(&stop), stop.run_until_cancelled(self.let_go()));
    }

    async fn let_go(&self) {
        loop {
            self.shared.holding.notified().await;
            tokio::time::sleep(HOLD).await;
            let held = std::mem::take(&mut *self.shared.held.lock());
            for wire in held {
                if !wire.let_go() {
                    tokio::spawn(tokio::time::timeout(SEND_WITHIN, async move { wire.flush().await }));
                }
            }
        }
    }

    async fn sweep_all(&self, stop: &CancellationToken) {
        let mut sweeps = tokio::time::interval(SWEEP);
        while stop.run_until_cancelled(sweeps.tick()).await.is_some() {
            self.sweep();
            self.shared.now.fetch_add(u32::try_from(SWEEP.as_secs()).unwrap_or(1), Ordering::Relaxed);
        }
    }

    fn sweep(&self) {
        let now = self.now();
        self.shared.wires.lock().retain(|wire| {
            let Some(wire) = wire.upgrade() else { return false };
            match wire.silent_for(now) {
                ..PING_AFTER => {}
                PING_AFTER..SILENT_AFTER => wire.ping(),
                SILENT_AFTER.. => wire.cut_off(),
            }
            true
        });
    }
}
