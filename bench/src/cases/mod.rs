//! What is measured. A [`Case`] is one line of the report; several share a server's run, since they need the same
//! connections.

mod durable;
pub mod fan_out;
pub mod filled;
pub mod growth;
mod login;
mod mixed_dialects;
mod mixed_rooms;
mod opening;
mod ping_pong;
mod reading;
mod slow_reader;
pub mod talk;

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
    /// 1,000 rooms of ten.
    MixedRooms,
    /// One room, 100 receivers in five dialects, as much as goes.
    MixedDialects,
    /// One room, 99 receivers and one who does not read, as much as goes.
    SlowReader,
    /// 200 pairs, each with one message under way.
    PingPong,
    /// 200 senders, each with one message under way until it is on disk.
    Durable,
    /// Connections opened until each may speak.
    Connects,
    /// What an idle connection keeps resident.
    Idle,
    /// Logins with a password.
    Login,
    /// The start on a store with a million messages.
    Start,
    /// Pages of a history of a million messages.
    History,
    /// Words looked for in a million messages.
    Search,
}

impl Case {
    /// All, in the order of the report.
    pub const ALL: [Self; 16] = [
        Self::Pipelined100,
        Self::Pipelined1000,
        Self::Single1000,
        Self::Paced1000,
        Self::Paced100,
        Self::MixedRooms,
        Self::MixedDialects,
        Self::SlowReader,
        Self::PingPong,
        Self::Durable,
        Self::Connects,
        Self::Idle,
        Self::Login,
        Self::Start,
        Self::History,
        Self::Search,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pipelined100 => "Fan-out to 100, pipelined",
            Self::Pipelined1000 => "Fan-out to 1,000, pipelined",
            Self::Single1000 => "Fan-out to 1,000, one message under way",
            Self::Paced1000 => "Fan-out to 1,000, paced at 100,000 deliveries a second",
            Self::Paced100 => "Fan-out to 100, paced at 20,000 deliveries a second",
            Self::MixedRooms => "1,000 rooms of ten, unevenly used, 64 messages under way",
            Self::MixedDialects => "Fan-out to 100 in five dialects, pipelined",
            Self::SlowReader => "Fan-out to 99 beside one who does not read, pipelined",
            Self::PingPong => "Ping-pong over 200 pairs",
            Self::Durable => "Direct messages of 200 senders, acknowledged once on disk",
            Self::Connects => "Connections opened",
            Self::Idle => "Idle connections",
            Self::Login => "Logins with a password",
            Self::Start => "Start on a store with a million messages",
            Self::History => "Pages of 50 from a history of a million messages",
            Self::Search => "Words looked for in a million messages",
        }
    }

    /// What its figure counts.
    pub fn unit(self) -> &'static str {
        match self {
            Self::PingPong | Self::Durable => "messages per CPU second of the server",
            Self::Connects => "connections per CPU second of the server",
            Self::Idle => "resident bytes per connection (less is better)",
            Self::Login => "logins per CPU second of the server",
            Self::Start => "milliseconds until it listens (less is better)",
            Self::History => "pages per CPU second of the server",
            Self::Search => "searches per CPU second of the server",
            _ => "deliveries per CPU second of the server",
        }
    }

    /// The one of that name.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|case| case.slug() == slug)
    }

    /// A name for files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pipelined100 => "pipelined-100",
            Self::Pipelined1000 => "pipelined-1000",
            Self::Single1000 => "single-1000",
            Self::Paced1000 => "paced-1000",
            Self::Paced100 => "paced-100",
            Self::MixedRooms => "mixed-rooms",
            Self::MixedDialects => "mixed-dialects",
            Self::SlowReader => "slow-reader",
            Self::PingPong => "ping-pong",
            Self::Durable => "durable",
            Self::Connects => "connects",
            Self::Idle => "idle",
            Self::Login => "login",
            Self::Start => "start",
            Self::History => "history",
            Self::Search => "search",
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
#[derive(Clone, Debug)]
pub struct Extent {
    /// How often everything is measured.
    pub rounds: usize,
    /// How long each load lasts.
    pub time: Duration,
    /// How many idle connections.
    pub idle: usize,
    /// Opens them in each round, not only in the first, and does whatever else takes long: that takes most of the time.
    pub opens_each_round: bool,
    /// Also what is asked of a million messages, which have to be stored first.
    pub reads: bool,
    /// Only these; all where there are none.
    pub only: Vec<Case>,
}

