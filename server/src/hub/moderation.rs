//! Keeping order: who does it in a room, whom it keeps out or silent, and how what was changed, here or by another
//! program on the same store, reaches the connections it concerns.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::{CloseCode, Destination, RoomGoneReason, RoomId, RoomKind, SanctionKind, Username};

use super::live::Live;
use super::permission::{self, Action, Relation};
use super::rules::Rules;
use super::{Event, Hub, Note, Refusal, Reply, RoomRef, SessionId, Terms, texts};
use crate::store::{DeedKind, Room, Sanction, StoreError, Target, Timestamp};

/// How often it is looked whether another program has changed something.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The longest reason, in bytes.
const MAX_REASON: usize = 500;

impl Hub {
    pub(super) async fn impose(
        &self,
        session: SessionId,
        kind: SanctionKind,
        place: &Destination,
        user: Username,
        terms: Terms,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let terms = sound(terms, now)?;
        let room = self.find_room(place).await?;
        let me = self.name_of(session)?;
        let user = self.below(session, Action::Sanction, &room, user).await?;
        let act = match kind {
            SanctionKind::Ban => DeedKind::Banned,
            SanctionKind::Silence => DeedKind::Silenced,
        };
        let deed = self.deed(session, act).to(&user).in_room(&room).because(&terms);
        let Terms { until, reason } = terms;
        let whom = Target::User(user.clone());
        let sanction = Sanction { kind, room: Some(room.id), whom, until, reason, by: Some(me), since: now };
        let imposed = self.inner.store.impose(&sanction, &deed).await.map_err(|error| Self::unavailable(&error))?;
        if !imposed {
            return Err(Refusal::NoSuchRoom);
        }
        self.change_rules().await.map_err(|error| Self::unavailable(&error))?;
        match kind {
            SanctionKind::Ban => self.part(&room, &user, RoomGoneReason::Banned, None).await.or_else(no_member),
            SanctionKind::Silence => Ok(()),
        }
    }

