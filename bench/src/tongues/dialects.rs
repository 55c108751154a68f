//! Confab's other dialects, each in the lobby. Who has to speak to be there says `hi`.

use super::frames;
use crate::swarm::Opening;

const UPGRADED: &[u8] = b"\r\n\r\n";

/// Postman chat: who speaks in a room joins it.
pub fn postman(who: usize) -> Vec<Opening> {
    vec![
        Opening { send: frames::upgrade(&format!("/ws/postman{who}"), ""), until: UPGRADED },
        Opening { send: frames::text("{\"p\":\"#lobby\",\"m\":\"hi\"}"), until: b"\"m\":\"hi\"" },
    ]
}

/// `/chat/public`: the name is taken with the first message.
pub fn public_chat(who: usize) -> Vec<Opening> {
    let hi = format!("{{\"username\":\"public{who}\",\"message\":\"hi\"}}");
    vec![
        Opening { send: frames::upgrade("/chat/public", ""), until: UPGRADED },
        Opening { send: frames::text(&hi), until: b"> hi" },
    ]
}

/// TMP.
pub fn tmp(who: usize) -> Vec<Opening> {
    let name = format!("tmp{who}");
    let set = format!("tmp://{:<32}::/{name:<20}::/", "SET_USR");
    vec![
        Opening { send: frames::upgrade("/tmp", ""), until: b"STATE_UPG_1" },
        Opening { send: frames::text(&set), until: b"STATE_UPG_2" },
    ]
}

/// Line chat, over plain TCP.
pub fn line(who: usize) -> Vec<Opening> {
    vec![
        Opening { send: format!("line{who}\n").into_bytes(), until: b"Connected!" },
        Opening { send: b"!join #lobby\n".to_vec(), until: b"#lobby" },
    ]
}
