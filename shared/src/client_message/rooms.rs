//! What a client asks of conversations and the people in them.

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::{MuteLevel, RoomId, RoomName, Seq, Username};

/// A room to be made; whoever makes it owns it and is its first member.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateRoom {
    /// Its name, unique among rooms and groups.
    pub name: RoomName,
    /// A group, which only its members know of, in place of a public room.
    #[serde(default)]
    pub group: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
}

/// A request that needs no more than a conversation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomAction {
    /// Its number or `"#name"`.
    pub room: Destination,
}

/// A user to be brought into a group.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddMember {
    /// The group.
    pub room: Destination,
    /// Whom to add.
    pub user: Username,
}

/// A user to be taken out of a group or room.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveMember {
    /// The group or room.
    pub room: Destination,
    /// Whom to remove.
    pub user: Username,
}

/// The conversation with one user.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenDirect {
    /// The other one.
    pub user: Username,
}

/// What a room or group is about from now on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetTopic {
    /// Its number or `"#name"`.
    pub room: Destination,
    /// At most 500 bytes in one line; empty takes it away.
    pub topic: String,
}

/// Of which messages of a conversation the user wants to be told aloud.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mute {
    /// The conversation.
    pub room: RoomId,
    /// Of which.
    pub level: MuteLevel,
}

/// Whose profile is asked for.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AskProfile {
    /// The user.
    pub user: Username,
}

/// What the operator is told of a random partner. Nothing else of the conversation is kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportStranger {
    /// What happened, at most 1,000 bytes.
    #[serde(default)]
    pub note: String,
    /// The messages to attach, at most 50; they are kept as they were said.
    #[serde(default)]
    pub messages: Vec<Seq>,
}
