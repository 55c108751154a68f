//! A session's bounded queue of what it is still to be told: the hub puts things in and never waits. Out of it they
//! come by one of two hands, never both at once: the session's task takes all that is there, or, while that rests and
//! has lent its lane, whoever told the news writes it to the wire.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::CloseCode;
use tokio::sync::Notify;

use super::{Event, Lane, News, Reading, Written};

/// Something on its way to one session.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// Told to many.
    Shared(Arc<News>),
    /// Told to this session alone.
    Own(Box<Event>),
}

impl Delivery {
    /// How much room it takes in an outbox.
    fn weight(&self) -> usize {
        match self {
            Self::Shared(news) => news.envelopes().len(),
            Self::Own(_) => 1,
        }
    }

    /// Answers are never dropped for want of room: there is one for each request at most.
    fn is_answer(&self) -> bool {
        matches!(self, Self::Own(event) if matches!(**event, Event::Reply { .. }))
    }
}

/// The hub's end.
#[derive(Clone, Debug)]
pub struct OutboxSender {
    shared: Arc<Shared>,
}

/// The session's end.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Notify,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Delivery>,
    /// How much room `waiting` takes.
    weight: usize,
    /// Something was not taken for want of room; nothing is until the session has caught up.
    lagged: bool,
    close: Option<CloseCode>,
    /// The session's task is at work, and looks here before it rests.
    attended: bool,
    lane: Option<Arc<dyn Lane>>,
    /// How the lane is to be used while the session rests; `None`: not at all.
    reading: Option<Reading>,
}

/// Makes a queue that holds deliveries of at most `capacity` events, and what came last on top of that.
#[must_use]
pub fn outbox(capacity: usize) -> (OutboxSender, Outbox) {
    let shared = Arc::new(Shared { queue: Mutex::default(), filled: Notify::new(), capacity });
    (OutboxSender { shared: Arc::clone(&shared) }, Outbox { shared })
}

impl OutboxSender {
    /// Puts a delivery at the end, and wakes the session. Where the queue is full the delivery is dropped, and the
    /// session will be told [`Event::Lagged`] behind what still was taken.
    pub fn push(&self, delivery: Delivery) {
        self.put(delivery);
        self.wake();
    }

    /// The same without waking the session: [`OutboxSender::carry`] is to follow.
    pub fn put(&self, delivery: Delivery) {
        let mut queue = self.shared.queue.lock();
        if queue.lagged || queue.close.is_some() {
            return;
        }
        if queue.weight < self.shared.capacity || delivery.is_answer() {
            queue.weight += delivery.weight();
            queue.waiting.push_back(delivery);
        } else {
            queue.lagged = true;
            metrics::counter!("confab_outbox_overflows_total").increment(1);
        }
    }

    /// Sees to it that what waits is told: by the lane at once, as far as that goes, else by the session's task. True:
    /// nothing was left to the task.
    pub fn carry(&self) -> bool {
        let mut queue = self.shared.queue.lock();
        if queue.attended {
            return false;
        }
        if queue.write() {
            return true;
        }
        drop(queue);
        self.shared.filled.notify_one();
        false
    }

    /// Has the session close once it has been told what waits; nothing more is taken.
    pub fn close(&self, code: CloseCode) {
        self.shared.queue.lock().close.get_or_insert(code);
        self.wake();
    }

    fn wake(&self) {
        if !self.shared.queue.lock().attended {
            self.shared.filled.notify_one();
        }
    }
}

impl Queue {
    /// Writes what waits to the lane. False: something is left for the session's task.
    fn write(&mut self) -> bool {
        let (Some(lane), Some(reading)) = (&self.lane, self.reading) else { return false };
        while let Some(Delivery::Shared(news)) = self.waiting.front() {
            let written = match news.batch(reading, &**lane) {
                nothing if nothing.is_empty() => Written::All,
                batch => lane.write(batch),
            };
            if written == Written::Nothing {
                return false;
            }
            self.weight -= news.envelopes().len();
            self.waiting.pop_front();
            if written == Written::Begun {
                return false;
            }
        }
        self.waiting.is_empty() && !self.lagged && self.close.is_none()
    }
}

impl Outbox {
    /// Waits until there is something, where [`Outbox::rest`] said that there is nothing. Safe to drop and call again.
    pub async fn filled(&self) {
        self.shared.filled.notified().await;
    }

    /// Lends the hub a way to the wire, to be used while the session rests.
    pub fn lend(&self, lane: Arc<dyn Lane>) {
        self.shared.queue.lock().lane = Some(lane);
    }

    /// The session's task is at work: nobody else writes to its wire from now on.
    pub fn attend(&self) {
        self.shared.queue.lock().attended = true;
    }

    /// The session's task has nothing more to do and waits; until it is at work again, its lane may be used by that
    /// reading. False: something waits, and the task is still the one to take it.
    #[must_use]
    pub fn rest(&self, reading: Option<Reading>) -> bool {
        let mut queue = self.shared.queue.lock();
        let done = queue.waiting.is_empty() && !queue.lagged && queue.close.is_none();
        if done {
            queue.attended = false;
            queue.reading = reading;
        }
        done
    }

