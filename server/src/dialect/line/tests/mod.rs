//! Line chat as a conversation: what comes in, and what follows from it.

mod arbitrary;

use std::sync::Arc;

use shared::{MessageId, MessageKind, RoomId, Seq, Stranger};

use super::*;
use crate::dialect::testing::view;
use crate::dialect::{Step, testing};
use crate::hub::{Accepted, Listed};
use crate::store::{Profile, Timestamp};

const HERE: SessionId = SessionId(7);
const ELSEWHERE: SessionId = SessionId(8);

/// A connection and what it did since that was last looked at: `< line` sent, `<- text` sent without a newline,
/// `? command` asked, and deadlines and closes by name.
struct Talk {
    line: Line,
    out: Out,
}

impl Talk {
    fn opened() -> Self {
        let mut talk = Self { line: Line::new(HERE, Duration::from_secs(60)), out: Out::default() };
        talk.line.opened(&mut talk.out);
        talk
    }

    /// Logged in as alice, who is alone and has no mail.
    fn alice() -> Self {
        let mut talk = Self::opened();
        talk.says("alice");
        talk.identified("alice");
        talk.drain();
        talk
    }

    fn says(&mut self, text: &str) {
        self.line.frame(Frame::text(text), &mut self.out);
    }

    fn told(&mut self, event: Event) {
        self.line.own_event(event, &mut self.out);
    }

    fn answered(&mut self, tag: Tag, result: Result<Reply, Refusal>) {
        self.told(Event::Reply { tag, result });
    }

    fn identified(&mut self, me: &str) {
        let identified = Identified {
            username: name(me),
            profile: Profile::default(),
            guest: true,
            admin: false,
            session: None,
            rooms: Vec::new(),
            stranger: Stranger::Idle {},
        };
        self.answered(asked::CLAIM, Ok(Reply::Identified(Box::new(identified))));
    }

    fn drain(&mut self) -> Vec<String> {
        self.out.drain().map(|step| shown(&step)).collect()
    }

    fn check(&mut self, expected: &[&str]) {
        assert_eq!(self.drain(), expected);
    }
}

fn shown(step: &Step) -> String {
    match step {
        Step::Send(Frame::Text(text)) => match text.strip_suffix('\n') {
            Some(line) => format!("< {line}"),
            None => format!("<- {text}"),
        },
        Step::Send(Frame::Binary(_)) => "< binary".to_owned(),
        Step::Ask(_, Command::Identify(claim)) => match (&claim.who, &claim.credentials) {
            (Who::Name(name), Credentials::Password(password)) => format!("? identify {name} by {password}"),
            (Who::Name(name), _) => format!("? identify {name}"),
            (who, _) => format!("? identify {who:?}"),
        },
        Step::Ask(_, Command::Say(say)) => format!("? say {} {}", say.to, say.body),
        Step::Ask(_, Command::Join(room)) => format!("? join {room}"),
        Step::Ask(_, Command::Leave(room)) => format!("? leave {room}"),
        Step::Ask(_, command) => format!("? {command:?}"),
        Step::Deadline(Some(within)) => format!("deadline {}", within.as_secs()),
        Step::Deadline(None) => "no deadline".to_owned(),
        Step::Close(code) => format!("close {code:?}"),
    }
}

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

fn room(kind: RoomKind, room_name: &str) -> Arc<RoomRef> {
    let name = (kind != RoomKind::Direct).then(|| room_name.parse().unwrap());
    let parties = (kind == RoomKind::Direct).then(|| (self::name("alice"), self::name(room_name)));
    Arc::new(RoomRef { id: RoomId(3), kind, name, parties })
}

fn message(sender: &str, body: &str, kind: MessageKind) -> Arc<Message> {
    let plain = testing::message(&room(RoomKind::Public, "lobby"), sender, body);
    Arc::new(Message { kind, time: Timestamp(1_764_000_000_123), ..plain })
}

fn chat(sender: &str, body: &str) -> Arc<Message> {
    message(sender, body, MessageKind::Chat)
}

fn accepted(away: Option<&str>) -> Result<Reply, Refusal> {
    Ok(Reply::Accepted(Accepted {
        room: RoomId(3),
        seq: Seq(1),
        id: MessageId("one".to_owned()),
        time: Timestamp(0),
        client_id: None,
        duplicate: false,
        away: away.map(name),
    }))
}

