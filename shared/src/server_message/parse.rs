//! How a text becomes a [`ServerMessage`]. The `type` is read first and then the one struct that it names, so that a
//! browser carries each of them once; an enum whose tag lies inside would have every struct read in two ways.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ServerMessage;
use crate::{Member, MuteLevel, Profile, RequestId, RoomId, RoomListing, RoomSummary, Seq, Version};

/// Why a text is no message of the server.
#[derive(Debug, thiserror::Error)]
pub enum UnknownMessage {
    /// It is no JSON object with a `type`, or a field of it is not as that type has it.
    #[error(transparent)]
    Unreadable(#[from] serde_json::Error),
    /// A newer server may say what is not known here.
    #[error("there is no message of type {0:?}")]
    Type(String),
}

/// The field that says how to read the rest.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

/// An answer of which only the request matters.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    id: Option<RequestId>,
}

/// A [`ServerMessage::Room`].
#[derive(Deserialize)]
struct Room {
    #[serde(default)]
    id: Option<RequestId>,
    room: RoomSummary,
}

/// A [`ServerMessage::Edits`].
#[derive(Deserialize)]
struct Edits {
    id: Option<RequestId>,
    room: RoomId,
    seq: Seq,
    versions: Vec<Version>,
}

/// A [`ServerMessage::Muted`].
#[derive(Deserialize)]
struct Muted {
    room: RoomId,
    level: MuteLevel,
}

/// A [`ServerMessage::Profile`].
#[derive(Deserialize)]
struct About {
    id: Option<RequestId>,
    profile: Profile,
}

/// A [`ServerMessage::Directory`].
#[derive(Deserialize)]
struct Directory {
    id: Option<RequestId>,
    rooms: Vec<RoomListing>,
}

/// A [`ServerMessage::Members`].
#[derive(Deserialize)]
struct Members {
    id: Option<RequestId>,
    room: RoomId,
    members: Vec<Member>,
}

impl ServerMessage {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`UnknownMessage`] says whether it is of a type that is not known, or not as its type has it.
    pub fn parse(text: &str) -> Result<Self, UnknownMessage> {
        let Head { kind } = serde_json::from_slice(text.as_bytes())?;
        Ok(match &*kind {
            "welcome" => Self::Welcome(fields(text)?),
            "accepted" => Self::Accepted(fields(text)?),
            "error" => Self::Error(fields(text)?),
            "message" => Self::Message(fields(text)?),
            "changed" => Self::Changed(fields(text)?),
            "found" => Self::Found(fields(text)?),
            "history" => Self::History(fields(text)?),
            "resumed" => Self::Resumed(fields(text)?),
            "room_gone" => Self::RoomGone(fields(text)?),
            "room_changed" => Self::RoomChanged(fields(text)?),
            "member_joined" => Self::MemberJoined(fields(text)?),
            "member_left" => Self::MemberLeft(fields(text)?),
            "member_changed" => Self::MemberChanged(fields(text)?),
            "standing" => Self::Standing(fields(text)?),
            "sanctions" => Self::Sanctions(fields(text)?),
            "presence" => Self::Presence(fields(text)?),
            "typing" => Self::Typing(fields(text)?),
            "read" => Self::Read(fields(text)?),
            "stranger" => Self::Stranger(fields(text)?),
            "goodbye" => Self::Goodbye(fields(text)?),
            "resync" => Self::Resync {},
            other => return Self::parse_flat(other, text),
        })
    }

    /// The same for what has no struct of its own.
    fn parse_flat(kind: &str, text: &str) -> Result<Self, UnknownMessage> {
        Ok(match kind {
            "ok" => fields(text).map(|Answer { id }| Self::Ok { id })?,
            "pong" => fields(text).map(|Answer { id }| Self::Pong { id })?,
            "room" => fields(text).map(|Room { id, room }| Self::Room { id, room })?,
            "muted" => fields(text).map(|Muted { room, level }| Self::Muted { room, level })?,
            "profile" => fields(text).map(|About { id, profile }| Self::Profile { id, profile })?,
            "directory" => fields(text).map(|Directory { id, rooms }| Self::Directory { id, rooms })?,
            "members" => fields(text).map(|Members { id, room, members }| Self::Members { id, room, members })?,
            "edits" => fields(text).map(|Edits { id, room, seq, versions }| Self::Edits { id, room, seq, versions })?,
            other => return Err(UnknownMessage::Type(other.to_owned())),
        })
    }
}

