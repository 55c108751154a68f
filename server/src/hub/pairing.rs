//! Random pairs: who waits, who sits with whom, and what the two say, in memory only. A plain state machine:
//! randomness comes in from outside, and what changed is handed back to be told.
//!
//! The rules are those of the seeds: no room with a free seat, make one; else take a random one of those that have
//! exactly one person. Never more than two. When one leaves, the other's room counts as free again. A room gets a new
//! number, and an empty history, whenever it is matched or one of its two leaves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::{RoomId, RoomKind, Seq, Stranger, Username};

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
    seats: Vec<Seat>,
    messages: Vec<Arc<Message>>,
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
    pairs: HashMap<RoomId, Pair>,
    of_session: HashMap<SessionId, RoomId>,
    /// Whom a connection sat with last.
    former: HashMap<SessionId, Acquaintance>,
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
            Some(Acquaintance { name: other.name.clone()?, messages: pair.messages.clone() })
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
        }
        self.pair_of(session).map(|pair| self.described(pair).collect()).unwrap_or_default()
    }

    /// What the pair is, for its messages.
    #[must_use]
    pub fn describe_room(&self, room: RoomId) -> Option<RoomRef> {
        let pair = self.pairs.get(&room)?;
        let parties = match &pair.seats[..] {
            [Seat { name: Some(one), .. }, Seat { name: Some(other), .. }] => Some((one.clone(), other.clone())),
            _ => None,
        };
        Some(RoomRef { id: room, kind: RoomKind::Pair, name: None, parties })
    }

    /// The connections that sit in a room.
    #[must_use]
    pub fn sessions(&self, room: RoomId) -> Vec<SessionId> {
        let seats = self.pairs.get(&room).map(|pair| &pair.seats);
        seats.into_iter().flatten().flat_map(|seat| seat.sessions.iter().copied()).collect()
    }

    /// Adds a message, which `make` makes for its place. A message its sender sent before is found again instead;
    /// then the second value is false.
    pub fn say(
        &mut self,
        room: RoomId,
        is_same: impl Fn(&Message) -> bool,
        make: impl FnOnce(Seq) -> Message,
    ) -> Option<(Arc<Message>, bool)> {
        let pair = self.pairs.get_mut(&room)?;
        if let Some(first) = pair.messages.iter().find(|message| is_same(message)) {
            return Some((Arc::clone(first), false));
        }
        pair.last_seq = pair.last_seq.next();
        let message = Arc::new(make(pair.last_seq));
        if pair.messages.len() == KEPT_MESSAGES {
            pair.messages.remove(0);
        }
        pair.messages.push(Arc::clone(&message));
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
        self.pairs.get(&room)?.messages.iter().find(|message| message.seq == seq).map(|message| &**message)
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
                let acquaintance = Acquaintance { name: name.clone(), messages: pair.messages.clone() };
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
        self.pairs.insert(room, Pair { room, seats, messages: Vec::new(), last_seq: Seq::ZERO, partner_left });
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hub::testing::name;

    const ANN: SessionId = SessionId(1);
    const BOB: SessionId = SessionId(2);
    const CLEO: SessionId = SessionId(3);

    fn find(pairs: &mut Pairs, session: SessionId, who: &str) {
        pairs.find(session, Some(&name(who)), |_| 0);
    }

    #[test]
    fn who_is_blocked_is_never_met_again_from_either_side() {
        for (blocking, blocked) in [("ann", "Bob"), ("bob", "Ann")] {
            let mut pairs = ann_with_bob();
            pairs.block(&name(blocking), [name(blocked)]);
            pairs.leave(ANN);
            find(&mut pairs, ANN, "ann");
            assert_eq!((partner(&pairs, ANN), partner(&pairs, BOB)), (None, None));
            find(&mut pairs, CLEO, "cleo");
            assert!(partner(&pairs, CLEO).is_some());
            pairs.leave(CLEO);
            pairs.forget_blocks(&name(blocking));
            pairs.leave(ANN);
            find(&mut pairs, ANN, "ann");
            assert_eq!(partner(&pairs, ANN).as_deref(), Some("bob"));
        }
    }

    #[test]
    fn who_has_left_is_remembered_until_the_next_or_the_end() {
        let mut pairs = ann_with_bob();
        let name_of = |pairs: &Pairs, session| pairs.acquaintance(session).map(|known| String::from(known.name));
        assert_eq!(name_of(&pairs, ANN).as_deref(), Some("bob"));
        pairs.leave(BOB);
        assert_eq!(name_of(&pairs, ANN).as_deref(), Some("bob"));
        assert_eq!(name_of(&pairs, BOB).as_deref(), Some("ann"));
        assert!(pairs.has_left_somebody(BOB) && !pairs.has_left_somebody(ANN));
        find(&mut pairs, CLEO, "cleo");
        assert_eq!(name_of(&pairs, ANN).as_deref(), Some("cleo"));
        pairs.lose(BOB, false);
        assert_eq!(name_of(&pairs, BOB), None);
    }

    fn ann_with_bob() -> Pairs {
        let mut pairs = Pairs::default();
        find(&mut pairs, ANN, "ann");
        find(&mut pairs, BOB, "bob");
        pairs
    }

    fn partner(pairs: &Pairs, session: SessionId) -> Option<String> {
        match pairs.state(session) {
            Stranger::Matched { with, .. } => with.map(String::from),
            Stranger::Waiting { .. } | Stranger::Idle {} => None,
        }
    }

    fn is_waiting(pairs: &Pairs, session: SessionId) -> bool {
        matches!(pairs.state(session), Stranger::Waiting { .. })
    }

    #[test]
    fn of_three_strangers_two_are_paired_and_the_third_waits() {
        let mut pairs = ann_with_bob();
        find(&mut pairs, CLEO, "cleo");
        assert_eq!(partner(&pairs, ANN).as_deref(), Some("bob"));
        assert_eq!(partner(&pairs, BOB).as_deref(), Some("ann"));
        assert!(matches!(pairs.state(CLEO), Stranger::Waiting { waiting: 1, .. }));
    }

    #[test]
    fn who_is_left_waits_again_in_a_room_that_knows_nothing() {
        let mut pairs = ann_with_bob();
        let room = pairs.room_of(ANN).unwrap();
        pairs.leave(ANN);
        assert!(matches!(pairs.state(BOB), Stranger::Waiting { partner_left: true, .. }));
        assert_ne!(pairs.room_of(BOB), Some(room));
        find(&mut pairs, CLEO, "cleo");
        assert_eq!(partner(&pairs, BOB).as_deref(), Some("cleo"));
    }

    #[test]
    fn next_does_not_lead_back_to_the_same_partner() {
        let mut pairs = ann_with_bob();
        pairs.next(ANN, |_| 0);
        assert!(is_waiting(&pairs, ANN) && is_waiting(&pairs, BOB));
        find(&mut pairs, CLEO, "cleo");
        assert!(partner(&pairs, CLEO).is_some());
    }

    #[test]
    fn a_lost_connection_keeps_its_seat_until_it_is_given_up() {
        let mut pairs = ann_with_bob();
        let (_, kept) = pairs.lose(ANN, true);
        assert!(matches!(pairs.state(BOB), Stranger::Matched { away: true, .. }));
        find(&mut pairs, CLEO, "cleo");
        assert!(is_waiting(&pairs, CLEO), "the seat is kept");
        pairs.give_up(kept.unwrap());
        assert!(is_waiting(&pairs, BOB));
    }

    #[test]
    fn who_comes_back_in_time_sits_where_he_sat() {
        let mut pairs = ann_with_bob();
        let room = pairs.room_of(ANN).unwrap();
        let (_, kept) = pairs.lose(ANN, true);
        pairs.rejoin(SessionId(9), &name("ann"));
        assert_eq!(pairs.room_of(SessionId(9)), Some(room));
        assert!(pairs.give_up(kept.unwrap()).is_empty());
        assert_eq!(partner(&pairs, BOB).as_deref(), Some("ann"));
    }

    #[test]
    fn nobody_is_paired_with_himself() {
        let mut pairs = Pairs::default();
        find(&mut pairs, ANN, "ann");
        find(&mut pairs, BOB, "Ann");
        assert!(is_waiting(&pairs, ANN) && is_waiting(&pairs, BOB));
    }

    #[derive(Clone, Debug)]
    enum Move {
        Find(u64),
        Next(u64),
        Leave(u64),
        Lose(u64, bool),
        Rejoin(u64),
        GiveUp,
    }

    fn moves() -> impl Strategy<Value = Vec<(Move, usize)>> {
        let one = prop_oneof![
            (0..8u64).prop_map(Move::Find),
            (0..8u64).prop_map(Move::Next),
            (0..8u64).prop_map(Move::Leave),
            (0..8u64, any::<bool>()).prop_map(|(session, keep)| Move::Lose(session, keep)),
            (0..8u64).prop_map(Move::Rejoin),
            Just(Move::GiveUp),
        ];
        prop::collection::vec((one, any::<usize>()), 0..60)
    }

    proptest! {
        #[test]
        fn there_are_never_more_than_two_and_everybody_sits_where_he_thinks(moves in moves()) {
            let mut pairs = Pairs::default();
            let mut kept = Vec::new();
            for (step, random) in moves {
                let person = |session: u64| name(&format!("p{session}"));
                match step {
                    Move::Find(s) => drop(pairs.find(SessionId(s), Some(&person(s)), |_| random)),
                    Move::Next(s) => drop(pairs.next(SessionId(s), |_| random)),
                    Move::Leave(s) => drop(pairs.leave(SessionId(s))),
                    Move::Lose(s, keep) => kept.extend(pairs.lose(SessionId(s), keep).1),
                    Move::Rejoin(s) => drop(pairs.rejoin(SessionId(s), &person(s))),
                    Move::GiveUp => { for seat in kept.drain(..) { pairs.give_up(seat); } }
                }
                for pair in pairs.pairs.values() {
                    prop_assert!((1..=2).contains(&pair.seats.len()));
                    for session in pair.seats.iter().flat_map(|seat| &seat.sessions) {
                        prop_assert_eq!(pairs.of_session.get(session), Some(&pair.room));
                    }
                }
                let seated: usize = pairs.pairs.values().flat_map(|pair| &pair.seats).map(|seat| seat.sessions.len()).sum();
                prop_assert_eq!(seated, pairs.of_session.len());
            }
        }
    }
}
