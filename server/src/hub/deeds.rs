//! What is noted of those who keep order and of what happens to accounts: who, what, to whom, when and from where.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use shared::Username;

use super::{Caller, Hub, Refusal, SessionId, Terms};
use crate::store::{Deed, DeedKind, Room, Timestamp, User};

impl Deed {
    fn new(time: Timestamp, act: DeedKind, by: Option<Username>, address: Option<IpAddr>) -> Self {
        Self { time, act, by, whom: None, room: None, address, note: None }
    }

    /// What was done by the operator, who needs no connection.
    #[must_use]
    pub fn by_operator(time: Timestamp, act: DeedKind) -> Self {
        Self::new(time, act, None, None)
    }

    /// To whom.
    #[must_use]
    pub fn to(self, whom: &(impl fmt::Display + ?Sized)) -> Self {
        Self { whom: Some(whom.to_string()), ..self }
    }

    /// The same of an account as it is once that was done: by its name in its first spelling, and with what it got by it.
    #[must_use]
    pub fn about(&self, user: &User) -> Self {
        let first = self.act == DeedKind::AccountMade && user.admin;
        let note = self.note.clone().or_else(|| first.then(|| "the first, and so an administrator".to_owned()));
        Self { whom: Some(user.name.to_string()), note, ..self.clone() }
    }

    /// Where.
    #[must_use]
    pub fn in_room(self, room: &Room) -> Self {
        let room = room.name.as_ref().map_or_else(|| room.id.to_string(), ToString::to_string);
        Self { room: Some(room), ..self }
    }

    /// Until when and why.
    #[must_use]
    pub fn because(self, terms: &Terms) -> Self {
        let note = terms.to_string();
        let note = note.trim_start_matches([' ', ':']);
        Self { note: (!note.is_empty()).then(|| note.to_owned()), ..self }
    }

    /// What else is to be known of it.
    #[must_use]
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl Hub {
    /// What a session does.
    pub(super) fn deed(&self, session: SessionId, act: DeedKind) -> Deed {
        let live = self.inner.live.lock();
        let connection = live.people.connection(session);
        let (by, address) = connection.map(|connection| (connection.name.clone(), connection.traits.address)).unzip();
        Deed::new(self.now(), act, by.flatten(), address)
    }

    /// What somebody does, from wherever.
    pub(super) fn deed_without_session(&self, name: &Username, act: DeedKind) -> Deed {
        Deed::new(self.now(), act, Some(name.clone()), None)
    }

    /// What somebody does without a connection.
    pub(super) fn deed_of(&self, caller: &Caller, act: DeedKind) -> Deed {
        self.deed_at(&caller.name, caller.address, act)
    }

    /// What somebody does from there.
    pub(super) fn deed_at(&self, name: &Username, address: IpAddr, act: DeedKind) -> Deed {
        Deed::new(self.now(), act, Some(name.clone()), Some(address))
    }

    /// Notes what was done. What cannot be noted was done all the same, and is in the log at least.
    pub(super) async fn record(&self, deed: Deed) {
        if let Err(error) = self.inner.store.record(&deed).await {
            tracing::error!(%error, ?deed, "what was done could not be noted");
        }
    }

    /// Counts an attempt to log in. Of attempts over the limit some are noted, so that whoever makes many does not fill
    /// the store with them.
    pub(super) async fn count_attempt(&self, address: IpAddr, name: &Username) -> Result<(), Refusal> {
        let counted = match self.inner.attempts.count(address, name) {
            Ok(()) => self.count_everywhere(address, name).await,
            over => over,
        };
        if counted == Err(Refusal::TooManyAttempts) {
            metrics::counter!("confab_logins_limited_total").increment(1);
        }
        if counted == Err(Refusal::TooManyAttempts) && self.inner.attempts.is_worth_noting() {
            let deed = Deed::new(self.now(), DeedKind::LoginsLimited, None, Some(address)).to(name);
            self.record(deed).await;
        }
        counted
    }

    /// What was done since then, newest first, at most 1,000 of it.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub(super) async fn deeds_since(&self, since: Timestamp, limit: u32) -> Result<Vec<Deed>, Refusal> {
        self.inner.store.deeds(since, limit.clamp(1, 1_000)).await.map_err(|error| Self::unavailable(&error))
    }

    /// Forgets once an hour what was done longer ago than it is to be known.
    pub async fn forget_deeds(self, kept_for: Duration) {
        loop {
            let age = i64::try_from(kept_for.as_millis()).unwrap_or(i64::MAX);
            let before = Timestamp(self.now().0.saturating_sub(age));
            if let Err(error) = self.inner.store.forget_deeds(before).await {
                tracing::warn!(%error, "what was done long ago could not be forgotten");
            }
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        }
    }
}
