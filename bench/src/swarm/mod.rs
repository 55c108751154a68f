//! The load generator: many client sockets, driven by one thread that never waits for any of them alone.

pub mod marks;
mod socket;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::trouble::Trouble;
pub use socket::{Opening, Socket};

/// Bytes read at once.
const BUFFER: usize = 256 * 1_024;

/// Connections from one source address; each address has ports of its own.
const PER_ADDRESS: usize = 10_000;

/// How long connections may take to open when nothing happens any more.
const OPEN_WITHIN: Duration = Duration::from_secs(20);

/// Client sockets with one thread behind them.
pub struct Swarm {
    poll: Poll,
    events: Events,
    sockets: Vec<Socket>,
    buffer: Vec<u8>,
}

impl Swarm {
    /// No sockets yet.
    ///
    /// # Errors
    /// [`Trouble::Socket`].
    pub fn new() -> Result<Self, Trouble> {
        let poll = Poll::new().map_err(Trouble::socket("asking the system for events"))?;
        Ok(Self { poll, events: Events::with_capacity(4_096), sockets: Vec::new(), buffer: vec![0; BUFFER] })
    }

    /// How many sockets there are.
    pub fn len(&self) -> usize {
        self.sockets.len()
    }

    /// The socket of that number.
    pub fn socket(&mut self, index: usize) -> &mut Socket {
        &mut self.sockets[index]
    }

    /// How many numbers came at another place than theirs, on all sockets.
    pub fn wrong(&self) -> u64 {
        self.sockets.iter().map(|socket| socket.wrong).sum()
    }

    /// Numbers are counted from 1 again.
    pub fn start_over(&mut self) {
        for socket in &mut self.sockets {
            (socket.last, socket.wrong) = (0, 0);
        }
    }

    /// Opens `count` more connections, at most `at_once` of them under way together, until each has heard what its
    /// opening waits for.
    ///
    /// # Errors
    /// [`Trouble::NoAnswer`] where nothing happens any more.
    pub fn open(
        &mut self,
        to: SocketAddr,
        count: usize,
        at_once: usize,
        opening: impl Fn(usize) -> Vec<Opening>,
    ) -> Result<(), Trouble> {
        self.open_among(&[to], count, at_once, opening)
    }

    /// The same with several servers: each socket by its number to the next of them.
    ///
    /// # Errors
    /// [`Trouble::NoAnswer`] where nothing happens any more.
    pub fn open_among(
        &mut self,
        to: &[SocketAddr],
        count: usize,
        at_once: usize,
        opening: impl Fn(usize) -> Vec<Opening>,
    ) -> Result<(), Trouble> {
        let first = self.sockets.len();
        let (mut opened, mut whole) = (0, first);
        let mut moved = Instant::now();
        while opened < count {
            let made = self.sockets.len() - first;
            if made < count && made - opened < at_once {
                self.connect(to[self.sockets.len() % to.len()], opening(first + made))?;
                moved = Instant::now();
                if self.sockets.len() - first - opened < at_once && made + 1 < count {
                    continue;
                }
            }
            self.turn(Some(Duration::from_millis(100)), |_, _| {})?;
            whole += self.sockets[whole..].iter().take_while(|socket| socket.is_open()).count();
            let open = whole - first + self.sockets[whole..].iter().filter(|socket| socket.is_open()).count();
            if open > opened {
                moved = Instant::now();
            } else if moved.elapsed() > OPEN_WITHIN {
                return Err(self.no_answer());
            }
            opened = open;
        }
        Ok(())
    }

    fn connect(&mut self, to: SocketAddr, opening: Vec<Opening>) -> Result<(), Trouble> {
        let index = self.sockets.len();
        let mut socket = Socket::connect(to, source(index), opening)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered = self.poll.registry().register(socket.stream(), Token(index), interest);
        registered.map_err(Trouble::socket("asking for events of a socket"))?;
        self.sockets.push(socket);
        Ok(())
    }

    fn no_answer(&self) -> Trouble {
        let waiting = self.sockets.iter().filter(|socket| !socket.is_open());
        let heard = waiting.clone().next().map(|socket| String::from_utf8_lossy(socket.heard()).into_owned());
        let heard = heard.unwrap_or_default().chars().take(300).collect();
        Trouble::NoAnswer { waiting: waiting.count(), seconds: OPEN_WITHIN.as_secs(), heard }
    }

    /// Waits for events at most so long, and handles them: `found` is told each number and the socket that heard it.
    ///
    /// # Errors
    /// [`Trouble::Closed`] where a server ends a connection.
    pub fn turn(&mut self, wait: Option<Duration>, mut found: impl FnMut(usize, u32)) -> Result<(), Trouble> {
        match self.poll.poll(&mut self.events, wait) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            polled => polled.map_err(Trouble::socket("waiting for events"))?,
        }
        for event in &self.events {
            let index = event.token().0;
            let Some(socket) = self.sockets.get_mut(index) else { continue };
            if event.is_writable() {
                socket.flush()?;
            }
            if event.is_readable() && !socket.receive(&mut self.buffer, |number| found(index, number))? {
                return Err(Trouble::Closed("it was measured"));
            }
        }
        Ok(())
    }
}

/// 127.0.0.1 and those after it.
fn source(index: usize) -> IpAddr {
    let last = u8::try_from(1 + index / PER_ADDRESS).unwrap_or(u8::MAX);
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))
}
