//! TMP, the toy messaging protocol, on a port of its own and at `GET /tmp`, from the seed of that name: frames with a
//! header of 64 characters, and a connection that first is asked for a name and then speaks in one room.

mod demo;
mod describe;
pub(super) mod frame;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;
use shared::{CloseCode, Destination, FileInfo, RoomGoneReason, RoomId, RoomKind, RoomName, Username};

use super::held::Held;
use super::{Dialect, Frame, Out, claim_to, encodings};
use crate::hub::{Claim, Command, Credentials, Envelope, Event, MAIL_AT_ONCE, Refusal, Reply, RoomRef, Say, Tag};
use crate::store::Message;
pub use describe::describe;
use frame::{ClientMessage, ClientType, ServerType, frame};

/// Who signs what the server itself has to say: TMP has no frame for it, and nobody else can have that name.
const SERVER: &str = "server";

const NAME: Tag = Tag(0);
const ENTER: Tag = Tag(1);
const CREATE: Tag = Tag(2);
const MAIL: Tag = Tag(3);
const SAY: Tag = Tag(4);
const TYPING: Tag = Tag(5);
const ENTER_MADE: Tag = Tag(6);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the opening to a name that is accepted.
    pub name: Duration,
    /// From one message to the next.
    pub idle: Duration,
}

/// A connection that speaks TMP.
#[derive(Debug)]
pub struct Tmp {
    timeouts: Timeouts,
    room_name: RoomName,
    /// What the request itself carried.
    ambient: Option<Claim>,
    state: State,
    /// Uses the demo app's conventions.
    demo: bool,
    /// The user has been told why the connection closes.
    explained: bool,
}

#[derive(Debug)]
enum State {
    /// A name is wanted.
    Nameless,
    /// A name was asked for, and the hub is still to answer.
    Naming { claim: Claim, asked: String, held: Held },
    /// The client may speak.
    Named { me: Username, room: Option<Arc<RoomRef>> },
}

impl Tmp {
    /// A connection that will speak in the room of that name.
    #[must_use]
    pub fn new(room_name: RoomName, timeouts: Timeouts, ambient: Option<Claim>) -> Self {
        Self { timeouts, room_name, ambient, state: State::Nameless, demo: false, explained: false }
    }

    fn message(&mut self, message: ClientMessage<'_>, out: &mut Out) {
        match (message.kind, &self.state) {
            (ClientType::Exit, _) => out.close(CloseCode::Normal),
            (ClientType::SetUser, State::Nameless) if !message.username.is_empty() => self.set_user(message, out),
            (ClientType::Chat, State::Named { .. }) => {
                out.deadline(Some(self.timeouts.idle));
                self.chat(message.body, out);
            }
            (ClientType::SetUser | ClientType::Chat, _) => out.close(CloseCode::BadFrames),
        }
    }

    fn set_user(&mut self, message: ClientMessage<'_>, out: &mut Out) {
        // A name that cannot be is none to be had, and like one in use it asks for another.
        let Ok(name) = message.username.parse::<Username>() else { return conflict(message.username, out) };
        let mut claim = claim_to(name, self.ambient.as_ref());
        if !message.body.is_empty() {
            claim.credentials = Credentials::Password(message.body.to_owned());
        }
        out.ask(NAME, Command::Identify(claim.clone()));
        self.state = State::Naming { claim, asked: message.username.to_owned(), held: Held::default() };
    }

    fn named(&mut self, me: Username, out: &mut Out) {
        send(ServerType::NameTaken, me.as_str(), "", out);
        out.deadline(Some(self.timeouts.idle));
        self.enter(ENTER, out);
        out.ask(MAIL, Command::TakeDirectMail);
        let before = std::mem::replace(&mut self.state, State::Named { me, room: None });
        self.take_held(before, out);
    }

