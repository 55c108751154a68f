//! Reading: pages of history, what was missed, stored mail, and the lists of rooms and people.

use std::collections::HashMap;
use std::sync::Arc;

use shared::{Change, Destination, RoomId, RoomKind, Seen, Seq, Username};

use super::permission::{self, Action};
use super::{Hub, Listed, Person, Recovery, Refusal, Reply, RoomRef, RoomView, SessionId, views};
use crate::store::{Marks, Membership, Message, Page, Room};

/// The most rooms a directory and the most people a member list name.
const LIST_LIMIT: u32 = 1_000;

/// How much mail is told at once, in messages: who asked and got so many asks again.
pub const MAIL_AT_ONCE: usize = 1_000;

impl Hub {
    pub(super) async fn history(
        &self,
        session: SessionId,
        room: RoomId,
        before: Option<Seq>,
        after: Option<Seq>,
        limit: Option<u32>,
    ) -> Result<Reply, Refusal> {
        let most = self.inner.settings.limits.max_history_page;
        let limit = limit.unwrap_or(most).clamp(1, most);
        if room.is_pair() {
            return self.pair_history(session, room, before, after);
        }
        let hidden = self.readable_after(session, room).await?;
        let start = after.unwrap_or(Seq::ZERO).max(hidden);
        let page = Page { after: start, before, limit: limit + 1, newest: after.is_none() };
        let mut messages = self.inner.store.page(room, page).await.map_err(|error| Self::unavailable(&error))?;
        let more = messages.len() > limit as usize;
        if more {
            let superfluous = if page.newest { 0 } else { messages.len() - 1 };
            messages.remove(superfluous);
        }
        if before.is_none()
            && let Some(last) = messages.last()
        {
            self.fetched(session, room, last.seq).await;
        }
        Ok(Reply::Page { room, messages, more })
    }

    fn pair_history(
        &self,
        session: SessionId,
        room: RoomId,
        before: Option<Seq>,
        after: Option<Seq>,
    ) -> Result<Reply, Refusal> {
        let live = self.inner.live.lock();
        permission::check(Action::Read, RoomKind::Pair, live.relation_to_pair(session, room))?;
        let (mut messages, _) = live.pairs.since(room, after.unwrap_or(Seq::ZERO)).ok_or(Refusal::NoSuchRoom)?;
        messages.retain(|message| before.is_none_or(|before| message.seq < before));
        Ok(Reply::Page { room, messages, more: false })
    }

    pub(super) async fn resume(&self, session: SessionId, seen: Vec<Seen>) -> Result<Vec<Recovery>, Refusal> {
        let mut recoveries = Vec::with_capacity(seen.len().min(LIST_LIMIT as usize));
        for seen in seen.into_iter().take(LIST_LIMIT as usize) {
            recoveries.push(self.recover(session, seen).await?);
        }
        Ok(recoveries)
    }

    async fn recover(&self, session: SessionId, seen: Seen) -> Result<Recovery, Refusal> {
        let room = seen.room;
        let recovery =
            |recovered, messages| Recovery { room, recovered, messages, changed: Vec::new(), change: Change::ZERO };
        if room.is_pair() {
            let live = self.inner.live.lock();
            let sits = live.pairs.room_of(session) == Some(room);
            let since = if sits { live.pairs.since(room, seen.seq) } else { None };
            return Ok(since
                .map_or_else(|| recovery(false, Vec::new()), |(messages, recovered)| recovery(recovered, messages)));
        }
        let (stored, hidden) = match self.readable(session, room).await {
            Ok(readable) => readable,
            Err(Refusal::Unavailable) => return Err(Refusal::Unavailable),
            Err(_) => return Ok(recovery(false, Vec::new())),
        };
        let most = self.inner.settings.limits.max_resume_messages;
        let page = Page { after: seen.seq.max(hidden), before: None, limit: most + 1, newest: false };
        let messages = self.inner.store.page(room, page).await.map_err(|error| Self::unavailable(&error))?;
        let mut changed = match seen.change {
            Some(change) => self.inner.store.amended(room, change, seen.seq, most + 1).await,
            None => Ok(Vec::new()),
        }
        .map_err(|error| Self::unavailable(&error))?;
        // A room made anew under the same number would be shorter than what was seen; numbers are never used twice,
        // so being behind the client means the store was set back.
        if messages.len() > most as usize || changed.len() > most as usize {
            return Ok(Recovery { change: stored.change, ..recovery(false, Vec::new()) });
        }
        changed.retain(|message| message.seq > hidden);
        if let Some(last) = messages.last() {
            self.fetched(session, room, last.seq).await;
        }
        Ok(Recovery { changed, change: stored.change, ..recovery(true, messages) })
    }

    /// A room that a session may read, and from where on.
    pub(super) async fn readable(&self, session: SessionId, room: RoomId) -> Result<(Room, Seq), Refusal> {
        let stored = self.find_room(&Destination::Room(room)).await?;
        self.allow(Action::Read, session, &stored)?;
        if stored.kind == RoomKind::Public {
            return Ok((stored, Seq::ZERO));
        }
        let me = self.name_of(session)?;
        let membership = self.inner.store.membership(room, &me).await.map_err(|error| Self::unavailable(&error))?;
        Ok((stored, membership.map_or(Seq::ZERO, |membership| membership.hidden)))
    }

