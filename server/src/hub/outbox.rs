//! A session's bounded queue of what it is still to be told: the hub pushes and never waits, the session's task
//! takes all that is there at once.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::CloseCode;
use tokio::sync::Notify;

use super::{Envelope, Event};

/// Something on its way to one session.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// Told to many.
    Shared(Arc<Envelope>),
    /// Told to this session alone.
    Own(Event),
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
    /// Something was not taken for want of room; nothing is until the session has caught up.
    lagged: bool,
    close: Option<CloseCode>,
}

/// Makes a queue that holds at most `capacity` deliveries.
#[must_use]
pub fn outbox(capacity: usize) -> (OutboxSender, Outbox) {
    let shared = Arc::new(Shared { queue: Mutex::default(), filled: Notify::new(), capacity });
    (OutboxSender { shared: Arc::clone(&shared) }, Outbox { shared })
}

impl OutboxSender {
    /// Puts a delivery at the end. Where the queue is full the delivery is dropped, and the session will be told
    /// [`Event::Lagged`] behind what still was taken.
    pub fn push(&self, delivery: Delivery) {
        {
            let mut queue = self.shared.queue.lock();
            if queue.lagged || queue.close.is_some() {
                return;
            }
            if queue.waiting.len() < self.shared.capacity {
                queue.waiting.push_back(delivery);
            } else {
                queue.lagged = true;
                metrics::counter!("confab_outbox_overflows_total").increment(1);
            }
        }
        self.shared.filled.notify_one();
    }

    /// Has the session close once it has been told what waits; nothing more is taken.
    pub fn close(&self, code: CloseCode) {
        self.shared.queue.lock().close.get_or_insert(code);
        self.shared.filled.notify_one();
    }
}

impl Outbox {
    /// Waits until there is something. Safe to drop and call again.
    pub async fn filled(&self) {
        self.shared.filled.notified().await;
    }

    /// Takes all that waits, in order, into `deliveries`.
    pub fn take(&self, deliveries: &mut Vec<Delivery>) {
        let mut queue = self.shared.queue.lock();
        deliveries.extend(queue.waiting.drain(..));
        if std::mem::take(&mut queue.lagged) {
            deliveries.push(Delivery::Own(Event::Lagged));
        }
        if let Some(code) = queue.close {
            deliveries.push(Delivery::Own(Event::Close(code)));
        }
        if queue.waiting.capacity() > 64 {
            queue.waiting.shrink_to(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(outbox: &Outbox) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        outbox.take(&mut deliveries);
        deliveries
    }

    fn typing(on: bool) -> Delivery {
        Delivery::Own(Event::Presence { user: "ann".parse().unwrap(), online: on, last_seen_at: None })
    }

    #[test]
    fn a_full_outbox_drops_the_rest_and_says_so_once_behind_what_it_took() {
        let (sender, outbox) = outbox(2);
        for _ in 0..5 {
            sender.push(typing(true));
        }
        let first = taken(&outbox);
        assert_eq!(first.len(), 3);
        assert!(matches!(first[2], Delivery::Own(Event::Lagged)));
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
        assert!(matches!(deliveries[1], Delivery::Own(Event::Close(CloseCode::Restart))));
    }
}
