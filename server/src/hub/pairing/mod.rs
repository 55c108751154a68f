//! Random pairs: who waits, who sits with whom, and what the two say, in memory only. A plain state machine:
//! randomness comes in from outside, and what changed is handed back to be told.
//!
//! The rules are those of the seeds: no room with a free seat, make one; else take a random one of those that have
//! exactly one person. Never more than two. When one leaves, the other's room counts as free again. A room gets a new
//! number, and an empty history, whenever it is matched or one of its two leaves.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use shared::{ClientId, RoomId, RoomKind, Seq, Stranger, Username};

use super::numbered::Numbered;
use super::{RoomRef, SessionId};
use crate::store::Message;

/// The most messages of a pair that are kept for a partner who lost the connection.
const KEPT_MESSAGES: usize = 1_000;

/// A place in a pair.
#[derive(Debug)]
struct Seat {
    name: Option<Username>,
    /// The connections of the person who sits here; none while the connection is lost and the place kept.
    sessions: Vec<SessionId>,
    /// The last connection that was lost.
    lost: Option<SessionId>,
    /// Whom `next` left, and shall not meet again at once.
    avoids: Option<String>,
}

#[derive(Debug)]
struct Pair {
    room: RoomId,
    reference: Arc<RoomRef>,
    seats: Vec<Seat>,
    messages: VecDeque<Arc<Message>>,
    /// Where those are that have a name of their sender's own.
    by_client_id: HashMap<(Username, ClientId), Seq>,
    last_seq: Seq,
    partner_left: bool,
}

/// Whom somebody sits with, or sat with last, and what the two said.
#[derive(Clone, Debug)]
pub struct Acquaintance {
    /// Under which name.
    pub name: Username,
    /// As far as it is kept, in order.
    pub messages: Vec<Arc<Message>>,
}

/// Whom a change concerns, and where they stand now.
pub type Changes = Vec<(SessionId, Stranger)>;

/// A place kept for somebody who lost the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeptSeat(SessionId);

/// All pairs, and those who wait for one.
#[derive(Debug, Default)]
pub struct Pairs {
    pairs: Numbered<RoomId, Pair>,
    of_session: Numbered<SessionId, RoomId>,
    /// Whom a connection sat with last.
    former: Numbered<SessionId, Acquaintance>,
    /// By a person's key, the keys of those whom he does not want to meet.
    blocks: HashMap<String, HashSet<String>>,
    made: u64,
}

impl Pairs {
    /// Where a connection stands.
    #[must_use]
    pub fn state(&self, session: SessionId) -> Stranger {
        self.pair_of(session).map_or(Stranger::Idle {}, |pair| self.describe(pair, session))
    }

    /// The room a connection sits in.
    #[must_use]
    pub fn room_of(&self, session: SessionId) -> Option<RoomId> {
        self.of_session.get(&session).copied()
    }

    /// Seats a connection: with a random one of those who wait, or alone. Who already sits stays.
    pub fn find(&mut self, session: SessionId, name: Option<&Username>, pick: impl FnOnce(usize) -> usize) -> Changes {
        self.seat(Seat { name: name.cloned(), sessions: vec![session], lost: None, avoids: None }, pick)
    }

    /// Leaves the partner and seats the connection anew, with somebody else.
    pub fn next(&mut self, session: SessionId, pick: impl FnOnce(usize) -> usize) -> Changes {
        let Some((mut seat, partner)) = self.stand_up(session) else { return Vec::new() };
        seat.avoids = partner;
        self.seat(seat, pick)
    }

    /// Whom a connection sits with; alone, whom it sat with last. `None` also where that one never had a name.
    #[must_use]
    pub fn acquaintance(&self, session: SessionId) -> Option<Acquaintance> {
        let present = self.pair_of(session).and_then(|pair| {
            let other = pair.seats.iter().find(|seat| !seat.sessions.contains(&session))?;
            Some(Acquaintance { name: other.name.clone()?, messages: pair.said() })
        });
        present.or_else(|| self.former.get(&session).cloned())
    }

    /// Whether a connection that sits nowhere had a partner before.
    #[must_use]
    pub fn has_left_somebody(&self, session: SessionId) -> bool {
        !self.of_session.contains_key(&session) && self.former.contains_key(&session)
    }

