//! What a hundred people in a room notice while others do their worst, and what it costs the server in memory: each
//! attack beside a quiet time of the same run, and then, for some minutes, all of them at once.

mod attacks;

use std::time::{Duration, Instant};

use crate::cases::Case;
use crate::cases::fan_out::{self, Load, Pace};
use crate::numbers::Spread;
use crate::peers::{self, Places};
use crate::process::Server;
use crate::say;
use crate::swarm::Swarm;
use crate::tongues::{Confab, Tongue, frames};
use crate::trouble::Trouble;
use attacks::Attack;

/// How many are in the room.
const PEOPLE: usize = 100;

/// How often one of them speaks: what anybody may by the server's own limits.
const EVERY: Duration = Duration::from_millis(25);

/// How long one look lasts.
const LOOK: Duration = Duration::from_secs(5);

/// How many looks are taken of each attack and of each quiet time: a disk that is slow once makes a look's worst message
/// slow, so what counts is the one in the middle.
const LOOKS: usize = 3;

/// The hundred, and their server, which runs with its own limits.
struct Room {
    server: Server,
    swarm: Swarm,
    tongue: Confab,
}

/// Measures each attack by itself, then all together for so long.
///
/// # Errors
/// What kept it from being measured, lost messages among it.
pub fn run(places: &Places, soak: Duration) -> Result<(), Trouble> {
    let mut room = Room::full_of_people(peers::confab::start_with_its_own_limits(places)?)?;
    let quiet = room.one_by_one()?;
    if !soak.is_zero() {
        room.all_at_once(soak, quiet)?;
    }
    say::line("nothing was lost, doubled or out of order");
    Ok(())
}

impl Room {
    fn full_of_people(server: Server) -> Result<Self, Trouble> {
        let (mut swarm, tongue) = (Swarm::new()?, Confab::default());
        swarm.open(server.address, PEOPLE, 8, |who| tongue.enter(who, 0, who == 0))?;
        Ok(Self { server, swarm, tongue })
    }

    /// What half and 99 of 100 messages take, in milliseconds.
    fn look(&mut self) -> Result<(f64, f64), Trouble> {
        // The generator answers no pings, so everybody says now and then that he is there.
        for who in 0..self.swarm.len() {
            self.swarm.socket(who).send(&frames::text(r#"{"type":"ping"}"#))?;
        }
        let load =
            Load { case: Case::Paced100, pace: Pace::Every(EVERY), time: LOOK, server: &self.server, peer: "confab" };
        let outcome = fan_out::measure(&mut self.swarm, &self.tongue.say(0), &load)?;
        Ok(outcome.latency.unwrap_or_default())
    }

    /// What is in the middle of several looks.
    fn looks(&mut self) -> Result<(f64, f64), Trouble> {
        let (mut half, mut most) = (Vec::new(), Vec::new());
        for _ in 0..LOOKS {
            let (p50, p99) = self.look()?;
            half.push(p50);
            most.push(p99);
        }
        let middle = |of: Vec<f64>| Spread::of(of).map_or(0.0, |spread| spread.median);
        Ok((middle(half), middle(most)))
    }

    /// Each attack, between two quiet times. The median of those, in milliseconds.
    fn one_by_one(&mut self) -> Result<f64, Trouble> {
        say::line(
            "| 100 in a room, 40 messages a second, while there are … | p50 ms | p99 ms | quiet p99 ms | of quiet |",
        );
        say::line("|---|--:|--:|--:|--:|");
        let mut all_quiet = Vec::new();
        let mut before = self.looks()?.1;
        for attack in Attack::ALL {
            let running = attack.begin(self.server.address);
            let (half, most) = self.looks()?;
            drop(running);
            let after = self.looks()?.1;
            let quiet = f64::midpoint(before, after);
            let (title, share) = (attack.title(), most / quiet);
            say::line(&format!("| {title} | {half:.2} | {most:.2} | {before:.2}, {after:.2} | {share:.2} |"));
            all_quiet.extend([before, after]);
            before = after;
        }
        Ok(Spread::of(all_quiet).map_or(0.0, |spread| spread.median))
    }

    fn all_at_once(&mut self, soak: Duration, quiet: f64) -> Result<(), Trouble> {
        let at_first = mib(self.server.resident()?);
        let cpu = self.server.cpu()?;
        let running: Vec<_> = Attack::ALL.iter().map(|attack| attack.begin(self.server.address)).collect();
        let (begun, mut times, mut largest) = (Instant::now(), Vec::new(), at_first);
        say::line("\n| all at once, after | p50 ms | p99 ms | resident MiB |\n|---|--:|--:|--:|");
        let mut told = 0;
        while begun.elapsed() < soak {
            let (half, most) = self.look()?;
            let resident = mib(self.server.resident()?);
            largest = largest.max(resident);
            times.push(most);
            let minute = begun.elapsed().as_secs() / 60;
            if minute > told || times.len() == 1 {
                told = minute;
                let at = begun.elapsed().as_secs();
                say::line(&format!("| {at} s | {half:.2} | {most:.2} | {resident:.1} |"));
            }
        }
        let cpu = (self.server.cpu()? - cpu) / begun.elapsed().as_secs_f64();
        drop(running);
        let afterwards = self.look()?.1;
        let left = mib(self.server.resident()?);
        let p99 = Spread::of(times).map_or(0.0, |spread| spread.median);
        say::line(&format!(
            "\nresident: {at_first:.1} MiB before, {largest:.1} MiB at most, {left:.1} MiB afterwards; {cpu:.2} cores used; \
             p99 {p99:.2} ms in the middle of all looks, {quiet:.2} ms quiet before, {afterwards:.2} ms quiet afterwards"
        ));
        Ok(())
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
