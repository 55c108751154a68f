//! One message as it reads in every dialect, side by side, made by the dialects' own encoders: for people who want to
//! see the wire.

use std::borrow::Cow;
use std::sync::Arc;

use shared::{FileInfo, RoomKind, RoomName, Username};

use super::random_chat::frames::{Answer, BriefMessage, Chat, User};
use super::tmp::frame::{ServerType, frame};
use super::{descriptions, line, native, pair_chat, postman};
use crate::hub::{Event, Person, RoomRef};
use crate::store::Message;

/// How a message reads in a dialect.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The dialect's name, as its page has it.
    pub dialect: &'static str,
    /// What people call it.
    pub title: String,
    /// The frame; `None`: that dialect has no way to show such a message.
    pub frame: Option<String>,
}

/// How a message reads to a user in every dialect, in the order of documents. `members`: the room's, where it is a group.
#[must_use]
pub fn readings(room: &Arc<RoomRef>, message: &Arc<Message>, members: &[Person], reader: &Username) -> Vec<Reading> {
    let reads = |dialect: &str| match dialect {
        "native" => {
            let event = Event::Message { room: Arc::clone(room), message: Arc::clone(message), origin: None };
            native::reads(&event)
        }
        "postman" => postman::reads(room, message, reader),
        "pair_chat" => in_pair_chat(room, message),
        "tmp" => in_tmp(room, message),
        "random_chat" => in_random_chat(room, message, members),
        "line" => Some(line::text::message(room, message) + "\n"),
        _ => None,
    };
    let dialects = descriptions().into_iter();
    dialects.map(|it| Reading { frame: reads(it.name), dialect: it.name, title: it.title.to_owned() }).collect()
}

/// The lobby is the one stored room there.
fn in_pair_chat(room: &RoomRef, message: &Message) -> Option<String> {
    let is_lobby = room.kind == RoomKind::Public && room.name.as_ref() == Some(&RoomName::lobby());
    let body = FileInfo::spell_out(&message.body, &message.metadata);
    let shown = is_lobby || room.kind == RoomKind::Direct;
    shown.then(|| pair_chat::Format::Text.said(message.sender.as_str(), &body)).flatten().map(|text| text.to_string())
}

fn in_tmp(room: &RoomRef, message: &Message) -> Option<String> {
    let body = FileInfo::spell_out(&message.body, &message.metadata);
    let shown = matches!(room.kind, RoomKind::Public | RoomKind::Direct);
    shown.then(|| frame(ServerType::Chat, message.sender.as_str(), &body).to_string())
}

fn in_random_chat(room: &RoomRef, message: &Message, members: &[Person]) -> Option<String> {
    let name = room.name.as_ref().filter(|_| room.kind == RoomKind::Group)?.as_str();
    let user = |person| Cow::Owned(User::from(person));
    let owner = members.iter().find(|person| person.owner).map(user);
    let chat = Chat { name, members: members.iter().map(user).collect(), owner };
    let sender = members.iter().find(|person| person.username == message.sender);
    let from = sender.map_or_else(|| Cow::Owned(User::known_by(&message.sender)), user);
    let brief = BriefMessage::of(from, message);
    Answer::Message { chat, brief }.text().map(|text| text.to_string())
}
