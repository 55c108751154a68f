//! RandomChat's JSON, as its document writes it: what a client sends, taken apart with an error that names the field,
//! and what it is sent.

use std::borrow::Cow;

use bytestring::ByteString;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::{FileInfo, Username};

use crate::hub::Person;
use crate::store::{Message, Profile, Timestamp};

/// The answer to what is no request at all.
pub const FORMAT: &str = r#"Send one JSON object with a "type": register, create_chat, send_message, delete_chat, add_member or remove_member."#;

/// What a client asks for.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq)]
#[schemars(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Becomes known, or logs in; documents show it as [`Registration`].
    #[schemars(skip)]
    Register {
        /// The name to be shown by.
        name: String,
        /// The phone to be reached by.
        phone: String,
        /// The account's password, where the user has one.
        password: Option<String>,
    },
    /// Makes a chat.
    CreateChat {
        /// Its name.
        name: String,
    },
    /// Says something to a chat.
    SendMessage {
        /// The chat's name.
        chat: String,
        /// What is said.
        message: String,
    },
    /// Deletes a chat.
    DeleteChat {
        /// The chat's name.
        chat: String,
    },
    /// Brings somebody into a chat.
    AddMember {
        /// The chat's name.
        chat: String,
        /// Whom.
        phone: String,
    },
    /// Takes somebody out of a chat.
    RemoveMember {
        /// The chat's name.
        chat: String,
        /// Whom.
        phone: String,
    },
}

impl Request {
    /// Takes a frame apart. Fields that the document does not name are passed over.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence for its sender.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Ok(Value::Object(frame)) = serde_json::from_str(text) else { return Err(FORMAT.to_owned()) };
        let Some(kind) = frame.get("type").and_then(Value::as_str) else { return Err(FORMAT.to_owned()) };
        let field = |field| text_of(kind, &frame, field);
        Ok(match kind {
            "register" => {
                let Some(user) = frame.get("user").and_then(Value::as_object) else {
                    return Err(r#"register needs "user", an object with "name" and "phone"."#.to_owned());
                };
                let password = match user.get("password") {
                    None | Some(Value::Null) => None,
                    Some(_) => Some(text_of("user", user, "password")?),
                };
                Self::Register {
                    name: text_of("user", user, "name")?,
                    phone: text_of("user", user, "phone")?,
                    password,
                }
            }
            "create_chat" => Self::CreateChat { name: field("name")? },
            "send_message" => Self::SendMessage { chat: field("chat")?, message: field("message")? },
            "delete_chat" => Self::DeleteChat { chat: field("chat")? },
            "add_member" => Self::AddMember { chat: field("chat")?, phone: field("phone")? },
            "remove_member" => Self::RemoveMember { chat: field("chat")?, phone: field("phone")? },
            _ => return Err(format!("There is no type {kind:?}. {FORMAT}")),
        })
    }
}

fn text_of(owner: &str, object: &Map<String, Value>, field: &str) -> Result<String, String> {
    match object.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("{field:?} of {owner} is to be text.")),
        None => Err(format!("{owner} needs {field:?}.")),
    }
}

/// A user as clients are shown him.
#[derive(Clone, Debug, Eq, PartialEq, JsonSchema, Serialize)]
pub struct User {
    /// The name shown.
    pub name: String,
    /// The phone, or `@` and the username of who has none.
    pub phone: String,
    /// When he was last connected; `None`: now, or never.
    pub disconnection_date: Option<String>,
}

impl User {
    /// A user of that name, shown as his profile says where it says anything.
    #[must_use]
    pub fn of(name: &Username, profile: &Profile, last_seen_at: Option<Timestamp>) -> Self {
        Self {
            name: profile.display_name.clone().unwrap_or_else(|| name.to_string()),
            phone: profile.phone.clone().unwrap_or_else(|| format!("@{name}")),
            disconnection_date: last_seen_at.map(date),
        }
    }

    /// A user of whom only the name is known.
    #[must_use]
    pub fn known_by(name: &Username) -> Self {
        Self::of(name, &Profile::default(), None)
    }
}

