//! Those of this node's people who sit with somebody at another node: what they were told of where they stand, and what
//! was said there, so that whatever asks for it is answered here. What is decided is decided by the host.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use shared::{RoomId, Seq, Stranger, Username};

use super::pair::{Pair, Said, Seat};
use super::{Acquaintance, Changes, NodeId, Pairs, RoomRef, SessionId, Sitter};
use crate::store::Message;

/// Where this node's people sit whose host is another node.
#[derive(Debug, Default)]
pub struct Abroad {
    stays: HashMap<SessionId, Stay>,
    rooms: HashMap<RoomId, Room>,
    /// Who is on the way to a seat there.
    coming: HashMap<SessionId, NodeId>,
}

/// A connection's seat at another node.
#[derive(Debug)]
struct Stay {
    host: NodeId,
    /// Its own name, as the host knows it.
    name: Option<Username>,
    /// What it was told last; never idle.
    state: Stranger,
}

/// A pair that lives at another node.
#[derive(Debug)]
struct Room {
    host: NodeId,
    reference: Arc<RoomRef>,
    said: Said,
    /// This node's connections in it.
    sessions: Vec<SessionId>,
    /// What is missing was asked for up to here.
    missing: Seq,
    /// Nobody of this node sat there when it was last looked at.
    unused: bool,
}

/// Somebody left a seat at another node, with all his connections of this node.
#[derive(Debug)]
pub struct Departed {
    /// That node.
    pub host: NodeId,
    /// His name.
    pub name: Option<Username>,
    /// His connections.
    pub sessions: Vec<SessionId>,
    /// The key of whom he sat with.
    pub partner: Option<String>,
}

/// What becomes of a message that came from another node.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// These are to be told.
    Tell(Arc<RoomRef>, Vec<SessionId>),
    /// Somebody has to send what came after that place.
    Missing(Seq),
    /// It is known already, asked for already, or for nobody here.
    Nothing,
}

/// The room somebody sits in who stands so.
pub(super) fn room_in(state: &Stranger) -> Option<RoomId> {
    match state {
        Stranger::Idle {} => None,
        Stranger::Waiting { room, .. } | Stranger::Matched { room, .. } => Some(*room),
    }
}

fn partner_in(state: &Stranger) -> Option<&Username> {
    match state {
        Stranger::Matched { with, .. } => with.as_ref(),
        Stranger::Idle {} | Stranger::Waiting { .. } => None,
    }
}

impl Abroad {
    /// Where a connection stands.
    pub fn state(&self, session: SessionId) -> Stranger {
        self.stays.get(&session).map_or(Stranger::Idle {}, |stay| stay.state.clone())
    }

    /// The room in which a connection sits.
    pub fn room_of(&self, session: SessionId) -> Option<RoomId> {
        self.stays.get(&session).and_then(|stay| room_in(&stay.state))
    }

    /// Whom a connection sits with.
    pub fn acquaintance(&self, session: SessionId) -> Option<Acquaintance> {
        let state = &self.stays.get(&session)?.state;
        let messages = room_in(state).and_then(|room| self.said_in(room)).map(|said| said.iter().cloned().collect());
        Some(Acquaintance { name: partner_in(state)?.clone(), messages: messages.unwrap_or_default() })
    }

    /// What was said in a room, as far as it was heard and is kept.
    pub fn said_in(&self, room: RoomId) -> Option<&Said> {
        self.rooms.get(&room).map(|room| &room.said)
    }

    fn room(&mut self, host: NodeId, room: RoomId) -> &mut Room {
        self.rooms.entry(room).or_insert_with(|| Room {
            host,
            reference: Pair::reference(room, &[]),
            said: Said::default(),
            sessions: Vec::new(),
            missing: Seq::ZERO,
            unused: false,
        })
    }

    /// Takes a connection out of a room, which is forgotten with its last one.
    fn leave_room(&mut self, room: Option<RoomId>, session: SessionId) {
        let Some(id) = room else { return };
        let Some(room) = self.rooms.get_mut(&id) else { return };
        room.sessions.retain(|other| *other != session);
        if room.sessions.is_empty() {
            self.rooms.remove(&id);
        }
    }

    fn remove(&mut self, session: SessionId) -> Option<Stay> {
        let stay = self.stays.remove(&session)?;
        self.leave_room(room_in(&stay.state), session);
        Some(stay)
    }

