//! The ceiling: what one thread on bare epoll does when it does nothing but read frames, make each round's frames once
//! for a room, and write them to every socket with one call.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::SocketAddr;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use tungstenite::handshake::derive_accept_key;

use crate::trouble::Trouble;

const LISTENER: Token = Token(usize::MAX);

/// A connection.
struct Peer {
    stream: TcpStream,
    room: Option<usize>,
    /// Bytes of a request or frame whose end is still to come.
    read: Vec<u8>,
    /// What did not go out at once.
    waiting: Vec<u8>,
}

/// Those who hear each other.
#[derive(Default)]
struct Room {
    members: Vec<usize>,
    also_himself: bool,
    /// This round's frames, and who spoke them where he is not to hear them.
    batch: Vec<u8>,
    speaker: Option<usize>,
}

struct Ceiling {
    poll: Poll,
    listener: TcpListener,
    peers: Vec<Option<Peer>>,
    rooms: Vec<Room>,
    paths: HashMap<String, usize>,
    /// Rooms in which something was said this round.
    dirty: Vec<usize>,
    buffer: Vec<u8>,
}

/// Serves until the process ends.
pub fn run(address: SocketAddr) -> Result<(), Trouble> {
    serve(address).map_err(Trouble::socket("serving"))
}

fn serve(address: SocketAddr) -> io::Result<()> {
    let poll = Poll::new()?;
    let mut listener = TcpListener::bind(address)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut ceiling = Ceiling {
        poll,
        listener,
        peers: Vec::new(),
        rooms: Vec::new(),
        paths: HashMap::new(),
        dirty: Vec::new(),
        buffer: vec![0; 64 * 1_024],
    };
    let mut events = Events::with_capacity(1_024);
    loop {
        match ceiling.poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        for event in &events {
            if event.token() == LISTENER {
                ceiling.accept()?;
            } else {
                ceiling.handle(event.token().0, event.is_writable());
            }
        }
        ceiling.tell();
    }
}

impl Ceiling {
    fn accept(&mut self) -> io::Result<()> {
        loop {
            let (mut stream, _) = match self.listener.accept() {
                Ok(accepted) => accepted,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            let token = Token(self.peers.len());
            self.poll.registry().register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
            self.peers.push(Some(Peer { stream, room: None, read: Vec::new(), waiting: Vec::new() }));
        }
    }

    fn handle(&mut self, index: usize, writable: bool) {
        let Some(peer) = self.peers.get_mut(index).and_then(Option::as_mut) else { return };
        if writable && !peer.waiting.is_empty() {
            let waiting = std::mem::take(&mut peer.waiting);
            peer.write(&waiting);
        }
        if !self.read(index) {
            self.drop_peer(index);
        }
    }

    /// False: the connection ended.
    fn read(&mut self, index: usize) -> bool {
        loop {
            let Some(peer) = self.peers[index].as_mut() else { return true };
            let read = match peer.stream.read(&mut self.buffer) {
                Ok(0) => return false,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            };
            let mut bytes = std::mem::take(&mut peer.read);
            let used = if bytes.is_empty() {
                let buffer = std::mem::take(&mut self.buffer);
                let used = self.take(index, &buffer[..read]);
                if used < read {
                    bytes.extend_from_slice(&buffer[used..read]);
                }
                self.buffer = buffer;
                0
            } else {
                bytes.extend_from_slice(&self.buffer[..read]);
                self.take(index, &bytes)
            };
            bytes.drain(..used);
            if let Some(peer) = self.peers[index].as_mut() {
                peer.read = bytes;
            }
            if read < self.buffer.len() {
                return true;
            }
        }
    }

    /// Takes what is whole, and says how many bytes that was.
    fn take(&mut self, index: usize, bytes: &[u8]) -> usize {
        let Some(peer) = self.peers[index].as_ref() else { return bytes.len() };
        let Some(room) = peer.room else { return self.upgrade(index, bytes) };
        let mut used = 0;
        while let Some((payload, mask, length)) = frame(&bytes[used..]) {
            let room_of = &mut self.rooms[room];
            if room_of.batch.is_empty() {
                self.dirty.push(room);
            }
            room_of.speaker = (!room_of.also_himself).then_some(index);
            append_frame(payload, mask, &mut room_of.batch);
            used += length;
        }
        used
    }

    fn upgrade(&mut self, index: usize, bytes: &[u8]) -> usize {
        let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return 0 };
        let request = String::from_utf8_lossy(&bytes[..end]);
        let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap_or_default();
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        let also_himself = path.starts_with("/room/");
        let rooms = &mut self.rooms;
        let room = *self.paths.entry(path).or_insert_with(|| {
            rooms.push(Room { also_himself, ..Room::default() });
            rooms.len() - 1
        });
        rooms[room].members.push(index);
        if let Some(peer) = self.peers[index].as_mut() {
            peer.room = Some(room);
            peer.write(answer.as_bytes());
        }
        end + 4
    }

    /// Writes each room's batch to its sockets.
    fn tell(&mut self) {
        for room in std::mem::take(&mut self.dirty) {
            let Room { members, batch, speaker, .. } = &mut self.rooms[room];
            for member in members.iter().filter(|member| Some(**member) != *speaker) {
                if let Some(peer) = self.peers[*member].as_mut() {
                    peer.write(batch);
                }
            }
            batch.clear();
        }
    }

    fn drop_peer(&mut self, index: usize) {
        let Some(peer) = self.peers[index].take() else { return };
        if let Some(room) = peer.room {
            self.rooms[room].members.retain(|member| *member != index);
        }
    }
}

impl Peer {
    fn write(&mut self, bytes: &[u8]) {
        let mut sent = 0;
        while self.waiting.is_empty() && sent < bytes.len() {
            match self.stream.write(&bytes[sent..]) {
                Ok(written) => sent += written,
                // Closed: reading finds out.
                Err(_) => break,
            }
        }
        self.waiting.extend_from_slice(&bytes[sent..]);
    }
}

/// The first frame: its payload, its mask, its whole length.
fn frame(bytes: &[u8]) -> Option<(&[u8], [u8; 4], usize)> {
    let short = usize::from(*bytes.get(1)? & 0x7f);
    let (length, header) = match short {
        126 => (usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])), 8),
        length => (length, 6),
    };
    let mask = bytes.get(header - 4..header)?.try_into().ok()?;
    Some((bytes.get(header..header + length)?, mask, header + length))
}

fn append_frame(payload: &[u8], mask: [u8; 4], batch: &mut Vec<u8>) {
    batch.push(0x81);
    match u8::try_from(payload.len()) {
        Ok(length @ ..126) => batch.push(length),
        _ => {
            batch.push(126);
            batch.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    batch.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ mask[index % 4]));
}
