//! Messages, what is done to them, and how they are looked for.

use serde::{Deserialize, Serialize};
use shared::{Change, ClientId, Emoji, MessageId, MessageKind, MetadataMap, RoomId, Seq, Username};

use super::Timestamp;
use crate::store::Deed;

/// A message as stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// The conversation.
    pub room: RoomId,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub sender: Username,
    /// What was said.
    pub body: String,
    /// When it was accepted.
    pub time: Timestamp,
    /// What kind of message it is.
    #[serde(default)]
    pub kind: MessageKind,
    /// What programs sent along.
    #[serde(default)]
    pub metadata: MetadataMap,
    /// The sender's own name for it.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    /// The message of the same room that it answers, as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Quote>,
    /// What became of it since it was said.
    #[serde(default, flatten)]
    pub since: Since,
}

/// A message that another one answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Quote {
    /// Its place.
    pub seq: Seq,
    /// Who said it.
    pub sender: Username,
    /// The start of its body in one line; `None`: it was deleted.
    pub excerpt: Option<String>,
}

/// What became of a message since it was said.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Since {
    /// The room's count of amendments at this message's last one.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
    /// When its body was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Deleted: the body is empty, the metadata gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The emoji under it, in the order in which each came first; with each, its users in the order they put it there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(Emoji, Vec<Username>)>,
}

impl Message {
    /// Which delivery position it counts for.
    #[must_use]
    pub fn class(&self) -> MessageClass {
        MessageClass::of(self.kind)
    }
}

/// Messages are delivered in two streams, since some dialects show services' notices only when asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MessageClass {
    /// `chat` and `command`.
    Chat,
    /// `notification` and `subscription`.
    Notice,
}

impl MessageClass {
    /// The class of a kind.
    #[must_use]
    pub fn of(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Chat | MessageKind::Command => Self::Chat,
            MessageKind::Notification | MessageKind::Subscription => Self::Notice,
        }
    }
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The conversation.
    pub room: RoomId,
    /// The id it shall have.
    pub id: MessageId,
    /// Who says it.
    pub sender: Username,
    /// What is said.
    pub body: String,
    /// When it was accepted.
    pub time: Timestamp,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// What programs send along.
    pub metadata: MetadataMap,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same room that it answers.
    pub reply_to: Option<Quote>,
}

/// Something done to a message that was said.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Who does it.
    pub by: Username,
    /// When.
    pub time: Timestamp,
    /// What.
    pub act: Act,
    /// What is to be noted of it.
    pub deed: Option<Deed>,
}

/// What can be done to a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Its body is another.
    Edit(String),
    /// It is deleted.
    Delete,
    /// An emoji is put under it.
    React(Emoji),
    /// An emoji is taken away again.
    Unreact(Emoji),
}

/// What became of an amendment.
#[derive(Clone, Debug, PartialEq)]
pub enum Amended {
    /// It is on disk; the message as it is now.
    Done(Box<Message>),
    /// It was so already.
    Unchanged,
    /// There is no such message, or it is deleted.
    NoSuchMessage,
    /// There are [`Emoji::MAX_KINDS`] different emoji under it.
    TooManyKinds,
}

/// A message's body as it was once.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The body.
    pub body: String,
    /// Since when it was so.
    pub time: Timestamp,
}

/// What to look for.
#[derive(Clone, Debug)]
pub struct Query {
    /// All of them must be in the body; the last may be the start of a word. Letters and digits only.
    pub words: Vec<String>,
    /// Where: the rooms, each with the place up to which it is not to be looked at.
    pub rooms: Vec<(RoomId, Seq)>,
    /// Only what this user said.
    pub sender: Option<Username>,
    /// Only from then on.
    pub after: Option<Timestamp>,
    /// Only before then.
    pub before: Option<Timestamp>,
    /// Only what comes behind this message in the order of what is found.
    pub behind: Option<(Timestamp, RoomId, Seq)>,
    /// At most so many.
    pub limit: u32,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    /// It is on disk at this place.
    Stored(Seq),
    /// Its sender used the `client_id` before; this is the message he made then.
    Duplicate {
        /// The conversation of the first.
        room: RoomId,
        /// Its place there.
        seq: Seq,
        /// Its id.
        id: MessageId,
        /// When it was stored.
        time: Timestamp,
    },
    /// The conversation does not exist (any more).
    NoSuchRoom,
}

/// Which messages of a room to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// Only after this one.
    pub after: Seq,
    /// Only before this one.
    pub before: Option<Seq>,
    /// At most so many.
    pub limit: u32,
    /// Where there are more than `limit`: those nearest `before` (or the newest), else those nearest `after`.
    pub newest: bool,
}
