//! Confab itself: started on an empty store, or on one that is filled.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Places, empty};
use crate::process::{Server, free_address};
use crate::trouble::Trouble;

const NAME: &str = "confab";

/// Settings by which the generator may ask for more than one person could: they are not what is measured.
const UNBOUND: [&str; 10] = [
    "--max-connections",
    "100000",
    "--max-connections-per-address",
    "100000",
    "--messages-per-second",
    "4000000",
    "--message-burst",
    "4000000",
    "--logins-per-minute",
    "1000000",
];

/// Starts it with nothing in it.
///
/// # Errors
/// What keeps it from listening.
pub fn start(places: &Places) -> Result<Server, Trouble> {
    let data = places.work.join("data");
    empty(&data)?;
    start_on(places, &data, None)
}

/// Starts it with nothing in it and the limits it has by itself.
///
/// # Errors
/// What keeps it from listening.
pub fn start_with_its_own_limits(places: &Places) -> Result<Server, Trouble> {
    let data = places.work.join("data");
    empty(&data)?;
    let address = free_address()?;
    Server::start(NAME, &mut command(places, &data, address, "off"), address)
}

/// Starts it on what is there; with `lines`, line chat listens there.
///
/// # Errors
/// What keeps it from listening.
pub fn start_on(places: &Places, data: &Path, lines: Option<SocketAddr>) -> Result<Server, Trouble> {
    let address = free_address()?;
    let lines = lines.map_or_else(|| "off".to_owned(), |lines| lines.to_string());
    Server::start(NAME, command(places, data, address, &lines).args(UNBOUND), address)
}

/// Starts a node of several: on a database, with a NATS server between them.
///
/// # Errors
/// What keeps it from listening.
pub fn start_node(places: &Places, data: &Path, database: &str, nats: &str) -> Result<Server, Trouble> {
    empty(data)?;
    let address = free_address()?;
    let mut command = command(places, data, address, "off");
    command.args(UNBOUND).args(["--database-url", database, "--nats-url", nats]);
    // The generator answers no pings.
    Server::start(NAME, command.args(["--silence-timeout", "1h"]), address)
}

fn command(places: &Places, data: &Path, address: SocketAddr, lines: &str) -> Command {
    let mut command = Command::new(&places.confab);
    command.args(["serve", "--listen", &address.to_string(), "--line-listen", lines, "--tmp-listen", "off"]);
    command.arg("--data-dir").arg(data).env("RUST_LOG", "error");
    command
}

/// Runs one of its other commands on a data directory, and writes `input` to its standard input.
///
/// # Errors
/// [`Trouble::NotStarted`], and [`Trouble::Failed`] where it does not succeed.
pub fn run(
    places: &Places,
    data: &Path,
    words: &[&str],
    input: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Trouble> {
    let not_started = |source| Trouble::NotStarted { name: NAME, source };
    let mut command = Command::new(&places.confab);
    command.args(words).arg("--data-dir").arg(data).env("RUST_LOG", "error");
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().map_err(not_started)?;
    let written = process.stdin.take().map_or(Ok(()), |stdin| {
        let mut stdin = std::io::BufWriter::new(stdin);
        input(&mut stdin).and_then(|()| stdin.flush())
    });
    let succeeded = process.wait().map_err(not_started)?.success();
    if written.is_ok() && succeeded { Ok(()) } else { Err(Trouble::Failed(words.join(" "))) }
}
