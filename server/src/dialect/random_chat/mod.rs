//! RandomChat, `GET /randomchat`, from the seed of that name: people known by their phones, in chats with an owner.
//! A chat is a group of the hub; direct messages and public rooms are none and are left out.

mod describe;
pub(super) mod frames;
mod register;
mod roster;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bytestring::ByteString;
use shared::{CloseCode, Destination, InvalidRoomName, RoomGoneReason, RoomId, RoomKind, RoomName, Username};

use super::{Dialect, Frame, Out, encodings};
use crate::hub::{
    Command, Credentials, Envelope, Event, Person, PersonRef, Refusal, Reply, RoomRef, RoomView, Say, Tag,
};
use crate::store::Message;
pub use describe::describe;
use frames::{Answer, BriefMessage, FORMAT, Request, User};
use register::Gathering;
use roster::Roster;

/// The answer to whatever comes before `register`.
const NOT_REGISTERED: &str = r#"Register first: {"type":"register","user":{"name":"<name>","phone":"<phone>"}}."#;

/// A connection that speaks RandomChat.
#[derive(Debug, Default)]
pub struct RandomChat {
    /// What the request itself carried; a `password` in `register` goes first.
    ambient: Credentials,
    /// How long it may take until somebody is registered.
    name_within: Duration,
    /// That time runs.
    waited_for: bool,
    /// Who registered, once all that is needed for his `state` is there.
    me: Option<Username>,
    roster: Roster,
    /// Public rooms the user is a member of: no chats, though they have names like chats.
    public_rooms: HashSet<RoomName>,
    /// What a `register` that is being answered has gathered.
    gathering: Option<Gathering>,
    asked: HashMap<Tag, Asked>,
    next_tag: u64,
}

/// What a question to the hub was about.
#[derive(Clone, Debug)]
enum Asked {
    /// A part of answering `register`.
    Register(register::Part),
    /// Who is in a chat that the user has come into.
    Learn(Box<RoomView>),
    Create(RoomName),
    Send {
        chat: String,
    },
    Delete {
        chat: String,
    },
    Add {
        chat: String,
        phone: String,
    },
    Remove {
        chat: String,
        phone: String,
    },
}

impl RandomChat {
    /// A connection whose request carried `ambient`.
    #[must_use]
    pub fn new(ambient: Credentials, name_within: Duration) -> Self {
        Self { ambient, name_within, ..Self::default() }
    }

    fn ask(&mut self, asked: Asked, command: Command, out: &mut Out) {
        let tag = Tag(self.next_tag);
        self.next_tag += 1;
        self.asked.insert(tag, asked);
        out.ask(tag, command);
    }

    fn request(&mut self, request: Request, out: &mut Out) -> Result<(), String> {
        let request = match request {
            Request::Register { name, phone, password } => {
                self.register(name, phone, password, out);
                return Ok(());
            }
            request if self.me.is_some() && self.gathering.is_none() => request,
            _ => return Err(NOT_REGISTERED.to_owned()),
        };
        match request {
            Request::Register { .. } => {}
            Request::CreateChat { name } => {
                let name: RoomName = name.parse().map_err(|error: InvalidRoomName| sentence(&error.to_string()))?;
                let command = Command::CreateRoom { kind: RoomKind::Group, name: name.clone(), topic: String::new() };
                self.ask(Asked::Create(name), command, out);
            }
            Request::SendMessage { chat, message } => {
                let to = self.place(&chat)?;
                self.ask(Asked::Send { chat }, Command::Say(Say::chat(to, message)), out);
            }
            Request::DeleteChat { chat } => {
                let room = self.place(&chat)?;
                self.ask(Asked::Delete { chat }, Command::DeleteRoom(room), out);
            }
            Request::AddMember { chat, phone } => {
                let (room, person) = (self.place(&chat)?, person(&phone)?);
                self.ask(Asked::Add { chat, phone }, Command::AddMember { room, person }, out);
            }
            Request::RemoveMember { chat, phone } => {
                let (room, person) = (self.place(&chat)?, person(&phone)?);
                self.ask(Asked::Remove { chat, phone }, Command::RemoveMember { room, person }, out);
            }
        }
        Ok(())
    }

    /// The chat a request names. One that is not known yet is left to the hub: the news of it may be on its way.
    fn place(&self, chat: &str) -> Result<Destination, String> {
        let name: RoomName = chat.parse().map_err(|_| no_chat(chat))?;
        match self.roster.named(&name) {
            Some(room) => Ok(Destination::Room(room)),
            None if self.public_rooms.contains(&name) => Err(no_chat(chat)),
            None => Ok(Destination::Named(name)),
        }
    }

