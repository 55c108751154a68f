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
    /// Whole frames, but for what of the first is on the way already. Empty most of the time, and holds no room then.
    pending: Mutex<BytesMut>,
    /// When something was heard last, by the keeper's clock.
    heard: AtomicU32,
    pinged: AtomicBool,
}

impl Wire {
    /// A wire on which something was heard just now.
    #[must_use]
    pub fn new(socket: OwnedWriteHalf, now: u32) -> Self {
        Self { socket, pending: Mutex::default(), heard: AtomicU32::new(now), pinged: AtomicBool::new(false) }
    }

    /// Lets `add` append whole frames, to go out with the next flush.
    pub fn add(&self, add: impl FnOnce(&mut BytesMut)) {
        add(&mut self.pending.lock());
    }

    /// How many bytes wait.
    pub fn waiting(&self) -> usize {
        self.pending.lock().len()
    }

    /// Sends what waits. False: the connection is gone.
    pub async fn flush(&self) -> bool {
        loop {
            match self.write_pending() {
                Ok(true) => return true,
                Ok(false) if self.socket.writable().await.is_ok() => {}
                Ok(false) | Err(_) => return false,
            }
        }
    }

    /// True: nothing waits any more.
    fn write_pending(&self) -> io::Result<bool> {
        let mut pending = self.pending.lock();
        while !pending.is_empty() {
            match self.socket.try_write(&pending) {
                Ok(written) => pending.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        *pending = BytesMut::new();
        Ok(true)
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
        if !pending.is_empty() {
            return Written::Nothing;
        }
        match self.socket.try_write(batch) {
            Ok(written) if written == batch.len() => Written::All,
            Ok(written) => {
                pending.extend_from_slice(&batch[written..]);
                Written::Begun
            }
            Err(_) => Written::Nothing,
        }
    }
}
