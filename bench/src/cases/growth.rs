//! What a message costs by how many hear it, how many rooms there are, how many people are connected, and how many messages
//! are stored, over two decades of each. It is to grow with the first alone.

use std::time::Duration;

use super::fan_out::{Pace, settle};
use super::filled;
use super::talk::{Speaker, Talk, Turn};
use crate::numbers::readable;
use crate::peers::{Places, confab};
use crate::say;
use crate::swarm::Swarm;
use crate::tongues::{Confab, Tongue};
use crate::trouble::Trouble;

/// Messages under way.
const WINDOW: u32 = 16;

/// Who is in a room where something else grows.
const MEMBERS: usize = 10;

/// The first room of ours.
const FIRST: usize = 10;

/// What grew, and what a message cost at each size.
#[derive(Clone, Debug)]
pub struct Growth {
    /// What grew.
    pub what: &'static str,
    /// Sizes, each with the CPU microseconds of the server per message.
    pub costs: Vec<(u32, f64)>,
}

/// What a server holds.
#[derive(Clone, Copy)]
struct Scene {
    rooms: usize,
    members: usize,
    /// Connected, and in no room.
    others: usize,
    /// In the room that is spoken in; it is the lobby then.
    stored: Option<u32>,
}

/// The scene at a size.
type Of<'a> = &'a dyn Fn(u32) -> Scene;

/// Measures all four.
///
/// # Errors
/// What kept it from being measured, lost messages among it.
pub fn measure(places: &Places, time: Duration) -> Result<Vec<Growth>, Trouble> {
    let scene = Scene { rooms: 1, members: MEMBERS, others: 0, stored: None };
    let size = |size: u32| size as usize;
    let grown: [(&str, [u32; 3], Of<'_>); 4] = [
        ("receivers", [10, 100, 1_000], &|count| Scene { members: size(count), ..scene }),
        ("rooms, all spoken in", [10, 100, 1_000], &|count| Scene { rooms: size(count), ..scene }),
        ("people connected", [100, 1_000, 10_000], &|count| Scene { others: size(count), ..scene }),
        ("messages stored", [10_000, 100_000, 1_000_000], &|count| Scene { stored: Some(count), ..scene }),
    ];
    let mut all = Vec::new();
    for (what, sizes, scene) in grown {
        let mut costs = Vec::new();
        for count in sizes {
            let cost = cost(places, scene(count), time)?;
            say::line(&format!("    {:>9} {what:<22} {cost:8.1} µs a message", readable(f64::from(count))));
            costs.push((count, cost));
        }
        all.push(Growth { what, costs });
    }
    Ok(all)
}

fn cost(places: &Places, scene: Scene, time: Duration) -> Result<f64, Trouble> {
    let tongue = Confab::default();
    let server = match scene.stored {
        Some(messages) => confab::start_on(places, &filled::copy(places, messages)?, None)?,
        None => confab::start(places)?,
    };
    let (mut swarm, mut others) = (Swarm::new()?, Swarm::new()?);
    others.open(server.address, scene.others, 64, |who| tongue.connect(who))?;
    let number = |room: usize| if scene.stored.is_some() { 0 } else { FIRST + room };
    swarm.open(server.address, scene.rooms, 32, |who| tongue.enter(who, number(who), true))?;
    let rest = scene.rooms * (scene.members - 1);
    swarm.open(server.address, rest, 64, |who| tongue.enter(who, number(who % scene.rooms), false))?;
    settle(&mut swarm)?;
    // In one room after the other, by who made it.
    let speakers = (0..scene.rooms).map(|room| Speaker { socket: room, say: tongue.say(number(room)) }).collect();
    let hears = (0..swarm.len()).map(|socket| Some(socket % scene.rooms)).collect();
    let talk = Talk::new(speakers, hears, scene.members, Turn::around());
    let before = server.cpu()?;
    let sum = talk.run(&mut swarm, Pace::Window(WINDOW), time, |_, _| {})?.whole("confab", "Growth")?;
    Ok((server.cpu()? - before).max(0.01) * 1e6 / f64::from(sum.messages.max(1)))
}
