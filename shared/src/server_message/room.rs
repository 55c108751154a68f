//! Conversations and their people as they are told.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::Silence;
use crate::{Change, RoomId, RoomName, Seq, Username};

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
    /// Whether the user keeps order there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moderator: bool,
    /// There where the user may say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced: Option<Silence>,
    /// How many members it has.
    pub members: u32,
    /// Its newest message's place.
    pub last_seq: Seq,
    /// How far the user has read.
    pub read_seq: Seq,
    /// How many messages of others come after that.
    pub unread: u32,
    /// How many of those name the user.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub mentions: u32,
    /// Of which messages the user wants to be told aloud.
    #[serde(default, skip_serializing_if = "MuteLevel::is_all")]
    pub mute: MuteLevel,
    /// How far the other of a direct conversation has read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_read_seq: Option<Seq>,
    /// How far its amendments have come; to be given with the next `resume`.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
    /// Its newest message in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Preview>,
    /// When it was last spoken in, or made: UTC, RFC 3339 with milliseconds.
    pub active_at: String,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A conversation's newest message in short.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preview {
    /// Who said it.
    pub from: Username,
    /// The start of its text in one line, or of its files' names where it has none; empty where it was deleted.
    pub excerpt: String,
    /// When: UTC, RFC 3339 with milliseconds.
    pub time: String,
}

/// Of which messages of a conversation a user wants to be told aloud.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MuteLevel {
    /// Of all.
    #[default]
    All,
    /// Of those that name the user.
    Mentions,
    /// Of none.
    Nothing,
}

impl MuteLevel {
    /// Whether it is the ordinary level, which frames leave out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What a conversation is about, and whose it is, from now on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomChange {
    /// The conversation.
    pub room: RoomId,
    /// What it is about.
    pub topic: String,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Username>,
}

/// A user as others see him.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Profile {
    /// The name, in its first spelling.
    pub username: Username,
    /// The name shown in its place, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether the name is held only while connected.
    pub guest: bool,
    /// Whether connected, by any dialect.
    pub online: bool,
    /// When last connected, where that is known and not now: UTC, RFC 3339 with milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// When the name was first used: UTC, RFC 3339 with milliseconds.
    pub since: String,
    /// The rooms and groups that both are in.
    pub shared: Vec<RoomId>,
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
    /// The owner or a moderator removed the user.
    Removed,
    /// The owner or a moderator keeps the user out from now on.
    Banned,
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
    /// Whether this user keeps order there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moderator: bool,
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
    /// How many of those name the user; only told to the user himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u32>,
}

/// Where a user stands in the random chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// A [`Stranger`] as its object stands on the wire, read for the same reason as in `parse`.
#[derive(Deserialize)]
struct Standpoint {
    state: State,
    #[serde(default)]
    room: Option<RoomId>,
    #[serde(default)]
    waiting: u32,
    #[serde(default)]
    partner_left: bool,
    #[serde(default)]
    with: Option<Username>,
    #[serde(default)]
    away: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Idle,
    Waiting,
    Matched,
}

impl<'de> Deserialize<'de> for Stranger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Standpoint { state, room, waiting, partner_left, with, away } = Standpoint::deserialize(deserializer)?;
        let room = || room.ok_or_else(|| D::Error::missing_field("room"));
        Ok(match state {
            State::Idle => Self::Idle {},
            State::Waiting => Self::Waiting { room: room()?, waiting, partner_left },
            State::Matched => Self::Matched { room: room()?, with, away },
        })
    }
}
