//! What `deploy/cluster/` describes, as processes: two nodes on one PostgreSQL with NATS between them, and in front of
//! them the balancers with their own configuration, in which only names and ports are others.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::text;
use crate::support::http::{self, try_post};
use crate::support::nats::Nats;
use crate::support::postgres::Database;
use crate::support::{Native, Server, Socket, Wire, in_time};

/// `off` leaves out what needs balancers.
const VARIABLE: &str = "CONFAB_TEST_BALANCERS";

/// How long a browser waits for its WebSocket before it tries again.
const TRIES_FOR: Duration = Duration::from_secs(2);

/// The whole of it.
struct Topology {
    nodes: [Server; 2],
    /// Where the web app is: `127.0.0.1:PORT`.
    web: String,
    /// Where TMP is.
    tmp: String,
    /// Where line chat is.
    lines: String,
    _balancers: [Child; 2],
    _configurations: TempDir,
    _nats: Nats,
    _database: Database,
}

impl Topology {
    /// `None`: the tests are told to do without one of its parts.
    async fn start() -> Option<Self> {
        if std::env::var(VARIABLE).is_ok_and(|value| value == "off") {
            return None;
        }
        let (database, nats) = (Database::new().await?, Nats::new().await?);
        let mut nodes = Vec::new();
        for number in 1..=2 {
            nodes.push(node(number, &database, &nats).await);
        }
        let nodes: [Server; 2] = nodes.try_into().ok().expect("two nodes");
        let configurations = tempfile::tempdir().expect("a temporary directory");
        let [web, tmp, lines] = std::array::from_fn(|_| free_port());
        let caddy = configuration(&configurations, "Caddyfile", (":5050", tmp));
        let mut balancer = program("caddy");
        balancer.args(["run", "--adapter", "caddyfile", "--config"]).arg(caddy).env("SITE", format!(":{web}"));
        balancer.env("XDG_CONFIG_HOME", configurations.path()).env("XDG_DATA_HOME", configurations.path());
        let mut line_balancer = program("haproxy");
        line_balancer.arg("-db").arg("-f").arg(configuration(&configurations, "lines.cfg", (":5000", lines)));
        let balancers = [balancer, line_balancer].map(|mut command| command.spawn().expect("a balancer starts"));
        let [web, tmp, lines] = [web, tmp, lines].map(|port| format!("127.0.0.1:{port}"));
        let topology = Self {
            nodes,
            web,
            tmp,
            lines,
            _balancers: balancers,
            _configurations: configurations,
            _nats: nats,
            _database: database,
        };
        for port in [&topology.web, &topology.tmp, &topology.lines] {
            let listens = async { while tokio::net::TcpStream::connect(port).await.is_err() {} };
            in_time("the balancers", listens).await;
        }
        Some(topology)
    }

    /// Somebody signs in through the balancer.
    async fn signs_in(&self, name: &str) -> Browser {
        let signed_in = async {
            loop {
                let answer = try_post(&self.web, "/api/sign_in", &json!({"username": name})).await;
                if let Some(answer) = answer.filter(|answer| answer.status == 200) {
                    break answer.cookie();
                }
            }
        };
        let cookie = in_time("a login", signed_in).await;
        let native = Native::welcomed(self.comes_in(&cookie).await).await;
        Browser { cookie, native }
    }

    /// A browser's WebSocket through the balancer, tried until it is had.
    async fn comes_in(&self, cookie: &str) -> Socket {
        let origin = format!("http://{}", self.web);
        let (url, headers) = (format!("ws://{}/api/ws", self.web), [("Cookie", cookie), ("Origin", origin.as_str())]);
        let connected = async {
            loop {
                let socket = tokio::time::timeout(TRIES_FOR, Socket::try_connect(&url, &headers)).await;
                if let Ok(Ok(socket)) = socket {
                    break socket;
                }
            }
        };
        in_time("a way in", connected).await
    }
}

/// Somebody in a browser.
struct Browser {
    cookie: String,
    native: Native,
}

impl Browser {
    /// His connection is over, and he comes back by the balancer.
    async fn comes_back(&mut self, topology: &Topology) {
        self.native = Native::welcomed(topology.comes_in(&self.cookie).await).await;
    }
}

