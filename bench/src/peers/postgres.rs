//! A PostgreSQL of our own in a directory of its own, with all that makes a commit durable as it is by default. It is
//! asked by `psql`.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::installed;

/// The user that a server started by root runs as; PostgreSQL refuses to be root.
const USER: &str = "postgres";

/// Whether it can be run here, and why not.
pub fn is_there() -> Result<(), String> {
    let there = ["initdb", "postgres", "psql"].iter().all(|name| installed::program(name).is_some());
    if there { Ok(()) } else { Err("is not installed".to_owned()) }
}

/// The command that starts it on an empty directory. `None` where the directory cannot be made.
pub fn command(home: &Path, address: SocketAddr) -> Option<Command> {
    std::fs::create_dir_all(home).ok()?;
    let user = number("-u").filter(|_| is_root());
    if let Some(user) = user {
        std::os::unix::fs::chown(home, Some(user), None).ok()?;
    }
    let as_user = |name: &str| {
        let mut command = Command::new(installed::program(name).unwrap_or_else(|| name.into()));
        if let Some(user) = user {
            command.uid(user);
        }
        command.current_dir(home).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = as_user("initdb").args(["-D", "db", "-U", USER, "-A", "trust"]).status().ok()?;
    if !made.success() {
        return None;
    }
    let mut command = as_user("postgres");
    command.args(["-D", "db", "-k", "", "-h", "127.0.0.1", "-p", &address.port().to_string()]);
    command.args(["-c", "max_connections=300"]);
    Some(command)
}

/// What `psql` prints for a question to a database of that server: the columns of one row, with bars between them. `None`
/// where it does not answer.
pub fn ask(server: SocketAddr, database: &str, question: &str) -> Option<String> {
    let mut psql = Command::new(installed::program("psql")?);
    psql.args(["-h", "127.0.0.1", "-p", &server.port().to_string(), "-U", USER, "-d", database, "-XAtqc", question]);
    let said = psql.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// By what a database of that server is opened.
pub fn url(server: SocketAddr, database: &str) -> String {
    format!("postgres://{USER}@{server}/{database}")
}

fn is_root() -> bool {
    let me = Command::new("id").arg("-u").output();
    me.is_ok_and(|me| me.stdout.trim_ascii() == b"0")
}

fn number(flag: &str) -> Option<u32> {
    let said = Command::new("id").args([flag, USER]).output().ok()?;
    String::from_utf8(said.stdout).ok()?.trim().parse().ok()
}
