//! What Confab is to reach, each beside what it reached.

use std::fmt::Write;

use crate::cases::Case;
use crate::numbers::readable;
use crate::peers::Peer;
use crate::rounds::Results;

/// One figure and the bound it is held against.
struct Target {
    what: String,
    figure: f64,
    bound: f64,
    /// Met when smaller.
    at_most: bool,
}

impl Target {
    fn is_met(&self) -> bool {
        if self.at_most { self.figure <= self.bound } else { self.figure >= self.bound }
    }
}

/// The table of targets.
pub fn table(results: &Results, peers: &[Peer]) -> String {
    let mut text = "\n## Targets\n\n| | reached | wanted | |\n|---|--:|--:|---|\n".to_owned();
    for target in all(results, peers) {
        let sign = if target.at_most { "≤" } else { "≥" };
        let met = if target.is_met() { "met" } else { "**missed**" };
        let (figure, bound) = (readable(target.figure), readable(target.bound));
        let _ = writeln!(text, "| {} | {figure} | {sign} {bound} | {met} |", target.what);
    }
    text
}

fn all(results: &Results, peers: &[Peer]) -> Vec<Target> {
    let ratio = |case, factor: f64, other: &'static str| {
        let (ours, theirs) = (results.figure(case, "confab")?.median, results.figure(case, other)?.median);
        let what = format!("{}, against {other}", case.title());
        Some(Target { what, figure: ours / theirs, bound: factor, at_most: false })
    };
    let best_p99 = |case: Case| {
        let ours = results.p99(case, "confab")?.median;
        let others = peers.iter().filter(|peer| !peer.is_ours());
        let best = others.filter_map(|peer| Some(results.p99(case, peer.name)?.median)).fold(f64::MAX, f64::min);
        let what = format!("{}, p99 in ms against the best peer's", case.title());
        (best < f64::MAX).then_some(Target { what, figure: ours, bound: best, at_most: true })
    };
    let idle = results.figure(Case::Idle, "confab").map(|idle| Target {
        what: "Resident bytes per idle native connection".to_owned(),
        figure: idle.median,
        bound: 4_096.0,
        at_most: true,
    });
    let targets = [
        ratio(Case::Pipelined100, 1.0, "nats"),
        ratio(Case::Pipelined1000, 2.0, "nats"),
        ratio(Case::Pipelined100, 0.7, "ceiling"),
        ratio(Case::Pipelined1000, 0.7, "ceiling"),
        ratio(Case::Pipelined100, 30.0, "fastapi"),
        ratio(Case::Pipelined1000, 30.0, "fastapi"),
        ratio(Case::Paced1000, 0.9, "ceiling"),
        ratio(Case::Paced100, 0.9, "ceiling"),
        best_p99(Case::Paced1000),
        best_p99(Case::Paced100),
        ratio(Case::Single1000, 0.85, "ceiling"),
        ratio(Case::PingPong, 0.8, "ceiling"),
        ratio(Case::Durable, 2.0, "postgres"),
        best_p99(Case::PingPong),
        connects(results),
        idle,
    ];
    targets.into_iter().flatten().collect()
}

/// 20,000 a second, or 70 % of the ceiling where that is less.
fn connects(results: &Results) -> Option<Target> {
    let ours = results.figure(Case::Connects, "confab")?.median;
    let ceiling = results.figure(Case::Connects, "ceiling").map_or(f64::MAX, |ceiling| ceiling.median);
    let what = "Connections per CPU second: 20,000, or 70 % of the ceiling".to_owned();
    Some(Target { what, figure: ours, bound: (0.7 * ceiling).min(20_000.0), at_most: false })
}
