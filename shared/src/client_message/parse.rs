//! How a text becomes a request, and what is told of one that does not.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ClientFrame, ClientMessage, Destination, Say};
use crate::{ClientId, ErrorCode, MessageKind, MetadataMap, RequestId, Seq};

/// A text that is no usable request, with what a client needs to mend it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct UnusableFrame {
    /// The request's own id, where at least that could be read.
    pub id: Option<RequestId>,
    /// What is wrong, for programs.
    pub code: ErrorCode,
    /// The field that is wrong, where it is one.
    pub field: Option<String>,
    /// What is wrong, for people.
    pub message: String,
}

/// The two fields that say how to read the rest.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    id: Option<RequestId>,
}

/// A [`Say`] with the two fields of its head. Nothing is sent as often, so it is read in one go.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    _type: IsSay,
    #[serde(default)]
    id: Option<RequestId>,
    to: Destination,
    body: String,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    reply_to: Option<Seq>,
    #[serde(default)]
    client_id: Option<ClientId>,
    #[serde(default)]
    kind: MessageKind,
    #[serde(default)]
    metadata: MetadataMap,
}

#[derive(Deserialize)]
enum IsSay {
    #[serde(rename = "say")]
    Say,
}

impl From<Said> for ClientFrame {
    fn from(said: Said) -> Self {
        let Said { _type: IsSay::Say, id, to, body, files, reply_to, client_id, kind, metadata } = said;
        Self { id, message: ClientMessage::Say(Say { to, body, files, reply_to, client_id, kind, metadata }) }
    }
}

impl ClientFrame {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`UnusableFrame`] says which field is wrong and carries the request's `id` wherever it could be read.
    pub fn parse(text: &str) -> Result<Self, UnusableFrame> {
        if text.contains("\"say\"")
            && let Ok(said) = serde_json::from_str::<Said>(text)
        {
            return Ok(said.into());
        }
        let head: Head<'_> = serde_json::from_str(text).map_err(|error| UnusableFrame {
            id: None,
            code: ErrorCode::BadFrame,
            field: None,
            message: format!("a frame is a JSON object with a \"type\": {error}"),
        })?;
        let id = head.id;
        ClientMessage::parse(&head.kind, text).map(|message| Self { id, message }).map_err(|error| error.under(id))
    }
}

impl ClientMessage {
    fn parse(kind: &str, text: &str) -> Result<Self, BadMessage> {
        Ok(match kind {
            "hello" => Self::Hello(fields(text)?),
            "say" => Self::Say(fields(text)?),
            "edit" => Self::Edit(fields(text)?),
            "delete_message" => Self::DeleteMessage(fields(text)?),
            "react" => Self::React(fields(text)?),
            "edits" => Self::Edits(fields(text)?),
            "search" => Self::Search(fields(text)?),
            "resume" => Self::Resume(fields(text)?),
            "history" => Self::History(fields(text)?),
            "read" => Self::Read(fields(text)?),
            "typing" => Self::Typing(fields(text)?),
            "create_room" => Self::CreateRoom(fields(text)?),
            "join" => Self::Join(fields(text)?),
            "leave" => Self::Leave(fields(text)?),
            "delete_room" => Self::DeleteRoom(fields(text)?),
            "set_topic" => Self::SetTopic(fields(text)?),
            "mute" => Self::Mute(fields(text)?),
            "add_member" => Self::AddMember(fields(text)?),
            "remove_member" => Self::RemoveMember(fields(text)?),
            "ban" => Self::Ban(fields(text)?),
            "unban" => Self::Unban(fields(text)?),
            "silence" => Self::Silence(fields(text)?),
            "unsilence" => Self::Unsilence(fields(text)?),
            "set_moderator" => Self::SetModerator(fields(text)?),
            "sanctions" => Self::Sanctions(fields(text)?),
            "open_direct" => Self::OpenDirect(fields(text)?),
            "directory" => Self::Directory {},
            "members" => Self::Members(fields(text)?),
            "profile" => Self::Profile(fields(text)?),
            "find_stranger" => Self::FindStranger {},
            "next_stranger" => Self::NextStranger {},
            "leave_stranger" => Self::LeaveStranger {},
            "report_stranger" => Self::ReportStranger(fields(text)?),
            "block_stranger" => Self::BlockStranger {},
            "report_message" => Self::ReportMessage(fields(text)?),
            "ping" => Self::Ping {},
            other => return Err(BadMessage::UnknownType(other.to_owned())),
        })
    }
}

