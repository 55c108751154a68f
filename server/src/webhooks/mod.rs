//! Outgoing webhooks: what is said in a room is posted to an address, signed, in order, at least once.
//!
//! | module | answers for |
//! |---|---|
//! | [`delivery`] | one webhook's life: what is next, and when it is tried again |
//! | [`post`] | one request, over TCP or TLS, to an address that was checked |
//! | [`signature`] | the headers by which a receiver knows that it is from here |
//! | [`target`] | which addresses may be posted to |
//!
//! Nothing waits in memory: a webhook's queue is the room's history itself, from the last message its receiver took. So
//! a receiver that is away holds nobody up, and a restart loses nothing. Among several nodes one has a webhook's turn, by
//! the database's word ([`crate::store::Nodes`]); it passes on when that node stops or is gone.

mod delivery;
mod post;
mod signature;
mod target;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use shared::RoomId;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::hub::{Hub, Ring, Sources};
use crate::store::Turn;
use delivery::Delivery;
pub use post::Poster;
pub use target::{BadTarget, Reach, Target};

/// How outgoing webhooks behave.
#[derive(Clone, Copy, Debug)]
pub struct WebhookSettings {
    /// Which addresses may be posted to.
    pub reach: Reach,
    /// The pause after the first failure; it doubles with each further one, up to an hour.
    pub retry: Duration,
    /// A webhook that failed for so long is disabled.
    pub give_up: Duration,
}

/// Delivers until `shutdown`.
pub struct Deliveries {
    hub: Hub,
    sources: Sources,
    poster: Arc<Poster>,
    settings: WebhookSettings,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    running: HashMap<String, Running>,
}

/// How often it is looked, among several nodes, for what another said, made or left behind when it went away.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A webhook that is being delivered.
struct Running {
    room: RoomId,
    bell: Arc<Notify>,
    stop: CancellationToken,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Deliveries {
    /// Delivers what the hub's rooms say, in tasks of `tasks`.
    #[must_use]
    pub fn new(
        hub: Hub,
        sources: Sources,
        poster: Poster,
        settings: WebhookSettings,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        Self { hub, sources, poster: Arc::new(poster), settings, tasks, shutdown, running: HashMap::new() }
    }

    /// Runs until the shutdown.
    pub async fn run(mut self) {
        let shutdown = self.shutdown.clone();
        let mut bell = self.hub.listen();
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.look().await;
        loop {
            let ring = tokio::select! {
                ring = bell.recv() => ring,
                _ = looks.tick(), if self.hub.shares_turns() => Ok(Ring::Webhooks),
                () = shutdown.cancelled() => return,
            };
            match ring {
                Ok(Ring::Said(room)) => self.wake(|running| running.room == room),
                Ok(Ring::Webhooks) => self.look().await,
                Err(RecvError::Lagged(_)) => self.wake(|_| true),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn wake(&self, which: impl Fn(&Running) -> bool) {
        for running in self.running.values().filter(|running| which(running)) {
            running.bell.notify_one();
        }
    }

    /// Starts what is new, was resumed, or was another node's, stops what is gone, and wakes what has something to do.
    async fn look(&mut self) {
        let turns = match self.hub.take_turns().await {
            Ok(turns) => turns,
            Err(refusal) => {
                return tracing::warn!(%refusal, "outgoing webhooks could not be read; the next ring will do");
            }
        };
        self.running.retain(|id, running| {
            let there = turns.iter().any(|turn| turn.id == *id);
            there && !running.stop.is_cancelled()
        });
        for turn in turns {
            match self.running.get(&turn.id) {
                Some(running) if turn.waits => running.bell.notify_one(),
                Some(_) => {}
                None => self.start(turn),
            }
        }
    }

    fn start(&mut self, turn: Turn) {
        let (bell, stop) = (Arc::new(Notify::new()), self.shutdown.child_token());
        let running = Running { room: turn.room, bell: Arc::clone(&bell), stop: stop.clone() };
        self.running.insert(turn.id.clone(), running);
        let delivery = Delivery {
            hub: self.hub.clone(),
            sources: self.sources.clone(),
            poster: Arc::clone(&self.poster),
            settings: self.settings,
            id: turn.id,
            room: turn.room,
            url: turn.url,
            secret: turn.secret,
            progress: turn.progress,
            attempts: 0,
        };
        self.tasks.spawn(async move {
            delivery.live(&bell, &stop).await;
            // A webhook that gave up is started anew when it is resumed.
            stop.cancel();
        });
    }
}
