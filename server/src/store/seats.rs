//! What several nodes hold together of the random chat: which seats wait, whose they are, and on which node they are.

use async_trait::async_trait;
use shared::{RoomId, Username};

use super::StoreError;

/// The most people a seat's owner avoids meeting that are looked at; the rest are not.
pub const MAX_BLOCKS: usize = 1_000;

/// A seat in the random chat, as its host has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seat {
    /// The host's number for the room it stands in.
    pub room: RoomId,
    /// Whose it is, once he has a name.
    pub name: Option<Username>,
    /// He is alone and there, so that somebody may sit down with him.
    pub waits: bool,
    /// The key of whom he left, and shall not meet again at once.
    pub avoids: Option<String>,
    /// The keys of those whom he does not want to meet.
    pub blocks: Vec<String>,
}

/// What a seeker got.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sought {
    /// Nobody waits who suits: his own seat waits from now on.
    Waits,
    /// The seat in that room, and for five seconds nobody else gets it. It is for its host to say whether it is still there.
    Beside {
        /// The node that is its host.
        host: String,
        /// Which room of the host's.
        room: RoomId,
    },
}

/// The truth about who waits for whom on which node; about who sits with whom it is the host's memory. Every method is one
/// statement, so a node that stands still in the middle hinders no other. A node is named as in
/// [`Stay::node`](super::Stay::node); the seats of one whose stay is over count for nothing.
#[async_trait]
pub trait Seats: Send + Sync + 'static {
    /// Finds somebody who waits: a random one of those on nodes that live and are not stopping, who is not the seeker
    /// himself, and where neither avoids or blocks the other. Where there is none, the seeker's seat is written down as
    /// one that waits. Nodes do this one after the other, so of two who seek at once one finds the other, and no seat is
    /// given to two.
    ///
    /// With `only_here` only seats of the seeker's own node are looked at.
    async fn seek(&self, host: &str, seat: &Seat, only_here: bool) -> Result<Sought, StoreError>;

    /// What the host has in these rooms is this, at most two seats in each, and nothing else. A seat that somebody is on
    /// his way to stays his.
    async fn set_seats(&self, host: &str, rooms: &[RoomId], seats: &[Seat]) -> Result<(), StoreError>;

    /// The rooms written down for a host.
    async fn seated_rooms(&self, host: &str) -> Result<Vec<RoomId>, StoreError>;

    /// The living node on which somebody of that name sits.
    async fn host_of(&self, name: &Username) -> Result<Option<String>, StoreError>;

    /// How many wait on living nodes but this one.
    async fn waiting_elsewhere(&self, host: &str) -> Result<u64, StoreError>;

    /// Forgets the seats of nodes that do not live any more.
    async fn forget_seats(&self) -> Result<(), StoreError>;
}