    pub(super) async fn lift(
        &self,
        session: SessionId,
        kind: SanctionKind,
        place: &Destination,
        user: Username,
    ) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Sanction, session, &room)?;
        let act = match kind {
            SanctionKind::Ban => DeedKind::Unbanned,
            SanctionKind::Silence => DeedKind::Unsilenced,
        };
        let deed = self.deed(session, act).to(&user).in_room(&room);
        let lifted = self.inner.store.lift(kind, Some(room.id), &Target::User(user), &deed).await;
        if !lifted.map_err(|error| Self::unavailable(&error))? {
            return Err(Refusal::NoSuchUser);
        }
        self.change_rules().await.map_err(|error| Self::unavailable(&error))
    }

    pub(super) async fn set_moderator(
        &self,
        session: SessionId,
        place: &Destination,
        user: Username,
        on: bool,
    ) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Appoint, session, &room)?;
        if self.user(&user).await?.is_none_or(|user| user.is_guest()) {
            return Err(Refusal::BadField { field: "user", problem: "is to be an account: a guest's name passes on" });
        }
        if self.relation_of(&user, &room).await? == Relation::Outsider {
            return Err(Refusal::NoSuchUser);
        }
        let act = if on { DeedKind::ModeratorMade } else { DeedKind::ModeratorUnmade };
        let deed = self.deed(session, act).to(&user).in_room(&room);
        let set = self.inner.store.set_moderator(room.id, &user, on, &deed).await;
        if set.map_err(|error| Self::unavailable(&error))? {
            self.change_rules().await.map_err(|error| Self::unavailable(&error))?;
        }
        Ok(())
    }

    pub(super) async fn sanctions(&self, session: SessionId, place: &Destination) -> Result<Reply, Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Sanction, session, &room)?;
        let (order, now) = (self.inner.store.order().await.map_err(|error| Self::unavailable(&error))?, self.now());
        let here = order.sanctions.into_iter().map(|(_, sanction)| sanction);
        let here = here.filter(|sanction| sanction.room == Some(room.id) && sanction.holds(now));
        Ok(Reply::Sanctions { room: room.id, sanctions: here.collect() })
    }

    /// Takes a member, or somebody who is only present, out of a room for somebody who may.
    pub(super) async fn kick(&self, session: SessionId, room: &Room, user: Username) -> Result<(), Refusal> {
        let user = self.below(session, Action::RemoveMember, room, user).await?;
        let deed = self.deed(session, DeedKind::Kicked).to(&user).in_room(room);
        let present = self.inner.live.lock().is_in(&user, room.id);
        match self.part(room, &user, RoomGoneReason::Removed, Some(&deed)).await {
            Err(Refusal::NotAMember) if present => {
                let reason = RoomGoneReason::Removed;
                self.inner.live.lock().evict(&user, &RoomRef::of(room), reason);
                self.tell_others(|| Note::Out { room: room.id, user: user.clone(), reason });
                self.record(deed).await;
                Ok(())
            }
            parted => parted,
        }
    }

    /// The user in his first spelling, where a session may do that in a room and ranks above him.
    async fn below(
        &self,
        session: SessionId,
        action: Action,
        room: &Room,
        user: Username,
    ) -> Result<Username, Refusal> {
        let relation = self.allow(action, session, room)?;
        let known = self.user(&user).await?.map(|user| user.name);
        let online = || self.inner.live.lock().is_online(&user).then(|| user.clone());
        let user = known.or_else(online).ok_or(Refusal::NoSuchUser)?;
        permission::check_rank(relation, self.rank_of(&user, room).await?)?;
        Ok(user)
    }

    /// What a user is to a room where ranks are compared: who administers the server does so in every public room.
    async fn rank_of(&self, user: &Username, room: &Room) -> Result<Relation, Refusal> {
        if room.kind == RoomKind::Public && self.inner.live.lock().rules.is_admin(user) {
            return Ok(Relation::Admin);
        }
        if room.owner.as_ref() == Some(user) {
            return Ok(Relation::Owner);
        }
        self.relation_of(user, room).await
    }

    /// What a session is to a room, where it may do that there.
    ///
    /// # Errors
    /// As [`permission::check`], with the terms of the ban or silence that stands against it.
    pub(super) fn allow(&self, action: Action, session: SessionId, room: &Room) -> Result<Relation, Refusal> {
        let now = self.now();
        let live = self.inner.live.lock();
        let relation = live.relation_with_owner(session, room, now);
        permission::check(action, room.kind, relation)
            .map_err(|refusal| live.rules.explain(refusal, live.name_of(session), room.id, now))?;
        Ok(relation)
    }

    /// The refusal with the terms of the ban or silence that it is for.
    pub(super) fn explain(&self, refusal: Refusal, session: SessionId, room: RoomId) -> Refusal {
        let live = self.inner.live.lock();
        live.rules.explain(refusal, live.name_of(session), room, self.now())
    }

    /// The same for somebody without a connection.
    pub(super) async fn allow_user(&self, action: Action, user: &Username, room: &Room) -> Result<(), Refusal> {
        let relation = self.relation_of(user, room).await?;
        let explain = |refusal| self.inner.live.lock().rules.explain(refusal, Some(user), room.id, self.now());
        permission::check(action, room.kind, relation).map_err(explain)
    }

    /// What a user is to a room, whether or not he has a connection.
    pub(super) async fn relation_of(&self, user: &Username, room: &Room) -> Result<Relation, Refusal> {
        let membership = self.inner.store.membership(room.id, user).await.map_err(|error| Self::unavailable(&error))?;
        let by_place = match membership {
            None => Relation::Outsider,
            Some(_) if room.owner.as_ref() == Some(user) => Relation::Owner,
            Some(_) => Relation::Member,
        };
        Ok(self.inner.live.lock().rules.relation(Some(user), (room.id, room.kind), by_place, self.now()))
    }

    /// Has what was just changed felt here and by the other nodes.
    ///
    /// # Errors
    /// What the store said.
    pub(super) async fn change_rules(&self) -> Result<(), StoreError> {
        self.learn_rules().await?;
        self.tell_others(|| Note::Rules { count: self.inner.live.lock().rules.count() });
        Ok(())
    }

    /// Reads what is in force, and has every connection feel what has changed.
    ///
    /// # Errors
    /// What the store said.
    pub(super) async fn learn_rules(&self) -> Result<(), StoreError> {
        let rules = Rules::from(self.inner.store.order().await?);
        let mut live = self.inner.live.lock();
        // Another reading may have overtaken this one.
        if rules.count() > live.rules.count() {
            let before = std::mem::replace(&mut live.rules, rules);
            live.enforce(&before, self.now());
        }
        Ok(())
    }

    /// Looks every two seconds whether another program, or another server on the same store, has changed what is in
    /// force, and lets go whose login is over.
    pub async fn keep_rules(self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let count = {
                let live = self.inner.live.lock();
                live.people.end_what_is_over(self.now());
                live.rules.count()
            };
            let learned = match self.inner.store.order_count().await {
                Ok(now) if now == count => Ok(()),
                Ok(_) => self.learn_rules().await,
                Err(error) => Err(error),
            };
            if let Err(error) = learned {
                tracing::warn!(%error, "it could not be read who may do what; what was in force stays so");
            }
        }
    }
}

