//! What those ask who keep order in a room.

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::{RoomId, Seq, Username};

/// A user who is to be kept out of a room, or kept from speaking in it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sanction {
    /// The room's number or `"#name"`.
    pub room: Destination,
    /// Whom.
    pub user: Username,
    /// When it ends: RFC 3339. Without it, when it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why, at most 500 bytes in one line; whom it concerns reads it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A user from whom a ban or silence is taken again.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pardon {
    /// The room's number or `"#name"`.
    pub room: Destination,
    /// Whom.
    pub user: Username,
}

/// A member who is to keep order, or no longer. Only an account can.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetModerator {
    /// The room's number or `"#name"`.
    pub room: Destination,
    /// Whom.
    pub user: Username,
    /// A moderator, or no longer.
    #[serde(default = "yes")]
    pub on: bool,
}

fn yes() -> bool {
    true
}

/// A message that the server's administrators should see. It is kept as it is now.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportMessage {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// What is wrong with it, at most 1,000 bytes.
    #[serde(default)]
    pub note: String,
}
