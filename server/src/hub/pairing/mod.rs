//! Random pairs: who waits, who sits with whom, and what the two say, in memory only. A plain state machine:
//! randomness comes in from outside, and what changed is handed back to be told.
//!
//! The rules are those of the seeds: no room with a free seat, make one; else take a random one of those that have
//! exactly one person. Never more than two. When one leaves, the other's room counts as free again. A room gets a new
//! number, and an empty history, whenever it is matched or one of its two leaves.
//!
//! Where several nodes share the chat, a pair is still in one memory: that of its host. Somebody from another node has his
//! seat there like anybody else ([`Sitter::There`]), and his own node knows what he was told ([`abroad`]). Who sits down
//! with whom is then found in the store and not here ([`several`]).

mod abroad;
mod pair;
mod several;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use shared::{ClientId, RoomId, Seq, Stranger, Username};

use super::cluster::NodeId;
use super::numbered::Numbered;
use super::{RoomRef, SessionId};
use crate::store::Message;
use abroad::Abroad;
pub use abroad::{Departed, Heard};
use pair::{Pair, Said, Seat};
pub use several::{Correction, Guest, Ledger, Quest};

/// A connection in the random chat, wherever it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Sitter {
    /// One of this node's.
    Here(SessionId),
    /// One of another node's.
    There(NodeId, SessionId),
}

impl From<SessionId> for Sitter {
    fn from(session: SessionId) -> Self {
        Self::Here(session)
    }
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
pub type Changes = Vec<(Sitter, Stranger)>;

/// A place kept for somebody who lost the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeptSeat(Sitter);

/// All pairs, and those who wait for one.
#[derive(Debug, Default)]
pub struct Pairs {
    pairs: Numbered<RoomId, Pair>,
    of_sitter: Numbered<Sitter, RoomId>,
    /// Whom a connection sat with last.
    former: Numbered<SessionId, Acquaintance>,
    /// By a person's key, the keys of those whom he does not want to meet.
    blocks: HashMap<String, HashSet<String>>,
    made: u64,
    /// Where those sit whose host is another node.
    abroad: Abroad,
    /// Who came here from other nodes, and how long the place of each is kept once he is lost.
    guests: BTreeMap<(NodeId, SessionId), Option<Duration>>,
    /// How many wait on other nodes.
    elsewhere: u32,
    /// What other nodes are still to know of; `None`: there are none.
    ledger: Option<Ledger>,
}

impl Pairs {
    /// Where a connection stands.
    #[must_use]
    pub fn state(&self, sitter: impl Into<Sitter>) -> Stranger {
        let sitter = sitter.into();
        match (self.pair_of(sitter), sitter) {
            (Some(pair), _) => self.describe(pair, sitter),
            (None, Sitter::Here(session)) => self.abroad.state(session),
            (None, Sitter::There(..)) => Stranger::Idle {},
        }
    }

    /// The room a connection sits in.
    #[must_use]
    pub fn room_of(&self, session: SessionId) -> Option<RoomId> {
        self.seat_of(session).or_else(|| self.abroad.room_of(session))
    }

    /// The room of this node's own in which a connection sits.
    fn seat_of(&self, sitter: impl Into<Sitter>) -> Option<RoomId> {
        self.of_sitter.get(&sitter.into()).copied()
    }

    /// Seats a connection: with a random one of those who wait, or alone. Who already sits stays.
    pub fn find(&mut self, session: SessionId, name: Option<&Username>, pick: impl FnOnce(usize) -> usize) -> Changes {
        self.seat(Seat::new(vec![session.into()], name.cloned(), None), pick)
    }

    /// Leaves the partner and seats the connection anew, with somebody else.
    pub fn next(&mut self, session: SessionId, pick: impl FnOnce(usize) -> usize) -> Changes {
        let Some((mut seat, partner)) = self.stand_up(session.into()) else { return Vec::new() };
        seat.avoids = partner;
        self.seat(seat, pick)
    }

