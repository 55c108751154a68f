//! A real PostgreSQL for a test: a server of its own on a socket of its own, or a schema of its own in the database
//! that `CONFAB_TEST_DATABASE_URL` names. `CONFAB_TEST_DATABASE_URL=off` leaves out what needs one.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use url::Url;

use super::{Proxy, in_time};

const VARIABLE: &str = "CONFAB_TEST_DATABASE_URL";

/// The user that PostgreSQL runs as where the tests are root's; it refuses to be root.
const USER: &str = "postgres";

/// A database for one test; empty at first.
pub struct Database {
    url: Url,
    /// Ends with the test.
    own: Option<Cluster>,
}

impl Database {
    /// `None`: the tests are told to do without.
    pub async fn new() -> Option<Self> {
        let own = match std::env::var(VARIABLE) {
            Ok(off) if off == "off" => return None,
            Ok(url) => return Some(Self::in_schema(&url.parse().expect(VARIABLE)).await),
            Err(_) => Cluster::start().await,
        };
        Some(Self { url: own.url(), own: Some(own) })
    }

    /// By what a store is opened in it.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Another one on the same server, with nothing in it.
    pub async fn beside(&self) -> Self {
        Self::in_schema(&self.url).await
    }

    /// The same by a way that can be cut.
    pub async fn by_proxy(&self) -> (Proxy, Url) {
        let mut url = self.url.clone();
        let proxy = match &self.own {
            Some(own) => {
                url.set_query(None);
                Proxy::to_socket(own.home.path().join(".s.PGSQL.5432")).await
            }
            None => {
                let host = url.host_str().expect("a host");
                Proxy::to(&format!("{host}:{}", url.port().unwrap_or(5_432))).await
            }
        };
        let (host, port) = proxy.address.split_once(':').expect("an address");
        url.set_host(Some(host)).expect("a host");
        url.set_port(port.parse().ok()).expect("a port");
        (proxy, url)
    }

    async fn in_schema(url: &Url) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let name = format!("confab_{}_{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        let mut db = connected(url).await;
        for statement in [format!("DROP SCHEMA IF EXISTS {name} CASCADE"), format!("CREATE SCHEMA {name}")] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut db).await.expect("a schema");
        }
        db.close().await.expect("a goodbye");
        let others = url.query_pairs().filter(|(key, _)| key != "options").map(|(key, value)| format!("{key}={value}"));
        let query = Vec::from_iter(others.chain([format!("options=-c%20search_path%3D{name}")])).join("&");
        let mut url = url.clone();
        url.set_query(Some(&query));
        Self { url, own: None }
    }
}

async fn connected(url: &Url) -> PgConnection {
    in_time("a connection to PostgreSQL", PgConnection::connect(url.as_str())).await.expect("a connection")
}

/// A server of the test's own. It ends with the test, whatever becomes of that.
pub struct Cluster {
    home: TempDir,
    process: Child,
}

impl Cluster {
    /// A server with nothing in it, which answers.
    pub async fn start() -> Self {
        let home = tempfile::Builder::new().prefix("confab-pg").tempdir().expect("a temporary directory");
        copy_of_an_empty_one(home.path());
        let process = launch(home.path());
        let cluster = Self { home, process };
        cluster.answers().await;
        cluster
    }

    /// By what its database is opened.
    pub fn url(&self) -> Url {
        let url = format!("postgres://{USER}@localhost/postgres?host={}", self.home.path().display());
        url.parse().expect("an address")
    }

    /// Kills it, as a machine that fails would. What was committed is kept.
    pub fn goes_away(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("its end");
    }

    /// Starts it again on what it has.
    pub async fn comes_back(&mut self) {
        // It takes its lock away only where it ends in peace.
        let _ = fs::remove_file(self.home.path().join("data/postmaster.pid"));
        self.process = launch(self.home.path());
        self.answers().await;
    }

    async fn answers(&self) {
        let url = self.url();
        let answer = async {
            while PgConnection::connect(url.as_str()).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        in_time("PostgreSQL to answer", answer).await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its own processes end when it is gone; nothing of it is needed any more.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(home: &Path) -> Child {
    let mut command = as_user("postgres");
    command.arg("-D").arg(home.join("data")).arg("-k").arg(home);
    // What it says is on disk need only outlive the test.
    for setting in
        ["listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=200"]
    {
        command.arg("-c").arg(setting);
    }
    let log = File::create(home.join("log")).expect("a log");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("PostgreSQL starts")
}

/// What `initdb` makes is the same each time, so it is made once and copied.
fn copy_of_an_empty_one(home: &Path) {
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres-empty");
    let lock = File::create(made.with_extension("lock")).expect("a lock");
    lock.lock().expect("a lock");
    if !made.join("data/PG_VERSION").exists() {
        let _ = fs::remove_dir_all(&made);
        let new = tempfile::Builder::new().prefix("confab-pg").tempdir().expect("a temporary directory");
        give(new.path());
        let mut command = as_user("initdb");
        command.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]);
        command.args(["--wal-segsize", "1", "-D"]).arg(new.path().join("data"));
        run(&mut command);
        run(Command::new("cp").arg("-a").arg(new.path()).arg(&made));
    }
    drop(lock);
    run(Command::new("cp").arg("-a").arg(made.join("data")).arg(home));
    give(home);
}

/// Hands a directory to the user PostgreSQL runs as.
fn give(directory: &Path) {
    if is_root() {
        run(Command::new("chown").arg(USER).arg(directory));
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// One of PostgreSQL's programs, which ends when the test does.
fn as_user(name: &str) -> Command {
    let program = program(name);
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if is_root() {
        command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]);
    }
    command.arg(program);
    // The directory of the tests may be closed to that user.
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|of_us| of_us.uid() == 0)
}

/// On `PATH`, or where Debian puts the newest version.
fn program(name: &str) -> PathBuf {
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort_by_key(|bin| {
        bin.parent().and_then(Path::file_name).and_then(OsStr::to_str).and_then(|version| version.parse::<u32>().ok())
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = debian.into_iter().rev().chain(std::env::split_paths(&path));
    let mut found = directories.map(|directory| directory.join(name)).filter(|file| file.is_file());
    found.next().unwrap_or_else(|| {
        panic!("{name} is not installed: cargo xtask test installs PostgreSQL, and {VARIABLE}=off leaves it out")
    })
}
