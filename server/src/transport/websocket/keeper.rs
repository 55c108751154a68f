//! Finds silent connections: one sweep over all of them every few seconds, where a timer for each would cost memory and
//! be set anew with each frame. And lets go what wires hold back for a moment, with one timer for all of them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::wire::{Listing, Look, Wire};

/// All are looked at at least so often, in seconds. Times here are as exact as that, or as a fifth of a ping's.
const MOST_BETWEEN_SWEEPS: u32 = 5;

/// How long a peer may be silent. Seconds count; what is less is a second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// After so long it is pinged.
    pub ping_after: Duration,
    /// After so long, without an answer to the ping or any other whole frame, it is given up.
    pub silent_after: Duration,
}

/// How often is looked for frames that are held back so that they share a write with the next, which costs as much as all
/// else that is done for a short message. Who was found twice is let go, so none waits longer than two of these: less than a
/// picture on a screen stands.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How long a peer that takes nothing may keep what was held back from being sent; his session finds out as well.
const SEND_WITHIN: Duration = Duration::from_secs(20);

/// All connections there are; a clone is another handle to the same.
#[derive(Clone, Debug)]
pub struct Keeper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    patience: Patience,
    wires: Mutex<Vec<Weak<Wire>>>,
    /// Seconds since the start, as of the last sweep.
    now: AtomicU32,
    /// Wires that hold something back, or did a moment ago.
    held: Mutex<Vec<Arc<Wire>>>,
    holding: Notify,
}

impl Keeper {
    /// Keeps connections with that much patience.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        let shared = Shared {
            patience,
            wires: Mutex::default(),
            now: AtomicU32::new(0),
            held: Mutex::default(),
            holding: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// How long a peer may be silent.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.shared.patience
    }

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
        match wire.hold() {
            None => return false,
            Some(Listing::Stands) => return true,
            Some(Listing::ToBeMade) => {}
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
            let mut looked_at = Vec::new();
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                looked_at.append(&mut self.shared.held.lock());
                looked_at.retain(let_go);
                if looked_at.is_empty() {
                    break;
                }
            }
        }
    }

    async fn sweep_all(&self, stop: &CancellationToken) {
        let every = (seconds(self.shared.patience.ping_after) / 5).clamp(1, MOST_BETWEEN_SWEEPS);
        let mut sweeps = tokio::time::interval(Duration::from_secs(every.into()));
        while stop.run_until_cancelled(sweeps.tick()).await.is_some() {
            self.sweep();
            self.shared.now.fetch_add(every, Ordering::Relaxed);
        }
    }

    fn sweep(&self) {
        let now = self.now();
        let Patience { ping_after, silent_after } = self.shared.patience;
        let (ping_after, silent_after) = (seconds(ping_after), seconds(silent_after));
        self.shared.wires.lock().retain(|wire| {
            let Some(wire) = wire.upgrade() else { return false };
            match wire.silent_for(now) {
                silent if silent >= silent_after => wire.cut_off(),
                silent if silent >= ping_after => wire.ping(),
                _ => {}
            }
            true
        });
    }
}

/// Looks at a wire. True: it is to be looked at again.
fn let_go(wire: &Arc<Wire>) -> bool {
    match wire.look() {
        Look::Free => false,
        Look::Holds => true,
        Look::Stuck => {
            let wire = Arc::clone(wire);
            tokio::spawn(tokio::time::timeout(SEND_WITHIN, async move { wire.flush().await }));
            false
        }
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX).max(1)
}