impl Live {
    /// What a connection is to a room, ownership included.
    #[must_use]
    pub fn relation_with_owner(&self, session: SessionId, room: &Room, now: Timestamp) -> Relation {
        let name = self.name_of(session);
        let here = self.rooms.get(room.id).and_then(|live| live.present(session));
        let by_place = match here {
            None => Relation::Outsider,
            Some(_) if name.is_some() && room.owner.as_ref() == name => Relation::Owner,
            Some(present) if present.member => Relation::Member,
            Some(_) => Relation::Present,
        };
        self.rules.relation(name, (room.id, room.kind), by_place, now)
    }

    /// Whether a connection of the user is in a room.
    #[must_use]
    pub fn is_in(&self, user: &Username, room: RoomId) -> bool {
        let in_room = |session| self.rooms.get(room).is_some_and(|live| live.present(session).is_some());
        self.people.sessions_of(user).any(|(session, _)| in_room(session))
    }

    /// Takes all connections of a user out of a room, and tells them why.
    pub fn evict(&mut self, user: &Username, room: &Arc<RoomRef>, reason: RoomGoneReason) {
        let sessions: Vec<_> = self.people.sessions_of(user).map(|(session, _)| session).collect();
        for session in sessions {
            if self.rooms.get(room.id).is_some_and(|live| live.present(session).is_some()) {
                self.tell(session, Event::RoomGone { room: Arc::clone(room), reason });
                self.rooms.exit(room.id, session);
            }
        }
    }

    /// Closes whom is not let in any more, takes out who is banned now, and tells those whose standing is another.
    fn enforce(&mut self, before: &Rules, now: Timestamp) {
        for connection in self.people.users() {
            let name = connection.name.as_ref();
            if name.is_some_and(|name| self.rules.is_disabled(name)) {
                connection.outbox.close(CloseCode::Revoked);
            } else if self.rules.admit(name, connection.traits.address, now).is_err() {
                connection.outbox.close(CloseCode::Banned);
            }
        }
        let concerned: HashSet<(RoomId, Username)> =
            before.concerned().chain(self.rules.concerned()).map(|(room, name)| (room, name.clone())).collect();
        for (room, name) in concerned {
            self.apply(before, room, &name, now);
        }
    }

    fn apply(&mut self, before: &Rules, room: RoomId, name: &Username, now: Timestamp) {
        let Some(in_room) = self.rooms.get(room) else { return };
        let reference = Arc::clone(&in_room.room);
        let (was, is) = (before.standing(room, name, now), self.rules.standing(room, name, now));
        if was.moderator != is.moderator {
            let user = name.clone();
            in_room.tell(Event::Moderates { room: Arc::clone(&reference), user, on: is.moderator });
        }
        let exempt = reference.kind == RoomKind::Public && self.rules.is_admin(name);
        if self.rules.is_banned_from(room, name, now) && !exempt {
            return self.evict(name, &reference, RoomGoneReason::Banned);
        }
        if was != is && self.is_in(name, room) {
            self.tell_user(name, Event::Standing { room: reference, standing: is }, None);
        }
    }
}

fn no_member(refusal: Refusal) -> Result<(), Refusal> {
    if refusal == Refusal::NotAMember { Ok(()) } else { Err(refusal) }
}

/// The terms on which something is imposed, as they are kept.
///
/// # Errors
/// [`Refusal::BadField`].
pub(super) fn sound(terms: Terms, now: Timestamp) -> Result<Terms, Refusal> {
    if terms.until.is_some_and(|until| until <= now) {
        return Err(Refusal::BadField { field: "until", problem: "is over already" });
    }
    let problem = "has at most 500 bytes and no line breaks";
    let sound = |reason: String| texts::one_line(&reason, "reason", problem, |reason| reason.len() <= MAX_REASON);
    Ok(Terms { reason: terms.reason.map(sound).transpose()?, ..terms })
}
