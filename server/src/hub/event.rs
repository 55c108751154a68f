//! What the hub tells its sessions: answers, and news of the rooms they are in; and how it reads on the wire, made once.

use std::sync::{Arc, OnceLock};

use bytestring::ByteString;
use shared::{Change, CloseCode, MuteLevel, RoomGoneReason, RoomId, RoomKind, RoomName, Seq, Stranger, Username};

use super::{Refusal, Reply, SessionId, Standing, Tag};
use crate::store::{Glimpse, Message, Profile, Timestamp};

/// Something a session is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// What became of a command.
    Reply {
        /// The command's.
        tag: Tag,
        /// Carried out, or not.
        result: Result<Reply, Refusal>,
    },
    /// Something was said. Also told to the session that said it.
    Message {
        /// Where.
        room: Arc<RoomRef>,
        /// What.
        message: Arc<Message>,
        /// The session that said it, where it was one of this node.
        origin: Option<SessionId>,
    },
    /// A message was edited or deleted, or what stands under it changed.
    Changed {
        /// Where.
        room: Arc<RoomRef>,
        /// The message as it is now.
        message: Arc<Message>,
    },
    /// Somebody is typing, or no longer. Never told to the user himself.
    Typing {
        /// Where.
        room: Arc<RoomRef>,
        /// Who.
        user: Username,
        /// Typing, or no longer.
        on: bool,
    },
    /// Somebody became a member.
    Joined {
        /// Of what.
        room: Arc<RoomRef>,
        /// Who.
        member: Person,
        /// How many members there are now.
        members: u32,
    },
    /// Somebody is a member no longer.
    Left {
        /// Of what.
        room: Arc<RoomRef>,
        /// Who.
        member: Person,
        /// How many members there are now.
        members: u32,
    },
    /// The user has a conversation that he did not have, through himself or another.
    RoomAdded(RoomView),
    /// The user has a conversation no longer.
    RoomGone {
        /// Which.
        room: Arc<RoomRef>,
        /// Why.
        reason: RoomGoneReason,
    },
    /// What a conversation is about, or whose it is, has changed.
    RoomChanged {
        /// Which one.
        room: Arc<RoomRef>,
        /// What it is about.
        topic: String,
        /// Who owns it.
        owner: Option<Username>,
    },
    /// A member keeps order from now on, or no longer.
    Moderates {
        /// Where.
        room: Arc<RoomRef>,
        /// Who.
        user: Username,
        /// Keeps order, or no longer.
        on: bool,
    },
    /// What the user himself may do somewhere is another.
    Standing {
        /// Where.
        room: Arc<RoomRef>,
        /// What he is there, beside member and owner.
        standing: Standing,
    },
    /// Of which messages the user wants to be told aloud, said on another of his connections.
    Muted {
        /// Where.
        room: RoomId,
        /// Of which.
        level: MuteLevel,
    },
    /// Somebody who shares a conversation with the user came online or went.
    Presence {
        /// Who.
        user: Username,
        /// Came, or went.
        online: bool,
        /// When, where he went.
        last_seen_at: Option<Timestamp>,
    },
    /// A connection came into a room or left it.
    Attendance {
        /// Which room.
        room: Arc<RoomRef>,
        /// How many connections are there now.
        present: u32,
        /// Came, or went.
        came: bool,
        /// Which one.
        session: SessionId,
    },
    /// A user has read up to somewhere: told to his other connections and, in a direct conversation, to the other.
    Read {
        /// Where.
        room: Arc<RoomRef>,
        /// Who.
        user: Username,
        /// The last message read.
        seq: Seq,
        /// How many are left to him; only he is told.
        unread: Option<u32>,
        /// How many of those name him; only he is told.
        mentions: Option<u32>,
    },
    /// Where the user stands in the random chat has changed.
    Stranger(Stranger),
    /// More was to be told than the outbox takes, and some of it was not.
    Lagged,
    /// The connection is to be closed.
    Close(CloseCode),
}

/// What a conversation is, as far as a message's reader needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomRef {
    /// Its number.
    pub id: RoomId,
    /// What kind it is.
    pub kind: RoomKind,
    /// Its name, where it is a public room or a group.
    pub name: Option<RoomName>,
    /// The two users of a direct conversation or a pair.
    pub parties: Option<(Username, Username)>,
}

impl RoomRef {
    /// The other user of a direct conversation or a pair.
    #[must_use]
    pub fn partner_of(&self, me: &Username) -> Option<&Username> {
        let (one, other) = self.parties.as_ref()?;
        Some(if one == me { other } else { one })
    }
}

/// A conversation as its member sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomView {
    /// What it is.
    pub room: Arc<RoomRef>,
    /// What it is about.
    pub topic: String,
    /// Who owns it.
    pub owner: Option<Username>,
    /// How many members it has.
    pub members: u32,
    /// Its newest message's place.
    pub last_seq: Seq,
    /// How far the user has read.
    pub read_seq: Seq,
    /// How many are left to the user.
    pub unread: u32,
    /// How many of those name him.
    pub mentions: u32,
    /// Of which messages he wants to be told aloud.
    pub mute: MuteLevel,
    /// What he is there, beside member and owner.
    pub standing: Standing,
    /// How far its amendments have come.
    pub change: Change,
    /// Its newest message.
    pub last: Option<Glimpse>,
    /// When it was last spoken in, or made.
    pub active_at: Timestamp,
    /// The other of a direct conversation.
    pub partner: Option<Username>,
    /// Whether that other is online.
    pub partner_online: bool,
    /// How far that other has read.
    pub partner_read: Option<Seq>,
}

/// A user as others see him.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The name.
    pub username: Username,
    /// How he is shown and reached where phones are used.
    pub profile: Profile,
    /// When he was last connected; `None`: now, or never.
    pub last_seen_at: Option<Timestamp>,
    /// Whether connected, by any dialect.
    pub online: bool,
    /// Whether the conversation asked about is his.
    pub owner: bool,
    /// Whether he keeps order in it.
    pub moderator: bool,
}

/// How many ways of encoding an event there can be.
pub(super) const ENCODINGS: usize = 8;

/// One of the ways in which an event can read on the wire. Who makes the frames numbers them; the hub does not look.
#[derive(Clone, Copy, Debug)]
pub struct Encoding(usize);

impl Encoding {
    /// The encoding of that number, which is below 8.
    ///
    /// # Panics
    /// At compile time, where the number is too large.
    #[must_use]
    pub const fn new(number: usize) -> Self {
        assert!(number < ENCODINGS, "raise ENCODINGS");
        Self(number)
    }

    pub(super) fn number(self) -> usize {
        self.0
    }
}

/// An event on its way to many sessions, with room beside it for what it reads like on the wire, so that it is
/// encoded once for each way and not once for each session.
#[derive(Debug)]
pub struct Envelope {
    /// What is told.
    pub event: Event,
    encoded: [OnceLock<Option<ByteString>>; ENCODINGS],
}

impl Envelope {
    /// An event that nobody has encoded yet.
    #[must_use]
    pub fn new(event: Event) -> Self {
        Self { event, encoded: [const { OnceLock::new() }; ENCODINGS] }
    }

    /// What the event reads like in that encoding; `encode` is called the first time only.
    pub fn encoded(&self, encoding: Encoding, encode: impl FnOnce() -> Option<ByteString>) -> Option<ByteString> {
        self.encoded[encoding.0].get_or_init(encode).clone()
    }
}