    /// The connections of this node that share a seat with one.
    fn seat_of(&self, session: SessionId) -> Vec<SessionId> {
        let Some(stay) = self.stays.get(&session) else { return Vec::new() };
        let same = |other: &SessionId| {
            let its = self.stays.get(other);
            *other == session || (stay.name.is_some() && its.is_some_and(|its| its.name == stay.name))
        };
        let mut sessions = self.sessions_in(room_in(&stay.state));
        sessions.retain(same);
        sessions
    }

    fn sessions_in(&self, room: Option<RoomId>) -> Vec<SessionId> {
        room.and_then(|room| self.rooms.get(&room)).map(|room| room.sessions.clone()).unwrap_or_default()
    }
}

impl Pairs {
    /// The node that is the host of where a connection sits, where it is not this one.
    #[must_use]
    pub fn host_of(&self, session: SessionId) -> Option<NodeId> {
        self.abroad.stays.get(&session).map(|stay| stay.host)
    }

    /// A connection asks for a seat at another node, or asks no longer.
    pub fn set_coming(&mut self, session: SessionId, host: Option<NodeId>) {
        match host {
            Some(host) => self.abroad.coming.insert(session, host),
            None => self.abroad.coming.remove(&session),
        };
    }

    /// A connection sits at another node from now on.
    pub fn arrive(&mut self, session: SessionId, name: Option<Username>, host: NodeId, state: Stranger) {
        self.remember_abroad(session);
        self.abroad.remove(session);
        self.abroad.stays.insert(session, Stay { host, name, state: Stranger::Idle {} });
        self.stand(session, host, state);
    }

    /// What a host says of where a connection stands there. False: the connection is none that sits there.
    pub fn stand(&mut self, session: SessionId, host: NodeId, state: Stranger) -> bool {
        let Some(stay) = self.abroad.stays.get(&session) else { return false };
        let (before, after) = (room_in(&stay.state), room_in(&state));
        // Where the seat has moved on to another host, the earlier one has no more to say than that it is gone from there.
        if after.is_none() && stay.host != host {
            return false;
        }
        if before != after {
            self.remember_abroad(session);
        }
        if let Some(room) = after {
            self.show_room(session, room, host, &state);
            if let Some(stay) = self.abroad.stays.get_mut(&session) {
                (stay.host, stay.state) = (host, state);
            }
        } else {
            self.abroad.stays.remove(&session);
        }
        if before != after {
            self.abroad.leave_room(before, session);
        }
        true
    }

    fn show_room(&mut self, session: SessionId, room: RoomId, host: NodeId, state: &Stranger) {
        let name = self.abroad.stays.get(&session).and_then(|stay| stay.name.clone());
        let known = self.abroad.room(host, room);
        if !known.sessions.contains(&session) {
            known.sessions.push(session);
        }
        if let (Some(me), Some(with)) = (name, partner_in(state)) {
            let seats = [Some(me), Some(with.clone())].map(|name| Seat::new(Vec::new(), name, None));
            known.reference = Pair::reference(room, &seats);
        }
    }

    fn remember_abroad(&mut self, session: SessionId) {
        if let Some(known) = self.abroad.acquaintance(session) {
            self.former.insert(session, known);
        }
    }

    /// A connection has another name than before. The host, where that is another node.
    pub fn rename_abroad(&mut self, session: SessionId, name: &Username) -> Option<NodeId> {
        let stay = self.abroad.stays.get_mut(&session)?;
        stay.name = Some(name.clone());
        let (host, state) = (stay.host, stay.state.clone());
        if let Some(room) = room_in(&state) {
            self.show_room(session, room, host, &state);
        }
        Some(host)
    }

    /// Leaves a seat at another node, with all connections of this node that sit in it.
    pub fn depart(&mut self, session: SessionId) -> Option<Departed> {
        let sessions = self.abroad.seat_of(session);
        let mut left = None;
        for session in &sessions {
            self.remember_abroad(*session);
            left = self.abroad.remove(*session).or(left);
        }
        let Stay { host, name, state } = left?;
        let partner = partner_in(&state).map(Username::key);
        Some(Departed { host, name, sessions, partner })
    }

