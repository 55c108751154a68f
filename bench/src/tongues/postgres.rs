//! PostgreSQL's own protocol: rows inserted by a prepared statement, each committed by itself.

use super::{Keeps, Prepared};
use crate::swarm::Opening;

/// Clients that insert messages.
#[derive(Debug)]
pub struct Postgres;

const READY: &[u8] = b"Z\0\0\0\x05I";

impl Keeps for Postgres {
    fn open(&self, who: usize) -> Vec<Opening> {
        let mut startup = 196_608_u32.to_be_bytes().to_vec();
        startup.extend(b"user\0postgres\0database\0postgres\0\0");
        let mut openings = vec![Opening { send: sized(&startup), until: READY }];
        if who == 0 {
            let make = b"CREATE TABLE messages (seq bigserial PRIMARY KEY, body text NOT NULL)\0";
            openings.push(Opening { send: message(b'Q', make), until: READY });
        }
        let parse = b"keep\0INSERT INTO messages (body) VALUES ($1) RETURNING body\0\0\0";
        openings.push(Opening { send: [message(b'P', parse), message(b'S', b"")].concat(), until: READY });
        openings
    }

    fn keep(&self, _who: usize) -> Prepared {
        Prepared::raw(|body| {
            let mut bind = b"\0keep\0\0\0\0\x01".to_vec();
            bind.extend(sized_value(body));
            bind.extend(b"\0\0");
            [message(b'B', &bind), message(b'E', b"\0\0\0\0\0"), message(b'S', b"")].concat()
        })
    }
}

fn message(kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(sized(rest));
    message
}

/// The length, itself included, and the bytes.
fn sized(rest: &[u8]) -> Vec<u8> {
    let length = u32::try_from(rest.len() + 4).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), rest].concat()
}

/// The length, without itself, and the text.
fn sized_value(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