impl From<&Person> for User {
    fn from(person: &Person) -> Self {
        Self::of(&person.username, &person.profile, person.last_seen_at)
    }
}

/// A chat with its people.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Chat<'a> {
    /// Its name.
    pub name: &'a str,
    /// Who is in it.
    pub members: Vec<Cow<'a, User>>,
    /// Whose it is.
    pub owner: Option<Cow<'a, User>>,
}

/// A message without its chat.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct BriefMessage<'a> {
    /// Who said it.
    pub from: Cow<'a, User>,
    /// When.
    pub date: String,
    /// What was said.
    pub message: Cow<'a, str>,
}

impl<'a> BriefMessage<'a> {
    /// A message of that user.
    #[must_use]
    pub fn of(from: Cow<'a, User>, message: &'a Message) -> Self {
        let text = FileInfo::spell_out(&message.body, &message.metadata);
        Self { from, date: date(message.time), message: text }
    }
}

/// A chat and what was said in it while the user was away.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ChatState<'a> {
    /// The chat.
    pub chat: Chat<'a>,
    /// What was said.
    pub messages: Vec<BriefMessage<'a>>,
}

/// What the server sends.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer<'a> {
    /// All chats of the user.
    State {
        /// With what waited for him.
        chats: Vec<ChatState<'a>>,
    },
    /// Something was said.
    Message {
        /// Where.
        chat: Chat<'a>,
        /// By whom, when and what.
        #[serde(flatten)]
        brief: BriefMessage<'a>,
    },
    /// Somebody came into a chat.
    NewMember {
        /// Which, he included.
        chat: Chat<'a>,
        /// Who.
        user: Cow<'a, User>,
    },
    /// Somebody is in a chat no longer.
    MemberRemoved {
        /// Which, without him.
        chat: Chat<'a>,
        /// Who.
        user: Cow<'a, User>,
    },
    /// A chat is no more.
    ChatDeleted {
        /// Which, as it was.
        chat: Chat<'a>,
    },
    /// A request was not carried out.
    Error {
        /// Why, and what to do.
        detail: &'a str,
    },
}

impl Answer<'_> {
    /// The frame.
    #[must_use]
    pub fn text(&self) -> Option<ByteString> {
        serde_json::to_string(self).ok().map(ByteString::from)
    }
}

/// A moment as the document writes it, UTC: `2026-11-21 09:30:00`.
#[must_use]
pub fn date(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0);
    at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(frame: &str, detail: &str) {
        assert_eq!(Request::parse(frame), Err(detail.to_owned()), "{frame}");
    }

    #[test]
    fn a_request_is_read_whatever_else_is_in_it() {
        let frame = r#"{"type":"register","user":{"name":"Ann","phone":"1","disconnection_date":null,"age":7},"x":[]}"#;
        let register = Request::Register { name: "Ann".to_owned(), phone: "1".to_owned(), password: None };
        assert_eq!(Request::parse(frame), Ok(register));
    }

    #[test]
    fn a_bad_request_is_told_which_field_is_wrong() {
        refused("", FORMAT);
        refused("[]", FORMAT);
        refused(r#"{"type":7}"#, FORMAT);
        refused(&"[".repeat(100_000), FORMAT);
        refused(r#"{"type":"dance"}"#, &format!(r#"There is no type "dance". {FORMAT}"#));
        refused(r#"{"type":"create_chat"}"#, r#"create_chat needs "name"."#);
        refused(r#"{"type":"send_message","chat":"a","message":1}"#, r#""message" of send_message is to be text."#);
        refused(r#"{"type":"register","user":{"name":"Ann"}}"#, r#"user needs "phone"."#);
        refused(r#"{"type":"register"}"#, r#"register needs "user", an object with "name" and "phone"."#);
    }

    #[test]
    fn a_date_is_written_as_the_document_has_it() {
        assert_eq!(date(Timestamp(0)), "1970-01-01 00:00:00");
        assert_eq!(date(Timestamp(1_795_253_400_999)), "2026-11-21 09:30:00");
    }
}
