//! Everything that is tested from outside, in one binary: a folder per subject.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod cluster;
mod deploy;
mod dialects;
mod faults;
mod program;
mod store;
mod support;
mod transcripts;