    /// Whom a connection sits with; alone, whom it sat with last. `None` also where that one never had a name.
    #[must_use]
    pub fn acquaintance(&self, session: SessionId) -> Option<Acquaintance> {
        let present = self.pair_of(session.into()).and_then(|pair| {
            let other = pair.beside(session.into())?;
            Some(Acquaintance { name: other.name.clone()?, messages: pair.said() })
        });
        present.or_else(|| self.abroad.acquaintance(session)).or_else(|| self.former.get(&session).cloned())
    }

    /// Whether a connection that sits nowhere had a partner before.
    #[must_use]
    pub fn has_left_somebody(&self, session: SessionId) -> bool {
        self.room_of(session).is_none() && self.former.contains_key(&session)
    }

    /// Never again seats a person with those others.
    pub fn block(&mut self, name: &Username, others: impl IntoIterator<Item = Username>) {
        self.block_keys(name, others.into_iter().map(|other| other.key()));
    }

    fn block_keys(&mut self, name: &Username, others: impl IntoIterator<Item = String>) {
        self.blocks.entry(name.key()).or_default().extend(others);
    }

    /// The person is gone: whom he does not want to meet is told anew when he comes back, if he can.
    pub fn forget_blocks(&mut self, name: &Username) {
        self.blocks.remove(&name.key());
    }

    /// Leaves the random chat, with all connections of the same person.
    pub fn leave(&mut self, sitter: impl Into<Sitter>) -> Changes {
        let Some((seat, _)) = self.stand_up(sitter.into()) else { return Vec::new() };
        let mut changes: Changes = seat.sitters.into_iter().map(|sitter| (sitter, Stranger::Idle {})).collect();
        changes.extend(self.concerned(None));
        changes
    }

    /// A connection is gone. With `keep`, the last one of a person leaves the seat kept, to be given up by
    /// [`Pairs::give_up`].
    pub fn lose(&mut self, sitter: impl Into<Sitter>, keep: bool) -> (Changes, Option<KeptSeat>) {
        let sitter = sitter.into();
        let lost = self.lose_seat(sitter, keep);
        if let Sitter::Here(session) = sitter {
            self.former.remove(&session);
        }
        lost
    }

    fn lose_seat(&mut self, sitter: Sitter, keep: bool) -> (Changes, Option<KeptSeat>) {
        let Some(room) = self.seat_of(sitter) else { return (Vec::new(), None) };
        let seats = self.pairs.get_mut(&room).map(|pair| &mut pair.seats);
        let Some(seat) = seats.and_then(|seats| seats.iter_mut().find(|seat| seat.sitters.contains(&sitter))) else {
            return (Vec::new(), None);
        };
        if seat.sitters.len() > 1 {
            seat.sitters.retain(|other| *other != sitter);
            self.of_sitter.remove(&sitter);
            return (Vec::new(), None);
        }
        if !keep || seat.name.is_none() {
            return (self.leave(sitter), None);
        }
        seat.sitters.clear();
        seat.lost = Some(sitter);
        self.of_sitter.remove(&sitter);
        self.enter(room);
        (self.concerned(Some(room)), Some(KeptSeat(sitter)))
    }

    /// The time for coming back is over: the seat is free unless its person came back.
    pub fn give_up(&mut self, kept: KeptSeat) -> Changes {
        self.vacate(|seat| seat.lost == Some(kept.0))
    }

    /// Another connection of somebody who sits, or whose seat is kept, sits there too. Who already sits stays.
    pub fn rejoin(&mut self, sitter: impl Into<Sitter>, name: &Username) -> Changes {
        let sitter = sitter.into();
        if let Some(pair) = self.pair_of(sitter) {
            return self.described(pair).collect();
        }
        let seat = self
            .pairs
            .values_mut()
            .flat_map(|pair| pair.seats.iter_mut().map(|seat| (pair.room, seat)))
            .find(|(_, seat)| seat.name.as_ref() == Some(name));
        let Some((room, seat)) = seat else { return Vec::new() };
        if !seat.sitters.contains(&sitter) {
            seat.sitters.push(sitter);
            self.of_sitter.insert(sitter, room);
        }
        self.enter(room);
        self.concerned(Some(room))
    }

