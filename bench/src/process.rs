//! A server as a process: started, looked at through `/proc`, ended.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
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
    /// How long it took to listen.
    pub started_within: Duration,
    process: Child,
}

impl Server {
    /// Starts a server that listens at `address`, and waits until it does.
    ///
    /// # Errors
    /// [`Trouble::NotStarted`] and [`Trouble::Silent`].
    pub fn start(name: &'static str, command: &mut Command, address: SocketAddr) -> Result<Self, Trouble> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let process = command.spawn().map_err(|source| Trouble::NotStarted { name, source })?;
        let mut server = Self { address, started_within: Duration::ZERO, process };
        while begun.elapsed() < START_WITHIN {
            if TcpStream::connect(address).is_ok() {
                server.started_within = begun.elapsed();
                // What the start itself cost is none of the cases'.
                std::thread::sleep(Duration::from_millis(300));
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(Trouble::Silent(name))
    }

    /// CPU seconds spent so far, in user and kernel, by it and its children, those that have ended too.
    ///
    /// # Errors
    /// [`Trouble::Process`].
    pub fn cpu(&self) -> Result<f64, Trouble> {
        let id = self.process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let children: f64 = children.split_whitespace().filter_map(|child| precise(child.parse().ok()?)).sum();
        Ok(ticks(id).ok_or(Trouble::Process(id))? / TICKS + children)
    }

    /// The same of its threads alone, counted more finely: for a server of one process whose threads go on.
    ///
    /// # Errors
    /// [`Trouble::Process`].
    pub fn cpu_of_threads(&self) -> Result<f64, Trouble> {
        let id = self.process.id();
        let threads = fs::read_dir(format!("/proc/{id}/task")).map_err(|_| Trouble::Process(id))?;
        Ok(threads.flatten().filter_map(|thread| precise(thread.file_name().to_str()?.parse().ok()?)).sum())
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

/// Clock ticks a process has spent, and its children that have ended.
fn ticks(id: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name, in brackets, may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<f64>().ok()).sum())
}

/// CPU seconds of a thread, or of a process that has one. Many children that each did little would be rounded away in ticks.
fn precise(id: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/schedstat")).ok()?;
    Some(stat.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port of 127.0.0.1 that nobody listens on just now. None of those that the system gives to clients: who knocks at one
/// of those until somebody listens may be connected to himself.
///
/// # Errors
/// [`Trouble::Socket`].
pub fn free_address() -> Result<SocketAddr, Trouble> {
    const PORTS: std::ops::Range<u16> = 21_000..31_000;
    static NEXT: AtomicU16 = AtomicU16::new(PORTS.start);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match TcpListener::bind(address) {
            Ok(_) => return Ok(address),
            Err(_) if PORTS.contains(&port) => {}
            Err(source) => return Err(Trouble::Socket { doing: "looking for a free port", source }),
        }
    }
}