    fn reply(&mut self, tag: Tag, result: &Result<Reply, Refusal>, out: &mut Out) {
        let Some(asked) = self.asked.remove(&tag) else { return };
        match (asked, result) {
            (Asked::Register(part), result) => self.gather(part, result, out),
            (Asked::Learn(view), result) => self.welcome(*view, result.as_ref().ok(), out),
            (Asked::Create(_), Ok(Reply::Room(view))) => self.created(view),
            (_, Ok(_)) => {}
            (Asked::Create(name), Err(Refusal::RoomExists(_))) if self.owns(&name) => {}
            (asked, Err(refusal)) => error(&detail(&asked, refusal), out),
        }
    }

    fn owns(&self, name: &RoomName) -> bool {
        let owner = self.roster.named(name).and_then(|room| self.roster.owner(room));
        owner.is_some() && owner == self.me.as_ref()
    }

    fn created(&mut self, view: &RoomView) {
        let Some((name, me)) = view.room.name.clone().zip(self.me.clone()) else { return };
        self.roster.learn_little(view.room.id, name, view.owner.clone(), me);
    }

    /// The user has come into a chat, and knows now who is in it.
    fn welcome(&mut self, view: RoomView, members: Option<&Reply>, out: &mut Out) {
        let Some((name, me)) = view.room.name.clone().zip(self.me.clone()) else { return };
        match members {
            Some(Reply::Members { members, .. }) => self.roster.learn(view.room.id, name, view.owner, members),
            // He is out again already, and will be told so next.
            _ => self.roster.learn_little(view.room.id, name, view.owner, me.clone()),
        }
        if let Some(chat) = self.roster.chat(view.room.id) {
            send(&Answer::NewMember { chat, user: self.roster.user(&me) }, out);
        }
    }

    fn message(&self, room: &RoomRef, message: &Message) -> Option<ByteString> {
        let from = self.roster.user(&message.sender);
        let brief = BriefMessage::of(from, message);
        Answer::Message { chat: self.roster.chat(room.id)?, brief }.text()
    }

    fn joined(&mut self, envelope: &Envelope, room: RoomId, member: &Person, out: &mut Out) {
        if !self.roster.came(room, member) {
            return;
        }
        let roster = &self.roster;
        let encode = || Answer::NewMember { chat: roster.chat(room)?, user: Cow::Owned(User::from(member)) }.text();
        if let Some(text) = envelope.encoded(encodings::RANDOM_CHAT, encode) {
            out.send_text(text);
        }
    }

    fn left(&mut self, envelope: &Envelope, room: RoomId, member: &Person, out: &mut Out) {
        if self.roster.went(room, &member.username) {
            let roster = &self.roster;
            let encode =
                || Answer::MemberRemoved { chat: roster.chat(room)?, user: Cow::Owned(User::from(member)) }.text();
            if let Some(text) = envelope.encoded(encodings::RANDOM_CHAT, encode) {
                out.send_text(text);
            }
        }
        if self.me.as_ref() == Some(&member.username) {
            self.roster.forget(room);
        }
    }

    fn added(&mut self, view: &RoomView, out: &mut Out) {
        match (view.room.kind, &view.room.name) {
            (RoomKind::Group, Some(_)) if !self.roster.knows(view.room.id) => {
                let members = Command::Members(Destination::Room(view.room.id));
                self.ask(Asked::Learn(Box::new(view.clone())), members, out);
            }
            (RoomKind::Public, Some(name)) => {
                self.public_rooms.insert(name.clone());
            }
            (RoomKind::Public | RoomKind::Group | RoomKind::Direct | RoomKind::Pair, _) => {}
        }
    }

    fn gone(&mut self, envelope: &Envelope, room: &RoomRef, reason: RoomGoneReason, out: &mut Out) {
        if let (RoomKind::Public, Some(name)) = (room.kind, &room.name) {
            self.public_rooms.remove(name);
        }
        // Who left or was removed was told so as a member.
        if reason == RoomGoneReason::Deleted && self.roster.knows(room.id) {
            let encode = || Answer::ChatDeleted { chat: self.roster.chat(room.id)? }.text();
            if let Some(text) = envelope.encoded(encodings::RANDOM_CHAT, encode) {
                out.send_text(text);
            }
        }
        // Who was banned is out before his leaving is told.
        if let (RoomGoneReason::Banned, Some(me)) = (reason, self.me.clone())
            && self.roster.knows(room.id)
        {
            let user = Cow::Owned(self.roster.user(&me).into_owned());
            self.roster.went(room.id, &me);
            if let Some(chat) = self.roster.chat(room.id) {
                send(&Answer::MemberRemoved { chat, user }, out);
            }
        }
        self.roster.forget(room.id);
    }
}

