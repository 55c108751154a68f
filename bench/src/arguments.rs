//! What the program was asked to do.

use std::path::PathBuf;
use std::time::Duration;

use crate::cases::{Case, Extent, growth};
use crate::peers::{self, Peer, Places};
use crate::rounds::Results;
use crate::trouble::Trouble;
use crate::{nodes, report, rounds, say, siege};

const HELP: &str = "\
cargo xtask bench [--quick | --medium] [--load <milliseconds>] [--case <case> …] [<peer> …]
cargo xtask bench --nodes [--quick] [--load <milliseconds>]
cargo xtask bench --growth
cargo xtask bench --build-times
cargo xtask bench --siege <minutes>

  without an option   five rounds of 3 s for each load, 15,000 idle connections; writes bench/RESULTS.md
  --medium            three rounds of 2 s, connections opened in the first only; about a quarter of an hour; writes
                      bench/RESULTS.md
  --quick             Confab and the ceiling once, for half a minute; checks that nothing is lost, and writes nothing
  --nodes             one, two and three nodes on a PostgreSQL and a NATS server of its own, in three rounds of 2 s for each
                      load: what they get done, how long a message takes, what it costs each part; about five minutes; writes
                      bench/NODES.md, with --quick half a minute and nothing
  --siege <minutes>   what others notice of each kind of hostile client, and for so many minutes of all at once, with
                      Confab's own limits; writes nothing
  --load <ms>         so long for each load, instead
  --case <case>       only this, or these where given more than once, by the names of the plots; writes nothing
  --growth            only what a message costs Confab by receivers, rooms, users and stored messages; writes nothing
  --build-times       builds instead, and writes how long that took into bench/BUILD.md, which the report includes
  <peer> …            only these: confab ceiling ceiling-230 nats axum node mosquitto fastapi postgres; writes nothing";

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mode {
    Quick,
    Medium,
    Full,
}

impl Mode {
    fn extent(self, load: Option<Duration>, only: Vec<Case>) -> Extent {
        let (rounds, millis, idle) = match self {
            Self::Quick => (1, 400, 1_000),
            Self::Medium => (3, 2_000, 15_000),
            Self::Full => (5, 3_000, 15_000),
        };
        let (opens_each_round, reads) = (self == Self::Full, self != Self::Quick);
        let time = load.unwrap_or(Duration::from_millis(millis));
        Extent { rounds, time, idle, opens_each_round, reads, only }
    }

    fn of_nodes(self, load: Option<Duration>) -> nodes::Extent {
        let (rounds, millis) = if self == Self::Quick { (1, 400) } else { (3, 2_000) };
        nodes::Extent { rounds, time: load.unwrap_or(Duration::from_millis(millis)) }
    }
}

/// Does what the words ask for.
///
/// # Errors
/// What stopped it.
pub fn run(words: &[String]) -> Result<(), Trouble> {
    if let [be, name, address] = words
        && be == "be"
    {
        return peers::be(name, address);
    }
    let mut mode = Mode::Full;
    let (mut names, mut only, mut grows) = (Vec::new(), Vec::new(), false);
    let mut places = Places { confab: PathBuf::new(), here: PathBuf::new(), work: PathBuf::new() };
    let (mut soak, mut load, mut several) = (None, None, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--siege" {
            soak = Some(60 * number(word, words.next())?);
            continue;
        }
        if word == "--load" {
            load = Some(Duration::from_millis(number(word, words.next())?));
            continue;
        }
        let mut path = || words.next().map(PathBuf::from).ok_or_else(|| Trouble::Argument(word.clone()));
        match word.as_str() {
            "--quick" => mode = Mode::Quick,
            "--medium" => mode = Mode::Medium,
            "--case" => {
                let slug = words.next().ok_or_else(|| Trouble::Argument(word.clone()))?;
                only.push(Case::of_slug(slug).ok_or_else(|| Trouble::Argument(slug.clone()))?);
            }
            "--growth" => grows = true,
            "--nodes" => several = true,
            "--confab" => places.confab = path()?,
            "--here" => places.here = path()?,
            "--work" => places.work = path()?,
            "--help" | "-h" => {
                say::line(HELP);
                return Ok(());
            }
            name => names.push(name.to_owned()),
        }
    }
    match soak {
        _ if !places.confab.is_file() => Err(Trouble::NotBuilt(places.confab)),
        Some(soak) => siege::run(&places, Duration::from_secs(soak)),
        None if several => nodes::run(&places, mode.of_nodes(load), mode != Mode::Quick),
        None => measure((mode, load), &names, only, grows, &places),
    }
}

/// The number behind an option.
fn number(option: &str, word: Option<&String>) -> Result<u64, Trouble> {
    let number = word.and_then(|word| word.parse().ok());
    number.ok_or_else(|| Trouble::Argument(format!("{option} without a number")))
}

fn measure(
    (mode, load): (Mode, Option<Duration>),
    names: &[String],
    only: Vec<Case>,
    grows: bool,
    places: &Places,
) -> Result<(), Trouble> {
    let mut peers = peers::all();
    if let Some(unknown) = names.iter().find(|name| peers.iter().all(|peer| peer.name != name.as_str())) {
        return Err(Trouble::Argument(unknown.clone()));
    }
    let wanted = |peer: &Peer| match mode {
        _ if !names.is_empty() => names.iter().any(|name| name == peer.name),
        Mode::Quick => matches!(peer.name, "confab" | "ceiling"),
        Mode::Medium | Mode::Full => true,
    };
    peers.retain(wanted);
    let told = mode != Mode::Quick && names.is_empty() && only.is_empty();
    let extent = mode.extent(load, only);
    let growth = if told || grows { growth::measure(places, extent.time)? } else { Vec::new() };
    let tell = |results: &Results| if told { report::write(results, &growth, &peers, places, &extent) } else { Ok(()) };
    if !grows {
        rounds::run(&peers, places, &extent, tell)?;
    }
    say::line("nothing was lost, doubled or out of order");
    Ok(())
}
