//! NATS over WebSocket: its text protocol in binary frames. A room is a subject.

use super::{Prepared, Tongue, frames};
use crate::swarm::{Opening, marks::BODY};

/// NATS clients.
#[derive(Debug)]
pub struct Nats;

impl Nats {
    fn open(subject: Option<&str>) -> Vec<Opening> {
        let subscribe = subject.map_or_else(String::new, |subject| format!("SUB {subject} 1\r\n"));
        let hello = format!("CONNECT {{\"verbose\":false,\"pedantic\":false,\"echo\":true}}\r\n{subscribe}PING\r\n");
        vec![
            Opening { send: frames::upgrade("/", ""), until: b"INFO {" },
            Opening { send: frames::binary(hello.as_bytes()), until: b"PONG" },
        ]
    }

    fn publish(subject: &str) -> Prepared {
        Prepared::binary(|body| format!("PUB {subject} {BODY}\r\n{body}\r\n").into_bytes())
    }
}

impl Tongue for Nats {
    fn connect(&self, _who: usize) -> Vec<Opening> {
        Self::open(None)
    }

    fn enter(&self, _who: usize, room: usize, _first: bool) -> Vec<Opening> {
        Self::open(Some(&format!("room.{room}")))
    }

    fn say(&self, room: usize) -> Prepared {
        Self::publish(&format!("room.{room}"))
    }

    fn pair(&self, _who: usize, pair: usize, second: bool) -> Vec<Opening> {
        Self::open(Some(&format!("to.{pair}.{second}")))
    }

    fn tell(&self, pair: usize, second: bool, _heard: &[u8]) -> Prepared {
        Self::publish(&format!("to.{pair}.{}", !second))
    }
}
