//! The native protocol's frames from client to server, and how a text becomes one.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{ClientId, ErrorCode, MessageKind, MetadataMap, RequestId, RoomId, RoomName, Seq, Username};

/// A request: a message and, where the client wants to know its answer from others, an `id`.
///
/// On the wire the two are one flat object: `{"type":"join","id":3,"room":"#lobby"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientFrame {
    /// Echoed in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked.
    #[serde(flatten)]
    pub message: ClientMessage,
}

/// Everything a client can say. The variant's name in snake case is the frame's `type`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Says who speaks. First frame of every connection whose request carried no credentials; answered by `welcome`.
    Hello(Hello),
    /// Speaks in a conversation; answered by `accepted` once it is stored.
    Say(Say),
    /// Asks for what was missed; answered by a `resumed` for each conversation named.
    Resume(Resume),
    /// Asks for a page of messages; answered by `history`.
    History(HistoryRequest),
    /// Says how far the user has read; answered by `ok`, told to the user's other connections.
    Read(MarkRead),
    /// Says that the user is typing, or no longer; not answered.
    Typing(TypingNotice),
    /// Makes a public room or a group; answered by `room`.
    CreateRoom(CreateRoom),
    /// Enters a public room; answered by `room`.
    Join(RoomAction),
    /// Leaves a room or a group; answered by `ok`.
    Leave(RoomAction),
    /// Deletes a room or group for everybody; its owner's right. Answered by `ok`.
    DeleteRoom(RoomAction),
    /// Brings a user into a group; answered by `ok`.
    AddMember(AddMember),
    /// Takes a user out of a group; its owner's right. Answered by `ok`.
    RemoveMember(RemoveMember),
    /// Opens the conversation with one user, known or not yet seen; answered by `room`.
    OpenDirect(OpenDirect),
    /// Lists the public rooms; answered by `directory`.
    Directory {},
    /// Lists the people of a conversation; answered by `members`.
    Members(RoomAction),
    /// Asks for a random partner; answered by `stranger`, and again when one is found.
    FindStranger {},
    /// Leaves the partner and asks for another; answered by `stranger`.
    NextStranger {},
    /// Leaves the random chat; answered by `stranger`.
    LeaveStranger {},
    /// Asks whether anybody is there; answered by `pong`.
    Ping {},
}

/// Who speaks. With nothing but a `username` that is free: a guest.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hello {
    /// The name to speak under; may be left out where `session` or `token` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// The account's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// An API token of the account, or the `session` of an earlier `welcome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What was seen last, conversation by conversation; what was missed follows the `welcome`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resume: Vec<Seen>,
}

/// How far a client has seen a conversation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Seen {
    /// The conversation.
    pub room: RoomId,
    /// The highest sequence number below which nothing is missing.
    pub seq: Seq,
}

/// Something said.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Say {
    /// Where: a conversation's number, `"#room"` or `"@user"`.
    pub to: Destination,
    /// The text, at most `max_message_bytes` bytes.
    pub body: String,
    /// Files that the sender uploaded for this conversation, by their ids: at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The sender's own name for it, so that sending again after a lost connection makes no second message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// What kind of message it is.
    #[serde(default, skip_serializing_if = "MessageKind::is_chat")]
    pub kind: MessageKind,
    /// Anything programs want to send along: a JSON object.
    #[serde(default, skip_serializing_if = "MetadataMap::is_empty")]
    pub metadata: MetadataMap,
}

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

/// What was seen last, to be told what came since.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resume {
    /// Conversation by conversation.
    pub seen: Vec<Seen>,
}

/// A page of a conversation's messages, in order. With neither bound: the newest.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryRequest {
    /// The conversation.
    pub room: RoomId,
    /// Only messages before this one; the page ends just before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Only messages after this one; the page starts just after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// The most messages wanted; the server's page size bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// How far the user has read a conversation. A position never moves back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkRead {
    /// The conversation.
    pub room: RoomId,
    /// The last message read.
    pub seq: Seq,
}

/// Whether the user is typing in a conversation. Others forget it after a few seconds without another.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TypingNotice {
    /// The conversation.
    pub room: RoomId,
    /// Typing, or no longer.
    #[serde(default = "yes")]
    pub on: bool,
}

fn yes() -> bool {
    true
}

/// A room to be made; whoever makes it owns it and is its first member.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateRoom {
    /// Its name, unique among rooms and groups.
    pub name: RoomName,
    /// A group, which only its members know of, in place of a public room.
    #[serde(default)]
    pub group: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
}

/// A request that needs no more than a conversation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoomAction {
    /// Its number or `"#name"`.
    pub room: Destination,
}

/// A user to be brought into a group.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddMember {
    /// The group.
    pub room: Destination,
    /// Whom to add.
    pub user: Username,
}

/// A user to be taken out of a group.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveMember {
    /// The group.
    pub room: Destination,
    /// Whom to remove.
    pub user: Username,
}

/// The conversation with one user.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenDirect {
    /// The other one.
    pub user: Username,
}

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

impl ClientFrame {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`UnusableFrame`] says which field is wrong and carries the request's `id` wherever it could be read.
    pub fn parse(text: &str) -> Result<Self, UnusableFrame> {
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
            "resume" => Self::Resume(fields(text)?),
            "history" => Self::History(fields(text)?),
            "read" => Self::Read(fields(text)?),
            "typing" => Self::Typing(fields(text)?),
            "create_room" => Self::CreateRoom(fields(text)?),
            "join" => Self::Join(fields(text)?),
            "leave" => Self::Leave(fields(text)?),
            "delete_room" => Self::DeleteRoom(fields(text)?),
            "add_member" => Self::AddMember(fields(text)?),
            "remove_member" => Self::RemoveMember(fields(text)?),
            "open_direct" => Self::OpenDirect(fields(text)?),
            "directory" => Self::Directory {},
            "members" => Self::Members(fields(text)?),
            "find_stranger" => Self::FindStranger {},
            "next_stranger" => Self::NextStranger {},
            "leave_stranger" => Self::LeaveStranger {},
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
