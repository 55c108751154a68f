//! MQTT 3.1.1 over WebSocket, at most once (QoS 0). A room is a topic.

use super::{Prepared, Tongue, frames};
use crate::swarm::Opening;

/// MQTT clients.
#[derive(Debug)]
pub struct Mqtt;

impl Mqtt {
    fn open(who: usize, topic: Option<&str>) -> Vec<Opening> {
        let mut connect = text("MQTT");
        // Level 4, a clean session, no keep-alive.
        connect.extend([4, 2, 0, 0]);
        connect.extend(text(&format!("bench-{who}")));
        let mut openings = vec![
            Opening { send: frames::upgrade("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n"), until: b"\r\n\r\n" },
            Opening { send: frames::binary(&packet(0x10, &connect)), until: &[0x20, 2, 0, 0] },
        ];
        if let Some(topic) = topic {
            let mut subscribe = vec![0, 1];
            subscribe.extend(text(topic));
            subscribe.push(0);
            openings.push(Opening { send: frames::binary(&packet(0x82, &subscribe)), until: &[0x90, 3, 0, 1, 0] });
        }
        openings
    }

    fn publish(topic: &str) -> Prepared {
        Prepared::binary(|body| {
            let mut publish = text(topic);
            publish.extend(body.as_bytes());
            packet(0x30, &publish)
        })
    }
}

impl Tongue for Mqtt {
    fn connect(&self, who: usize) -> Vec<Opening> {
        Self::open(who, None)
    }

    fn enter(&self, who: usize, room: usize, _first: bool) -> Vec<Opening> {
        Self::open(who, Some(&format!("room/{room}")))
    }

    fn say(&self, room: usize) -> Prepared {
        Self::publish(&format!("room/{room}"))
    }

    fn pair(&self, who: usize, pair: usize, second: bool) -> Vec<Opening> {
        Self::open(who, Some(&format!("to/{pair}/{second}")))
    }

    fn tell(&self, pair: usize, second: bool, _heard: &[u8]) -> Prepared {
        Self::publish(&format!("to/{pair}/{}", !second))
    }
}

/// A packet short enough for one byte of length.
fn packet(kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind, u8::try_from(rest.len()).unwrap_or(127)];
    packet.extend_from_slice(rest);
    packet
}

fn text(text: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(text.len()).unwrap_or_default().to_be_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}
