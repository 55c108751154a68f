//! What the hub answers: what a command led to, and what belongs to that.

use std::sync::Arc;

use shared::{Change, ClientId, MessageId, RoomId, Seq, Stranger, Username};

use super::{Person, RoomRef, RoomView};
use crate::store::{Message, Profile, Sanction, Timestamp, Version};

/// What a command led to.
#[derive(Clone, Debug)]
pub enum Reply {
    /// It is done.
    Done,
    /// The session has a name.
    Identified(Box<Identified>),
    /// A message is stored.
    Accepted(Accepted),
    /// A conversation the user is in.
    Room(Box<RoomView>),
    /// A page of messages.
    Page {
        /// Of which conversation.
        room: RoomId,
        /// In order.
        messages: Vec<Message>,
        /// Whether there are more in the direction asked for.
        more: bool,
    },
    /// What a message said before it was edited.
    Versions {
        /// Where.
        room: RoomId,
        /// Which one.
        seq: Seq,
        /// Oldest first.
        versions: Vec<Version>,
    },
    /// What was looked for.
    Found {
        /// Newest first.
        hits: Vec<Message>,
        /// Whether there are more.
        more: bool,
    },
    /// Who a user is.
    Profile(Box<Portrait>),
    /// What was missed, conversation by conversation.
    Resumed(Vec<Recovery>),
    /// What waited for the user, in the order it was said.
    Mail(Vec<(Arc<RoomRef>, Arc<Message>)>),
    /// The public rooms.
    Directory(Vec<Listed>),
    /// The user's conversations.
    Rooms(Vec<RoomView>),
    /// The people of a conversation.
    Members {
        /// Which one.
        room: Arc<RoomRef>,
        /// Those present first.
        members: Vec<Person>,
    },
    /// Whom a conversation keeps out or silent.
    Sanctions {
        /// Which one.
        room: RoomId,
        /// What is in force.
        sanctions: Vec<Sanction>,
    },
    /// Who is online, by name.
    Online(Vec<Username>),
    /// Those of the people asked about who are known.
    People(Vec<Person>),
    /// Where the user stands in the random chat.
    Stranger(Stranger),
}

/// A public room as anyone sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What it is.
    pub room: Arc<RoomRef>,
    /// What it is about.
    pub topic: String,
    /// How many members it has.
    pub members: u32,
    /// How many connections are present.
    pub present: u32,
    /// Whether the user is a member.
    pub joined: bool,
}

/// Who a user is, as somebody else sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Portrait {
    /// The user.
    pub person: Person,
    /// Whether the name is held only while connected.
    pub guest: bool,
    /// When the name was first used.
    pub since: Timestamp,
    /// The rooms and groups that both are in.
    pub shared: Vec<RoomId>,
}

/// Who a session speaks for.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The name, in its first spelling.
    pub username: Username,
    /// How he is shown and reached where phones are used.
    pub profile: Profile,
    /// Whether the name is held only while connected.
    pub guest: bool,
    /// Whether he administers the server.
    pub admin: bool,
    /// A guest's proof of being the same guest next time; only where he came without one.
    pub session: Option<String>,
    /// His conversations, latest active first.
    pub rooms: Vec<RoomView>,
    /// Where he stands in the random chat.
    pub stranger: Stranger,
}

/// A message is stored, or was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// Where.
    pub room: RoomId,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    pub id: MessageId,
    /// When it was stored.
    pub time: Timestamp,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The sender used the `client_id` before: this is the first message's place.
    pub duplicate: bool,
    /// The other of a direct conversation, where no connection of his takes the message now: it waits for him.
    pub away: Option<Username>,
}

/// What was missed in one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovery {
    /// Which one.
    pub room: RoomId,
    /// Whether `messages` is all of it.
    pub recovered: bool,
    /// In order.
    pub messages: Vec<Message>,
    /// What was seen before and amended since, in order.
    pub changed: Vec<Message>,
    /// How far the conversation's amendments have come.
    pub change: Change,
}
