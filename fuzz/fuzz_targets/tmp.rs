//! Frames of TMP.
#![no_main]

use std::time::Duration;

use server::dialect::tmp::{Timeouts, Tmp};
use shared::RoomName;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let timeouts = Timeouts { name: Duration::from_secs(45), idle: Duration::from_secs(600) };
    fuzz::drive(Tmp::new(RoomName::lobby(), timeouts, None), data);
});
