//! How many are present in public rooms, over all nodes: each tells the others its own counts, soon after they change
//! and, since a note can be lost, all of them from time to time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use shared::{RoomId, RoomKind};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Cluster, Note};
use crate::hub::live::Live;
use crate::hub::{Hub, SessionId};
use crate::store::{Lease, Stay};

/// How long changes are gathered before they are told.
const GATHERED: Duration = Duration::from_millis(50);

/// How often all counts are told.
const ALL_EVERY: Duration = Duration::from_secs(30);

/// How many counts a note carries.
const COUNTS: usize = 1_000;

/// Nobody's connection: it came or went on another node.
const ELSEWHERE: SessionId = SessionId(0);

/// How many are present at the other nodes, and of which rooms those are to hear.
#[derive(Debug, Default)]
pub struct Attendance {
    others: HashMap<RoomId, HashMap<Lease, u32>>,
    heard: HashSet<Lease>,
    changed: HashSet<RoomId>,
    bell: Arc<Notify>,
}

impl Attendance {
    /// How many are in a room at other nodes.
    #[must_use]
    pub fn elsewhere(&self, room: RoomId) -> u32 {
        self.others.get(&room).map_or(0, |counts| counts.values().sum())
    }

    /// The count of a room here is another.
    pub fn changed(&mut self, room: RoomId) {
        self.changed.insert(room);
        self.bell.notify_one();
    }

    /// How many are in a room at another node. What it was at all others before.
    fn set(&mut self, room: RoomId, lease: Lease, present: u32) -> u32 {
        let before = self.elsewhere(room);
        let counts = self.others.entry(room).or_default();
        if present > 0 {
            counts.insert(lease, present);
        } else {
            counts.remove(&lease);
        }
        if counts.is_empty() {
            self.others.remove(&room);
        }
        before
    }

    /// The rooms at which nodes counted that do not live any more.
    fn of_the_dead(&mut self, living: &[Stay]) -> Vec<(RoomId, Lease)> {
        let dead = |lease: &Lease| living.iter().all(|stay| stay.lease != *lease);
        self.heard.retain(|lease| !dead(lease));
        let counted = self.others.iter().flat_map(|(room, counts)| counts.keys().map(|lease| (*room, *lease)));
        counted.filter(|(_, lease)| dead(lease)).collect()
    }
}

impl Hub {
    /// Tells the other nodes how many are present here. Runs as long as the node.
    pub(super) async fn tell_attendance(&self, cluster: &Cluster) {
        let bell = Arc::clone(&self.inner.live.lock().rooms.attendance.bell);
        let mut link = cluster.bus.link();
        let mut all = interval(ALL_EVERY);
        all.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let some = tokio::select! {
                () = bell.notified() => true,
                Ok(()) = link.changed() => false,
                _ = all.tick() => false,
            };
            if some {
                sleep(GATHERED).await;
            } else {
                self.inner.live.lock().tell_all_counts();
            }
            let counts = self.inner.live.lock().take_counts();
            let tell = |rooms| cluster.tell_all(Note::Present { lease: cluster.names.lease(), rooms });
            if counts.is_empty() && !some {
                // Who hears of this node for the first time tells what it does not know.
                tell(Vec::new());
            }
            counts.chunks(COUNTS).for_each(|rooms| tell(rooms.to_vec()));
        }
    }

    /// Hears how many are present at another node.
    pub(super) fn hear_present(&self, lease: Lease, rooms: Vec<(RoomId, u32)>) {
        let mut live = self.inner.live.lock();
        if live.rooms.attendance.heard.insert(lease) {
            // Nor has that one heard of this.
            live.tell_all_counts();
        }
        for (room, present) in rooms {
            live.set_elsewhere(room, lease, present);
        }
    }

    /// Nobody is present any more at nodes that are not among those that live.
    pub(super) fn forget_present(&self, living: &[Stay]) {
        let mut live = self.inner.live.lock();
        for (room, lease) in live.rooms.attendance.of_the_dead(living) {
            live.set_elsewhere(room, lease, 0);
        }
    }
}

impl Live {
    fn tell_all_counts(&mut self) {
        let rooms: Vec<RoomId> = self.rooms.all();
        for room in rooms {
            if self.rooms.get(room).is_some_and(|live| live.room.kind == RoomKind::Public) {
                self.rooms.attendance.changed(room);
            }
        }
    }

    fn take_counts(&mut self) -> Vec<(RoomId, u32)> {
        let changed = std::mem::take(&mut self.rooms.attendance.changed);
        let count = |room| self.rooms.get(room).map_or(0, |live| live.attendance());
        changed.into_iter().map(|room| (room, count(room))).collect()
    }

    fn set_elsewhere(&mut self, room: RoomId, lease: Lease, present: u32) {
        let before = self.rooms.attendance.set(room, lease, present);
        let after = self.rooms.attendance.elsewhere(room);
        let Some(in_room) = self.rooms.get(room).filter(|_| after != before) else { return };
        in_room.tell_attendance(ELSEWHERE, after > before, after);
    }
}
