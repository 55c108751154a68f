//! What can go wrong while measuring, said so that the reader knows what to do next.

use std::io;
use std::path::PathBuf;

/// Why a measurement stopped.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Arguments that mean nothing.
    #[error("`{0}` means nothing here; `cargo xtask bench --help` says what does")]
    Argument(String),
    /// The server under test is not where it was said to be.
    #[error("{} is not there; `cargo xtask bench` builds it", .0.display())]
    NotBuilt(PathBuf),
    /// A server could not be started.
    #[error("{name} does not start: {source}")]
    NotStarted {
        /// Which one.
        name: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// What is measured needs a server of others that cannot be had here.
    #[error("{name} {reason}")]
    Absent {
        /// Which one.
        name: &'static str,
        /// What is the matter with it.
        reason: String,
    },
    /// A server does not tell what it is asked for.
    #[error("{name} was asked for {what} and gave no answer that can be read")]
    Untold {
        /// Which one.
        name: &'static str,
        /// What.
        what: &'static str,
    },
    /// A server started and was not heard of.
    #[error("{0} does not listen within 10 s")]
    Silent(&'static str),
    /// One of Confab's own commands failed.
    #[error("`confab {0}` failed")]
    Failed(String),
    /// A socket failed.
    #[error("{doing}: {source}")]
    Socket {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A server ended a connection that it should have kept.
    #[error("the server closed a connection while {0}")]
    Closed(&'static str),
    /// A server did not answer.
    #[error("{waiting} connections were still waiting after {seconds} s; the last word heard: {heard}")]
    NoAnswer {
        /// How many.
        waiting: usize,
        /// How long.
        seconds: u64,
        /// The beginning of what one of them heard last.
        heard: String,
    },
    /// A server lost, doubled or reordered messages.
    #[error("{name}, {case}: {lost} deliveries lost, {wrong} doubled or out of order")]
    NotWhole {
        /// Which server.
        name: &'static str,
        /// In which case.
        case: &'static str,
        /// How many never came.
        lost: u64,
        /// How many came at another place than theirs.
        wrong: u64,
    },
    /// Nothing is known of a process.
    #[error("the process {0} cannot be looked at: is this Linux?")]
    Process(u32),
    /// A file could not be written or read.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Trouble {
    /// A socket's failure while doing something.
    pub fn socket(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Socket { doing, source }
    }
}
