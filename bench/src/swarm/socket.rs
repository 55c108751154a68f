//! One client socket that never waits: what it is still to send, what it opens with, what it has heard.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};

use memchr::memmem;
use mio::net::TcpStream;

use super::marks::{self, MARK};
use crate::trouble::Trouble;

/// A step of a connection's opening.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What to send.
    pub send: Vec<u8>,
    /// What an answer holds once the step is done.
    pub until: &'static [u8],
}

/// A client's connection.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    waiting: Vec<u8>,
    openings: std::vec::IntoIter<Opening>,
    until: Option<&'static [u8]>,
    /// What was heard since the last step, while opening.
    heard: Vec<u8>,
    /// The beginning of a mark whose end is still to come.
    rest: [u8; MARK],
    rest_length: usize,
    /// The last number heard.
    pub last: u32,
    /// How many numbers came at another place than theirs.
    pub wrong: u64,
}

impl Socket {
    /// Begins to connect, from `source`.
    ///
    /// # Errors
    /// [`Trouble::Socket`].
    pub fn connect(to: SocketAddr, source: IpAddr, openings: Vec<Opening>) -> Result<Self, Trouble> {
        let stream = connecting(to, source).map_err(Trouble::socket("connecting"))?;
        let mut openings = openings.into_iter();
        let first = openings.next();
        let until = first.as_ref().map(|opening| opening.until);
        let waiting = first.map(|opening| opening.send).unwrap_or_default();
        Ok(Self {
            stream,
            waiting,
            openings,
            until,
            heard: Vec::new(),
            rest: [0; MARK],
            rest_length: 0,
            last: 0,
            wrong: 0,
        })
    }

    /// The stream, to be registered.
    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Whether the opening is over.
    pub fn is_open(&self) -> bool {
        self.until.is_none()
    }

    /// What was heard last while opening.
    pub fn heard(&self) -> &[u8] {
        &self.heard
    }

    /// Sends, or keeps what does not go out at once.
    ///
    /// # Errors
    /// [`Trouble::Closed`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.waiting.extend_from_slice(bytes);
        self.flush()
    }

    /// Sends what waits, as far as it goes.
    ///
    /// # Errors
    /// [`Trouble::Closed`].
    pub fn flush(&mut self) -> Result<(), Trouble> {
        let mut sent = 0;
        while sent < self.waiting.len() {
            match self.stream.write(&self.waiting[sent..]) {
                Ok(0) => return Err(Trouble::Closed("it was written to")),
                Ok(bytes) => sent += bytes,
                Err(error) if is_later(&error) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Trouble::Socket { doing: "sending", source }),
            }
        }
        self.waiting.drain(..sent);
        Ok(())
    }

    /// Reads all that is there, and calls `found` for each number heard. False: the server ended the connection.
    ///
    /// # Errors
    /// [`Trouble::Socket`].
    pub fn receive(&mut self, buffer: &mut [u8], mut found: impl FnMut(u32)) -> Result<bool, Trouble> {
        loop {
            let kept = self.rest_length;
            buffer[..kept].copy_from_slice(&self.rest[..kept]);
            let read = match self.stream.read(&mut buffer[kept..]) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if is_later(&error) => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(false),
                Err(source) => return Err(Trouble::Socket { doing: "reading", source }),
            };
            let bytes = &buffer[..kept + read];
            if self.until.is_some() {
                self.heard.extend_from_slice(bytes);
                self.go_on()?;
                continue;
            }
            self.rest_length = marks::scan(bytes, |number| {
                self.wrong += u64::from(number != self.last.wrapping_add(1));
                self.last = number;
                found(number);
            });
            self.rest[..self.rest_length].copy_from_slice(&bytes[bytes.len() - self.rest_length..]);
            // Less than was asked for: nothing more is there, and what comes is announced.
            if read + kept < buffer.len() {
                return Ok(true);
            }
        }
    }

    /// Takes the next step of the opening where the last one is answered.
    fn go_on(&mut self) -> Result<(), Trouble> {
        let Some(until) = self.until else { return Ok(()) };
        if memmem::find(&self.heard, until).is_none() {
            return Ok(());
        }
        let next = self.openings.next();
        self.until = next.as_ref().map(|opening| opening.until);
        if let Some(next) = next {
            self.heard.clear();
            self.send(&next.send)?;
        }
        Ok(())
    }
}

fn connecting(to: SocketAddr, source: IpAddr) -> io::Result<TcpStream> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&SocketAddr::new(source, 0).into())?;
    match socket.connect(&to.into()) {
        Err(error) if !is_under_way(&error) => Err(error),
        _ => Ok(TcpStream::from_std(socket.into())),
    }
}

/// `EINPROGRESS`, which has no kind of its own in stable Rust.
fn is_under_way(error: &io::Error) -> bool {
    const IN_PROGRESS: i32 = 115;
    is_later(error) || error.raw_os_error() == Some(IN_PROGRESS)
}

fn is_later(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected)
}
