//! A thousand rooms of ten, spoken in as unevenly as rooms are: the nth most used one an nth as often as the first.

use std::time::{Duration, Instant};

use super::fan_out::{LOST_AFTER, Progress, UNDER_WAY, settle};
use super::{Case, Outcome, WINDOW};
use crate::numbers::{Dice, Times};
use crate::peers::Peer;
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::{Prepared, Tongue};
use crate::trouble::Trouble;

const ROOMS: usize = 1_000;
const MEMBERS: usize = 10;

/// Rooms before these are used by other cases.
const FIRST: usize = 10;

/// Who speaks where, and whether all of it arrives in order.
struct Talk {
    say: Vec<Prepared>,
    /// By each room, how much is said up to it, in all.
    shares: Vec<f64>,
    dice: Dice,
    progress: Progress,
    /// Of each message under way: its room, and when it was sent.
    sent: Vec<(usize, Instant)>,
    /// The last number that each socket heard.
    last: Vec<u32>,
    wrong: u64,
    times: Times,
}

/// Has the first of each room speak.
pub fn measure(peer: &Peer, tongue: &dyn Tongue, server: &Server, time: Duration) -> Result<Outcome, Trouble> {
    let mut swarm = Swarm::new()?;
    swarm.open(server.address, ROOMS, 32, |who| tongue.enter(who, FIRST + who, true))?;
    let others = ROOMS * (MEMBERS - 1);
    swarm.open(server.address, others, 64, |who| tongue.enter(ROOMS + who, FIRST + who % ROOMS, false))?;
    settle(&mut swarm)?;
    let mut talk = Talk::new(tongue);
    let before = server.cpu()?;
    let begun = Instant::now();
    let mut moved = begun;
    while begun.elapsed() < time || (talk.progress.under_way() > 0 && moved.elapsed() < LOST_AFTER) {
        if begun.elapsed() < time {
            talk.speak(&mut swarm)?;
        }
        let heard = talk.progress.heard;
        swarm.turn(Some(Duration::from_millis(20)), |socket, number| talk.hear(socket, number))?;
        if talk.progress.heard > heard {
            moved = Instant::now();
        }
    }
    let (lost, wrong) = (talk.progress.lost(), talk.wrong);
    if lost > 0 || wrong > 0 {
        return Err(Trouble::NotWhole { name: peer.name, case: Case::MixedRooms.title(), lost, wrong });
    }
    let cpu = (server.cpu()? - before).max(0.01);
    let heard = talk.progress.heard as f64;
    let latency = talk.times.percentile(0.5).zip(talk.times.percentile(0.99));
    Ok(Outcome { figure: heard / cpu, per_second: heard / begun.elapsed().as_secs_f64(), latency })
}

impl Talk {
    fn new(tongue: &dyn Tongue) -> Self {
        let mut said = 0.0;
        let share = |room: usize| {
            said += 1.0 / (room + 1) as f64;
            said
        };
        Self {
            say: (0..ROOMS).map(|room| tongue.say(FIRST + room)).collect(),
            shares: (0..ROOMS).map(share).collect(),
            dice: Dice::default(),
            progress: Progress::new(MEMBERS),
            sent: vec![(0, Instant::now()); UNDER_WAY],
            last: vec![0; ROOMS * MEMBERS],
            wrong: 0,
            times: Times::default(),
        }
    }

    /// Says as much as may be under way.
    fn speak(&mut self, swarm: &mut Swarm) -> Result<(), Trouble> {
        let mut frame = Vec::new();
        while self.progress.under_way() < WINDOW {
            let all = self.shares.last().copied().unwrap_or_default();
            let at = self.dice.roll() * all;
            let room = self.shares.partition_point(|share| *share < at).min(ROOMS - 1);
            self.progress.sent += 1;
            let number = self.progress.sent;
            self.sent[number as usize % UNDER_WAY] = (room, Instant::now());
            frame.clear();
            self.say[room].append(number, &mut frame);
            swarm.socket(room).send(&frame)?;
        }
        Ok(())
    }

    fn hear(&mut self, socket: usize, number: u32) {
        let (room, sent_at) = self.sent[number as usize % UNDER_WAY];
        if room != socket % ROOMS || number <= self.last[socket] {
            self.wrong += 1;
        }
        self.last[socket] = number;
        self.times.add(sent_at.elapsed().as_micros());
        self.progress.hear(number);
    }
}
