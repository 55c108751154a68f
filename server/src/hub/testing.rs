//! What the hub's unit tests share: names, traits and outboxes nobody reads.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use shared::Username;

use super::SessionTraits;
use super::outbox::OutboxSender;

/// A username that is valid.
pub fn name(text: &str) -> Username {
    text.parse().unwrap()
}

/// A connection that can do everything.
pub fn traits() -> SessionTraits {
    SessionTraits {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        direct: true,
        presence: true,
        attendance: true,
        seat_grace: Some(Duration::from_secs(30)),
    }
}

/// An outbox that nobody reads.
pub fn outbox() -> OutboxSender {
    super::outbox::outbox(16).0
}
