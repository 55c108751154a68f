//! Confab's server: one hub that every wire protocol plugs into.

pub mod config;
pub mod dialect;
pub mod hub;
pub mod session;
pub mod store;
pub mod transport;
