//! What can go wrong in `cargo xtask`, said so that the reader knows what to do next.

use std::{fmt, io, path::PathBuf, process::ExitStatus};

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No such `cargo xtask` command.
    UnknownCommand(String),
    /// No such step of `cargo xtask test`; the second field lists those there are.
    UnknownStep(String, String),
    /// Neither cargo nor the current directory says where the workspace lies.
    NoWorkspace,
    /// `Cargo.lock` does not name a package whose version is needed.
    NotInLockfile(&'static str),
    /// A program could not be started at all.
    NotStarted { command: String, source: io::Error },
    /// A program ran and said no.
    Exited { command: String, status: ExitStatus },
    /// A file could not be read or written.
    File { doing: &'static str, path: PathBuf, source: io::Error },
    /// A tool is missing and cannot be had; the second field says what was tried and what would help.
    ToolMissing { tool: &'static str, help: String },
    /// A build finished without leaving what it should have made.
    NotBuilt { what: &'static str, path: PathBuf },
    /// What only trunk can say was not said: the command is a step of its build.
    NotCalledByTrunk(&'static str),
    /// The project breaks this many of its own rules.
    Untidy(usize),
    /// The service's unit lets it do more than it needs.
    Exposed,
    /// A step of `cargo xtask test` failed; it can be run alone by its name.
    Step { name: &'static str, source: Box<Failure> },
    /// Everything passed because nothing ran.
    NoTests,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(name) => write!(f, "there is no command `{name}`; `cargo xtask --help` lists them"),
            Self::UnknownStep(name, steps) => write!(f, "`cargo xtask test` has no step `{name}`; it has: {steps}"),
            Self::NoWorkspace => write!(f, "no Confab workspace here; run `cargo xtask` from inside a checkout"),
            Self::NotInLockfile(package) => {
                write!(f, "Cargo.lock does not name `{package}`; run `cargo check` so that it is complete")
            }
            Self::NotStarted { command, source } => write!(f, "`{command}` could not be started: {source}"),
            Self::Exited { command, status } => write!(f, "`{command}` failed ({status})"),
            Self::File { doing, path, source } => write!(f, "could not {doing} {}: {source}", path.display()),
            Self::ToolMissing { tool, help } => write!(f, "{tool} is needed and not to be had here. {help}"),
            Self::NotBuilt { what, path } => {
                write!(f, "the build ended well, but {what} is not at {}", path.display())
            }
            Self::NotCalledByTrunk(variable) => {
                write!(
                    f,
                    "{variable} is not set; this is a step of trunk's build, and `cargo xtask bundle` runs all of it"
                )
            }
            Self::Untidy(1) => write!(f, "one thing is untidy (above)"),
            Self::Untidy(count) => write!(f, "{count} things are untidy (above)"),
            Self::Exposed => write!(
                f,
                "deploy/confab.service is too open; `systemd-analyze security --offline=true` on it says by what"
            ),
            Self::Step { name, source } => {
                write!(f, "step `{name}`: {source}\nto run it alone: cargo xtask test {name}")
            }
            Self::NoTests => write!(f, "no test was run, so nothing is known"),
        }
    }
}
