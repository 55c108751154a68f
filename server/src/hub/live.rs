//! All that lasts as long as its connections, under one owner: people, rooms with somebody in them, random pairs.
//! What must hold between the three is kept here, by methods that never wait.

use std::collections::HashSet;
use std::sync::Arc;

use shared::{CloseCode, RoomGoneReason, RoomId, RoomKind, Seq, Username};

use super::cluster::{Cluster, Elsewhere};
use super::outbox::{Delivery, OutboxSender};
use super::pairing::{Changes, Pairs, Sitter};
use super::people::People;
use super::permission::{self, Action, Relation};
use super::rooms::{LiveRoom, Present, Rooms};
use super::rules::Rules;
use super::{Event, News, Refusal, RoomRef, SessionId};
use crate::store::{Room, Timestamp};

/// In rooms with more connections than this, coming and going of people is not told one by one.
const PRESENCE_UP_TO: u32 = 200;

/// Everything that lives in memory.
#[derive(Debug, Default)]
pub struct Live {
    /// Connections and the names they hold.
    pub people: People,
    /// Rooms with somebody in them.
    pub rooms: Rooms,
    /// Who is connected to other nodes.
    pub elsewhere: Elsewhere,
    /// Random pairs.
    pub pairs: Pairs,
    /// Who administers, who keeps order, and whom they keep out or silent.
    pub rules: Rules,
    /// The way to the other nodes, where there are any.
    pub cluster: Option<Cluster>,
}

impl Live {
    /// Tells one session.
    pub fn tell(&self, session: SessionId, event: Event) {
        if let Some(connection) = self.people.connection(session) {
            connection.outbox.push(Delivery::Own(Box::new(event)));
        }
    }

    /// Tells all connections of a user, but for one.
    pub fn tell_user(&self, user: &Username, event: Event, except: Option<SessionId>) {
        let news = Arc::new(News::one(event));
        for (session, connection) in self.people.sessions_of(user) {
            if Some(session) != except {
                connection.outbox.push(Delivery::Shared(Arc::clone(&news)));
            }
        }
    }

    /// Tells those in a room that somebody is typing, or no longer; not himself.
    pub fn tell_typing(&self, room: RoomId, user: &Username, on: bool) {
        let Some(in_room) = self.rooms.get(room) else { return };
        let event = Event::Typing { room: Arc::clone(&in_room.room), user: user.clone(), on };
        in_room.tell_those(event, |_, present| present.listens && present.name.as_ref() != Some(user));
    }

    /// Tells a user's other connections how far he has read and how many messages are `left` to him, and how many of
    /// those name him; the other of a direct conversation how far.
    pub fn tell_read(&self, room: RoomId, user: &Username, seq: Seq, left: (u32, u32), except: Option<SessionId>) {
        let Some(in_room) = self.rooms.get(room) else { return };
        let read = |left: Option<(u32, u32)>| {
            let (unread, mentions) = left.unzip();
            Event::Read { room: Arc::clone(&in_room.room), user: user.clone(), seq, unread, mentions }
        };
        let is_his = |present: &Present| present.name.as_ref() == Some(user);
        in_room.tell_those(read(Some(left)), |session, present| Some(session) != except && is_his(present));
        if in_room.room.kind == RoomKind::Direct {
            in_room.tell_those(read(None), |_, present| !is_his(present));
        }
    }

    /// Tells everyone in a room what it is about, and whose it is, from now on.
    pub fn tell_room_changed(&self, room: RoomId, topic: String, owner: Option<Username>) {
        if let Some(in_room) = self.rooms.get(room) {
            in_room.tell(Event::RoomChanged { room: Arc::clone(&in_room.room), topic, owner });
        }
    }

    /// Tells everyone in a room that it was deleted, and takes them out.
    pub fn close_room(&mut self, room: RoomId) {
        if let Some(in_room) = self.rooms.get(room) {
            in_room.tell(Event::RoomGone { room: Arc::clone(&in_room.room), reason: RoomGoneReason::Deleted });
        }
        self.rooms.close(room);
    }

    /// Tells everybody concerned where he stands in the random chat, but for the one who gets it as an answer.
    /// Where there are several nodes, who waits is told so once they can know it too.
    pub fn tell_changes(&mut self, mut changes: Changes, except: Option<Sitter>) {
        changes.retain(|(sitter, _)| Some(*sitter) != except);
        let changes = self.pairs.withhold(changes);
        self.tell_states(changes);
    }

    /// The same, at once.
    pub fn tell_states(&self, changes: Changes) {
        for (sitter, state) in changes {
            match sitter {
                Sitter::Here(session) => self.tell(session, Event::Stranger(state)),
                Sitter::There(node, session) => self.tell_guest(node, session, state),
            }
        }
    }

    /// Tells the two of a pair that lives here, but for one connection. Hands back whose outboxes are to be carried.
    #[must_use]
    pub fn tell_pair(&self, room: RoomId, event: Event, except: Option<SessionId>) -> Vec<OutboxSender> {
        self.tell_pair_elsewhere(room, &event);
        let others = self.pairs.sessions(room).into_iter().filter(|session| Some(*session) != except);
        self.tell_sessions(others, event)
    }

    /// Tells these connections. Hands back whose outboxes are to be carried.
    #[must_use]
    pub fn tell_sessions(&self, sessions: impl IntoIterator<Item = SessionId>, event: Event) -> Vec<OutboxSender> {
        let news = Arc::new(News::one(event));
        let sessions = sessions.into_iter();
        let outboxes: Vec<_> =
            sessions.filter_map(|session| Some(self.people.connection(session)?.outbox.clone())).collect();
        for outbox in &outboxes {
            outbox.put(Delivery::Shared(Arc::clone(&news)));
        }
        outboxes
    }

