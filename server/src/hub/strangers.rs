//! The random chat's commands: the pairing decides, here it is told to those concerned.

use std::time::Duration;

use shared::{Seq, Stranger, Username};

use super::pairing::KeptSeat;
use super::{Hub, Refusal, SessionId, texts};
use crate::store::{Message, Report};

/// The most messages attached to a report.
const MAX_ATTACHED: usize = 50;

impl Hub {
    pub(super) async fn find_stranger(&self, session: SessionId) -> Result<Stranger, Refusal> {
        self.know_blocks(session).await?;
        if self.inner.live.lock().pairs.has_left_somebody(session) {
            self.check_partners(session).await?;
        }
        if let Some(meeting) = &self.inner.meeting {
            let quest = self.inner.live.lock().begin_seeking(session);
            return self.seek(meeting, session, quest).await;
        }
        let pick = self.random_below();
        let mut live = self.inner.live.lock();
        let name = live.people.connection(session).and_then(|connection| connection.name.clone());
        let changes = live.pairs.find(session, name.as_ref(), pick);
        live.tell_changes(changes, Some(session.into()));
        Ok(live.pairs.state(session))
    }

    pub(super) async fn next_stranger(&self, session: SessionId) -> Result<Stranger, Refusal> {
        self.check_partners(session).await?;
        if let Some(meeting) = &self.inner.meeting {
            let quest = self.inner.live.lock().begin_again(session);
            return self.seek(meeting, session, quest).await;
        }
        let pick = self.random_below();
        let mut live = self.inner.live.lock();
        let changes = live.pairs.next(session, pick);
        live.tell_changes(changes, Some(session.into()));
        Ok(live.pairs.state(session))
    }

    /// Whether a partner is not left too soon after others, at whichever nodes that was. Who has no name yet is known to
    /// his own node only.
    async fn check_partners(&self, session: SessionId) -> Result<(), Refusal> {
        let name = self.name_of(session).ok();
        let key = name.as_ref().map_or_else(|| format!("#{}", session.0), Username::key);
        if !self.inner.partners.take(&key) {
            return Err(Refusal::TooManyPartners);
        }
        match &name {
            Some(name) => self.count_partner_everywhere(name).await,
            None => Ok(()),
        }
    }

    /// Tells the pairing whom an account does not want to meet.
    async fn know_blocks(&self, session: SessionId) -> Result<(), Refusal> {
        let Ok(me) = self.name_of(session) else { return Ok(()) };
        let blocked = self.inner.store.blocks(&me).await.map_err(|error| Self::unavailable(&error))?;
        if !blocked.is_empty() {
            self.inner.live.lock().pairs.block(&me, blocked);
        }
        Ok(())
    }

    pub(super) async fn report_stranger(
        &self,
        session: SessionId,
        note: String,
        attached: &[Seq],
    ) -> Result<(), Refusal> {
        let note = texts::note(&note)?;
        if attached.len() > MAX_ATTACHED {
            return Err(Refusal::BadField { field: "messages", problem: "names at most 50 messages" });
        }
        self.check_reports(session)?;
        let reporter = self.name_of(session)?;
        let known = self.inner.live.lock().pairs.acquaintance(session).ok_or(Refusal::NotPaired)?;
        let said = |seq: &Seq| known.messages.iter().find(|message| message.seq == *seq);
        let messages: Option<Vec<Message>> =
            attached.iter().map(|seq| said(seq).map(|said| (**said).clone())).collect();
        let gone = Refusal::BadField { field: "messages", problem: "names a message that is not there" };
        let messages = messages.ok_or(gone)?;
        let report = Report { time: self.now(), reporter, reported: known.name, note, messages, resolved: None };
        self.inner.store.add_report(&report).await.map_err(|error| Self::unavailable(&error))
    }

    /// What an account does not want is kept; what a guest does not want, as long as he is connected.
    pub(super) async fn block_stranger(&self, session: SessionId) -> Result<Stranger, Refusal> {
        let me = self.name_of(session)?;
        let blocked = self.inner.live.lock().pairs.acquaintance(session).ok_or(Refusal::NotPaired)?.name;
        if self.user(&me).await?.is_some_and(|user| !user.is_guest()) {
            let kept = self.inner.store.add_block(&me, &blocked, self.now()).await;
            kept.map_err(|error| Self::unavailable(&error))?;
        }
        let mut live = self.inner.live.lock();
        live.pairs.block(&me, [blocked]);
        let changes = live.leave_pair(session);
        live.tell_changes(changes, Some(session.into()));
        Ok(live.pairs.state(session))
    }

    pub(super) async fn leave_stranger(&self, session: SessionId) -> Stranger {
        if let Some(meeting) = &self.inner.meeting {
            self.leave_anywhere(meeting, session).await;
            return self.inner.live.lock().pairs.state(session);
        }
        let mut live = self.inner.live.lock();
        let changes = live.pairs.leave(session);
        live.tell_changes(changes, Some(session.into()));
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