impl Dialect for RandomChat {
    fn opened(&mut self, out: &mut Out) {
        self.waited_for = true;
        out.deadline(Some(self.name_within));
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        let request = match &frame {
            Frame::Text(text) => Request::parse(text),
            Frame::Binary(_) => Err(FORMAT.to_owned()),
        };
        if let Err(detail) = request.and_then(|request| self.request(request, out)) {
            error(&detail, out);
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result, out),
            // What cannot be shown is not delivered: it waits for the next `state`.
            Event::Message { room, message, .. } if self.roster.knows(room.id) => {
                if let Some(text) = envelope.encoded(encodings::RANDOM_CHAT, || self.message(room, message)) {
                    out.show(text);
                }
            }
            Event::Joined { room, member, .. } if self.roster.knows(room.id) => {
                self.joined(envelope, room.id, member, out);
            }
            Event::Left { room, member, .. } if self.roster.knows(room.id) => {
                self.left(envelope, room.id, member, out);
            }
            Event::RoomChanged { room, owner, .. } => self.roster.belongs_to(room.id, owner.as_ref()),
            Event::RoomAdded(view) => self.added(view, out),
            Event::RoomGone { room, reason } => self.gone(envelope, room, *reason, out),
            Event::Presence { user, last_seen_at, .. } => self.roster.presence(user, *last_seen_at),
            Event::Lagged => out.close(CloseCode::TooSlow),
            Event::Close(code) => out.close(*code),
            Event::Message { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::Typing { .. }
            | Event::Attendance { .. }
            | Event::Changed { .. }
            | Event::Moderates { .. }
            | Event::Standing { .. }
            | Event::Muted { .. }
            | Event::Read { .. }
            | Event::Stranger(_) => {}
        }
    }

    fn too_late(&mut self, out: &mut Out) {
        error("You did not register in time.", out);
        out.close(CloseCode::TooLate);
    }

    fn too_large(&mut self, limit: usize, out: &mut Out) {
        error(&format!("A frame has at most {limit} bytes. Yours was not read."), out);
        out.close(CloseCode::TooLarge);
    }
}

/// Whom a request means: a phone, or a username behind `@`.
fn person(phone: &str) -> Result<PersonRef, String> {
    match phone.strip_prefix('@') {
        Some(name) => name.parse().map(PersonRef::Name).map_err(|_| nobody(phone)),
        None => Ok(PersonRef::Phone(phone.to_owned())),
    }
}

/// A refusal as its sender is told it, in his own words.
fn detail(asked: &Asked, refusal: &Refusal) -> String {
    match (asked, refusal) {
        (Asked::Register(_), Refusal::NameTaken(name)) => {
            format!("{name}, the username of this phone, is in use on another connection. Register when it is gone.")
        }
        (Asked::Register(_), Refusal::CredentialsNeeded(name)) => {
            format!(r#"{name}, the username of this phone, is an account: put its "password" into "user"."#)
        }
        (_, Refusal::NotIdentified) => NOT_REGISTERED.to_owned(),
        (Asked::Create(name), Refusal::RoomExists(_)) => {
            format!("A chat or room named {name:?} exists already. Choose another name.", name = name.as_str())
        }
        (Asked::Remove { chat, phone }, Refusal::NotAMember) => format!("{phone} is not a member of {chat:?}."),
        (
            Asked::Send { chat } | Asked::Delete { chat } | Asked::Remove { chat, .. },
            Refusal::NoSuchRoom | Refusal::NotAMember | Refusal::NotInThisKind,
        ) => no_chat(chat),
        (Asked::Add { chat, .. }, Refusal::NoSuchRoom | Refusal::NotAMember | Refusal::NotInThisKind) => no_chat(chat),
        (Asked::Add { phone, .. } | Asked::Remove { phone, .. }, Refusal::NoSuchUser) => nobody(phone),
        (Asked::Delete { chat } | Asked::Remove { chat, .. }, Refusal::NotTheOwner | Refusal::NotAModerator) => {
            format!("Only the owner of {chat:?} can do that.")
        }
        (_, refusal) => sentence(&refusal.to_string()),
    }
}

fn no_chat(chat: &str) -> String {
    format!("You are in no chat named {chat:?}.")
}

fn nobody(phone: &str) -> String {
    format!("Nobody is known by the phone {phone:?}. Who has no phone is addressed as @username.")
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

fn error(detail: &str, out: &mut Out) {
    send(&Answer::Error { detail }, out);
}

fn send(answer: &Answer<'_>, out: &mut Out) {
    if let Some(text) = answer.text() {
        out.send_text(text);
    }
}
