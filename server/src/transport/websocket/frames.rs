//! Frames as RFC 6455 has them: a server's are written, a client's are cut from its bytes. No socket and no waiting; what
//! is too large is told before memory is taken for it.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use bytestring::ByteString;

use crate::dialect::Frame;

/// What a frame is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// UTF-8.
    Text = 0x1,
    /// Any bytes.
    Binary = 0x2,
    /// The last one.
    Close = 0x8,
    /// To be answered by a pong.
    Ping = 0x9,
    /// A ping's answer.
    Pong = 0xa,
}

/// Codes of a close that frames themselves bring about.
pub mod code {
    /// Goes away: a page that is left, or reloaded.
    pub const AWAY: u16 = 1001;
    /// A frame that cannot be.
    pub const PROTOCOL: u16 = 1002;
    /// A text that is no UTF-8.
    pub const NOT_TEXT: u16 = 1007;
}

/// The longest payload of a control frame.
const MAX_CONTROL: usize = 125;

/// Appends a server's frame.
pub fn append(kind: Kind, payload: &[u8], to: &mut impl BufMut) {
    const WHOLE: u8 = 0x80;
    to.put_u8(WHOLE | kind as u8);
    match payload.len() {
        length @ ..126 => to.put_u8(length as u8),
        length @ ..0x1_0000 => {
            to.put_u8(126);
            to.put_u16(length as u16);
        }
        length => {
            to.put_u8(127);
            to.put_u64(length as u64);
        }
    }
    to.put_slice(payload);
}

/// Appends a close with its reason.
pub fn append_close(code: u16, reason: &str, to: &mut impl BufMut) {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_bytes());
    payload.truncate(MAX_CONTROL);
    append(Kind::Close, &payload, to);
}

/// What was cut from a client's bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Cut {
    /// A whole message.
    Message(Frame),
    /// To be answered with the same payload.
    Ping(Bytes),
    /// A sign of life.
    Pong,
    /// The client closes, with a code or without.
    Close(Option<u16>),
    /// A message larger than the limit began. It is passed over, and so are all after it.
    TooLarge,
    /// Nothing that follows can be understood; the code says why.
    Broken(u16),
}

/// Cuts messages from the bytes of one client. Holds nothing while nothing is under way.
#[derive(Debug)]
pub struct Cutter {
    limit: usize,
    rest: BytesMut,
    /// A message of which more is to come.
    open: Option<Open>,
    /// Bytes to be passed over.
    skip: u64,
    /// Something was too large: messages do not count any more.
    spoiled: bool,
    broken: bool,
}

#[derive(Debug)]
struct Open {
    text: bool,
    bytes: BytesMut,
}

/// A frame's header.
struct Header {
    last: bool,
    opcode: u8,
    length: u64,
    mask: [u8; 4],
    size: usize,
}

impl Cutter {
    /// For messages of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, rest: BytesMut::new(), open: None, skip: 0, spoiled: false, broken: false }
    }

    /// Takes bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// Cuts the next thing, if it is whole.
    pub fn cut(&mut self) -> Option<Cut> {
        if self.broken {
            return None;
        }
        let cut = self.try_cut();
        if let Some(Cut::Broken(_)) = cut {
            self.broken = true;
        }
        if self.rest.is_empty() {
            // Not even room: idle connections are many.
            self.rest = BytesMut::new();
        }
        cut
    }

    fn try_cut(&mut self) -> Option<Cut> {
        loop {
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(self.rest.len());
            self.rest.advance(skipped);
            self.skip -= skipped as u64;
            let header = match self.header()? {
                Ok(header) => header,
                Err(code) => return Some(Cut::Broken(code)),
            };
            if !header.is_control() && (self.spoiled || self.is_too_large(header.length)) {
                let told = std::mem::replace(&mut self.spoiled, true);
                self.open = None;
                self.rest.advance(header.size);
                self.skip = header.length;
                if told {
                    continue;
                }
                return Some(Cut::TooLarge);
            }
            let length = usize::try_from(header.length).unwrap_or(usize::MAX);
            if self.rest.len() - header.size < length {
                return None;
            }
            self.rest.advance(header.size);
            let mut payload = self.rest.split_to(length);
            unmask(&mut payload, header.mask);
            if let Some(cut) = self.frame(&header, payload) {
                return Some(cut);
            }
        }
    }

    fn is_too_large(&self, length: u64) -> bool {
        let before = self.open.as_ref().map_or(0, |open| open.bytes.len());
        length.saturating_add(before as u64) > self.limit as u64
    }

    /// The header at the front, where it is whole; what it may not be is an error.
    fn header(&self) -> Option<Result<Header, u16>> {
        let bytes = &self.rest[..];
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        let (length, at) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
            127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?), 10),
            length => (u64::from(length), 2),
        };
        let masked = second & 0x80 != 0;
        let reserved = first & 0x70 != 0;
        let header = |mask| Header { last: first & 0x80 != 0, opcode: first & 0x0f, length, mask, size: at + 4 };
        if reserved || !masked || !header([0; 4]).is_possible() {
            return Some(Err(code::PROTOCOL));
        }
        Some(Ok(header(*bytes.get(at..)?.first_chunk()?)))
    }

    /// A whole frame; `None` where a message goes on.
    fn frame(&mut self, header: &Header, payload: BytesMut) -> Option<Cut> {
        const CONTINUATION: u8 = 0x0;
        const TEXT: u8 = Kind::Text as u8;
        const PING: u8 = Kind::Ping as u8;
        const CLOSE: u8 = Kind::Close as u8;
        let message = match (header.opcode, self.open.take()) {
            (CLOSE, _) => return Some(close(&payload)),
            (PING, open) => {
                self.open = open;
                return Some(Cut::Ping(payload.freeze()));
            }
            (opcode, open) if opcode > CLOSE => {
                self.open = open;
                return Some(Cut::Pong);
            }
            (CONTINUATION, Some(mut open)) => {
                open.bytes.extend_from_slice(&payload);
                open
            }
            (CONTINUATION, None) | (_, Some(_)) => return Some(Cut::Broken(code::PROTOCOL)),
            (opcode, None) => Open { text: opcode == TEXT, bytes: payload },
        };
        if !header.last {
            self.open = Some(message);
            return None;
        }
        let bytes = message.bytes.freeze();
        if !message.text {
            return Some(Cut::Message(Frame::Binary(bytes)));
        }
        let text = ByteString::try_from(bytes);
        Some(text.map_or(Cut::Broken(code::NOT_TEXT), |text| Cut::Message(Frame::Text(text))))
    }
}

/// Takes the mask from a payload, eight bytes at a time.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let (eights, rest) = payload.as_chunks_mut::<8>();
    let [a, b, c, d] = mask;
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ twice).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

impl Header {
    fn is_control(&self) -> bool {
        self.opcode & 0x8 != 0
    }

    fn is_possible(&self) -> bool {
        match self.opcode {
            0x0..=0x2 => true,
            0x8..=0xa => self.last && self.length <= MAX_CONTROL as u64,
            _ => false,
        }
    }
}

fn close(payload: &[u8]) -> Cut {
    let Some((number, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Cut::Close(None) } else { Cut::Broken(code::PROTOCOL) };
    };
    match u16::from_be_bytes(*number) {
        _ if std::str::from_utf8(reason).is_err() => Cut::Broken(code::NOT_TEXT),
        number @ (1000..=1003 | 1007..=1014 | 3000..=4999) => Cut::Close(Some(number)),
        _ => Cut::Broken(code::PROTOCOL),
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