    fn not_named(&mut self, refusal: &Refusal, out: &mut Out) {
        let before = std::mem::replace(&mut self.state, State::Nameless);
        let State::Naming { mut claim, asked, held } = before else { return self.state = before };
        // TMP's own clients may send any body with a name; one that nobody has a password for is free all the same.
        if *refusal == Refusal::WrongCredentials && !matches!(claim.credentials, Credentials::None) {
            claim.credentials = Credentials::None;
            out.ask(NAME, Command::Identify(claim.clone()));
            return self.state = State::Naming { claim, asked, held };
        }
        if matches!(refusal, Refusal::BannedHere(_)) {
            return out.close(CloseCode::Banned);
        }
        conflict(&asked, out);
        self.take_held(State::Naming { claim, asked, held }, out);
    }

    fn take_held(&mut self, before: State, out: &mut Out) {
        let State::Naming { mut held, .. } = before else { return };
        while let Some(frame) = held.next() {
            self.frame(frame, out);
        }
    }

    fn enter(&self, tag: Tag, out: &mut Out) {
        out.ask(tag, Command::Enter(Destination::Named(self.room_name.clone())));
    }

    fn chat(&mut self, body: &str, out: &mut Out) {
        let room = self.room().map(|room| room.id);
        let body = match demo::read(body) {
            demo::Body::Plain(body) => body,
            demo::Body::Text(text) => {
                self.demo = true;
                text
            }
            demo::Body::Typing => {
                self.demo = true;
                if let Some(room) = room {
                    out.ask(TYPING, Command::Typing { room, on: true });
                }
                return;
            }
        };
        // Nothing was said, and there is no frame that would say so.
        if body.is_empty() {
            return;
        }
        let to = room.map_or_else(|| Destination::Named(self.room_name.clone()), Destination::Room);
        out.ask(SAY, Command::Say(Say::chat(to, body)));
    }

    fn reply(&mut self, tag: Tag, result: Result<Reply, Refusal>, out: &mut Out) {
        match (tag, result) {
            (_, Ok(Reply::Identified(identified))) => self.named(identified.username, out),
            (_, Ok(Reply::Room(view))) => {
                if let State::Named { room, .. } = &mut self.state {
                    *room = Some(view.room);
                }
            }
            (_, Ok(Reply::Mail(mail))) => {
                let more = mail.len() >= MAIL_AT_ONCE;
                for (room, message) in mail {
                    if self.shows(&room, &message) {
                        out.show(self.chat_frame(&message));
                    }
                }
                if more {
                    out.ask(MAIL, Command::TakeDirectMail);
                }
            }
            (_, Ok(_)) | (TYPING, Err(_)) => {}
            (NAME, Err(refusal)) => self.not_named(&refusal, out),
            (ENTER, Err(Refusal::NoSuchRoom)) => {
                let name = self.room_name.clone();
                let create = Command::CreateRoom { kind: RoomKind::Public, name, topic: String::new() };
                out.ask(CREATE, create);
            }
            // Somebody else was quicker, or it is a group, which cannot be entered.
            (CREATE, Err(Refusal::RoomExists(_))) => self.enter(ENTER_MADE, out),
            (ENTER | ENTER_MADE, Err(refusal @ Refusal::Banned(_))) => {
                self.end(&refusal.to_string(), CloseCode::Banned, out);
            }
            (tag, Err(refusal)) => {
                self.server_says(&refusal.to_string(), out);
                // Without a room there is nothing to speak in.
                if matches!(tag, ENTER | CREATE | ENTER_MADE) {
                    out.close(CloseCode::BadFrames);
                }
            }
        }
    }

    fn shows(&self, room: &RoomRef, message: &Message) -> bool {
        let State::Named { me, .. } = &self.state else { return false };
        match room.kind {
            RoomKind::Public => self.is_here(room.id),
            // What its user wrote to somebody from another connection would read as if it was said here.
            RoomKind::Direct => message.sender != *me || room.partner_of(me) == Some(me),
            RoomKind::Group | RoomKind::Pair => false,
        }
    }

    fn room(&self) -> Option<&RoomRef> {
        match &self.state {
            State::Named { room, .. } => room.as_deref(),
            State::Nameless | State::Naming { .. } => None,
        }
    }

    fn is_here(&self, id: RoomId) -> bool {
        self.room().is_some_and(|room| room.id == id)
    }

