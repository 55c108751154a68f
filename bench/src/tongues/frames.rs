//! WebSocket frames of a client, made once and sent many times: only a message's number differs, and its digits are
//! put in place, masked, in the finished frame.

use crate::swarm::marks;

/// The mask of every frame. Not zero, so that a server that looks for that has to do the work all the same.
const MASK: [u8; 4] = [0x5a, 0x3c, 0x96, 0x69];

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;

/// A frame whose body's number is still to be put in.
#[derive(Clone, Debug)]
pub struct Prepared {
    frame: Vec<u8>,
    /// Where the digits stand.
    at: usize,
    /// Where they stand in the payload, which decides their mask.
    in_payload: usize,
    mask: [u8; 4],
}

impl Prepared {
    /// A text frame whose payload `payload` makes of a body.
    pub fn text(payload: impl Fn(&str) -> String) -> Self {
        Self::new(TEXT, payload(&marks::body(0)).as_bytes())
    }

    /// A binary frame whose payload `payload` makes of a body.
    pub fn binary(payload: impl Fn(&str) -> Vec<u8>) -> Self {
        Self::new(BINARY, &payload(&marks::body(0)))
    }

    fn new(kind: u8, payload: &[u8]) -> Self {
        let in_payload = memchr::memmem::find(payload, b"^00000000^").map_or(0, |at| at + 1);
        let frame = masked(kind, payload);
        let at = frame.len() - payload.len() + in_payload;
        Self { frame, at, in_payload, mask: MASK }
    }

    /// Bytes that are no frame, for protocols beside WebSocket.
    pub fn raw(payload: impl Fn(&str) -> Vec<u8>) -> Self {
        let frame = payload(&marks::body(0));
        let at = memchr::memmem::find(&frame, b"^00000000^").map_or(0, |at| at + 1);
        Self { frame, at, in_payload: at, mask: [0; 4] }
    }

    /// Appends the frame of message `number`.
    pub fn append(&self, number: u32, to: &mut Vec<u8>) {
        let start = to.len() + self.at;
        to.extend_from_slice(&self.frame);
        for (index, digit) in marks::digits(number).into_iter().enumerate() {
            to[start + index] = digit ^ self.mask[(self.in_payload + index) % 4];
        }
    }
}

/// A text frame.
pub fn text(payload: &str) -> Vec<u8> {
    masked(TEXT, payload.as_bytes())
}

/// A binary frame.
pub fn binary(payload: &[u8]) -> Vec<u8> {
    masked(BINARY, payload)
}

/// The request that turns an HTTP connection into a WebSocket.
pub fn upgrade(path: &str, more: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
    .into_bytes()
}

fn masked(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match u16::try_from(payload.len()) {
        Ok(length @ ..126) => frame.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ MASK[index % 4]));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmasked(frame: &[u8]) -> String {
        let header = if frame[1] & 0x7f == 126 { 8 } else { 6 };
        let payload = frame[header..].iter().enumerate().map(|(index, byte)| byte ^ MASK[index % 4]).collect();
        String::from_utf8(payload).unwrap()
    }

    #[test]
    fn a_prepared_frame_reads_as_if_made_for_its_number() {
        let prepared = Prepared::text(|body| format!("{{\"body\":\"{body}\"}}"));
        let mut frame = Vec::new();
        prepared.append(0x12ab, &mut frame);
        assert_eq!(unmasked(&frame), format!("{{\"body\":\"{}\"}}", marks::body(0x12ab)));
        let long = Prepared::text(|body| format!("{}{body}", "-".repeat(101)));
        let mut frame = Vec::new();
        long.append(7, &mut frame);
        assert!(unmasked(&frame).ends_with(&marks::body(7)));
    }
}