#[test]
fn a_name_leads_to_who_is_online_and_then_to_what_waited() {
    let mut talk = Talk::opened();
    talk.check(&["deadline 60", "<- Enter your username: "]);
    talk.says(" alice ");
    talk.check(&["? identify alice"]);
    talk.identified("alice");
    talk.check(&["no deadline", "? Online", "? TakeMail"]);
    talk.answered(asked::GREETING, Ok(Reply::Online(vec![name("alice"), name("bob")])));
    talk.check(&["< Connected! Users online: alice, bob"]);
    let mut update = Message::clone(&message("thermometer1", "Temperature update", MessageKind::Subscription));
    update.metadata.insert("unit".to_owned(), "C".into());
    let mail = vec![
        (room(RoomKind::Direct, "bob"), chat("bob", "it's\nme")),
        (room(RoomKind::Direct, "thermometer1"), Arc::new(update)),
        (room(RoomKind::Group, "team"), chat("bob", "hello")),
    ];
    talk.answered(asked::MAIL, Ok(Reply::Mail(mail)));
    talk.check(&[
        "< [Stored] [2025-11-24T16:00:00.123Z][bob] 'it's␤me'",
        r#"< [Stored] [2025-11-24T16:00:00.123Z][thermometer1] 'Temperature update' {"unit":"C"}"#,
        "< [Stored] #team [2025-11-24T16:00:00.123Z][bob] 'hello'",
    ]);
}

#[test]
fn a_name_in_use_ends_the_connection() {
    let mut talk = Talk::opened();
    talk.says("alice");
    talk.drain();
    talk.answered(asked::CLAIM, Err(Refusal::NameTaken(name("alice"))));
    talk.check(&["< Username already taken. Disconnecting...", "close Replaced"]);
    talk.line.closing(CloseCode::Replaced, &mut talk.out);
    talk.check(&[]);
}

#[test]
fn what_is_no_name_is_asked_for_again() {
    let mut talk = Talk::opened();
    talk.drain();
    talk.says("John Doe");
    talk.check(&[
        "< Invalid username: a username has no spaces and no invisible characters.",
        "<- Enter your username: ",
    ]);
    talk.line.frame(Frame::Binary(bytes::Bytes::from_static(&[0xFF])), &mut talk.out);
    talk.check(&["< That was not UTF-8 text. It was discarded.", "<- Enter your username: "]);
    talk.line.too_large(100, &mut talk.out);
    talk.check(&["< A line has at most 100 bytes. Yours was discarded.", "<- Enter your username: "]);
}

#[test]
fn an_account_is_asked_for_its_password_three_times() {
    let mut talk = Talk::opened();
    talk.says("alice");
    talk.drain();
    talk.answered(asked::CLAIM, Err(Refusal::CredentialsNeeded(name("alice"))));
    talk.check(&["deadline 60", "<- Password: "]);
    for _ in 0..2 {
        talk.says(" not it ");
        talk.check(&["? identify alice by  not it "]);
        talk.answered(asked::CLAIM, Err(Refusal::WrongCredentials));
        talk.check(&["< Wrong password.", "<- Password: "]);
    }
    talk.says("nor this");
    talk.drain();
    talk.answered(asked::CLAIM, Err(Refusal::WrongCredentials));
    talk.check(&["< Wrong password three times. Disconnecting...", "close Revoked"]);
}

#[test]
fn a_name_that_never_comes_ends_the_connection() {
    let mut talk = Talk::opened();
    talk.drain();
    talk.line.too_late(&mut talk.out);
    talk.check(&["< Nothing came in time. Disconnecting...", "close TooLate"]);
}

#[test]
fn a_message_goes_to_a_user_and_who_is_offline_is_named() {
    let mut talk = Talk::alice();
    talk.says("bob: hello: you");
    talk.check(&["? say @bob hello: you"]);
    talk.answered(asked::SAY, accepted(None));
    talk.check(&[]);
    talk.answered(asked::SAY, accepted(Some("bob")));
    talk.check(&["< User 'bob' is offline. Message saved."]);
    talk.answered(asked::SAY, Err(Refusal::TooLarge { limit: 9 }));
    talk.check(&["< Error: a message has at most 9 bytes."]);
}

#[test]
fn a_room_is_joined_with_the_first_word_spoken_there_and_not_again() {
    let mut talk = Talk::alice();
    talk.says("#lobby: hello");
    talk.check(&["? join #lobby", "? say #lobby hello"]);
    talk.answered(asked::JOIN_TO_SAY, Ok(Reply::Room(Box::new(view(room(RoomKind::Public, "lobby"))))));
    talk.says("#Lobby: again");
    talk.check(&["? say #Lobby again"]);
    talk.told(Event::RoomGone { room: room(RoomKind::Public, "lobby"), reason: RoomGoneReason::Left });
    talk.says("#lobby: hello");
    talk.check(&["< You left #lobby.", "? join #lobby", "? say #lobby hello"]);
    talk.answered(asked::JOIN_TO_SAY, Err(Refusal::NoSuchRoom));
    talk.answered(asked::SAY, Err(Refusal::NoSuchRoom));
    talk.check(&["< Error: there is no such room."]);
}

