//! Frames as WebSocket messages. Pings a silent peer and gives it up when it does not answer.

use std::time::Duration;

use axum::Error;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use bytes::Bytes;
use bytestring::ByteString;
use futures_util::{SinkExt, StreamExt};
use shared::{CloseCode, Limits};
use tokio::time::Instant;

use crate::dialect::Frame;
use crate::session::{Incoming, Transport};

/// A peer that was silent for so long is pinged.
const PING_AFTER: Duration = Duration::from_secs(25);

/// A peer from which nothing came for so long, not even an answer to a ping, is given up.
const SILENT_AFTER: Duration = Duration::from_secs(60);

/// Bytes read at once: small, since idle connections are many.
const BUFFER: usize = 4 * 1_024;

/// How long the peer may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// An upgrade with this server's limits on it. What waits to be written is bounded without a limit of its own: a frame
/// is taken only once the one before it left the buffer. With a limit, a frame larger than that would break the
/// connection.
pub fn limited(upgrade: WebSocketUpgrade, limits: &Limits) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(limits.max_frame_bytes)
        .max_frame_size(limits.max_frame_bytes)
}

/// A WebSocket that was upgraded.
#[derive(Debug)]
pub struct WebSocketTransport {
    socket: WebSocket,
    heard: Instant,
    pinged: bool,
}

impl WebSocketTransport {
    /// Takes an upgraded socket.
    #[must_use]
    pub fn new(socket: WebSocket) -> Self {
        Self { socket, heard: Instant::now(), pinged: false }
    }

    /// When the peer has been silent for too long: first for a ping, then altogether.
    fn patience_ends(&self) -> Instant {
        self.heard + if self.pinged { SILENT_AFTER } else { PING_AFTER }
    }

    async fn ping(&mut self) -> bool {
        if self.pinged {
            return false;
        }
        self.pinged = true;
        self.socket.send(Message::Ping(Bytes::new())).await.is_ok()
    }
}

impl Transport for WebSocketTransport {
    async fn receive(&mut self) -> Incoming {
        loop {
            let patience_ends = self.patience_ends();
            let received = tokio::select! {
                received = self.socket.next() => received,
                () = tokio::time::sleep_until(patience_ends) => {
                    if self.ping().await { continue } else { return Incoming::Lost }
                }
            };
            self.heard = Instant::now();
            self.pinged = false;
            match received {
                Some(Ok(Message::Text(text))) => return Incoming::Frame(text_frame(text)),
                Some(Ok(Message::Binary(bytes))) => return Incoming::Frame(Frame::Binary(bytes)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                // A page that is reloaded goes away as one that is closed does, and may be back in a moment.
                Some(Ok(Message::Close(Some(frame)))) if frame.code == close_code::AWAY => return Incoming::Lost,
                Some(Ok(Message::Close(_))) => return Incoming::Ended,
                Some(Err(error)) => return broken(error),
                None => return Incoming::Lost,
            }
        }
    }

    async fn feed(&mut self, frame: Frame) -> bool {
        let message = match frame {
            Frame::Text(text) => match Utf8Bytes::try_from(text.into_bytes()) {
                Ok(text) => Message::Text(text),
                Err(_) => return true,
            },
            Frame::Binary(bytes) => Message::Binary(bytes),
        };
        self.socket.feed(message).await.is_ok()
    }

    async fn flush(&mut self) -> bool {
        self.socket.flush().await.is_ok()
    }

    async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame { code: code.number(), reason: Utf8Bytes::from_static(code.reason()) };
        if self.socket.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
        // The peer's own close ends the handshake; what else still comes is not for us any more.
        let answered = async { while let Some(Ok(_)) = self.socket.next().await {} };
        let _ = tokio::time::timeout(CLOSE_WITHIN, answered).await;
    }
}

/// The text as a frame: it is UTF-8 already, so this never fails, and costs one more look at its bytes.
fn text_frame(text: Utf8Bytes) -> Frame {
    let bytes = Bytes::from(text);
    ByteString::try_from(bytes.clone()).map_or(Frame::Binary(bytes), Frame::Text)
}

fn broken(error: Error) -> Incoming {
    let too_large = error
        .into_inner()
        .downcast_ref::<tungstenite::Error>()
        .is_some_and(|error| matches!(error, tungstenite::Error::Capacity(_)));
    if too_large { Incoming::TooLarge } else { Incoming::Lost }
}