    /// From where on a session may read a room.
    pub(super) async fn readable_after(&self, session: SessionId, room: RoomId) -> Result<Seq, Refusal> {
        self.readable(session, room).await.map(|(_, hidden)| hidden)
    }

    /// What a client fetched counts as delivered.
    async fn fetched(&self, session: SessionId, room: RoomId, last: Seq) {
        let kind = self.inner.live.lock().rooms.get(room).map(|live| live.room.kind);
        if let (Some(RoomKind::Direct | RoomKind::Group), Ok(user)) = (kind, self.name_of(session)) {
            self.mark(Marks { room, user, read: Seq::ZERO, delivered: last, noticed: last }).await;
        }
    }

    pub(super) async fn take_mail(&self, session: SessionId) -> Result<Vec<(Arc<RoomRef>, Arc<Message>)>, Refusal> {
        let me = self.name_of(session)?;
        let direct = {
            let live = self.inner.live.lock();
            live.people.connection(session).is_some_and(|connection| connection.traits.direct)
        };
        self.mail_of(&me, if direct { &[RoomKind::Direct, RoomKind::Group] } else { &[RoomKind::Group] }).await
    }

    pub(super) async fn take_direct_mail(
        &self,
        session: SessionId,
    ) -> Result<Vec<(Arc<RoomRef>, Arc<Message>)>, Refusal> {
        let me = self.name_of(session)?;
        self.mail_of(&me, &[RoomKind::Direct]).await
    }

    /// What waits for a user in conversations of these kinds, at most [`MAIL_AT_ONCE`] messages; they count as delivered
    /// from then on, and what is left is there for who asks again.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn mail_of(
        &self,
        user: &Username,
        kinds: &[RoomKind],
    ) -> Result<Vec<(Arc<RoomRef>, Arc<Message>)>, Refusal> {
        self.flush_marks().await;
        let limit = u32::try_from(MAIL_AT_ONCE).unwrap_or(u32::MAX);
        let mail = self.inner.store.mail(user, kinds, limit).await.map_err(|error| Self::unavailable(&error))?;
        let mut rooms: HashMap<RoomId, Arc<RoomRef>> = HashMap::new();
        let mut taken = Vec::with_capacity(mail.len());
        for message in mail {
            let room = match rooms.get(&message.room) {
                Some(room) => Arc::clone(room),
                None => {
                    let room = RoomRef::of(&self.find_room(&Destination::Room(message.room)).await?);
                    rooms.insert(room.id, Arc::clone(&room));
                    room
                }
            };
            taken.push((room, Arc::new(message)));
        }
        for (room, message) in &taken {
            self.mark(Marks::delivered(room.id, user.clone(), message.seq, message.class())).await;
        }
        self.flush_marks().await;
        Ok(taken)
    }

    pub(super) async fn directory(&self, session: SessionId) -> Result<Vec<Listed>, Refusal> {
        let listings = self.inner.store.directory(LIST_LIMIT).await.map_err(|error| Self::unavailable(&error))?;
        let live = self.inner.live.lock();
        let joined = |room| live.is_member(session, room);
        Ok(listings
            .into_iter()
            .map(|listing| {
                let joined = joined(listing.room.id);
                views::listed(&live, listing, joined)
            })
            .collect())
    }

    pub(super) async fn rooms(&self, session: SessionId) -> Result<Vec<RoomView>, Refusal> {
        let me = self.name_of(session)?;
        let memberships = self.memberships(&me).await?;
        let (live, now) = (self.inner.live.lock(), self.now());
        Ok(memberships.into_iter().map(|membership| views::room_view(&live, &me, membership, now)).collect())
    }

    pub(super) async fn members(&self, session: SessionId, place: &Destination) -> Result<Reply, Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Read, session, &room)?;
        let records = self.inner.store.members(room.id, LIST_LIMIT).await.map_err(|error| Self::unavailable(&error))?;
        let live = self.inner.live.lock();
        let mut members: Vec<_> = records.into_iter().map(|record| views::person(&live, record, &room)).collect();
        members.sort_by_key(|person| !person.online);
        Ok(Reply::Members { room: RoomRef::of(&room), members })
    }

    pub(super) async fn people(&self, session: SessionId, names: Vec<Username>) -> Result<Vec<Person>, Refusal> {
        self.name_of(session)?;
        let mut people = Vec::with_capacity(names.len().min(LIST_LIMIT as usize));
        for name in names.into_iter().take(LIST_LIMIT as usize) {
            if self.user(&name).await?.is_some() {
                people.push(self.person(&name, None).await?);
            }
        }
        Ok(people)
    }

    pub(super) async fn memberships(&self, user: &Username) -> Result<Vec<Membership>, Refusal> {
        self.inner.store.memberships(user).await.map_err(|error| Self::unavailable(&error))
    }
}
