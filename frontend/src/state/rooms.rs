//! The conversations the user is in: their order, their unread counts, who of them is online.

use std::cmp::Reverse;
use std::collections::HashMap;

use shared::{
    Account, ChatMessage, MuteLevel, Preview, RoomChange, RoomId, RoomKind, RoomName, RoomSummary, Seq, Standing,
    Username, excerpt, gist,
};

use crate::words::words;

/// All conversations of the user.
#[derive(Clone, Debug, Default)]
pub struct RoomBook {
    rooms: HashMap<RoomId, RoomSummary>,
}

/// The conversations as the list shows them, the latest active first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sections {
    /// Public rooms.
    pub public: Vec<RoomSummary>,
    /// Groups.
    pub groups: Vec<RoomSummary>,
    /// Direct conversations.
    pub direct: Vec<RoomSummary>,
}

impl Sections {
    /// The conversations from top to bottom.
    pub fn in_order(&self) -> impl Iterator<Item = &RoomSummary> {
        self.public.iter().chain(&self.groups).chain(&self.direct)
    }

    /// The conversation above or below another, going round; where none is open, the first or the last.
    #[must_use]
    pub fn beside(&self, open: Option<RoomId>, step: isize) -> Option<RoomId> {
        let rooms: Vec<RoomId> = self.in_order().map(|room| room.room).collect();
        let last = rooms.len().checked_sub(1)?;
        let place = rooms.iter().position(|room| Some(*room) == open);
        let next = match (place, step < 0) {
            (None, true) | (Some(0), true) => last,
            (None, false) => 0,
            (Some(place), true) => place - 1,
            (Some(place), false) => (place + 1) % rooms.len(),
        };
        rooms.get(next).copied()
    }
}

/// Whether somebody has the say in a conversation: its owner, and in a public room who administers the server.
#[must_use]
pub fn rules(room: &RoomSummary, me: &Account) -> bool {
    let administers = me.admin && room.kind == RoomKind::Public;
    room.kind != RoomKind::Direct && (room.owner.as_ref() == Some(&me.username) || administers)
}

/// Whether somebody keeps order in a conversation: who has the say there, and its moderators.
#[must_use]
pub fn moderates(room: &RoomSummary, me: &Account) -> bool {
    room.moderator || rules(room, me)
}

impl RoomBook {
    /// Starts anew with what the server knows.
    pub fn replace(&mut self, rooms: Vec<RoomSummary>) {
        self.rooms = rooms.into_iter().map(|room| (room.room, room)).collect();
    }

    /// A conversation is new, or not what it was.
    pub fn put(&mut self, room: RoomSummary) {
        self.rooms.insert(room.room, room);
    }

    /// The user is no longer in it.
    pub fn remove(&mut self, room: RoomId) -> Option<RoomSummary> {
        self.rooms.remove(&room)
    }

