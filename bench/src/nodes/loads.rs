//! Who is connected where, and what they say. A socket's node goes by its number, so a scene's sizes are chosen such that
//! who talk with each other are spread over the nodes, whether there are two or three.

use std::net::SocketAddr;
use std::time::Duration;

use crate::cases::fan_out::Pace;
use crate::cases::talk::Speaker;
use crate::swarm::Swarm;
use crate::tongues::{Confab, Tongue};
use crate::trouble::Trouble;

/// Who hears the one room.
const RECEIVERS: usize = 300;

/// One more than a multiple of six, so that the next in a room is at the next node.
const ROOMS: usize = 301;
const MEMBERS: usize = 10;

/// One more than a multiple of six, so that who writes is at another node than who reads it.
const PAIRS: usize = 103;

/// The number of the one room, and of the first of many.
const ROOM: usize = 1;
const FIRST: usize = 10;

/// Messages under way where as much is said as goes, and where even more are. Where people at every node speak, it is so
/// many at each, so that what a node stores at once is the same however many nodes there are.
const WINDOW: u32 = 64;
const RUSH: u32 = 1_024;

/// People who are connected, and who of them hears whom.
pub struct People {
    /// All of them.
    pub swarm: Swarm,
    /// Of each conversation.
    pub speakers: Vec<Speaker>,
    /// The conversation that each socket hears, where that counts.
    pub hears: Vec<Option<usize>>,
    /// How many hear each conversation.
    pub receivers: usize,
}

/// People, and the loads that are measured with them.
pub struct Scene {
    /// Connects them, spread over the nodes.
    pub gather: fn(&Confab, &[SocketAddr]) -> Result<People, Trouble>,
    /// What they say.
    pub loads: &'static [Load],
}

/// What is said.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// What it is, for the report.
    pub title: &'static str,
    /// How messages follow each other.
    pub pace: Pace,
    /// As many more are under way as there are nodes.
    pub at_each: bool,
    /// In the nth conversation an nth as often as in the first, or as often in all.
    pub unevenly: bool,
}

impl Load {
    /// How messages follow each other among so many nodes.
    pub fn pace_of(&self, nodes: usize) -> Pace {
        match self.pace {
            Pace::Window(window) if self.at_each => Pace::Window(window * u32::try_from(nodes).unwrap_or(1)),
            pace => pace,
        }
    }

    /// Whether how long a message takes says something of the nodes, and not of how many are under way.
    pub fn is_timed(&self) -> bool {
        matches!(self.pace, Pace::Every(_) | Pace::Window(1))
    }
}

/// The load from which it is told what a message costs.
pub const TYPICAL: Load = Load {
    title: "301 rooms of ten, unevenly used, 64 under way at each node",
    pace: Pace::Window(WINDOW),
    at_each: true,
    unevenly: true,
};

/// The load by which it is told how long a message takes.
pub const PACED: Load = Load {
    title: "301 rooms of ten, 200 messages a second",
    pace: Pace::Every(Duration::from_millis(5)),
    at_each: false,
    unevenly: false,
};

/// All that is measured, what takes the most connections last.
pub const SCENES: [Scene; 3] = [
    Scene {
        gather: one_room,
        loads: &[
            evenly("One room of 300, 64 under way", WINDOW, false),
            evenly("One room of 300, one under way", 1, false),
        ],
    },
    Scene {
        gather: pairs,
        loads: &[
            evenly("Direct messages, 1,024 under way at each node", RUSH, true),
            evenly("Direct messages, 64 under way at each node", WINDOW, true),
            evenly("Direct messages, one under way", 1, false),
        ],
    },
    Scene { gather: rooms, loads: &[TYPICAL, PACED] },
];

const fn evenly(title: &'static str, window: u32, at_each: bool) -> Load {
    Load { title, pace: Pace::Window(window), at_each, unevenly: false }
}

/// Three hundred in one room.
fn one_room(tongue: &Confab, nodes: &[SocketAddr]) -> Result<People, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open_among(nodes, 1, 1, |who| tongue.enter(who, ROOM, true))?;
    swarm.open_among(nodes, RECEIVERS - 1, 32, |who| tongue.enter(who, ROOM, false))?;
    let speakers = vec![Speaker { socket: 0, say: tongue.say(ROOM) }];
    Ok(People { hears: vec![Some(0); swarm.len()], swarm, speakers, receivers: RECEIVERS })
}

/// Who read first, then who write to them.
fn pairs(tongue: &Confab, nodes: &[SocketAddr]) -> Result<People, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open_among(nodes, PAIRS, 32, Confab::person)?;
    swarm.open_among(nodes, PAIRS, 32, |who| tongue.writer(who - PAIRS))?;
    let speakers = (0..PAIRS).map(|pair| Speaker { socket: PAIRS + pair, say: Confab::write(pair) }).collect();
    let hears = (0..swarm.len()).map(|socket| (socket < PAIRS).then_some(socket)).collect();
    Ok(People { swarm, speakers, hears, receivers: 1 })
}

/// Who make rooms and speak in them, then everybody else in them.
fn rooms(tongue: &Confab, nodes: &[SocketAddr]) -> Result<People, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open_among(nodes, ROOMS, 32, |who| tongue.enter(who, FIRST + who, true))?;
    let others = ROOMS * (MEMBERS - 1);
    swarm.open_among(nodes, others, 64, |who| tongue.enter(who, FIRST + who % ROOMS, false))?;
    let speakers = (0..ROOMS).map(|room| Speaker { socket: room, say: tongue.say(FIRST + room) }).collect();
    let hears = (0..swarm.len()).map(|socket| Some(socket % ROOMS)).collect();
    Ok(People { swarm, speakers, hears, receivers: MEMBERS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_talk_with_each_other_are_at_different_nodes() {
        for nodes in [2, 3] {
            assert!((0..PAIRS).all(|pair| pair % nodes != (PAIRS + pair) % nodes));
            assert!((0..ROOMS).all(|room| room % nodes != (room + ROOMS) % nodes));
        }
    }
}
