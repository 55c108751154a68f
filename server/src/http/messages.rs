//! The message API of the line chat: devices post messages for a user, and read what waits for one. Answers have the
//! form its clients know; what is wrong with a body is said field by field, as FastAPI does.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::{Destination, FileInfo, InvalidUsername, Limits, MessageKind, MetadataMap, RoomKind, Username};

use super::documents::shapes;
use super::identity::{Ambient, status};
use super::{HttpState, origin};
use crate::hub::{Hub, Refusal, RoomRef, Say, Speaker};
use crate::store::Message;

/// The API's addresses, with a limit on what is read of a body.
pub fn routes(limits: &Limits) -> Router<HttpState> {
    Router::new()
        .route("/messages", post(store))
        .route("/messages/", post(store))
        .route("/messages/{username}", get(read))
        .layer(DefaultBodyLimit::max(limits.max_frame_bytes))
}

/// `POST /messages/`: stores a message for a user; it is delivered like any other.
#[utoipa::path(post, path = "/messages/", tag = "messages", summary = "Stores a message for a user",
    description = "It is delivered like any other. A sender that is an account needs its credentials.",
    request_body(content = shapes::Posted, example = json!({ "sender": "probe7", "destination": "bob",
        "message": "Temperature update", "type": "notification", "metadata": { "temperature": 21.5 } })),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 200, description = "Stored", body = Object, example = json!({ "status": "stored" })),
        (status = 401, description = "The sender is an account", body = shapes::Detail),
        (status = 403, description = "Guests are not let in, or a page of another server asks", body = shapes::Detail),
        (status = 409, description = "A guest of that name is connected, from another address", body = shapes::Detail),
        (status = 413, description = "The body is too large", body = shapes::Detail),
        (status = 422, description = "The body is wrong", body = shapes::BadBody),
        (status = 429, description = "Too many attempts, or too many messages, from this address", body = shapes::Detail),
        (status = 503, description = "The store does not answer", body = shapes::Detail),
    ))]
pub async fn store(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    ambient: Ambient,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refused> {
    check_origin(&headers)?;
    let body = body.map_err(|rejection| Refused::body_not_read(&rejection))?;
    state.hub.count_request(peer.ip(), body.len()).map_err(Refused::of)?;
    let Posted { sender, destination, message, kind, metadata } = Posted::parse(&body).map_err(Refused::Body)?;
    let name = vouched(&state.hub, sender, ambient, peer).await?;
    let to = Destination::User(destination.clone());
    let say = Say { kind, metadata, ..Say::chat(to, message) };
    let speaker = Speaker { name, address: peer.ip().to_canonical() };
    state.hub.say_as(speaker, &destination, say).await.map_err(Refused::of)?;
    Ok(Json(json!({ "status": "stored" })))
}

/// `GET /messages/{username}`: what is stored for a user and was not seen; it counts as seen from then on.
#[utoipa::path(get, path = "/messages/{username}", tag = "messages", summary = "Reads what waits for a user",
    description = "It counts as seen from then on, in every dialect.",
    params(("username" = shapes::Name, Path, description = "Whose messages; an account needs its credentials",
        example = "bob")),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 200, description = "What waited, oldest first, at most 1,000; who got so many asks again",
            body = shapes::StoredMessages),
        (status = 401, description = "The user is an account", body = shapes::Detail),
        (status = 403, description = "Guests are not let in, or a page of another server asks", body = shapes::Detail),
        (status = 409, description = "A guest of that name is connected, from another address", body = shapes::Detail),
        (status = 422, description = "That cannot be a name", body = shapes::BadBody),
        (status = 429, description = "Too many attempts, or too many messages, from this address", body = shapes::Detail),
        (status = 503, description = "The store does not answer", body = shapes::Detail),
    ))]
pub async fn read(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(username): Path<String>,
    ambient: Ambient,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    check_origin(&headers)?;
    state.hub.count_request(peer.ip(), 0).map_err(Refused::of)?;
    let username: Username = username.parse().map_err(|error: InvalidUsername| {
        Refused::Body(vec![Problem::new("value_error", ["path", "username"], format!("Value error, {error}"))])
    })?;
    let username = vouched(&state.hub, username, ambient, peer).await?;
    let mail = state.hub.mail_of(&username, &[RoomKind::Direct, RoomKind::Group]).await.map_err(Refused::of)?;
    let messages: Vec<_> = mail.iter().map(|(room, message)| stored(room, message, &username)).collect();
    Ok(Json(json!({ "messages": messages })))
}

