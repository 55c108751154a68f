//! Conversations between the state and a server, told as they happen.

use shared::{
    Accepted, Account, Change, ChatMessage, ClientFrame, ClientId, ClientMessage, ErrorCode, Goodbye, History, Limits,
    MessageId, ReadPosition, Refused, RequestId, Resumed, RoomGone, RoomGoneReason, RoomId, RoomSummary, Seq,
    ServerMessage, Stranger, Typing, Welcome,
};

use super::{ChatState, Effect, Part};
use crate::state::queue::SendQueue;
use crate::state::rows::{Content, Row};
use crate::state::samples::{ROOM, message, messages, name, room, said};

/// A state with what it asked of the server last.
pub(super) struct Browser {
    pub(super) state: ChatState,
    pub(super) effects: Vec<Effect>,
}

impl Browser {
    fn new() -> Self {
        let alice = Account { username: name("alice"), guest: true, admin: false };
        Self { state: ChatState::new(alice, SendQueue::default()), effects: Vec::new() }
    }

    /// In `#lobby`, which is open and holds messages 1 to `last`.
    pub(super) fn in_lobby(last: u64) -> Self {
        let mut browser = Self::new();
        browser.hears(welcome(vec![room(ROOM.0, last)]));
        browser.opens(ROOM);
        browser.is_given_newest(messages(1..=last), false);
        browser.looks();
        browser
    }

    pub(super) fn hears(&mut self, message: ServerMessage) -> &mut Self {
        self.effects = self.state.apply(message, 0);
        self
    }

    fn opens(&mut self, room: RoomId) -> &mut Self {
        self.effects = self.state.open(room, None);
        self
    }

    fn says(&mut self, id: &str) -> &mut Self {
        self.effects = self.state.say(ROOM, format!("text {id}"), None, client_id(id), 0);
        self
    }

    fn looks(&mut self) -> &mut Self {
        self.effects = self.state.attend(true);
        self
    }

    fn looks_away(&mut self) -> &mut Self {
        self.effects = self.state.attend(false);
        self
    }

    pub(super) fn loses_the_connection(&mut self) -> &mut Self {
        self.effects = self.state.connection_lost();
        self
    }

    fn is_given_newest(&mut self, messages: Vec<ChatMessage>, more: bool) -> &mut Self {
        let id = self.history_request();
        self.hears(ServerMessage::History(History { id, room: ROOM, messages, more }))
    }

    fn history_request(&self) -> Option<RequestId> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Send(ClientFrame { id, message: ClientMessage::History(_) }) => *id,
            _ => None,
        })
    }

    /// What was sent as a result of the last step, as its JSON without ids.
    pub(super) fn sends(&self) -> Vec<String> {
        let frames = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send(frame) => Some(serde_json::to_string(&frame.message).unwrap()),
            _ => None,
        });
        frames.filter(|frame| !frame.contains("\"members\"")).collect()
    }

    fn shows(&self) -> Vec<String> {
        let rows = self.state.rows(ROOM, 0, |_| 0);
        let lines = rows.iter().filter_map(|row| match row {
            Row::Day { .. } => None,
            Row::Unread => Some("unread".to_owned()),
            Row::Message(row) => Some(match &row.content {
                Content::Stored(message) => format!("{} {}", message.seq, message.body),
                Content::Waiting(message) => format!("{:?} {}", message.progress, message.body),
            }),
        });
        lines.collect()
    }

    fn unread(&self) -> u32 {
        self.state.rooms().unread()
    }
}

fn client_id(text: &str) -> ClientId {
    text.parse().unwrap()
}

pub(super) fn welcome(rooms: Vec<RoomSummary>) -> ServerMessage {
    ServerMessage::Welcome(Box::new(Welcome {
        id: None,
        you: Account { username: name("alice"), guest: true, admin: false },
        session: None,
        limits: Limits::default(),
        server: "0.1.0".to_owned(),
        rooms,
        stranger: Stranger::Idle {},
    }))
}

fn accepted(id: &str, seq: u64) -> ServerMessage {
    ServerMessage::Accepted(Accepted {
        id: None,
        room: ROOM,
        seq: Seq(seq),
        message_id: MessageId(format!("id-{seq}")),
        time: message(seq).time,
        client_id: Some(client_id(id)),
        duplicate: false,
    })
}

pub(super) fn refused(id: Option<u64>, client: Option<&str>, code: ErrorCode) -> ServerMessage {
    ServerMessage::Error(Refused {
        id: id.map(RequestId),
        code,
        field: None,
        message: "no".to_owned(),
        client_id: client.map(client_id),
    })
}

