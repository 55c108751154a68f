//! What a message takes where several nodes share one chat: one, two and three of them on one PostgreSQL with one NATS
//! server between them, in alternating rounds. All of it shares the cores of one machine with the generator, so more nodes
//! do not get more done here; what each message costs each part does not depend on that.

mod loads;
mod meter;

use std::time::Duration;

use crate::cases::fan_out::settle_for;
use crate::cases::talk::{Talk, Turn};
use crate::numbers::{Spread, Times, readable};
use crate::peers::Places;
use crate::peers::cluster::{Cluster, Ground};
use crate::tongues::Confab;
use crate::trouble::Trouble;
use crate::{report, say};
pub use loads::{Load, PACED, SCENES, TYPICAL};
use loads::{People, Scene};
pub use meter::{Cost, Used};

/// How many nodes are measured.
pub const NODES: [usize; 3] = [1, 2, 3];

/// How long nodes get to tell each other who has come.
const QUIET: Duration = Duration::from_secs(1);

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// How often everything is measured.
    pub rounds: usize,
    /// How long each load lasts.
    pub time: Duration,
}

/// What one load came to in one round.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Messages by the clock.
    pub per_second: f64,
    /// Deliveries by the clock.
    pub heard_per_second: f64,
    /// Half and 99 of 100 were there within so many milliseconds, where who heard it is at the speaker's node.
    pub here: Option<(f64, f64)>,
    /// The same where he is at another.
    pub there: Option<(f64, f64)>,
    /// What a message took.
    pub used: Used,
}

/// What all rounds gave.
#[derive(Debug, Default)]
pub struct Results {
    outcomes: Vec<(&'static str, usize, Outcome)>,
    /// How many rounds there were.
    pub rounds: usize,
}

impl Results {
    /// A figure of a load with so many nodes.
    pub fn spread(&self, load: &Load, nodes: usize, figure: impl Fn(&Outcome) -> Option<f64>) -> Option<Spread> {
        let of = self.outcomes.iter().filter(|(title, count, _)| *title == load.title && *count == nodes);
        Spread::of(of.filter_map(|(_, _, outcome)| figure(outcome)).collect())
    }
}

/// Measures all, and writes `bench/NODES.md` after each round where it is to be `told`.
///
/// # Errors
/// What kept it from being measured, lost messages among it.
pub fn run(places: &Places, extent: Extent, told: bool) -> Result<(), Trouble> {
    let ground = Ground::start(places)?;
    let mut results = Results::default();
    for round in 1..=extent.rounds {
        say::line(&format!("round {round} of {}", extent.rounds));
        for nodes in NODES {
            let cluster = ground.cluster(places, nodes, &format!("round_{round}_of_{nodes}"))?;
            let tongue = Confab::default();
            for scene in &SCENES {
                measure(&cluster, &tongue, scene, extent.time, &mut results)?;
            }
        }
        results.rounds = round;
        if told {
            report::nodes::write(&results, extent, places)?;
        }
    }
    ground.end();
    say::line("nothing was lost, doubled or out of order");
    Ok(())
}

/// Measures the loads of one scene.
fn measure(
    cluster: &Cluster<'_>,
    tongue: &Confab,
    scene: &Scene,
    time: Duration,
    results: &mut Results,
) -> Result<(), Trouble> {
    let mut people = (scene.gather)(tongue, &cluster.addresses())?;
    settle_for(&mut people.swarm, QUIET)?;
    let nodes = cluster.nodes.len();
    for load in scene.loads {
        let outcome = speak(cluster, &mut people, load, time)?;
        let (rate, latency) = (readable(outcome.per_second), outcome.there.or(outcome.here));
        let latency = latency.map_or_else(String::new, |(half, most)| format!(", p50 {half:.2} ms, p99 {most:.2} ms"));
        say::line(&format!("    {nodes}  {:<62} {rate:>9} messages a second{latency}", load.title));
        results.outcomes.push((load.title, nodes, outcome));
    }
    Ok(())
}

fn speak(cluster: &Cluster<'_>, people: &mut People, load: &Load, time: Duration) -> Result<Outcome, Trouble> {
    const NAMES: [&str; 3] = ["one node", "two nodes", "three nodes"];
    let nodes = cluster.nodes.len();
    let turn = if load.unevenly { Turn::uneven(people.speakers.len()) } else { Turn::around() };
    let talk = Talk::new(people.speakers.clone(), people.hears.clone(), people.receivers, turn);
    let speaker_of: Vec<usize> =
        people.hears.iter().map(|hears| hears.map_or(0, |conversation| people.speakers[conversation].socket)).collect();
    let (mut here, mut there) = (Times::default(), Times::default());
    let is_timed = load.is_timed();
    let meter = meter::begin(cluster)?;
    let sum = talk.run(&mut people.swarm, load.pace_of(nodes), time, |socket, took| {
        let speaker = speaker_of[socket];
        // What the speaker hears of himself is not what others wait for.
        if is_timed && socket != speaker {
            let times = if socket % nodes == speaker % nodes { &mut here } else { &mut there };
            times.add(took.as_micros());
        }
    })?;
    let used = meter.end(cluster)?.by(f64::from(sum.messages.max(1)));
    let sum = sum.whole(NAMES.get(nodes - 1).copied().unwrap_or("several nodes"), load.title)?;
    let shares = |mut times: Times| times.percentile(0.5).zip(times.percentile(0.99));
    Ok(Outcome {
        per_second: f64::from(sum.messages) / sum.seconds,
        heard_per_second: sum.heard as f64 / sum.seconds,
        here: shares(here),
        there: shares(there),
        used,
    })
}
