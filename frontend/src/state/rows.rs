//! A conversation as rows on the screen: which day it is, where the unread begins, who speaks, what state one's
//! own messages are in. Pure: the same messages give the same rows.

use std::sync::Arc;

use shared::{ChatMessage, ClientId, MessageKind, Seq, Username};

use super::clock::{Local, Millis};
use super::queue::{Outgoing, Progress};
use super::timeline::Entry;

/// Consecutive messages of one sender stand under one name unless so much time lies between them.
const GROUPED_WITHIN: Millis = 5 * 60_000;
/// After so many messages under one name it is said again: whoever scrolls sees it before long.
const GROUPED_AT_MOST: u32 = 12;

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A new day begins.
    Day {
        /// Which one, in days since 1970 on the reader's clock.
        day: i64,
        /// What it is called.
        label: String,
    },
    /// What follows has not been read.
    Unread,
    /// A message.
    Message(MessageRow),
}

/// A message's row.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    /// What is said and by whom.
    pub content: Content,
    /// Whether the sender's name and picture stand above it.
    pub leads: bool,
    /// When it was said, on the reader's clock.
    pub at: Local,
    /// Whether the reader said it.
    pub mine: bool,
}

/// A stored message or one that waits to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The server has it.
    Stored(Arc<ChatMessage>),
    /// The server's word is still awaited, or was no.
    Waiting(Arc<Outgoing>),
}

impl MessageRow {
    /// The text.
    #[must_use]
    pub fn body(&self) -> &str {
        match &self.content {
            Content::Stored(message) => &message.body,
            Content::Waiting(message) => &message.body,
        }
    }
}

/// What makes a row the same row: while its key stays, what it shows stays.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum RowKey {
    /// A day.
    Day(i64, String),
    /// The line above the unread.
    Unread,
    /// A stored message; it looks different where it leads.
    Stored(Seq, bool),
    /// A waiting message; it looks different in each of its states.
    Waiting(ClientId, bool, u8),
}

/// What makes a row the same row even where it looks different.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum RowId {
    /// A day.
    Day(i64),
    /// The line above the unread.
    Unread,
    /// A stored message.
    Stored(Seq),
    /// A waiting message.
    Waiting(ClientId),
}

impl Row {
    /// Which row it is, however it looks.
    #[must_use]
    pub fn id(&self) -> RowId {
        match self {
            Self::Day { day, .. } => RowId::Day(*day),
            Self::Unread => RowId::Unread,
            Self::Message(row) => match &row.content {
                Content::Stored(message) => RowId::Stored(message.seq),
                Content::Waiting(message) => RowId::Waiting(message.client_id.clone()),
            },
        }
    }

    /// The row's key.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Self::Day { day, label } => RowKey::Day(*day, label.clone()),
            Self::Unread => RowKey::Unread,
            Self::Message(row) => match &row.content {
                Content::Stored(message) => RowKey::Stored(message.seq, row.leads),
                Content::Waiting(message) => {
                    let state = match message.progress {
                        Progress::Waiting => 0,
                        Progress::Sent => 1,
                        Progress::Failed(_) => 2,
                    };
                    RowKey::Waiting(message.client_id.clone(), row.leads, state)
                }
            },
        }
    }
}

/// Who looks, and when.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The reader.
    pub me: Username,
    /// What time it is.
    pub now: Millis,
    /// Where the unread begins: after this message.
    pub unread_after: Option<Seq>,
}

