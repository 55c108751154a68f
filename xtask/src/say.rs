//! Talking to whoever watches: what is being done, how long it took, what went wrong.
//!
//! The only place in `xtask` that prints. Everything goes to standard output in order, so that a log reads as it
//! happened; only the last word of a failure goes to standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a build command talks to its terminal")]

use crate::failure::Failure;
use std::time::{Duration, Instant};

/// One line of plain text.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// What stopped the command.
pub(crate) fn failure(failure: &Failure) {
    eprintln!("\nxtask: {failure}");
}

/// Announces `what`, does it, and says how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    println!("\n==> {what}");
    let begun = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("    {word} in {}", seconds(begun.elapsed()));
    outcome
}

/// Says that `what` needs no work, and why.
pub(crate) fn skip(what: &str, why: &str) {
    println!("==> {what}: {why}");
}

/// A remark within a step.
pub(crate) fn note(text: &str) {
    println!("    {text}");
}

/// A time as people say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        whole @ 10..60 => format!("{whole} s"),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(12_900)), "12 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
