//! A pair: its one or two seats, and what was said in it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use shared::{ClientId, RoomId, RoomKind, Seq, Username};

use super::{RoomRef, Sitter};
use crate::store::Message;

/// The most messages of a pair that are kept for a partner who lost the connection.
pub const KEPT_MESSAGES: usize = 1_000;

/// A place in a pair.
#[derive(Debug)]
pub struct Seat {
    pub name: Option<Username>,
    /// The connections of the person who sits here; none while the connection is lost and the place kept.
    pub sitters: Vec<Sitter>,
    /// The last connection that was lost.
    pub lost: Option<Sitter>,
    /// Whom `next` left, and shall not meet again at once.
    pub avoids: Option<String>,
}

/// One who waits for a second, or two.
#[derive(Debug)]
pub struct Pair {
    pub room: RoomId,
    pub reference: Arc<RoomRef>,
    pub seats: Vec<Seat>,
    pub messages: Said,
    pub partner_left: bool,
    /// Alone, and looked for a partner elsewhere first: nobody is to know of it yet.
    pub seeking: bool,
}

/// What was said in a pair, as far as it is kept, in order. Places have no gaps.
#[derive(Debug, Default)]
pub struct Said {
    messages: VecDeque<Arc<Message>>,
    /// Where those are that have a name of their sender's own.
    by_client_id: HashMap<(Username, ClientId), Seq>,
    last_seq: Seq,
}

impl Said {
    /// The place of the newest.
    pub fn last_seq(&self) -> Seq {
        self.last_seq
    }

    /// Adds one at the end, and forgets the oldest where there is too much.
    pub fn push(&mut self, message: Arc<Message>) {
        if self.messages.len() == KEPT_MESSAGES
            && let Some(oldest) = self.messages.pop_front()
            && let Some(sent) = sent_as(&oldest)
        {
            self.by_client_id.remove(&sent);
        }
        self.by_client_id.extend(sent_as(&message).map(|sent| (sent, message.seq)));
        self.last_seq = message.seq;
        self.messages.push_back(message);
    }

    /// The one at a place.
    pub fn at(&self, seq: Seq) -> Option<&Arc<Message>> {
        let at = seq.0.checked_sub(self.messages.front()?.seq.0)?;
        self.messages.get(usize::try_from(at).ok()?)
    }

    /// How many of them have a name of their sender's own.
    #[cfg(test)]
    pub fn named(&self) -> usize {
        self.by_client_id.len()
    }

    /// The one that its sender sent under that name of his own.
    pub fn sent(&self, sent: &(Username, ClientId)) -> Option<&Arc<Message>> {
        self.at(*self.by_client_id.get(sent)?)
    }

    /// All that is kept.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.iter()
    }

    /// What is kept of what came after a place.
    pub fn after(&self, seen: Seq) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.iter().filter(move |message| message.seq > seen)
    }
}

fn sent_as(message: &Message) -> Option<(Username, ClientId)> {
    Some((message.sender.clone(), message.client_id.clone()?))
}

impl Seat {
    /// Somebody's, with the connections he has.
    pub fn new(sitters: Vec<Sitter>, name: Option<Username>, avoids: Option<String>) -> Self {
        Self { name, sitters, lost: None, avoids }
    }
}

impl Pair {
    /// A new one, with nothing said in it.
    pub fn new(room: RoomId, seats: Vec<Seat>, partner_left: bool) -> Self {
        let reference = Self::reference(room, &seats);
        Self { room, reference, seats, messages: Said::default(), partner_left, seeking: false }
    }

    /// What is kept of what was said, in order.
    pub fn said(&self) -> Vec<Arc<Message>> {
        self.messages.iter().cloned().collect()
    }

    /// The seat of the other.
    pub fn beside(&self, sitter: Sitter) -> Option<&Seat> {
        self.seats.iter().find(|seat| !seat.sitters.contains(&sitter))
    }

    /// What it is, for its messages.
    pub fn reference(room: RoomId, seats: &[Seat]) -> Arc<RoomRef> {
        let parties = match seats {
            [Seat { name: Some(one), .. }, Seat { name: Some(other), .. }] => Some((one.clone(), other.clone())),
            _ => None,
        };
        Arc::new(RoomRef { id: room, kind: RoomKind::Pair, name: None, parties })
    }

    /// Somebody waits here to be found.
    pub fn is_waiting(&self) -> bool {
        !self.seeking && self.is_free()
    }

    fn is_free(&self) -> bool {
        matches!(&self.seats[..], [only] if !only.sitters.is_empty())
    }

    /// Whether the two would do, blocks apart.
    pub fn would_take(&self, seat: &Seat) -> bool {
        let key = seat.name.as_ref().map(Username::key);
        let [only] = &self.seats[..] else { return false };
        let other = only.name.as_ref().map(Username::key);
        let same_person = key.is_some() && key == other;
        let avoided = (seat.avoids.is_some() && seat.avoids == other) || (only.avoids.is_some() && only.avoids == key);
        self.is_free() && !same_person && !avoided
    }
}
