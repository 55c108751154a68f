//! Several nodes that are one chat. A test that needs more than one node goes here; `support/cluster.rs` starts them.

mod evening;
mod faults;
mod meeting;
mod people;
mod rooms;
mod sessions;
mod strangers;
mod things;
mod versions;
