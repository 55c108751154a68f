//! Conversations, who is in them, and how far each has come.

use serde::{Deserialize, Serialize};
use shared::{Change, MuteLevel, RoomId, RoomKind, RoomName, Seq, Username};

use super::{MessageClass, Timestamp};

/// A conversation as stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Room {
    /// Its number.
    pub id: RoomId,
    /// What kind it is; never a pair.
    pub kind: RoomKind,
    /// Its name, where it is a public room or a group.
    pub name: Option<RoomName>,
    /// The two users of a direct conversation.
    pub parties: Option<(Username, Username)>,
    /// What it is about.
    pub topic: String,
    /// Who owns it.
    pub owner: Option<Username>,
    /// Its newest message's place.
    pub last_seq: Seq,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last spoken in, or made.
    pub active_at: Timestamp,
    /// How many amendments its messages have had.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
}

/// How far a room has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Extent {
    /// Which room.
    pub room: RoomId,
    /// Its newest message's place.
    pub last_seq: Seq,
    /// How many amendments its messages have had.
    pub change: Change,
}

/// A public room or group to be made.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// [`RoomKind::Public`] or [`RoomKind::Group`].
    pub kind: RoomKind,
    /// Its name.
    pub name: RoomName,
    /// What it is about.
    pub topic: String,
    /// Who makes it; the lobby has no owner.
    pub owner: Option<Username>,
    /// When.
    pub now: Timestamp,
}

/// What is left after a member went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Removal {
    /// Was no member.
    NotAMember,
    /// Gone.
    Left {
        /// So many members are left.
        members: u32,
        /// To whom the room passed, where it was the member's who went: to the one who is in it the longest.
        heir: Option<Username>,
    },
    /// Gone, and the group with the last of its members.
    RoomDeleted,
}

/// A member of a room.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberRecord {
    /// Who.
    pub user: Username,
    /// The name shown in place of the username, where there is one.
    pub display_name: Option<String>,
    /// The user's phone, where there is one.
    pub phone: Option<String>,
    /// When the user was last connected.
    pub last_seen_at: Option<Timestamp>,
}

/// A user's part in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The conversation.
    pub room: Room,
    /// How many members it has.
    pub members: u32,
    /// How far the user has read.
    pub read: Seq,
    /// Messages up to here are not the user's to read: they were another's who bore the name before.
    pub hidden: Seq,
    /// How many messages after both name the user; his own do not count.
    pub mentions: u32,
    /// Of which messages the user wants to be told aloud.
    pub mute: MuteLevel,
    /// How far the other of a direct conversation has read.
    pub partner_read: Option<Seq>,
    /// The newest message, where the user may read it.
    pub last: Option<Glimpse>,
}

/// A message in short.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// Who said it.
    pub sender: Username,
    /// The start of its body in one line.
    pub excerpt: String,
    /// When it was accepted.
    pub time: Timestamp,
}

/// A public room in the directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The room.
    pub room: Room,
    /// How many members it has.
    pub members: u32,
}

/// How far a member has come in a conversation. A field that is zero moves nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// The conversation.
    pub room: RoomId,
    /// Whose.
    pub user: Username,
    /// Read up to here.
    pub read: Seq,
    /// Delivered up to here: messages of class [`MessageClass::Chat`].
    pub delivered: Seq,
    /// Delivered up to here: messages of class [`MessageClass::Notice`].
    pub noticed: Seq,
}

impl Marks {
    /// A message of that class was delivered, and so all of its class before it.
    #[must_use]
    pub fn delivered(room: RoomId, user: Username, seq: Seq, class: MessageClass) -> Self {
        let (delivered, noticed) = match class {
            MessageClass::Chat => (seq, Seq::ZERO),
            MessageClass::Notice => (Seq::ZERO, seq),
        };
        Self { room, user, read: Seq::ZERO, delivered, noticed }
    }
}
