//! What hostile clients do, each kind in a thread of its own and from an address of its own, until it is told to stop.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::tongues::frames;

/// How long a client waits for a server that does not answer.
const WAIT: Duration = Duration::from_millis(500);

/// Between one try and the next: the attackers share the machine with the server, and must leave it some of it.
const PAUSE: Duration = Duration::from_millis(5);

/// A kind of hostile client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attack {
    /// 20 members of the room who read nothing.
    Deaf,
    /// 100 requests whose header comes a byte at a time and never ends.
    Slow,
    /// Frames that are said to have a gibibyte.
    Huge,
    /// A thousand connections from one address, and ever more tries.
    Crowd,
    /// Valid messages without a pause.
    Flood,
    /// 60 KiB of nested JSON without a pause.
    Deep,
}

impl Attack {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Deaf, Self::Slow, Self::Huge, Self::Crowd, Self::Flood, Self::Deep];

    /// What is done.
    pub fn title(self) -> &'static str {
        match self {
            Self::Deaf => "20 receivers that stop reading",
            Self::Slow => "100 headers, a byte at a time",
            Self::Huge => "frames of 1 GiB",
            Self::Crowd => "1,000 connections from one address",
            Self::Flood => "valid messages without a pause",
            Self::Deep => "60 KiB of nested JSON without a pause",
        }
    }

    /// Begins.
    pub fn begin(self, server: SocketAddr) -> Running {
        let stop = Arc::new(AtomicBool::new(false));
        let attacker = Attacker { server, stop: Arc::clone(&stop), attack: self };
        let thread = std::thread::spawn(move || attacker.goes_on());
        Running { stop, thread: Some(thread) }
    }

    /// Each kind comes from its own address, so that none hides behind the limit that another has met.
    fn source(self) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 1, 1 + self as u8)), 0)
    }
}

/// An attack under way; ended when dropped.
pub struct Running {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // What it could not do is no trouble of the measurement.
            let _ = thread.join();
        }
    }
}

struct Attacker {
    server: SocketAddr,
    stop: Arc<AtomicBool>,
    attack: Attack,
}

impl Attacker {
    fn goes_on(&self) {
        match self.attack {
            Attack::Deaf => self.holds(20, Duration::ZERO, Self::joins_deaf, |_| Ok(())),
            Attack::Slow => {
                self.holds(100, Duration::from_millis(200), Self::begins_a_header, |stream| stream.write_all(b"x"));
            }
            Attack::Crowd => self.holds(1_000, Duration::from_secs(1), Self::connects, |stream| {
                stream.set_nonblocking(true)?;
                // Who was turned away tries again.
                match stream.read(&mut [0; 512]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
                    _ => Err(io::ErrorKind::ConnectionReset.into()),
                }
            }),
            Attack::Huge => self.repeats(Self::announces_a_gibibyte),
            Attack::Flood => self.repeats(Self::floods),
            Attack::Deep => self.repeats(Self::nests),
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Holds so many connections, does something to each of them now and then, and replaces those that end.
    fn holds(
        &self,
        count: usize,
        every: Duration,
        open: impl Fn(&Self) -> io::Result<TcpStream>,
        tend: impl Fn(&mut TcpStream) -> io::Result<()>,
    ) {
        let mut held: Vec<TcpStream> = Vec::new();
        while !self.is_over() {
            let begun = Instant::now();
            held.retain_mut(|stream| tend(stream).is_ok());
            while held.len() < count && !self.is_over() {
                held.extend(open(self));
                std::thread::sleep(PAUSE);
            }
            std::thread::sleep(every.saturating_sub(begun.elapsed()).max(PAUSE));
        }
    }

    fn repeats(&self, attempt: impl Fn(&Self) -> io::Result<()>) {
        while !self.is_over() {
            // The server is meant to end it.
            let _ = attempt(self);
            std::thread::sleep(PAUSE);
        }
    }

    fn connects(&self) -> io::Result<TcpStream> {
        use socket2::{Domain, Protocol, Socket, Type};
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
        socket.bind(&self.attack.source().into())?;
        if self.attack == Attack::Deaf {
            socket.set_recv_buffer_size(4_096)?;
        }
        socket.connect_timeout(&self.server.into(), WAIT)?;
        socket.set_read_timeout(Some(WAIT))?;
        socket.set_write_timeout(Some(WAIT))?;
        Ok(socket.into())
    }

    fn upgrades(&self, path: &str) -> io::Result<TcpStream> {
        let mut stream = self.connects()?;
        stream.write_all(&frames::upgrade(path, ""))?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        Ok(stream)
    }

    fn joins_deaf(&self) -> io::Result<TcpStream> {
        static NAMES: AtomicUsize = AtomicUsize::new(0);
        let mut stream = self.upgrades("/api/ws")?;
        let name = NAMES.fetch_add(1, Ordering::Relaxed);
        stream.write_all(&frames::text(&format!(r#"{{"type":"hello","username":"deaf{name}"}}"#)))?;
        stream.write_all(&frames::text(r##"{"type":"join","room":"#lobby"}"##))?;
        Ok(stream)
    }

    fn begins_a_header(&self) -> io::Result<TcpStream> {
        let mut stream = self.connects()?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ")?;
        Ok(stream)
    }

    fn announces_a_gibibyte(&self) -> io::Result<()> {
        let mut stream = self.upgrades("/ws/huge")?;
        stream.write_all(&[&[0x81, 0xff][..], &(1_u64 << 30).to_be_bytes(), &[1, 2, 3, 4], &[b'x'; 1_024]].concat())?;
        until_closed(&mut stream)
    }

    fn floods(&self) -> io::Result<()> {
        let frame = frames::text(r#"{"p":"nobody","m":"buy"}"#);
        self.sends_without_a_pause("/ws/flood", &frame)
    }

    fn nests(&self) -> io::Result<()> {
        let frame = frames::text(&format!(r#"{{"type":{}"#, "[".repeat(60_000)));
        self.sends_without_a_pause("/api/ws", &frame)
    }

    fn sends_without_a_pause(&self, path: &str, frame: &[u8]) -> io::Result<()> {
        let mut stream = self.upgrades(path)?;
        let mut answers = [0; 64 * 1_024];
        while !self.is_over() {
            stream.write_all(frame)?;
            stream.set_nonblocking(true)?;
            match stream.read(&mut answers) {
                Ok(0) => return Ok(()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
            stream.set_nonblocking(false)?;
        }
        Ok(())
    }
}

fn until_closed(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 512];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}
