//! How each server is spoken to: what a connection opens with, and what a message looks like on the wire.

mod confab;
pub mod dialects;
pub mod frames;
mod mqtt;
mod nats;
mod plain;
mod postgres;

use crate::swarm::Opening;
pub use confab::Confab;
pub use frames::Prepared;
pub use mqtt::Mqtt;
pub use nats::Nats;
pub use plain::Plain;
pub use postgres::Postgres;

/// One protocol.
pub trait Tongue {
    /// Opens connection `who`, with nothing to hear yet.
    fn connect(&self, who: usize) -> Vec<Opening>;

    /// Opens connection `who` in the room of that number, where it hears all that is said, itself too. The first one
    /// makes the room, where rooms are made.
    fn enter(&self, who: usize, room: usize, first: bool) -> Vec<Opening>;

    /// A message to everybody in the room.
    fn say(&self, room: usize) -> Prepared;

    /// Opens one of a pair: connection `who` is the first or the second of pair `pair`.
    fn pair(&self, who: usize, pair: usize, second: bool) -> Vec<Opening>;

    /// A message to the other of the pair. `heard` is what the second one heard last while opening.
    fn tell(&self, pair: usize, second: bool, heard: &[u8]) -> Prepared;
}

/// A protocol in which a message is acknowledged once it is on disk.
pub trait Keeps {
    /// Opens connection `who`.
    fn open(&self, who: usize) -> Vec<Opening>;

    /// A message of connection `who`, whose acknowledgement holds its number.
    fn keep(&self, who: usize) -> Prepared;
}
