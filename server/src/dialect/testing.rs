//! What the dialects' unit tests share: a dialect is given an input, and what follows is compared line by line.

use std::sync::Arc;

use proptest::prelude::*;
use shared::{CloseCode, MessageId, RoomId, RoomKind, RoomName, Seq, Stranger, Username};

use super::{Dialect, Frame, Out, Step};
use crate::hub::{
    Accepted, Claim, Command, Credentials, Envelope, Event, Identified, Refusal, Reply, RoomRef, RoomView, Tag, Who,
};
use crate::store::{Message, Profile, Since, Timestamp};

/// What a dialect can be given.
#[derive(Clone, Debug)]
pub enum Input {
    Opened,
    Frame(Frame),
    Event(Event),
    TooLate,
    TooLarge(usize),
    Closing(CloseCode),
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Frame(Frame::text(text))
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Frame(Frame::text(text))
    }
}

impl From<Event> for Input {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

/// Gives the dialect an input and compares what follows, a line a step; see [`lines`].
#[track_caller]
pub fn check(dialect: &mut impl Dialect, input: impl Into<Input>, expected: &[&str]) {
    let input = input.into();
    let described = format!("{input:?}");
    assert_eq!(lines(dialect, input), expected, "{described}");
}

/// What follows from an input: `< text` is sent, `<+ text` shown as a message's delivery, `? …` asked, `within …` set
/// as deadline, `x 4400` closed.
pub fn lines(dialect: &mut impl Dialect, input: Input) -> Vec<String> {
    let mut out = Out::default();
    match input {
        Input::Opened => dialect.opened(&mut out),
        Input::Frame(frame) => dialect.frame(frame, &mut out),
        Input::Event(event) => dialect.event(&Envelope::new(event), &mut out),
        Input::TooLate => dialect.too_late(&mut out),
        Input::TooLarge(limit) => dialect.too_large(limit, &mut out),
        Input::Closing(code) => dialect.closing(code, &mut out),
    }
    let sent = if out.take_shown() { "<+" } else { "<" };
    out.drain().map(|step| line(sent, step)).collect()
}

fn line(sent: &str, step: Step) -> String {
    match step {
        Step::Send(Frame::Text(text)) => format!("{sent} {text}"),
        Step::Send(Frame::Binary(bytes)) => format!("{sent} {bytes:?}"),
        Step::Ask(_, command) => format!("? {}", asked(command)),
        Step::Deadline(None) => "within ever".to_owned(),
        Step::Deadline(Some(within)) => format!("within {within:?}"),
        Step::Close(code) => format!("x {}", code.number()),
    }
}

fn asked(command: Command) -> String {
    match command {
        Command::Identify(Claim { who: Who::Name(name), credentials, .. }) => match credentials {
            Credentials::None => format!("identify {name}"),
            Credentials::Password(password) => format!("identify {name} by password {password}"),
            Credentials::Token(token) => format!("identify {name} by token {token}"),
        },
        Command::Say(say) => format!("say {}: {}", say.to, say.body),
        Command::Enter(room) => format!("enter {room}"),
        Command::CreateRoom { kind, name, .. } => format!("create {kind:?} #{name}"),
        Command::Typing { room, on } => format!("typing {room} {on}"),
        other => format!("{other:?}"),
    }
}

/// A username.
pub fn user(text: &str) -> Username {
    text.parse().unwrap()
}

/// A public room or group.
pub fn room(id: u64, kind: RoomKind, name: &str) -> Arc<RoomRef> {
    Arc::new(RoomRef { id: RoomId(id), kind, name: Some(name.parse().unwrap()), parties: None })
}

/// The lobby.
pub fn lobby() -> Arc<RoomRef> {
    room(1, RoomKind::Public, RoomName::lobby().as_str())
}

/// A direct conversation.
pub fn direct(one: &str, other: &str) -> Arc<RoomRef> {
    Arc::new(RoomRef { id: RoomId(9), kind: RoomKind::Direct, name: None, parties: Some((user(one), user(other))) })
}

/// A random pair.
pub fn pair(id: u64) -> Arc<RoomRef> {
    Arc::new(RoomRef { id: RoomId(id), kind: RoomKind::Pair, name: None, parties: None })
}

/// A stored message.
pub fn message(room: &RoomRef, sender: &str, body: &str) -> Message {
    Message {
        room: room.id,
        seq: Seq(1),
        id: MessageId("m".to_owned()),
        sender: user(sender),
        body: body.to_owned(),
        time: Timestamp(0),
        kind: shared::MessageKind::Chat,
        metadata: shared::MetadataMap::new(),
        client_id: None,
        reply_to: None,
        since: Since::default(),
    }
}

/// Somebody says something.
pub fn said(room: &Arc<RoomRef>, sender: &str, body: &str) -> Event {
    Event::Message { room: Arc::clone(room), message: Arc::new(message(room, sender, body)), origin: None }
}

/// The hub did it.
pub fn done(tag: Tag, reply: Reply) -> Event {
    Event::Reply { tag, result: Ok(reply) }
}

/// The hub did not do it.
pub fn refused(tag: Tag, refusal: Refusal) -> Event {
    Event::Reply { tag, result: Err(refusal) }
}

/// The name is taken.
pub fn identified(tag: Tag, name: &str) -> Event {
    let identified = Identified {
        username: user(name),
        profile: Profile::default(),
        guest: true,
        admin: false,
        session: None,
        rooms: Vec::new(),
        stranger: Stranger::Idle {},
    };
    done(tag, Reply::Identified(Box::new(identified)))
}

/// A room that nothing has happened in, as its one member sees it.
pub fn view(room: Arc<RoomRef>) -> RoomView {
    RoomView {
        room,
        topic: String::new(),
        owner: None,
        members: 1,
        last_seq: Seq::ZERO,
        read_seq: Seq::ZERO,
        unread: 0,
        mentions: 0,
        mute: shared::MuteLevel::All,
        standing: crate::hub::Standing::default(),
        change: shared::Change::ZERO,
        last: None,
        active_at: Timestamp(0),
        partner: None,
        partner_online: false,
        partner_read: None,
    }
}

/// The room is entered.
pub fn entered(tag: Tag, room: &Arc<RoomRef>) -> Event {
    done(tag, Reply::Room(Box::new(view(Arc::clone(room)))))
}

/// A message is stored.
pub fn accepted(tag: Tag, room: &RoomRef) -> Event {
    let accepted = Accepted {
        room: room.id,
        seq: Seq(1),
        id: MessageId("m".to_owned()),
        time: Timestamp(0),
        client_id: None,
        duplicate: false,
        away: None,
    };
    done(tag, Reply::Accepted(accepted))
}

/// Any frame: text that is or is not what the dialect takes, and binary. `valid` makes some that it takes.
pub fn any_frame(valid: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Frame> {
    prop_oneof![
        4 => valid.prop_map(Frame::text),
        1 => any::<String>().prop_map(Frame::text),
        1 => "[\\[\\]{}\":,a-z0-9 ]{0,40}".prop_map(Frame::text),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(|bytes| Frame::Binary(bytes.into())),
    ]
}
