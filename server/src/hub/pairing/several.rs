//! Pairs where several nodes share the chat. Who sits down with whom is found in the store, by who seeks: he has a seat of
//! his own meanwhile, which nobody else is shown, and goes on from there to the seat that he was given, of this node or
//! another. The host of a seat has the last word, since only it knows whether the seat is still there.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::{RoomId, Seq, Stranger, Username};
use tokio::sync::Notify;

use super::pair::{Pair, Seat};
use super::{Changes, NodeId, Pairs, SessionId, Sitter};
use crate::store::{self, Message};

/// Which rooms changed since they were last written down for the other nodes.
#[derive(Debug)]
pub struct Ledger {
    changed: HashSet<RoomId>,
    /// Who is to be told that he waits in a room once that is written down.
    untold: Vec<(RoomId, Sitter)>,
    bell: Arc<Notify>,
}

/// Somebody who has no partner yet and asks the store for one.
#[derive(Clone, Debug)]
pub struct Quest {
    /// The seat he has meanwhile.
    pub seat: store::Seat,
    /// His connections.
    pub sitters: Vec<Sitter>,
}

/// Somebody who comes from another node to a seat that he was given.
#[derive(Clone, Debug)]
pub struct Guest {
    /// His connections.
    pub sitters: Vec<Sitter>,
    /// His name, once he has one.
    pub name: Option<Username>,
    /// The key of whom he left.
    pub avoids: Option<String>,
    /// The keys of those whom he does not want to meet.
    pub blocks: Vec<String>,
    /// How long his place is kept when he is lost.
    pub grace: Option<Duration>,
}

/// What another node has to be told again of one of its people.
#[derive(Debug, PartialEq)]
pub enum Correction {
    /// He stands here.
    Stands(SessionId, Stranger),
    /// This was said.
    Said(Arc<Message>),
    /// He does not sit here.
    Gone(SessionId),
}

impl Pairs {
    /// From now on this node is one of several. Its rooms are numbered from somewhere else than other nodes' (by chance: so
    /// far apart that they never meet), and the bell rings when one of them has to be written down.
    pub fn share(&mut self, node: NodeId, bell: Arc<Notify>) {
        self.made = node.0;
        self.ledger = Some(Ledger { changed: HashSet::new(), untold: Vec::new(), bell });
    }

    /// Keeps back those changes by which somebody waits in a room that is not written down yet: whoever hears of it and
    /// seeks is to find him. The others are told at once.
    pub fn withhold(&mut self, changes: Changes) -> Changes {
        let Some(ledger) = &mut self.ledger else { return changes };
        let (later, now) = changes.into_iter().partition::<Vec<_>, _>(
            |(_, state)| matches!(state, Stranger::Waiting { room, .. } if ledger.changed.contains(room)),
        );
        ledger.untold.extend(later.into_iter().filter_map(|(sitter, state)| match state {
            Stranger::Waiting { room, .. } => Some((room, sitter)),
            Stranger::Idle {} | Stranger::Matched { .. } => None,
        }));
        now
    }

    /// These rooms are written down, or could not be: what was kept back of them can be told, as far as it is so still.
    pub fn release(&mut self, rooms: &[RoomId]) -> Changes {
        let Some(ledger) = &mut self.ledger else { return Vec::new() };
        let (due, untold) =
            std::mem::take(&mut ledger.untold).into_iter().partition::<Vec<_>, _>(|(room, _)| rooms.contains(room));
        ledger.untold = untold;
        let still = due.into_iter().filter(|(room, sitter)| self.seat_of(*sitter) == Some(*room));
        still.map(|(_, sitter)| (sitter, self.state(sitter))).collect()
    }

    /// A room changed.
    pub(super) fn enter(&mut self, room: RoomId) {
        if let Some(ledger) = &mut self.ledger {
            ledger.changed.insert(room);
            ledger.bell.notify_one();
        }
    }

    /// Compares what is written down with what there is: the difference is to be written down.
    pub fn audit(&mut self, written: &[RoomId]) {
        let written: HashSet<_> = written.iter().copied().collect();
        let unwritten = self.pairs.values().filter(|pair| !pair.seeking && !written.contains(&pair.room));
        let unwritten: Vec<_> = unwritten.map(|pair| pair.room).collect();
        let gone: Vec<_> = written.into_iter().filter(|room| !self.pairs.contains_key(room)).collect();
        self.owe(unwritten.into_iter().chain(gone));
    }

    /// These are still to be written down, or to be struck off where they are not there; the bell does not ring.
    pub fn owe(&mut self, rooms: impl IntoIterator<Item = RoomId>) {
        if let Some(ledger) = &mut self.ledger {
            ledger.changed.extend(rooms);
        }
    }

