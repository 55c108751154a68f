//! Ninety-nine who read, and one in the same room who does not.

use std::time::Duration;

use super::fan_out::{self, Load, Pace};
use super::{Case, Outcome, WINDOW};
use crate::peers::Peer;
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::Tongue;
use crate::trouble::Trouble;

const ROOM: usize = 2;

/// What the ninety-nine get. The slow one's connection is open all the while.
pub fn measure(peer: &Peer, tongue: &dyn Tongue, server: &Server, time: Duration) -> Result<Outcome, Trouble> {
    let (mut fast, mut slow) = (Swarm::new()?, Swarm::new()?);
    fast.open(server.address, 1, 1, |who| tongue.enter(who, ROOM, true))?;
    fast.open(server.address, 98, 32, |who| tongue.enter(1 + who, ROOM, false))?;
    // Its events are never asked for again.
    slow.open(server.address, 1, 1, |_| tongue.enter(99, ROOM, false))?;
    let load = Load { case: Case::SlowReader, pace: Pace::Window(WINDOW), time, server, peer: peer.name };
    fan_out::measure(&mut fast, &tongue.say(ROOM), &load)
}
