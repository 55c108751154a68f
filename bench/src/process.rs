//! A server as a process: started, looked at through `/proc`, ended.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::trouble::Trouble;

/// Clock ticks a second in `/proc/<pid>/stat`, the same on every Linux there is.
const TICKS: f64 = 100.0;

/// How long a server may take to listen.
const START_WITHIN: Duration = Duration::from_secs(10);

/// A running server; ended when dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
}

impl Server {
    /// Starts a server that listens at `address`, and waits until it does.
    ///
    /// # Errors
    /// [`Trouble::NotStarted`] and [`Trouble::Silent`].
    pub fn start(name: &'static str, command: &mut Command, address: SocketAddr) -> Result<Self, Trouble> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|source| Trouble::NotStarted { name, source })?;
        let server = Self { address, process };
        let begun = Instant::now();
        while begun.elapsed() < START_WITHIN {
            if TcpStream::connect(address).is_ok() {
                // What the start itself cost is none of the cases'.
                std::thread::sleep(Duration::from_millis(300));
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(Trouble::Silent(name))
    }

    /// CPU seconds spent so far, in user and kernel.
    ///
    /// # Errors
    /// [`Trouble::Process`].
    pub fn cpu(&self) -> Result<f64, Trouble> {
        let id = self.process.id();
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).map_err(|_| Trouble::Process(id))?;
        // The program's name, in brackets, may hold spaces.
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace()).ok_or(Trouble::Process(id))?;
        let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS)
    }

    /// Resident bytes.
    ///
    /// # Errors
    /// [`Trouble::Process`].
    pub fn resident(&self) -> Result<u64, Trouble> {
        let id = self.process.id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).map_err(|_| Trouble::Process(id))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or(Trouble::Process(id))?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().map_err(|_| Trouble::Process(id))?;
        Ok(kib * 1_024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port of 127.0.0.1 that nobody listens on just now.
///
/// # Errors
/// [`Trouble::Socket`].
pub fn free_address() -> Result<SocketAddr, Trouble> {
    let doing = "looking for a free port";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Trouble::socket(doing))?;
    listener.local_addr().map_err(Trouble::socket(doing))
}
