//! One speaks, everybody in the room hears it, the speaker too.

use std::time::{Duration, Instant};

use super::{Case, Outcome};
use crate::numbers::Times;
use crate::process::Server;
use crate::swarm::Swarm;
use crate::tongues::Prepared;
use crate::trouble::Trouble;

/// How long nothing may come before what is missing counts as lost.
pub const LOST_AFTER: Duration = Duration::from_secs(5);

/// Messages that may be under way at most; those of a paced load that fall further behind wait in the generator.
pub const UNDER_WAY: usize = 1 << 16;

/// How messages follow each other.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// So many under way, counted by who is last.
    Window(u32),
    /// One at each of these intervals, whether or not the one before has arrived.
    Every(Duration),
}

/// What is done to a server.
pub struct Load<'a> {
    pub case: Case,
    pub pace: Pace,
    pub time: Duration,
    pub server: &'a Server,
    pub peer: &'static str,
}

/// How far each message has come.
pub struct Progress {
    receivers: u32,
    /// How many were sent.
    pub sent: u32,
    /// Every message up to this one was heard by all.
    complete: u32,
    /// How many deliveries there were.
    pub heard: u64,
    /// By how many each message under way was heard.
    by: Vec<u32>,
}

impl Progress {
    /// Nothing was sent yet, to so many receivers each.
    pub fn new(receivers: usize) -> Self {
        let receivers = u32::try_from(receivers).unwrap_or(u32::MAX);
        Self { receivers, sent: 0, complete: 0, heard: 0, by: vec![0; UNDER_WAY] }
    }

    /// One of them heard it.
    pub fn hear(&mut self, number: u32) {
        self.heard += 1;
        self.by[number as usize % UNDER_WAY] += 1;
        while self.complete < self.sent {
            let next = &mut self.by[(self.complete + 1) as usize % UNDER_WAY];
            if *next < self.receivers {
                break;
            }
            *next = 0;
            self.complete += 1;
        }
    }

    /// How many have not been heard by all.
    pub fn under_way(&self) -> u32 {
        self.sent - self.complete
    }

    /// How many deliveries never came.
    pub fn lost(&self) -> u64 {
        (u64::from(self.sent) * u64::from(self.receivers)).saturating_sub(self.heard)
    }
}

/// Has the first socket speak for a while, and waits until everybody has heard everything.
pub fn measure(swarm: &mut Swarm, prepared: &Prepared, load: &Load<'_>) -> Result<Outcome, Trouble> {
    settle(swarm)?;
    swarm.start_over();
    let mut progress = Progress::new(swarm.len());
    let mut times = Times::default();
    let before = load.server.cpu()?;
    let begun = Instant::now();
    let mut moved = begun;
    let mut frames = Vec::new();
    while begun.elapsed() < load.time || (progress.under_way() > 0 && moved.elapsed() < LOST_AFTER) {
        let elapsed = begun.elapsed();
        let due = if elapsed < load.time { due(load.pace, elapsed, &progress) } else { 0 };
        for _ in 0..due {
            progress.sent += 1;
            prepared.append(progress.sent, &mut frames);
        }
        if !frames.is_empty() {
            swarm.socket(0).send(&frames)?;
            frames.clear();
        }
        let heard = progress.heard;
        swarm.turn(Some(wait(load.pace, begun, progress.sent)), |_, number| {
            if let Pace::Every(interval) = load.pace {
                let scheduled = interval * (number - 1);
                times.add(begun.elapsed().saturating_sub(scheduled).as_micros());
            }
            progress.hear(number);
        })?;
        if progress.heard > heard {
            moved = Instant::now();
        }
    }
    let (lost, wrong) = (progress.lost(), swarm.wrong());
    if lost > 0 || wrong > 0 {
        return Err(Trouble::NotWhole { name: load.peer, case: load.case.title(), lost, wrong });
    }
    let cpu = (load.server.cpu()? - before).max(0.01);
    let heard = progress.heard as f64;
    let latency = times.percentile(0.5).zip(times.percentile(0.99));
    Ok(Outcome { figure: heard / cpu, per_second: heard / begun.elapsed().as_secs_f64(), latency })
}

/// What the opening led to, notices that others came, is heard before anything is counted.
pub fn settle(swarm: &mut Swarm) -> Result<(), Trouble> {
    settle_for(swarm, Duration::from_millis(300))
}

/// The same for so long.
pub fn settle_for(swarm: &mut Swarm, time: Duration) -> Result<(), Trouble> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        swarm.turn(Some(Duration::from_millis(50)), |_, _| {})?;
    }
    Ok(())
}

/// How many messages are to be sent now.
pub fn due(pace: Pace, elapsed: Duration, progress: &Progress) -> u32 {
    let room = u32::try_from(UNDER_WAY).unwrap_or(u32::MAX) - 1 - progress.under_way();
    let wanted = match pace {
        Pace::Window(window) => window.saturating_sub(progress.under_way()),
        Pace::Every(interval) => {
            let scheduled = 1 + elapsed.as_nanos() / interval.as_nanos().max(1);
            u32::try_from(scheduled).unwrap_or(u32::MAX).saturating_sub(progress.sent)
        }
    };
    wanted.min(room)
}

/// How long to wait for events. The system counts whole milliseconds, so shortly before a message is due it is asked
/// without waiting.
pub fn wait(pace: Pace, begun: Instant, sent: u32) -> Duration {
    match pace {
        Pace::Window(_) => Duration::from_millis(20),
        Pace::Every(interval) => {
            let left = (interval * sent).saturating_sub(begun.elapsed());
            Duration::from_millis(u64::try_from(left.as_millis().saturating_sub(1)).unwrap_or_default())
        }
    }
}
