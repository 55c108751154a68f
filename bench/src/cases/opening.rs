//! Connections: how many can be opened, and what one keeps resident while it says nothing.

use std::time::Instant;

use super::{Case, Outcome};
use crate::peers::{Peer, Places};
use crate::swarm::Swarm;
use crate::tongues::Tongue;
use crate::trouble::Trouble;

/// Connections under way at once.
const AT_ONCE: usize = 128;

/// One of so many comes before anything is measured: the first pay for what a server makes once, its caches and its
/// statements among it.
const BEFORE: usize = 15;

/// Opens `count` connections to a fresh server and leaves them idle.
pub fn measure(
    peer: &Peer,
    tongue: &dyn Tongue,
    places: &Places,
    count: usize,
) -> Result<[(Case, Outcome); 2], Trouble> {
    let server = peer.start(places)?;
    let mut swarm = Swarm::new()?;
    let before = count / BEFORE;
    swarm.open(server.address, before, AT_ONCE, |who| tongue.connect(who))?;
    let (resident, cpu, count) = (server.resident()?, server.cpu()?, count - before);
    let begun = Instant::now();
    swarm.open(server.address, count, AT_ONCE, |who| tongue.connect(who))?;
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = (server.cpu()? - cpu).max(0.01);
    let grown = server.resident()?.saturating_sub(resident) as f64;
    let connects = Outcome { figure: count as f64 / cpu, per_second: count as f64 / seconds, latency: None };
    let idle = Outcome { figure: grown / count as f64, per_second: 0.0, latency: None };
    Ok([(Case::Connects, connects), (Case::Idle, idle)])
}