    /// Takes what is to be written down: at most so many rooms, and the seats that are in them.
    pub fn take_changed(&mut self, limit: usize) -> (Vec<RoomId>, Vec<store::Seat>) {
        let Some(ledger) = &mut self.ledger else { return (Vec::new(), Vec::new()) };
        let rooms: Vec<_> = ledger.changed.iter().take(limit).copied().collect();
        for room in &rooms {
            ledger.changed.remove(room);
        }
        let pairs = rooms.iter().filter_map(|room| self.pairs.get(room)).filter(|pair| !pair.seeking);
        let seats = pairs.flat_map(|pair| pair.seats.iter().map(|seat| self.record(pair, seat))).collect();
        (rooms, seats)
    }

    fn record(&self, pair: &Pair, seat: &Seat) -> store::Seat {
        let key = seat.name.as_ref().map(Username::key);
        let blocks = key.and_then(|key| self.blocks.get(&key)).into_iter().flatten().cloned().collect();
        let (waits, avoids) = (pair.seats.len() == 1 && !seat.sitters.is_empty(), seat.avoids.clone());
        store::Seat { room: pair.room, name: seat.name.clone(), waits, avoids, blocks }
    }

    /// Gives a connection a seat to seek from. `None`: it sits already.
    pub fn begin_seeking(&mut self, session: SessionId, name: Option<&Username>) -> Option<Quest> {
        if self.room_of(session).is_some() {
            return None;
        }
        Some(self.seek_from(Seat::new(vec![session.into()], name.cloned(), None)))
    }

    /// The same for somebody who leaves his partner for another. `None`: he sits nowhere.
    pub fn begin_again(&mut self, session: SessionId) -> Option<(Quest, Changes)> {
        let (mut seat, partner) = self.stand_up(session.into())?;
        seat.avoids = partner;
        let sought = self.seek_from(seat);
        Some((sought, self.concerned(None)))
    }

    /// The same for somebody who left a seat at another node.
    pub fn begin_after(&mut self, left: super::Departed) -> Quest {
        let sitters = left.sessions.into_iter().map(Sitter::Here).collect();
        self.seek_from(Seat::new(sitters, left.name, left.partner))
    }

    fn seek_from(&mut self, seat: Seat) -> Quest {
        let room = self.new_room();
        for sitter in &seat.sitters {
            self.of_sitter.insert(*sitter, room);
        }
        let sitters = seat.sitters.clone();
        let pair = Pair { seeking: true, ..Pair::new(room, vec![seat], false) };
        let mut record = self.record(&pair, &pair.seats[0]);
        record.waits = true;
        self.pairs.insert(room, pair);
        Quest { seat: record, sitters }
    }

    /// Whether somebody still seeks from that room.
    #[must_use]
    pub fn is_seeking(&self, room: RoomId) -> bool {
        self.pairs.get(&room).is_some_and(|pair| pair.seeking)
    }

    /// Nobody was found: who sought waits from now on, unless somebody has come to him already.
    pub fn begin_waiting(&mut self, room: RoomId) -> Changes {
        let Some(pair) = self.pairs.get_mut(&room).filter(|pair| pair.seeking) else { return Vec::new() };
        pair.seeking = false;
        self.enter(room);
        self.concerned(None)
    }

    /// Takes back the seat of who sought. His connections; none where it is not there any more.
    pub fn end_seeking(&mut self, room: RoomId) -> Vec<Sitter> {
        if self.pairs.get(&room).is_none_or(|pair| !pair.seeking) {
            return Vec::new();
        }
        let seats = self.pairs.remove(&room).map(|pair| pair.seats).unwrap_or_default();
        let sitters: Vec<_> = seats.into_iter().flat_map(|seat| seat.sitters).collect();
        for sitter in &sitters {
            self.of_sitter.remove(sitter);
        }
        sitters
    }

    /// Who sought sits down with somebody of this node. `None`: that one does not wait for him any more.
    pub fn sit_beside(&mut self, from: RoomId, beside: RoomId) -> Option<Changes> {
        let mine = self.pairs.get(&from).filter(|pair| pair.seeking)?.seats.first()?;
        if !self.pairs.get(&beside).is_some_and(|pair| self.may_meet(pair, mine)) {
            return None;
        }
        let seat = self.pairs.remove(&from)?.seats.pop()?;
        Some(self.sit_down(seat, Some(beside)))
    }

