//! Frames of Postman chat.
#![no_main]

use server::dialect::postman::Postman;
use server::hub::SessionId;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(me) = "john".parse() {
        fuzz::drive(Postman::new(SessionId(1), me), data);
    }
});
