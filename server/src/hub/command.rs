//! What a session may ask of the hub. The vocabulary of every dialect: none adds to it for itself alone.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{
    ClientId, Destination, Emoji, MessageKind, MetadataMap, MuteLevel, RoomId, RoomKind, RoomName, SanctionKind, Seen,
    Seq, Username,
};

use super::Terms;
use crate::store::Timestamp;

/// A live connection's number, never used twice while the server runs.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct SessionId(pub u64);

/// By what a dialect knows an answer again; the hub hands it back unread.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Tag(pub u64);

/// What a connection can do with what the hub has to tell. The hub asks for these, never for the dialect.
#[derive(Clone, Copy, Debug)]
pub struct SessionTraits {
    /// Where it comes from.
    pub address: IpAddr,
    /// Takes messages of direct conversations.
    pub direct: bool,
    /// Wants to know who comes online and goes.
    pub presence: bool,
    /// Wants to know how many are present in a room after each change.
    pub attendance: bool,
    /// How long its place in a random pair is kept after the connection is lost.
    pub seat_grace: Option<Duration>,
}

/// Something a session asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Takes a name, or another name than before.
    Identify(Claim),
    /// Speaks. Answered by [`Reply::Accepted`](super::Reply::Accepted) once stored.
    Say(Say),
    /// Gives one's own message another text. Answered by `Done`.
    Edit {
        /// Where.
        room: RoomId,
        /// Which one.
        seq: Seq,
        /// The text.
        body: String,
    },
    /// Takes a message back. Answered by `Done`.
    DeleteMessage {
        /// Where.
        room: RoomId,
        /// Which one.
        seq: Seq,
    },
    /// Puts an emoji under a message or takes it away. Answered by `Done`.
    React {
        /// Where.
        room: RoomId,
        /// Under which one.
        seq: Seq,
        /// Which emoji.
        emoji: Emoji,
        /// There, or no longer.
        on: bool,
    },
    /// Reads what a message said before it was edited. Answered by `Versions`.
    Versions {
        /// Where.
        room: RoomId,
        /// Which one.
        seq: Seq,
    },
    /// Looks for words. Answered by `Found`.
    Search(Search),
    /// Says that the user is typing, or no longer. Answered by `Done`.
    Typing {
        /// Where.
        room: RoomId,
        /// Typing, or no longer.
        on: bool,
    },
    /// Is present in a public room as long as this connection lasts, with or without a name, without becoming a
    /// member. Answered by `Room`.
    Enter(Destination),
    /// Becomes a member of a public room, or is one already. Answered by `Room`.
    Join(Destination),
    /// Is a member no longer. Answered by `Done`.
    Leave(Destination),
    /// Makes a public room or group. Answered by `Room`.
    CreateRoom {
        /// [`RoomKind::Public`] or [`RoomKind::Group`].
        kind: RoomKind,
        /// Its name.
        name: RoomName,
        /// What it is about.
        topic: String,
    },
    /// Deletes a room or group for everybody. Answered by `Done`.
    DeleteRoom(Destination),
    /// Says what a room or group is about. Answered by `Done`.
    SetTopic {
        /// Which one.
        room: Destination,
        /// What it is about.
        topic: String,
    },
    /// Says of which messages the user wants to be told aloud. Answered by `Done`.
    Mute {
        /// Where.
        room: RoomId,
        /// Of which.
        level: MuteLevel,
    },
    /// Brings a user into a group. Answered by `Done`.
    AddMember {
        /// The group.
        room: Destination,
        /// Whom.
        person: Person,
    },
    /// Takes a user out of a group or room. Answered by `Done`.
    RemoveMember {
        /// The group or room.
        room: Destination,
        /// Whom.
        person: Person,
    },
    /// Keeps a user out of a room or group, or has him say nothing there. Answered by `Done`.
    Impose {
        /// Which of the two.
        kind: SanctionKind,
        /// Where.
        room: Destination,
        /// Whom.
        user: Username,
        /// For how long and why.
        terms: Terms,
    },
    /// Lets him in or speak again. Answered by `Done`.
    Lift {
        /// Which of the two.
        kind: SanctionKind,
        /// Where.
        room: Destination,
        /// Whom.
        user: Username,
    },
    /// Has a member keep order, or no longer. Answered by `Done`.
    SetModerator {
        /// Where.
        room: Destination,
        /// Whom.
        user: Username,
        /// A moderator, or no longer.
        on: bool,
    },
    /// Lists whom a room or group keeps out or silent. Answered by `Sanctions`.
    Sanctions(Destination),
    /// Tells the administrators of a message. Answered by `Done`.
    ReportMessage {
        /// Where.
        room: RoomId,
        /// Which one.
        seq: Seq,
        /// What is wrong with it.
        note: String,
    },
    /// Opens the conversation with a user, made if there is none. Answered by `Room`.
    OpenDirect(Username),
    /// Reads a page. Answered by `Page`.
    History {
        /// Where.
        room: RoomId,
        /// Only before this one.
        before: Option<Seq>,
        /// Only after this one.
        after: Option<Seq>,
        /// At most so many.
        limit: Option<u32>,
    },
    /// Asks what came after what was seen. Answered by `Resumed`.
    Resume(Vec<Seen>),
    /// Notes how far the user has read. Answered by `Done`.
    MarkRead {
        /// Where.
        room: RoomId,
        /// The last message read.
        seq: Seq,
    },
    /// Takes what waits for the user. Answered by `Mail`; what is answered counts as delivered.
    TakeMail,
    /// Takes what waits for the user in direct conversations only, and leaves the rest for a connection that can show
    /// groups. Answered by `Mail`.
    TakeDirectMail,
    /// Lists the public rooms. Answered by `Directory`.
    Directory,
    /// Lists the user's conversations. Answered by `Rooms`.
    Rooms,
    /// Lists the people of a conversation. Answered by `Members`.
    Members(Destination),
    /// Lists who is online. Answered by `Online`.
    Online,
    /// Asks who a user is. Answered by `Profile`.
    Profile(Username),
    /// Asks how people are shown who are no members of a conversation of the user any more: a former owner, the
    /// sender of a message that waited. Answered by `People`.
    People(Vec<Username>),
    /// Asks for a random partner. Answered by `Stranger`.
    FindStranger,
    /// Leaves the partner and asks for another. Answered by `Stranger`.
    NextStranger,
    /// Leaves the random chat. Answered by `Stranger`.
    LeaveStranger,
    /// Tells the operator of the partner, present or just gone. Answered by `Done`.
    ReportStranger {
        /// What happened.
        note: String,
        /// What to attach of what was said.
        messages: Vec<Seq>,
    },
    /// Leaves the partner and never meets him again. Answered by `Stranger`.
    BlockStranger,
}

