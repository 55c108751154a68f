//! Bytes of line chat, cut into lines and then read as what they say. A zero byte is a silence.
#![no_main]

use std::time::Duration;

use server::dialect::line::Line;
use server::dialect::{Dialect, Out};
use server::hub::SessionId;
use server::transport::lines::{Line as Cut, Lines};

const LIMIT: usize = 64;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut dialect = Line::new(SessionId(1), Duration::from_secs(120));
    let (mut lines, mut out) = (Lines::new(LIMIT), Out::default());
    dialect.opened(&mut out);
    for burst in data.split(|byte| *byte == 0) {
        lines.space().extend_from_slice(burst);
        while let Some(cut) = lines.cut() {
            tell(&mut dialect, cut, &mut out);
        }
        if let Some(cut) = lines.quiet() {
            tell(&mut dialect, cut, &mut out);
        }
    }
});

fn tell(dialect: &mut Line, cut: Cut, out: &mut Out) {
    match cut {
        Cut::Whole(frame) => dialect.frame(frame, out),
        Cut::TooLong => dialect.too_large(LIMIT, out),
    }
}