    /// Never again seats a person with those others.
    pub fn block(&mut self, name: &Username, others: impl IntoIterator<Item = Username>) {
        let blocked = others.into_iter().map(|other| other.key());
        self.blocks.entry(name.key()).or_default().extend(blocked);
    }

    /// The person is gone: whom he does not want to meet is told anew when he comes back, if he can.
    pub fn forget_blocks(&mut self, name: &Username) {
        self.blocks.remove(&name.key());
    }

    /// Leaves the random chat, with all connections of the same person.
    pub fn leave(&mut self, session: SessionId) -> Changes {
        let Some((seat, _)) = self.stand_up(session) else { return Vec::new() };
        let mut changes: Changes = seat.sessions.into_iter().map(|session| (session, Stranger::Idle {})).collect();
        changes.extend(self.concerned(None));
        changes
    }

    /// A connection is gone. With `keep`, the last one of a person leaves the seat kept, to be given up by
    /// [`Pairs::give_up`].
    pub fn lose(&mut self, session: SessionId, keep: bool) -> (Changes, Option<KeptSeat>) {
        let lost = self.lose_seat(session, keep);
        self.former.remove(&session);
        lost
    }

    fn lose_seat(&mut self, session: SessionId, keep: bool) -> (Changes, Option<KeptSeat>) {
        let Some(room) = self.room_of(session) else { return (Vec::new(), None) };
        let seats = self.pairs.get_mut(&room).map(|pair| &mut pair.seats);
        let Some(seat) = seats.and_then(|seats| seats.iter_mut().find(|seat| seat.sessions.contains(&session))) else {
            return (Vec::new(), None);
        };
        if seat.sessions.len() > 1 {
            seat.sessions.retain(|other| *other != session);
            self.of_session.remove(&session);
            return (Vec::new(), None);
        }
        if !keep || seat.name.is_none() {
            return (self.leave(session), None);
        }
        seat.sessions.clear();
        seat.lost = Some(session);
        self.of_session.remove(&session);
        (self.concerned(Some(room)), Some(KeptSeat(session)))
    }

    /// The time for coming back is over: the seat is free unless its person came back.
    pub fn give_up(&mut self, kept: KeptSeat) -> Changes {
        self.vacate(|seat| seat.lost == Some(kept.0))
    }

    /// Another connection of somebody who sits, or whose seat is kept, sits there too. Who already sits stays.
    pub fn rejoin(&mut self, session: SessionId, name: &Username) -> Changes {
        if let Some(pair) = self.pair_of(session) {
            return self.described(pair).collect();
        }
        let seat = self
            .pairs
            .values_mut()
            .flat_map(|pair| pair.seats.iter_mut().map(|seat| (pair.room, seat)))
            .find(|(_, seat)| seat.name.as_ref() == Some(name));
        let Some((room, seat)) = seat else { return Vec::new() };
        if !seat.sessions.contains(&session) {
            seat.sessions.push(session);
            self.of_session.insert(session, room);
        }
        self.concerned(Some(room))
    }

    /// The name passed to somebody else: a seat kept for the one before is given up.
    pub fn forget_absent(&mut self, name: &Username) -> Changes {
        self.vacate(|seat| seat.name.as_ref() == Some(name))
    }

    /// A connection has another name than before.
    pub fn rename(&mut self, session: SessionId, name: &Username) -> Changes {
        let Some(room) = self.room_of(session) else { return Vec::new() };
        if let Some(pair) = self.pairs.get_mut(&room) {
            for seat in pair.seats.iter_mut().filter(|seat| seat.sessions.contains(&session)) {
                seat.name = Some(name.clone());
            }
            pair.reference = Pair::reference(room, &pair.seats);
        }
        self.pair_of(session).map(|pair| self.described(pair).collect()).unwrap_or_default()
    }

    /// What the pair is, for its messages.
    #[must_use]
    pub fn describe_room(&self, room: RoomId) -> Option<Arc<RoomRef>> {
        Some(Arc::clone(&self.pairs.get(&room)?.reference))
    }

    /// The connections that sit in a room.
    #[must_use]
    pub fn sessions(&self, room: RoomId) -> Vec<SessionId> {
        let seats = self.pairs.get(&room).map(|pair| &pair.seats);
        seats.into_iter().flatten().flat_map(|seat| seat.sessions.iter().copied()).collect()
    }

