//! What the store keeps, as plain records.

use std::fmt;

use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};
use shared::{
    Change, ClientId, Emoji, MessageId, MessageKind, MetadataMap, MuteLevel, RoomId, RoomKind, RoomName, Seq, Username,
};

use super::{Report, Sanction};

/// A moment: milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 with milliseconds, as every dialect shows it: `2026-11-21T09:30:00.123Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let printer = DateTimePrinter::new().precision(Some(3));
        jiff::Timestamp::from_millisecond(self.0).map(|time| printer.timestamp_to_string(&time)).unwrap_or_default()
    }

    /// The moment an RFC 3339 text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|time| Self(time.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A message as stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// The conversation.
    pub room: RoomId,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub sender: Username,
    /// What was said.
    pub body: String,
    /// When it was accepted.
    pub time: Timestamp,
    /// What kind of message it is.
    #[serde(default)]
    pub kind: MessageKind,
    /// What programs sent along.
    #[serde(default)]
    pub metadata: MetadataMap,
    /// The sender's own name for it.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    /// The message of the same room that it answers, as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Quote>,
    /// What became of it since it was said.
    #[serde(default, flatten)]
    pub since: Since,
}

/// A message that another one answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Quote {
    /// Its place.
    pub seq: Seq,
    /// Who said it.
    pub sender: Username,
    /// The start of its body in one line; `None`: it was deleted.
    pub excerpt: Option<String>,
}

/// What became of a message since it was said.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Since {
    /// The room's count of amendments at this message's last one.
    #[serde(default, skip_serializing_if = "Change::is_zero")]
    pub change: Change,
    /// When its body was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Deleted: the body is empty, the metadata gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The emoji under it, in the order in which each came first; with each, its users in the order they put it there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(Emoji, Vec<Username>)>,
}

impl Message {
    /// Which delivery position it counts for.
    #[must_use]
    pub fn class(&self) -> MessageClass {
        MessageClass::of(self.kind)
    }
}

/// Messages are delivered in two streams, since some dialects show services' notices only when asked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MessageClass {
    /// `chat` and `command`.
    Chat,
    /// `notification` and `subscription`.
    Notice,
}

impl MessageClass {
    /// The class of a kind.
    #[must_use]
    pub fn of(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Chat | MessageKind::Command => Self::Chat,
            MessageKind::Notification | MessageKind::Subscription => Self::Notice,
        }
    }
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The conversation.
    pub room: RoomId,
    /// The id it shall have.
    pub id: MessageId,
    /// Who says it.
    pub sender: Username,
    /// What is said.
    pub body: String,
    /// When it was accepted.
    pub time: Timestamp,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// What programs send along.
    pub metadata: MetadataMap,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message of the same room that it answers.
    pub reply_to: Option<Quote>,
}

/// Something done to a message that was said.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// The conversation.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Who does it.
    pub by: Username,
    /// When.
    pub time: Timestamp,
    /// What.
    pub act: Act,
}

/// What can be done to a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Its body is another.
    Edit(String),
    /// It is deleted.
    Delete,
    /// An emoji is put under it.
    React(Emoji),
    /// An emoji is taken away again.
    Unreact(Emoji),
}

/// What became of an amendment.
#[derive(Clone, Debug, PartialEq)]
pub enum Amended {
    /// It is on disk; the message as it is now.
    Done(Box<Message>),
    /// It was so already.
    Unchanged,
    /// There is no such message, or it is deleted.
    NoSuchMessage,
    /// There are [`Emoji::MAX_KINDS`] different emoji under it.
    TooManyKinds,
}

/// A message's body as it was once.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The body.
    pub body: String,
    /// Since when it was so.
    pub time: Timestamp,
}

/// What to look for.
#[derive(Clone, Debug)]
pub struct Query {
    /// All of them must be in the body; the last may be the start of a word. Letters and digits only.
    pub words: Vec<String>,
    /// Where: the rooms, each with the place up to which it is not to be looked at.
    pub rooms: Vec<(RoomId, Seq)>,
    /// Only what this user said.
    pub sender: Option<Username>,
    /// Only from then on.
    pub after: Option<Timestamp>,
    /// Only before then.
    pub before: Option<Timestamp>,
    /// Only what comes behind this message in the order of what is found.
    pub behind: Option<(Timestamp, RoomId, Seq)>,
    /// At most so many.
    pub limit: u32,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    /// It is on disk at this place.
    Stored(Seq),
    /// Its sender used the `client_id` before; this is the message he made then.
    Duplicate {
        /// The conversation of the first.
        room: RoomId,
        /// Its place there.
        seq: Seq,
        /// Its id.
        id: MessageId,
        /// When it was stored.
        time: Timestamp,
    },
    /// The conversation does not exist (any more).
    NoSuchRoom,
}

/// Which messages of a room to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// Only after this one.
    pub after: Seq,
    /// Only before this one.
    pub before: Option<Seq>,
    /// At most so many.
    pub limit: u32,
    /// Where there are more than `limit`: those nearest `before` (or the newest), else those nearest `after`.
    pub newest: bool,
}

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

/// A user as stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// The name in its first spelling.
    pub name: Username,
    /// The password's hash (PHC string); a user without one is a guest.
    pub password_hash: Option<String>,
    /// How the user is shown and reached where phones are used.
    #[serde(flatten)]
    pub profile: Profile,
    /// May not log in.
    #[serde(default)]
    pub disabled: bool,
    /// Administers the server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
    /// When the user came into being.
    pub created_at: Timestamp,
    /// When the user was last connected.
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
    /// When the guest's name last passed to somebody else: what was said before is not his.
    #[serde(default)]
    pub renewed_at: Option<Timestamp>,
    /// A webhook speaks under the name, which nobody else gets while it does.
    #[serde(skip)]
    pub reserved: bool,
}

impl User {
    /// Whether the name is held only while connected.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.password_hash.is_none()
    }
}

/// How a user is shown and reached where phones are used.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Profile {
    /// The name shown, any text of up to 64 characters; the username where there is none.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The phone, unique.
    #[serde(default)]
    pub phone: Option<String>,
}

/// The SHA-256 of a session's or token's secret; the secret itself is never kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct TokenHash(pub [u8; 32]);

/// What a session is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SessionKind {
    /// A guest's hold on his name: a browser's cookie, or the `session` of a `welcome`.
    Guest,
    /// An account's login in a browser.
    Browser,
    /// An account's API token.
    Token,
}

/// A session or token.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    /// The hash of its secret.
    pub hash: TokenHash,
    /// Whose it is.
    pub user: Username,
    /// What it is for.
    pub kind: SessionKind,
    /// What its owner calls it, or the program that made it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to some minutes.
    pub used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A place in a dump, from which it goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dump {
    /// Which part: users, rooms, members, messages, versions, reports, blocks, sanctions.
    pub part: u8,
    /// The last row of it that was returned.
    pub row: i64,
    /// The newest of the rooms that were returned; what belongs to rooms made later is left out.
    pub newest_room: RoomId,
}

/// A line of an export. Users come before rooms, rooms before members, members before messages, messages before
/// versions; reports, blocks and sanctions at the end.
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
}
