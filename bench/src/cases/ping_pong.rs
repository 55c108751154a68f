//! Pairs of two who answer each other as soon as they hear something: one message under way in each.

use std::time::{Duration, Instant};

use super::{Case, Outcome};
use crate::numbers::Times;
use crate::peers::Peer;
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::{Prepared, Tongue};
use crate::trouble::Trouble;

const PAIRS: usize = 200;

/// How long the last answers may take.
const LOST_AFTER: Duration = Duration::from_secs(5);

/// The two directions' frames, and when the last message was sent.
struct Pair {
    tell: [Prepared; 2],
    sent_at: Instant,
    /// The last message that arrived.
    arrived: u32,
}

/// Odd numbers are the first one's, even ones the second one's.
pub fn measure(peer: &Peer, tongue: &dyn Tongue, server: &Server, time: Duration) -> Result<Outcome, Trouble> {
    let mut swarm = Swarm::new()?;
    let mut pairs = Vec::with_capacity(PAIRS);
    for pair in 0..PAIRS {
        for second in [false, true] {
            swarm.open(server.address, 1, 1, |who| tongue.pair(who, pair, second))?;
        }
        let heard = swarm.socket(2 * pair + 1).heard().to_vec();
        let tell = [false, true].map(|second| tongue.tell(pair, second, &heard));
        pairs.push(Pair { tell, sent_at: Instant::now(), arrived: 0 });
    }
    let before = server.cpu()?;
    let begun = Instant::now();
    let mut times = Times::default();
    let mut frame = Vec::new();
    for (index, pair) in pairs.iter_mut().enumerate() {
        say(&mut swarm, pair, 2 * index, 1, &mut frame)?;
    }
    let mut answers = Vec::new();
    let mut under_way = PAIRS;
    let mut messages: u64 = 0;
    while under_way > 0 {
        let going_on = begun.elapsed() < time;
        if begun.elapsed() > time + LOST_AFTER {
            let lost = under_way as u64;
            return Err(Trouble::NotWhole { name: peer.name, case: Case::PingPong.title(), lost, wrong: 0 });
        }
        swarm.turn(Some(Duration::from_millis(20)), |socket, number| {
            // What one said himself may come back to him.
            let mine = (number % 2 == 1) == (socket % 2 == 0);
            let pair = &mut pairs[socket / 2];
            if !mine && number == pair.arrived + 1 {
                pair.arrived = number;
                times.add(pair.sent_at.elapsed().as_micros());
                answers.push((socket, number + 1));
            }
        })?;
        messages += answers.len() as u64;
        for (socket, number) in answers.drain(..) {
            if going_on {
                say(&mut swarm, &mut pairs[socket / 2], socket, number, &mut frame)?;
            } else {
                under_way -= 1;
            }
        }
    }
    let cpu = (server.cpu()? - before).max(0.01);
    let latency = times.percentile(0.5).zip(times.percentile(0.99));
    let messages = messages as f64;
    Ok(Outcome { figure: messages / cpu, per_second: messages / begun.elapsed().as_secs_f64(), latency })
}

fn say(swarm: &mut Swarm, pair: &mut Pair, socket: usize, number: u32, frame: &mut Vec<u8>) -> Result<(), Trouble> {
    frame.clear();
    pair.tell[socket % 2].append(number, frame);
    pair.sent_at = Instant::now();
    swarm.socket(socket).send(frame)
}
