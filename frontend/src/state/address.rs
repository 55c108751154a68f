//! Where in the app one is: the path in the address bar, and back.

use shared::{RoomId, RoomName, Seq, Username};

/// A place with a path of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// `/`: the list of conversations, none of them open.
    Home,
    /// `/room/7`
    Room(RoomId),
    /// `/room/7/123`: a message in it.
    Message(RoomId, Seq),
    /// `/room/lobby`: a room by its name; leads on to its number.
    Named(RoomName),
    /// `/with/alice`: the direct conversation with somebody; leads on to its number.
    Direct(Username),
    /// `/random`: the random chat.
    Random,
    /// `/browse`: the public rooms.
    Browse,
    /// `/settings`
    Settings,
    /// `/admin`: for those who administer the server.
    Admin,
}

impl Place {
    /// Reads a path as it stands in the address bar.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Some(Self::Home),
            ["random"] => Some(Self::Random),
            ["browse"] => Some(Self::Browse),
            ["settings"] => Some(Self::Settings),
            ["admin"] => Some(Self::Admin),
            ["room", room] => match room.parse() {
                Ok(number) => Some(Self::Room(RoomId(number))),
                Err(_) => room.parse().ok().map(Self::Named),
            },
            ["room", room, seq] => Some(Self::Message(RoomId(room.parse().ok()?), Seq(seq.parse().ok()?))),
            ["with", user] => user.parse().ok().map(Self::Direct),
            _ => None,
        }
    }

    /// The conversation's own place, where this is a message in it.
    #[must_use]
    pub fn whole(self) -> Self {
        match self {
            Self::Message(room, _) => Self::Room(room),
            other => other,
        }
    }

    /// The path to this place.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Room(room) => format!("/room/{room}"),
            Self::Message(room, seq) => format!("/room/{room}/{seq}"),
            Self::Named(name) => format!("/room/{}", encode(name.as_str())),
            Self::Direct(user) => format!("/with/{}", encode(user.as_str())),
            Self::Random => "/random".to_owned(),
            Self::Browse => "/browse".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Admin => "/admin".to_owned(),
        }
    }
}

fn encode(text: &str) -> String {
    let mut path = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

fn decode(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_path_that_leads_back_to_it() {
        for (place, path) in [
            (Place::Home, "/"),
            (Place::Room(RoomId(7)), "/room/7"),
            (Place::Message(RoomId(7), Seq(123)), "/room/7/123"),
            (Place::Named("Book club".parse().unwrap()), "/room/Book%20club"),
            (Place::Direct("zoë".parse().unwrap()), "/with/zo%C3%AB"),
            (Place::Random, "/random"),
            (Place::Browse, "/browse"),
            (Place::Settings, "/settings"),
            (Place::Admin, "/admin"),
        ] {
            assert_eq!(place.path(), path);
            assert_eq!(Place::parse(path), Some(place));
        }
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in ["/nowhere", "/room", "/room/lobby/8", "/room/7/x", "/with/a%20b"] {
            assert_eq!(Place::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_percent_sign_that_begins_nothing_is_one() {
        assert_eq!(Place::parse("/room/100%"), Some(Place::Named("100%".parse().unwrap())));
    }
}
