//! A thousand rooms of ten, spoken in as unevenly as rooms are: the nth most used one an nth as often as the first.

use std::time::Duration;

use super::fan_out::{Pace, settle};
use super::talk::{Speaker, Talk, Turn};
use super::{Case, Outcome, WINDOW};
use crate::numbers::Times;
use crate::peers::Peer;
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::Tongue;
use crate::trouble::Trouble;

const ROOMS: usize = 1_000;
const MEMBERS: usize = 10;

/// Rooms before these are used by other cases.
const FIRST: usize = 10;

/// Has the first of each room speak.
pub fn measure(peer: &Peer, tongue: &dyn Tongue, server: &Server, time: Duration) -> Result<Outcome, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open(server.address, ROOMS, 32, |who| tongue.enter(who, FIRST + who, true))?;
    let others = ROOMS * (MEMBERS - 1);
    swarm.open(server.address, others, 64, |who| tongue.enter(ROOMS + who, FIRST + who % ROOMS, false))?;
    settle(&mut swarm)?;
    let speaker = |room| Speaker { socket: room, say: tongue.say(FIRST + room) };
    let hears = (0..swarm.len()).map(|socket| Some(socket % ROOMS)).collect();
    let talk = Talk::new((0..ROOMS).map(speaker).collect(), hears, MEMBERS, Turn::uneven(ROOMS));
    let mut times = Times::default();
    let before = server.cpu()?;
    let sum = talk.run(&mut swarm, Pace::Window(WINDOW), time, |_, took| times.add(took.as_micros()))?;
    let sum = sum.whole(peer.name, Case::MixedRooms.title())?;
    let cpu = (server.cpu()? - before).max(0.01);
    let heard = sum.heard as f64;
    let latency = times.percentile(0.5).zip(times.percentile(0.99));
    Ok(Outcome { figure: heard / cpu, per_second: heard / sum.seconds, latency })
}
