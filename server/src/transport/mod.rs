//! Bytes on a socket: how they are cut into frames, how large and how slow they may be. Knows no dialect.

pub mod lines;
pub mod tcp;
pub mod tls;
pub mod websocket;
