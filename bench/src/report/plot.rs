//! A plot as SVG: a bar for each peer, on a logarithmic scale, since some differ by a hundred times.

use std::fmt::Write;

use crate::cases::Case;
use crate::numbers::readable;
use crate::peers::Peer;
use crate::rounds::Results;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 96.0;
const ROW: f64 = 30.0;
const TOP: f64 = 44.0;

/// Bars of one case.
pub fn bars(case: Case, results: &Results, peers: &[Peer]) -> String {
    let rows: Vec<_> = peers.iter().filter_map(|peer| Some((peer.name, results.figure(case, peer.name)?))).collect();
    let most = rows.iter().map(|(_, figure)| figure.most).fold(1.0, f64::max).log10();
    let least = rows.iter().map(|(_, figure)| figure.least.max(1.0)).fold(f64::MAX, f64::min).log10().floor();
    let scale = (WIDTH - LEFT - RIGHT) / (most - least).max(1.0);
    let x = |value: f64| LEFT + (value.max(1.0).log10() - least).max(0.0) * scale;
    let height = TOP + ROW * rows.len() as f64 + 28.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"13\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"12\" y=\"20\" font-weight=\"600\">{}</text>\
         <text x=\"12\" y=\"36\" fill=\"#555\" font-size=\"11\">{}, logarithmic</text>\n",
        case.title(),
        case.unit()
    );
    for (index, (name, figure)) in rows.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        let colour = if *name == "confab" { "#1f6f5c" } else { "#9aa7b4" };
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{LEFT}\" y=\"{:.0}\" width=\"{:.1}\" height=\"18\" rx=\"2\" fill=\"{colour}\"/>\
             <line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{:.0}\" y2=\"{:.0}\" stroke=\"#222\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{}</text>",
            LEFT - 8.0,
            y + 18.0,
            y + 4.0,
            (x(figure.median) - LEFT).max(1.0),
            x(figure.least),
            x(figure.most),
            y + 13.0,
            y + 13.0,
            x(figure.most) + 8.0,
            y + 18.0,
            readable(figure.median)
        );
    }
    svg.push_str("</svg>\n");
    svg
}
