//! The small servers of our own: whoever connects to `/room/<name>` hears what anybody says there, and whoever
//! connects to `/pair/<name>` hears the other.

use super::{Prepared, Tongue, frames};
use crate::swarm::Opening;

/// Bodies as they are, or with spaces behind them, and rooms in the path.
#[derive(Debug, Default)]
pub struct Plain {
    /// How many bytes a message has at least.
    length: usize,
}

impl Plain {
    /// As many bytes to a message as Confab's native protocol has for the same body: it tells id, sequence number, sender
    /// and time with each.
    pub const AS_LONG_AS_NATIVE: Self = Self { length: 230 };

    fn prepared(&self) -> Prepared {
        Prepared::text(|body| format!("{body:length$}", length = self.length))
    }

    fn open(path: &str) -> Vec<Opening> {
        vec![Opening { send: frames::upgrade(path, ""), until: b"\r\n\r\n" }]
    }
}

impl Tongue for Plain {
    fn connect(&self, who: usize) -> Vec<Opening> {
        Self::open(&format!("/pair/idle-{who}"))
    }

    fn enter(&self, _who: usize, room: usize, _first: bool) -> Vec<Opening> {
        Self::open(&format!("/room/{room}"))
    }

    fn say(&self, _room: usize) -> Prepared {
        self.prepared()
    }

    fn pair(&self, _who: usize, pair: usize, _second: bool) -> Vec<Opening> {
        Self::open(&format!("/pair/{pair}"))
    }

    fn tell(&self, _pair: usize, _second: bool, _heard: &[u8]) -> Prepared {
        self.prepared()
    }
}
