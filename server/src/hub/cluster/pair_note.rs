//! What two nodes tell each other of a random pair that has somebody of each. The node where the pair lives is its host,
//! and decides; the other's people are its guests. What is asked is answered or, after a moment, given up; what is told
//! may be lost, and is found again by [`PairNote::Pulse`].

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::{ClientId, MessageId, MessageKind, MetadataMap, RoomId, Seq, Stranger, Username};

use super::NodeId;
use crate::hub::SessionId;
use crate::store::{Message, Timestamp};

/// By what an answer is known to be that of a question; each node counts its own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Ask(pub u64);

/// From guest to host, or from host to guest.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PairNote {
    /// To the host: somebody was given a seat there by the store.
    Sit {
        /// To be answered.
        ask: Ask,
        /// The room where somebody waits for him.
        beside: RoomId,
        /// Who.
        seeker: Seeker,
    },
    /// To the host: another connection of somebody who sits there, or whose place is kept.
    SitAgain {
        /// To be answered, once all that is kept of what was said is told as [`PairNote::Kept`].
        ask: Ask,
        /// The connection.
        session: SessionId,
        /// Whose it is.
        name: Username,
        /// How long his place is kept.
        grace: Option<Duration>,
    },
    /// To the host: somebody speaks.
    Say {
        /// To be answered.
        ask: Ask,
        /// Which connection.
        session: SessionId,
        /// Under which name.
        name: Username,
        /// In which room he thinks he is.
        room: RoomId,
        /// What.
        words: Words,
    },
    /// To the host: somebody is typing, or no longer.
    Typing {
        /// Which connection.
        session: SessionId,
        /// Typing, or no longer.
        on: bool,
    },
    /// To the host: a connection has another name.
    Named {
        /// Which one.
        session: SessionId,
        /// Its name.
        name: Username,
    },
    /// To the host: somebody leaves.
    Leave {
        /// To be answered once whom he leaves can be found by others.
        ask: Option<Ask>,
        /// One of his connections.
        session: SessionId,
    },
    /// To the host: a connection is gone.
    Lose {
        /// Which one.
        session: SessionId,
        /// How long its place is kept.
        grace: Option<Duration>,
    },
    /// To the host: a name passed to somebody else, so that no place is kept for who had it.
    Forget {
        /// The name.
        name: Username,
    },
    /// To the host: what was said after that place did not come.
    Missing {
        /// One of the connections in the room.
        session: SessionId,
        /// The last that came.
        after: Seq,
    },
    /// To the host, again and again: all of the node's people there whose numbers lie between two, with what each was told
    /// last and how far. Nothing was told yet to who is about to come.
    Pulse {
        /// The first number.
        from: SessionId,
        /// The last.
        to: SessionId,
        /// Who is there.
        guests: Vec<(SessionId, Option<Stranger>, Seq)>,
    },
    /// To a guest's node: the answer to a pulse.
    Pulsed {},
    /// To a guest's node: the answer to a question.
    Answer {
        /// Which one.
        ask: Ask,
        /// The answer.
        answer: Answer,
    },
    /// To a guest's node: where a connection stands.
    Stands {
        /// Which one.
        session: SessionId,
        /// Where.
        state: Stranger,
    },
    /// To a guest's node: a connection does not sit there.
    Gone {
        /// Which one.
        session: SessionId,
    },
    /// To a guest's node: something was said.
    Said {
        /// What.
        message: Arc<Message>,
    },
    /// To a guest's node: something was said before, and is told to nobody.
    Kept {
        /// What.
        message: Arc<Message>,
    },
    /// To a guest's node: somebody is typing, or no longer.
    Types {
        /// Where.
        room: RoomId,
        /// Who.
        user: Username,
        /// Typing, or no longer.
        on: bool,
    },
}

/// Somebody on his way to a seat at another node.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Seeker {
    /// His connections; the first is the one that asks.
    pub sitters: Vec<(NodeId, SessionId)>,
    /// His name, once he has one.
    pub name: Option<Username>,
    /// The key of whom he left.
    pub avoids: Option<String>,
    /// The keys of those whom he does not want to meet.
    pub blocks: Vec<String>,
    /// How long his place is kept when he is lost.
    pub grace: Option<Duration>,
}

/// What somebody says in a pair.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Words {
    /// The text.
    pub body: String,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// What programs send along.
    pub metadata: MetadataMap,
    /// The sender's own name for it.
    pub client_id: Option<ClientId>,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
}

/// What a host answers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The connection that asked sits there, and stands so.
    Sits(SessionId, Stranger),
    /// It was said.
    Said {
        /// Where.
        room: RoomId,
        /// Its place there.
        seq: Seq,
        /// Its id.
        id: MessageId,
        /// When.
        time: Timestamp,
        /// It had been said before, under the same `client_id`.
        duplicate: bool,
    },
    /// The seat is not there, or not any more.
    NoSeat,
    /// Done.
    Left,
    /// What it answers was never said there, or is not kept any more.
    NoSuchMessage,
}