    fn chat_frame(&self, message: &Message) -> ByteString {
        let (sender, body) = (message.sender.as_str(), FileInfo::spell_out(&message.body, &message.metadata));
        if self.demo {
            frame(ServerType::Chat, sender, &demo::text(&body))
        } else {
            frame(ServerType::Chat, sender, &body)
        }
    }

    fn server_says(&self, text: &str, out: &mut Out) {
        if self.demo {
            send(ServerType::Chat, SERVER, &demo::text(text), out);
        } else {
            send(ServerType::Chat, SERVER, text, out);
        }
    }

    fn end(&mut self, why: &str, code: CloseCode, out: &mut Out) {
        self.explained = true;
        self.server_says(why, out);
        out.close(code);
    }

    fn room_gone(&mut self, reason: RoomGoneReason, out: &mut Out) {
        match reason {
            // Its user is a member no longer by his own wish; the connection is there in its own right.
            RoomGoneReason::Left => self.enter(ENTER, out),
            RoomGoneReason::Removed => {
                self.end(&format!("you were removed from {}", self.room_name), CloseCode::Removed, out);
            }
            RoomGoneReason::Banned => {
                self.end(&format!("you are banned from {}", self.room_name), CloseCode::Banned, out);
            }
            RoomGoneReason::Deleted => {
                self.server_says(&format!("{} was deleted", self.room_name), out);
                out.close(CloseCode::Normal);
            }
        }
    }
}

impl Dialect for Tmp {
    fn opened(&mut self, out: &mut Out) {
        send(ServerType::NameWanted, "", "", out);
        out.deadline(Some(self.timeouts.name));
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        if let State::Naming { held, .. } = &mut self.state {
            if !held.hold(frame) {
                out.close(CloseCode::Flooding);
            }
            return;
        }
        match &frame {
            Frame::Text(text) => match ClientMessage::parse(text) {
                Ok(message) => self.message(message, out),
                Err(frame::NotTmp) => out.close(CloseCode::BadFrames),
            },
            Frame::Binary(_) => out.close(CloseCode::BadFrames),
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result.clone(), out),
            Event::Message { room, message, .. } => {
                let encoding = if self.demo { encodings::TMP_DEMO } else { encodings::TMP };
                if self.shows(room, message)
                    && let Some(text) = envelope.encoded(encoding, || Some(self.chat_frame(message)))
                {
                    out.show(text);
                }
            }
            Event::Typing { room, user, on: true } if self.demo && self.is_here(room.id) => {
                let typing = || Some(frame(ServerType::Chat, user.as_str(), demo::TYPING));
                if let Some(text) = envelope.encoded(encodings::TMP_DEMO, typing) {
                    out.send_text(text);
                }
            }
            Event::RoomGone { room, reason } if self.is_here(room.id) => self.room_gone(*reason, out),
            Event::Lagged => out.close(CloseCode::TooSlow),
            Event::Close(code) => out.close(*code),
            Event::Typing { .. }
            | Event::RoomGone { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::RoomAdded(_)
            | Event::Presence { .. }
            | Event::Attendance { .. }
            | Event::Changed { .. }
            | Event::RoomChanged { .. }
            | Event::Moderates { .. }
            | Event::Standing { .. }
            | Event::Muted { .. }
            | Event::Read { .. }
            | Event::Stranger(_) => {}
        }
    }

    /// Whatever the reason, a client is told before its connection closes; why it is not wanted, even where it has no
    /// name yet, to which `server` could say it.
    fn closing(&mut self, code: CloseCode, out: &mut Out) {
        let mut why = "";
        if code == CloseCode::Banned && !self.explained {
            match self.state {
                State::Named { .. } => self.server_says("you are banned from this server", out),
                State::Nameless | State::Naming { .. } => why = code.reason(),
            }
        }
        send(ServerType::Disconnect, "", why, out);
    }
}

fn conflict(username: &str, out: &mut Out) {
    send(ServerType::Conflict, username, "", out);
}

fn send(kind: ServerType, username: &str, body: &str, out: &mut Out) {
    out.send_text(frame(kind, username, body));
}
