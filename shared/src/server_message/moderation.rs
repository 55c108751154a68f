//! Who keeps order in a room, and whom it keeps out or silent, as they are told.

use serde::{Deserialize, Serialize};

use crate::{RequestId, RoomId, Username};

/// What is imposed on a user of a room.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SanctionKind {
    /// He is kept out.
    Ban,
    /// He reads, and says nothing.
    Silence,
}

/// A user may read here and say nothing.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Silence {
    /// When it ends: UTC, RFC 3339 with milliseconds. Without it, when it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why, in the words of who imposed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the user himself is in a room from now on, beside being its owner or not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// The room.
    pub room: RoomId,
    /// Whether he keeps order there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moderator: bool,
    /// There where he may say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced: Option<Silence>,
}

/// A member keeps order from now on, or no longer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberRole {
    /// The room.
    pub room: RoomId,
    /// Who.
    pub user: Username,
    /// A moderator, or no longer.
    pub moderator: bool,
}

/// What is in force in a room.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sanctions {
    /// The request.
    pub id: Option<RequestId>,
    /// The room.
    pub room: RoomId,
    /// By name.
    pub sanctions: Vec<Imposed>,
}

/// A ban or silence that is in force.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imposed {
    /// Which of the two.
    pub kind: SanctionKind,
    /// On whom.
    pub user: Username,
    /// When it ends: UTC, RFC 3339 with milliseconds. Without it, when it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why, in the words of who imposed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who imposed it; without it, the server's operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Username>,
    /// Since when: UTC, RFC 3339 with milliseconds.
    pub since: String,
}