/// The name, once it is clear that the request may use it.
async fn vouched(hub: &Hub, name: Username, ambient: Ambient, peer: SocketAddr) -> Result<Username, Refused> {
    if let Some(basic) = &ambient.basic_name
        && basic.parse().ok().as_ref() != Some(&name)
    {
        return Err(Refused::of(Refusal::WrongCredentials));
    }
    hub.vouch(name, ambient.credentials, peer.ip().to_canonical()).await.map_err(Refused::of)
}

/// A page of another server can make a browser ask, with the password the browser remembers.
fn check_origin(headers: &HeaderMap) -> Result<(), Refused> {
    if origin::is_own(headers) { Ok(()) } else { Err(Refused::Foreign) }
}

fn stored(room: &RoomRef, message: &Message, reader: &Username) -> Value {
    let destination = room.name.as_ref().map_or_else(|| reader.to_string(), |name| format!("#{name}"));
    json!({
        "_id": message.id,
        "sender": message.sender,
        "destination": destination,
        "message": FileInfo::spell_out(&message.body, &message.metadata),
        "timestamp": message.time.rfc3339(),
        "type": message.kind,
        "metadata": message.metadata,
    })
}

/// A message as a device posts it. Its own `timestamp` is checked and then left aside: a message's time is when it was
/// accepted, so that the order of times is the order of the messages.
#[derive(Debug, PartialEq)]
pub struct Posted {
    sender: Username,
    destination: Username,
    message: String,
    kind: MessageKind,
    metadata: MetadataMap,
}

impl Posted {
    /// Reads a request's body.
    ///
    /// # Errors
    /// Every field that is wrong, or that the body is no JSON object at all.
    pub fn parse(body: &[u8]) -> Result<Self, Vec<Problem>> {
        let body = match serde_json::from_slice(body) {
            Ok(Value::Object(body)) => body,
            Ok(_) => return Err(vec![Problem::new("model_attributes_type", ["body"], "Input should be an object")]),
            Err(error) => {
                return Err(vec![Problem::new("json_invalid", ["body"], format!("JSON decode error: {error}"))]);
            }
        };
        let mut problems = Vec::new();
        let sender = username(&body, "sender", &mut problems);
        let destination = username(&body, "destination", &mut problems);
        let message = text(&body, "message", &mut problems);
        if message.as_ref().is_some_and(String::is_empty) {
            problems.push(Problem::field("string_too_short", "message", "String should have at least 1 character"));
        }
        let kind = kind(&body, &mut problems);
        let metadata = match body.get("metadata") {
            None | Some(Value::Null) => MetadataMap::new(),
            Some(Value::Object(metadata)) => metadata.clone(),
            Some(_) => {
                problems.push(Problem::field("dict_type", "metadata", "Input should be a valid dictionary"));
                MetadataMap::new()
            }
        };
        check_timestamp(&body, &mut problems);
        match (sender, destination, message) {
            (Some(sender), Some(destination), Some(message)) if problems.is_empty() => {
                Ok(Self { sender, destination, message, kind, metadata })
            }
            _ => Err(problems),
        }
    }
}

fn text(body: &Map<String, Value>, field: &'static str, problems: &mut Vec<Problem>) -> Option<String> {
    match body.get(field) {
        Some(Value::String(text)) => return Some(text.clone()),
        Some(_) => problems.push(Problem::field("string_type", field, "Input should be a valid string")),
        None => problems.push(Problem::field("missing", field, "Field required")),
    }
    None
}

fn username(body: &Map<String, Value>, field: &'static str, problems: &mut Vec<Problem>) -> Option<Username> {
    match text(body, field, problems)?.parse::<Username>() {
        Ok(name) => Some(name),
        Err(error) => {
            problems.push(Problem::field("value_error", field, format!("Value error, {error}")));
            None
        }
    }
}

fn kind(body: &Map<String, Value>, problems: &mut Vec<Problem>) -> MessageKind {
    let given = body.get("type").filter(|kind| !kind.is_null());
    let kind = given.map_or(Ok(MessageKind::Chat), |kind| serde_json::from_value(kind.clone()));
    kind.unwrap_or_else(|_| {
        let expected = "Input should be 'chat', 'command', 'notification' or 'subscription'";
        problems.push(Problem::field("literal_error", "type", expected));
        MessageKind::Chat
    })
}

