//! The rooms somebody is in right now: who is present, and by which right. What a room is lives in the store;
//! here is only what lasts as long as its connections.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::{Change, RoomId, RoomKind, RoomName, Seq, Username};
use tokio::sync::Notify;

use super::cluster::{Attendance, Gate, Missed};
use super::numbered::Numbered;
use super::outbox::{Delivery, OutboxSender};
use super::{Event, News, RoomRef, SessionId};
use crate::store::{Extent, Room};

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
    /// How far it was told here, where other nodes speak in it too.
    gate: Option<Box<Gate>>,
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

    /// Tells who wants to know how many are here, with so many at other nodes, after one came or went.
    pub fn tell_attendance(&self, session: SessionId, came: bool, elsewhere: u32) {
        if self.present.values().any(|present| present.attendance) {
            let (room, present) = (Arc::clone(&self.room), self.attendance().saturating_add(elsewhere));
            self.tell_those(Event::Attendance { room, present, came, session }, |_, present| present.attendance);
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
    /// How many are present at other nodes.
    pub attendance: Attendance,
    /// `None`: this node is alone, and whatever happens in them happens here.
    watch: Option<Watch>,
}

/// What is to be looked at where other nodes speak in the same rooms.
#[derive(Debug, Default)]
struct Watch {
    /// Rooms into which somebody came first or that the last one left.
    stirred: HashSet<RoomId>,
    stirring: Arc<Notify>,
    /// Rooms in which something was said that could not be told yet.
    behind: HashSet<RoomId>,
    falling_behind: Arc<Notify>,
}

impl Rooms {
    /// None yet. `several`: other nodes are to be heard of them.
    #[must_use]
    pub fn new(several: bool) -> Self {
        Self { watch: several.then(Watch::default), ..Self::default() }
    }

    /// Rings when a room comes to life or is empty again.
    #[must_use]
    pub fn stirring(&self) -> Option<Arc<Notify>> {
        Some(Arc::clone(&self.watch.as_ref()?.stirring))
    }

    /// The rooms that came to life and those that are empty again since this was asked last.
    pub fn take_stirred(&mut self) -> (Vec<RoomId>, Vec<RoomId>) {
        let stirred = self.watch.as_mut().map(|watch| std::mem::take(&mut watch.stirred)).unwrap_or_default();
        stirred.into_iter().partition(|room| self.rooms.contains_key(room))
    }

    fn stir(&mut self, room: RoomId) {
        if let Some(watch) = &mut self.watch
            && watch.stirred.insert(room)
        {
            watch.stirring.notify_one();
        }
    }

    /// Rings when something was said in a room that cannot be told yet.
    #[must_use]
    pub fn falling_behind(&self) -> Option<Arc<Notify>> {
        Some(Arc::clone(&self.watch.as_ref()?.falling_behind))
    }

    /// The rooms in which something that was said could not be told, since this was asked last.
    pub fn take_behind(&mut self) -> Vec<RoomId> {
        self.watch.as_mut().map(|watch| std::mem::take(&mut watch.behind)).unwrap_or_default().into_iter().collect()
    }

    /// Every room with somebody in it.
    #[must_use]
    pub fn all(&self) -> Vec<RoomId> {
        self.rooms.keys().copied().collect()
    }

    /// What of this is to be told in a room now, and of what came before and had to wait.
    pub fn pass(&mut self, room: RoomId, events: Vec<Event>) -> Vec<Event> {
        self.at_gate(room, events, Gate::pass)
    }

    /// The same, after what the store had beyond what was told.
    pub fn heal(&mut self, room: RoomId, missed: Missed) -> Vec<Event> {
        let Some(reference) = self.get(room).map(|live| Arc::clone(&live.room)) else { return Vec::new() };
        self.at_gate(room, Vec::new(), |gate, _| gate.heal(&reference, missed))
    }

    /// A room has come so far. Where that was not all told, it is behind.
    pub fn learn(&mut self, extent: &Extent) {
        self.at_gate(extent.room, Vec::new(), |gate, none| {
            gate.learn(extent);
            none
        });
    }

    /// A room has come further than is told here: what was missed is passed over, and whoever is in it is to read for
    /// himself. What is to be told after that.
    pub fn skip(&mut self, extent: &Extent) -> Vec<Event> {
        for present in self.get(extent.room).into_iter().flat_map(|live| live.present.values()) {
            present.outbox.push(Delivery::Own(Box::new(Event::Lagged)));
        }
        self.at_gate(extent.room, Vec::new(), |gate, _| gate.skip(extent))
    }

    /// Those of these rooms that are behind are to be looked at again.
    pub fn remind(&mut self, rooms: &[RoomId]) {
        for room in rooms {
            self.at_gate(*room, Vec::new(), |_, none| none);
        }
    }

    /// How far a room was told that is behind.
    #[must_use]
    pub fn behind(&self, room: RoomId) -> Option<(Seq, Change)> {
        let gate = self.get(room)?.gate.as_ref()?;
        gate.is_behind().then(|| gate.told())
    }

    /// How far a room was told here, where other nodes speak in it too.
    #[must_use]
    pub fn told(&self, room: RoomId) -> Option<Seq> {
        self.get(room)?.gate.as_ref().map(|gate| gate.told().0)
    }

    fn at_gate(
        &mut self,
        room: RoomId,
        events: Vec<Event>,
        pass: impl FnOnce(&mut Gate, Vec<Event>) -> Vec<Event>,
    ) -> Vec<Event> {
        let Some(watch) = &mut self.watch else { return events };
        let Some(gate) = self.rooms.get_mut(&room).and_then(|live| live.gate.as_mut()) else { return events };
        let events = pass(gate, events);
        if gate.is_behind() && watch.behind.insert(room) {
            watch.falling_behind.notify_one();
        }
        events
    }

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
    pub fn enter(&mut self, room: &Room, session: SessionId, present: Present) -> bool {
        if !self.rooms.contains_key(&room.id) {
            self.stir(room.id);
        }
        let several = self.watch.is_some();
        let live = self.rooms.entry(room.id).or_insert_with(|| {
            if let Some(name) = &room.name {
                self.names.insert(name.clone(), room.id);
            }
            if let Some((one, other)) = &room.parties {
                self.directs.insert(direct_key(one, other), room.id);
            }
            let gate = several.then(|| Box::new(Gate::new(room.last_seq, room.change)));
            LiveRoom { room: RoomRef::of(room), present: Numbered::default(), gate }
        });
        if let Some(here) = live.present.get_mut(&session) {
            here.member |= present.member;
            here.name = present.name;
            return false;
        }
        live.present.insert(session, present);
        self.of_session.entry(session).or_default().push(room.id);
        live.tell_attendance(session, true, self.attendance.elsewhere(room.id));
        self.count(room.id, room.kind);
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
            live.tell_attendance(session, false, self.attendance.elsewhere(room));
        }
        let (kind, is_empty) = (live.room.kind, live.present.is_empty());
        if is_empty {
            self.forget(room);
        }
        self.count(room, kind);
    }

    /// Other nodes are to hear how many are in a room here now.
    fn count(&mut self, room: RoomId, kind: RoomKind) {
        if self.watch.is_some() && kind == RoomKind::Public {
            self.attendance.changed(room);
        }
    }

    /// How many connections are in a room, on all nodes.
    #[must_use]
    pub fn present_in(&self, room: RoomId) -> u32 {
        let here = self.get(room).map_or(0, LiveRoom::attendance);
        here.saturating_add(self.attendance.elsewhere(room))
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
        self.stir(room);
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