impl Extent {
    fn wants(&self, case: Case) -> bool {
        self.only.is_empty() || self.only.contains(&case)
    }
}

/// Measures all cases of one peer once; `first` is the first round.
///
/// # Errors
/// What kept it from being measured, lost messages among it.
pub fn measure(peer: &Peer, places: &Places, extent: &Extent, first: bool) -> Result<Vec<(Case, Outcome)>, Trouble> {
    let mut outcomes = Vec::new();
    // What takes long is done once, where nothing else is asked for.
    let all = first || extent.opens_each_round;
    if let Some(tongue) = &peer.tongue
        && all
        && (extent.wants(Case::Connects) || extent.wants(Case::Idle))
    {
        outcomes.extend(opening::measure(peer, &**tongue, places, extent.idle)?);
    }
    let server = peer.start(places)?;
    if let Some(keeps) = &peer.keeps
        && extent.wants(Case::Durable)
    {
        outcomes.push((Case::Durable, durable::measure(peer, &**keeps, &server, extent.time)?));
    }
    if let Some(tongue) = &peer.tongue {
        talk(peer, &**tongue, &server, extent, &mut outcomes)?;
        if all && peer.opens_quickly() && extent.wants(Case::MixedRooms) {
            outcomes.push((Case::MixedRooms, mixed_rooms::measure(peer, &**tongue, &server, extent.time)?));
        }
        drop(server);
        if peer.is_confab() {
            alone(peer, &**tongue, places, extent, all, &mut outcomes)?;
        }
    }
    for (case, outcome) in &outcomes {
        tell(peer, *case, outcome);
    }
    Ok(outcomes)
}

/// What has nothing to be held against.
fn alone(
    peer: &Peer,
    tongue: &dyn Tongue,
    places: &Places,
    extent: &Extent,
    all: bool,
    outcomes: &mut Vec<(Case, Outcome)>,
) -> Result<(), Trouble> {
    if extent.wants(Case::MixedDialects) {
        outcomes.push((Case::MixedDialects, mixed_dialects::measure(peer, tongue, places, extent.time)?));
    }
    if extent.wants(Case::Login) {
        outcomes.push((Case::Login, login::measure(places, extent.time)?));
    }
    let reads = [Case::Start, Case::History, Case::Search];
    if all && extent.reads && reads.into_iter().any(|case| extent.wants(case)) {
        outcomes.extend(reading::measure(peer, tongue, places, extent.time)?);
    }
    Ok(())
}

fn talk(
    peer: &Peer,
    tongue: &dyn Tongue,
    server: &Server,
    extent: &Extent,
    outcomes: &mut Vec<(Case, Outcome)>,
) -> Result<(), Trouble> {
    let time = extent.time;
    for (room, receivers) in [(0, 1_000), (1, 100)] {
        let mut loads = loads(receivers);
        loads.retain(|(case, _)| extent.wants(*case));
        if loads.is_empty() {
            continue;
        }
        let mut swarm = Swarm::new()?;
        swarm.open(server.address, 1, 1, |who| tongue.enter(who, room, true))?;
        swarm.open(server.address, receivers - 1, 32, |who| tongue.enter(1 + who, room, false))?;
        for (case, pace) in loads {
            let load = Load { case, pace, time, server, peer: peer.name };
            outcomes.push((case, fan_out::measure(&mut swarm, &tongue.say(room), &load)?));
        }
    }
    if peer.is_ours() && extent.wants(Case::SlowReader) {
        outcomes.push((Case::SlowReader, slow_reader::measure(peer, tongue, server, time)?));
    }
    if extent.wants(Case::PingPong) {
        outcomes.push((Case::PingPong, ping_pong::measure(peer, tongue, server, time)?));
    }
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
