//! `confab-bench`: measures Confab beside what people might pick instead, in alternating rounds on one machine.
//!
//! [`swarm`] is the load generator: many client sockets driven by one thread. [`tongues`] says how each server is
//! spoken to, [`peers`] how it is started, [`cases`] what is measured, [`report`] how it is told; [`nodes`] is what a
//! message takes among several nodes, [`siege`] what others notice of hostile clients. `cargo xtask bench` builds what is
//! needed and starts this program.

mod arguments;
mod cases;
mod nodes;
mod numbers;
mod peers;
mod process;
mod report;
mod rounds;
mod say;
mod siege;
mod swarm;
mod tongues;
mod trouble;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match arguments::run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            say::trouble(&trouble);
            ExitCode::FAILURE
        }
    }
}