/// Builds the rows of a conversation from what is stored and what waits. `offset` gives for a moment how many
/// minutes the reader's clock is ahead of UTC.
pub fn rows<'a>(
    stored: impl Iterator<Item = &'a Entry>,
    waiting: impl Iterator<Item = &'a Outgoing>,
    reader: &Reader,
    offset: impl Fn(Millis) -> i32,
) -> Vec<Row> {
    let mut offset = remembered(offset);
    let today = Local::at(reader.now, offset(reader.now));
    let mut builder = Builder { rows: Vec::new(), last: None, today };
    let mut unread_after = reader.unread_after;
    for (place, entry) in stored.enumerate() {
        let message = &entry.message;
        let mine = message.from == reader.me;
        let at = Local::at(entry.at, offset(entry.at));
        builder.day(at);
        if let Some(seq) = unread_after.filter(|seq| message.seq > *seq) {
            // Where older messages are not here, the first unread may be one of those.
            if place == 0 && message.seq > seq.next() {
                unread_after = None;
            } else if !mine {
                builder.unread();
                unread_after = None;
            }
        }
        builder.message(Content::Stored(Arc::clone(message)), &message.from, message.kind, entry.at, at, mine);
    }
    for message in waiting {
        let at = Local::at(message.at, offset(message.at));
        builder.day(at);
        let content = Content::Waiting(Arc::new(message.clone()));
        builder.message(content, &reader.me, MessageKind::Chat, message.at, at, true);
    }
    builder.rows
}

/// Clocks are put forward and back at full quarters of an hour, so within one the answer stays.
fn remembered(offset: impl Fn(Millis) -> i32) -> impl FnMut(Millis) -> i32 {
    const QUARTER: Millis = 15 * 60_000;
    let mut known = None;
    move |time| {
        let quarter = time.div_euclid(QUARTER);
        match known {
            Some((of, offset)) if of == quarter => offset,
            _ => {
                let answer = offset(time);
                known = Some((quarter, answer));
                answer
            }
        }
    }
}

struct Builder {
    rows: Vec<Row>,
    last: Option<Last>,
    today: Local,
}

struct Last {
    from: Username,
    kind: MessageKind,
    at: Millis,
    day: i64,
    /// How many stand under the name.
    grouped: u32,
    ended: bool,
}

impl Builder {
    fn day(&mut self, at: Local) {
        // A waiting message may carry a clock that is behind the server's: no day begins twice.
        if self.last.as_ref().is_none_or(|last| last.day < at.day) {
            self.rows.push(Row::Day { day: at.day, label: at.day_label(self.today) });
        }
    }

    fn unread(&mut self) {
        self.rows.push(Row::Unread);
        if let Some(last) = &mut self.last {
            last.ended = true;
        }
    }

