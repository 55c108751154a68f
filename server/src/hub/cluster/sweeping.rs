//! Looking again and again, in the store, after the people of this node: in which conversations they are, and whether what
//! they came by is still good. What a note said that got lost is found here.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::{RoomGoneReason, RoomId, Username};
use tokio::time::{sleep, timeout};

use super::Cluster;
use crate::hub::live::Live;
use crate::hub::{Hub, Refusal};

/// How often some of the people are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// And how often at most, however often something is lost.
const SWEEP_AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// How many of them.
const PEOPLE_AT_ONCE: usize = 200;

impl Hub {
    /// Looks at some of the people after the other, and at all of them at once when something may have been missed.
    pub(super) async fn sweep(&self, cluster: &Cluster) {
        let mut link = cluster.bus.link();
        let mut waiting: Vec<Username> = Vec::new();
        loop {
            let missed = matches!(timeout(SWEEP_EVERY, link.changed()).await, Ok(Ok(())));
            sleep(SWEEP_AT_MOST_EVERY).await;
            let up = link.borrow_and_update().up;
            if waiting.is_empty() || missed {
                waiting = self.inner.live.lock().people.names();
            }
            // While notes do not come, nobody's turn is waited for.
            let portion = if missed || !up { waiting.len() } else { waiting.len().min(PEOPLE_AT_ONCE) };
            let looked_at: Vec<Username> = waiting.drain(..portion).collect();
            for people in looked_at.chunks(PEOPLE_AT_ONCE) {
                if let Err(refusal) = self.set_right(people).await {
                    tracing::warn!(%refusal, "it could not be looked who is where; it is tried again");
                }
                if let Err(refusal) = self.close_revoked(cluster, people).await {
                    tracing::warn!(%refusal, "it could not be looked whose session is over; it is tried again");
                }
            }
        }
    }

    async fn set_right(&self, people: &[Username]) -> Result<(), Refusal> {
        let places = self.inner.store.places(people).await.map_err(|error| Self::unavailable(&error))?;
        let (gained, lost) = self.inner.live.lock().differences(people, &places);
        for (user, room) in gained {
            self.gain(room, &user).await?;
        }
        for (user, room) in lost {
            // He may have become a member meanwhile.
            let membership = self.inner.store.membership(room, &user).await;
            if membership.map_err(|error| Self::unavailable(&error))?.is_some() {
                continue;
            }
            let mut live = self.inner.live.lock();
            if let Some(reference) = live.rooms.get(room).map(|in_room| Arc::clone(&in_room.room)) {
                live.evict(&user, &reference, RoomGoneReason::Left);
            }
        }
        Ok(())
    }
}

/// A user in a conversation.
type Place = (Username, RoomId);

impl Live {
    /// Whether a user has a connection here that is not in a conversation as a member's.
    #[must_use]
    pub fn is_missing(&self, user: &Username, room: RoomId) -> bool {
        self.people.sessions_of(user).any(|(session, _)| !self.is_member(session, room))
    }

    /// Who is to be in which conversation and is not, and who is in one as a member and is none.
    fn differences(&self, people: &[Username], places: &[Place]) -> (Vec<Place>, Vec<Place>) {
        let gained = places.iter().filter(|(user, room)| self.is_missing(user, *room)).cloned().collect();
        let places: HashSet<&Place> = places.iter().collect();
        let mut lost = HashSet::new();
        for user in people {
            for (session, _) in self.people.sessions_of(user) {
                let rooms = self.rooms.of_session(session).map(|room| room.room.id);
                let as_member = rooms.filter(|room| self.is_member(session, *room));
                lost.extend(as_member.map(|room| (user.clone(), room)).filter(|place| !places.contains(place)));
            }
        }
        (gained, lost.into_iter().collect())
    }
}
