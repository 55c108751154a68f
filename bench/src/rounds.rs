//! Alternating rounds: every peer once, then every peer again, so that whatever else the machine does meets all of
//! them alike.

use std::collections::BTreeMap;

use crate::cases::{self, Case, Extent, Outcome};
use crate::numbers::Spread;
use crate::peers::{Peer, Places};
use crate::say;
use crate::trouble::Trouble;

/// What all rounds gave.
#[derive(Debug, Default)]
pub struct Results {
    outcomes: BTreeMap<(Case, &'static str), Vec<Outcome>>,
    /// How many rounds there were.
    pub rounds: usize,
    /// Peers that were not measured, each with the reason.
    pub left_out: Vec<(&'static str, String)>,
}

impl Results {
    /// A peer's figure in a case.
    pub fn figure(&self, case: Case, peer: &'static str) -> Option<Spread> {
        self.spread(case, peer, |outcome| Some(outcome.figure))
    }

    /// The same per second of the clock.
    pub fn per_second(&self, case: Case, peer: &'static str) -> Option<Spread> {
        self.spread(case, peer, |outcome| Some(outcome.per_second).filter(|rate| *rate > 0.0))
    }

    /// The time half of all stayed within, in milliseconds.
    pub fn half(&self, case: Case, peer: &'static str) -> Option<Spread> {
        self.spread(case, peer, |outcome| outcome.latency.map(|(half, _)| half))
    }

    /// The time 99 of 100 stayed within, in milliseconds.
    pub fn p99(&self, case: Case, peer: &'static str) -> Option<Spread> {
        self.spread(case, peer, |outcome| outcome.latency.map(|(_, most)| most))
    }

    fn spread(&self, case: Case, peer: &'static str, value: impl Fn(&Outcome) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.outcomes.get(&(case, peer))?.iter().filter_map(value).collect())
    }
}

/// Measures all peers in turn, as often as `extent` says, and hands what is known after each round to `after`. A peer of
/// somebody else's that fails is left out from then on.
///
/// # Errors
/// Where Confab or the ceiling fails, which is a finding.
pub fn run(
    peers: &[Peer],
    places: &Places,
    extent: &Extent,
    after: impl Fn(&Results) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut results = Results::default();
    for peer in peers {
        if let Err(reason) = peer.prepare(places) {
            say::line(&format!("{} is left out: it {reason}", peer.name));
            results.left_out.push((peer.name, reason));
        }
    }
    for round in 1..=extent.rounds {
        say::line(&format!("round {round} of {}", extent.rounds));
        for peer in peers {
            if results.left_out.iter().any(|(name, _)| *name == peer.name) {
                continue;
            }
            match cases::measure(peer, places, extent, round == 1) {
                Ok(outcomes) => {
                    for (case, outcome) in outcomes {
                        results.outcomes.entry((case, peer.name)).or_default().push(outcome);
                    }
                }
                Err(trouble) if peer.is_ours() => return Err(trouble),
                Err(trouble) => {
                    say::line(&format!("{} is left out from here on: {trouble}", peer.name));
                    results.left_out.push((peer.name, trouble.to_string()));
                }
            }
        }
        results.rounds = round;
        after(&results)?;
    }
    Ok(())
}
