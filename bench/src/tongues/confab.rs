//! Confab's native protocol: every connection is a guest with a name, rooms are public rooms, pairs are two strangers.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Keeps, Prepared, Tongue, frames};
use crate::swarm::{Opening, marks::MARK};

/// Native clients. Each process of the generator gives every connection a name never used before.
#[derive(Debug, Default)]
pub struct Confab {
    names: AtomicUsize,
}

impl Confab {
    /// Opens a connection of somebody whom others know by his number.
    pub fn person(number: usize) -> Vec<Opening> {
        hello_of(&name_of(number))
    }

    /// Opens a connection of somebody who has written to that person, so that their conversation is there.
    pub fn writer(&self, to: usize) -> Vec<Opening> {
        let say = format!("{{\"type\":\"say\",\"to\":\"@{}\",\"body\":\"hi\"}}", name_of(to));
        self.with(&say, b"\"type\":\"accepted\"")
    }

    /// A direct message to that person.
    pub fn write(to: usize) -> Prepared {
        let to = name_of(to);
        Prepared::text(|body| format!("{{\"type\":\"say\",\"to\":\"@{to}\",\"body\":\"{body}\"}}"))
    }

    fn hello(&self) -> Vec<Opening> {
        hello_of(&format!("b{}", self.names.fetch_add(1, Ordering::Relaxed)))
    }

    fn with(&self, frame: &str, until: &'static [u8]) -> Vec<Opening> {
        let mut openings = self.hello();
        openings.push(Opening { send: frames::text(frame), until });
        openings
    }
}

fn hello_of(name: &str) -> Vec<Opening> {
    let hello = format!("{{\"type\":\"hello\",\"username\":\"{name}\"}}");
    vec![
        Opening { send: frames::upgrade("/api/ws", ""), until: b"\r\n\r\n" },
        Opening { send: frames::text(&hello), until: b"\"type\":\"welcome\"" },
    ]
}

fn name_of(number: usize) -> String {
    format!("person{number}")
}

/// A room's name: the lobby is there, the others are made by who comes first.
fn room_name(room: usize) -> String {
    if room == 0 { "lobby".to_owned() } else { format!("room {room}") }
}

impl Tongue for Confab {
    fn connect(&self, _who: usize) -> Vec<Opening> {
        self.hello()
    }

    fn enter(&self, _who: usize, room: usize, first: bool) -> Vec<Opening> {
        let name = room_name(room);
        if room > 0 && first {
            return self.with(&format!("{{\"type\":\"create_room\",\"name\":\"{name}\"}}"), b"\"type\":\"room\"");
        }
        self.with(&format!("{{\"type\":\"join\",\"room\":\"#{name}\"}}"), b"\"type\":\"room\"")
    }

    fn say(&self, room: usize) -> Prepared {
        let name = room_name(room);
        Prepared::text(|body| format!("{{\"type\":\"say\",\"to\":\"#{name}\",\"body\":\"{body}\"}}"))
    }

    fn pair(&self, _who: usize, _pair: usize, second: bool) -> Vec<Opening> {
        let until: &[u8] = if second { b"\"state\":\"matched\"" } else { b"\"state\":\"waiting\"" };
        self.with("{\"type\":\"find_stranger\"}", until)
    }

    fn tell(&self, _pair: usize, _second: bool, heard: &[u8]) -> Prepared {
        let room = number_after(heard, b"\"room\":").unwrap_or_default();
        Prepared::text(|body| format!("{{\"type\":\"say\",\"to\":{room},\"body\":\"{body}\"}}"))
    }
}

/// Direct messages to users who are not there. The number is the sender's own id of the message, so that `accepted`
/// carries it.
impl Keeps for Confab {
    fn open(&self, _who: usize) -> Vec<Opening> {
        self.hello()
    }

    fn keep(&self, who: usize) -> Prepared {
        Prepared::text(|body| {
            let (mark, fill) = body.split_at(MARK);
            format!(
                "{{\"type\":\"say\",\"to\":\"@to{who}\",\"body\":\"{fill}{}\",\"client_id\":\"{mark}\"}}",
                "x".repeat(MARK)
            )
        })
    }
}

/// The whole number behind the last `key`.
fn number_after(text: &[u8], key: &[u8]) -> Option<u64> {
    let at = memchr::memmem::rfind(text, key)? + key.len();
    let digits: Vec<u8> = text[at..].iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).ok()?.parse().ok()
}
