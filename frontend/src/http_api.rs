//! What is asked over plain HTTP with JSON both ways: sessions, API tokens, webhooks, files, and how a message reads in
//! each dialect. A refusal is the server's own [`ErrorBody`], as everywhere.

use gloo_net::http::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::{ErrorBody, ErrorCode, FileInfo, RoomId, Seq};
use web_sys::File;

use crate::server_api::ApiError;
use crate::transport::upload;
use crate::words::words;

/// A browser that is signed in.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct OpenSession {
    /// By what it is ended.
    pub id: String,
    /// What the browser called itself, where it did.
    #[serde(default)]
    pub name: Option<String>,
    /// When somebody signed in, RFC 3339.
    pub made_at: String,
    /// When it was last used.
    #[serde(default)]
    pub used_at: Option<String>,
    /// Whether it is the one that asks.
    #[serde(default)]
    pub current: bool,
}

/// A key by which a program speaks for the user.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct ApiToken {
    /// By what it is revoked.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// When it was last used.
    #[serde(default)]
    pub used_at: Option<String>,
    /// When it ends by itself.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// The token; only told when it is made.
    #[serde(default)]
    pub token: Option<String>,
}

/// An address by which programs speak in a room.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct IncomingHook {
    /// By what it is deleted.
    pub id: String,
    /// The name under which it speaks.
    pub name: String,
    /// When it last spoke.
    #[serde(default)]
    pub used_at: Option<String>,
}

/// An address that is told what is said in a room.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct OutgoingHook {
    /// By what it is deleted.
    pub id: String,
    /// Where messages are sent.
    pub url: String,
    /// `active`, `failing` or `disabled`.
    pub state: String,
    /// Why it is not active.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A room's webhooks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Webhooks {
    /// Those that speak.
    pub incoming: Vec<IncomingHook>,
    /// Those that are told.
    pub outgoing: Vec<OutgoingHook>,
}

/// What is told once, when a webhook is made.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct MadeHook {
    /// The address: where to post to, or where messages will be sent.
    pub url: String,
    /// By what an outgoing one's messages are signed.
    #[serde(default)]
    pub secret: Option<String>,
}

/// How a message reads in a dialect.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Reading {
    /// The dialect's title.
    pub title: String,
    /// The frame; nothing where the dialect cannot show the message.
    pub frame: Option<String>,
}

/// What uploading is limited to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct UploadLimits {
    /// Who may upload: `on`, `accounts` or [`UploadLimits::OFF`].
    pub uploads: String,
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// How much one user may have in all, in bytes.
    pub quota_bytes: u64,
    /// How much of that is used.
    pub used_bytes: u64,
}

impl UploadLimits {
    /// Nobody may.
    pub const OFF: &'static str = "off";
}

#[derive(Deserialize)]
struct Sessions {
    sessions: Vec<OpenSession>,
}

#[derive(Deserialize)]
struct Tokens {
    tokens: Vec<ApiToken>,
}

#[derive(Deserialize)]
struct Readings {
    readings: Vec<Reading>,
}

/// Changes the account's password; every other browser is signed out by it.
///
/// # Errors
/// `wrong_credentials` at the field `old`, `bad_field` at `new`.
pub async fn change_password(old: &str, new: &str) -> Result<(), ApiError> {
    exchange(Method::POST, "/api/password", Some(json!({ "old": old, "new": new }))).await.map(drop)
}

/// Where the user is signed in.
///
/// # Errors
/// `not_identified`, or that the server cannot be reached; so for all that follow.
pub async fn sessions() -> Result<Vec<OpenSession>, ApiError> {
    let all: Sessions = read(&exchange(Method::GET, "/api/sessions", None).await?)?;
    Ok(all.sessions)
}

/// Signs a browser out.
///
/// # Errors
/// As [`sessions`].
pub async fn end_session(id: &str) -> Result<(), ApiError> {
    exchange(Method::DELETE, &format!("/api/sessions/{id}"), None).await.map(drop)
}

/// The account's API tokens.
///
/// # Errors
/// As [`sessions`].
pub async fn tokens() -> Result<Vec<ApiToken>, ApiError> {
    let all: Tokens = read(&exchange(Method::GET, "/api/tokens", None).await?)?;
    Ok(all.tokens)
}

/// Makes an API token.
///
/// # Errors
/// `not_allowed` for a guest, `bad_field` at `name`.
pub async fn make_token(name: &str) -> Result<ApiToken, ApiError> {
    read(&exchange(Method::POST, "/api/tokens", Some(json!({ "name": name }))).await?)
}

