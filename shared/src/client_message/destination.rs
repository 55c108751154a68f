//! Where to speak: a conversation by number, by name, or by the user one speaks with.

#[cfg(feature = "schema")]
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{RoomId, RoomName, Username};

/// Where to speak.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Destination {
    /// A conversation by its number: `7`.
    Room(RoomId),
    /// A public room or group by its name: `"#lobby"`.
    Named(RoomName),
    /// A user: `"@mike"`.
    User(Username),
}

impl FromStr for Destination {
    type Err = InvalidDestination;

    fn from_str(text: &str) -> Result<Self, InvalidDestination> {
        if let Some(name) = text.strip_prefix('#') {
            name.parse().map(Self::Named).map_err(|error| InvalidDestination(error.to_string()))
        } else if let Some(name) = text.strip_prefix('@') {
            name.parse().map(Self::User).map_err(|error| InvalidDestination(error.to_string()))
        } else {
            Err(InvalidDestination("a conversation is its number, \"#room\" or \"@user\"".to_owned()))
        }
    }
}

/// Why a text names no conversation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDestination(String);

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => room.fmt(f),
            Self::Named(name) => write!(f, "#{name}"),
            Self::User(name) => write!(f, "@{name}"),
        }
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Room(room) => room.serialize(serializer),
            Self::Named(_) | Self::User(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Destination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DestinationVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Destination {
    fn schema_name() -> Cow<'static, str> {
        "Destination".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Where to speak: a conversation's number, `\"#room\"` or `\"@user\"`.",
            "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[#@].+$" }],
        })
    }
}

struct DestinationVisitor;

impl de::Visitor<'_> for DestinationVisitor {
    type Value = Destination;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a conversation's number, \"#room\" or \"@user\"")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Destination, E> {
        Ok(Destination::Room(RoomId(number)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Destination, E> {
        text.parse().map_err(E::custom)
    }
}
