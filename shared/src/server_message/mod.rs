//! The native protocol's frames from server to client.

mod message;
mod moderation;
mod parse;
mod room;

use serde::{Deserialize, Serialize};

use crate::{ClientId, ErrorCode, Limits, MessageId, RequestId, RoomId, Seq, Username};

pub use message::{ChatMessage, Found, History, MessageKind, Reaction, ReplyTo, Resumed, Version};
pub use moderation::{Imposed, MemberRole, SanctionKind, Sanctions, Silence, Standing};
pub use parse::UnknownMessage;
pub use room::{
    Member, MemberChange, MuteLevel, Presence, Preview, Profile, ReadPosition, RoomChange, RoomGone, RoomGoneReason,
    RoomKind, RoomListing, RoomSummary, Stranger, Typing,
};

/// What programs send along with a message: a JSON object.
pub type MetadataMap = serde_json::Map<String, serde_json::Value>;

/// Everything the server can say. The variant's name in snake case is the frame's `type`.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// A message was edited or deleted, or what stands under it changed: the message as it is now. It counts where
    /// its `change` is higher than that of the message as it is known.
    Changed(ChatMessage),
    /// The earlier versions of a message, oldest first.
    Edits {
        /// The request.
        id: Option<RequestId>,
        /// The conversation.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// At most the newest 100 of them.
        versions: Vec<Version>,
    },
    /// What was looked for.
    Found(Found),
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
    /// What a conversation is about, or whose it is, has changed.
    RoomChanged(RoomChange),
    /// Of which messages of a conversation the user wants to be told aloud, said on another connection.
    Muted {
        /// The conversation.
        room: RoomId,
        /// Of which.
        level: MuteLevel,
    },
    /// Who a user is.
    Profile {
        /// The request.
        id: Option<RequestId>,
        /// The user.
        profile: Profile,
    },
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
    /// Somebody keeps order in a conversation from now on, or no longer.
    MemberChanged(MemberRole),
    /// What the user himself may do in a conversation has changed.
    Standing(Standing),
    /// The bans and silences that are in force in a conversation.
    Sanctions(Sanctions),
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
    /// Whether the user administers the server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
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