    /// A conversation the user is in.
    #[must_use]
    pub fn get(&self, room: RoomId) -> Option<&RoomSummary> {
        self.rooms.get(&room)
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &RoomSummary> {
        self.rooms.values()
    }

    /// A room or group by its name.
    #[must_use]
    pub fn named(&self, name: &RoomName) -> Option<&RoomSummary> {
        self.rooms.values().find(|room| room.name.as_ref() == Some(name))
    }

    /// The direct conversation with somebody.
    #[must_use]
    pub fn direct_with(&self, user: &Username) -> Option<&RoomSummary> {
        self.rooms.values().find(|room| room.kind == RoomKind::Direct && room.with.as_ref() == Some(user))
    }

    /// Something was said. Where messages were skipped, all of them count as unread until the server says better.
    pub fn said(&mut self, message: &ChatMessage, me: &Username) {
        let mine = message.from == *me;
        let Some(room) = self.rooms.get_mut(&message.room) else { return };
        let news = message.seq.0.saturating_sub(room.last_seq.0);
        if news == 0 {
            return;
        }
        room.last_seq = message.seq;
        room.active_at.clone_from(&message.time);
        room.last = Some(preview(message));
        if message.seq > room.read_seq {
            let of_others = if mine { news - 1 } else { news };
            room.unread = room.unread.saturating_add(u32::try_from(of_others).unwrap_or(u32::MAX));
            room.mentions += u32::from(!mine && message.mentions.contains(me));
        }
    }

    /// The user has read up to `seq`; `unread` and `mentions` are what the server counts after it, where it says so. Says whether
    /// that was news: a position never moves back.
    pub fn read(&mut self, room: RoomId, seq: Seq, unread: Option<u32>, mentions: Option<u32>) -> bool {
        let Some(room) = self.rooms.get_mut(&room) else { return false };
        if seq < room.read_seq || (seq == room.read_seq && unread.is_none_or(|unread| unread == room.unread)) {
            return false;
        }
        room.read_seq = seq;
        let all = seq >= room.last_seq;
        room.unread = unread.unwrap_or(if all { 0 } else { room.unread });
        room.mentions = mentions.unwrap_or(if all { 0 } else { room.mentions });
        true
    }

    /// A message is not what it was. Says whether the list shows it.
    pub fn amended(&mut self, message: &ChatMessage) -> bool {
        let Some(room) = self.rooms.get_mut(&message.room) else { return false };
        room.change = room.change.max(message.change);
        let is_last = room.last_seq == message.seq;
        if let Some(last) = room.last.as_mut().filter(|_| is_last) {
            last.excerpt = in_short(message);
        }
        is_last
    }

    /// What was said last in a conversation, where that was not told with it, as of one that was just joined.
    pub fn previewed(&mut self, message: &ChatMessage) {
        if let Some(room) = self.rooms.get_mut(&message.room).filter(|room| room.last.is_none()) {
            room.last = Some(preview(message));
        }
    }

    /// What a conversation is about, or whose it is, has changed.
    pub fn changed(&mut self, change: RoomChange) {
        if let Some(room) = self.rooms.get_mut(&change.room) {
            room.topic = change.topic;
            room.owner = change.owner;
        }
    }

    /// What the user himself may do in a conversation has changed.
    pub fn stands(&mut self, standing: Standing) {
        if let Some(room) = self.rooms.get_mut(&standing.room) {
            room.moderator = standing.moderator;
            room.silenced = standing.silenced;
        }
    }

    /// Of which of a conversation's messages the user wants to be told.
    pub fn muted(&mut self, room: RoomId, level: MuteLevel) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.mute = level;
        }
    }

    /// Somebody came online or went. Says whether the list shows it.
    pub fn presence(&mut self, user: &Username, online: bool) -> bool {
        let mut changed = false;
        for room in self.rooms.values_mut().filter(|room| room.with.as_ref() == Some(user)) {
            changed |= room.with_online != online;
            room.with_online = online;
        }
        changed
    }

    /// How many members a conversation has now.
    pub fn members(&mut self, room: RoomId, members: u32) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.members = members;
        }
    }

    /// The conversations as the list shows them; a random pair is not among them.
    #[must_use]
    pub fn sections(&self) -> Sections {
        let mut rooms: Vec<&RoomSummary> = self.rooms.values().collect();
        rooms.sort_unstable_by_key(|room| (Reverse(&room.active_at), Reverse(room.room)));
        let of = |kind| rooms.iter().filter(|room| room.kind == kind).map(|&room| room.clone()).collect();
        Sections { public: of(RoomKind::Public), groups: of(RoomKind::Group), direct: of(RoomKind::Direct) }
    }

    /// Where to go when nothing else is said: the conversation that was active last.
    #[must_use]
    pub fn latest(&self) -> Option<RoomId> {
        let stored = self.rooms.values().filter(|room| room.kind != RoomKind::Pair);
        stored.max_by_key(|room| (&room.active_at, room.room)).map(|room| room.room)
    }

    /// How many messages are unread in all; of muted conversations only those count that the user wants to be told of.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.rooms.values().fold(0, |sum, room| sum.saturating_add(told_of(room)))
    }

    /// Whether the user is in no conversation at all, a random pair aside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rooms.values().all(|room| room.kind == RoomKind::Pair)
    }
}

fn preview(message: &ChatMessage) -> Preview {
    Preview { from: message.from.clone(), excerpt: in_short(message), time: message.time.clone() }
}

/// A message in one short line.
#[must_use]
pub fn in_short(message: &ChatMessage) -> String {
    excerpt(&gist(&message.body, &message.metadata))
}

/// How many unread messages of a conversation the user wants to be told of.
#[must_use]
pub fn told_of(room: &RoomSummary) -> u32 {
    match room.mute {
        MuteLevel::All => room.unread,
        MuteLevel::Mentions => room.mentions,
        MuteLevel::Nothing => 0,
    }
}

/// What a conversation is called: `#lobby`, a group's name, the other's name.
#[must_use]
pub fn title(room: &RoomSummary) -> String {
    match (&room.name, &room.with, room.kind) {
        (Some(name), _, RoomKind::Public) => format!("#{name}"),
        (Some(name), ..) => name.to_string(),
        (None, Some(user), _) => user.to_string(),
        (None, None, _) => words().rooms.unnamed.with([&room.room.to_string()]),
    }
}

#[cfg(test)]
mod tests {
    use shared::FileInfo;

    use super::*;
    use crate::state::samples::{ROOM, file, message, name, room, said};

    fn book(rooms: Vec<RoomSummary>) -> RoomBook {
        let mut book = RoomBook::default();
        book.replace(rooms);
        book
    }

