//! The random chat's commands: the pairing decides, here it is told to those concerned.

use std::time::Duration;

use shared::Stranger;

use super::pairing::KeptSeat;
use super::{Hub, SessionId};

impl Hub {
    pub(super) fn find_stranger(&self, session: SessionId) -> Stranger {
        let pick = self.random_below();
        let mut live = self.inner.live.lock();
        let name = live.people.connection(session).and_then(|connection| connection.name.clone());
        let changes = live.pairs.find(session, name.as_ref(), pick);
        live.tell_changes(changes, Some(session));
        live.pairs.state(session)
    }

    pub(super) fn next_stranger(&self, session: SessionId) -> Stranger {
        let pick = self.random_below();
        let mut live = self.inner.live.lock();
        let changes = live.pairs.next(session, pick);
        live.tell_changes(changes, Some(session));
        live.pairs.state(session)
    }

    pub(super) fn leave_stranger(&self, session: SessionId) -> Stranger {
        let mut live = self.inner.live.lock();
        let changes = live.pairs.leave(session);
        live.tell_changes(changes, Some(session));
        live.pairs.state(session)
    }

    /// Gives up a kept seat once the time for coming back is over, or the server stops.
    pub(super) fn give_up_after(&self, kept: KeptSeat, grace: Duration) {
        let live = std::sync::Arc::downgrade(&self.inner.live);
        tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            if let Some(live) = live.upgrade() {
                let mut live = live.lock();
                let changes = live.pairs.give_up(kept);
                live.tell_changes(changes, None);
            }
        });
    }
}