fn own(id: &str, seq: u64) -> ServerMessage {
    ServerMessage::Message(ChatMessage { client_id: Some(client_id(id)), ..said(seq, "alice", &format!("text {id}")) })
}

fn bob_says(seq: u64) -> ServerMessage {
    ServerMessage::Message(message(seq))
}

fn matched(number: u64, with: &str) -> ServerMessage {
    ServerMessage::Stranger(Stranger::Matched { room: RoomId(number), with: Some(name(with)), away: false })
}

#[test]
fn a_newcomer_is_brought_into_the_lobby() {
    let mut browser = Browser::new();
    browser.hears(welcome(Vec::new()));
    assert_eq!(browser.sends(), [r##"{"type":"join","room":"#lobby"}"##]);
    browser.hears(ServerMessage::Room { id: Some(RequestId(1)), room: room(ROOM.0, 0) });
    assert!(browser.effects.contains(&Effect::Landed(ROOM)));
}

#[test]
fn who_is_somewhere_already_is_left_alone() {
    let mut browser = Browser::new();
    browser.hears(welcome(vec![room(ROOM.0, 3)]));
    assert!(browser.sends().is_empty());
}

#[test]
fn a_message_is_shown_at_once_and_is_one_message_when_the_server_has_it() {
    let mut browser = Browser::in_lobby(0);
    browser.says("a");
    assert_eq!(browser.shows(), ["Sent text a"]);
    browser.hears(accepted("a", 1));
    assert_eq!(browser.shows(), ["1 text a"]);
    browser.hears(own("a", 1));
    assert_eq!(browser.shows(), ["1 text a"]);
    assert_eq!(browser.unread(), 0);
}

#[test]
fn it_does_not_matter_whether_the_message_or_its_acknowledgement_comes_first() {
    let mut browser = Browser::in_lobby(0);
    browser.says("a").hears(own("a", 1));
    assert_eq!(browser.shows(), ["1 text a"]);
    browser.hears(accepted("a", 1));
    assert_eq!(browser.shows(), ["1 text a"]);
}

#[test]
fn what_is_written_while_the_connection_is_gone_waits_and_goes_out_in_order() {
    let mut browser = Browser::in_lobby(0);
    browser.loses_the_connection().says("a");
    assert!(browser.sends().is_empty());
    browser.says("b");
    assert_eq!(browser.shows(), ["Waiting text a", "Waiting text b"]);
    browser.hears(welcome(vec![room(ROOM.0, 0)]));
    assert_eq!(
        browser.sends(),
        [
            r#"{"type":"resume","seen":[{"room":7,"seq":0,"change":0}]}"#,
            r#"{"type":"say","to":7,"body":"text a","client_id":"a"}"#
        ]
    );
    browser.hears(accepted("a", 1));
    assert_eq!(browser.sends(), [r#"{"type":"say","to":7,"body":"text b","client_id":"b"}"#]);
    browser.hears(accepted("b", 2));
    assert_eq!(browser.shows(), ["1 text a", "2 text b"]);
}

#[test]
fn a_message_whose_acknowledgement_was_lost_is_not_said_twice() {
    let mut browser = Browser::in_lobby(0);
    browser.says("a").loses_the_connection();
    browser.hears(welcome(vec![room(ROOM.0, 1)]));
    let ServerMessage::Message(stored) = own("a", 1) else { unreachable!() };
    browser.hears(ServerMessage::Resumed(Resumed {
        room: ROOM,
        recovered: true,
        messages: vec![stored],
        changed: Vec::new(),
        change: Change::ZERO,
    }));
    assert_eq!(browser.shows(), ["1 text a"]);
    browser.hears(accepted("a", 1));
    assert_eq!(browser.shows(), ["1 text a"]);
}

#[test]
fn a_refused_message_stays_with_a_way_to_try_again() {
    let mut browser = Browser::in_lobby(0);
    browser.says("a").hears(refused(None, Some("a"), ErrorCode::TooLarge));
    assert_eq!(browser.shows(), [r#"Failed("No.") text a"#]);
    browser.effects = browser.state.retry(&client_id("a"));
    assert_eq!(browser.sends().len(), 1);
    let (_, text) = browser.state.discard(&client_id("a"));
    assert_eq!(text.as_deref(), Some("text a"));
    assert!(browser.shows().is_empty());
}

#[test]
fn a_message_sent_too_fast_goes_again_after_a_pause() {
    let mut browser = Browser::in_lobby(0);
    browser.says("a").hears(refused(None, Some("a"), ErrorCode::TooFast));
    assert_eq!(browser.shows(), ["Waiting text a"]);
    assert!(browser.effects.contains(&Effect::TryQueueIn(1_000)));
    browser.effects = browser.state.try_queue();
    assert_eq!(browser.sends().len(), 1);
}

#[test]
fn a_gap_is_asked_for_and_filled() {
    let mut browser = Browser::in_lobby(2);
    browser.hears(bob_says(5));
    assert_eq!(browser.sends(), [r#"{"type":"resume","seen":[{"room":7,"seq":2,"change":0}]}"#]);
    browser.hears(ServerMessage::Resumed(Resumed {
        room: ROOM,
        recovered: true,
        messages: messages(3..=5),
        changed: Vec::new(),
        change: Change::ZERO,
    }));
    assert_eq!(browser.shows(), ["1 message 1", "2 message 2", "3 message 3", "4 message 4", "5 message 5"]);
}

#[test]
fn too_much_missed_is_read_from_the_newest_page() {
    let mut browser = Browser::in_lobby(2);
    browser.hears(ServerMessage::Resync {});
    assert_eq!(browser.sends(), [r#"{"type":"resume","seen":[{"room":7,"seq":2,"change":0}]}"#]);
    browser.hears(ServerMessage::Resumed(Resumed {
        room: ROOM,
        recovered: false,
        messages: Vec::new(),
        changed: Vec::new(),
        change: Change::ZERO,
    }));
    assert_eq!(browser.sends(), [r#"{"type":"history","room":7,"limit":50}"#]);
    browser.is_given_newest(messages(900..=901), true);
    assert_eq!(browser.shows(), ["900 message 900", "901 message 901"]);
}

#[test]
fn older_pages_come_one_after_the_other() {
    let mut browser = Browser::new();
    browser.hears(welcome(vec![room(ROOM.0, 4)])).opens(ROOM).is_given_newest(messages(3..=4), true);
    browser.effects = browser.state.older(ROOM);
    assert_eq!(browser.sends(), [r#"{"type":"history","room":7,"before":3,"limit":50}"#]);
    let id = browser.history_request();
    assert!(browser.state.older(ROOM).is_empty());
    browser.hears(ServerMessage::History(History { id, room: ROOM, messages: messages(1..=2), more: false }));
    assert_eq!(browser.shows().len(), 4);
    assert!(browser.state.timeline(ROOM).unwrap().has_start());
}

#[test]
fn what_comes_in_while_one_looks_is_read_and_otherwise_unread_under_a_line() {
    let mut browser = Browser::in_lobby(1);
    browser.hears(bob_says(2));
    browser.effects = browser.state.mark_read();
    assert_eq!(browser.sends(), [r#"{"type":"read","room":7,"seq":2}"#]);
    browser.looks_away().hears(bob_says(3)).hears(bob_says(4));
    assert_eq!(browser.unread(), 2);
    assert_eq!(browser.shows()[1..], ["2 message 2", "unread", "3 message 3", "4 message 4"]);
    browser.looks();
    assert_eq!(browser.sends(), [r#"{"type":"read","room":7,"seq":4}"#]);
    assert_eq!(browser.unread(), 0);
    assert!(browser.shows().contains(&"unread".to_owned()), "the line stays while the room is open");
    browser.opens(ROOM);
    assert!(!browser.shows().contains(&"unread".to_owned()));
}

#[test]
fn reading_on_another_connection_counts_here() {
    let mut browser = Browser::in_lobby(1);
    browser.looks_away().hears(bob_says(2));
    browser.hears(ServerMessage::Read(ReadPosition {
        room: ROOM,
        user: name("Alice"),
        seq: Seq(2),
        unread: Some(0),
        mentions: Some(0),
    }));
    assert_eq!(browser.unread(), 0);
}

#[test]
fn typing_ends_with_the_message() {
    let mut browser = Browser::in_lobby(0);
    browser.hears(ServerMessage::Typing(Typing { room: ROOM, user: name("bob"), on: true }));
    assert_eq!(browser.state.typing(ROOM), [name("bob")]);
    browser.hears(bob_says(1));
    assert!(browser.state.typing(ROOM).is_empty());
}

#[test]
fn a_random_pair_is_forgotten_when_it_is_over() {
    let pair = RoomId::FIRST_PAIR;
    let mut browser = Browser::in_lobby(0);
    browser.hears(matched(pair, "bob"));
    browser.opens(RoomId(pair));
    let id = browser.history_request();
    assert!(id.is_some());
    browser.hears(ServerMessage::History(History { id, room: RoomId(pair), messages: Vec::new(), more: false }));
    browser.hears(ServerMessage::Message(ChatMessage { room: RoomId(pair), ..message(1) }));
    assert_eq!(browser.state.rows(RoomId(pair), 0, |_| 0).len(), 2);
    browser.looks();
    assert!(browser.sends().is_empty(), "nobody keeps how far one has read in a pair");
    assert_eq!(browser.unread(), 0);
    browser.hears(ServerMessage::Stranger(Stranger::Waiting {
        room: RoomId(pair + 1),
        waiting: 1,
        partner_left: true,
    }));
    assert!(browser.state.timeline(RoomId(pair)).is_none());
    assert!(browser.state.rooms().get(RoomId(pair)).is_none());
}

#[test]
fn a_pair_survives_a_lost_connection() {
    let pair = RoomId(RoomId::FIRST_PAIR);
    let mut browser = Browser::in_lobby(0);
    browser.hears(matched(pair.0, "bob")).opens(pair);
    let id = browser.history_request();
    browser.hears(ServerMessage::History(History { id, room: pair, messages: Vec::new(), more: false }));
    browser.loses_the_connection();
    let ServerMessage::Welcome(mut back) = welcome(vec![room(ROOM.0, 0)]) else { unreachable!() };
    back.stranger = Stranger::Matched { room: pair, with: Some(name("bob")), away: false };
    browser.hears(ServerMessage::Welcome(back));
    let resume =
        format!(r#"{{"type":"resume","seen":[{{"room":7,"seq":0,"change":0}},{{"room":{pair},"seq":0,"change":0}}]}}"#);
    assert_eq!(browser.sends(), [resume]);
}

#[test]
fn being_removed_is_told_and_leaving_is_not() {
    let mut browser = Browser::in_lobby(0);
    browser.hears(ServerMessage::RoomGone(RoomGone { room: ROOM, reason: RoomGoneReason::Removed }));
    assert!(browser.effects.iter().any(|effect| matches!(effect, Effect::Gone(_, RoomGoneReason::Removed))));
    let mut browser = Browser::in_lobby(0);
    browser.hears(ServerMessage::RoomGone(RoomGone { room: ROOM, reason: RoomGoneReason::Left }));
    assert!(!browser.effects.iter().any(|effect| matches!(effect, Effect::Gone(..))));
    assert!(browser.state.rooms().get(ROOM).is_none());
}

#[test]
fn before_the_welcome_a_refusal_leads_back_to_the_sign_in_page() {
    let mut browser = Browser::new();
    browser.hears(refused(None, None, ErrorCode::NameTaken));
    assert_eq!(browser.effects, [Effect::SignedOut("No.".to_owned())]);
    let mut browser = Browser::in_lobby(0);
    browser.hears(refused(None, None, ErrorCode::BadFrame));
    assert_eq!(browser.effects, [Effect::Notice("No.".to_owned())]);
}

#[test]
fn an_answer_finds_whoever_asked() {
    let mut browser = Browser::in_lobby(0);
    let id = browser.state.next_request();
    browser.hears(refused(Some(id.0), None, ErrorCode::RoomExists));
    assert!(matches!(browser.effects.as_slice(), [Effect::Answered(answered, Err(_))] if *answered == id));
    browser.hears(ServerMessage::Ok { id: Some(id) });
    assert!(matches!(browser.effects.as_slice(), [Effect::Answered(answered, Ok(_))] if *answered == id));
}

#[test]
fn a_page_that_cannot_be_had_can_be_asked_for_again() {
    let mut browser = Browser::new();
    browser.hears(welcome(vec![room(ROOM.0, 4)])).opens(ROOM);
    let id = browser.history_request().unwrap();
    browser.hears(refused(Some(id.0), None, ErrorCode::Unavailable));
    assert!(browser.effects.contains(&Effect::Changed(Part::Timeline(ROOM))));
    browser.opens(ROOM);
    assert!(browser.history_request().is_some());
}

#[test]
fn the_servers_last_word_is_passed_on() {
    let mut browser = Browser::in_lobby(0);
    let goodbye = Goodbye { code: 4000, message: "restarting".to_owned(), reconnect: true };
    browser.hears(ServerMessage::Goodbye(goodbye));
    assert_eq!(browser.effects, [Effect::Farewell("restarting".to_owned())]);
}
