//! The rooms somebody is in right now: who is present, and by which right. What a room is lives in the store;
//! here is only what lasts as long as its connections.

use std::collections::HashMap;
use std::sync::Arc;

use shared::{RoomId, RoomKind, RoomName, Username};

use super::numbered::Numbered;
use super::outbox::{Delivery, OutboxSender};
use super::{Event, News, RoomRef, SessionId};

/// A connection in a room.
#[derive(Debug)]
pub struct Present {
    /// Where it is told things.
    pub outbox: OutboxSender,
    /// Under which name, if it has one.
    pub name: Option<Username>,
    /// A member, not only present.
    pub member: bool,
    /// Wants to know how many are here.
    pub attendance: bool,
    /// Takes messages of this room.
    pub listens: bool,
    /// Wants to know who comes online and goes.
    pub presence: bool,
}

/// A room with somebody in it.
#[derive(Debug)]
pub struct LiveRoom {
    /// What it is.
    pub room: Arc<RoomRef>,
    present: Numbered<SessionId, Present>,
}

impl LiveRoom {
    /// Tells everyone present.
    pub fn tell(&self, event: Event) {
        self.tell_those(event, |_, _| true);
    }

    /// Tells everyone present whom `whom` picks.
    pub fn tell_those(&self, event: Event, whom: impl Fn(SessionId, &Present) -> bool) {
        let news = Arc::new(News::one(event));
        for (session, present) in &self.present {
            if whom(*session, present) {
                present.outbox.push(Delivery::Shared(Arc::clone(&news)));
            }
        }
    }

    /// Puts what was said into the outboxes of all who listen. Hands back those outboxes, which are to be carried once
    /// nothing is locked any more, each with the name of its user where what reaches him is noted.
    #[must_use]
    pub fn post(&self, news: &Arc<News>) -> Vec<(OutboxSender, Option<Username>)> {
        let noted = matches!(self.room.kind, RoomKind::Direct | RoomKind::Group);
        let listening = self.present.values().filter(|present| present.listens);
        listening
            .map(|present| {
                present.outbox.put(Delivery::Shared(Arc::clone(news)));
                (present.outbox.clone(), present.name.clone().filter(|_| noted))
            })
            .collect()
    }

    /// How many connections are here.
    #[must_use]
    pub fn attendance(&self) -> u32 {
        u32::try_from(self.present.len()).unwrap_or(u32::MAX)
    }

    /// A connection that is here.
    #[must_use]
    pub fn present(&self, session: SessionId) -> Option<&Present> {
        self.present.get(&session)
    }

    /// Every connection that is here.
    pub fn all(&self) -> impl Iterator<Item = (SessionId, &Present)> {
        self.present.iter().map(|(session, present)| (*session, present))
    }

    /// Whether a connection of that user takes messages here.
    #[must_use]
    pub fn reaches(&self, user: &Username) -> bool {
        self.present.values().any(|present| present.listens && present.name.as_ref() == Some(user))
    }

    fn tell_attendance(&self, session: SessionId, came: bool) {
        if self.present.values().any(|present| present.attendance) {
            let event = Event::Attendance { room: Arc::clone(&self.room), present: self.attendance(), came, session };
            self.tell_those(event, |_, present| present.attendance);
        }
    }
}

/// All rooms with somebody in them.
#[derive(Debug, Default)]
pub struct Rooms {
    rooms: Numbered<RoomId, LiveRoom>,
    names: HashMap<RoomName, RoomId>,
    directs: HashMap<(String, String), RoomId>,
    /// In which rooms a connection is.
    of_session: Numbered<SessionId, Vec<RoomId>>,
}

impl Rooms {
    /// A room with somebody in it.
    #[must_use]
    pub fn get(&self, room: RoomId) -> Option<&LiveRoom> {
        self.rooms.get(&room)
    }

    /// A public room or group with somebody in it.
    #[must_use]
    pub fn named(&self, name: &RoomName) -> Option<&LiveRoom> {
        self.rooms.get(self.names.get(name)?)
    }

    /// The direct conversation of two users, where one of them is connected.
    #[must_use]
    pub fn direct(&self, one: &Username, other: &Username) -> Option<&LiveRoom> {
        self.rooms.get(self.directs.get(&direct_key(one, other))?)
    }

    /// Brings a connection into a room, or makes one that was only present a member. True: it was not here before.
    pub fn enter(&mut self, room: &Arc<RoomRef>, session: SessionId, present: Present) -> bool {
        let live = self.rooms.entry(room.id).or_insert_with(|| {
            if let Some(name) = &room.name {
                self.names.insert(name.clone(), room.id);
            }
            if let Some((one, other)) = &room.parties {
                self.directs.insert(direct_key(one, other), room.id);
            }
            LiveRoom { room: Arc::clone(room), present: Numbered::default() }
        });
        if let Some(here) = live.present.get_mut(&session) {
            here.member |= present.member;
            here.name = present.name;
            return false;
        }
        live.present.insert(session, present);
        self.of_session.entry(session).or_default().push(room.id);
        live.tell_attendance(session, true);
        true
    }

    /// Takes a connection out of a room.
    pub fn exit(&mut self, room: RoomId, session: SessionId) {
        if let Some(rooms) = self.of_session.get_mut(&session) {
            rooms.retain(|other| *other != room);
            if rooms.is_empty() {
                self.of_session.remove(&session);
            }
        }
        let Some(live) = self.rooms.get_mut(&room) else { return };
        if live.present.remove(&session).is_some() {
            live.tell_attendance(session, false);
        }
        if live.present.is_empty() {
            self.forget(room);
        }
    }

    /// Takes a connection out of every room it is in.
    pub fn exit_all(&mut self, session: SessionId) {
        for room in self.of_session.get(&session).cloned().unwrap_or_default() {
            self.exit(room, session);
        }
    }

    /// Takes everyone out, since the room is no more.
    pub fn close(&mut self, room: RoomId) {
        let sessions: Vec<_> = self.get(room).map(|live| live.present.keys().copied().collect()).unwrap_or_default();
        for session in sessions {
            self.exit(room, session);
        }
    }

    /// Gives a connection another name in the rooms where it is present without being a member.
    pub fn rename(&mut self, session: SessionId, name: &Username) {
        for room in self.of_session.get(&session).into_iter().flatten() {
            if let Some(present) = self.rooms.get_mut(room).and_then(|live| live.present.get_mut(&session)) {
                present.name = Some(name.clone());
            }
        }
    }

    /// The rooms a connection is in.
    pub fn of_session(&self, session: SessionId) -> impl Iterator<Item = &LiveRoom> {
        self.of_session.get(&session).into_iter().flatten().filter_map(|room| self.rooms.get(room))
    }

    /// How many rooms have somebody in them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    fn forget(&mut self, room: RoomId) {
        let Some(live) = self.rooms.remove(&room) else { return };
        if let Some(name) = &live.room.name {
            self.names.remove(name);
        }
        if let Some((one, other)) = &live.room.parties {
            self.directs.remove(&direct_key(one, other));
        }
    }
}

fn direct_key(one: &Username, other: &Username) -> (String, String) {
    let (one, other) = (one.key(), other.key());
    if one <= other { (one, other) } else { (other, one) }
}
