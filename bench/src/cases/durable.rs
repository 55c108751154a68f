//! Senders who wait until their message is on disk before they send the next.

use std::time::{Duration, Instant};

use super::{Case, Outcome};
use crate::numbers::Times;
use crate::peers::{Keeps, Peer};
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::Prepared;
use crate::trouble::Trouble;

const SENDERS: usize = 200;

/// How long the last answers may take.
const LOST_AFTER: Duration = Duration::from_secs(5);

struct Sender {
    keep: Prepared,
    sent: u32,
    sent_at: Instant,
    /// The message is under way.
    waits: bool,
}

/// Has 200 senders store one message after the other.
pub fn measure(peer: &Peer, keeps: &dyn Keeps, server: &Server, time: Duration) -> Result<Outcome, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open(server.address, 1, 1, |who| keeps.open(who))?;
    swarm.open(server.address, SENDERS - 1, 16, |who| keeps.open(who))?;
    let sender = |who| Sender { keep: keeps.keep(who), sent: 0, sent_at: Instant::now(), waits: false };
    let mut senders: Vec<_> = (0..SENDERS).map(sender).collect();
    let before = server.cpu()?;
    let begun = Instant::now();
    let mut times = Times::default();
    let mut kept: Vec<usize> = (0..SENDERS).collect();
    let (mut under_way, mut messages) = (SENDERS, 0_u64);
    let mut frame = Vec::new();
    while under_way > 0 {
        for who in kept.drain(..) {
            if begun.elapsed() > time {
                under_way -= 1;
                continue;
            }
            let sender = &mut senders[who];
            sender.sent += 1;
            (sender.sent_at, sender.waits) = (Instant::now(), true);
            frame.clear();
            sender.keep.append(sender.sent, &mut frame);
            swarm.socket(who).send(&frame)?;
        }
        swarm.turn(Some(Duration::from_millis(20)), |who, number| {
            // What one stored may also come back to him as news.
            let sender = &mut senders[who];
            if number == sender.sent && std::mem::take(&mut sender.waits) {
                times.add(sender.sent_at.elapsed().as_micros());
                messages += 1;
                kept.push(who);
            }
        })?;
        if begun.elapsed() > time + LOST_AFTER {
            let lost = under_way as u64;
            return Err(Trouble::NotWhole { name: peer.name, case: Case::Durable.title(), lost, wrong: 0 });
        }
    }
    let cpu = (server.cpu()? - before).max(0.01);
    let latency = times.percentile(0.5).zip(times.percentile(0.99));
    let messages = messages as f64;
    Ok(Outcome { figure: messages / cpu, per_second: messages / begun.elapsed().as_secs_f64(), latency })
}
