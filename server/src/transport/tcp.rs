//! Frames as lines over TCP. What comes without a newline counts as a line once nothing more has come for 50 ms.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use shared::{CloseCode, Limits};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::READS_AFTER_CLOSE;
use super::lines::{Line, Lines};
use crate::dialect::Frame;
use crate::session::{Incoming, Transport};

/// What no newline ended is a line after so long without another byte.
const QUIET: Duration = Duration::from_millis(50);

/// Bytes that may wait for a flush before they are written.
const MAX_WAITING: usize = 16 * 1_024;

/// How long the peer may take to hang up after the server said it would.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// A peer that was silent for so long is asked by the system whether it is still there; without an answer to four
/// questions, 15 s apart, it counts as gone. Lines have no pings of their own.
const ASK_AFTER: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_secs(15);
const ASK_TIMES: u32 = 4;

/// How long accepting pauses when the system gives no more sockets.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts sockets until it is dropped.
pub async fn accept(listener: TcpListener, mut accepted: impl FnMut(TcpStream, SocketAddr)) {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => accepted(socket, peer),
            // The one who knocked is gone already.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted at the moment");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A stream of bytes that carries lines both ways.
#[derive(Debug)]
pub struct LineTransport<S> {
    stream: S,
    lines: Lines,
    heard: Instant,
    waiting: BytesMut,
    ended: bool,
}

impl LineTransport<TcpStream> {
    /// Takes an accepted socket.
    ///
    /// # Errors
    /// Where the system does not let the socket be set up.
    pub fn over(socket: TcpStream, limits: &Limits) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        let keepalive = TcpKeepalive::new().with_time(ASK_AFTER).with_interval(ASK_EVERY).with_retries(ASK_TIMES);
        let system = SockRef::from(&socket);
        system.set_tcp_keepalive(&keepalive)?;
        // Nobody is asked while something waits to be taken; that waits no longer either.
        #[cfg(target_os = "linux")]
        system.set_tcp_user_timeout(Some(ASK_AFTER + ASK_EVERY * ASK_TIMES))?;
        Ok(Self::new(socket, limits))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> LineTransport<S> {
    /// Lines over any stream.
    #[must_use]
    pub fn new(stream: S, limits: &Limits) -> Self {
        let lines = Lines::new(limits.max_frame_bytes);
        Self { stream, lines, heard: Instant::now(), waiting: BytesMut::new(), ended: false }
    }

    async fn write_waiting(&mut self) -> bool {
        let written = self.stream.write_all(&self.waiting).await.is_ok();
        if self.waiting.capacity() > MAX_WAITING {
            self.waiting = BytesMut::new();
        }
        self.waiting.clear();
        written
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for LineTransport<S> {
    /// Safe to drop and call again: the only wait is for bytes or for quiet, and what was read stays in `lines`.
    async fn receive(&mut self) -> Incoming {
        loop {
            if let Some(line) = self.lines.cut() {
                return incoming(line);
            }
            if self.ended {
                // What came last needs no newline when nothing can follow it.
                let last = if self.lines.is_open() { self.lines.quiet() } else { None };
                return last.map_or(Incoming::Ended, incoming);
            }
            let quiet_at = self.lines.is_open().then(|| self.heard + QUIET);
            let read = tokio::select! {
                // What has come already is no quiet, even where it is looked at late.
                biased;
                read = self.stream.read_buf(self.lines.space()) => read,
                () = until(quiet_at) => match self.lines.quiet() {
                    Some(line) => return incoming(line),
                    None => continue,
                },
            };
            match read {
                Ok(0) => self.ended = true,
                Ok(_) => self.heard = Instant::now(),
                Err(_) => return Incoming::Lost,
            }
        }
    }

    async fn feed(&mut self, frame: Frame) -> bool {
        match &frame {
            Frame::Text(text) => self.waiting.extend_from_slice(text.as_bytes()),
            Frame::Binary(bytes) => self.waiting.extend_from_slice(bytes),
        }
        self.waiting.len() < MAX_WAITING || self.write_waiting().await
    }

    async fn flush(&mut self) -> bool {
        (self.waiting.is_empty() || self.write_waiting().await) && self.stream.flush().await.is_ok()
    }

    async fn close(&mut self, _code: CloseCode) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        // A socket dropped with bytes unread is reset, and the peer would lose the last words with it.
        let hung_up = async {
            for _ in 0..READS_AFTER_CLOSE {
                let mut unread = BytesMut::with_capacity(MAX_WAITING);
                if !matches!(self.stream.read_buf(&mut unread).await, Ok(1..)) {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        let _ = tokio::time::timeout(CLOSE_WITHIN, hung_up).await;
    }
}

fn incoming(line: Line) -> Incoming {
    match line {
        Line::Whole(frame) => Incoming::Frame(frame),
        Line::TooLong => Incoming::TooLarge,
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};

    use super::*;

    fn connection() -> (DuplexStream, LineTransport<DuplexStream>) {
        let (client, server) = duplex(64 * 1_024);
        (client, LineTransport::new(server, &Limits { max_frame_bytes: 100, ..Limits::default() }))
    }

    async fn received(transport: &mut LineTransport<DuplexStream>) -> String {
        match transport.receive().await {
            Incoming::Frame(Frame::Text(text)) => text.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_without_newline_is_whole_after_50_ms_and_not_before() {
        let (mut client, mut transport) = connection();
        client.write_all(b"bob: hel").await.unwrap();
        let started = Instant::now();
        let early = tokio::time::timeout(Duration::from_millis(49), transport.receive()).await;
        assert!(early.is_err(), "{early:?}");
        client.write_all(b"lo").await.unwrap();
        assert_eq!(received(&mut transport).await, "bob: hello");
        let waited = started.elapsed();
        assert!(waited >= Duration::from_millis(99) && waited < Duration::from_millis(110), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_with_a_newline_waits_for_nothing() {
        let (mut client, mut transport) = connection();
        client.write_all(b"one\ntwo\r\nthr").await.unwrap();
        let started = Instant::now();
        assert_eq!(received(&mut transport).await, "one");
        assert_eq!(received(&mut transport).await, "two");
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(received(&mut transport).await, "thr");
    }

    #[tokio::test(start_paused = true)]
    async fn a_receive_that_is_dropped_loses_nothing() {
        let (mut client, mut transport) = connection();
        for byte in b"hello\n" {
            let dropped = tokio::time::timeout(Duration::from_millis(1), transport.receive()).await;
            assert!(dropped.is_err(), "{dropped:?}");
            client.write_all(&[*byte]).await.unwrap();
        }
        assert_eq!(received(&mut transport).await, "hello");
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_line_is_told_once_and_the_connection_goes_on() {
        let (mut client, mut transport) = connection();
        client.write_all(&[b'x'; 40_000]).await.unwrap();
        client.write_all(b"\nnext\n").await.unwrap();
        assert!(matches!(transport.receive().await, Incoming::TooLarge));
        assert_eq!(received(&mut transport).await, "next");
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_line_needs_no_newline_when_the_peer_ends_the_connection() {
        let (mut client, mut transport) = connection();
        client.write_all(b"exit").await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(received(&mut transport).await, "exit");
        assert!(matches!(transport.receive().await, Incoming::Ended));
        assert!(matches!(transport.receive().await, Incoming::Ended));
    }

    #[tokio::test(start_paused = true)]
    async fn frames_are_written_as_they_are_once_flushed() {
        let (mut client, mut transport) = connection();
        assert!(transport.feed(Frame::text("Enter your username: ")).await);
        assert!(transport.feed(Frame::text("hello\n")).await);
        let mut buffer = [0; 64];
        let early = tokio::time::timeout(Duration::from_millis(1), client.read(&mut buffer)).await;
        assert!(early.is_err());
        assert!(transport.flush().await);
        let read = client.read(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..read], b"Enter your username: hello\n");
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_on_sending_after_the_end_is_read_no_further() {
        let (mut client, mut transport) = connection();
        let mut sent = 0;
        let sends = async {
            while client.write_all(&[b'x'; 1_024]).await.is_ok() {
                sent += 1_024;
            }
        };
        tokio::select! { () = transport.close(CloseCode::Flooding) => {}, () = sends => {} }
        assert!(sent <= READS_AFTER_CLOSE as usize * MAX_WAITING + 64 * 1_024, "{sent}");
    }

    #[tokio::test(start_paused = true)]
    async fn closing_gives_the_peer_a_moment_to_hang_up() {
        let (client, mut transport) = connection();
        let started = Instant::now();
        transport.close(CloseCode::Normal).await;
        assert_eq!(started.elapsed(), CLOSE_WITHIN);
        drop(client);
        assert!(!transport.feed(Frame::text("x".repeat(MAX_WAITING))).await);
    }
}