    /// Adds a message, which `make` makes for its place. One that its sender sent before, by his own name for it, is found
    /// again instead; then the second value is false.
    pub fn say(
        &mut self,
        room: RoomId,
        sent: Option<(Username, ClientId)>,
        make: impl FnOnce(Seq) -> Message,
    ) -> Option<(Arc<Message>, bool)> {
        let pair = self.pairs.get_mut(&room)?;
        let first = sent.as_ref().and_then(|sent| pair.by_client_id.get(sent)).and_then(|seq| pair.message(*seq));
        if let Some(first) = first {
            return Some((Arc::clone(first), false));
        }
        pair.last_seq = pair.last_seq.next();
        let message = Arc::new(make(pair.last_seq));
        pair.keep(Arc::clone(&message), sent);
        Some((message, true))
    }

    /// What was said after a place; false: not all of it is kept any more.
    #[must_use]
    pub fn since(&self, room: RoomId, seen: Seq) -> Option<(Vec<Message>, bool)> {
        let pair = self.pairs.get(&room)?;
        let messages: Vec<_> =
            pair.messages.iter().filter(|message| message.seq > seen).map(|message| Message::clone(message)).collect();
        let whole = messages.first().is_none_or(|first| first.seq == seen.next());
        Some((messages, whole))
    }

    /// Something that was said, as long as it is kept.
    #[must_use]
    pub fn message(&self, room: RoomId, seq: Seq) -> Option<&Message> {
        self.pairs.get(&room)?.message(seq).map(|message| &**message)
    }

    fn seat(&mut self, seat: Seat, pick: impl FnOnce(usize) -> usize) -> Changes {
        if let Some(pair) = seat.sessions.first().and_then(|session| self.pair_of(*session)) {
            return self.described(pair).collect();
        }
        let mut free: Vec<_> =
            self.pairs.values().filter(|pair| self.may_meet(pair, &seat)).map(|pair| pair.room).collect();
        free.sort_unstable();
        let chosen = if free.is_empty() { None } else { free.get(pick(free.len()) % free.len()).copied() };
        let mut seats = chosen.and_then(|room| self.pairs.remove(&room)).map_or_else(Vec::new, |pair| pair.seats);
        seats.push(seat);
        let room = self.settle(seats, false);
        self.concerned(Some(room))
    }

    fn may_meet(&self, pair: &Pair, seat: &Seat) -> bool {
        let avoids = |one: &Seat, other: &Seat| {
            let (Some(one), Some(other)) = (&one.name, &other.name) else { return false };
            self.blocks.get(&one.key()).is_some_and(|blocked| blocked.contains(&other.key()))
        };
        pair.would_take(seat) && !pair.seats.iter().any(|other| avoids(seat, other) || avoids(other, seat))
    }

    /// Remembers for each of a pair whom he sat with.
    fn remember(&mut self, room: RoomId) {
        let Some(pair) = self.pairs.get(&room) else { return };
        let [one, other] = &pair.seats[..] else { return };
        for (mine, theirs) in [(one, other), (other, one)] {
            let Some(name) = &theirs.name else { continue };
            for session in &mine.sessions {
                let acquaintance = Acquaintance { name: name.clone(), messages: pair.said() };
                self.former.insert(*session, acquaintance);
            }
        }
    }

    /// Frees a kept seat whose person is still away.
    fn vacate(&mut self, which: impl Fn(&Seat) -> bool) -> Changes {
        let absent = |seat: &Seat| seat.sessions.is_empty() && which(seat);
        let found = self.pairs.values().find(|pair| pair.seats.iter().any(absent)).map(|pair| pair.room);
        let Some(room) = found else { return Vec::new() };
        self.remember(room);
        if let Some(pair) = self.pairs.get_mut(&room) {
            pair.seats.retain(|seat| !absent(seat));
        }
        self.resettle(room);
        self.concerned(None)
    }

    /// Takes a person out of his pair; the other, if any, is resettled. Also: whom he sat with.
    fn stand_up(&mut self, session: SessionId) -> Option<(Seat, Option<String>)> {
        let room = self.room_of(session)?;
        self.remember(room);
        let pair = self.pairs.get_mut(&room)?;
        let at = pair.seats.iter().position(|seat| seat.sessions.contains(&session))?;
        let seat = pair.seats.remove(at);
        let partner = pair.seats.first().and_then(|other| other.name.as_ref()).map(Username::key);
        for session in &seat.sessions {
            self.of_session.remove(session);
        }
        self.resettle(room);
        Some((seat, partner))
    }

