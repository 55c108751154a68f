//! What is asked of a store with a million messages: pages of its history, and words looked for in all of it. Ten who ask,
//! each with one question under way.

use std::time::{Duration, Instant};

use super::{Case, Outcome, filled};
use crate::numbers::{Dice, Times};
use crate::peers::{Peer, Places, confab};
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::{Tongue, frames};
use crate::trouble::Trouble;

/// How many messages are there.
pub const MESSAGES: u32 = 1_000_000;

const ASKERS: usize = 10;

/// How long the last answers may take.
const LOST_AFTER: Duration = Duration::from_secs(10);

/// Messages in a page of history, and hits in an answer to a search.
const PAGE: u32 = 50;
const HITS: u32 = 20;

/// Of the most used words, how many are looked for. All of them are in many more messages than an answer holds.
const LOOKED_FOR: u32 = 1_000;

/// The start of a server on that store, history and search.
pub fn measure(
    peer: &Peer,
    tongue: &dyn Tongue,
    places: &Places,
    time: Duration,
) -> Result<Vec<(Case, Outcome)>, Trouble> {
    let server = confab::start_on(places, &filled::directory(places, MESSAGES)?, None)?;
    let millis = server.started_within.as_secs_f64() * 1_000.0;
    let start = Outcome { figure: millis, per_second: 0.0, latency: None };
    let page = |dice: &mut Dice| {
        let before = PAGE + 2 + dice.below(MESSAGES - PAGE);
        format!("{{\"type\":\"history\",\"room\":1,\"before\":{before},\"limit\":{PAGE}}}")
    };
    let look = |dice: &mut Dice| {
        let word = filled::word(dice.below(LOOKED_FOR) as usize);
        format!("{{\"type\":\"search\",\"text\":\"{word}\",\"limit\":{HITS}}}")
    };
    let history = ask(peer, tongue, &server, time, &Questions { case: Case::History, answer: PAGE, next: &page })?;
    let search = ask(peer, tongue, &server, time, &Questions { case: Case::Search, answer: HITS, next: &look })?;
    Ok(vec![(Case::Start, start), (Case::History, history), (Case::Search, search)])
}

/// What is asked.
struct Questions<'a> {
    case: Case,
    /// How many messages each answer holds.
    answer: u32,
    next: &'a dyn Fn(&mut Dice) -> String,
}

fn ask(
    peer: &Peer,
    tongue: &dyn Tongue,
    server: &Server,
    time: Duration,
    questions: &Questions<'_>,
) -> Result<Outcome, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open(server.address, ASKERS, 1, |who| tongue.enter(who, 0, false))?;
    let mut dice = Dice::default();
    let mut times = Times::default();
    let mut asked = [(Instant::now(), 0); ASKERS];
    let before = server.cpu()?;
    let begun = Instant::now();
    let mut free: Vec<usize> = (0..ASKERS).collect();
    let (mut under_way, mut answers) = (ASKERS, 0_u64);
    while under_way > 0 {
        for who in free.drain(..) {
            if begun.elapsed() > time {
                under_way -= 1;
                continue;
            }
            asked[who] = (Instant::now(), questions.answer);
            swarm.socket(who).send(&frames::text(&(questions.next)(&mut dice)))?;
        }
        swarm.turn(Some(Duration::from_millis(20)), |who, _| {
            let (asked_at, left) = &mut asked[who];
            *left = left.saturating_sub(1);
            if *left == 0 {
                times.add(asked_at.elapsed().as_micros());
                answers += 1;
                free.push(who);
            }
        })?;
        if begun.elapsed() > time + LOST_AFTER {
            let lost = under_way as u64;
            return Err(Trouble::NotWhole { name: peer.name, case: questions.case.title(), lost, wrong: 0 });
        }
    }
    let cpu = (server.cpu()? - before).max(0.01);
    let latency = times.percentile(0.5).zip(times.percentile(0.99));
    let answers = answers as f64;
    Ok(Outcome { figure: answers / cpu, per_second: answers / begun.elapsed().as_secs_f64(), latency })
}
