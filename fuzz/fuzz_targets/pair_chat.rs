//! Frames of public and private chat. The first byte chooses the endpoint and the format.
#![no_main]

use server::dialect::pair_chat::{Format, PairChat};
use server::hub::SessionId;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, frames)) = data.split_first() else { return };
    let format = if choice & 1 == 0 { Format::Text } else { Format::Json };
    let chat = if choice & 2 == 0 { PairChat::public } else { PairChat::private };
    fuzz::drive(chat(SessionId(1), format, None), frames);
});
