//! A stretch of a conversation that does not reach the newest message.

use shared::{ChatMessage, Seq};

use super::{Entries, Entry, More, insert_all};

/// What lies around a message that somebody wanted to see.
#[derive(Clone, Debug)]
pub(super) struct Island {
    target: Seq,
    entries: Entries,
    loaded: bool,
    older: More,
    newer: More,
}

impl Island {
    /// Around this message, once the page with it is here.
    pub(super) fn around(target: Seq) -> Self {
        Self { target, entries: Entries::new(), loaded: false, older: More::There, newer: More::There }
    }

    /// Whether the message is here, or is what was asked for.
    pub(super) fn is_at(&self, seq: Seq) -> bool {
        self.entries.contains_key(&seq) || (!self.loaded && self.target == seq)
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub(super) fn older(&self) -> More {
        self.older
    }

    pub(super) fn entries(&self) -> &Entries {
        &self.entries
    }

    pub(super) fn entries_mut(&mut self) -> &mut Entries {
        &mut self.entries
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = (Seq, Entry)> {
        self.entries.into_iter()
    }

    /// Whether nothing is missing between it and a stretch that begins there.
    pub(super) fn reaches(&self, tail: Option<Seq>) -> bool {
        let next = self.last().map(Seq::next);
        self.loaded && tail.is_some() && next >= tail
    }

    pub(super) fn wants_older(&mut self) -> Option<Seq> {
        let first = self.entries.keys().next().copied().filter(|_| self.older == More::There)?;
        self.older = More::Asked;
        Some(first)
    }

    pub(super) fn wants_newer(&mut self) -> Option<Seq> {
        let last = self.last().filter(|_| self.newer == More::There)?;
        self.newer = More::Asked;
        Some(last)
    }

    /// An answer will not come. False: the island has nothing to show and never will.
    pub(super) fn page_failed(&mut self) -> bool {
        self.older.failed();
        self.newer.failed();
        self.loaded
    }

    pub(super) fn add_around(&mut self, page: Vec<ChatMessage>, more: bool) {
        self.loaded = true;
        self.newer = More::after_page(more);
        insert_all(&mut self.entries, page);
        self.older = More::after_page(self.entries.keys().next() > Some(&Seq::ZERO.next()));
    }

    pub(super) fn add_older(&mut self, page: Vec<ChatMessage>, more: bool) {
        if page.last().is_none_or(|last| self.entries.contains_key(&last.seq.next())) {
            self.older = More::after_page(more);
            insert_all(&mut self.entries, page);
        } else {
            self.older.failed();
        }
    }

    pub(super) fn add_newer(&mut self, page: Vec<ChatMessage>, more: bool) {
        if page.first().is_none_or(|first| self.last() == Some(Seq(first.seq.0.saturating_sub(1)))) {
            self.newer = More::after_page(more);
            insert_all(&mut self.entries, page);
        } else {
            self.newer.failed();
        }
    }

    fn last(&self) -> Option<Seq> {
        self.entries.keys().next_back().copied()
    }
}