    /// The name passed to somebody else: a seat kept for the one before is given up.
    pub fn forget_absent(&mut self, name: &Username) -> Changes {
        self.vacate(|seat| seat.name.as_ref() == Some(name))
    }

    /// A connection has another name than before.
    pub fn rename(&mut self, sitter: impl Into<Sitter>, name: &Username) -> Changes {
        let sitter = sitter.into();
        let Some(room) = self.seat_of(sitter) else { return Vec::new() };
        if let Some(pair) = self.pairs.get_mut(&room) {
            for seat in pair.seats.iter_mut().filter(|seat| seat.sitters.contains(&sitter)) {
                seat.name = Some(name.clone());
            }
            pair.reference = Pair::reference(room, &pair.seats);
        }
        self.enter(room);
        self.pair_of(sitter).map(|pair| self.described(pair).collect()).unwrap_or_default()
    }

    /// What the pair is, for its messages.
    #[must_use]
    pub fn describe_room(&self, room: RoomId) -> Option<Arc<RoomRef>> {
        Some(Arc::clone(&self.pairs.get(&room)?.reference))
    }

    /// This node's connections that sit in a room.
    #[must_use]
    pub fn sessions(&self, room: RoomId) -> Vec<SessionId> {
        let here = |sitter: &Sitter| if let Sitter::Here(session) = sitter { Some(*session) } else { None };
        self.sitters(room).filter_map(here).collect()
    }

    fn sitters(&self, room: RoomId) -> impl Iterator<Item = &Sitter> {
        self.pairs.get(&room).into_iter().flat_map(|pair| &pair.seats).flat_map(|seat| &seat.sitters)
    }

    /// Adds a message, which `make` makes for its place. One that its sender sent before, by his own name for it, is found
    /// again instead; then the second value is false.
    pub fn say(
        &mut self,
        room: RoomId,
        sent: Option<&(Username, ClientId)>,
        make: impl FnOnce(Seq) -> Message,
    ) -> Option<(Arc<Message>, bool)> {
        let pair = self.pairs.get_mut(&room)?;
        if let Some(first) = sent.and_then(|sent| pair.messages.sent(sent)) {
            return Some((Arc::clone(first), false));
        }
        let message = Arc::new(make(pair.messages.last_seq().next()));
        pair.messages.push(Arc::clone(&message));
        Some((message, true))
    }

    /// What was said after a place; false: not all of it is kept any more.
    #[must_use]
    pub fn since(&self, room: RoomId, seen: Seq) -> Option<(Vec<Message>, bool)> {
        let messages: Vec<_> = self.said_in(room)?.after(seen).map(|message| Message::clone(message)).collect();
        let whole = messages.first().is_none_or(|first| first.seq == seen.next());
        Some((messages, whole))
    }

    /// Something that was said, as long as it is kept.
    #[must_use]
    pub fn message(&self, room: RoomId, seq: Seq) -> Option<&Message> {
        self.said_in(room)?.at(seq).map(|message| &**message)
    }

    fn said_in(&self, room: RoomId) -> Option<&Said> {
        self.pairs.get(&room).map(|pair| &pair.messages).or_else(|| self.abroad.said_in(room))
    }

    fn seat(&mut self, seat: Seat, pick: impl FnOnce(usize) -> usize) -> Changes {
        if let Some(pair) = seat.sitters.first().and_then(|sitter| self.pair_of(*sitter)) {
            return self.described(pair).collect();
        }
        let mut free: Vec<_> =
            self.pairs.values().filter(|pair| self.may_meet(pair, &seat)).map(|pair| pair.room).collect();
        free.sort_unstable();
        let chosen = if free.is_empty() { None } else { free.get(pick(free.len()) % free.len()).copied() };
        self.sit_down(seat, chosen)
    }

