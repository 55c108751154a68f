//! The servers under test: how each is made ready, started and spoken to. One that cannot be had here is left out, and
//! the report says so.

mod axum_chat;
mod ceiling;
pub mod cluster;
pub mod confab;
pub mod installed;
mod postgres;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Server, free_address};
pub use crate::tongues::Keeps;
use crate::tongues::{Confab, Mqtt, Nats, Plain, Postgres, Tongue};
use crate::trouble::Trouble;

/// Where things lie.
#[derive(Debug)]
pub struct Places {
    /// Confab's program.
    pub confab: PathBuf,
    /// The checkout's `bench/`.
    pub here: PathBuf,
    /// A directory of our own, for installed peers and data.
    pub work: PathBuf,
}

/// A server that can be measured.
pub struct Peer {
    /// Its short name.
    pub name: &'static str,
    /// What it is, for the report.
    pub what: &'static str,
    /// How it is spoken to.
    pub tongue: Option<Box<dyn Tongue>>,
    /// How it is given something to keep, where it keeps anything.
    pub keeps: Option<Box<dyn Keeps>>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Confab,
    Ceiling,
    LongCeiling,
    AxumChat,
    Nats,
    Node,
    Mosquitto,
    FastApi,
    Postgres,
    JetStream,
}

/// Why JetStream is not measured.
const NO_JET_STREAM: &str = "can be told to do so (`sync_interval: always`) from nats-server 2.10 on, and Debian has 2.9; \
                             PostgreSQL stands in its place";

/// Every peer, Confab first.
pub fn all() -> Vec<Peer> {
    let talks =
        |name, what, kind, tongue: Box<dyn Tongue>| Peer { name, what, tongue: Some(tongue), keeps: None, kind };
    let plain = |name, what, kind| talks(name, what, kind, Box::<Plain>::default());
    let confab = "Confab, native protocol, all features on, every message stored before it is told";
    let long = "the ceiling again, with as many bytes to a message as Confab has to send (230)";
    let postgres = "PostgreSQL, one prepared insert a message, each its own commit";
    let jetstream = "NATS JetStream, each message on disk before it is acknowledged";
    vec![
        Peer {
            keeps: Some(Box::<Confab>::default()),
            ..talks("confab", confab, Kind::Confab, Box::<Confab>::default())
        },
        plain("ceiling", "one thread of bare epoll: reads, frames, writes, no chat", Kind::Ceiling),
        talks("ceiling-230", long, Kind::LongCeiling, Box::new(Plain::AS_LONG_AS_NATIVE)),
        talks("nats", "nats-server over WebSocket", Kind::Nats, Box::new(Nats)),
        plain("axum", "axum's broadcast chat, written anew", Kind::AxumChat),
        plain("node", "Node.js with `ws`", Kind::Node),
        talks("mosquitto", "mosquitto, MQTT over WebSocket, QoS 0", Kind::Mosquitto, Box::new(Mqtt)),
        plain("fastapi", "FastAPI on uvicorn, the seeds' way", Kind::FastApi),
        Peer { name: "postgres", what: postgres, tongue: None, keeps: Some(Box::new(Postgres)), kind: Kind::Postgres },
        Peer { name: "jetstream", what: jetstream, tongue: None, keeps: None, kind: Kind::JetStream },
    ]
}

impl Peer {
    /// Whether it is what all this is about.
    pub fn is_confab(&self) -> bool {
        self.kind == Kind::Confab
    }

    /// Whether it is made here, so that its failure is ours.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Confab | Kind::Ceiling | Kind::LongCeiling)
    }

    /// Whether ten thousand connections can be opened to it in a few seconds.
    pub fn opens_quickly(&self) -> bool {
        matches!(self.kind, Kind::Confab | Kind::Ceiling | Kind::Nats | Kind::AxumChat)
    }

    /// Makes sure that the peer can be started; installs what can be installed. Why not, where it cannot.
    pub fn prepare(&self, places: &Places) -> Result<(), String> {
        match self.kind {
            Kind::Confab => places.confab.is_file().then_some(()).ok_or_else(|| "is not built".to_owned()),
            Kind::Ceiling | Kind::LongCeiling | Kind::AxumChat => Ok(()),
            Kind::Postgres => postgres::is_there(),
            Kind::JetStream => Err(NO_JET_STREAM.to_owned()),
            Kind::Nats => installed::from_debian("nats-server"),
            Kind::Mosquitto => installed::from_debian("mosquitto"),
            Kind::Node => installed::from_npm(&places.here.join("peers/node"), &places.work.join("node")),
            Kind::FastApi => installed::from_pip(&places.here.join("peers/fastapi"), &places.work.join("fastapi")),
        }
    }

    /// Starts it with nothing in it.
    ///
    /// # Errors
    /// What keeps it from listening.
    pub fn start(&self, places: &Places) -> Result<Server, Trouble> {
        let address = free_address()?;
        let mut command = match self.kind {
            Kind::Confab => return confab::start(places),
            Kind::Ceiling | Kind::LongCeiling => myself("ceiling", address)?,
            Kind::AxumChat => myself("axum", address)?,
            Kind::Nats => nats(places, address)?,
            Kind::Mosquitto => mosquitto(places, address)?,
            Kind::Node => node(places, address),
            Kind::FastApi => fast_api(places, address),
            Kind::Postgres => postgres(places, address)?,
            Kind::JetStream => return Err(not_started(self.name)),
        };
        Server::start(self.name, &mut command, address)
    }
}

