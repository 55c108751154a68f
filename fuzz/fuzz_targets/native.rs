//! Frames of the native protocol.
#![no_main]

use fuzz::WITHIN;
use server::dialect::native::Native;
use shared::Limits;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::drive(Native::new(Limits::default(), None, WITHIN), data));
