//! The small servers of our own: whoever connects to `/room/<name>` hears what anybody says there, and whoever
//! connects to `/pair/<name>` hears the other.

use super::{Prepared, Tongue, frames};
use crate::swarm::Opening;

/// Bodies as they are, rooms in the path.
#[derive(Debug)]
pub struct Plain;

impl Plain {
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
        Prepared::text(str::to_owned)
    }

    fn pair(&self, _who: usize, pair: usize, _second: bool) -> Vec<Opening> {
        Self::open(&format!("/pair/{pair}"))
    }

    fn tell(&self, _pair: usize, _second: bool, _heard: &[u8]) -> Prepared {
        Prepared::text(str::to_owned)
    }
}
