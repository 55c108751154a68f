//! What nodes tell each other. A note says what has happened, and never asks: whoever missed it finds the same in the
//! store. (Random pairs are in no store: what is told of them is another matter, and in `pair_note`.) Two versions of the
//! program may be at work at once, so a kind is never given another meaning; a new kind is passed over by who does not
//! know it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::{Change, MuteLevel, RoomGoneReason, RoomId, Seq, Username};

use super::pair_note::PairNote;
use crate::hub::speaking::metadata_bytes;
use crate::store::{HeldName, Lease, Message, TokenHash};

/// How much a note carries, in bytes: NATS takes a megabyte if it is not told otherwise.
const CARRIED: usize = 256 * 1_024;

/// What a message weighs beside its text.
const ENVELOPE: usize = 1_024;

/// One run of the program among those that share a chat: a node that is started again is another one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct NodeId(pub u64);

impl NodeId {
    /// Makes one of a random number; it fits a database's signed one.
    #[must_use]
    pub fn new(random: u64) -> Self {
        Self(random >> 1)
    }

    /// The node that is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().map(Self)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What one node tells others.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Something of a random pair that two nodes have people in.
    Pair(PairNote),
    /// Messages were stored in a room, in their order.
    Said {
        /// Which room.
        room: RoomId,
        /// The place of the last of them.
        last: Seq,
        /// What was said; nothing where it is too much to be carried, and is to be read.
        messages: Vec<Arc<Message>>,
    },
    /// Something was done to messages of a room, in this order.
    Changed {
        /// Which room.
        room: RoomId,
        /// The count of the last of it.
        change: Change,
        /// The messages as they are now; none where they are too much to be carried, and are to be read.
        messages: Vec<Arc<Message>>,
    },
    /// The names that the node holds are others.
    Names {
        /// The node's stay.
        lease: Lease,
        /// How often they changed with this.
        changes: u64,
        /// Who came, or takes direct messages there now, or no longer.
        came: Vec<HeldName>,
        /// Who went.
        went: Vec<Username>,
    },
    /// A phone logged in, in a dialect that allows it one connection.
    Phone {
        /// Whose.
        user: Username,
        /// The phone.
        phone: String,
    },
    /// How many are present at the node in public rooms.
    Present {
        /// The node's stay.
        lease: Lease,
        /// In each room.
        rooms: Vec<(RoomId, u32)>,
    },
    /// Somebody is typing, or no longer.
    Typing {
        /// In which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// Typing, or no longer.
        on: bool,
    },
    /// A user has read up to somewhere.
    Read {
        /// In which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// The last message read.
        seq: Seq,
        /// How many are left to him.
        unread: u32,
        /// How many of those name him.
        mentions: u32,
    },
    /// Of which messages a user wants to be told aloud.
    Muted {
        /// In which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// Of which.
        level: MuteLevel,
    },
    /// A user has a conversation that he did not have: his own, or a direct one.
    Gained {
        /// Which one.
        room: RoomId,
        /// Who.
        user: Username,
    },
    /// Somebody became a member.
    Joined {
        /// Of which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// How many members there are now.
        members: u32,
    },
    /// Somebody is a member no longer.
    Left {
        /// Of which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// How many members there are now.
        members: u32,
        /// Why.
        reason: RoomGoneReason,
    },
    /// Somebody was taken out of a room that he was in without being a member.
    Out {
        /// Of which room.
        room: RoomId,
        /// Who.
        user: Username,
        /// Why.
        reason: RoomGoneReason,
    },
    /// What a room is about, or whose it is, has changed.
    RoomChanged {
        /// Which one.
        room: RoomId,
        /// What it is about.
        topic: String,
        /// Who owns it.
        owner: Option<Username>,
    },
    /// A room was deleted.
    RoomGone {
        /// Which one.
        room: RoomId,
    },
    /// Who may do what has changed, up to this count of changes.
    Rules {
        /// The count.
        count: u64,
    },
    /// A session or token was ended, and with it the connections that were opened with it.
    SessionEnded {
        /// The hash of its secret.
        login: TokenHash,
    },
    /// An account has another password: its connections end, but for those opened with one of these.
    PasswordChanged {
        /// Whose.
        user: Username,
        /// The hashes of the secrets that are still good.
        stay: Vec<TokenHash>,
    },
    /// A user's session goes on as an account's under another secret.
    Promoted {
        /// Whose.
        user: Username,
        /// The hash of the secret that was.
        before: TokenHash,
        /// And of the one that is.
        login: TokenHash,
    },
}

impl Note {
    /// What was said in a room, in as many notes as it takes.
    pub fn said(room: RoomId, messages: Vec<Arc<Message>>) -> impl Iterator<Item = Self> {
        portions(messages).into_iter().map(move |(last, messages)| Self::Said { room, last: last.seq, messages })
    }

    /// What was done to messages of a room, in as many notes as it takes.
    pub fn changed(room: RoomId, messages: Vec<Arc<Message>>) -> impl Iterator<Item = Self> {
        portions(messages).into_iter().map(move |(last, messages)| Self::Changed {
            room,
            change: last.since.change,
            messages,
        })
    }
}

/// Messages in portions that can be carried, each with its last one; what cannot be carried is left out of them.
fn portions(messages: Vec<Arc<Message>>) -> Vec<(Arc<Message>, Vec<Arc<Message>>)> {
    let mut portions: Vec<(Arc<Message>, Vec<Arc<Message>>)> = Vec::new();
    let mut room_left = 0;
    for message in messages {
        let weight = ENVELOPE + message.body.len() + metadata_bytes(&message.metadata);
        let last = Arc::clone(&message);
        match portions.last_mut() {
            Some(portion) if weight <= room_left => {
                portion.0 = last;
                portion.1.push(message);
                room_left -= weight;
            }
            _ => {
                let carried = if weight <= CARRIED { vec![message] } else { Vec::new() };
                room_left = CARRIED.saturating_sub(weight);
                portions.push((last, carried));
            }
        }
    }
    portions
}

#[cfg(test)]
mod tests {
    use shared::{MessageId, MessageKind, MetadataMap};

    use super::*;
    use crate::hub::testing::name;
    use crate::store::{Since, Timestamp};

    fn message(seq: u64, bytes: usize) -> Arc<Message> {
        Arc::new(Message {
            room: RoomId(7),
            seq: Seq(seq),
            id: MessageId(seq.to_string()),
            sender: name("ann"),
            body: "x".repeat(bytes),
            time: Timestamp(0),
            kind: MessageKind::Chat,
            metadata: MetadataMap::default(),
            client_id: None,
            reply_to: None,
            since: Since::default(),
        })
    }

    fn said(messages: Vec<Arc<Message>>) -> Vec<(u64, usize)> {
        let short = |note| match note {
            Note::Said { last, messages, .. } => (last.0, messages.len()),
            other => panic!("{other:?}"),
        };
        Note::said(RoomId(7), messages).map(short).collect()
    }

    #[test]
    fn a_commit_is_one_note_unless_it_is_too_much_for_one() {
        assert_eq!(said((1..=100).map(|seq| message(seq, 10)).collect()), [(100, 100)]);
        assert_eq!(said((1..=3).map(|seq| message(seq, CARRIED / 2)).collect()), [(1, 1), (2, 1), (3, 1)]);
    }

    #[test]
    fn what_is_too_large_for_any_note_is_only_said_to_be_there() {
        assert_eq!(said(vec![message(1, 10), message(2, CARRIED), message(3, 10)]), [(1, 1), (2, 0), (3, 1)]);
    }
}
