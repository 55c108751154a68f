//! Everything that is tested from outside, in one binary: a folder per subject.

mod dialects;
mod store;
mod support;
mod transcripts;