/// Runs a peer that is a part of this program, until it is killed.
///
/// # Errors
/// [`Trouble::Argument`] where there is none of that name.
pub fn be(name: &str, address: &str) -> Result<(), Trouble> {
    let address: SocketAddr = address.parse().map_err(|_| Trouble::Argument(address.to_owned()))?;
    match name {
        "ceiling" => ceiling::run(address),
        "axum" => axum_chat::run(address),
        _ => Err(Trouble::Argument(name.to_owned())),
    }
}

fn myself(name: &str, address: SocketAddr) -> Result<Command, Trouble> {
    let program = std::env::current_exe().map_err(Trouble::socket("looking for this program"))?;
    let mut command = Command::new(program);
    command.args(["be", name, &address.to_string()]);
    Ok(command)
}

fn nats(places: &Places, address: SocketAddr) -> Result<Command, Trouble> {
    let clients = free_address()?;
    let settings = format!(
        "listen: \"{clients}\"\nmax_connections: 100000\nwebsocket {{ listen: \"{address}\", no_tls: true }}\n\
         ping_interval: \"10m\"\n"
    );
    let mut command = Command::new("nats-server");
    command.arg("-c").arg(settings_file(places, "nats.conf", &settings)?);
    Ok(command)
}

fn mosquitto(places: &Places, address: SocketAddr) -> Result<Command, Trouble> {
    // It does not start without a listener for plain MQTT.
    let plain = free_address()?.port();
    let settings = format!(
        "listener {plain} 127.0.0.1\nlistener {} 127.0.0.1\nprotocol websockets\nallow_anonymous true\nset_tcp_nodelay true\n\
         max_queued_messages 0\nmax_inflight_messages 0\npersistence false\nlog_type none\nuser root\n",
        address.port()
    );
    let mut command = Command::new(installed::program("mosquitto").unwrap_or_else(|| "mosquitto".into()));
    command.arg("-c").arg(settings_file(places, "mosquitto.conf", &settings)?);
    Ok(command)
}

fn node(places: &Places, address: SocketAddr) -> Command {
    let mut command = Command::new("node");
    command.arg("server.mjs").arg(address.port().to_string()).current_dir(places.work.join("node"));
    command
}

fn fast_api(places: &Places, address: SocketAddr) -> Command {
    let home = places.work.join("fastapi");
    let mut command = Command::new(home.join("venv/bin/python"));
    command.args(["-m", "uvicorn", "server:app", "--log-level", "error", "--no-access-log"]);
    // The generator answers no pings.
    command.args(["--ws-ping-interval", "600", "--host", "127.0.0.1", "--port", &address.port().to_string()]);
    command.current_dir(home);
    command
}

fn postgres(places: &Places, address: SocketAddr) -> Result<Command, Trouble> {
    let home = places.work.join("data");
    empty(&home)?;
    postgres::command(&home, address).ok_or_else(|| not_started("postgres"))
}

fn not_started(name: &'static str) -> Trouble {
    Trouble::NotStarted { name, source: std::io::ErrorKind::Other.into() }
}

fn settings_file(places: &Places, name: &str, text: &str) -> Result<PathBuf, Trouble> {
    let path = places.work.join(name);
    fs::write(&path, text).map_err(|source| Trouble::File { path: path.clone(), source })?;
    Ok(path)
}

fn empty(directory: &Path) -> Result<(), Trouble> {
    // It need not be there.
    let _ = fs::remove_dir_all(directory);
    fs::create_dir_all(directory).map_err(|source| Trouble::File { path: directory.to_owned(), source })
}