    /// Brings a connection into a room, as the store has it. True: it was not there before.
    pub fn place(&mut self, session: SessionId, room: &Room, member: bool) -> bool {
        let Some(connection) = self.people.connection(session) else { return false };
        let present = Present {
            outbox: connection.outbox.clone(),
            name: connection.name.clone(),
            member,
            attendance: connection.traits.attendance,
            listens: room.kind != RoomKind::Direct || connection.traits.direct,
            presence: connection.traits.presence,
        };
        self.rooms.enter(room, session, present)
    }

    /// Brings all connections of a user into a room as a member.
    pub fn place_user(&mut self, user: &Username, room: &Room) {
        let sessions: Vec<_> = self.people.sessions_of(user).map(|(session, _)| session).collect();
        for session in sessions {
            self.place(session, room, true);
        }
    }

    /// The name of a connection, once it has one.
    #[must_use]
    pub fn name_of(&self, session: SessionId) -> Option<&Username> {
        self.people.connection(session)?.name.as_ref()
    }

    /// What a connection is to a random pair.
    #[must_use]
    pub fn relation_to_pair(&self, session: SessionId, room: RoomId) -> Relation {
        if self.pairs.room_of(session) == Some(room) { Relation::Member } else { Relation::Outsider }
    }

    /// Whether a connection is in a room as a member's.
    #[must_use]
    pub fn is_member(&self, session: SessionId, room: RoomId) -> bool {
        self.rooms.get(room).and_then(|live| live.present(session)).is_some_and(|present| present.member)
    }

    /// Whether a connection may do in a room what its owner may do no more of than its members, which only the store
    /// knows.
    ///
    /// # Errors
    /// As [`permission::check`], with the terms of the ban or silence that stands against it.
    pub fn allow(&self, action: Action, session: SessionId, room: &RoomRef, now: Timestamp) -> Result<(), Refusal> {
        let name = self.name_of(session);
        let by_place = match self.rooms.get(room.id).and_then(|live| live.present(session)) {
            Some(present) if present.member => Relation::Member,
            Some(_) => Relation::Present,
            None => Relation::Outsider,
        };
        let relation = self.rules.relation(name, (room.id, room.kind), by_place, now);
        permission::check(action, room.kind, relation)
            .map_err(|refusal| self.rules.explain(refusal, name, room.id, now))
    }

    /// Tells those who share a conversation with a user that he came online, or when he went. Called while the user's
    /// connection is still in its rooms.
    pub fn tell_presence(&self, session: SessionId, user: &Username, went: Option<Timestamp>) {
        let event = Event::Presence { user: user.clone(), online: went.is_none(), last_seen_at: went };
        self.tell_presence_to(self.rooms.of_session(session), event, Some(session));
    }

    /// Tells those in these rooms who want to know, once each.
    pub fn tell_presence_to<'a>(
        &self,
        rooms: impl Iterator<Item = &'a LiveRoom>,
        event: Event,
        except: Option<SessionId>,
    ) {
        let news = Arc::new(News::one(event));
        let mut told: HashSet<SessionId> = except.into_iter().collect();
        for room in rooms.filter(|room| room.attendance() <= PRESENCE_UP_TO) {
            for (other, present) in room.all() {
                if present.presence && told.insert(other) {
                    present.outbox.push(Delivery::Shared(Arc::clone(&news)));
                }
            }
        }
    }

    /// Takes a connection out of the rooms its user is a member of; where it is only present it stays.
    pub fn leave_memberships(&mut self, session: SessionId) {
        let member = |room: &&LiveRoom| room.present(session).is_some_and(|present| present.member);
        let rooms: Vec<_> = self.rooms.of_session(session).filter(member).map(|room| room.room.id).collect();
        for room in rooms {
            self.rooms.exit(room, session);
        }
    }

    /// Takes a connection's name from it. The name, and whether its holder is gone with that, from other nodes too.
    pub fn release_name(&mut self, session: SessionId, now: Timestamp) -> Option<(Username, bool)> {
        let (name, left) = self.people.release(session)?;
        let gone = left && !self.elsewhere.is_online(&name);
        if gone {
            self.tell_presence(session, &name, Some(now));
        }
        if left {
            self.pairs.forget_blocks(&name);
        }
        Some((name, gone))
    }

    /// Forgets what was kept for strangers who are gone.
    pub fn forget_strangers(&mut self) {
        let people = &self.people;
        self.pairs.forget_unused();
        self.pairs.forget_blocks_of_others(|key| people.is_online(&Username::kept(key.to_owned())));
    }

    /// Lets go the other connections of a user that came with the same phone.
    pub fn replace_phone(&mut self, user: &Username, phone: &str, by: Option<SessionId>, now: Timestamp) {
        let earlier: Vec<_> = self
            .people
            .sessions_of(user)
            .filter(|(other, connection)| Some(*other) != by && connection.phone.as_deref() == Some(phone))
            .map(|(other, connection)| (other, connection.outbox.clone()))
            .collect();
        for (other, outbox) in earlier {
            outbox.close(CloseCode::Replaced);
            self.release_name(other, now);
            self.rooms.exit_all(other);
        }
    }

    /// Whether others are shown when the user of a connection was last here: he has a phone, or is in a group or a
    /// direct conversation, whose members may look him up.
    #[must_use]
    pub fn is_missed(&self, session: SessionId) -> bool {
        self.people.connection(session).is_some_and(|connection| connection.phone.is_some())
            || self.rooms.of_session(session).any(|room| matches!(room.room.kind, RoomKind::Group | RoomKind::Direct))
    }
}
