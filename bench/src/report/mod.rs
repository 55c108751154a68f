//! `bench/RESULTS.md`: the figures side by side, each target beside its figure, and a plot for each case; and in
//! [`nodes`] what several nodes are told by.

mod growth;
pub mod nodes;
mod plot;
mod targets;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::cases::growth::Growth;
use crate::cases::{Case, Extent};
use crate::numbers::{Spread, readable};
use crate::peers::{Peer, Places};
use crate::rounds::Results;
use crate::say;
use crate::trouble::Trouble;

/// Writes the report and its plots.
///
/// # Errors
/// [`Trouble::File`].
pub fn write(
    results: &Results,
    growth: &[Growth],
    peers: &[Peer],
    places: &Places,
    extent: &Extent,
) -> Result<(), Trouble> {
    let mut text = opening(results, peers, extent);
    text.push_str(&targets::table(results, peers));
    for case in Case::ALL {
        if peers.iter().all(|peer| results.figure(case, peer.name).is_none()) {
            continue;
        }
        text.push_str(&section(case, results, peers));
        let plot = plot::bars(case, results, peers);
        file(&places.here.join("plots").join(format!("{}.svg", case.slug())), &plot)?;
    }
    text.push_str(&growth::section(growth));
    file(&places.here.join("plots/growth.svg"), &growth::plot(growth))?;
    for more in ["BUILD.md", "NOTES.md"] {
        if let Ok(more) = fs::read_to_string(places.here.join(more)) {
            let _ = write!(text, "\n{more}");
        }
    }
    file(&places.here.join("RESULTS.md"), &text)
}

fn file(path: &Path, text: &str) -> Result<(), Trouble> {
    let trouble = |source| Trouble::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    fs::write(path, text).map_err(trouble)?;
    say::line(&format!("wrote {}", path.display()));
    Ok(())
}

fn opening(results: &Results, peers: &[Peer], extent: &Extent) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut text = format!(
        "# Results\n\nMeasured by `cargo xtask bench` on a machine of {cores} cores that also carried the load \
         generator: {} alternating rounds, {:.1} s a load, medians with the smallest and largest in brackets. Bodies have \
         64 bytes. CPU seconds are the server's own, from the operating system, in user and kernel. Latency runs from \
         the moment a message was *scheduled* to the moment a receiver has it.\n\n| | what it is |\n|---|---|\n",
        results.rounds,
        extent.time.as_secs_f64()
    );
    for peer in peers {
        let left_out = results.left_out.iter().find(|(name, _)| *name == peer.name);
        let left_out = left_out.map_or_else(String::new, |(_, reason)| format!(" (**left out:** {reason})"));
        let _ = writeln!(text, "| {} | {}{left_out} |", peer.name, peer.what);
    }
    text
}

fn section(case: Case, results: &Results, peers: &[Peer]) -> String {
    let mut text = format!(
        "\n## {}\n\n![{}](plots/{}.svg)\n\n| | {} | of the ceiling | per second | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|\n",
        case.title(),
        case.title(),
        case.slug(),
        case.unit()
    );
    let ceiling = results.figure(case, "ceiling");
    for peer in peers {
        let Some(figure) = results.figure(case, peer.name) else { continue };
        let share =
            ceiling.map_or_else(String::new, |ceiling| format!("{:.0} %", 100.0 * figure.median / ceiling.median));
        let or_nothing = |spread: Option<Spread>| spread.map_or_else(String::new, spread_text);
        let _ = writeln!(
            text,
            "| {} | {} | {share} | {} | {} | {} |",
            peer.name,
            spread_text(figure),
            or_nothing(results.per_second(case, peer.name)),
            or_nothing(results.half(case, peer.name)),
            or_nothing(results.p99(case, peer.name)),
        );
    }
    text
}

fn spread_text(spread: Spread) -> String {
    format!("{} [{}–{}]", readable(spread.median), readable(spread.least), readable(spread.most))
}
