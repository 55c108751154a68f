//! Who is online, across nodes: this node says that it lives and sees by the same who else does, and its people are told
//! who came and went elsewhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use shared::{CloseCode, RoomId, Username};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::Cluster;
use super::elsewhere::Turned;
use crate::hub::live::Live;
use crate::hub::{Event, Hub, Refusal, SessionId};
use crate::store::{BEAT, HeldName, LEASE, Lease, Stay, StoreError, Timestamp};

/// How long the store may take to answer that the node lives.
const ANSWERED_WITHIN: Duration = Duration::from_secs(4);

/// How long it is waited for more that was missed before it is looked for.
const GATHERED: Duration = Duration::from_millis(50);

/// How many people are looked up together.
const TOGETHER: usize = 512;

impl Hub {
    /// Says again and again that this node lives, and sees who else does. Runs as long as the node.
    pub(super) async fn keep_living(&self, cluster: &Cluster) {
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = beat.tick() => {}
                // What else is missed at the moment is found by the same look.
                () = cluster.look.notified() => sleep(GATHERED).await,
            }
            if let Err(error) = self.live_on(cluster).await {
                tracing::warn!(%error, "the store could not be told that this node lives; it is tried again");
            }
        }
    }

    async fn live_on(&self, cluster: &Cluster) -> Result<(), StoreError> {
        let (asked, lease) = (Instant::now(), cluster.names.lease());
        let Some(living) = answered(cluster.nodes.beat(lease)).await? else { return self.begin_again(cluster).await };
        cluster.names.renew(asked + LEASE);
        self.see(cluster, lease, &living).await
    }

    /// Holds again what was held in the stay that is over, and lets those go whose names others have taken.
    async fn begin_again(&self, cluster: &Cluster) -> Result<(), StoreError> {
        let asked = Instant::now();
        let lease = answered(cluster.nodes.join(&cluster.node.to_string(), LEASE)).await?;
        let lost = cluster.names.hold_again(lease).await?;
        tracing::warn!(lost = lost.len(), "this node was not heard of for too long, and begins again");
        self.let_go(&lost);
        cluster.names.renew(asked + LEASE);
        cluster.look.notify_one();
        Ok(())
    }

    /// Closes the connections that speak under names which are somebody else's now.
    fn let_go(&self, names: &[Username]) {
        let now = self.now();
        let mut live = self.inner.live.lock();
        for name in names {
            let theirs: Vec<_> =
                live.people.sessions_of(name).map(|(session, it)| (session, it.outbox.clone())).collect();
            for (session, outbox) in theirs {
                outbox.close(CloseCode::Revoked);
                live.release_name(session, now);
                live.rooms.exit_all(session);
            }
        }
    }

    /// Sees who lives, and reads of whose names more is in the store than was heard.
    async fn see(&self, cluster: &Cluster, own: Lease, living: &[Stay]) -> Result<(), StoreError> {
        let lagging: Vec<Lease> = {
            let Live { elsewhere, people, .. } = &mut *self.inner.live.lock();
            elsewhere.keep(living, people);
            let others = living.iter().filter(|stay| stay.lease != own && elsewhere.lags(stay));
            others.map(|stay| stay.lease).collect()
        };
        for lease in lagging {
            if let Some(held) = answered(cluster.nodes.held(lease)).await? {
                let Live { elsewhere, people, .. } = &mut *self.inner.live.lock();
                elsewhere.set(lease, held, people);
            }
        }
        self.forget_present(living);
        Ok(())
    }

    /// Hears from another node whose names it holds now and whose no longer.
    pub(super) fn hear_names(&self, lease: Lease, changes: u64, came: Vec<HeldName>, went: &[Username]) {
        let Some(cluster) = &self.inner.cluster else { return };
        let Live { elsewhere, people, .. } = &mut *self.inner.live.lock();
        if !elsewhere.change(lease, changes, came, went, people) {
            cluster.look.notify_one();
        }
    }

    /// Tells people here who came online and went elsewhere. Runs as long as the node.
    pub(super) async fn tell_turned(&self) {
        let bell: Arc<Notify> = self.inner.live.lock().elsewhere.bell();
        loop {
            bell.notified().await;
            let turned = self.inner.live.lock().elsewhere.take_turned();
            for some in turned.chunks(TOGETHER) {
                self.tell_some(some).await;
            }
        }
    }

    async fn tell_some(&self, turned: &[Turned]) {
        let names: Vec<Username> = turned.iter().map(|turned| turned.name.clone()).collect();
        let members = match answered(self.inner.store.places(&names)).await {
            Ok(members) => members,
            Err(error) => return tracing::warn!(%error, "whom it concerns who came and went could not be read"),
        };
        let mut rooms: HashMap<Username, Vec<RoomId>> = HashMap::new();
        for (name, room) in members {
            rooms.entry(name).or_default().push(room);
        }
        let now = self.now();
        let live = self.inner.live.lock();
        for Turned { name, was_online } in turned {
            let online = live.is_online(name);
            if online != *was_online {
                let rooms = rooms.get(name).map(Vec::as_slice).unwrap_or_default();
                live.tell_presence_in(rooms, name, (!online).then_some(now));
            }
        }
    }

    /// Hears that a phone logged in on another node, in a dialect that allows one connection.
    pub(super) fn hear_phone(&self, user: &Username, phone: &str) {
        self.inner.live.lock().replace_phone(user, phone, None, self.now());
    }

    /// A guest's name may be another's by now, where this node has not been heard of for too long.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`], until that is known.
    pub(in crate::hub) fn check_hold(&self, session: SessionId) -> Result<(), Refusal> {
        let doubtful = self.inner.cluster.as_ref().is_some_and(|cluster| cluster.names.are_doubtful());
        if doubtful && self.inner.live.lock().people.is_guest(session) { Err(Refusal::Unavailable) } else { Ok(()) }
    }

    /// Tells the other nodes that this one stops: whoever comes to them under a name that is held here is let in.
    pub async fn hand_over(&self) {
        let Some(cluster) = &self.inner.cluster else { return };
        if let Err(error) = answered(cluster.nodes.stop(cluster.names.lease())).await {
            tracing::warn!(%error, "the other nodes could not be told that this one stops");
        }
    }

    /// Ends this node's stay, once nobody is connected to it any more.
    pub(in crate::hub) async fn end_stay(&self) {
        let Some(cluster) = &self.inner.cluster else { return };
        if let Err(error) = answered(cluster.nodes.leave(cluster.names.lease())).await {
            tracing::warn!(%error, "this node's lease could not be given up, and runs out");
        }
    }
}

impl Live {
    /// Whether somebody is online, on whatever node.
    #[must_use]
    pub fn is_online(&self, name: &Username) -> bool {
        self.people.is_online(name) || self.elsewhere.is_online(name)
    }

    /// Who is online on whatever node, sorted by name; services are not listed.
    #[must_use]
    pub fn online(&self) -> Vec<Username> {
        let mut names = self.people.online();
        let here = names.len();
        names.extend(self.elsewhere.users().filter(|name| !self.people.is_online(name)).cloned());
        if names.len() > here {
            names.sort_by_key(Username::key);
        }
        names
    }

    /// Tells those who are in one of these rooms that a user of another node came online, or when he went.
    fn tell_presence_in(&self, rooms: &[RoomId], user: &Username, went: Option<Timestamp>) {
        let event = Event::Presence { user: user.clone(), online: went.is_none(), last_seen_at: went };
        self.tell_presence_to(rooms.iter().filter_map(|room| self.rooms.get(*room)), event, None);
    }
}

async fn answered<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(ANSWERED_WITHIN, asked).await.unwrap_or(Err(StoreError::TimedOut))
}
