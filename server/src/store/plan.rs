//! What is to become of new messages and of amendments: decided from what the store knows, without asking it again,
//! and so the same in every engine.

use std::collections::{HashMap, HashSet};

use shared::{Emoji, RoomId, Seq, Username};

use crate::store::{Act, Amended, Amendment, Appended, Message, NewMessage, Timestamp};

/// What the store knows about a batch before it is stored.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The last sequence numbers of those of its rooms that exist.
    pub(super) rooms: HashMap<RoomId, Seq>,
    /// The ids of those of its senders that exist, by key.
    pub(super) senders: HashMap<String, i64>,
    /// For each message, the earlier one of the same sender and `client_id`.
    pub(super) firsts: Vec<Option<Appended>>,
}

/// What becomes of a batch.
#[derive(Debug)]
pub(super) struct Plan {
    /// Of each message, in the batch's order.
    pub(super) outcomes: Vec<Appended>,
    /// Those to be stored: their index in the batch and their sequence number.
    pub(super) stored: Vec<(usize, Seq)>,
    /// Where the rooms spoken in end then, and when that was said.
    pub(super) ends: HashMap<RoomId, (Seq, Timestamp)>,
    senders: HashMap<String, i64>,
}

impl Plan {
    /// `keys` are the senders' keys, in the batch's order.
    pub(super) fn draw(batch: &[NewMessage], keys: &[String], known: Known) -> Self {
        let Known { mut rooms, senders, mut firsts } = known;
        firsts.resize(batch.len(), None);
        let mut plan =
            Self { outcomes: Vec::with_capacity(batch.len()), stored: Vec::new(), ends: HashMap::new(), senders };
        let mut used: HashMap<(&str, &str), (usize, Seq)> = HashMap::new();
        for (index, (message, first)) in batch.iter().zip(firsts).enumerate() {
            let own_name = message.client_id.as_ref().map(|client_id| (keys[index].as_str(), client_id.as_str()));
            let outcome = if let Some(first) = first {
                first
            } else if let Some(&(first, seq)) = own_name.and_then(|own_name| used.get(&own_name)) {
                let first = &batch[first];
                Appended::Duplicate { room: first.room, seq, id: first.id.clone(), time: first.time }
            } else if let Some(last) = rooms.get_mut(&message.room) {
                *last = last.next();
                plan.stored.push((index, *last));
                plan.ends
                    .entry(message.room)
                    .and_modify(|(end, time)| (*end, *time) = (*last, message.time.max(*time)))
                    .or_insert((*last, message.time));
                used.extend(own_name.map(|own_name| (own_name, (index, *last))));
                Appended::Stored(*last)
            } else {
                Appended::NoSuchRoom
            };
            plan.outcomes.push(outcome);
        }
        plan
    }

    /// The id of a sender that existed before.
    pub(super) fn sender(&self, key: &str) -> Option<i64> {
        self.senders.get(key).copied()
    }

    /// The senders that come into being by what is stored, each with the time of his first message.
    pub(super) fn newcomers<'a>(&self, batch: &'a [NewMessage], keys: &'a [String]) -> Vec<(&'a Username, Timestamp)> {
        let mut seen = HashSet::new();
        self.stored
            .iter()
            .filter(|(index, _)| !self.senders.contains_key(&keys[*index]) && seen.insert(&keys[*index]))
            .map(|(index, _)| (&batch[*index].sender, batch[*index].time))
            .collect()
    }
}

impl Amendment {
    /// Why it is not done to this message, where it is not.
    pub(super) fn refused(&self, message: &Message) -> Option<Amended> {
        if message.since.deleted {
            return Some(Amended::NoSuchMessage);
        }
        match &self.act {
            Act::Edit(body) => (*body == message.body).then_some(Amended::Unchanged),
            Act::Delete => None,
            Act::React(emoji) => self.cannot_react(message, emoji),
            Act::Unreact(emoji) => (!self.has_reacted(message, emoji)).then_some(Amended::Unchanged),
        }
    }

    fn has_reacted(&self, message: &Message, emoji: &Emoji) -> bool {
        message.since.reactions.iter().any(|(known, users)| known == emoji && users.contains(&self.by))
    }

    fn cannot_react(&self, message: &Message, emoji: &Emoji) -> Option<Amended> {
        let reactions = &message.since.reactions;
        if self.has_reacted(message, emoji) {
            return Some(Amended::Unchanged);
        }
        let is_new = reactions.iter().all(|(known, _)| known != emoji);
        (is_new && reactions.len() >= Emoji::MAX_KINDS).then_some(Amended::TooManyKinds)
    }
}