/// Why a frame whose head could be read is of no use.
enum BadMessage {
    UnknownType(String),
    Field { field: Option<String>, message: String },
}

impl BadMessage {
    fn under(self, id: Option<RequestId>) -> UnusableFrame {
        match self {
            Self::UnknownType(kind) => UnusableFrame {
                id,
                code: ErrorCode::UnknownType,
                field: Some("type".to_owned()),
                message: format!("there is no frame of type {kind:?}"),
            },
            Self::Field { field, message } => UnusableFrame { id, code: ErrorCode::BadField, field, message },
        }
    }
}

fn fields<T: DeserializeOwned>(text: &str) -> Result<T, BadMessage> {
    // Knowing where one is in a text costs more than reading it, so that is found out only where something is wrong.
    serde_json::from_str(text).or_else(|_| located(text))
}

/// Reads again, and says of what is wrong where it stands.
fn located<T: DeserializeOwned>(text: &str) -> Result<T, BadMessage> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        BadMessage::Field { field: missing_field(&message).or_else(|| (path != ".").then_some(path)), message }
    })
}

/// serde names a field that is missing only in its text.
fn missing_field(message: &str) -> Option<String> {
    message.strip_prefix("missing field `")?.strip_suffix('`').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, MessageKind, MetadataMap, RoomId, RoomName, Say};

    fn parse(text: &str) -> Result<ClientFrame, UnusableFrame> {
        ClientFrame::parse(text)
    }

    #[test]
    fn a_destination_is_a_number_a_room_or_a_user() {
        for (json, expected) in [
            ("7", Destination::Room(RoomId(7))),
            ("\"#lobby\"", Destination::Named(RoomName::lobby())),
            ("\"@mike\"", Destination::User("mike".parse().unwrap())),
        ] {
            assert_eq!(serde_json::from_str::<Destination>(json).unwrap(), expected);
            assert_eq!(serde_json::to_string(&expected).unwrap(), json);
        }
    }

    #[test]
    fn what_the_browser_writes_the_server_reads() {
        let frame = ClientFrame {
            id: Some(RequestId(3)),
            message: ClientMessage::Say(Say {
                to: Destination::Named(RoomName::lobby()),
                body: "hi".to_owned(),
                reply_to: None,
                files: Vec::new(),
                client_id: Some("a-1".parse().unwrap()),
                kind: MessageKind::Chat,
                metadata: MetadataMap::new(),
            }),
        };
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(text, r##"{"id":3,"type":"say","to":"#lobby","body":"hi","client_id":"a-1"}"##);
        assert_eq!(parse(&text).unwrap(), frame);
    }

    #[test]
    fn a_missing_field_is_named_and_the_id_comes_back() {
        let error = parse(r##"{"type":"say","id":9,"to":"#lobby"}"##).unwrap_err();
        assert_eq!((error.id, error.code), (Some(RequestId(9)), ErrorCode::BadField));
        assert_eq!(error.field.as_deref(), Some("body"));
    }

    #[test]
    fn a_wrong_field_is_named_with_the_reason() {
        let error = parse(r##"{"type":"open_direct","user":"a b"}"##).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("user"));
        assert_eq!(error.message, "a username has no spaces and no invisible characters");
    }

    #[test]
    fn no_json_and_unknown_types_are_told_apart() {
        assert_eq!(parse("hello").unwrap_err().code, ErrorCode::BadFrame);
        assert_eq!(parse("[]").unwrap_err().code, ErrorCode::BadFrame);
        assert_eq!(parse(r#"{"type":"dance","id":1}"#).unwrap_err().code, ErrorCode::UnknownType);
    }
}
