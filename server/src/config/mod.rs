//! What can be set.

use std::num::NonZeroU32;

use shared::Limits;

/// What the hub needs to know.
#[derive(Clone, Debug)]
pub struct HubSettings {
    /// Whether people without an account get in.
    pub guests: bool,
    /// The most connections at once.
    pub max_connections: usize,
    /// How many deliveries a session's outbox holds.
    pub outbox_capacity: usize,
    /// Password attempts a minute from one address.
    pub logins_per_minute: NonZeroU32,
    /// What clients are told.
    pub limits: Limits,
}