    /// Somebody of another node sits down with who waits here. `None`: nobody waits for him there any more.
    pub fn admit(&mut self, guest: Guest, beside: RoomId) -> Option<Changes> {
        let Guest { sitters, name, avoids, blocks, grace } = guest;
        if let (Some(name), false) = (&name, blocks.is_empty()) {
            self.block_keys(name, blocks);
        }
        let seat = Seat::new(sitters, name, avoids);
        let pair = self.pairs.get(&beside)?;
        if seat.sitters.iter().any(|sitter| self.of_sitter.contains_key(sitter)) || !self.may_meet(pair, &seat) {
            return None;
        }
        for sitter in &seat.sitters {
            match sitter {
                Sitter::Here(session) => {
                    self.lose_abroad(*session);
                }
                Sitter::There(node, session) => {
                    self.guests.insert((*node, *session), grace);
                }
            }
        }
        Some(self.sit_down(seat, Some(beside)))
    }

    /// Another connection, of another node, of somebody who sits here. `None`: he does not.
    pub fn admit_again(
        &mut self,
        (node, session): (NodeId, SessionId),
        name: &Username,
        grace: Option<Duration>,
    ) -> Option<Changes> {
        let sitter = Sitter::There(node, session);
        let changes = self.rejoin(sitter, name);
        self.seat_of(sitter)?;
        self.guests.insert((node, session), grace);
        Some(changes)
    }

    /// The nodes whose people sit in a room.
    #[must_use]
    pub fn nodes(&self, room: RoomId) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        for sitter in self.sitters(room) {
            if let Sitter::There(node, _) = sitter
                && !nodes.contains(node)
            {
                nodes.push(*node);
            }
        }
        nodes
    }

    /// The name under which somebody of another node sits, and his room.
    #[must_use]
    pub fn guest(&self, node: NodeId, session: SessionId) -> Option<(Option<Username>, RoomId)> {
        let sitter = Sitter::There(node, session);
        let pair = self.pair_of(sitter)?;
        let seat = pair.seats.iter().find(|seat| seat.sitters.contains(&sitter))?;
        Some((seat.name.clone(), pair.room))
    }

    /// What is kept of what was said in a room after a place.
    #[must_use]
    pub fn kept(&self, room: RoomId, after: Seq) -> Vec<Arc<Message>> {
        let said = self.pairs.get(&room).map(|pair| &pair.messages);
        said.into_iter().flat_map(|said| said.after(after)).cloned().collect()
    }

    /// The other nodes of which somebody sits here.
    #[must_use]
    pub fn guests_from(&self) -> HashSet<NodeId> {
        self.guests.keys().map(|(node, _)| *node).collect()
    }

    /// The people of a node who sit here, with how long the place of each is kept, from one number to another.
    #[must_use]
    pub fn guests_of(&self, node: NodeId, from: SessionId, to: SessionId) -> Vec<(SessionId, Option<Duration>)> {
        let guests = self.guests.range((node, from)..=(node, to));
        guests.map(|((_, session), grace)| (*session, *grace)).collect()
    }

    /// Forgets guests who do not sit here any more.
    pub fn forget_guests(&mut self) {
        let of_sitter = &self.of_sitter;
        self.guests.retain(|(node, session), _| of_sitter.contains_key(&Sitter::There(*node, *session)));
    }

    /// What has to be told again to one of another node's people, who was told this and heard up to there.
    #[must_use]
    pub fn correct(&self, node: NodeId, session: SessionId, told: Option<&Stranger>, heard: Seq) -> Vec<Correction> {
        let Some(told) = told else { return Vec::new() };
        let Some(pair) = self.pair_of(Sitter::There(node, session)) else { return vec![Correction::Gone(session)] };
        let state = self.describe(pair, Sitter::There(node, session));
        let known = super::abroad::room_in(told) == Some(pair.room);
        let from = if known { heard } else { Seq::ZERO };
        let said = pair.messages.after(from).map(|message| Correction::Said(Arc::clone(message)));
        let stands = (state != *told).then_some(Correction::Stands(session, state));
        stands.into_iter().chain(said).collect()
    }

    /// So many wait on other nodes.
    pub fn set_elsewhere(&mut self, waiting: u64) -> Changes {
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        if std::mem::replace(&mut self.elsewhere, waiting) == waiting { Vec::new() } else { self.concerned(None) }
    }

    /// Whether anybody waits here.
    #[must_use]
    pub fn anybody_waits(&self) -> bool {
        self.pairs.values().any(Pair::is_waiting)
    }

    /// Forgets whom those do not want to meet who neither sit here nor are connected.
    pub fn forget_blocks_of_others(&mut self, is_here: impl Fn(&str) -> bool) {
        let seated: HashSet<String> = self
            .pairs
            .values()
            .flat_map(|pair| &pair.seats)
            .filter_map(|seat| Some(seat.name.as_ref()?.key()))
            .collect();
        self.blocks.retain(|key, _| seated.contains(key) || is_here(key));
    }
}
