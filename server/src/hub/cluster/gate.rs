//! How far a room was told to those who are in it here. Messages of every node pass here, this one's too: what is next is
//! told, what was told is not told again, and what comes too early waits until what is missing has come or was read
//! from the store. Whether a note got lost, came late, or was never listened for makes no difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::{Change, Seq};

use crate::hub::{Event, RoomRef};
use crate::store::{Extent, Message};

/// The most events that wait for earlier ones. What is beyond is read from the store with those.
const EARLY: usize = 1_024;

/// How far a room was told here.
#[derive(Debug)]
pub struct Gate {
    told: Seq,
    changed: Change,
    /// How far it has come, as far as is known here.
    known: (Seq, Change),
    early: BTreeMap<Seq, Event>,
    early_changes: BTreeMap<Change, Event>,
}

/// What the store had beyond a place, all of it.
#[derive(Debug)]
pub struct Missed {
    /// Messages, without a gap.
    pub messages: Vec<Message>,
    /// What became of messages up to the last of those.
    pub changed: Vec<Message>,
    /// The count of amendments that `changed` goes up to.
    pub change: Change,
}

impl Gate {
    /// Nothing was told yet beyond this place.
    #[must_use]
    pub fn new(told: Seq, changed: Change) -> Self {
        let (early, early_changes) = (BTreeMap::new(), BTreeMap::new());
        Self { told, changed, known: (told, changed), early, early_changes }
    }

    /// How far it was told.
    #[must_use]
    pub fn told(&self) -> (Seq, Change) {
        (self.told, self.changed)
    }

    /// Whether something is known of that was not told.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.told < self.known.0 || self.changed < self.known.1
    }

    /// The room has come at least so far.
    pub fn learn(&mut self, extent: &Extent) {
        self.known = (self.known.0.max(extent.last_seq), self.known.1.max(extent.change));
    }

    /// Takes what was said, or done to messages. What of it, and of what waited, is to be told now, in order.
    pub fn pass(&mut self, events: Vec<Event>) -> Vec<Event> {
        if self.follow(&events) {
            return events;
        }
        for event in events {
            self.keep(event);
        }
        self.release()
    }

    /// Takes what the store had beyond a place that was told. What is to be told now, in order.
    pub fn heal(&mut self, room: &Arc<RoomRef>, missed: Missed) -> Vec<Event> {
        let mut events = Vec::with_capacity(missed.messages.len());
        for message in missed.messages {
            if message.seq != self.told.next() {
                continue;
            }
            self.told = message.seq;
            let said = |message| Event::Message { room: Arc::clone(room), message: Arc::new(message), origin: None };
            // The one that waited knows which connection said it.
            events.push(self.early.remove(&self.told).unwrap_or_else(|| said(message)));
        }
        let changed = missed.changed.into_iter().filter(|message| message.since.change > self.changed);
        events.extend(changed.map(|message| Event::Changed { room: Arc::clone(room), message: Arc::new(message) }));
        self.changed = self.changed.max(missed.change);
        events.append(&mut self.release());
        events
    }

    /// Counts the room as told so far. What waited and is next then.
    pub fn skip(&mut self, extent: &Extent) -> Vec<Event> {
        (self.told, self.changed) = (self.told.max(extent.last_seq), self.changed.max(extent.change));
        self.release()
    }

    /// Whether nothing waits and all of these come next to what was told; then they count as told.
    fn follow(&mut self, events: &[Event]) -> bool {
        let (mut told, mut changed) = (self.told, self.changed);
        let follows = self.early.is_empty() && self.early_changes.is_empty();
        let follows = follows
            && events.iter().all(|event| match event {
                Event::Message { message, .. } => std::mem::replace(&mut told, message.seq).next() == message.seq,
                Event::Changed { message, .. } => {
                    let count = message.since.change;
                    message.seq <= told && std::mem::replace(&mut changed, count).next() == count
                }
                _ => true,
            });
        if follows {
            (self.told, self.changed) = (told, changed);
            self.known = (self.known.0.max(told), self.known.1.max(changed));
        }
        follows
    }

    fn keep(&mut self, event: Event) {
        match &event {
            Event::Message { message, .. } => {
                let seq = message.seq;
                self.known.0 = self.known.0.max(seq);
                if seq > self.told && self.early.len() < EARLY {
                    self.early.entry(seq).or_insert(event);
                }
            }
            Event::Changed { message, .. } => {
                let count = message.since.change;
                self.known.1 = self.known.1.max(count);
                if count > self.changed && self.early_changes.len() < EARLY {
                    self.early_changes.entry(count).or_insert(event);
                }
            }
            _ => {}
        }
    }

    /// What waited and is next.
    fn release(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.early = self.early.split_off(&self.told.next());
        while let Some(event) = self.early.remove(&self.told.next()) {
            self.told = self.told.next();
            events.push(event);
        }
        self.early_changes = self.early_changes.split_off(&self.changed.next());
        while let Some(entry) = self.early_changes.first_entry() {
            let is_told = matches!(entry.get(), Event::Changed { message, .. } if message.seq <= self.told);
            if *entry.key() != self.changed.next() || !is_told {
                break;
            }
            self.changed = self.changed.next();
            events.push(entry.remove());
        }
        self.known = (self.known.0.max(self.told), self.known.1.max(self.changed));
        events
    }
}

#[cfg(test)]
mod tests {
    use shared::{MessageId, RoomId, RoomKind};

    use super::*;
    use crate::hub::SessionId;
    use crate::hub::testing::name;
    use crate::store::{Since, Timestamp};

    fn room() -> Arc<RoomRef> {
        Arc::new(RoomRef { id: RoomId(7), kind: RoomKind::Public, name: None, parties: None })
    }

