//! A doorbell for those who read what is said from the store, at their own pace: it says where something is new, and no
//! more. Rings may be missed; whoever missed some looks everywhere.

use shared::RoomId;
use tokio::sync::broadcast;

/// Rings that may wait for one listener.
const WAITING: usize = 256;

/// What is new.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ring {
    /// Something was said in a room, and is stored.
    Said(RoomId),
    /// A webhook was made, taken away or resumed.
    Webhooks,
}

/// The ringing end.
#[derive(Clone, Debug)]
pub struct Bell {
    rings: broadcast::Sender<Ring>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { rings: broadcast::Sender::new(WAITING) }
    }
}

impl Bell {
    /// Rings for whoever listens, if anybody does.
    pub fn ring(&self, ring: Ring) {
        // No listener is no failure.
        drop(self.rings.send(ring));
    }

    /// Rings once for each room of a batch.
    pub fn said(&self, rooms: impl Iterator<Item = RoomId>) {
        if self.rings.receiver_count() == 0 {
            return;
        }
        let mut rung = Vec::new();
        for room in rooms {
            if !rung.contains(&room) {
                rung.push(room);
                self.ring(Ring::Said(room));
            }
        }
    }

    /// Hears every ring from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Ring> {
        self.rings.subscribe()
    }
}
