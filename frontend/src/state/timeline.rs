//! The messages of one conversation as far as they are here: in order, each once, and aware of what is missing.

mod island;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::{Change, ChatMessage, ReplyTo, Seq};

use self::island::Island;
use super::clock::{self, Millis};
use super::rooms::in_short;

/// A message and when it was said, read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The message.
    pub message: Arc<ChatMessage>,
    /// Its time.
    pub at: Millis,
}

type Entries = BTreeMap<Seq, Entry>;

/// A stretch of a conversation, from some message to the newest; and where somebody looks at what was said long
/// before, an island: a second stretch around that, which grows until the two meet.
///
/// `complete_to` is the last message below which nothing is missing back to the first one here. What lies beyond
/// it came after a gap, which is healed by asking for everything after `complete_to`: the same question as after
/// a lost connection.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: Entries,
    complete_to: Seq,
    newest: Loading,
    older: More,
    healing: bool,
    /// Up to which amendments are known.
    change: Change,
    island: Option<Island>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Loading {
    #[default]
    NotAsked,
    Asked,
    Done,
}

/// Whether there is more in some direction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum More {
    #[default]
    There,
    Asked,
    None,
}

impl More {
    fn after_page(more: bool) -> Self {
        if more { Self::There } else { Self::None }
    }

    fn failed(&mut self) {
        if *self == Self::Asked {
            *self = Self::There;
        }
    }
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

    /// Says whether the page around a message must be asked for, and takes note that it is. From here on that is
    /// what is shown, and not the newest, where the message is not among those.
    pub fn wants_around(&mut self, seq: Seq) -> bool {
        if self.is_loaded() && self.entries.keys().next().is_none_or(|first| *first <= seq) {
            self.island = None;
            return false;
        }
        if self.island.as_ref().is_some_and(|island| island.is_at(seq)) {
            return false;
        }
        self.island = Some(Island::around(seq));
        true
    }

    /// Before which message an older page of what is shown should be asked for, if there are older ones; takes
    /// note that it is.
    pub fn wants_older(&mut self) -> Option<Seq> {
        if let Some(island) = &mut self.island {
            return island.wants_older();
        }
        if self.newest != Loading::Done || self.older != More::There {
            return None;
        }
        let first = self.first()?;
        self.older = More::Asked;
        Some(first)
    }

    /// After which message the next page of what is shown should be asked for, where that is not the newest; takes
    /// note that it is.
    pub fn wants_newer(&mut self) -> Option<Seq> {
        self.island.as_mut()?.wants_newer()
    }

    /// Shows the newest messages again.
    pub fn return_to_newest(&mut self) {
        self.island = None;
    }

    /// The answer to a page that was asked for will not come.
    pub fn page_failed(&mut self) {
        if self.newest == Loading::Asked {
            self.newest = Loading::NotAsked;
        }
        self.older.failed();
        if self.island.as_mut().is_some_and(|island| !island.page_failed()) {
            self.island = None;
        }
    }

    /// Takes the newest page; `more` says that there are older messages.
    pub fn add_newest(&mut self, page: Vec<ChatMessage>, more: bool) {
        let before_page = page.first().map_or(Seq::ZERO, |message| Seq(message.seq.0.saturating_sub(1)));
        self.complete_to = before_page;
        self.newest = Loading::Done;
        self.older = More::after_page(more);
        self.healing = false;
        self.entries = self.entries.split_off(&before_page);
        self.insert_all(page);
        self.join();
    }

    /// Takes the page around the message that was asked for; `more` says that there are newer messages.
    pub fn add_around(&mut self, page: Vec<ChatMessage>, more: bool) {
        let Some(island) = &mut self.island else { return };
        if page.is_empty() {
            self.island = None;
            return;
        }
        island.add_around(page, more);
        self.join();
    }

    /// Takes a page of older messages of what is shown; `more` says that there are still older ones. A page that
    /// does not belong to it is passed over: meanwhile something else is shown.
    pub fn add_older(&mut self, page: Vec<ChatMessage>, more: bool) {
        if let Some(island) = &mut self.island {
            island.add_older(page, more);
        } else if page.last().is_none_or(|last| Some(last.seq.next()) == self.first()) {
            self.older = More::after_page(more);
            self.insert_all(page);
        } else {
            self.older.failed();
        }
    }

    /// Takes a page of newer messages of what is shown, where that is not the newest.
    pub fn add_newer(&mut self, page: Vec<ChatMessage>, more: bool) {
        if let Some(island) = &mut self.island {
            island.add_newer(page, more);
            self.join();
        }
    }