    /// Takes all that waits, in order, into `deliveries`.
    pub fn take(&self, deliveries: &mut Vec<Delivery>) {
        let mut queue = self.shared.queue.lock();
        deliveries.extend(queue.waiting.drain(..));
        queue.weight = 0;
        if std::mem::take(&mut queue.lagged) {
            deliveries.push(Delivery::Own(Box::new(Event::Lagged)));
        }
        if let Some(code) = queue.close {
            deliveries.push(Delivery::Own(Box::new(Event::Close(code))));
        }
        if queue.waiting.capacity() > 64 {
            queue.waiting.shrink_to(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn taken(outbox: &Outbox) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        outbox.take(&mut deliveries);
        deliveries
    }

    fn typing(on: bool) -> Delivery {
        Delivery::Own(Box::new(Event::Presence { user: "ann".parse().unwrap(), online: on, last_seen_at: None }))
    }

    #[test]
    fn a_full_outbox_drops_the_rest_and_says_so_once_behind_what_it_took() {
        let (sender, outbox) = outbox(2);
        for _ in 0..5 {
            sender.push(typing(true));
        }
        let first = taken(&outbox);
        assert_eq!(first.len(), 3);
        assert!(matches!(&first[2], Delivery::Own(event) if matches!(**event, Event::Lagged)));
        assert!(taken(&outbox).is_empty());
        sender.push(typing(false));
        assert_eq!(taken(&outbox).len(), 1);
    }

    #[tokio::test]
    async fn what_was_pushed_before_anybody_waited_wakes_who_waits_then() {
        let (sender, outbox) = outbox(2);
        sender.push(typing(true));
        outbox.filled().await;
        assert_eq!(taken(&outbox).len(), 1);
    }

    #[test]
    fn a_closing_outbox_gives_what_it_had_and_then_the_reason() {
        let (sender, outbox) = outbox(2);
        sender.push(typing(true));
        sender.close(CloseCode::Restart);
        sender.push(typing(true));
        let deliveries = taken(&outbox);
        assert_eq!(deliveries.len(), 2);
        assert!(matches!(&deliveries[1], Delivery::Own(event) if matches!(**event, Event::Close(CloseCode::Restart))));
    }

    /// A wire that takes so many batches.
    #[derive(Debug, Default)]
    struct Narrow {
        takes: Mutex<Vec<Written>>,
        taken: Mutex<Vec<String>>,
    }

    impl Lane for Narrow {
        fn frame(&self, text: &str, batch: &mut Vec<u8>) {
            batch.extend_from_slice(text.as_bytes());
        }

        fn write(&self, batch: &Bytes) -> Written {
            let written = self.takes.lock().pop().unwrap_or(Written::All);
            if written != Written::Nothing {
                self.taken.lock().push(String::from_utf8_lossy(batch).into_owned());
            }
            written
        }
    }

    const READING: Reading = Reading {
        encoding: crate::hub::Encoding::new(0),
        encode: |event| match event {
            Event::Presence { online, .. } => Some(if *online { "came" } else { "went" }.into()),
            _ => None,
        },
    };

    fn news(online: &[bool]) -> Delivery {
        let event =
            |online: &bool| Event::Presence { user: "ann".parse().unwrap(), online: *online, last_seen_at: None };
        Delivery::Shared(Arc::new(News::all(online.iter().map(event))))
    }

    fn resting(takes: &[Written]) -> (OutboxSender, Outbox, Arc<Narrow>) {
        let (sender, outbox) = outbox(4);
        let lane = Arc::new(Narrow::default());
        lane.takes.lock().extend(takes.iter().rev().copied());
        outbox.lend(Arc::clone(&lane) as Arc<dyn Lane>);
        assert!(outbox.rest(Some(READING)));
        (sender, outbox, lane)
    }

    #[test]
    fn who_rests_is_told_by_his_lane_in_one_piece() {
        let (sender, outbox, lane) = resting(&[]);
        sender.put(news(&[true, false]));
        assert!(sender.carry());
        assert_eq!(*lane.taken.lock(), ["camewent"]);
        assert!(taken(&outbox).is_empty());
    }

    #[test]
    fn who_is_at_work_is_told_by_himself() {
        let (sender, outbox, lane) = resting(&[]);
        outbox.attend();
        sender.put(news(&[true]));
        assert!(!sender.carry());
        assert!(!outbox.rest(Some(READING)), "he is not to rest on what waits");
        assert_eq!((taken(&outbox).len(), lane.taken.lock().len()), (1, 0));
    }

    #[tokio::test]
    async fn what_a_wire_does_not_take_waits_for_the_session_and_so_does_all_behind_it() {
        let (sender, outbox, lane) = resting(&[Written::Begun, Written::Nothing]);
        sender.put(news(&[true]));
        assert!(!sender.carry(), "the rest of what was begun is the session's");
        outbox.filled().await;
        sender.put(news(&[false]));
        assert!(!sender.carry());
        outbox.filled().await;
        assert_eq!((taken(&outbox).len(), lane.taken.lock().len()), (1, 1));
    }

    #[tokio::test]
    async fn what_is_told_to_one_alone_keeps_its_place_among_what_is_told_to_all() {
        let (sender, outbox, lane) = resting(&[]);
        sender.put(news(&[true]));
        sender.put(typing(true));
        sender.put(news(&[false]));
        assert!(!sender.carry());
        outbox.filled().await;
        assert_eq!(*lane.taken.lock(), ["came"]);
        assert_eq!(taken(&outbox).len(), 2);
    }

    #[test]
    fn an_answer_finds_room_where_nothing_else_does() {
        let (sender, outbox) = outbox(1);
        sender.push(typing(true));
        sender.push(Delivery::Own(Box::new(Event::Reply {
            tag: crate::hub::Tag(1),
            result: Ok(crate::hub::Reply::Done),
        })));
        assert_eq!(taken(&outbox).len(), 2);
    }
}
