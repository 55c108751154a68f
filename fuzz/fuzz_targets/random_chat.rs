//! Frames of RandomChat.
#![no_main]

use fuzz::WITHIN;
use server::dialect::random_chat::RandomChat;
use server::hub::Credentials;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::drive(RandomChat::new(Credentials::None, WITHIN), data));
