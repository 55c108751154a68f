//! Frames as WebSocket messages. Pings a silent peer and gives it up when it does not answer.

mod frames;
mod keeper;
mod upgrade;
mod wire;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use shared::{CloseCode, Limits};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::Instant;

use crate::dialect::Frame;
use crate::hub::Lane;
use crate::session::{Incoming, Transport};
use crate::transport::READS_AFTER_CLOSE;
use frames::{Cut, Cutter, Kind};
pub use keeper::{Keeper, Patience};
pub use upgrade::Upgrade;
use wire::Wire;

/// Bytes read at once. Each thread has one buffer for all its connections.
const BUFFER: usize = 16 * 1_024;

/// Bytes that may wait for a flush before they are written.
const MAX_WAITING: usize = 64 * 1_024;

/// How long the peer may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

thread_local! {
    static READ: RefCell<Box<[u8]>> = RefCell::new(vec![0; BUFFER].into());
}

/// Any stream of bytes.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A WebSocket that was upgraded.
pub struct WebSocketTransport {
    cutter: Cutter,
    /// A close was sent, or what was read cannot be understood.
    closing: bool,
    io: Io,
}

/// What is beneath.
enum Io {
    /// Plain TCP, which others may write to while the session rests.
    Tcp { reader: OwnedReadHalf, wire: Arc<Wire>, keeper: Keeper },
    /// Anything else: TLS, say. It has timers of its own.
    Other(Box<Other>),
}

struct Other {
    reader: ReadHalf<Box<dyn Stream>>,
    writer: WriteHalf<Box<dyn Stream>>,
    pending: BytesMut,
    patience: Patience,
    heard: Instant,
    pinged: bool,
}

impl WebSocketTransport {
    /// Takes an upgraded TCP socket back, and what was read from it already.
    #[must_use]
    pub fn over_tcp(socket: TcpStream, read: &[u8], limits: &Limits, keeper: &Keeper) -> Self {
        let (reader, writer) = socket.into_split();
        let wire = Arc::new(Wire::new(writer, keeper.now()));
        keeper.keep(&wire);
        let mut cutter = Cutter::new(limits.max_frame_bytes);
        cutter.feed(read);
        Self { cutter, closing: false, io: Io::Tcp { reader, wire, keeper: keeper.clone() } }
    }

    /// Takes any upgraded stream.
    #[must_use]
    pub fn over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        limits: &Limits,
        patience: Patience,
    ) -> Self {
        let stream: Box<dyn Stream> = Box::new(stream);
        let (reader, writer) = tokio::io::split(stream);
        let (pending, heard, pinged) = (BytesMut::new(), Instant::now(), false);
        let other = Other { reader, writer, pending, patience, heard, pinged };
        Self { cutter: Cutter::new(limits.max_frame_bytes), closing: false, io: Io::Other(Box::new(other)) }
    }

    fn append_close(&mut self, code: u16, reason: &str) {
        if !std::mem::replace(&mut self.closing, true) {
            self.io.add(|pending| frames::append_close(code, reason, pending));
        }
    }

    /// What was cut means to the session.
    fn incoming(&mut self, cut: Cut) -> Incoming {
        match cut {
            Cut::Message(frame) => Incoming::Frame(frame),
            Cut::Ping(payload) => {
                self.io.add(|pending| frames::append(Kind::Pong, &payload, pending));
                Incoming::Sign
            }
            Cut::Pong => Incoming::Sign,
            Cut::TooLarge => Incoming::TooLarge,
            Cut::Close(code) => {
                self.append_close(code.unwrap_or(CloseCode::Normal.number()), "");
                // A page that is reloaded goes away as one that is closed does, and may be back in a moment.
                if code == Some(frames::code::AWAY) { Incoming::Lost } else { Incoming::Ended }
            }
            Cut::Broken(code) => {
                self.append_close(code, "");
                Incoming::Lost
            }
        }
    }
}

impl Transport for WebSocketTransport {
    /// Safe to drop and call again: it waits only for bytes and for what is to be written, and what was read or is to be
    /// written stays.
    async fn receive(&mut self) -> Incoming {
        loop {
            if let Some(cut) = self.cutter.cut() {
                // Only whole frames count: who sends one byte now and then is as silent as who sends none.
                self.io.hear();
                return self.incoming(cut);
            }
            if !self.io.flush_unless_held().await || !self.io.read(&mut self.cutter).await {
                return Incoming::Lost;
            }
        }
    }

    async fn feed(&mut self, frame: Frame) -> bool {
        let waiting = self.io.add(|pending| match &frame {
            Frame::Text(text) => frames::append(Kind::Text, text.as_bytes(), pending),
            Frame::Binary(bytes) => frames::append(Kind::Binary, bytes, pending),
        });
        waiting < MAX_WAITING || self.io.flush().await
    }

    async fn flush(&mut self) -> bool {
        self.io.flush().await
    }

    async fn flush_soon(&mut self) -> bool {
        match &self.io {
            Io::Tcp { wire, keeper, .. } if keeper.hold(wire) => true,
            Io::Tcp { .. } | Io::Other(_) => self.io.flush().await,
        }
    }

