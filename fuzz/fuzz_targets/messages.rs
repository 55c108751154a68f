//! Bodies that devices post to the message API.
#![no_main]

use server::http::Posted;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(problems) = Posted::parse(data) {
        assert!(!problems.is_empty(), "what is wrong is said");
    }
});
