//! Speaking: finding the conversation, checking the right, and handing the message to the journal, or to the pair.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::MutexGuard;
use shared::{Destination, MessageId, RoomId, RoomKind, Seq, Username};
use tokio::sync::oneshot;

use super::cluster::NodeId;
use super::files::check_metadata;
use super::journal::{Answer, Entry};
use super::live::Live;
use super::outbox::OutboxSender;
use super::permission::{self, Action};
use super::{Accepted, Event, Hub, Note, Refusal, Reply, RoomRef, Say, SessionId, Tag, views};
use crate::store::{Extent, Marks, Message, NewMessage, Quote, Room, Since, Timestamp};

/// Who speaks without a connection: a device over HTTP, a bot.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// Under which name; it was vouched for.
    pub name: Username,
    /// Where it comes from.
    pub address: IpAddr,
}

/// Where a message goes.
enum Place {
    Stored(Arc<RoomRef>),
    Pair(RoomId),
    /// A pair that lives on another node.
    PairAt(NodeId, RoomId),
}

impl Hub {
    /// Speaks where nothing has to be waited for: in a pair, or in a conversation where somebody is now, what brings no
    /// file and answers nothing. That is nearly all that is said, and making a future of it would cost more than doing it.
    /// `None` within: the answer comes through the outbox.
    ///
    /// # Errors
    /// It has to be waited for: [`Command::Say`](super::Command::Say) does.
    #[expect(clippy::result_large_err, reason = "what is handed back is what was handed in")]
    pub fn say_at_once(&self, session: SessionId, tag: Tag, say: Say) -> Result<Option<Result<Reply, Refusal>>, Say> {
        if !say.files.is_empty() || say.reply_to.is_some() {
            return Err(say);
        }
        if let Err(refusal) = self.check_hold(session) {
            return Ok(Some(Err(refusal)));
        }
        let checked = self.check_body(&say).and_then(|()| check_metadata(&say.metadata));
        let (place, sender) = match checked.and_then(|()| self.live_place(session, &say.to)) {
            Ok(Some(place)) => place,
            Ok(None) => return Err(say),
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let room = match place {
            Place::Pair(room) => return Ok(Some(self.say_in_pair(session, room, say).map(Reply::Accepted))),
            Place::PairAt(..) => return Err(say),
            Place::Stored(room) => room,
        };
        let journal = self.inner.journal.lock();
        let Some(journal) = &*journal else { return Ok(Some(Err(Refusal::ShuttingDown))) };
        let Some(line) = journal.place() else { return Err(say) };
        let message = self.new_message(room.id, sender, say, None);
        line.append(Entry { message, room, origin: Some(session), answer: Answer::Session(session, tag) });
        Ok(None)
    }

    pub(super) async fn say_in_session(
        &self,
        session: SessionId,
        tag: Tag,
        say: Say,
    ) -> Option<Result<Reply, Refusal>> {
        match self.try_say(session, tag, say).await {
            Ok(Some(accepted)) => Some(Ok(Reply::Accepted(accepted))),
            Ok(None) => None,
            Err(refusal) => Some(Err(refusal)),
        }
    }

    /// `Some`: said in a pair, at once. `None`: the journal answers.
    async fn try_say(&self, session: SessionId, tag: Tag, say: Say) -> Result<Option<Accepted>, Refusal> {
        self.check_body(&say)?;
        check_metadata(&say.metadata)?;
        match self.place_of(session, &say.to).await? {
            Place::Pair(_) | Place::PairAt(..) if !say.files.is_empty() => Err(Refusal::NotInThisKind),
            Place::Pair(room) => self.say_in_pair(session, room, say).map(Some),
            Place::PairAt(host, room) => self.say_abroad(session, host, room, say).await.map(Some),
            Place::Stored(room) => {
                let sender = self.name_of(session)?;
                let mut say = say;
                self.attach(&say.files, &sender, room.id, &mut say.metadata).await?;
                let quote = self.quote(session, room.id, say.reply_to).await?;
                let message = self.new_message(room.id, sender, say, quote);
                let answer = Answer::Session(session, tag);
                self.journal()?.append(Entry { message, room, origin: Some(session), answer }).await?;
                Ok(None)
            }
        }
    }

    /// Sends a message to a user for somebody who has no connection, and waits until it is stored.
    ///
    /// # Errors
    /// What a session would be refused too.
    pub async fn say_as(&self, speaker: Speaker, to: &Username, say: Say) -> Result<Accepted, Refusal> {
        check_metadata(&say.metadata)?;
        let room = self.direct_room(&speaker.name, to).await?;
        self.say_for(speaker.name, room, say).await
    }

    /// Says something in a room for somebody who has no connection and may, and waits until it is stored.
    pub(super) async fn say_for(&self, name: Username, room: Arc<RoomRef>, say: Say) -> Result<Accepted, Refusal> {
        self.check_body(&say)?;
        let message = self.new_message(room.id, name, say, None);
        let (caller, answer) = oneshot::channel();
        self.journal()?.append(Entry { message, room, origin: None, answer: Answer::Caller(caller) }).await?;
        answer.await.map_err(|_| Refusal::ShuttingDown)?
    }

    pub(super) fn typing(&self, session: SessionId, room: RoomId, on: bool) -> Result<(), Refusal> {
        let live = self.inner.live.lock();
        let user = speaker_name(&live, session)?;
        if room.is_pair() {
            permission::check(Action::Speak, RoomKind::Pair, live.relation_to_pair(session, room))?;
            if live.type_abroad(session, on) {
                return Ok(());
            }
            if let Some(reference) = live.pairs.describe_room(room) {
                let told = live.tell_pair(room, Event::Typing { room: reference, user, on }, Some(session));
                drop(live);
                carry(&told);
            }
            return Ok(());
        }
        let in_room = live.rooms.get(room).ok_or(Refusal::NoSuchRoom)?;
        live.allow(Action::Speak, session, &in_room.room, self.now())?;
        live.tell_typing(room, &user, on);
        drop(live);
        self.tell_others_in(room, || Note::Typing { room, user, on });
        Ok(())
    }

    fn check_body(&self, say: &Say) -> Result<(), Refusal> {
        let limit = self.inner.settings.limits.max_message_bytes;
        if !say.body.is_empty() || say.files.is_empty() {
            self.check_text(&say.body)?;
        }
        let metadata: usize = if say.metadata.is_empty() { 0 } else { metadata_bytes(&say.metadata) };
        if say.body.len() + metadata > limit { Err(Refusal::TooLarge { limit }) } else { Ok(()) }
    }

    /// Whether a text can be a message's.
    pub(super) fn check_text(&self, body: &str) -> Result<(), Refusal> {
        let limit = self.inner.settings.limits.max_message_bytes;
        if body.is_empty() {
            return Err(Refusal::EmptyMessage);
        }
        if body.contains('\0') {
            return Err(Refusal::BadField { field: "body", problem: "cannot hold the character U+0000" });
        }
        if body.len() > limit { Err(Refusal::TooLarge { limit }) } else { Ok(()) }
    }

    async fn place_of(&self, session: SessionId, to: &Destination) -> Result<Place, Refusal> {
        if let Some((place, _)) = self.live_place(session, to)? {
            return Ok(place);
        }
        match to {
            Destination::User(user) => {
                let me = self.name_of(session)?;
                Ok(Place::Stored(self.direct_room(&me, user).await?))
            }
            Destination::Room(_) | Destination::Named(_) => {
                let room = self.find_room(to).await?;
                self.inner.live.lock().allow(Action::Speak, session, &RoomRef::of(&room), self.now())?;
                Err(Refusal::NotAMember)
            }
        }
    }

    /// Where the message goes and who speaks, if somebody is in that conversation now; the usual case, without asking the
    /// store.
    fn live_place(&self, session: SessionId, to: &Destination) -> Result<Option<(Place, Username)>, Refusal> {
        let live = self.inner.live.lock();
        let in_room = match to {
            Destination::Room(room) if room.is_pair() => {
                permission::check(Action::Speak, RoomKind::Pair, live.relation_to_pair(session, *room))?;
                let place = live.pairs.host_of(session).map_or(Place::Pair(*room), |host| Place::PairAt(host, *room));
                return Ok(Some((place, speaker_name(&live, session)?)));
            }
            Destination::Room(room) => live.rooms.get(*room),
            Destination::Named(name) => live.rooms.named(name),
            Destination::User(user) => live.rooms.direct(&speaker_name(&live, session)?, user),
        };
        let Some(in_room) = in_room else { return Ok(None) };
        live.allow(Action::Speak, session, &in_room.room, self.now())
            .or_else(|refusal| if in_room.room.kind == RoomKind::Direct { Ok(()) } else { Err(refusal) })?;
        let speaker = speaker_name(&live, session)?;
        Ok(Some((Place::Stored(Arc::clone(&in_room.room)), speaker)))
    }

    /// The conversation of two users, with all their connections in it.
    pub(super) async fn direct_room(&self, me: &Username, user: &Username) -> Result<Arc<RoomRef>, Refusal> {
        if let Some(live) = self.inner.live.lock().rooms.direct(me, user) {
            return Ok(Arc::clone(&live.room));
        }
        let room = self.inner.store.ensure_direct(me, user, self.now()).await;
        let room = room.map_err(|error| Self::unavailable(&error))?;
        for one in [me, user] {
            self.show_direct(one, &room).await?;
            self.tell_others(|| Note::Gained { room: room.id, user: one.clone() });
        }
        Ok(RoomRef::of(&room))
    }

    /// Brings a user's connections into a direct conversation that was not live, and tells them that there is one.
    pub(super) async fn show_direct(&self, user: &Username, room: &Room) -> Result<(), Refusal> {
        if !self.inner.live.lock().people.is_online(user) {
            return Ok(());
        }
        let membership = self.inner.store.membership(room.id, user).await.map_err(|error| Self::unavailable(&error))?;
        let Some(membership) = membership else { return Ok(()) };
        // Where another node made the conversation, something may have been said in it by now: he is told that too.
        let joined_at = membership.read.max(membership.hidden).min(room.last_seq);
        let told = self.told_since(room.id, joined_at).await?;
        let mut live = self.inner.live.lock();
        let arriving = live.arriving(user, room.id);
        live.place_user(user, &Room { last_seq: joined_at, ..room.clone() });
        live.rooms.learn(&Extent { room: room.id, last_seq: room.last_seq, change: room.change });
        let view = views::room_view(&live, user, membership, self.now());
        live.tell_user(user, Event::RoomAdded(view), None);
        live.catch_up(&arriving, room.id, joined_at, told);
        Ok(())
    }

    fn say_in_pair(&self, session: SessionId, room: RoomId, say: Say) -> Result<Accepted, Refusal> {
        let stamp = (self.new_message_id(), self.now());
        let live = self.inner.live.lock();
        let sender = speaker_name(&live, session)?;
        Self::put_in_pair(live, stamp, (sender, Some(session)), room, say)
    }

    /// The same for somebody of another node.
    pub(super) fn say_in_pair_as(&self, sender: Username, room: RoomId, say: Say) -> Result<Accepted, Refusal> {
        let stamp = (self.new_message_id(), self.now());
        Self::put_in_pair(self.inner.live.lock(), stamp, (sender, None), room, say)
    }

    fn put_in_pair(
        mut live: MutexGuard<'_, Live>,
        (id, now): (MessageId, Timestamp),
        (sender, origin): (Username, Option<SessionId>),
        room: RoomId,
        say: Say,
    ) -> Result<Accepted, Refusal> {
        let Say { body, kind, metadata, client_id, reply_to, .. } = say;
        let reply_to = match reply_to {
            Some(seq) => Some(live.pairs.message(room, seq).map(quote_of).ok_or(NOT_THERE)?),
            None => None,
        };
        let sent = client_id.clone().map(|client_id| (sender.clone(), client_id));
        let make = |seq| Message {
            room,
            seq,
            id,
            sender: sender.clone(),
            body,
            time: now,
            kind,
            metadata,
            client_id: client_id.clone(),
            reply_to,
            since: Since::default(),
        };
        let (message, new) = live.pairs.say(room, sent.as_ref(), make).ok_or(Refusal::NotPaired)?;
        if let (true, Some(reference)) = (new, live.pairs.describe_room(room)) {
            let event = Event::Message { room: reference, message: Arc::clone(&message), origin };
            let told = live.tell_pair(room, event, None);
            drop(live);
            carry(&told);
        }
        Ok(Accepted {
            room,
            seq: message.seq,
            id: message.id.clone(),
            time: message.time,
            client_id: message.client_id.clone(),
            duplicate: !new,
            away: None,
        })
    }

    fn new_message(&self, room: RoomId, sender: Username, say: Say, reply_to: Option<Quote>) -> NewMessage {
        let Say { body, kind, metadata, client_id, .. } = say;
        let (id, time) = (self.new_message_id(), self.now());
        NewMessage { room, id, sender, body, time, kind, metadata, client_id, reply_to }
    }

    /// The message that another one answers.
    async fn quote(&self, session: SessionId, room: RoomId, seq: Option<Seq>) -> Result<Option<Quote>, Refusal> {
        let Some(seq) = seq else { return Ok(None) };
        let hidden = self.readable_after(session, room).await?;
        let found = self.inner.store.message(room, seq).await.map_err(|error| Self::unavailable(&error))?;
        let answered = found.filter(|message| message.seq > hidden && !message.since.deleted);
        answered.as_ref().map(quote_of).map(Some).ok_or(NOT_THERE)
    }

    pub(super) async fn mark_read(&self, session: SessionId, room: RoomId, seq: Seq) -> Result<(), Refusal> {
        let me = self.name_of(session)?;
        if room.is_pair() {
            return Ok(());
        }
        {
            let live = self.inner.live.lock();
            let in_room = live.rooms.get(room).ok_or(Refusal::NoSuchRoom)?;
            live.allow(Action::MarkRead, session, &in_room.room, self.now())?;
        }
        self.mark(Marks { room, user: me.clone(), read: seq, delivered: seq, noticed: seq }).await;
        self.flush_marks().await;
        let membership = self.inner.store.membership(room, &me).await.map_err(|error| Self::unavailable(&error))?;
        let Some(membership) = membership else { return Ok(()) };
        let unread = crate::store::unread(membership.room.last_seq, membership.read, membership.hidden);
        let (seq, mentions) = (membership.read, membership.mentions);
        self.inner.live.lock().tell_read(room, &me, seq, (unread, mentions), Some(session));
        self.tell_others_in(room, || Note::Read { room, user: me, seq, unread, mentions });
        Ok(())
    }
}

/// Has what is in these outboxes told.
pub(super) fn carry(outboxes: &[OutboxSender]) {
    for outbox in outboxes {
        outbox.carry();
    }
}

fn speaker_name(live: &Live, session: SessionId) -> Result<Username, Refusal> {
    live.people.connection(session).and_then(|connection| connection.name.clone()).ok_or(Refusal::NotIdentified)
}

/// Why a message cannot answer another.
pub(super) const NOT_THERE: Refusal =
    Refusal::BadField { field: "reply_to", problem: "names no message of this conversation" };

fn quote_of(message: &Message) -> Quote {
    let excerpt = shared::excerpt(&shared::gist(&message.body, &message.metadata));
    Quote { seq: message.seq, sender: message.sender.clone(), excerpt: Some(excerpt) }
}

/// Roughly how much a metadata object weighs: its texts and a little for each value.
pub(super) fn metadata_bytes(metadata: &shared::MetadataMap) -> usize {
    metadata.iter().map(|(key, value)| key.len() + value.to_string().len() + 6).sum()
}
