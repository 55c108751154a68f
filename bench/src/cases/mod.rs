//! What is measured. A [`Case`] is one line of the report; several share a server's run, since they need the same
//! connections.

mod durable;
pub mod fan_out;
mod opening;
mod ping_pong;

use std::time::Duration;

use crate::peers::{Peer, Places};
use crate::process::Server;
use crate::say;
use crate::swarm::Swarm;
use crate::tongues::Tongue;
use crate::trouble::Trouble;
use fan_out::{Load, Pace};

/// Messages under way in a pipelined load, which bounds what a server can put into one write.
const WINDOW: u32 = 64;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Case {
    /// One room, 100 receivers, as much as goes.
    Pipelined100,
    /// One room, 1,000 receivers, as much as goes.
    Pipelined1000,
    /// One room, 1,000 receivers, the next message once all have the one before: nothing to batch.
    Single1000,
    /// One room, 1,000 receivers, 100 messages a second.
    Paced1000,
    /// One room, 100 receivers, 200 messages a second.
    Paced100,
    /// 200 pairs, each with one message under way.
    PingPong,
    /// 200 senders, each with one message under way until it is on disk.
    Durable,
    /// Connections opened until each may speak.
    Connects,
    /// What an idle connection keeps resident.
    Idle,
}

impl Case {
    /// All, in the order of the report.
    pub const ALL: [Self; 9] = [
        Self::Pipelined100,
        Self::Pipelined1000,
        Self::Single1000,
        Self::Paced1000,
        Self::Paced100,
        Self::PingPong,
        Self::Durable,
        Self::Connects,
        Self::Idle,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pipelined100 => "Fan-out to 100, pipelined",
            Self::Pipelined1000 => "Fan-out to 1,000, pipelined",
            Self::Single1000 => "Fan-out to 1,000, one message under way",
            Self::Paced1000 => "Fan-out to 1,000, paced at 100,000 deliveries a second",
            Self::Paced100 => "Fan-out to 100, paced at 20,000 deliveries a second",
            Self::PingPong => "Ping-pong over 200 pairs",
            Self::Durable => "Direct messages of 200 senders, acknowledged once on disk",
            Self::Connects => "Connections opened",
            Self::Idle => "Idle connections",
        }
    }

    /// What its figure counts.
    pub fn unit(self) -> &'static str {
        match self {
            Self::PingPong | Self::Durable => "messages per CPU second of the server",
            Self::Connects => "connections per CPU second of the server",
            Self::Idle => "resident bytes per connection (less is better)",
            _ => "deliveries per CPU second of the server",
        }
    }

    /// A name for files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pipelined100 => "pipelined-100",
            Self::Pipelined1000 => "pipelined-1000",
            Self::Single1000 => "single-1000",
            Self::Paced1000 => "paced-1000",
            Self::Paced100 => "paced-100",
            Self::PingPong => "ping-pong",
            Self::Durable => "durable",
            Self::Connects => "connects",
            Self::Idle => "idle",
        }
    }
}

/// What one round gave.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The figure, in the case's unit.
    pub figure: f64,
    /// The same per second of the clock; 0 where that means nothing.
    pub per_second: f64,
    /// Half and 99 of 100 were there within so many milliseconds.
    pub latency: Option<(f64, f64)>,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// How often everything is measured.
    pub rounds: usize,
    /// How long each load lasts.
    pub time: Duration,
    /// How many idle connections.
    pub idle: usize,
    /// Opens them in each round, not only in the first: that takes most of the time.
    pub opens_each_round: bool,
}

/// Measures all cases of one peer once; `first` is the first round.
///
/// # Errors
/// What kept it from being measured, lost messages among it.
pub fn measure(peer: &Peer, places: &Places, extent: &Extent, first: bool) -> Result<Vec<(Case, Outcome)>, Trouble> {
    let mut outcomes = Vec::new();
    if let Some(tongue) = &peer.tongue
        && (first || extent.opens_each_round)
    {
        outcomes.extend(opening::measure(peer, &**tongue, places, extent.idle)?);
    }
    let server = peer.start(places)?;
    if let Some(keeps) = &peer.keeps {
        outcomes.push((Case::Durable, durable::measure(peer, &**keeps, &server, extent.time)?));
    }
    if let Some(tongue) = &peer.tongue {
        talk(peer, &**tongue, &server, extent.time, &mut outcomes)?;
    }
    for (case, outcome) in &outcomes {
        tell(peer, *case, outcome);
    }
    Ok(outcomes)
}

fn talk(
    peer: &Peer,
    tongue: &dyn Tongue,
    server: &Server,
    time: Duration,
    outcomes: &mut Vec<(Case, Outcome)>,
) -> Result<(), Trouble> {
    for (room, receivers) in [(0, 1_000), (1, 100)] {
        let mut swarm = Swarm::new()?;
        swarm.open(server.address, 1, 1, |who| tongue.enter(who, room))?;
        swarm.open(server.address, receivers - 1, 32, |who| tongue.enter(who, room))?;
        for (case, pace) in loads(receivers) {
            let load = Load { case, pace, time, server, peer: peer.name };
            outcomes.push((case, fan_out::measure(&mut swarm, &tongue.say(room), &load)?));
        }
    }
    outcomes.push((Case::PingPong, ping_pong::measure(peer, tongue, server, time)?));
    Ok(())
}

fn loads(receivers: usize) -> Vec<(Case, Pace)> {
    let every = |micros| Pace::Every(Duration::from_micros(micros));
    if receivers == 1_000 {
        vec![
            (Case::Pipelined1000, Pace::Window(WINDOW)),
            (Case::Single1000, Pace::Window(1)),
            (Case::Paced1000, every(10_000)),
        ]
    } else {
        vec![(Case::Pipelined100, Pace::Window(WINDOW)), (Case::Paced100, every(5_000))]
    }
}

fn tell(peer: &Peer, case: Case, outcome: &Outcome) {
    let latency =
        outcome.latency.map_or_else(String::new, |(half, most)| format!(", p50 {half:.2} ms, p99 {most:.2} ms"));
    let figure = crate::numbers::readable(outcome.figure);
    say::line(&format!("    {:<10} {:<55} {figure:>12}{latency}", peer.name, case.title()));
}