/// Revokes an API token.
///
/// # Errors
/// As [`sessions`].
pub async fn revoke_token(id: &str) -> Result<(), ApiError> {
    exchange(Method::DELETE, &format!("/api/tokens/{id}"), None).await.map(drop)
}

/// A room's webhooks, for its owner.
///
/// # Errors
/// `not_the_owner`.
pub async fn webhooks(room: RoomId) -> Result<Webhooks, ApiError> {
    read(&exchange(Method::GET, &format!("/api/rooms/{room}/webhooks"), None).await?)
}

/// Makes an address by which programs speak in a room under this name.
///
/// # Errors
/// `name_taken`, or `bad_field` at `name`.
pub async fn make_incoming(room: RoomId, name: &str) -> Result<MadeHook, ApiError> {
    make_hook(room, json!({ "name": name })).await
}

/// Has an address told what is said in a room.
///
/// # Errors
/// `bad_field` at `url`.
pub async fn make_outgoing(room: RoomId, url: &str) -> Result<MadeHook, ApiError> {
    make_hook(room, json!({ "url": url })).await
}

async fn make_hook(room: RoomId, body: Value) -> Result<MadeHook, ApiError> {
    read(&exchange(Method::POST, &format!("/api/rooms/{room}/webhooks"), Some(body)).await?)
}

/// Deletes a webhook.
///
/// # Errors
/// `not_the_owner`.
pub async fn delete_hook(room: RoomId, id: &str) -> Result<(), ApiError> {
    exchange(Method::DELETE, &format!("/api/rooms/{room}/webhooks/{id}"), None).await.map(drop)
}

/// Has a disabled webhook go on where it stopped.
///
/// # Errors
/// `not_the_owner`.
pub async fn resume_hook(room: RoomId, id: &str) -> Result<(), ApiError> {
    exchange(Method::POST, &format!("/api/rooms/{room}/webhooks/{id}/resume"), None).await.map(drop)
}

/// How a message reads in every dialect.
///
/// # Errors
/// `no_such_room` where there is no such message, or none that the user may read.
pub async fn readings(room: RoomId, seq: Seq) -> Result<Vec<Reading>, ApiError> {
    let all: Readings = read(&exchange(Method::GET, &format!("/api/rooms/{room}/messages/{seq}/wire"), None).await?)?;
    Ok(all.readings)
}

/// What uploading is limited to.
///
/// # Errors
/// As [`sessions`].
pub async fn upload_limits() -> Result<UploadLimits, ApiError> {
    read(&exchange(Method::GET, "/api/files", None).await?)
}

/// Uploads a file for a room, and tells how many bytes of it are sent.
///
/// # Errors
/// `too_large`, at the field `quota` where it is the user's; `bad_field` for what the server does not take; `not_allowed`.
pub async fn upload(room: RoomId, name: &str, file: &File, sent: impl Fn(u64) + 'static) -> Result<FileInfo, ApiError> {
    let name = String::from(js_sys::encode_uri_component(name));
    let answer = upload::post(&format!("/api/files?room={room}&name={name}"), file, sent).await;
    let answer = answer.ok_or_else(|| unreachable(()))?;
    if answer.status == 201 {
        read(&answer.text)
    } else {
        Err(serde_json::from_slice(answer.text.as_bytes()).map_err(unreachable)?)
    }
}

/// Takes back a file that was uploaded and will not be said.
///
/// # Errors
/// As [`sessions`]; `no_such_room` where there is none, or a message has it.
pub async fn take_back(id: &str) -> Result<(), ApiError> {
    exchange(Method::DELETE, &format!("/api/files/{id}"), None).await.map(drop)
}

pub(crate) async fn exchange(method: Method, path: &str, body: Option<Value>) -> Result<String, ApiError> {
    let request = RequestBuilder::new(path).method(method);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request.build(),
    };
    let answer = request.map_err(unreachable)?.send().await.map_err(unreachable)?;
    let text = answer.text().await.map_err(unreachable)?;
    if answer.ok() { Ok(text) } else { Err(serde_json::from_slice(text.as_bytes()).map_err(unreachable)?) }
}

pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_slice(text.as_bytes()).map_err(|_| refusal(words().connection.unexpected))
}

fn unreachable<E>(_: E) -> ApiError {
    refusal(words().front.unreachable_why)
}

fn refusal(message: &str) -> ApiError {
    ApiError(ErrorBody { code: ErrorCode::Unavailable, message: message.to_owned(), field: None })
}
