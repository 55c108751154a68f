//! Several nodes of one community, on a PostgreSQL and with a NATS server of our own; and what each of them tells of
//! itself.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Places, confab, empty, installed, not_started, postgres};
use crate::process::{Server, free_address};
use crate::trouble::Trouble;

/// The database of which nodes know nothing: others are made from there.
const FIRST: &str = "postgres";

/// How long a server that listens may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// How long a server may take to tell of itself.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

/// What one community after the other is put on.
pub struct Ground {
    /// The database server.
    pub postgres: Server,
    /// Between the nodes.
    pub nats: Server,
    /// Where NATS tells of itself.
    monitor: SocketAddr,
    home: PathBuf,
}

impl Ground {
    /// Starts both servers with nothing in them.
    ///
    /// # Errors
    /// [`Trouble::Absent`], and what keeps one from listening.
    pub fn start(places: &Places) -> Result<Self, Trouble> {
        postgres::is_there().map_err(|reason| Trouble::Absent { name: "PostgreSQL", reason })?;
        installed::from_debian("nats-server").map_err(|reason| Trouble::Absent { name: "NATS", reason })?;
        let (home, address) = (places.work.join("ground"), free_address()?);
        empty(&home)?;
        let mut command = postgres::command(&home, address).ok_or_else(|| not_started("postgres"))?;
        let postgres = Server::start("postgres", &mut command, address)?;
        let (clients, monitor) = (free_address()?, free_address()?);
        let mut command = Command::new(installed::program("nats-server").unwrap_or_else(|| "nats-server".into()));
        command.args(["--addr", "127.0.0.1", "--port", &clients.port().to_string()]);
        command.args(["--http_port", &monitor.port().to_string()]);
        let nats = Server::start("nats-server", &mut command, clients)?;
        let ground = Self { postgres, nats, monitor, home };
        ready("postgres", || postgres::ask(ground.postgres.address, FIRST, "SELECT 1").is_some())?;
        Ok(ground)
    }

    /// A community of so many nodes with nothing in it, in a database of that name.
    ///
    /// # Errors
    /// What keeps a node from being ready.
    pub fn cluster(&self, places: &Places, nodes: usize, name: &str) -> Result<Cluster<'_>, Trouble> {
        self.ask(FIRST, &format!("CREATE DATABASE {name}"), "a database")?;
        let (database, nats) = (postgres::url(self.postgres.address, name), format!("nats://{}", self.nats.address));
        let mut cluster = Cluster { ground: self, nodes: Vec::with_capacity(nodes) };
        // The first makes the tables.
        for number in 0..nodes {
            let node = confab::start_node(places, &places.work.join(format!("node{number}")), &database, &nats)?;
            ready("confab", || page(node.address, "/readyz").is_some_and(|page| page == "ready\n"))?;
            cluster.nodes.push(node);
        }
        Ok(cluster)
    }

    /// How many bytes PostgreSQL has logged, and how many transactions have written something.
    ///
    /// # Errors
    /// [`Trouble::Untold`].
    pub fn written(&self) -> Result<(f64, f64), Trouble> {
        const WRITTEN: &str = "SELECT pg_current_wal_insert_lsn() - '0/0', pg_snapshot_xmax(pg_current_snapshot())";
        let said = self.ask(FIRST, WRITTEN, "what it wrote")?;
        let numbers = said.split_once('|').and_then(|(bytes, count)| bytes.parse().ok().zip(count.parse().ok()));
        numbers.ok_or(Trouble::Untold { name: "PostgreSQL", what: "what it wrote" })
    }

    /// What NATS has carried.
    ///
    /// # Errors
    /// [`Trouble::Untold`].
    pub fn carried(&self) -> Result<Carried, Trouble> {
        let told = page(self.monitor, "/varz").and_then(|page| {
            let number = |name: &str| number_after(&page, &format!("\"{name}\":"));
            let (notes_in, notes_out) = (number("in_msgs")?, number("out_msgs")?);
            Some(Carried { notes_in, notes_out, bytes_in: number("in_bytes")?, bytes_out: number("out_bytes")? })
        });
        told.ok_or(Trouble::Untold { name: "NATS", what: "what it carried" })
    }

    /// Ends both servers and takes away what they had.
    pub fn end(self) {
        let Self { postgres, nats, home, .. } = self;
        drop((postgres, nats));
        // What is left is taken away by the next run.
        let _ = std::fs::remove_dir_all(home);
    }

    fn ask(&self, database: &str, question: &str, what: &'static str) -> Result<String, Trouble> {
        let said = postgres::ask(self.postgres.address, database, question);
        said.ok_or(Trouble::Untold { name: "PostgreSQL", what })
    }
}

/// What NATS has carried so far: notes and the bytes in them, from nodes and to nodes.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    pub notes_in: f64,
    pub notes_out: f64,
    pub bytes_in: f64,
    pub bytes_out: f64,
}

/// The nodes of a community; they end when this is dropped.
pub struct Cluster<'a> {
    /// What they share.
    pub ground: &'a Ground,
    /// In the order in which they were started.
    pub nodes: Vec<Server>,
}

impl Cluster<'_> {
    /// Where the nodes listen.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.address).collect()
    }

    /// The sum of a metric over the nodes.
    ///
    /// # Errors
    /// [`Trouble::Untold`].
    pub fn measured(&self, metric: &str) -> Result<f64, Trouble> {
        let of_node = |node: &Server| {
            let page = page(node.address, "/metrics")?;
            page.lines().find_map(|line| line.strip_prefix(metric)?.trim().parse::<f64>().ok())
        };
        let sum = self.nodes.iter().map(of_node).sum::<Option<f64>>();
        sum.ok_or(Trouble::Untold { name: "confab", what: "its metrics" })
    }
}

/// Waits until a server is ready.
fn ready(name: &'static str, is_ready: impl Fn() -> bool) -> Result<(), Trouble> {
    let begun = Instant::now();
    while begun.elapsed() < READY_WITHIN {
        if is_ready() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(Trouble::Silent(name))
}

/// A page of a server. `None` where it does not answer, or refuses.
fn page(server: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(server).ok()?;
    stream.set_read_timeout(Some(TOLD_WITHIN)).ok()?;
    // The older version's connections end with the answer.
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {server}\r\n\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, page) = answer.split_once("\r\n\r\n")?;
    let status = head.split_ascii_whitespace().nth(1)?;
    (status == "200").then(|| page.to_owned())
}

/// The number behind a key.
fn number_after(text: &str, key: &str) -> Option<f64> {
    let (_, rest) = text.split_once(key)?;
    let rest = rest.trim_start();
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_behind_its_key_and_no_other() {
        let page = "{\n  \"slow_in_msgs\": 3,\n  \"in_msgs\": 42,\n  \"in_bytes\": 0\n}";
        assert_eq!(number_after(page, "\"in_msgs\":"), Some(42.0));
        assert_eq!(number_after(page, "\"in_bytes\":"), Some(0.0));
        assert_eq!(number_after(page, "\"out_msgs\":"), None);
    }
}