    /// A connection that sits at another node is gone. That node.
    pub fn lose_abroad(&mut self, session: SessionId) -> Option<NodeId> {
        let stay = self.abroad.remove(session)?;
        self.former.remove(&session);
        Some(stay.host)
    }

    /// The host of a connection is gone, or does not know it: with those it shares the seat with it waits here, as one
    /// whose partner has left.
    pub fn come_home(&mut self, session: SessionId) -> Changes {
        let Some(Departed { name, sessions, .. }) = self.depart(session) else { return Vec::new() };
        let sitters = sessions.into_iter().map(Sitter::Here).collect();
        let room = self.settle(vec![Seat::new(sitters, name, None)], true);
        self.concerned(Some(room))
    }

    /// The same for all who sit at a node.
    pub fn all_come_home(&mut self, host: NodeId) -> Changes {
        let theirs = self.abroad.stays.iter().filter(|(_, stay)| stay.host == host);
        let sessions: Vec<_> = theirs.map(|(session, _)| *session).collect();
        sessions.into_iter().flat_map(|session| self.come_home(session)).collect()
    }

    /// The other nodes at which somebody of this one sits, or is about to.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<NodeId> {
        self.abroad.stays.values().map(|stay| stay.host).chain(self.abroad.coming.values().copied()).collect()
    }

    /// Who of this node sits at another, by number, with what he was told last and up to where he heard what is said.
    /// Nothing was told yet to who is about to sit down.
    #[must_use]
    pub fn guests_at(&self, host: NodeId) -> Vec<(SessionId, Option<Stranger>, Seq)> {
        let stays = self.abroad.stays.iter().filter(|(_, stay)| stay.host == host).map(|(session, stay)| {
            let said = room_in(&stay.state).and_then(|room| self.abroad.said_in(room));
            (*session, Some(stay.state.clone()), said.map_or(Seq::ZERO, Said::last_seq))
        });
        let coming = self.abroad.coming.iter().filter(|(session, at)| {
            **at == host && self.abroad.stays.get(session).is_none_or(|stay| stay.host != host)
        });
        let mut all: Vec<_> = stays.chain(coming.map(|(session, _)| (*session, None, Seq::ZERO))).collect();
        all.sort_by_key(|(session, ..)| *session);
        all
    }

    /// Something was said in a room of another node.
    pub fn hear(&mut self, host: NodeId, message: Arc<Message>) -> Heard {
        let Some(room) = self.abroad.rooms.get_mut(&message.room).filter(|room| room.host == host) else {
            return Heard::Nothing;
        };
        let (told, seq) = (room.said.last_seq(), message.seq);
        if seq > told.next() {
            return if std::mem::replace(&mut room.missing, seq) > told {
                Heard::Nothing
            } else {
                Heard::Missing(told)
            };
        }
        if seq <= told {
            return Heard::Nothing;
        }
        let (id, reference) = (message.room, Arc::clone(&room.reference));
        room.said.push(message);
        Heard::Tell(reference, self.sessions_abroad(id))
    }

    /// What was said in a room of another node before somebody of this one came, or came back, to it.
    pub fn learn(&mut self, host: NodeId, message: Arc<Message>) {
        let room = self.abroad.room(host, message.room);
        if room.host == host && (message.seq == room.said.last_seq().next() || room.said.last_seq() == Seq::ZERO) {
            room.said.push(message);
        }
    }

    /// Forgets what was learnt for somebody who did not come.
    pub fn forget_unused(&mut self) {
        self.abroad.rooms.retain(|_, room| {
            let unused = room.sessions.is_empty();
            !(std::mem::replace(&mut room.unused, unused) && unused)
        });
    }

    /// This node's connections that sit in a room of another node.
    #[must_use]
    pub fn sessions_abroad(&self, room: RoomId) -> Vec<SessionId> {
        self.abroad.sessions_in(Some(room))
    }

    /// The same without those of one name; and what the room is.
    #[must_use]
    pub fn others_abroad(&self, host: NodeId, room: RoomId, than: &Username) -> Option<(Arc<RoomRef>, Vec<SessionId>)> {
        let known = self.abroad.rooms.get(&room).filter(|known| known.host == host)?;
        let mut sessions = self.sessions_abroad(room);
        sessions.retain(|session| self.abroad.stays.get(session).is_some_and(|stay| stay.name.as_ref() != Some(than)));
        Some((Arc::clone(&known.reference), sessions))
    }
}
