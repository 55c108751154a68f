//! Confab's server: one hub that every wire protocol plugs into.

pub mod store;