    /// Takes a message as it comes. False: it was here already.
    pub fn add(&mut self, message: ChatMessage) -> bool {
        let new = !self.entries.contains_key(&message.seq);
        if new {
            self.insert_all(vec![message]);
        }
        new
    }

    /// A message is not what it was: takes it as it is now. What answers it quotes it so. Says whether it was news.
    pub fn amend(&mut self, message: &ChatMessage) -> bool {
        self.change = self.change.max(message.change);
        let on_island = self.island.as_mut().is_some_and(|island| amend(island.entries_mut(), message));
        amend(&mut self.entries, message) || on_island
    }

    /// Up to which amendments are known of what is here.
    #[must_use]
    pub fn change(&self) -> Change {
        self.change
    }

    /// The conversation's amendments up to this one are known.
    pub fn know(&mut self, change: Change) {
        self.change = self.change.max(change);
    }

    /// Takes what was missed. Where that is not all of it, everything is forgotten and the newest page wanted.
    pub fn resumed(&mut self, recovered: bool, messages: Vec<ChatMessage>) {
        if recovered {
            self.healing = false;
            self.insert_all(messages);
        } else {
            *self = Self { island: self.island.take(), ..Self::default() };
        }
    }

    /// After which message something is missing in the middle; takes note that it is asked for.
    pub fn wants_healing(&mut self) -> Option<Seq> {
        let gap = self.is_loaded() && !self.healing && self.entries.keys().next_back() > Some(&self.complete_to);
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

    /// Whether something can be shown.
    #[must_use]
    pub fn is_showing(&self) -> bool {
        self.island.as_ref().map_or(self.is_loaded(), Island::is_loaded)
    }

    /// Whether what is shown goes on to the newest message.
    #[must_use]
    pub fn shows_newest(&self) -> bool {
        self.is_loaded() && self.island.is_none()
    }

    /// Whether an older page is on its way.
    #[must_use]
    pub fn is_loading_older(&self) -> bool {
        self.island.as_ref().map_or(self.older, Island::older) == More::Asked
    }

    /// Whether the conversation's first message is shown, or it has none.
    #[must_use]
    pub fn has_start(&self) -> bool {
        self.is_showing() && self.island.as_ref().map_or(self.older, Island::older) == More::None
    }

    /// The messages that are shown, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.shown().values()
    }

    /// A message that is here.
    #[must_use]
    pub fn get(&self, seq: Seq) -> Option<&Entry> {
        self.shown().get(&seq).or_else(|| self.entries.get(&seq))
    }

    /// The place of the first message that is shown.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.shown().keys().next().copied()
    }

    fn shown(&self) -> &Entries {
        self.island.as_ref().map_or(&self.entries, Island::entries)
    }

    /// Where the island reaches what comes after it, the two are one.
    fn join(&mut self) {
        let tail = self.is_loaded().then(|| self.entries.keys().next().copied()).flatten();
        if let Some(island) = self.island.take_if(|island| island.reaches(tail)) {
            self.older = island.older();
            for (seq, entry) in island.into_entries() {
                self.entries.entry(seq).or_insert(entry);
            }
        }
    }

    fn insert_all(&mut self, messages: Vec<ChatMessage>) {
        insert_all(&mut self.entries, messages);
        while self.entries.contains_key(&self.complete_to.next()) {
            self.complete_to = self.complete_to.next();
        }
    }
}

fn amend(entries: &mut Entries, now: &ChatMessage) -> bool {
    let known = entries.get_mut(&now.seq).filter(|entry| entry.message.change < now.change);
    let news = known.is_some();
    if let Some(entry) = known {
        entry.message = Arc::new(now.clone());
        let quote = (!now.deleted).then(|| in_short(now));
        let answers = |reply: &ReplyTo| reply.seq == now.seq && reply.excerpt != quote;
        for entry in entries.values_mut().filter(|entry| entry.message.reply_to.as_ref().is_some_and(answers)) {
            if let Some(reply) = &mut Arc::make_mut(&mut entry.message).reply_to {
                reply.excerpt.clone_from(&quote);
            }
        }
    }
    news
}

fn insert_all(entries: &mut Entries, messages: Vec<ChatMessage>) {
    for message in messages {
        let at = clock::parse(&message.time).unwrap_or_default();
        entries.entry(message.seq).or_insert_with(|| Entry { message: Arc::new(message), at });
    }
}
