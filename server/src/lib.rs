//! Confab's server: one hub that every wire protocol plugs into.
//!
//! | module | answers for |
//! |---|---|
//! | [`transport`] | bytes on a socket |
//! | [`dialect`] | the meaning of bytes |
//! | [`session`] | one connection's life |
//! | [`hub`] | what is allowed and what happens |
//! | [`store`] | what is there after a restart |
//! | [`bus`] | what nodes of one community tell each other |
//! | [`bots`] | programs inside that people talk to |
//! | [`http`] | routes, logins, pages |
//! | [`uploads`] | the bytes of what people upload |
//! | [`webhooks`] | posting what is said in rooms to others' servers |
//! | [`lines`] | the listener of line chat |
//! | [`measures`] | the names of all that is measured |
//! | [`config`], [`cli`] | settings and commands |
//! | [`app`] | the only wiring of all these |

// The web app's views are types, and nest deeper than the compiler looks by default.
#![recursion_limit = "256"]

pub mod app;
pub mod bots;
pub mod bus;
pub mod cli;
pub mod config;
pub mod dialect;
pub mod http;
pub mod hub;
pub mod lines;
pub mod measures;
pub mod session;
pub mod store;
pub mod transport;
pub mod uploads;
pub mod webhooks;
