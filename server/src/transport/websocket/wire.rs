//! A TCP socket that is written to from two sides, one whole batch of frames at a time: by its session, and, while that
//! rests, by whoever tells a room.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use bytes::{Buf, Bytes, BytesMut};
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::net::tcp::OwnedWriteHalf;

use super::frames::{self, Kind};
use crate::hub::{Lane, Written};

/// The writing half of a connection.
#[derive(Debug)]
pub struct Wire {
    socket: OwnedWriteHalf,
    pending: Mutex<Pending>,
    /// When something was heard last, by the keeper's clock.
    heard: AtomicU32,
    pinged: AtomicBool,
}

/// What is still to be sent.
#[derive(Debug, Default)]
struct Pending {
    /// Whole frames, but for what of the first is on the way already. Empty most of the time, and holds no room then.
    bytes: BytesMut,
    /// Where they are held back, none of them is on the way yet.
    holding: Holding,
    /// Something came by the lane since the last time.
    spoken_to: bool,
    /// The keeper has it on its list of those to be let go.
    listed: bool,
}

/// Whether what waits is held back for a moment, in the hope of company.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Holding {
    #[default]
    Not,
    /// The keeper has not looked since.
    Fresh,
    /// The keeper has looked, and lets go when he looks again.
    Seen,
}

/// What the keeper finds where something was held back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Look {
    /// Nothing is any more.
    Free,
    /// It still is.
    Holds,
    /// It was let go, and some of it waits for the peer.
    Stuck,
}

/// Whether the keeper knows already of a wire that holds something back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listing {
    /// It does.
    Stands,
    /// It is to be told.
    ToBeMade,
}

