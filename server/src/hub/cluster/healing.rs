//! Finding in the store what no note said. One way for all of it: a note that got lost, a room that was not listened for
//! yet, a bus that is away, a node that stood still.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use shared::{Change, RoomId, Seq};
use tokio::time::{sleep, timeout};

use super::{Cluster, Missed};
use crate::hub::Hub;
use crate::hub::telling::Post;
use crate::store::{Extent, Page, StoreError};

/// How long what is missing may still come by itself: what two nodes stored at the same moment crosses on the way.
const CROSSING: Duration = Duration::from_millis(20);

/// How often the store is asked how far the rooms have come, where other nodes are heard: the last note can be lost too.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// And how often where they are not.
const LOOK_ALONE_EVERY: Duration = Duration::from_secs(1);

/// And how often at most, however often something is lost.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(100);

/// How many rooms are asked after together.
const ROOMS_AT_ONCE: usize = 2_000;

/// How many messages are read of a room together.
const PAGE: u32 = 256;

/// How much may have been missed of a room to be told; past that, whoever is in it is to read for himself.
const MOST: u32 = 4_096;

/// How many rooms are read at once.
const HEALED_AT_ONCE: usize = 8;

/// How long to wait before the store is asked again, where it failed.
const AGAIN: Duration = Duration::from_millis(500);

/// What of a room was missed.
enum Found {
    All(Missed),
    /// More than is told.
    TooMuch(Extent),
    /// The room is no more.
    Gone,
}

impl Hub {
    /// Hears of the rooms with somebody in them, as they come and go.
    pub(super) async fn follow_rooms(&self, cluster: &Cluster) {
        let Some(stirring) = self.inner.live.lock().rooms.stirring() else { return };
        loop {
            stirring.notified().await;
            let (woken, empty) = self.inner.live.lock().rooms.take_stirred();
            cluster.bus.leave(&empty);
            if !woken.is_empty() {
                cluster.bus.follow(&woken).await;
                self.look_at(&woken).await;
            }
        }
    }

    /// Looks from time to time how far the rooms have come, and at once when something may have been missed.
    pub(super) async fn look_around(&self, cluster: &Cluster) {
        let mut link = cluster.bus.link();
        loop {
            let up = link.borrow_and_update().up;
            if up {
                // What is said from now on is heard, and what was said before is read.
                cluster.bus.follow(&[]).await;
            }
            let rooms = self.inner.live.lock().rooms.all();
            self.look_at(&rooms).await;
            sleep(LOOK_AT_MOST_EVERY).await;
            let pause = if up { LOOK_EVERY } else { LOOK_ALONE_EVERY };
            // Changed, or late: either way it is looked again.
            let _ = timeout(pause, link.changed()).await;
        }
    }

    async fn look_at(&self, rooms: &[RoomId]) {
        for rooms in rooms.chunks(ROOMS_AT_ONCE) {
            match self.inner.store.extents(rooms).await {
                Ok(extents) => {
                    self.learn(&extents);
                    let there: HashSet<RoomId> = extents.iter().map(|extent| extent.room).collect();
                    let mut live = self.inner.live.lock();
                    rooms.iter().filter(|room| !there.contains(room)).for_each(|room| live.close_room(*room));
                }
                Err(error) => tracing::warn!(%error, "it could not be read what other nodes said; it is tried again"),
            }
        }
    }

    /// Rooms have come so far. What of it was not told here is soon read.
    pub(super) fn learn(&self, extents: &[Extent]) {
        let mut live = self.inner.live.lock();
        for extent in extents {
            live.rooms.learn(extent);
        }
    }

    /// Reads what rooms were not told, once it has had the time to come by itself.
    pub(super) async fn heal_rooms(&self) {
        let Some(falling_behind) = self.inner.live.lock().rooms.falling_behind() else { return };
        loop {
            falling_behind.notified().await;
            sleep(CROSSING).await;
            let rooms = self.inner.live.lock().rooms.take_behind();
            let healing = stream::iter(rooms.clone()).map(|room| self.heal(room)).buffer_unordered(HEALED_AT_ONCE);
            let failed = healing.filter_map(async |healed| healed.err()).collect::<Vec<_>>().await;
            if let Some(error) = failed.first() {
                tracing::warn!(%error, rooms = failed.len(), "what was missed could not be read; it is tried again");
                sleep(AGAIN).await;
                self.inner.live.lock().rooms.remind(&rooms);
            }
        }
    }

    async fn heal(&self, room: RoomId) -> Result<(), StoreError> {
        let Some((told, changed)) = self.inner.live.lock().rooms.behind(room) else { return Ok(()) };
        let found = self.read_beyond(room, told, changed).await?;
        // What this node stored meanwhile is told by its own journal first, which knows who said it.
        self.flush_marks().await;
        let post = {
            let mut live = self.inner.live.lock();
            let events = match found {
                Found::All(missed) => live.rooms.heal(room, missed),
                Found::TooMuch(extent) => live.rooms.skip(&extent),
                Found::Gone => {
                    live.close_room(room);
                    Vec::new()
                }
            };
            metrics::counter!("confab_gaps_healed_total").increment(1);
            metrics::counter!("confab_gap_events_total").increment(events.len() as u64);
            Post::of(&live, room, events)
        };
        self.carry(post).await;
        Ok(())
    }

    /// What a room has beyond what was told there.
    async fn read_beyond(&self, room: RoomId, told: Seq, changed: Change) -> Result<Found, StoreError> {
        let store = &self.inner.store;
        let Some(extent) = store.extents(&[room]).await?.pop() else { return Ok(Found::Gone) };
        if extent.last_seq.0.saturating_sub(told.0) > u64::from(MOST) {
            return Ok(Found::TooMuch(extent));
        }
        let (mut messages, mut last) = (Vec::new(), told);
        while last < extent.last_seq {
            let page = store.page(room, Page { after: last, before: None, limit: PAGE, newest: false }).await?;
            let Some(end) = page.last() else { break };
            last = end.seq;
            messages.extend(page);
        }
        // Read after the messages, so that of each that was read it is known what became of it.
        let amended =
            if extent.change > changed { store.amended(room, changed, last, MOST + 1).await? } else { Vec::new() };
        if amended.len() > MOST as usize {
            return Ok(Found::TooMuch(extent));
        }
        Ok(Found::All(Missed { messages, changed: amended, change: extent.change }))
    }
}
