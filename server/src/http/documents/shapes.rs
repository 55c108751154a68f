//! Bodies of requests and answers as documents show them, where the code reads or writes them field by field.

#![expect(dead_code, reason = "only their shapes are used")]

use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Who signs in.
#[derive(ToSchema)]
pub struct SignIn {
    /// The name to speak under.
    #[schema(example = "alice")]
    username: String,
    /// The account's password, where the name is one.
    password: Option<String>,
}

/// A password for a guest's name.
#[derive(ToSchema)]
pub struct Claim {
    /// What is asked for from now on.
    password: String,
}

/// A username.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 20, example = "alice")]
pub struct Name(String);

/// A message to be stored.
#[derive(ToSchema)]
pub struct Posted {
    /// Who says it.
    sender: Name,
    /// Whom it is for.
    destination: Name,
    /// The text.
    #[schema(min_length = 1)]
    message: String,
    /// When it was said, for the sender; a message's time is when it was accepted.
    timestamp: Option<String>,
    /// `chat`, `command`, `notification` or `subscription`.
    r#type: Option<String>,
    /// Anything the sender wants to send along.
    metadata: Option<Map<String, Value>>,
}

/// A message that waited.
#[derive(ToSchema)]
pub struct StoredMessage {
    /// Its id.
    _id: String,
    /// Who said it.
    sender: String,
    /// Whom it is for, or `#` and the group it was said in.
    destination: String,
    /// The text.
    message: String,
    /// When it was accepted: UTC, RFC 3339 with milliseconds.
    timestamp: String,
    /// `chat`, `command`, `notification` or `subscription`.
    r#type: String,
    /// What the sender sent along.
    metadata: Map<String, Value>,
}

/// What waited for a user.
#[derive(ToSchema)]
pub struct StoredMessages {
    /// Oldest first.
    messages: Vec<StoredMessage>,
}

/// Why a request was refused, in a sentence.
#[derive(ToSchema)]
pub struct Detail {
    /// Why.
    detail: String,
}

/// What is wrong with a body.
#[derive(ToSchema)]
pub struct BadBody {
    /// Field by field.
    detail: Vec<Problem>,
}

/// What is wrong with a field.
#[derive(ToSchema)]
pub struct Problem {
    /// Where: `["body","sender"]`.
    loc: Vec<String>,
    /// What, for people.
    msg: String,
    /// What, for programs.
    r#type: String,
}

/// Why an upgrade was refused.
#[derive(ToSchema)]
pub struct Refusal {
    /// In a sentence.
    error: String,
}
