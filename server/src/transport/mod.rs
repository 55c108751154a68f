//! Bytes on a socket: how they are cut into frames, how large and how slow they may be. Knows no dialect.

/// How often what a peer still sends is read once the server has closed; each time it is at most 16 KiB, and the last of it
/// is mostly the peer's own goodbye. Who goes on sending is not read any more, which costs nothing, until his time is over.
pub(crate) const READS_AFTER_CLOSE: u32 = 16;

pub mod lines;
pub mod tcp;
pub mod tls;
pub mod websocket;