    async fn close(&mut self, code: CloseCode) {
        self.append_close(code.number(), code.reason());
        if !self.io.flush().await {
            return;
        }
        // The peer's own close ends the handshake; what else still comes is not for us any more.
        let answered = async {
            for _ in 0..READS_AFTER_CLOSE {
                while let Some(cut) = self.cutter.cut() {
                    if let Cut::Close(_) | Cut::Broken(_) = cut {
                        return;
                    }
                }
                if !self.io.read(&mut self.cutter).await {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        let _ = tokio::time::timeout(CLOSE_WITHIN, answered).await;
    }

    fn lane(&self) -> Option<Arc<dyn Lane>> {
        match &self.io {
            Io::Tcp { wire, .. } => Some(Arc::clone(wire) as Arc<dyn Lane>),
            Io::Other(_) => None,
        }
    }
}

impl Io {
    /// Lets `add` append whole frames. How many bytes wait then.
    fn add(&mut self, add: impl FnOnce(&mut BytesMut)) -> usize {
        match self {
            Self::Tcp { wire, .. } => wire.add(add),
            Self::Other(other) => {
                add(&mut other.pending);
                other.pending.len()
            }
        }
    }

    async fn flush(&mut self) -> bool {
        match self {
            Self::Tcp { wire, .. } => wire.flush().await,
            Self::Other(other) => other.flush().await,
        }
    }

    /// Notes that a whole frame came.
    fn hear(&mut self) {
        match self {
            Self::Tcp { wire, keeper, .. } => wire.hear(keeper.now()),
            Self::Other(other) => (other.heard, other.pinged) = (Instant::now(), false),
        }
    }

    async fn flush_unless_held(&mut self) -> bool {
        match self {
            Self::Tcp { wire, .. } if wire.is_held() => true,
            Self::Tcp { .. } | Self::Other(_) => self.flush().await,
        }
    }

    /// Reads what is there, and waits for something. False: nothing more will come.
    async fn read(&mut self, cutter: &mut Cutter) -> bool {
        match self {
            Self::Tcp { reader, .. } => poll_fn(|context| poll_read(reader, cutter, context)).await,
            Self::Other(other) => Box::pin(other.read(cutter)).await,
        }
    }
}

impl Other {
    async fn flush(&mut self) -> bool {
        while !self.pending.is_empty() {
            if self.writer.write_buf(&mut self.pending).await.is_err() {
                return false;
            }
        }
        self.pending = BytesMut::new();
        self.writer.flush().await.is_ok()
    }

    async fn read(&mut self, cutter: &mut Cutter) -> bool {
        loop {
            let Patience { ping_after, silent_after } = self.patience;
            let patience_ends = self.heard + if self.pinged { silent_after } else { ping_after };
            tokio::select! {
                read = poll_fn(|context| poll_read(&mut self.reader, cutter, context)) => return read,
                () = tokio::time::sleep_until(patience_ends) => {
                    if std::mem::replace(&mut self.pinged, true) {
                        metrics::counter!("confab_connections_silent_total").increment(1);
                        return false;
                    }
                    frames::append(Kind::Ping, &[], &mut self.pending);
                }
            }
            if !self.flush().await {
                return false;
            }
        }
    }
}

/// Reads into the thread's buffer, and feeds the cutter with what came. False: the end, or an error.
fn poll_read(reader: &mut (impl AsyncRead + Unpin), cutter: &mut Cutter, context: &mut Context<'_>) -> Poll<bool> {
    READ.with_borrow_mut(|buffer| {
        let mut buffer = ReadBuf::new(buffer);
        let read = ready!(Pin::new(reader).poll_read(context, &mut buffer));
        cutter.feed(buffer.filled());
        Poll::Ready(read.is_ok() && !buffer.filled().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, DuplexStream, duplex};

    use super::*;

    fn connection() -> (DuplexStream, WebSocketTransport) {
        let (client, server) = duplex(64 * 1_024);
        let patience = Patience { ping_after: Duration::from_secs(25), silent_after: Duration::from_secs(60) };
        (client, WebSocketTransport::over(server, &Limits::default(), patience))
    }

    /// A while, in which nothing whole came. True: the connection was given up.
    async fn is_given_up_in_20_s(transport: &mut WebSocketTransport) -> bool {
        match tokio::time::timeout(Duration::from_secs(20), transport.receive()).await {
            Ok(Incoming::Lost) => true,
            Ok(Incoming::Sign) => false,
            Ok(other) => panic!("{other:?}"),
            Err(_) => false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_pinged_and_then_given_up() {
        let (mut client, mut transport) = connection();
        let started = Instant::now();
        assert!(matches!(transport.receive().await, Incoming::Lost));
        assert_eq!(started.elapsed(), Duration::from_secs(60));
        let mut ping = [0; 2];
        client.read_exact(&mut ping).await.unwrap();
        assert_eq!(ping, [0x89, 0], "it was asked first");
    }

    #[tokio::test(start_paused = true)]
    async fn who_answers_pings_may_be_silent_for_ever() {
        let (mut client, mut transport) = connection();
        for _ in 0..20 {
            assert!(!is_given_up_in_20_s(&mut transport).await);
            client.write_all(&[0x8A, 0x80, 0, 0, 0, 0]).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_on_sending_after_the_end_is_read_no_further() {
        let (mut client, mut transport) = connection();
        let frame = [&[0x82, 0xFE, 0x04, 0x00, 0, 0, 0, 0][..], &[0; 1_024]].concat();
        let mut sent = 0;
        let sends = async {
            while client.write_all(&frame).await.is_ok() {
                sent += frame.len();
            }
        };
        tokio::select! { () = transport.close(CloseCode::Flooding) => {}, () = sends => {} }
        assert!(sent <= READS_AFTER_CLOSE as usize * BUFFER + 64 * 1_024, "{sent}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_a_frame_byte_by_byte_is_as_silent_as_who_sends_none() {
        let (mut client, mut transport) = connection();
        client.write_all(&[0x81, 0xFE, 0x10, 0x00, 0, 0, 0, 0]).await.unwrap();
        let mut drops = 0;
        while !is_given_up_in_20_s(&mut transport).await {
            client.write_all(b"x").await.unwrap();
            drops += 1;
        }
        assert!((2..=3).contains(&drops), "{drops}");
    }
}
