//! A way to a connection's wire past its task. Waking a task for each receiver of a message costs more than the message;
//! so a session that rests lends the hub its lane, and whoever tells a room writes to the wire himself, as far as that
//! goes without waiting. Where it does not, the session's task takes over from its outbox.

use std::fmt;

use bytes::Bytes;
use bytestring::ByteString;

use super::{Encoding, Event};

/// A wire that can be written to without waiting, from anywhere. Who made the session implements it; the hub does not
/// ask what kind of wire it is.
pub trait Lane: fmt::Debug + Send + Sync {
    /// Appends a text to `batch` as a frame of this wire. One [`Encoding`] is only ever used on one kind of wire.
    fn frame(&self, text: &str, batch: &mut Vec<u8>);

    /// Writes whole frames, as far as the wire takes them at once.
    fn write(&self, batch: &Bytes) -> Written;
}

/// What became of frames handed to a [`Lane`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// They are on the wire.
    All,
    /// The wire keeps the rest of what it began; the session's task has to finish it.
    Begun,
    /// None was taken.
    Nothing,
}

/// How events that are told to many read for a connection, where that depends on nothing but the event.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Under which number the frames are kept.
    pub encoding: Encoding,
    /// What an event reads like; `None`: nothing is shown of it.
    pub encode: fn(&Event) -> Option<ByteString>,
}
