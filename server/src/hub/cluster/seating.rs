//! What is done again and again for random pairs across nodes: writing down which seats there are, asking the hosts of this
//! node's people whether all is as it is believed here, and ending what cannot be heard of any more.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::NodeId;
use super::hosting::PULSE;
use super::meeting::Meeting;
use super::pair_note::{Answer, Ask, PairNote};
use crate::hub::{Hub, SessionId};

/// How often a node speaks to the hosts of its people.
const PULSE_EVERY: Duration = Duration::from_secs(2);

/// A node that was not heard of for so long is gone: the pairs with its people end.
const SILENT_AFTER: Duration = Duration::from_secs(10);

/// Every how many pulses what is written down is compared with what there is.
const AUDIT_EVERY: u32 = 15;

/// How many rooms are written down together.
const ROOMS_AT_ONCE: usize = 500;

impl Hub {
    /// Keeps the pairs across nodes, until it is dropped.
    pub(super) async fn keep_meeting(&self) {
        let Some(meeting) = &self.inner.meeting else { return };
        let mut ticks = interval(PULSE_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut count = 0_u32;
        loop {
            self.write_down(meeting).await;
            tokio::select! {
                () = meeting.bell.notified() => continue,
                _ = ticks.tick() => {}
            }
            self.send_pulses(meeting);
            self.end_what_is_silent(meeting);
            self.count_elsewhere(meeting).await;
            if count.is_multiple_of(AUDIT_EVERY) {
                self.audit(meeting).await;
            }
            count = count.wrapping_add(1);
        }
    }

    /// Writes down what changed, and tells who waits that he does.
    pub(super) async fn write_down(&self, meeting: &Meeting) {
        // One after the other: what is written last is what is so.
        let _writing = meeting.writing.lock().await;
        loop {
            let (rooms, seats) = self.inner.live.lock().pairs.take_changed(ROOMS_AT_ONCE);
            if rooms.is_empty() {
                return;
            }
            let written = meeting.seats.set_seats(&meeting.host(), &rooms, &seats).await;
            let mut live = self.inner.live.lock();
            let changes = live.pairs.release(&rooms);
            live.tell_states(changes);
            if let Err(error) = written {
                tracing::warn!(%error, "seats of the random chat could not be written down; it is tried again");
                return live.pairs.owe(rooms);
            }
        }
    }

    /// Answers a node once what changed here is written down.
    pub(super) fn answer_once_written(&self, node: NodeId, ask: Ask) {
        let hub = self.clone();
        tokio::spawn(async move {
            let Some(meeting) = &hub.inner.meeting else { return };
            hub.write_down(meeting).await;
            meeting.tell(node, PairNote::Answer { ask, answer: Answer::Left });
        });
    }

    async fn audit(&self, meeting: &Meeting) {
        let written = match meeting.seats.forget_seats().await {
            Ok(()) => meeting.seats.seated_rooms(&meeting.host()).await,
            Err(error) => Err(error),
        };
        let mut live = self.inner.live.lock();
        match written {
            Ok(written) => live.pairs.audit(&written),
            Err(error) => tracing::warn!(%error, "the seats of the random chat could not be read; it is tried again"),
        }
        live.forget_strangers();
    }

    fn send_pulses(&self, meeting: &Meeting) {
        let live = self.inner.live.lock();
        for host in live.pairs.hosts() {
            let guests = live.pairs.guests_at(host);
            let mut from = SessionId(0);
            for (at, part) in guests.chunks(PULSE).enumerate() {
                let is_last = (at + 1) * PULSE >= guests.len();
                let last = part.last().map_or(from, |(session, ..)| *session);
                let to = if is_last { SessionId(u64::MAX) } else { last };
                meeting.tell(host, PairNote::Pulse { from, to, guests: part.to_vec() });
                from = SessionId(to.0.saturating_add(1));
            }
        }
    }

    /// Ends the pairs with nodes that were not heard of for too long. Where this node is heard itself, the other one is
    /// gone, and its people may come back to another.
    fn end_what_is_silent(&self, meeting: &Meeting) {
        let may_return = meeting.cluster.link().up;
        let (hosts, guests) = {
            let live = self.inner.live.lock();
            (live.pairs.hosts(), live.pairs.guests_from())
        };
        let silent = |node| {
            let mut heard = meeting.heard.lock();
            heard.entry(node).or_insert_with(Instant::now).elapsed() > SILENT_AFTER
        };
        for host in hosts.into_iter().filter(|host| silent(*host)) {
            let mut live = self.inner.live.lock();
            let changes = live.pairs.all_come_home(host);
            live.tell_changes(changes, None);
        }
        for node in guests.into_iter().filter(|node| silent(*node)) {
            let theirs = self.inner.live.lock().pairs.guests_of(node, SessionId(0), SessionId(u64::MAX));
            for (session, grace) in theirs {
                self.lose_guest(node, session, grace.filter(|_| may_return));
            }
        }
        self.inner.live.lock().pairs.forget_guests();
        meeting.heard.lock().retain(|_, heard| heard.elapsed() <= 2 * SILENT_AFTER);
    }

    async fn count_elsewhere(&self, meeting: &Meeting) {
        if !self.inner.live.lock().pairs.anybody_waits() {
            return;
        }
        if let Ok(elsewhere) = meeting.seats.waiting_elsewhere(&meeting.host()).await {
            let mut live = self.inner.live.lock();
            let changes = live.pairs.set_elsewhere(elsewhere);
            live.tell_changes(changes, None);
        }
    }
}
