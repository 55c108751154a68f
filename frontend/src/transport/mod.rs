//! The connection to the server: the only place that names a WebSocket. It connects, comes back by itself after a
//! loss, and notices a connection that has silently died. What the frames mean is none of its business. Beside it,
//! files on their way.

mod link;
pub mod upload;

use std::time::Duration;

use futures_channel::mpsc::UnboundedSender;
use shared::{ClientFrame, ServerMessage};

use crate::state::wire::Direction;

/// What a connection reports.
#[derive(Debug)]
pub enum LinkEvent {
    /// An attempt to connect begins.
    Trying,
    /// The server said something.
    Frame(Box<ServerMessage>),
    /// A frame passed, as it stands on the wire.
    Passed(Direction, String),
    /// The connection is gone, or could not be made.
    Lost(Loss),
}

/// How a connection was lost and what comes next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Loss {
    /// The close code; 1006 where there was none.
    pub code: u16,
    /// When the next attempt is made. None: the server asked not to come back.
    pub retry_in: Option<Duration>,
    /// Whether the server had said welcome on it.
    pub welcomed: bool,
}

/// A connection that renews itself until it is stopped.
#[derive(Clone, Debug)]
pub struct Link {
    orders: UnboundedSender<Order>,
}

#[derive(Debug)]
enum Order {
    Send(Box<ClientFrame>),
    Hurry,
    Stop,
}

impl Link {
    /// Connects to a path of the server that the page came from, and goes on reporting to `report`.
    pub fn start(path: &'static str, report: impl Fn(LinkEvent) + 'static) -> Self {
        let (orders, taken) = futures_channel::mpsc::unbounded();
        leptos::task::spawn_local(link::keep(path, taken, report));
        Self { orders }
    }

    /// Sends a frame; without a connection it is dropped.
    pub fn send(&self, frame: ClientFrame) {
        self.order(Order::Send(Box::new(frame)));
    }

    /// There is reason to think that the network is back, or may be gone: tries at once, or asks for a sign of life.
    pub fn hurry(&self) {
        self.order(Order::Hurry);
    }

    /// Closes for good.
    pub fn stop(&self) {
        self.order(Order::Stop);
    }

    fn order(&self, order: Order) {
        // It fails only after the connection was stopped, when nothing is to be done any more.
        let _ = self.orders.unbounded_send(order);
    }
}
