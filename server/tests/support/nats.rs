//! A real NATS server for a test: a process of its own on a free port, or the one that `CONFAB_TEST_NATS_URL` names.
//! `CONFAB_TEST_NATS_URL=off` leaves out what needs one.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::in_time;

const VARIABLE: &str = "CONFAB_TEST_NATS_URL";

/// A NATS server; it ends with the test.
pub struct Nats {
    url: String,
    /// Where it is the test's own.
    own: Option<(u16, Child)>,
}

impl Nats {
    /// `None`: the tests are told to do without.
    pub async fn new() -> Option<Self> {
        match std::env::var(VARIABLE) {
            Ok(_) if Self::is_left_out() => None,
            Ok(url) => Some(Self { url, own: None }),
            Err(_) => Some(Self::own().await),
        }
    }

    /// Whether the tests are told to do without.
    pub fn is_left_out() -> bool {
        std::env::var(VARIABLE).is_ok_and(|value| value == "off")
    }

    /// One that the test may do anything to.
    pub async fn own() -> Self {
        let (port, process) = launch("-1").await.expect("nats-server starts on a free port");
        Self { url: format!("nats://127.0.0.1:{port}"), own: Some((port, process)) }
    }

    /// By what nodes find it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills it, as a machine that fails would.
    pub async fn goes_away(&mut self) {
        let (_, process) = self.own.as_mut().expect("the test's own");
        process.start_kill().expect("it can be killed");
        in_time("the end of nats-server", process.wait()).await.expect("its end");
    }

    /// Starts it again, where it was.
    pub async fn comes_back(&mut self) {
        let (port, process) = self.own.as_mut().expect("the test's own");
        // Something else may have been given the port for a moment.
        let again = async {
            loop {
                if let Some((_, started)) = launch(&port.to_string()).await {
                    break started;
                }
            }
        };
        *process = in_time("the port to be free", again).await;
    }
}

/// Starts it, and waits until it is ready. `None`: it cannot have the port.
async fn launch(port: &str) -> Option<(u16, Child)> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", &program(), "--addr", "127.0.0.1", "--port", port]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut process = command.spawn().expect("nats-server can be run");
    let mut said = BufReader::new(process.stderr.take().expect("what it says")).lines();
    let mut port = None;
    while let Ok(Some(line)) = in_time("nats-server to be ready", said.next_line()).await {
        if let Some((_, address)) = line.split_once("Listening for client connections on ") {
            port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        }
        if line.contains("Server is ready") {
            // What nobody reads would stop it one day.
            tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
            return Some((port.expect("it says where it listens"), process));
        }
    }
    None
}

/// On `PATH`, or where Debian puts it.
fn program() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<_> = std::env::split_paths(&path).collect();
    directories.push("/usr/sbin".into());
    let mut found =
        directories.into_iter().map(|directory| directory.join("nats-server")).filter(|file| file.is_file());
    let file = found.next().unwrap_or_else(|| {
        panic!("nats-server is not installed: cargo xtask test installs it, and {VARIABLE}=off leaves it out")
    });
    file.to_string_lossy().into_owned()
}
