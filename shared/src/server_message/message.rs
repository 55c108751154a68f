//! Messages as they are told, alone and in pages.

use serde::{Deserialize, Serialize};

use super::MetadataMap;
use crate::{Change, ClientId, Emoji, MessageId, RequestId, RoomId, Seq, Username};

/// Something said.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChatMessage {
    /// The conversation.
    pub room: RoomId,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    #[serde(rename = "message_id")]
    pub id: MessageId,
    /// Who said it.
    pub from: Username,
    /// What was said.
    pub body: String,
    /// When: UTC, RFC 3339 with milliseconds.
    pub time: String,
    /// What kind of message it is.
    #[serde(default, skip_serializing_if = "MessageKind::is_chat")]
    pub kind: MessageKind,
    /// What programs sent along.
    #[serde(default, skip_serializing_if = "MetadataMap::is_empty")]
    pub metadata: MetadataMap,
    /// The sender's own name for it, by which the sender knows it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Whom its text names with `@`, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Username>,
    /// When its text was last changed: UTC, RFC 3339 with milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<String>,
    /// It was taken back: the text is gone, its place stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The emoji under it, in the order in which each came first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// The conversation's count when this message was last amended.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
}

/// A message that another one answers, as it is now.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyTo {
    /// Its place in the same conversation.
    pub seq: Seq,
    /// Who said it.
    pub from: Username,
    /// The start of its text in one line; none where it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// An emoji under a message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reaction {
    /// Which one.
    pub emoji: Emoji,
    /// How many put it there.
    pub count: u32,
    /// The first 50 of them.
    pub users: Vec<Username>,
}

/// A message's text as it was once.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Version {
    /// The text.
    pub body: String,
    /// Since when it was so: UTC, RFC 3339 with milliseconds.
    pub time: String,
}

/// What was looked for.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// The request.
    pub id: Option<RequestId>,
    /// The messages, newest first.
    pub hits: Vec<ChatMessage>,
    /// Whether there are more: ask again with the last of these as `before_hit`.
    pub more: bool,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Said by somebody to somebody.
    #[default]
    Chat,
    /// Asks a service for something.
    Command,
    /// A service's answer.
    Notification,
    /// What a service sends its subscribers.
    Subscription,
}

impl MessageKind {
    /// Whether it is the ordinary kind, which frames leave out.
    #[must_use]
    pub fn is_chat(&self) -> bool {
        *self == Self::Chat
    }
}
/// Messages of one conversation in order.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct History {
    /// The request.
    pub id: Option<RequestId>,
    /// The conversation.
    pub room: RoomId,
    /// The messages, lowest sequence number first, without gaps.
    pub messages: Vec<ChatMessage>,
    /// Whether there are more in the direction asked for.
    pub more: bool,
}

/// What a client missed in one conversation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// The conversation.
    pub room: RoomId,
    /// True: `messages` is all that was missed, in order. False: there is too much of it, or the conversation is
    /// not what it was; fetch it with `history`.
    pub recovered: bool,
    /// The messages after the one seen last.
    pub messages: Vec<ChatMessage>,
    /// The messages up to the one seen last that were amended after the `change` seen last, as they are now; they may
    /// lie outside what the client has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ChatMessage>,
    /// How far the conversation's amendments have come; to be given with the next `resume`.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
}
