//! `cargo xtask`: what the README's two commands do, and the checks that keep the project tidy.
//!
//! One file per command; what several of them need has a file of its own: [`run`] starts programs, [`say`] talks to
//! whoever is watching, [`tools`] makes sure of what a build needs, [`workspace`] knows where things lie.

mod apt;
mod bench;
mod browser;
mod bundle;
mod commands;
mod failure;
mod figures;
mod fingerprint;
mod parts;
mod run;
mod say;
mod start;
mod test;
mod tidy;
mod tools;
mod watch;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match commands::dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::failure(&failure);
            ExitCode::FAILURE
        }
    }
}