impl Pending {
    /// Sends as much as goes at once. True: nothing waits any more.
    fn write(&mut self, socket: &OwnedWriteHalf) -> io::Result<bool> {
        self.holding = Holding::Not;
        while !self.bytes.is_empty() {
            match socket.try_write(&self.bytes) {
                Ok(written) => self.bytes.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.bytes = BytesMut::new();
        Ok(true)
    }
}

impl Wire {
    /// A wire on which something was heard just now.
    #[must_use]
    pub fn new(socket: OwnedWriteHalf, now: u32) -> Self {
        Self { socket, pending: Mutex::default(), heard: AtomicU32::new(now), pinged: AtomicBool::new(false) }
    }

    /// Lets `add` append whole frames, to go out with the next flush. How many bytes wait then.
    pub fn add(&self, add: impl FnOnce(&mut BytesMut)) -> usize {
        let bytes = &mut self.pending.lock().bytes;
        add(bytes);
        bytes.len()
    }

    /// Holds back what waits, where the lane was used since that was done last: who is answered will be again, and who
    /// speaks alone is not to wait for his own words. `None`: nothing is held back.
    pub fn hold(&self) -> Option<Listing> {
        let mut pending = self.pending.lock();
        let holds = !pending.bytes.is_empty() && std::mem::take(&mut pending.spoken_to);
        pending.holding = if holds { Holding::Fresh } else { Holding::Not };
        if !holds {
            return None;
        }
        let listed = std::mem::replace(&mut pending.listed, true);
        Some(if listed { Listing::Stands } else { Listing::ToBeMade })
    }

    /// Whether what waits is held back.
    pub fn is_held(&self) -> bool {
        self.pending.lock().holding != Holding::Not
    }

    /// Sends what was held back already when this was called last, as far as it goes.
    pub fn look(&self) -> Look {
        let mut pending = self.pending.lock();
        if pending.holding == Holding::Fresh {
            pending.holding = Holding::Seen;
            return Look::Holds;
        }
        pending.listed = false;
        // Where the wire is broken its reader finds out.
        let is_free = pending.holding == Holding::Not || pending.write(&self.socket).unwrap_or(true);
        if is_free { Look::Free } else { Look::Stuck }
    }

    /// Sends what waits. False: the connection is gone.
    pub async fn flush(&self) -> bool {
        loop {
            let written = self.pending.lock().write(&self.socket);
            match written {
                Ok(true) => return true,
                Ok(false) if self.socket.writable().await.is_ok() => {}
                Ok(false) | Err(_) => return false,
            }
        }
    }

    /// Notes that something was heard.
    pub fn hear(&self, now: u32) {
        self.heard.store(now, Ordering::Relaxed);
        self.pinged.store(false, Ordering::Relaxed);
    }

    /// For how long nothing was heard.
    #[must_use]
    pub fn silent_for(&self, now: u32) -> u32 {
        now.saturating_sub(self.heard.load(Ordering::Relaxed))
    }

    /// Pings once for each silence. A wire that takes nothing now needs no ping to be found out.
    pub fn ping(&self) {
        if !self.pinged.swap(true, Ordering::Relaxed) {
            let mut ping = Vec::new();
            frames::append(Kind::Ping, &[], &mut ping);
            self.write(&ping.into());
        }
    }

    /// Ends the connection both ways: who reads from it finds out.
    pub fn cut_off(&self) {
        metrics::counter!("confab_connections_silent_total").increment(1);
        if let Err(error) = SockRef::from(self.socket.as_ref()).shutdown(std::net::Shutdown::Both) {
            tracing::debug!(%error, "a silent connection was gone already");
        }
    }
}

impl Lane for Wire {
    fn frame(&self, text: &str, batch: &mut Vec<u8>) {
        frames::append(Kind::Text, text.as_bytes(), batch);
    }

    fn write(&self, batch: &Bytes) -> Written {
        let mut pending = self.pending.lock();
        pending.spoken_to = true;
        if pending.holding != Holding::Not {
            // Here is the company.
            pending.bytes.extend_from_slice(batch);
            return match pending.write(&self.socket) {
                Ok(true) => Written::All,
                Ok(false) | Err(_) => Written::Begun,
            };
        }
        if !pending.bytes.is_empty() {
            return Written::Nothing;
        }
        match self.socket.try_write(batch) {
            Ok(written) if written == batch.len() => Written::All,
            Ok(written) => {
                pending.bytes.extend_from_slice(&batch[written..]);
                Written::Begun
            }
            Err(_) => Written::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::BufMut;
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_util::sync::CancellationToken;

    use super::super::{Keeper, Patience};
    use super::*;

    async fn connected() -> (Wire, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (_, writer) = listener.accept().await.unwrap().0.into_split();
        writer.writable().await.unwrap();
        (Wire::new(writer, 0), peer)
    }

    async fn heard(peer: &mut TcpStream, bytes: usize) -> String {
        let mut heard = vec![0; bytes];
        peer.read_exact(&mut heard).await.unwrap();
        String::from_utf8(heard).unwrap()
    }

    #[tokio::test]
    async fn what_is_held_back_goes_out_before_what_comes_next_and_with_it() {
        let (wire, mut peer) = connected().await;
        assert_eq!(wire.write(&Bytes::from_static(b"zero")), Written::All);
        wire.add(|pending| pending.put_slice(b"one"));
        assert_eq!(wire.hold(), Some(Listing::ToBeMade));
        assert_eq!(wire.write(&Bytes::from_static(b"two")), Written::All);
        assert_eq!(heard(&mut peer, 10).await, "zeroonetwo");
        assert!(!wire.is_held());
        assert_eq!(wire.add(|_| {}), 0, "nothing waits");
    }

    #[tokio::test]
    async fn what_is_held_back_and_finds_no_company_goes_out_alone() {
        let (wire, mut peer) = connected().await;
        let patience = Patience { ping_after: Duration::from_secs(25), silent_after: Duration::from_secs(60) };
        let (wire, keeper, stop) = (Arc::new(wire), Keeper::new(patience), CancellationToken::new());
        let keeping = tokio::spawn(keeper.clone().run(stop.clone()));
        wire.write(&Bytes::from_static(b"zero"));
        wire.add(|pending| pending.put_slice(b"one"));
        assert!(keeper.hold(&wire));
        assert_eq!(heard(&mut peer, 7).await, "zeroone");
        stop.cancel();
        keeping.await.unwrap();
    }

    #[tokio::test]
    async fn who_speaks_alone_is_not_kept_waiting() {
        let (wire, _peer) = connected().await;
        wire.add(|pending| pending.put_slice(b"one"));
        assert_eq!(wire.hold(), None);
        wire.write(&Bytes::from_static(b"not yet"));
        assert_eq!(wire.hold(), Some(Listing::ToBeMade));
        assert_eq!(wire.hold(), None, "once for each time he is spoken to");
    }
}
