//! `bench/NODES.md`: a table for each load, with one, two and three nodes side by side, and what a million people would
//! take by them.

use std::fmt::Write;
use std::fs;

use super::{file, spread_text};
use crate::nodes::{Cost, Extent, Load, NODES, Outcome, PACED, Results, SCENES, TYPICAL};
use crate::numbers::{Spread, readable};
use crate::peers::{Places, installed};
use crate::trouble::Trouble;

/// Messages a second of a million people who each say something every 20 s.
const OF_A_MILLION: f64 = 50_000.0;

/// A figure of an outcome.
type Figure = fn(&Outcome) -> Option<f64>;

/// What is told of each load.
const ROWS: [(&str, Figure); 16] = [
    ("messages a second", |outcome| Some(outcome.per_second)),
    ("deliveries a second", |outcome| Some(outcome.heard_per_second)),
    ("p50 at the speaker's node, ms", |outcome| Some(outcome.here?.0)),
    ("p99 at the speaker's node, ms", |outcome| Some(outcome.here?.1)),
    ("p50 at another node, ms", |outcome| Some(outcome.there?.0)),
    ("p99 at another node, ms", |outcome| Some(outcome.there?.1)),
    ("CPU µs of the nodes a message", |outcome| Some(1e6 * outcome.used.of(Cost::NodesCpu))),
    ("CPU µs of PostgreSQL a message", |outcome| Some(1e6 * outcome.used.of(Cost::PostgresCpu))),
    ("CPU µs of NATS a message", |outcome| Some(1e6 * outcome.used.of(Cost::NatsCpu))),
    ("writing transactions, per 1,000 messages", |outcome| Some(1_000.0 * outcome.used.of(Cost::Transactions))),
    ("bytes logged by PostgreSQL a message", |outcome| Some(outcome.used.of(Cost::Logged))),
    ("notes to NATS a message", |outcome| Some(outcome.used.of(Cost::NotesIn))),
    ("notes from NATS a message", |outcome| Some(outcome.used.of(Cost::NotesOut))),
    ("bytes to NATS a message", |outcome| Some(outcome.used.of(Cost::BytesIn))),
    ("bytes from NATS a message", |outcome| Some(outcome.used.of(Cost::BytesOut))),
    ("rooms read from the database, per 1,000 messages", |outcome| Some(1_000.0 * outcome.used.of(Cost::Healed))),
];

/// Writes the report.
///
/// # Errors
/// [`Trouble::File`].
pub fn write(results: &Results, extent: Extent, places: &Places) -> Result<(), Trouble> {
    let mut text = opening(results, extent);
    for load in SCENES.iter().flat_map(|scene| scene.loads) {
        text.push_str(&section(load, results));
    }
    text.push_str(&on_paper(results));
    file(&places.here.join("NODES.md"), &text)
}

fn opening(results: &Results, extent: Extent) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let version = |program| installed::version(program).unwrap_or_else(|| format!("{program} of unknown version"));
    format!(
        "# Several nodes\n\nMeasured by `cargo xtask bench --nodes`: one, two and three nodes of the release build on one PostgreSQL, \
         with one NATS server between them; {} alternating rounds, {} s a load, medians with the smallest and largest in \
         brackets. Bodies have 64 bytes. Nothing was lost, doubled or out of order, or there would be no figures.\n\n\
         - The machine: {}, {cores} cores; its load over the last 15 minutes was {} when this was written.\n- The database: {}, as durable as it is by default, on the machine's disk.\n\
         - The bus: {}.\n\n\
         **All of it, the load generator too, shares these cores.** So more nodes do not get more done here, and the rates are \
         those of {cores} cores for everything. What a message costs each part does not depend on that: it is what tells how far \
         several machines would come.\n\n\
         CPU microseconds are from the operating system, in user and kernel, PostgreSQL's of all its processes: so many of a message \
         are as many CPU seconds of a million messages. The bytes it logged \
         include whole pages after a checkpoint. Transactions include those by which positions of readers are noted. Latency of a \
         paced load runs from the moment a message was *scheduled*. With one message under way, the next is said once all have \
         the one before. Who hears is spread over the nodes evenly; who reads a direct message is at another node than who wrote \
         it.\n",
        results.rounds,
        readable(extent.time.as_secs_f64()),
        processor(),
        load(),
        version("postgres"),
        version("nats-server"),
    )
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().nth(2).unwrap_or("unknown").to_owned()
}

fn section(load: &Load, results: &Results) -> String {
    let mut text = format!("\n## {}\n\n| |", load.title);
    for nodes in NODES {
        let _ = write!(text, " {nodes} {} |", if nodes == 1 { "node" } else { "nodes" });
    }
    text.push_str("\n|---|--:|--:|--:|\n");
    for (what, figure) in ROWS {
        let spreads = NODES.map(|nodes| results.spread(load, nodes, figure));
        if spreads.iter().all(Option::is_none) {
            continue;
        }
        let cells = spreads.map(|spread| spread.map_or_else(String::new, cell));
        let _ = writeln!(text, "| {what} | {} |", cells.join(" | "));
    }
    text
}

/// With its spread, where there is any.
fn cell(spread: Spread) -> String {
    if spread.least == spread.most { readable(spread.median) } else { spread_text(spread) }
}

/// What many more messages would take of each part, if each cost what it costs here.
fn on_paper(results: &Results) -> String {
    let most = NODES[NODES.len() - 1];
    let cost = |cost: Cost| results.spread(&TYPICAL, most, |outcome| Some(outcome.used.of(cost)));
    let all = |cost_of, unit: f64| cost(cost_of).map(|spread| readable(OF_A_MILLION * spread.median / unit));
    let mut text = format!(
        "\n## On paper: a million people\n\nWho each say something every 20 s, heard by ten: {} messages a second, at what a message \
         cost {most} nodes in the load \"{}\". `docs/scale.md` says what follows.\n\n| | a second |\n|---|--:|\n",
        readable(OF_A_MILLION),
        TYPICAL.title
    );
    let rows = [
        ("PostgreSQL: CPU seconds, so many cores", all(Cost::PostgresCpu, 1.0)),
        ("PostgreSQL: writing transactions", all(Cost::Transactions, 1.0)),
        ("PostgreSQL: megabytes logged", all(Cost::Logged, 1e6)),
        ("all nodes: CPU seconds, so many cores", all(Cost::NodesCpu, 1.0)),
        ("NATS: CPU seconds, so many cores", all(Cost::NatsCpu, 1.0)),
        ("NATS: notes from nodes", all(Cost::NotesIn, 1.0)),
        ("NATS: megabytes from nodes", all(Cost::BytesIn, 1e6)),
    ];
    for (what, figure) in rows {
        let _ = writeln!(text, "| {what} | {} |", figure.unwrap_or_default());
    }
    let late = results.spread(&PACED, most, |outcome| Some(outcome.there?.1));
    if let Some(late) = late {
        let _ =
            writeln!(text, "\nOf the paced load, 99 of 100 messages were at another node within {} ms.", cell(late));
    }
    text
}
