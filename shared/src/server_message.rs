//! The native protocol's frames from server to client.

use serde::{Deserialize, Serialize};

use crate::{ClientId, ErrorCode, Limits, MessageId, RequestId, RoomId, RoomName, Seq, Username};

/// What programs send along with a message: a JSON object.
pub type MetadataMap = serde_json::Map<String, serde_json::Value>;

/// Everything the server can say. The variant's name in snake case is the frame's `type`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The connection has a name now; sent once, before anything else.
    Welcome(Box<Welcome>),
    /// A request without other result was carried out.
    Ok {
        /// The request.
        id: Option<RequestId>,
    },
    /// A message is stored.
    Accepted(Accepted),
    /// A request, or a frame that was none, could not be used.
    Error(Refused),
    /// Something was said; also to the connection that said it.
    Message(ChatMessage),
    /// A page of messages.
    History(History),
    /// What was missed in one conversation.
    Resumed(Resumed),
    /// A conversation the user is in: new, or changed.
    Room {
        /// The request that led to it, where this connection made one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<RequestId>,
        /// The conversation as it is now.
        room: RoomSummary,
    },
    /// A conversation the user is no longer in.
    RoomGone(RoomGone),
    /// The public rooms, most members first.
    Directory {
        /// The request.
        id: Option<RequestId>,
        /// At most 1,000 of them.
        rooms: Vec<RoomListing>,
    },
    /// The people of a conversation.
    Members {
        /// The request.
        id: Option<RequestId>,
        /// The conversation.
        room: RoomId,
        /// At most 1,000 of them, those present first.
        members: Vec<Member>,
    },
    /// Somebody came into a conversation.
    MemberJoined(MemberChange),
    /// Somebody left a conversation or was removed.
    MemberLeft(MemberChange),
    /// Somebody who shares a conversation with the user came online or went.
    Presence(Presence),
    /// Somebody is typing, or no longer.
    Typing(Typing),
    /// A user has read up to somewhere: the user himself on another connection, or the other in a direct conversation.
    Read(ReadPosition),
    /// Where the user stands in the random chat.
    Stranger(Stranger),
    /// More was to be sent than this connection took; what is missing is to be asked for with `resume`.
    Resync {},
    /// An answer to `ping`.
    Pong {
        /// The request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<RequestId>,
    },
    /// The last frame before the server closes.
    Goodbye(Goodbye),
}

/// Who the connection speaks for and what there is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Welcome {
    /// The request, where a `hello` led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// Who the user is.
    pub you: Account,
    /// A guest's proof of being the same guest when the connection is lost: the next `hello`'s `token`. Given to
    /// guests who came without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What this server accepts.
    pub limits: Limits,
    /// The server's version.
    pub server: String,
    /// The user's conversations, the latest active first.
    pub rooms: Vec<RoomSummary>,
    /// Where the user stands in the random chat.
    pub stranger: Stranger,
}

/// A user as the user himself sees it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Account {
    /// The name, in its first spelling.
    pub username: Username,
    /// Whether the name is held only while connected.
    pub guest: bool,
}

/// A message is on disk, or was already under the same `client_id`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Accepted {
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The conversation, which a message to `@user` may just have made.
    pub room: RoomId,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    pub message_id: MessageId,
    /// When it was stored: UTC, RFC 3339 with milliseconds.
    pub time: String,
    /// The sender's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The `client_id` was known: this is the first message's place, nothing new was stored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// A request that was not carried out.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refused {
    /// The request, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// Why, for programs.
    pub code: ErrorCode,
    /// The field that is wrong, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why, and what to do, for people.
    pub message: String,
    /// The message that was not accepted, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}

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

/// What kind of conversation it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Anyone may list, read and join.
    Public,
    /// Its members only.
    Group,
    /// Two users.
    Direct,
    /// Two strangers, in memory only.
    Pair,
}

/// A conversation as its member sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomSummary {
    /// Its number.
    pub room: RoomId,
    /// What kind it is.
    pub kind: RoomKind,
    /// Its name; direct conversations and pairs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<RoomName>,
    /// The other user of a direct conversation or a pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Username>,
    /// Whether that other user is online.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_online: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Username>,
    /// How many members it has.
    pub members: u32,
    /// Its newest message's place.
    pub last_seq: Seq,
    /// How far the user has read.
    pub read_seq: Seq,
    /// How many messages of others come after that.
    pub unread: u32,
    /// When it was last spoken in, or made: UTC, RFC 3339 with milliseconds.
    pub active_at: String,
}

/// A public room as anyone sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomListing {
    /// Its number.
    pub room: RoomId,
    /// Its name.
    pub name: RoomName,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// How many members it has.
    pub members: u32,
    /// How many of them are present now.
    pub present: u32,
    /// Whether the user is one of them.
    pub joined: bool,
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
}

/// A conversation the user is no longer in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomGone {
    /// The conversation.
    pub room: RoomId,
    /// Why.
    pub reason: RoomGoneReason,
}

/// Why a user is no longer in a conversation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomGoneReason {
    /// The user left, on this or another connection.
    Left,
    /// The owner removed the user.
    Removed,
    /// The conversation was deleted.
    Deleted,
}

/// A user of a conversation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// The name.
    pub username: Username,
    /// Whether connected, by any dialect.
    pub online: bool,
    /// Whether the conversation is this user's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
}

/// Somebody came or left.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberChange {
    /// The conversation.
    pub room: RoomId,
    /// Who.
    pub user: Username,
    /// How many members there are now.
    pub members: u32,
}

/// Somebody came online or went.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Presence {
    /// Who.
    pub user: Username,
    /// Whether connected, by any dialect.
    pub online: bool,
}

/// Somebody is typing, or no longer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Typing {
    /// The conversation.
    pub room: RoomId,
    /// Who.
    pub user: Username,
    /// Typing, or no longer.
    pub on: bool,
}

/// How far somebody has read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadPosition {
    /// The conversation.
    pub room: RoomId,
    /// Who.
    pub user: Username,
    /// The last message read.
    pub seq: Seq,
    /// How many messages of others the user still has there; only told to the user himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u32>,
}

/// Where a user stands in the random chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Stranger {
    /// Not in it.
    Idle {},
    /// Alone, until somebody else asks.
    Waiting {
        /// The room that waits for a second.
        room: RoomId,
        /// How many people wait in all.
        waiting: u32,
        /// The partner has just left.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        partner_left: bool,
    },
    /// With somebody.
    Matched {
        /// The room of the two.
        room: RoomId,
        /// The other's name, once the other has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<Username>,
        /// The other lost the connection and has some seconds to come back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        away: bool,
    },
}

/// Why the server is about to close.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Goodbye {
    /// The close code that follows.
    pub code: u16,
    /// Why, for people.
    pub message: String,
    /// Whether to come back.
    pub reconnect: bool,
}
