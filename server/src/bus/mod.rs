//! How the nodes of one community hear of each other at once. A bus carries doorbells and nothing else: the truth is in
//! the store, and whoever missed something finds it there.

mod nats;

use async_trait::async_trait;
use shared::RoomId;
use tokio::sync::watch;

use crate::hub::{NodeId, Note};
use crate::store::Timestamp;

pub use nats::{BusError, NatsBus};

/// Whom a note is for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Topic {
    /// The nodes with somebody in that room.
    Room(RoomId),
    /// One node.
    Node(NodeId),
    /// Every node.
    All,
}

/// A note that came.
#[derive(Debug)]
pub struct Heard {
    /// The node that sent it; never this one.
    pub from: NodeId,
    /// When, by that node's clock.
    pub sent_at: Timestamp,
    /// What it says.
    pub note: Note,
}

/// How things stand with the bus. Whenever this changes and it is up, something may have been missed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Link {
    /// Connected; else it is being tried.
    pub up: bool,
    /// How often something was lost here because it came faster than it was taken.
    pub losses: u64,
}

/// The way to the other nodes.
///
/// A note arrives at most once, and what one node sends on one topic arrives in the order in which it was sent. It may
/// be lost anywhere, and is while the bus is away: nothing is kept for later. Every queue is bounded, and what it has no
/// room for is dropped and counted. A node does not hear itself. Notes of a kind that this version does not know are
/// passed over.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Sends a note, without waiting.
    fn publish(&self, topic: Topic, note: Note);

    /// Hears of these rooms too, and of those it heard of before a connection was lost. When this returns what is said
    /// there from now on is heard, where the bus is up and consists of one server; where it does not, within a moment.
    async fn follow(&self, rooms: &[RoomId]);

    /// Need not hear of these rooms any more.
    fn leave(&self, rooms: &[RoomId]);

    /// Waits until what was published before is on its way, for a moment at most.
    async fn finish(&self);

    /// How things stand, and how they change.
    fn link(&self) -> watch::Receiver<Link>;
}
