//! Several nodes that are one chat. A test that needs more than one node goes here; `support/cluster.rs` starts them.

mod meeting;
mod people;
mod strangers;