#[test]
fn messages_come_at_once_and_notices_wait() {
    let mut talk = Talk::alice();
    let mut check = |room: &Arc<RoomRef>, message: Arc<Message>, origin, expected: &[&str]| {
        talk.told(Event::Message { room: Arc::clone(room), message, origin: Some(origin) });
        talk.check(expected);
    };
    let time = "2025-11-24T16:00:00.123Z";
    let bob = room(RoomKind::Direct, "bob");
    check(&bob, chat("bob", "hello"), ELSEWHERE, &[&format!("< [bob][{time}] hello")]);
    check(&bob, message("bob", "subscribe", MessageKind::Command), ELSEWHERE, &[&format!("< [bob][{time}] subscribe")]);
    check(&bob, message("bob", "done", MessageKind::Notification), ELSEWHERE, &[]);
    check(&bob, message("bob", "news", MessageKind::Subscription), ELSEWHERE, &[]);
    check(&bob, chat("alice", "mine"), HERE, &[]);
    let myself = room(RoomKind::Direct, "alice");
    check(&myself, chat("alice", "note"), HERE, &[&format!("< [alice][{time}] note")]);
    let lobby = room(RoomKind::Public, "lobby");
    check(&lobby, chat("bob", "\u{1B}[2J"), ELSEWHERE, &[&format!("< #lobby [bob][{time}] ␛[2J")]);
    check(&lobby, chat("alice", "said here"), HERE, &[]);
    check(&lobby, chat("alice", "said there"), ELSEWHERE, &[&format!("< #lobby [alice][{time}] said there")]);
    check(
        &lobby,
        message("bob", "news", MessageKind::Subscription),
        ELSEWHERE,
        &[&format!("< #lobby [bob][{time}] news")],
    );
    let team = room(RoomKind::Group, "team");
    check(&team, message("bob", "news", MessageKind::Notification), ELSEWHERE, &[]);
}

#[test]
fn what_is_shown_counts_as_delivered_and_what_waits_does_not() {
    let mut talk = Talk::alice();
    let bob = room(RoomKind::Direct, "bob");
    for (kind, shown) in [(MessageKind::Chat, true), (MessageKind::Notification, false)] {
        talk.told(Event::Message { room: Arc::clone(&bob), message: message("bob", "hi", kind), origin: None });
        assert_eq!(talk.out.take_shown(), shown, "{kind:?}");
    }
}

#[test]
fn commands_are_answered_with_lines() {
    let mut talk = Talk::alice();
    talk.says("!check");
    talk.answered(asked::CHECK, Ok(Reply::Mail(Vec::new())));
    talk.check(&["? TakeMail", "< No new messages."]);
    talk.says("!join #lobby");
    talk.answered(asked::OTHER, Ok(Reply::Room(Box::new(view(room(RoomKind::Public, "lobby"))))));
    talk.check(&["? join #lobby", "< You are in #lobby."]);
    talk.says("!leave #lobby");
    talk.answered(asked::OTHER, Ok(Reply::Done));
    talk.check(&["? leave #lobby"]);
    talk.says("!who");
    talk.answered(asked::OTHER, Ok(Reply::Online(vec![name("alice")])));
    talk.check(&["? Online", "< Users online: alice"]);
    talk.says("!rooms");
    let lobby = room(RoomKind::Public, "lobby");
    let listed = Listed { room: lobby, topic: "All\nwelcome".to_owned(), members: 4, present: 2, joined: true };
    talk.answered(asked::OTHER, Ok(Reply::Directory(vec![listed])));
    talk.check(&["? Directory", "< #lobby, 2 present, joined: All␤welcome"]);
    talk.says("!help");
    assert_eq!(talk.drain().len(), text::HELP.len());
    talk.says("hello");
    talk.check(&["< Invalid format. Use: TO_USERNAME: MESSAGE"]);
}

#[test]
fn exit_waits_for_what_became_of_the_last_message() {
    let mut talk = Talk::alice();
    talk.says("exit");
    talk.check(&["close Normal"]);

    let mut talk = Talk::alice();
    talk.says("bob: bye");
    talk.says("exit");
    talk.says("bob: too late");
    talk.check(&["? say @bob bye", "deadline 5"]);
    talk.answered(asked::SAY, accepted(Some("bob")));
    talk.check(&["< User 'bob' is offline. Message saved.", "close Normal"]);
}

#[test]
fn who_is_sent_away_is_told_why() {
    let mut talk = Talk::alice();
    talk.told(Event::Close(CloseCode::Restart));
    talk.line.closing(CloseCode::Restart, &mut talk.out);
    talk.check(&["close Restart", "< Disconnecting: server restarting, come back."]);
    talk.told(Event::Lagged);
    talk.check(&["close TooSlow"]);
}
