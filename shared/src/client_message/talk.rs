//! Saying, reading and amending: what a client asks of a conversation's messages.

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::{Change, ClientId, Emoji, MessageKind, MetadataMap, RoomId, Seq, Username};

/// Who speaks. With nothing but a `username` that is free: a guest.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hello {
    /// The name to speak under; may be left out where `session` or `token` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// The account's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// An API token of the account, or the `session` of an earlier `welcome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What was seen last, conversation by conversation; what was missed follows the `welcome`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resume: Vec<Seen>,
}

/// How far a client has seen a conversation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seen {
    /// The conversation.
    pub room: RoomId,
    /// The highest sequence number below which nothing is missing.
    pub seq: Seq,
    /// The conversation's [`Change`] up to which amendments are known here; without it they are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// Something said.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Say {
    /// Where: a conversation's number, `"#room"` or `"@user"`.
    pub to: Destination,
    /// The text, at most `max_message_bytes` bytes.
    pub body: String,
    /// Files that the sender uploaded for this conversation, by their ids: at most 10. With them `body` may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The message of the same conversation that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// The sender's own name for it, so that sending again after a lost connection makes no second message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// What kind of message it is.
    #[serde(default, skip_serializing_if = "MessageKind::is_chat")]
    pub kind: MessageKind,
    /// Anything programs want to send along: a JSON object.
    #[serde(default, skip_serializing_if = "MetadataMap::is_empty")]
    pub metadata: MetadataMap,
}
/// What was seen last, to be told what came since.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resume {
    /// Conversation by conversation.
    pub seen: Vec<Seen>,
}

/// A page of a conversation's messages, in order. With neither bound: the newest.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryRequest {
    /// The conversation.
    pub room: RoomId,
    /// Only messages before this one; the page ends just before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Only messages after this one; the page starts just after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// The most messages wanted; the server's page size bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// How far the user has read a conversation. A position never moves back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkRead {
    /// The conversation.
    pub room: RoomId,
    /// The last message read.
    pub seq: Seq,
}

/// Whether the user is typing in a conversation. Others forget it after a few seconds without another.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TypingNotice {
    /// The conversation.
    pub room: RoomId,
    /// Typing, or no longer.
    #[serde(default = "yes")]
    pub on: bool,
}

fn yes() -> bool {
    true
}

/// Another text for one's own message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Its text from now on, at most `max_message_bytes` bytes.
    pub body: String,
}

/// A request that needs no more than a message.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageAction {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
}

/// An emoji under a message, or no longer. At most [`Emoji::MAX_KINDS`] different ones stand under one message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct React {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Which one.
    pub emoji: Emoji,
    /// There, or no longer.
    #[serde(default = "yes")]
    pub on: bool,
}

/// What to look for. All words must be there, in any order; the last may be the start of one. Newest first.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Search {
    /// The words; everything but letters and digits separates them.
    pub text: String,
    /// Only in this conversation; without it, in all that the user is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// Only what this user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Username>,
    /// Only what was said at this time or later: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Only what was said before this time: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The most messages wanted; the server's page size bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The last message of the page before, to go on behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_hit: Option<MessageAction>,
}