    fn direct(number: u64, with: &str) -> RoomSummary {
        RoomSummary { kind: RoomKind::Direct, name: None, with: Some(name(with)), ..room(number, 0) }
    }

    #[test]
    fn what_others_say_is_unread_and_what_i_say_is_not() {
        let mut book = book(vec![room(ROOM.0, 3)]);
        book.said(&message(4), &name("alice"));
        book.said(&said(5, "alice", "mine"), &name("alice"));
        book.said(&message(4), &name("alice"));
        assert_eq!((book.unread(), book.get(ROOM).unwrap().last_seq), (1, Seq(5)));
    }

    #[test]
    fn skipped_messages_count_until_the_server_says_better() {
        let mut book = book(vec![room(ROOM.0, 3)]);
        book.said(&message(6), &name("alice"));
        assert_eq!(book.unread(), 3);
        assert!(book.read(ROOM, Seq(5), Some(1), None));
        assert_eq!(book.unread(), 1);
    }

    #[test]
    fn a_position_never_moves_back() {
        let mut book = book(vec![room(ROOM.0, 3)]);
        book.said(&message(4), &name("alice"));
        assert!(book.read(ROOM, Seq(4), None, None));
        assert_eq!(book.unread(), 0);
        assert!(!book.read(ROOM, Seq(2), Some(9), None));
        assert!(!book.read(ROOM, Seq(4), Some(0), None));
    }

    #[test]
    fn the_latest_active_conversation_is_first_in_its_section() {
        let mut book = book(vec![room(1, 0), room(2, 0), direct(3, "bob")]);
        let mut news = message(1);
        news.room = RoomId(1);
        book.said(&news, &name("alice"));
        let sections = book.sections();
        assert_eq!(sections.in_order().map(|room| room.room.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(book.latest(), Some(RoomId(1)));
    }

    #[test]
    fn one_can_walk_through_the_list_in_both_directions() {
        let sections = book(vec![room(1, 0), room(2, 0), direct(3, "bob")]).sections();
        let walk = |open: Option<u64>, step| sections.beside(open.map(RoomId), step).map(|room| room.0);
        assert_eq!((walk(None, 1), walk(None, -1)), (Some(2), Some(3)));
        assert_eq!((walk(Some(2), 1), walk(Some(3), 1), walk(Some(2), -1)), (Some(1), Some(2), Some(3)));
        assert_eq!(Sections::default().beside(None, 1), None);
    }

    #[test]
    fn presence_shows_at_the_direct_conversation() {
        let mut book = book(vec![direct(3, "bob")]);
        assert!(book.presence(&name("Bob"), true));
        assert!(!book.presence(&name("bob"), true));
        assert!(!book.presence(&name("carol"), true));
        assert!(book.get(RoomId(3)).unwrap().with_online);
    }

    #[test]
    fn a_conversation_is_called_what_its_people_call_it() {
        assert_eq!(title(&room(ROOM.0, 0)), "#lobby");
        assert_eq!(title(&direct(3, "bob")), "bob");
        assert_eq!(title(&RoomSummary { kind: RoomKind::Group, ..room(2, 0) }), "room 2");
    }

    #[test]
    fn what_names_me_is_counted_by_itself_and_muted_rooms_are_quiet() {
        let mut book = book(vec![room(ROOM.0, 3)]);
        let me = name("alice");
        book.said(&ChatMessage { mentions: vec![name("Alice")], ..message(4) }, &me);
        book.said(&message(5), &me);
        let counts =
            |book: &RoomBook| (book.get(ROOM).unwrap().unread, book.get(ROOM).unwrap().mentions, book.unread());
        assert_eq!(counts(&book), (2, 1, 2));
        book.muted(ROOM, MuteLevel::Mentions);
        assert_eq!(counts(&book), (2, 1, 1));
        book.muted(ROOM, MuteLevel::Nothing);
        assert_eq!(counts(&book), (2, 1, 0));
        assert!(book.read(ROOM, Seq(5), None, None));
        assert_eq!(counts(&book), (0, 0, 0));
    }

    #[test]
    fn a_message_without_text_is_shown_by_its_files() {
        let mut message = ChatMessage { body: String::new(), ..message(4) };
        FileInfo::attach(&[file("a.png", 1), file("plan.pdf", 1)], &mut message.metadata);
        assert_eq!(in_short(&message), "a.png, plan.pdf");
    }

    #[test]
    fn a_room_just_joined_shows_what_was_said_last() {
        let mut book = book(vec![room(ROOM.0, 3)]);
        let last = |book: &RoomBook| book.get(ROOM).unwrap().last.clone().unwrap().excerpt;
        book.previewed(&message(3));
        assert_eq!(last(&book), "message 3");
        book.previewed(&message(2));
        assert_eq!(last(&book), "message 3");
    }
}
