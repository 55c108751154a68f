//! Conversations side by side: in each of them one speaks, and as many hear him. Who is next, how messages follow each
//! other, and whether all of it arrives in order.

use std::time::{Duration, Instant};

use super::fan_out::{LOST_AFTER, Pace, Progress, UNDER_WAY, due, wait};
use crate::numbers::Dice;
use crate::swarm::Swarm;
use crate::tongues::Prepared;
use crate::trouble::Trouble;

/// Who speaks in a conversation, and how.
#[derive(Clone, Debug)]
pub struct Speaker {
    /// His socket.
    pub socket: usize,
    /// What he says.
    pub say: Prepared,
}

/// In which conversation something is said next.
pub enum Turn {
    /// In one after the other.
    Around(usize),
    /// In the nth an nth as often as in the first: by each, how much is said up to it, in all.
    Uneven(Vec<f64>, Dice),
}

impl Turn {
    /// The first is the first.
    pub fn around() -> Self {
        Self::Around(0)
    }

    /// As unevenly as rooms are used.
    pub fn uneven(conversations: usize) -> Self {
        let mut said = 0.0;
        let share = |nth: usize| {
            said += 1.0 / (nth + 1) as f64;
            said
        };
        Self::Uneven((0..conversations).map(share).collect(), Dice::default())
    }

    fn next(&mut self, conversations: usize) -> usize {
        match self {
            Self::Around(next) => {
                let now = *next;
                *next = (now + 1) % conversations;
                now
            }
            Self::Uneven(shares, dice) => {
                let at = dice.roll() * shares.last().copied().unwrap_or_default();
                shares.partition_point(|share| *share < at).min(conversations - 1)
            }
        }
    }
}

/// Who speaks where, and how far all of it has come.
pub struct Talk {
    speakers: Vec<Speaker>,
    /// The conversation that each socket hears. `None`: what it hears does not count.
    hears: Vec<Option<usize>>,
    turn: Turn,
    progress: Progress,
    /// Of each message under way: its conversation, and when it was to be said.
    sent: Vec<(usize, Instant)>,
    /// The last number that each socket heard.
    last: Vec<u32>,
    wrong: u64,
}

/// What was said and heard.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// Messages.
    pub messages: u32,
    /// Deliveries.
    pub heard: u64,
    /// By the clock, until the last was heard.
    pub seconds: f64,
    lost: u64,
    wrong: u64,
}

impl Sum {
    /// Where nothing was lost, doubled or out of order.
    ///
    /// # Errors
    /// [`Trouble::NotWhole`] where something was.
    pub fn whole(self, name: &'static str, case: &'static str) -> Result<Self, Trouble> {
        let Self { lost, wrong, .. } = self;
        if lost > 0 || wrong > 0 { Err(Trouble::NotWhole { name, case, lost, wrong }) } else { Ok(self) }
    }
}

impl Talk {
    /// Nothing was said yet. `receivers` hear each conversation.
    pub fn new(speakers: Vec<Speaker>, hears: Vec<Option<usize>>, receivers: usize, turn: Turn) -> Self {
        Self {
            speakers,
            turn,
            progress: Progress::new(receivers),
            sent: vec![(0, Instant::now()); UNDER_WAY],
            last: vec![0; hears.len()],
            hears,
            wrong: 0,
        }
    }

    /// Goes on for a while, and until everybody has heard everything. `heard` is told the socket of each delivery, and how
    /// long that took: from when the message was to be said, which a paced load knows beforehand.
    ///
    /// # Errors
    /// [`Trouble::Closed`] where a server ends a connection.
    pub fn run(
        mut self,
        swarm: &mut Swarm,
        pace: Pace,
        time: Duration,
        mut heard: impl FnMut(usize, Duration),
    ) -> Result<Sum, Trouble> {
        let begun = Instant::now();
        let mut moved = begun;
        while begun.elapsed() < time || (self.progress.under_way() > 0 && moved.elapsed() < LOST_AFTER) {
            let elapsed = begun.elapsed();
            if elapsed < time {
                self.speak(swarm, pace, begun, due(pace, elapsed, &self.progress))?;
            }
            let before = self.progress.heard;
            swarm.turn(Some(wait(pace, begun, self.progress.sent)), |socket, number| {
                if let Some(at) = self.hear(socket, number) {
                    heard(socket, at.elapsed());
                }
            })?;
            if self.progress.heard > before {
                moved = Instant::now();
            }
        }
        Ok(Sum {
            messages: self.progress.sent,
            heard: self.progress.heard,
            seconds: begun.elapsed().as_secs_f64(),
            lost: self.progress.lost(),
            wrong: self.wrong,
        })
    }

    /// Says so many messages; what one says in a row goes out at once.
    fn speak(&mut self, swarm: &mut Swarm, pace: Pace, begun: Instant, count: u32) -> Result<(), Trouble> {
        let mut frames = Vec::new();
        let mut speaking = None;
        for _ in 0..count {
            let conversation = self.turn.next(self.speakers.len());
            let Speaker { socket, say } = &self.speakers[conversation];
            if let Some(other) = speaking.replace(*socket).filter(|other| other != socket) {
                swarm.socket(other).send(&frames)?;
                frames.clear();
            }
            let at = match pace {
                Pace::Window(_) => Instant::now(),
                Pace::Every(interval) => begun + interval * self.progress.sent,
            };
            self.progress.sent += 1;
            let number = self.progress.sent;
            self.sent[number as usize % UNDER_WAY] = (conversation, at);
            say.append(number, &mut frames);
        }
        speaking.map_or(Ok(()), |socket| swarm.socket(socket).send(&frames))
    }

    /// When the message was to be said, where it counts.
    fn hear(&mut self, socket: usize, number: u32) -> Option<Instant> {
        let hears = (*self.hears.get(socket)?)?;
        let (conversation, at) = self.sent[number as usize % UNDER_WAY];
        if conversation != hears || number <= self.last[socket] {
            self.wrong += 1;
        }
        self.last[socket] = number;
        self.progress.hear(number);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_turn_everybody_speaks_as_often() {
        let mut turn = Turn::around();
        assert_eq!([0; 5].map(|_| turn.next(2)), [0, 1, 0, 1, 0]);
    }

    #[test]
    fn unevenly_the_first_speaks_most_and_the_last_speaks_too() {
        let mut turn = Turn::uneven(10);
        let mut said = [0; 10];
        (0..10_000).for_each(|_| said[turn.next(10)] += 1);
        assert!(said[0] > said[4] && said[4] > said[9] && said[9] > 0, "{said:?}");
    }
}