/// What to look for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The words; everything but letters and digits separates them.
    pub text: String,
    /// Only there; else in all that the user is in.
    pub room: Option<RoomId>,
    /// Only what this user said.
    pub sender: Option<Username>,
    /// Only from then on.
    pub after: Option<Timestamp>,
    /// Only before then.
    pub before: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<u32>,
    /// The last message of the page before.
    pub behind: Option<(RoomId, Seq)>,
}

/// A claim to be somebody.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who.
    pub who: Who,
    /// What proves it.
    pub credentials: Credentials,
    /// A guest who proves nothing wants to be able to prove next time that he is the same.
    pub remember: bool,
}

/// Whom a claim is about.
#[derive(Clone, Debug)]
pub enum Who {
    /// Whoever the credentials belong to.
    Bearer,
    /// The user of this name.
    Name(Username),
    /// The user of this phone, shown by this name. An earlier connection that claimed the same phone is closed.
    Phone {
        /// The phone.
        phone: String,
        /// Any text of up to 64 characters; a username is made of it where the phone is new.
        display_name: String,
    },
}

/// What proves a claim.
#[derive(Clone, Debug, Default)]
pub enum Credentials {
    /// Nothing: a guest.
    #[default]
    None,
    /// The account's password.
    Password(String),
    /// A session's or API token's secret.
    Token(String),
}

/// Something said.
#[derive(Clone, Debug)]
pub struct Say {
    /// Where.
    pub to: Destination,
    /// The text.
    pub body: String,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// What programs send along.
    pub metadata: MetadataMap,
    /// Files the sender uploaded for the place, by their ids.
    pub files: Vec<String>,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same conversation that it answers.
    pub reply_to: Option<Seq>,
}

impl Say {
    /// An ordinary message.
    #[must_use]
    pub fn chat(to: Destination, body: impl Into<String>) -> Self {
        let (kind, metadata) = (MessageKind::Chat, MetadataMap::new());
        Self { to, body: body.into(), kind, metadata, files: Vec::new(), client_id: None, reply_to: None }
    }
}

/// A user, by whichever of the two ways a dialect knows people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Person {
    /// By name.
    Name(Username),
    /// By phone.
    Phone(String),
}