/// A node at an address of its own, so that it has the ports that the configurations name.
async fn node(number: u8, database: &Database, nats: &Nats) -> Server {
    let address = address(number);
    let [http, line, tmp] = ["8000", "5000", "5050"].map(|port| format!("{address}:{port}"));
    let listening = ["--listen", &http, "--line-listen", &line, "--tmp-listen", &tmp];
    let others =
        ["--trusted-proxies", "127.0.0.0/8", "--database-url", database.url().as_str(), "--nats-url", nats.url()];
    Server::start_with(&[&listening[..], &others[..]].concat()).await
}

/// All of 127.0.0.0/8 is this machine; a test's part of it has the number of its process.
fn address(number: u8) -> String {
    let [_, a, b, c] = std::process::id().to_be_bytes();
    format!("127.{}.{b}.{}", 64 | a, (c & 0x7f) << 1 | (number - 1))
}

/// A configuration of `deploy/cluster/` with these nodes' addresses and another port.
fn configuration(directory: &TempDir, name: &str, (port, free): (&str, u16)) -> PathBuf {
    let mut text = text(&format!("cluster/{name}")).replace(port, &format!(":{free}"));
    for number in 1..=2 {
        // What is asked of a node is asked at its own port.
        text = text.replace(&format!(" node{number}:{free}"), &format!(" {}{port}", address(number)));
        text = text.replace(&format!(" node{number}:"), &format!(" {}:", address(number)));
    }
    let path = directory.path().join(name);
    std::fs::write(&path, text).expect("a configuration");
    path
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A balancer, which ends with the test.
fn program(name: &str) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    directories.push("/usr/sbin".into());
    let found = directories.into_iter().map(|directory| directory.join(name)).find(|file| file.is_file());
    let file = found.unwrap_or_else(|| {
        panic!("{name} is not installed: cargo xtask test installs it, and {VARIABLE}=off leaves it out")
    });
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_port_leads_to_the_one_chat() {
    let Some(topology) = Topology::start().await else { return };
    let mut alice = topology.signs_in("alice").await;
    let mut bob = topology.signs_in("bob").await;
    alice.native.joins("#lobby").await;
    bob.native.joins("#lobby").await;
    alice.native.says("#lobby", "hello from a browser").await;
    bob.native.sees("alice", "hello from a browser").await;

    let mut line = Wire::login_at(&topology.lines, "mike").await;
    line.says("alice: hello from a line").await;
    alice
        .native
        .until(|message| {
            let shared::ServerMessage::Message(message) = message else { return None };
            (message.body == "hello from a line").then_some(())
        })
        .await;
    let mut tmp = Socket::connect(&format!("ws://{}/", topology.tmp)).await;
    assert!(!tmp.receive().await.is_empty(), "it greets");

    let refused = http::request(&topology.web, "GET", "/metrics", &[], None).await;
    assert_eq!(refused.status, 404, "how the nodes fare is nobody's business");
    for node in &topology.nodes {
        assert!(node.get("/metrics").await.body.contains("confab_connections "));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_hands_its_people_to_the_other_and_they_miss_nothing() {
    let Some(mut topology) = Topology::start().await else { return };
    let mut alice = topology.signs_in("alice").await;
    let mut bob = topology.signs_in("bob").await;
    let lobby = alice.native.joins("#lobby").await.room;
    bob.native.joins("#lobby").await;
    let mut last = alice.native.says("#lobby", "0").await.seq;
    bob.native.sees("alice", "0").await;
    for stopping in [0, 1, 0] {
        topology.nodes[stopping].ask_to_stop().await;
        topology.nodes[stopping].ended().await;
        // Whoever was there was told to come back; who was not stays where he is.
        for person in [&mut alice, &mut bob] {
            if !person.native.is_there().await {
                person.comes_back(&topology).await;
                person.native.resumes(lobby, last).await;
            }
        }
        last = alice.native.says("#lobby", &format!("after {stopping} stopped")).await.seq;
        topology.nodes[stopping].comes_back().await;
    }
    let history = alice.native.history(json!({"room": lobby})).await.messages;
    assert!(history.windows(2).all(|pair| pair[0].seq.next() == pair[1].seq), "{history:?}");
}
