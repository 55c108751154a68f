//! How a connection comes and goes: who is let in, and what is given back with it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::Ordering;

use shared::Username;

use super::outbox::outbox;
use super::{Hub, Outbox, Refusal, SessionId, SessionTraits};
use crate::store::Timestamp;

impl Hub {
    /// Lets a connection in, still without a name.
    ///
    /// # Errors
    /// [`Refusal::Full`], [`Refusal::Crowded`], [`Refusal::BannedHere`] and [`Refusal::ShuttingDown`].
    pub fn connect(&self, traits: SessionTraits) -> Result<(SessionId, Outbox), Refusal> {
        let refused = |why, refusal| {
            metrics::counter!("confab_connections_refused_total", "why" => why).increment(1);
            Err(refusal)
        };
        if self.inner.stopping.load(Ordering::Acquire) {
            return refused("stopping", Refusal::ShuttingDown);
        }
        let settings = &self.inner.settings;
        let mut live = self.inner.live.lock();
        if live.people.connections() >= settings.max_connections {
            return refused("full", Refusal::Full);
        }
        if live.people.connections_from(traits.address) >= settings.max_connections_per_address {
            return refused("address", Refusal::Crowded);
        }
        if let Err(banned) = live.rules.admit(None, traits.address, self.now()) {
            return refused("banned", banned);
        }
        let session = SessionId(self.inner.sessions.fetch_add(1, Ordering::Relaxed));
        let (sender, outbox) = outbox(self.inner.settings.outbox_capacity);
        live.people.connect(session, traits, sender);
        metrics::gauge!("confab_connections").set(live.people.connections() as f64);
        Ok((session, outbox))
    }

    /// Lets a program inside the server in under a name, which it holds as a guest does, whether or not guests get
    /// in. It counts for no limit, and is not listed among the users online.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`], [`Refusal::CredentialsNeeded`] where the name is an account, and
    /// [`Refusal::ShuttingDown`].
    pub async fn connect_service(&self, name: Username) -> Result<(SessionId, Outbox), Refusal> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(Refusal::ShuttingDown);
        }
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let traits = SessionTraits { address, direct: true, presence: false, attendance: false, seat_grace: None };
        let session = SessionId(self.inner.sessions.fetch_add(1, Ordering::Relaxed));
        let (sender, outbox) = outbox(self.inner.settings.outbox_capacity);
        self.inner.live.lock().people.connect_service(session, &name, traits, sender);
        if let Err(refusal) = self.name_service(session, name.clone()).await {
            self.disconnect(session, false).await;
            if matches!(refusal, Refusal::CredentialsNeeded(_)) {
                self.inner.live.lock().people.free_of_programs(&name);
            }
            return Err(refusal);
        }
        Ok((session, outbox))
    }

    /// Lets a connection go: its name is free with the last of its holder, its rooms go on without it.
    pub async fn disconnect(&self, session: SessionId, lost: bool) {
        let now = self.now();
        self.settle_marks(session).await;
        let (gone, free) = {
            let mut live = self.inner.live.lock();
            let Some(connection) = live.people.connection(session) else { return };
            // Who may not come back needs no place kept.
            let may_return = live.rules.admit(connection.name.as_ref(), connection.traits.address, now).is_ok();
            let grace = connection.traits.seat_grace.filter(|_| lost && may_return);
            let missed = live.is_missed(session);
            if !live.lose_abroad(session, grace) {
                let (changes, kept) = live.pairs.lose(session, grace.is_some());
                live.tell_changes(changes, None);
                if let (Some(kept), Some(grace)) = (kept, grace) {
                    self.give_up_after(kept, grace);
                }
            }
            let released = live.release_name(session, now);
            live.rooms.exit_all(session);
            live.people.disconnect(session);
            metrics::gauge!("confab_connections").set(live.people.connections() as f64);
            metrics::gauge!("confab_rooms_live").set(live.rooms.len() as f64);
            let free = released.as_ref().is_some_and(|(name, _)| !live.people.is_online(name));
            (released.filter(|(_, gone)| *gone && missed), free)
        };
        if let Some((name, _)) = gone {
            self.note_last_seen(&name, now).await;
        }
        if let (true, Some(cluster)) = (free, &self.inner.cluster) {
            cluster.settle().await;
        }
    }

    pub(super) async fn note_last_seen(&self, name: &Username, at: Timestamp) {
        if let Err(error) = self.inner.store.set_last_seen(name, at).await {
            tracing::warn!(%error, "when a user left could not be noted");
        }
    }
}