    /// Seats somebody with who waits in that room, or alone.
    fn sit_down(&mut self, seat: Seat, beside: Option<RoomId>) -> Changes {
        let mut seats = beside.and_then(|room| self.take_away(room)).map_or_else(Vec::new, |pair| pair.seats);
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
            for sitter in &mine.sitters {
                // Who is another node's is remembered there.
                let Sitter::Here(session) = sitter else { continue };
                let acquaintance = Acquaintance { name: name.clone(), messages: pair.said() };
                self.former.insert(*session, acquaintance);
            }
        }
    }

    /// Frees a kept seat whose person is still away.
    fn vacate(&mut self, which: impl Fn(&Seat) -> bool) -> Changes {
        let absent = |seat: &Seat| seat.sitters.is_empty() && which(seat);
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
    fn stand_up(&mut self, sitter: Sitter) -> Option<(Seat, Option<String>)> {
        let room = self.seat_of(sitter)?;
        self.remember(room);
        let pair = self.pairs.get_mut(&room)?;
        let at = pair.seats.iter().position(|seat| seat.sitters.contains(&sitter))?;
        let seat = pair.seats.remove(at);
        let partner = pair.seats.first().and_then(|other| other.name.as_ref()).map(Username::key);
        for sitter in &seat.sitters {
            self.of_sitter.remove(sitter);
        }
        self.resettle(room);
        Some((seat, partner))
    }

    /// Gives who is left of a pair a new room, with nothing of the old one in it.
    fn resettle(&mut self, room: RoomId) {
        let Some(pair) = self.take_away(room) else { return };
        if !pair.seats.is_empty() {
            self.settle(pair.seats, true);
        }
    }

    fn take_away(&mut self, room: RoomId) -> Option<Pair> {
        self.enter(room);
        self.pairs.remove(&room)
    }

    fn settle(&mut self, seats: Vec<Seat>, partner_left: bool) -> RoomId {
        let room = self.new_room();
        for sitter in seats.iter().flat_map(|seat| &seat.sitters) {
            self.of_sitter.insert(*sitter, room);
        }
        self.enter(room);
        self.pairs.insert(room, Pair::new(room, seats, partner_left));
        room
    }

    fn new_room(&mut self) -> RoomId {
        let room = RoomId(RoomId::FIRST_PAIR + self.made % RoomId::FIRST_PAIR);
        self.made += 1;
        room
    }

    fn pair_of(&self, sitter: Sitter) -> Option<&Pair> {
        self.pairs.get(&self.seat_of(sitter)?)
    }

    fn waiting(&self) -> u32 {
        let here = self.pairs.values().filter(|pair| pair.is_waiting()).count();
        u32::try_from(here).unwrap_or(u32::MAX).saturating_add(self.elsewhere)
    }

    /// Where those stand whom a change concerns: the people of the room that changed, and all who wait, since they
    /// are told how many they are.
    fn concerned(&self, changed: Option<RoomId>) -> Changes {
        let concerned = |pair: &&Pair| Some(pair.room) == changed || pair.is_waiting();
        self.pairs.values().filter(concerned).flat_map(|pair| self.described(pair)).collect()
    }

    fn described<'a>(&'a self, pair: &'a Pair) -> impl Iterator<Item = (Sitter, Stranger)> + 'a {
        let sitters = pair.seats.iter().flat_map(|seat| &seat.sitters);
        sitters.map(|sitter| (*sitter, self.describe(pair, *sitter)))
    }

    fn describe(&self, pair: &Pair, sitter: Sitter) -> Stranger {
        match pair.beside(sitter) {
            Some(other) => {
                Stranger::Matched { room: pair.room, with: other.name.clone(), away: other.sitters.is_empty() }
            }
            None => Stranger::Waiting { room: pair.room, waiting: self.waiting(), partner_left: pair.partner_left },
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod several_tests;