    fn message(seq: u64, change: u64) -> Message {
        Message {
            room: RoomId(7),
            seq: Seq(seq),
            id: MessageId(format!("m{seq}")),
            sender: name("ann"),
            body: format!("number {seq}"),
            time: Timestamp(0),
            kind: shared::MessageKind::Chat,
            metadata: shared::MetadataMap::default(),
            client_id: None,
            reply_to: None,
            since: Since { change: Change(change), ..Since::default() },
        }
    }

    fn said(seq: u64) -> Event {
        Event::Message { room: room(), message: Arc::new(message(seq, 0)), origin: None }
    }

    fn changed(seq: u64, change: u64) -> Event {
        Event::Changed { room: room(), message: Arc::new(message(seq, change)) }
    }

    fn missed(messages: &[u64], changed: &[(u64, u64)], change: u64) -> Missed {
        Missed {
            messages: messages.iter().map(|seq| message(*seq, 0)).collect(),
            changed: changed.iter().map(|(seq, change)| message(*seq, *change)).collect(),
            change: Change(change),
        }
    }

    /// What is told, as `7` for a message and `7:2` for the second amendment of the room.
    fn told(events: Vec<Event>) -> String {
        let short = |event| match event {
            Event::Message { message, .. } => message.seq.to_string(),
            Event::Changed { message, .. } => format!("{}:{}", message.seq, message.since.change.0),
            other => panic!("{other:?}"),
        };
        events.into_iter().map(short).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_next_is_told_and_what_was_told_is_not_told_again() {
        let mut gate = Gate::new(Seq(5), Change::ZERO);
        assert_eq!(told(gate.pass(vec![said(6), said(7)])), "6 7");
        assert_eq!(told(gate.pass(vec![said(6), said(7), said(8)])), "8");
        assert!(!gate.is_behind());
    }

    #[test]
    fn what_comes_too_early_waits_for_what_is_missing() {
        let mut gate = Gate::new(Seq(5), Change::ZERO);
        assert_eq!(told(gate.pass(vec![said(8), said(7)])), "");
        assert!(gate.is_behind());
        assert_eq!(told(gate.pass(vec![said(6)])), "6 7 8");
        assert!(!gate.is_behind());
    }

    #[test]
    fn what_never_comes_is_read_from_the_store_and_told_first() {
        let mut gate = Gate::new(Seq(5), Change::ZERO);
        gate.pass(vec![said(8)]);
        assert_eq!(told(gate.heal(&room(), missed(&[6, 7], &[], 0))), "6 7 8");
        assert!(!gate.is_behind());
        assert_eq!(told(gate.pass(vec![said(7)])), "", "the note comes after all");
    }

    #[test]
    fn who_said_it_is_not_forgotten_where_the_store_has_it_too() {
        let mut gate = Gate::new(Seq(5), Change::ZERO);
        let mine = Event::Message { room: room(), message: Arc::new(message(7, 0)), origin: Some(SessionId(3)) };
        gate.pass(vec![mine]);
        let events = gate.heal(&room(), missed(&[6, 7, 8], &[], 0));
        assert!(matches!(&events[1], Event::Message { origin: Some(SessionId(3)), .. }));
        assert_eq!(told(events), "6 7 8");
    }

    #[test]
    fn an_amendment_waits_for_the_one_before_it_and_for_its_message() {
        let mut gate = Gate::new(Seq(5), Change(1));
        assert_eq!(told(gate.pass(vec![changed(4, 3)])), "");
        assert_eq!(told(gate.pass(vec![changed(6, 2)])), "", "message 6 was not told yet");
        assert_eq!(told(gate.pass(vec![said(6)])), "6 6:2 4:3");
        assert_eq!(told(gate.pass(vec![changed(4, 3)])), "");
        assert!(!gate.is_behind());
    }

    #[test]
    fn amendments_that_never_come_are_read_as_what_became_of_the_messages() {
        let mut gate = Gate::new(Seq(5), Change(1));
        gate.pass(vec![changed(4, 4)]);
        assert!(gate.is_behind());
        assert_eq!(told(gate.heal(&room(), missed(&[6], &[(2, 3), (4, 4)], 4))), "6 2:3 4:4");
        assert!(!gate.is_behind());
    }

    #[test]
    fn a_room_that_is_known_to_have_come_further_is_behind() {
        let mut gate = Gate::new(Seq(5), Change(1));
        gate.learn(&Extent { room: RoomId(7), last_seq: Seq(5), change: Change(1) });
        assert!(!gate.is_behind());
        gate.learn(&Extent { room: RoomId(7), last_seq: Seq(5), change: Change(2) });
        assert!(gate.is_behind());
    }

    #[test]
    fn what_is_too_much_to_be_told_is_passed_over_and_the_rest_goes_on() {
        let mut gate = Gate::new(Seq(5), Change::ZERO);
        gate.pass(vec![said(9_000), said(9_001)]);
        assert_eq!(told(gate.skip(&Extent { room: RoomId(7), last_seq: Seq(9_000), change: Change(3) })), "9001");
        assert_eq!(told(gate.pass(vec![said(9_002), changed(2, 4)])), "9002 2:4");
    }

    #[test]
    fn more_than_may_wait_is_left_to_the_store() {
        let mut gate = Gate::new(Seq(0), Change::ZERO);
        let last = EARLY as u64 + 10;
        gate.pass((2..=last).map(said).collect());
        let first = gate.heal(&room(), missed(&[1], &[], 0));
        assert_eq!(first.len(), EARLY + 1);
        assert!(gate.is_behind(), "the rest is still to be read");
    }
}