    /// Gives who is left of a pair a new room, with nothing of the old one in it.
    fn resettle(&mut self, room: RoomId) {
        let Some(pair) = self.pairs.remove(&room) else { return };
        if !pair.seats.is_empty() {
            self.settle(pair.seats, true);
        }
    }

    fn settle(&mut self, seats: Vec<Seat>, partner_left: bool) -> RoomId {
        let room = RoomId(RoomId::FIRST_PAIR + self.made);
        self.made += 1;
        for session in seats.iter().flat_map(|seat| &seat.sessions) {
            self.of_session.insert(*session, room);
        }
        let reference = Pair::reference(room, &seats);
        let (messages, by_client_id, last_seq) = (VecDeque::new(), HashMap::new(), Seq::ZERO);
        self.pairs.insert(room, Pair { room, reference, seats, messages, by_client_id, last_seq, partner_left });
        room
    }

    fn pair_of(&self, session: SessionId) -> Option<&Pair> {
        self.pairs.get(&self.room_of(session)?)
    }

    fn waiting(&self) -> u32 {
        u32::try_from(self.pairs.values().filter(|pair| pair.is_waiting()).count()).unwrap_or(u32::MAX)
    }

    /// Where those stand whom a change concerns: the people of the room that changed, and all who wait, since they
    /// are told how many they are.
    fn concerned(&self, changed: Option<RoomId>) -> Changes {
        let concerned = |pair: &&Pair| Some(pair.room) == changed || pair.is_waiting();
        self.pairs.values().filter(concerned).flat_map(|pair| self.described(pair)).collect()
    }

    fn described<'a>(&'a self, pair: &'a Pair) -> impl Iterator<Item = (SessionId, Stranger)> + 'a {
        let sessions = pair.seats.iter().flat_map(|seat| &seat.sessions);
        sessions.map(|session| (*session, self.describe(pair, *session)))
    }

    fn describe(&self, pair: &Pair, session: SessionId) -> Stranger {
        match pair.seats.iter().find(|seat| !seat.sessions.contains(&session)) {
            Some(other) => {
                Stranger::Matched { room: pair.room, with: other.name.clone(), away: other.sessions.is_empty() }
            }
            None => Stranger::Waiting { room: pair.room, waiting: self.waiting(), partner_left: pair.partner_left },
        }
    }
}

impl Pair {
    /// Something that was said, as long as it is kept: places have no gaps.
    fn message(&self, seq: Seq) -> Option<&Arc<Message>> {
        let at = seq.0.checked_sub(self.messages.front()?.seq.0)?;
        self.messages.get(usize::try_from(at).ok()?)
    }

    /// Keeps what was said, and the oldest no longer where there is too much.
    fn keep(&mut self, message: Arc<Message>, sent: Option<(Username, ClientId)>) {
        if self.messages.len() == KEPT_MESSAGES
            && let Some(oldest) = self.messages.pop_front()
            && let Some(client_id) = oldest.client_id.clone()
        {
            self.by_client_id.remove(&(oldest.sender.clone(), client_id));
        }
        self.by_client_id.extend(sent.map(|sent| (sent, message.seq)));
        self.messages.push_back(message);
    }

    /// What is kept of what was said, in order.
    fn said(&self) -> Vec<Arc<Message>> {
        self.messages.iter().cloned().collect()
    }

    /// What it is, for its messages.
    fn reference(room: RoomId, seats: &[Seat]) -> Arc<RoomRef> {
        let parties = match seats {
            [Seat { name: Some(one), .. }, Seat { name: Some(other), .. }] => Some((one.clone(), other.clone())),
            _ => None,
        };
        Arc::new(RoomRef { id: room, kind: RoomKind::Pair, name: None, parties })
    }

    fn is_waiting(&self) -> bool {
        matches!(&self.seats[..], [only] if !only.sessions.is_empty())
    }

    fn would_take(&self, seat: &Seat) -> bool {
        let key = seat.name.as_ref().map(Username::key);
        let [only] = &self.seats[..] else { return false };
        let other = only.name.as_ref().map(Username::key);
        let same_person = key.is_some() && key == other;
        let avoided = (seat.avoids.is_some() && seat.avoids == other) || (only.avoids.is_some() && only.avoids == key);
        self.is_waiting() && !same_person && !avoided
    }
}

#[cfg(test)]
mod tests;
