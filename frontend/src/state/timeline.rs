//! The messages of one conversation as far as they are here: in order, each once, and aware of what is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::{ChatMessage, Seq};

use super::clock::{self, Millis};

/// A message and when it was said, read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The message.
    pub message: Arc<ChatMessage>,
    /// Its time.
    pub at: Millis,
}

/// A stretch of a conversation, from some message to the newest.
///
/// `complete_to` is the last message below which nothing is missing back to the first one here. What lies beyond
/// it came after a gap, which is healed by asking for everything after `complete_to`: the same question as after
/// a lost connection.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: BTreeMap<Seq, Entry>,
    complete_to: Seq,
    newest: Loading,
    older: Older,
    healing: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Loading {
    #[default]
    NotAsked,
    Asked,
    Done,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Older {
    #[default]
    There,
    Asked,
    None,
}

impl Timeline {
    /// Says whether the newest page must be asked for, and takes note that it is.
    pub fn wants_newest(&mut self) -> bool {
        let wants = self.newest == Loading::NotAsked;
        if wants {
            self.newest = Loading::Asked;
        }
        wants
    }

    /// Before which message an older page should be asked for, if there are older ones; takes note that it is.
    pub fn wants_older(&mut self) -> Option<Seq> {
        if self.newest != Loading::Done || self.older != Older::There {
            return None;
        }
        let first = self.first()?;
        self.older = Older::Asked;
        Some(first)
    }

    /// The answer to a page that was asked for will not come.
    pub fn page_failed(&mut self) {
        if self.newest == Loading::Asked {
            self.newest = Loading::NotAsked;
        }
        if self.older == Older::Asked {
            self.older = Older::There;
        }
    }

    /// Takes the newest page; `more` says that there are older messages.
    pub fn add_newest(&mut self, page: Vec<ChatMessage>, more: bool) {
        let before_page = page.first().map_or(Seq::ZERO, |message| Seq(message.seq.0.saturating_sub(1)));
        self.complete_to = before_page;
        self.newest = Loading::Done;
        self.older = if more { Older::There } else { Older::None };
        self.healing = false;
        self.entries = self.entries.split_off(&before_page);
        self.insert_all(page);
    }

    /// Takes a page of older messages; `more` says that there are still older ones.
    pub fn add_older(&mut self, page: Vec<ChatMessage>, more: bool) {
        self.older = if more { Older::There } else { Older::None };
        self.insert_all(page);
    }

    /// Takes a message as it comes. False: it was here already.
    pub fn add(&mut self, message: ChatMessage) -> bool {
        let new = !self.entries.contains_key(&message.seq);
        if new {
            self.insert_all(vec![message]);
        }
        new
    }

    /// Takes what was missed. Where that is not all of it, everything is forgotten and the newest page wanted.
    pub fn resumed(&mut self, recovered: bool, messages: Vec<ChatMessage>) {
        if recovered {
            self.healing = false;
            self.insert_all(messages);
        } else {
            *self = Self::default();
        }
    }

    /// After which message something is missing in the middle; takes note that it is asked for.
    pub fn wants_healing(&mut self) -> Option<Seq> {
        let gap = self.is_loaded() && !self.healing && self.last() > Some(self.complete_to);
        if gap {
            self.healing = true;
        }
        gap.then_some(self.complete_to)
    }

    /// The connection is lost, and with it every answer that had not come.
    pub fn connection_lost(&mut self) {
        self.page_failed();
        self.healing = false;
    }

    /// After which message to go on, once the connection is back: nothing before it is missing. None: nothing is
    /// here yet, so nothing was missed.
    #[must_use]
    pub fn seen(&self) -> Option<Seq> {
        self.is_loaded().then_some(self.complete_to)
    }

    /// Whether the newest page is here.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.newest == Loading::Done
    }

    /// Whether an older page is on its way.
    #[must_use]
    pub fn is_loading_older(&self) -> bool {
        self.older == Older::Asked
    }

    /// Whether the conversation's first message is here, or it has none.
    #[must_use]
    pub fn has_start(&self) -> bool {
        self.is_loaded() && self.older == Older::None
    }

    /// The messages in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// The first message's place.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.entries.keys().next().copied()
    }

    /// The last message's place.
    #[must_use]
    pub fn last(&self) -> Option<Seq> {
        self.entries.keys().next_back().copied()
    }

    fn insert_all(&mut self, messages: Vec<ChatMessage>) {
        for message in messages {
            let at = clock::parse(&message.time).unwrap_or_default();
            self.entries.entry(message.seq).or_insert_with(|| Entry { message: Arc::new(message), at });
        }
        while self.entries.contains_key(&self.complete_to.next()) {
            self.complete_to = self.complete_to.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::{message, messages};

    fn loaded(range: std::ops::RangeInclusive<u64>, more: bool) -> Timeline {
        let mut timeline = Timeline::default();
        assert!(timeline.wants_newest());
        timeline.add_newest(messages(range), more);
        timeline
    }

    fn seqs(timeline: &Timeline) -> Vec<u64> {
        timeline.entries().map(|entry| entry.message.seq.0).collect()
    }

    #[test]
    fn the_newest_page_is_asked_for_once() {
        let mut timeline = Timeline::default();
        assert!(timeline.wants_newest());
        assert!(!timeline.wants_newest());
        timeline.connection_lost();
        assert!(timeline.wants_newest(), "its answer was lost with the connection");
    }

    #[test]
    fn an_empty_conversation_is_complete() {
        let mut timeline = Timeline::default();
        assert!(timeline.wants_newest());
        timeline.add_newest(Vec::new(), false);
        assert!(timeline.has_start());
        assert_eq!(timeline.seen(), Some(Seq::ZERO));
        assert_eq!(timeline.wants_older(), None);
        timeline.add(message(1));
        assert_eq!(timeline.wants_healing(), None);
    }

    #[test]
    fn messages_are_in_order_and_each_is_there_once() {
        let mut timeline = loaded(5..=7, true);
        assert!(timeline.add(message(8)));
        assert!(!timeline.add(message(8)));
        assert!(!timeline.add(message(6)));
        assert_eq!(seqs(&timeline), [5, 6, 7, 8]);
    }

    #[test]
    fn older_pages_are_asked_for_one_at_a_time_until_the_start() {
        let mut timeline = loaded(5..=7, true);
        assert_eq!(timeline.wants_older(), Some(Seq(5)));
        assert_eq!(timeline.wants_older(), None, "one is on its way");
        timeline.add_older(messages(3..=4), true);
        assert_eq!(timeline.wants_older(), Some(Seq(3)));
        timeline.add_older(messages(1..=2), false);
        assert_eq!(timeline.wants_older(), None);
        assert!(timeline.has_start());
        assert_eq!(timeline.seen(), Some(Seq(7)));
    }

    #[test]
    fn a_gap_is_noticed_asked_for_once_and_healed() {
        let mut timeline = loaded(1..=3, false);
        timeline.add(message(6));
        assert_eq!(timeline.seen(), Some(Seq(3)), "what lies behind a gap is not seen");
        assert_eq!(timeline.wants_healing(), Some(Seq(3)));
        timeline.add(message(7));
        assert_eq!(timeline.wants_healing(), None, "it is asked for already");
        timeline.resumed(true, messages(4..=7));
        assert_eq!(timeline.seen(), Some(Seq(7)));
        assert_eq!(seqs(&timeline), [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn too_much_missed_starts_over_from_the_newest() {
        let mut timeline = loaded(1..=3, false);
        timeline.resumed(false, Vec::new());
        assert!(!timeline.is_loaded());
        assert!(timeline.wants_newest());
        timeline.add_newest(messages(900..=902), true);
        assert_eq!(seqs(&timeline), [900, 901, 902]);
    }

    #[test]
    fn what_comes_before_the_first_page_is_not_lost() {
        let mut timeline = Timeline::default();
        assert!(timeline.wants_newest());
        timeline.add(message(8));
        assert_eq!(timeline.seen(), None);
        timeline.add_newest(messages(5..=7), true);
        assert_eq!(seqs(&timeline), [5, 6, 7, 8]);
        assert_eq!(timeline.seen(), Some(Seq(8)));
        assert_eq!(timeline.wants_healing(), None);
    }
}
