//! Logins with a password, at what its hash costs.

use std::time::{Duration, Instant};

use super::Outcome;
use crate::peers::{Places, confab};
use crate::swarm::{Opening, Swarm};
use crate::tongues::frames;
use crate::trouble::Trouble;

/// Logins under way at once, and done between two looks at the clock.
const AT_ONCE: usize = 8;

/// Measures a server of its own, which has one account.
pub fn measure(places: &Places, time: Duration) -> Result<Outcome, Trouble> {
    let data = places.work.join("accounts");
    if !data.is_dir() {
        confab::run(places, &data, &["user", "add", "bench"], |input| input.write_all(b"a long password\n"))?;
    }
    let server = confab::start_on(places, &data, None)?;
    let before = server.cpu()?;
    let begun = Instant::now();
    let mut logins = 0;
    while begun.elapsed() < time {
        let mut swarm = Swarm::new()?;
        swarm.open(server.address, AT_ONCE, AT_ONCE, |_| login())?;
        logins += AT_ONCE;
    }
    let cpu = (server.cpu()? - before).max(0.01);
    let logins = logins as f64;
    Ok(Outcome { figure: logins / cpu, per_second: logins / begun.elapsed().as_secs_f64(), latency: None })
}

fn login() -> Vec<Opening> {
    let hello = "{\"type\":\"hello\",\"username\":\"bench\",\"password\":\"a long password\"}";
    vec![
        Opening { send: frames::upgrade("/api/ws", ""), until: b"\r\n\r\n" },
        Opening { send: frames::text(hello), until: b"\"type\":\"welcome\"" },
    ]
}