fn check_timestamp(body: &Map<String, Value>, problems: &mut Vec<Problem>) {
    if body.get("timestamp").is_none_or(Value::is_null) {
        return;
    }
    let Some(given) = text(body, "timestamp", problems) else { return };
    // RFC 3339, or without an offset, as Python's `datetime.utcnow().isoformat()` gives it.
    if given.parse::<jiff::Timestamp>().is_err() && given.parse::<jiff::civil::DateTime>().is_err() {
        let expected = "Input should be a valid datetime, such as 2026-11-21T09:30:00Z";
        problems.push(Problem::field("datetime_parsing", "timestamp", expected));
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    loc: Vec<&'static str>,
    msg: String,
    r#type: &'static str,
}

impl Problem {
    fn new<const N: usize>(r#type: &'static str, loc: [&'static str; N], msg: impl Into<String>) -> Self {
        Self { loc: loc.to_vec(), msg: msg.into(), r#type }
    }

    fn field(r#type: &'static str, field: &'static str, msg: impl Into<String>) -> Self {
        Self::new(r#type, ["body", field], msg)
    }
}

/// A request that is not carried out.
#[derive(Debug)]
pub enum Refused {
    /// Fields are wrong.
    Body(Vec<Problem>),
    /// The body was not read: it is too large, or broke off.
    NotRead(StatusCode, String),
    /// A page of another server asks.
    Foreign,
    /// The hub does not do it.
    Hub(Refusal),
}

impl Refused {
    fn of(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::EmptyMessage | Refusal::TooLarge { .. } => {
                Self::Body(vec![Problem::field("value_error", "message", format!("Value error, {refusal}"))])
            }
            _ => Self::Hub(refusal),
        }
    }

    fn body_not_read(rejection: &BytesRejection) -> Self {
        Self::NotRead(rejection.status(), rejection.body_text())
    }
}

/// What a client that gave no credentials, or wrong ones, may give.
const CHALLENGES: [&str; 2] = [r#"Basic realm="confab", charset="UTF-8""#, r#"Bearer realm="confab""#];

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let answer = |status, detail: Value| (status, Json(json!({ "detail": detail }))).into_response();
        match self {
            Self::Body(problems) => answer(StatusCode::UNPROCESSABLE_ENTITY, json!(problems)),
            Self::NotRead(status, why) => answer(status, json!(why)),
            Self::Foreign => answer(StatusCode::FORBIDDEN, json!("this request comes from a page of another server")),
            Self::Hub(refusal) => {
                let mut response = answer(status(&refusal), json!(refusal.to_string()));
                if response.status() == StatusCode::UNAUTHORIZED {
                    for challenge in CHALLENGES {
                        let challenge = HeaderValue::from_static(challenge);
                        response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
                    }
                }
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(body: &str, expected: &[(&str, &[&str])]) {
        let problems = Posted::parse(body.as_bytes()).unwrap_err();
        let seen: Vec<_> = problems.iter().map(|problem| (problem.r#type, &problem.loc[..])).collect();
        assert_eq!(seen, expected, "{body}");
    }

    #[test]
    fn every_field_that_is_wrong_is_named_at_once() {
        wrong(
            "{}",
            &[
                ("missing", &["body", "sender"]),
                ("missing", &["body", "destination"]),
                ("missing", &["body", "message"]),
            ],
        );
        wrong(
            r#"{"sender":"a b","destination":7,"message":"","timestamp":"soon","type":"shout","metadata":[]}"#,
            &[
                ("value_error", &["body", "sender"]),
                ("string_type", &["body", "destination"]),
                ("string_too_short", &["body", "message"]),
                ("literal_error", &["body", "type"]),
                ("dict_type", &["body", "metadata"]),
                ("datetime_parsing", &["body", "timestamp"]),
            ],
        );
        wrong("", &[("json_invalid", &["body"])]);
        wrong("[]", &[("model_attributes_type", &["body"])]);
        wrong(&"[".repeat(100_000), &[("json_invalid", &["body"])]);
    }

    #[test]
    fn times_are_taken_as_programs_write_them() {
        for time in
            ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00.123456", "2026-11-21T09:30:00+01:00", "2026-11-21 09:30"]
        {
            let body = json!({"sender": "a", "destination": "b", "message": "m", "timestamp": time}).to_string();
            assert!(Posted::parse(body.as_bytes()).is_ok(), "{time}");
        }
        let body = br#"{"sender":"a","destination":"b","message":"m","timestamp":null,"type":null,"metadata":null}"#;
        assert_eq!(Posted::parse(body).unwrap().kind, MessageKind::Chat);
    }
}
