//! Talking to whoever watches. The only place that prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measuring command talks to its terminal")]

use std::io::Write;

use crate::trouble::Trouble;

/// One line of plain text.
pub fn line(text: &str) {
    println!("{text}");
    // Whoever waits for a line must not wait for a whole block of them.
    let _ = std::io::stdout().flush();
}

/// What stopped the command.
pub fn trouble(trouble: &Trouble) {
    eprintln!("\nbench: {trouble}");
}
