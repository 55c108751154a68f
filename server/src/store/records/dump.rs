//! The whole store as lines.

use serde::{Deserialize, Serialize};
use shared::{MuteLevel, RoomId, Seq, Username};

use super::{Message, Room, SessionRecord, Timestamp, User};
use crate::store::{Report, Sanction, Webhook};

/// A place in a dump, from which it goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dump {
    /// Which part: users, rooms, members, webhooks, messages, versions, reports, blocks, sanctions, tokens.
    pub part: u8,
    /// The last row of it that was returned.
    pub row: i64,
    /// The same where rows have no numbers.
    pub key: String,
    /// The newest of the rooms that were returned; what belongs to rooms made later is left out.
    pub newest_room: RoomId,
}

/// A line of an export. Users come before rooms, rooms before members and webhooks, those before messages, messages
/// before versions; reports, blocks, sanctions and tokens at the end.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Line {
    /// A user.
    User(User),
    /// A conversation.
    Room(Room),
    /// A user's part in a conversation.
    Member {
        /// The conversation.
        room: RoomId,
        /// Who.
        user: Username,
        /// When the user came into it.
        joined_at: Timestamp,
        /// Read up to here.
        read: Seq,
        /// Delivered up to here: chat.
        delivered: Seq,
        /// Delivered up to here: notices.
        noticed: Seq,
        /// Not the user's to read up to here.
        hidden: Seq,
        /// Of which messages the user wants to be told aloud.
        #[serde(default)]
        mute: MuteLevel,
        /// Keeps order there.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        moderator: bool,
    },
    /// A program's way into a conversation or out of it. It comes before messages, so that it is never ahead of them.
    Webhook(Webhook),
    /// A message.
    Message(Message),
    /// What a message said before it was edited, oldest first.
    Version {
        /// The conversation.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// The body.
        body: String,
        /// Since when it was so.
        time: Timestamp,
    },
    /// What the operator was told.
    Report(Report),
    /// An account does not want to meet somebody in the random chat again.
    Block {
        /// Who.
        user: Username,
        /// Whom.
        blocked: Username,
    },
    /// Somebody is kept out or silent.
    Sanction(Sanction),
    /// An account's API token.
    Token(SessionRecord),
}
