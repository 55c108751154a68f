//! What documents say of public and private chat.

use super::frames::{Happened, Incoming, Notice, Said};
use crate::dialect::description::{Address, Description};

/// The one parameter of both addresses.
const QUERY: &[(&str, &str)] = &[("format", "`text`, which is the default, or `json`.")];

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "One public room, the lobby, and private rooms for two strangers. A message takes its sender's name \
                   along; what is said arrives as text, or as JSON with `?format=json`.";
    let public = Address::http("chat_public", "/chat/public", "Public chat: the lobby").with_query(QUERY);
    let private = Address::http("chat_private", "/chat/private", "Private chat: two strangers").with_query(QUERY);
    Description::new("pair_chat", "Public and private chat", summary)
        .at(public)
        .at(private)
        .hears::<Incoming>(
            "say",
            "Says something, under this name from now on.",
            &[r#"{"username":"alice","message":"Hello"}"#],
        )
        .says_text("text", "Something was said, or `server` says what went wrong.", "^[^>]+> ", &["alice> Hello"])
        .says::<Said<'_>>(
            "message",
            "Something was said (`?format=json`).",
            &[r#"{"username":"alice","message":"Hello"}"#],
        )
        .says::<Notice<'_>>(
            "notice",
            "What went wrong, or how many are there (`?format=json`).",
            &[r#"{"counter":2}"#, r#"{"error":"mike is in use; choose another name"}"#],
        )
        .says::<Happened>(
            "happened",
            "Somebody came or left (`?format=json`).",
            &[
                r#"{"greeting":"Welcome to the chat room!"}"#,
                r#"{"greeting":"Someone joined the chat!"}"#,
                r#"{"message":"Someone left the chat!"}"#,
            ],
        )
}