    fn message(&mut self, content: Content, from: &Username, kind: MessageKind, time: Millis, at: Local, mine: bool) {
        let follows = self.last.as_ref().is_some_and(|last| {
            !last.ended
                && last.from == *from
                && last.kind == kind
                && last.day >= at.day
                && time - last.at < GROUPED_WITHIN
                && last.grouped < GROUPED_AT_MOST
        });
        let day = self.last.as_ref().map_or(at.day, |last| last.day.max(at.day));
        let grouped = self.last.as_ref().filter(|_| follows).map_or(1, |last| last.grouped + 1);
        self.last = Some(Last { from: from.clone(), kind, at: time, day, grouped, ended: false });
        self.rows.push(Row::Message(MessageRow { content, leads: !follows, at, mine }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::clock;
    use crate::state::queue::SendQueue;
    use crate::state::samples::{ROOM, name, said};

    /// Says messages as (sender, time, body) and gives the rows as lines: `-- day`, `== unread`, `name: text` for
    /// a message that leads, `… text` for one that follows, `?` behind one that waits.
    fn shown(messages: &[(&str, &str, &str)], waiting: &[&str], unread_after: Option<u64>) -> Vec<String> {
        let entries: Vec<Entry> = messages
            .iter()
            .zip(1..)
            .map(|((from, time, body), seq)| {
                let mut message = said(seq, from, body);
                message.time = format!("2026-11-{time}:00.000Z");
                Entry { at: clock::parse(&message.time).unwrap(), message: Arc::new(message) }
            })
            .collect();
        let now = clock::parse("2026-11-21T12:00:00Z").unwrap();
        let mut queue = SendQueue::default();
        for body in waiting {
            queue.push(Outgoing::new((*body).parse().unwrap(), ROOM, (*body).to_owned(), now));
        }
        let reader = Reader { me: name("alice"), now, unread_after: unread_after.map(Seq) };
        rows(entries.iter(), queue.in_room(ROOM), &reader, |_| 0).iter().map(line).collect()
    }

    fn line(row: &Row) -> String {
        match row {
            Row::Day { label, .. } => format!("-- {label}"),
            Row::Unread => "== unread".to_owned(),
            Row::Message(row) => {
                let (from, mark) = match &row.content {
                    Content::Stored(message) => (message.from.to_string(), ""),
                    Content::Waiting(_) => ("alice".to_owned(), " ?"),
                };
                let head = if row.leads { format!("{from}:") } else { "…".to_owned() };
                format!("{head} {}{mark}", row.body())
            }
        }
    }

    #[test]
    fn consecutive_messages_of_one_sender_stand_under_one_name() {
        let messages = [
            ("bob", "21T09:00", "one"),
            ("bob", "21T09:01", "two"),
            ("carol", "21T09:02", "three"),
            ("bob", "21T09:03", "four"),
            ("bob", "21T09:08", "five minutes later"),
        ];
        assert_eq!(
            shown(&messages, &[], None),
            ["-- Today", "bob: one", "… two", "carol: three", "bob: four", "bob: five minutes later"]
        );
    }

    #[test]
    fn in_a_long_run_the_name_is_said_again() {
        let run = vec![("bob", "21T09:00", "x"); 30];
        let shown = shown(&run, &[], None);
        let leading: Vec<usize> =
            (1..).zip(&shown[1..]).filter(|(_, line)| *line == "bob: x").map(|(n, _)| n).collect();
        assert_eq!(leading, [1, 13, 25]);
    }

    #[test]
    fn each_day_is_announced_and_ends_what_belongs_together() {
        let messages = [("bob", "20T23:59", "late"), ("bob", "21T00:01", "early")];
        assert_eq!(shown(&messages, &[], None), ["-- Yesterday", "bob: late", "-- Today", "bob: early"]);
    }

    #[test]
    fn a_line_stands_above_the_first_unread_message_of_somebody_else() {
        let messages = [
            ("bob", "21T09:00", "old"),
            ("alice", "21T09:01", "mine"),
            ("bob", "21T09:01", "a"),
            ("bob", "21T09:02", "b"),
        ];
        assert_eq!(
            shown(&messages, &[], Some(1)),
            ["-- Today", "bob: old", "alice: mine", "== unread", "bob: a", "… b"]
        );
        assert_eq!(shown(&messages, &[], Some(3))[3..], ["bob: a", "== unread", "bob: b"]);
    }

    #[test]
    fn no_line_is_drawn_where_older_messages_may_be_unread_too() {
        let entry = Entry { at: 0, message: Arc::new(said(50, "bob", "x")) };
        let reader = Reader { me: name("alice"), now: 0, unread_after: Some(Seq(10)) };
        let rows = rows([entry].iter(), std::iter::empty(), &reader, |_| 0);
        assert!(!rows.contains(&Row::Unread));
    }

    #[test]
    fn what_waits_stands_at_the_end() {
        let messages = [("alice", "21T11:59", "stored")];
        assert_eq!(shown(&messages, &["waits"], None), ["-- Today", "alice: stored", "… waits ?"]);
        assert_eq!(shown(&[], &["first"], None), ["-- Today", "alice: first ?"]);
    }

    #[test]
    fn a_row_changes_its_key_when_it_looks_different() {
        let mut queue = SendQueue::default();
        queue.push(Outgoing::new("a".parse().unwrap(), ROOM, "x".to_owned(), 0));
        let reader = Reader { me: name("alice"), now: 0, unread_after: None };
        let keys = |queue: &SendQueue| {
            let rows = rows(std::iter::empty(), queue.in_room(ROOM), &reader, |_| 0);
            rows.iter().map(Row::key).collect::<Vec<_>>()
        };
        let waiting = keys(&queue);
        assert_eq!(waiting, keys(&queue));
        let _ = queue.due();
        assert_ne!(waiting, keys(&queue));
    }
}
