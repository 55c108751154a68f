//! The frames of public and private chat: what a client sends, and both ways in which it can be answered.

use bytestring::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dialect::{Frame, encodings};
use crate::hub::Encoding;

/// To the one who joins.
pub const WELCOME: ByteString = ByteString::from_static(r#"{"greeting":"Welcome to the chat room!"}"#);

/// To those who were there before.
pub const SOMEONE_JOINED: ByteString = ByteString::from_static(r#"{"greeting":"Someone joined the chat!"}"#);

/// To those who stay.
pub const SOMEONE_LEFT: ByteString = ByteString::from_static(r#"{"message":"Someone left the chat!"}"#);

/// How a connection is spoken to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// `example_username> example_message`
    #[default]
    Text,
    /// `{"username":"…","message":"…"}`, and frames about who is there.
    Json,
}

/// What a client sends, in either format.
#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
pub struct Incoming {
    /// Under which name.
    pub username: String,
    /// The text.
    pub message: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Said<'a> {
    /// Who said it.
    username: &'a str,
    /// The text.
    message: &'a str,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notice<'a> {
    /// A frame was not used, and why; told to its sender alone.
    Error(&'a str),
    /// How many connections are in the lobby.
    Counter(u32),
}

/// The fixed frames, for documents.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "its shape is what documents show; the frames themselves are above")]
pub(super) enum Happened {
    /// Somebody came: to himself a welcome, to the others that he joined.
    Greeting(String),
    /// Somebody left.
    Message(String),
}

impl Incoming {
    /// Reads a frame; `None`: it is no such object.
    #[must_use]
    pub fn parse(frame: &Frame) -> Option<Self> {
        let Frame::Text(text) = frame else { return None };
        // An array of two texts would pass as the object's two fields.
        let object = text.trim_ascii_start().starts_with('{');
        object.then(|| serde_json::from_str(text).ok()).flatten()
    }
}

impl Format {
    /// As which its messages are encoded once for all.
    #[must_use]
    pub fn encoding(self) -> Encoding {
        match self {
            Self::Text => encodings::PAIR_TEXT,
            Self::Json => encodings::PAIR_JSON,
        }
    }

    /// Something said.
    #[must_use]
    pub fn said(self, username: &str, message: &str) -> Option<ByteString> {
        match self {
            Self::Text => Some(format!("{username}> {message}").into()),
            Self::Json => json(&Said { username, message }),
        }
    }

    /// What went wrong, for its sender alone.
    #[must_use]
    pub fn error(self, error: &str) -> Option<ByteString> {
        match self {
            Self::Text => Some(format!("server> {error}").into()),
            Self::Json => json(&Notice::Error(error)),
        }
    }
}

/// How many are there.
#[must_use]
pub fn counter(present: u32) -> Option<ByteString> {
    json(&Notice::Counter(present))
}

fn json(value: &impl Serialize) -> Option<ByteString> {
    serde_json::to_string(value).ok().map(ByteString::from)
}