fn fields<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    // From bytes, as the answers to server functions are read: serde_json's reader is in the program once then.
    serde_json::from_slice(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type, with what it must at least carry.
    const SAMPLES: [&str; 29] = [
        r#"{"type":"welcome","you":{"username":"ann","guest":true},"limits":LIMITS,"server":"1","rooms":[],"stranger":{"state":"idle"}}"#,
        r#"{"type":"ok","id":1}"#,
        r#"{"type":"accepted","room":7,"seq":1,"message_id":"m","time":"t"}"#,
        r#"{"type":"error","code":"bad_field","message":"no"}"#,
        r#"{"type":"message","room":7,"seq":1,"message_id":"m","from":"ann","body":"hi","time":"t"}"#,
        r#"{"type":"changed","room":7,"seq":1,"message_id":"m","from":"ann","body":"ho","time":"t","change":2}"#,
        r#"{"type":"edits","id":1,"room":7,"seq":1,"versions":[{"body":"hi","time":"t"}]}"#,
        r#"{"type":"found","id":1,"hits":[],"more":false}"#,
        r#"{"type":"history","id":1,"room":7,"messages":[],"more":false}"#,
        r#"{"type":"resumed","room":7,"recovered":true,"messages":[]}"#,
        r#"{"type":"room","id":1,"room":ROOM}"#,
        r#"{"type":"room_gone","room":7,"reason":"left"}"#,
        r#"{"type":"room_changed","room":7,"topic":"tea"}"#,
        r#"{"type":"muted","room":7,"level":"nothing"}"#,
        r#"{"type":"profile","id":1,"profile":{"username":"ann","guest":true,"online":true,"since":"t","shared":[7]}}"#,
        r#"{"type":"directory","id":1,"rooms":[{"room":7,"name":"lobby","members":2,"present":1,"joined":true}]}"#,
        r#"{"type":"members","id":1,"room":7,"members":[{"username":"ann","online":true}]}"#,
        r#"{"type":"member_joined","room":7,"user":"ann","members":2}"#,
        r#"{"type":"member_left","room":7,"user":"ann","members":1}"#,
        r#"{"type":"member_changed","room":7,"user":"ann","moderator":true}"#,
        r#"{"type":"standing","room":7,"moderator":true}"#,
        r#"{"type":"sanctions","id":1,"room":7,"sanctions":[{"kind":"ban","user":"ann","since":"t"}]}"#,
        r#"{"type":"presence","user":"ann","online":true}"#,
        r#"{"type":"typing","room":7,"user":"ann","on":true}"#,
        r#"{"type":"read","room":7,"user":"ann","seq":3}"#,
        r#"{"type":"stranger","state":"waiting","room":9,"waiting":1}"#,
        r#"{"type":"resync"}"#,
        r#"{"type":"pong","id":1}"#,
        r#"{"type":"goodbye","code":1001,"message":"later","reconnect":true}"#,
    ];

    const ROOM: &str =
        r#"{"room":7,"kind":"public","name":"lobby","members":1,"last_seq":0,"read_seq":0,"unread":0,"active_at":"t"}"#;

    #[test]
    fn what_the_server_writes_the_browser_reads() {
        let limits = serde_json::to_string(&crate::Limits::default()).unwrap();
        for sample in SAMPLES {
            let sample = sample.replace("LIMITS", &limits).replace("ROOM", ROOM);
            let message = ServerMessage::parse(&sample).unwrap_or_else(|error| panic!("{error} in {sample}"));
            assert_eq!(serde_json::to_string(&message).unwrap(), sample);
        }
    }

    #[cfg(feature = "schema")]
    #[test]
    fn every_type_there_is_can_be_read() {
        let schema = serde_json::to_string(&schemars::schema_for!(ServerMessage)).unwrap();
        for kind in schema.split(r#""type":{"const":""#).skip(1).filter_map(|rest| rest.split('"').next()) {
            let named = format!(r#"{{"type":"{kind}""#);
            assert!(SAMPLES.iter().any(|sample| sample.starts_with(&named)), "no sample of {kind}");
        }
    }

    #[test]
    fn an_unknown_type_and_a_wrong_field_are_told_apart() {
        assert!(
            matches!(ServerMessage::parse(r#"{"type":"dance"}"#), Err(UnknownMessage::Type(kind)) if kind == "dance")
        );
        for text in ["", "[]", r#"{"id":1}"#, r#"{"type":"muted","room":7,"level":"loud"}"#] {
            assert!(matches!(ServerMessage::parse(text), Err(UnknownMessage::Unreadable(_))), "{text}");
        }
    }
}
