//! The program `confab`: its commands, and what they print for people.

mod audit;
mod ban;
mod check;
mod reports;
mod serve;
mod transfer;
mod user;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::AppError;
use crate::config::{ConfigError, Flags, Settings};
use crate::store::StoreError;

/// One chat server that everything can talk to: browsers, Postman, WebSocket scripts, TCP line clients, devices.
#[derive(Debug, Parser)]
#[command(name = "confab", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    settings: Flags,

    /// Print the settings that hold, as a confab.toml, and stop
    #[arg(long, global = true)]
    print_config: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server with web app, API and all dialects (what plain `confab` does)
    Serve,
    /// Manage accounts without the web app
    User {
        #[command(subcommand)]
        action: user::Action,
    },
    /// Keep users or networks out of the server
    Ban {
        #[command(subcommand)]
        action: ban::Action,
    },
    /// Print what was reported, oldest first
    Reports,
    /// Print who did what to whom, oldest first
    Audit(audit::Asked),
    /// Write all data as JSON Lines, to standard output or a file
    ///
    /// With what webhooks sign with: keep the file like the data itself. Left out are logins of browsers and guests, the
    /// bytes of files, the audit log, and settings.
    Export {
        /// The file to write; it must not exist yet
        file: Option<PathBuf>,
    },
    /// Read all data as JSON Lines into an empty store, from standard input or a file
    Import {
        /// The file to read
        file: Option<PathBuf>,
    },
    /// Open the configuration and the store and say what is wrong
    Check,
}

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("the configuration cannot be used: {0}")]
    Config(#[from] ConfigError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
    #[error("{0}")]
    User(#[from] user::UserError),
    #[error("{0}")]
    Ban(#[from] ban::BanError),
    #[error("{0}")]
    Transfer(#[from] transfer::TransferError),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(source) => {
            return failed(&CommandError::Io { what: "no threads can be started".to_owned(), source });
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let settings = Settings::load(&arguments.settings)?;
    if arguments.print_config {
        return print(&settings.to_toml());
    }
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(settings).await,
        Command::User { action } => user::run(&settings, action).await,
        Command::Ban { action } => ban::run(&settings, action).await,
        Command::Audit(asked) => audit::run(&settings, &asked).await,
        Command::Reports => reports::run(&settings).await,
        Command::Export { file } => transfer::export(&settings, file).await,
        Command::Import { file } => transfer::import(&settings, file).await,
        Command::Check => check::check(&settings).await,
    }
}

/// Logs go to standard error, so that standard output holds only what was asked for. `RUST_LOG` chooses how much.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

fn failed(error: &CommandError) -> ExitCode {
    use std::io::Write;
    // Where even standard error is gone, nobody is left to tell.
    let _ = writeln!(std::io::stderr(), "confab: {error}");
    ExitCode::FAILURE
}

/// Prints to standard output at once, also where it is a pipe.
fn print(text: &str) -> Result<(), CommandError> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| CommandError::Io { what: "standard output cannot be written".to_owned(), source })
}
