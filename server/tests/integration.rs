//! Everything that is tested from outside, in one binary: a folder per subject.

mod dialects;
mod program;
mod store;
mod support;
mod transcripts;
