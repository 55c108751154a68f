//! One room of a hundred who speak five dialects, twenty each. One of them says it all.

use std::time::Duration;

use super::fan_out::{self, Load, Pace};
use super::{Case, Outcome, WINDOW};
use crate::peers::{Peer, Places, confab};
use crate::process::free_address;
use crate::swarm::Swarm;
use crate::tongues::{Tongue, dialects};
use crate::trouble::Trouble;

/// The lobby.
const ROOM: usize = 0;

/// Of each dialect.
const EACH: usize = 20;

/// Measures a server of its own, which also listens for lines.
pub fn measure(peer: &Peer, tongue: &dyn Tongue, places: &Places, time: Duration) -> Result<Outcome, Trouble> {
    let lines = free_address()?;
    let server = confab::start_on(places, &places.work.join("dialects"), Some(lines))?;
    let mut swarm = Swarm::new()?;
    swarm.open(server.address, EACH, 1, |who| tongue.enter(who, ROOM, who == 0))?;
    for dialect in [dialects::postman, dialects::public_chat, dialects::tmp] {
        swarm.open(server.address, EACH, 1, dialect)?;
    }
    swarm.open(lines, EACH, 1, dialects::line)?;
    let load = Load { case: Case::MixedDialects, pace: Pace::Window(WINDOW), time, server: &server, peer: peer.name };
    fan_out::measure(&mut swarm, &tongue.say(ROOM), &load)
}
