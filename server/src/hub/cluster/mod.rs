//! One node among several. What all of them share is in the store; what they tell each other at once goes over the bus;
//! what was lost there is found in the store again. A node alone has none of this.

mod arriving;
mod attendance;
mod elsewhere;
mod gate;
mod healing;
mod hearing;
mod holding;
mod holds;
mod hosting;
mod meeting;
mod names;
mod note;
mod pair_note;
mod presence;
mod revoking;
mod seating;
mod sweeping;

use std::fmt;
use std::sync::Arc;

use shared::RoomId;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;

pub use attendance::Attendance;
pub use elsewhere::Elsewhere;
pub use gate::{Gate, Missed};
pub use holds::Hold;
pub use meeting::Meeting;
pub use note::{NodeId, Note};

use super::{Event, Hub};
use crate::bus::{Bus, Link, Topic};
use crate::store::{LEASE, Lease, Message, Nodes, StoreError};
use names::Names;

/// This node's place among the others; a clone is another handle to the same.
#[derive(Clone)]
pub struct Cluster {
    node: NodeId,
    bus: Arc<dyn Bus>,
    /// What all nodes hold together.
    nodes: Arc<dyn Nodes>,
    /// The names that this one holds.
    names: Names,
    /// Rings when it is to be looked who lives, and who is where.
    look: Arc<Notify>,
    /// Held while a room is told what other nodes said, until it is noted whom that reached.
    telling: Arc<Mutex<()>>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Cluster {
    /// A node with a way to the others, which takes its place among them.
    ///
    /// # Errors
    /// What the store said.
    pub async fn join(node: NodeId, bus: Arc<dyn Bus>, nodes: Arc<dyn Nodes>) -> Result<Self, StoreError> {
        let asked = Instant::now();
        let lease = nodes.join(&node.to_string(), LEASE).await?;
        let names = Names::start(Arc::clone(&nodes), Arc::clone(&bus), lease, asked + LEASE);
        Ok(Self { node, bus, nodes, names, look: Arc::default(), telling: Arc::default() })
    }

    /// This node.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// What all nodes hold together, and this one's stay among them.
    #[must_use]
    pub fn stay(&self) -> (&dyn Nodes, Lease) {
        (&*self.nodes, self.names.lease())
    }

    /// How things stand with the bus.
    #[must_use]
    pub fn link(&self) -> Link {
        *self.bus.link().borrow()
    }

    /// Tells the nodes with somebody in a room.
    pub fn tell_room(&self, room: RoomId, note: Note) {
        self.bus.publish(Topic::Room(room), note);
    }

    /// Tells the other nodes what was said here, by rooms.
    pub fn tell_said(&self, said: &[(RoomId, Vec<Event>)]) {
        for (room, events) in said {
            for note in Note::said(*room, events.iter().filter_map(message_of).collect()) {
                self.tell_room(*room, note);
            }
        }
    }

    /// Tells the other nodes what was done to messages here.
    pub fn tell_changed(&self, changed: &[(RoomId, Event)]) {
        for (room, event) in changed {
            for note in Note::changed(*room, message_of(event).into_iter().collect()) {
                self.tell_room(*room, note);
            }
        }
    }

    /// Waits until what the others are told is on its way.
    pub async fn finish(&self) {
        self.bus.finish().await;
    }

    /// Tells one node.
    pub fn tell_node(&self, node: NodeId, note: Note) {
        self.bus.publish(Topic::Node(node), note);
    }

    /// Tells every other node.
    pub fn tell_all(&self, note: Note) {
        self.bus.publish(Topic::All, note);
    }
}

impl Hub {
    /// Tells every other node, where there are any.
    pub(in crate::hub) fn tell_others(&self, note: impl FnOnce() -> Note) {
        if let Some(cluster) = &self.inner.cluster {
            cluster.tell_all(note());
        }
    }

    /// Tells the other nodes with somebody in a room, where there are any.
    pub(in crate::hub) fn tell_others_in(&self, room: RoomId, note: impl FnOnce() -> Note) {
        if let Some(cluster) = &self.inner.cluster {
            cluster.tell_room(room, note());
        }
    }
}

fn message_of(event: &Event) -> Option<Arc<Message>> {
    match event {
        Event::Message { message, .. } | Event::Changed { message, .. } => Some(Arc::clone(message)),
        _ => None,
    }
}
