//! What a message costs as things grow: a table, and a plot with both axes logarithmic, on which what grows alike rises
//! alike.

use std::fmt::Write;

use crate::cases::growth::Growth;
use crate::numbers::readable;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 44.0;

const COLOURS: [&str; 4] = ["#b2452f", "#1f6f5c", "#35608f", "#8a6d1d"];

/// The table.
pub fn section(growth: &[Growth]) -> String {
    let mut text = "\n## What a message costs as things grow\n\nCPU microseconds of the server for each message, 16 of them under way, heard \
                    by ten people where it is not the receivers that grow.\n\n![What a message costs as things grow](plots/growth.svg)\n\n\
                    | | | | |\n|---|--:|--:|--:|\n"
        .to_owned();
    for Growth { what, costs } in growth {
        let _ = write!(text, "| {what} |");
        for (size, cost) in costs {
            let _ = write!(text, " {}: {} |", readable(f64::from(*size)), readable(*cost));
        }
        text.push('\n');
    }
    text
}

/// A line for each thing that grows, from its first size on.
pub fn plot(growth: &[Growth]) -> String {
    let costs = || growth.iter().flat_map(|growth| &growth.costs).map(|(_, cost)| cost.max(0.1).log10());
    let (low, high) = (costs().fold(f64::MAX, f64::min).floor(), costs().fold(f64::MIN, f64::max).ceil());
    let x = |decades: f64| LEFT + (WIDTH - LEFT - RIGHT) * decades / 2.0;
    let y = |cost: f64| {
        let share = (cost.max(0.1).log10() - low) / (high - low).max(1.0);
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"12\" y=\"20\" font-size=\"13\" font-weight=\"600\">What a message costs as things grow</text>\
         <text x=\"12\" y=\"36\" fill=\"#555\" font-size=\"11\">CPU microseconds of the server per message; both axes logarithmic</text>\n"
    );
    for (decades, name) in [(0.0, "smallest"), (1.0, "10 times"), (2.0, "100 times")] {
        let at = x(decades);
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.0}\" x2=\"{at:.0}\" y1=\"{TOP}\" y2=\"{:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{at:.0}\" y=\"{:.0}\" text-anchor=\"middle\" fill=\"#555\">{name}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0
        );
    }
    let mut power = low;
    while power <= high {
        let (at, cost) = (y(10_f64.powf(power)), readable(10_f64.powf(power)));
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{at:.0}\" y2=\"{at:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#555\">{cost}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        );
        power += 1.0;
    }
    for (Growth { what, costs }, colour) in growth.iter().zip(COLOURS) {
        let Some((first, _)) = costs.first() else { continue };
        let place = |(size, cost): &(u32, f64)| (x((f64::from(*size) / f64::from(*first)).log10()), y(*cost));
        let points: Vec<_> = costs.iter().map(place).collect();
        let path: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        for (x, y) in &points {
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{colour}\"/>");
        }
        if let (Some((x, y)), Some((last, _))) = (points.last(), costs.last()) {
            let (first, last) = (readable(f64::from(*first)), readable(f64::from(*last)));
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{what}</text>\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\" font-size=\"10\">{first} to {last}</text>",
                x + 10.0,
                y,
                x + 10.0,
                y + 12.0
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}
