//! What documents say of RandomChat.

use schemars::JsonSchema;

use super::frames::{Answer, Request};
use crate::dialect::description::{Address, Description};

/// What a client says first.
#[derive(JsonSchema)]
#[schemars(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "its shape is what documents show; frames.rs reads it field by field")]
enum Registration {
    /// Becomes known, or logs in. Answered by `state`.
    Register {
        /// Who it is.
        user: Registrant,
    },
}

/// Who registers.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its shape is what documents show; frames.rs reads it field by field")]
struct Registrant {
    /// The name to be shown by.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// The phone to be reached by.
    #[schemars(length(min = 1, max = 32))]
    phone: String,
    /// The account's password, where the user has one.
    password: Option<String>,
    /// Passed over.
    disconnection_date: Option<String>,
}

/// A sample of everything a client can say.
const CLIENT: &[&str] = &[
    r#"{"type":"register","user":{"name":"Ann Lee","phone":"1"}}"#,
    r#"{"type":"create_chat","name":"Book club"}"#,
    r#"{"type":"send_message","chat":"Book club","message":"What do we read?"}"#,
    r#"{"type":"add_member","chat":"Book club","phone":"2"}"#,
    r#"{"type":"remove_member","chat":"Book club","phone":"@mike"}"#,
    r#"{"type":"delete_chat","chat":"Book club"}"#,
];

/// A sample of everything the server can say.
const SERVER: &[&str] = &[
    r#"{"type":"state","chats":[]}"#,
    r#"{"type":"message","chat":{"name":"Book club","members":[{"name":"Ann Lee","phone":"1","disconnection_date":null}],"owner":{"name":"Ann Lee","phone":"1","disconnection_date":null}},"from":{"name":"Ann Lee","phone":"1","disconnection_date":null},"date":"2026-11-21 09:30:00","message":"What do we read?"}"#,
    r#"{"type":"new_member","chat":{"name":"Book club","members":[],"owner":null},"user":{"name":"Bob","phone":"2","disconnection_date":null}}"#,
    r#"{"type":"member_removed","chat":{"name":"Book club","members":[],"owner":null},"user":{"name":"Bob","phone":"2","disconnection_date":"2026-11-21 09:30:00"}}"#,
    r#"{"type":"chat_deleted","chat":{"name":"Book club","members":[],"owner":null}}"#,
    r#"{"type":"error","detail":"user needs \"phone\"."}"#,
];

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "Phone apps with group chats: people are known by their phones, meet in chats that somebody owns, and \
                   are told in one `state` what was said while they were away.";
    Description::new("random_chat", "RandomChat", summary)
        .at(Address::http("randomchat", "/randomchat", "RandomChat"))
        .hears_each::<Registration>(CLIENT)
        .hears_each::<Request>(CLIENT)
        .says_each::<Answer<'_>>(SERVER)
}
