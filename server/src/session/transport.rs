//! What a session asks of the wire beneath it, whichever it is.

use std::sync::Arc;

use shared::CloseCode;

use crate::dialect::Frame;
use crate::hub::Lane;

/// What a transport read.
#[derive(Debug)]
pub enum Incoming {
    /// A whole frame.
    Frame(Frame),
    /// A frame larger than the limit; it was not kept.
    TooLarge,
    /// A sign of life that says nothing; it was answered where it has to be.
    Sign,
    /// The peer ended the connection in an orderly way.
    Ended,
    /// The connection broke, or nothing was heard on it for too long.
    Lost,
}

/// Frames over some wire.
pub trait Transport: Send {
    /// Waits for what comes next. Safe to drop and call again.
    fn receive(&mut self) -> impl Future<Output = Incoming> + Send;

    /// Hands a frame over for sending; it may wait for [`Transport::flush`]. False: the connection is gone.
    fn feed(&mut self, frame: Frame) -> impl Future<Output = bool> + Send;

    /// Sends what waits. False: the connection is gone.
    fn flush(&mut self) -> impl Future<Output = bool> + Send;

    /// Sends what waits within a moment, so that it may share a write with what follows. False: the connection is gone.
    fn flush_soon(&mut self) -> impl Future<Output = bool> + Send {
        self.flush()
    }

    /// Ends the connection, with the reason where the wire can carry one.
    fn close(&mut self, code: CloseCode) -> impl Future<Output = ()> + Send;

    /// A way to write to the wire from elsewhere, where there is one. Used only while nobody uses the rest.
    fn lane(&self) -> Option<Arc<dyn Lane>> {
        None
    }
}
