//! What the fuzz targets share: bytes become frames, and frames go to a dialect, which must answer, ask or close,
//! and never panic.

use std::time::Duration;

use server::dialect::{Dialect, Frame, Out, Step};

/// How long somebody may take to say who he is; nothing here waits for it.
pub const WITHIN: Duration = Duration::from_secs(120);

/// Gives a dialect the frames that `data` holds, until it closes. A zero byte ends a frame; one that is no UTF-8 is
/// a binary frame.
pub fn drive(mut dialect: impl Dialect, data: &[u8]) {
    let mut out = Out::default();
    dialect.opened(&mut out);
    for bytes in data.split(|byte| *byte == 0) {
        if closes(&mut out) {
            return;
        }
        dialect.frame(frame(bytes), &mut out);
    }
    dialect.too_late(&mut out);
}

fn frame(bytes: &[u8]) -> Frame {
    match std::str::from_utf8(bytes) {
        Ok(text) => Frame::text(text.to_owned()),
        Err(_) => Frame::Binary(bytes.to_vec().into()),
    }
}

fn closes(out: &mut Out) -> bool {
    out.drain().any(|step| matches!(step, Step::Close(_)))
}
