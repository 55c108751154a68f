//! Webhooks over HTTP: a room's owner makes them, any program that knows its address uses an incoming one.

use std::net::SocketAddr;
use std::str::FromStr;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{Destination, ErrorBody, ErrorCode, Limits, MetadataMap, RoomId, RoomName, Username, harmless};
use utoipa::ToSchema;

use super::HttpState;
use super::asking::{ApiRefusal, Asker, Body};
use super::here::Here;
use crate::hub::{Refusal, Say};
use crate::store::{Timestamp, Way, Webhook};
use crate::webhooks::Target;

/// The longest name a message can be shown under beside its webhook's, in characters.
const MAX_SHOWN_NAME: usize = 64;

/// The addresses, with a limit on what is read of a body.
pub fn routes(limits: &Limits) -> Router<HttpState> {
    Router::new()
        .route("/api/rooms/{room}/webhooks", get(list).post(make))
        .route("/api/rooms/{room}/webhooks/{id}", delete(remove))
        .route("/api/rooms/{room}/webhooks/{id}/resume", post(resume))
        .route("/hooks/{secret}", post(receive))
        .layer(DefaultBodyLimit::max(limits.max_frame_bytes))
}

/// A room in an address: its number, or its name.
#[derive(Debug)]
pub struct Place(pub Destination);

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if let Ok(number) = text.parse() {
            return Ok(Self(Destination::Room(RoomId(number))));
        }
        let name: RoomName = text.parse().map_err(|_| Refusal::NoSuchRoom)?;
        Ok(Self(Destination::Named(name)))
    }
}

/// A program's way into a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct Incoming {
    /// By what it can be taken away.
    id: String,
    /// The name its messages come under.
    name: String,
    /// Who made it.
    made_by: String,
    /// When: UTC, RFC 3339 with milliseconds.
    made_at: String,
    /// When it was last used; null: never.
    used_at: Option<String>,
    /// Where to post, in the answer that made it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// A room's way to a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outgoing {
    /// By what it can be taken away or resumed.
    id: String,
    /// Where messages are posted.
    url: String,
    /// Who made it.
    made_by: String,
    /// When: UTC, RFC 3339 with milliseconds.
    made_at: String,
    /// `active`; `failing`: it is tried again; `disabled`: it failed for too long, until it is resumed.
    state: &'static str,
    /// What was wrong last, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The sequence number up to which the receiver has everything.
    delivered_seq: u64,
    /// When it took something last.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<String>,
    /// What deliveries are signed with, in the answer that made it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// A room's webhooks.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Webhooks {
    /// Oldest first.
    incoming: Vec<Incoming>,
    /// Oldest first.
    outgoing: Vec<Outgoing>,
}

/// A webhook to be made: with a `name` an incoming one, with a `url` an outgoing one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWebhook {
    /// The name its messages come under: a username that nobody has.
    #[schema(example = "deploys")]
    name: Option<String>,
    /// Where messages are to be posted.
    url: Option<String>,
}

/// What is posted to an incoming webhook.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Posted {
    /// What is said.
    #[schema(min_length = 1, example = "Deployed v2 to production")]
    text: String,
    /// A name to be shown beside the webhook's.
    username: Option<String>,
}

/// `GET /api/rooms/{room}/webhooks`
#[utoipa::path(get, path = "/api/rooms/{room}/webhooks", tag = "webhooks", summary = "A room's webhooks",
    params(("room" = String, Path, description = "The room's number, or its name", example = "ops")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "Both ways, without their secrets", body = Webhooks),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "The room is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such room", body = ErrorBody)))]
pub async fn list(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(room): Path<String>,
) -> Result<Json<Webhooks>, ApiRefusal> {
    let Place(place) = room.parse()?;
    let mut shown = Webhooks::default();
    for webhook in state.hub.webhooks(&caller, &place).await? {
        match webhook.way {
            Way::In { .. } => shown.incoming.extend(incoming(webhook, None)),
            Way::Out { .. } => shown.outgoing.extend(outgoing(webhook, false)),
        }
    }
    Ok(Json(shown))
}

/// `POST /api/rooms/{room}/webhooks`: the secret part is told in this answer only.
#[utoipa::path(post, path = "/api/rooms/{room}/webhooks", tag = "webhooks", summary = "Makes a webhook of a room",
    description = "With `name` an incoming one, whose answer holds the address to post to; with `url` an outgoing one, \
        whose answer holds the secret its deliveries are signed with. Either is told in this answer and never again.",
    request_body(content = NewWebhook, example = json!({ "name": "deploys" })),
    params(("room" = String, Path, description = "The room's number, or its name", example = "ops")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 201, description = "An `Incoming` or an `Outgoing`", body = Incoming),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "The room is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such room", body = ErrorBody),
        (status = 409, description = "Somebody has that name", body = ErrorBody),
        (status = 422, description = "A field is wrong, or the conversation is no room", body = ErrorBody)))]
pub async fn make(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(room): Path<String>,
    here: Here,
    Body(new): Body<NewWebhook>,
) -> Result<Response, ApiRefusal> {
    let Place(place) = room.parse()?;
    let made = match (new.name, new.url) {
        (Some(name), None) => {
            let name: Username =
                name.parse().map_err(|error| ApiRefusal::from(Refusal::BadUsername(error)).at("name"))?;
            let made = state.hub.make_incoming(&caller, &place, name).await;
            let (webhook, secret) = made.map_err(about_name)?;
            let url = format!("{}/hooks/{secret}", here.http());
            Json(incoming(webhook, Some(url))).into_response()
        }
        (None, Some(url)) => {
            let target: Target = url.parse().map_err(|error| bad_target(&error))?;
            target.check(state.webhook_reach).map_err(|error| bad_target(&error))?;
            let (webhook, _) = state.hub.make_outgoing(&caller, &place, target.to_string()).await?;
            Json(outgoing(webhook, true)).into_response()
        }
        (None, None) | (Some(_), Some(_)) => {
            let problem = "or url is needed: a name for a way in, a url for a way out";
            return Err(Refusal::BadField { field: "name", problem }.into());
        }
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], made).into_response())
}

/// `DELETE /api/rooms/{room}/webhooks/{id}`
#[utoipa::path(delete, path = "/api/rooms/{room}/webhooks/{id}", tag = "webhooks", summary = "Takes a webhook away",
    params(("room" = String, Path, description = "The room's number, or its name", example = "ops"),
        ("id" = String, Path, description = "Which", example = "4b1ed0af31a4bb9d3f0c1a2b5c6d7e8f")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "It is gone"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "The room is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such room or webhook", body = ErrorBody)))]
pub async fn remove(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path((room, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiRefusal> {
    let Place(place) = room.parse()?;
    state.hub.remove_webhook(&caller, &place, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{room}/webhooks/{id}/resume`
#[utoipa::path(post, path = "/api/rooms/{room}/webhooks/{id}/resume", tag = "webhooks",
    summary = "Has a webhook that gave up try again", description = "It goes on from the last message that was taken.",
    params(("room" = String, Path, description = "The room's number, or its name", example = "ops"),
        ("id" = String, Path, description = "Which", example = "4b1ed0af31a4bb9d3f0c1a2b5c6d7e8f")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "It tries"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "The room is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such room or outgoing webhook", body = ErrorBody)))]
pub async fn resume(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path((room, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiRefusal> {
    let Place(place) = room.parse()?;
    state.hub.resume_webhook(&caller, &place, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /hooks/{secret}`: says something in the webhook's room. The address itself is the credential.
#[utoipa::path(post, path = "/hooks/{secret}", tag = "webhooks", summary = "Says something by an incoming webhook",
    description = "As JSON, or as plain text. With an `Idempotency-Key` the same request sent again says nothing twice.",
    request_body(content = Posted, example = json!({ "text": "Deployed v2 to production" })),
    params(("secret" = String, Path, description = "From the webhook's address", example = "5f0c…")),
    security(()),
    responses((status = 200, description = "It is stored", body = Object, example = json!({ "ok": true, "seq": 7 })),
        (status = 404, description = "There is no such webhook", body = ErrorBody),
        (status = 413, description = "It is too long", body = ErrorBody),
        (status = 422, description = "There is no text", body = ErrorBody),
        (status = 429, description = "More than 5 a second, or too much from this address", body = ErrorBody)))]
pub async fn receive(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiRefusal> {
    state.hub.count_request(peer.ip(), body.len())?;
    let Posted { text, username } = read(&headers, &body)?;
    if username.as_ref().is_some_and(|name| name.chars().count() > MAX_SHOWN_NAME || name.chars().any(char::is_control))
    {
        return Err(Refusal::BadField { field: "username", problem: "has at most 64 characters" }.into());
    }
    let key = match headers.get("idempotency-key") {
        Some(key) => {
            let problem = Refusal::BadField { field: "idempotency-key", problem: "is 1 to 64 bytes" };
            Some(key.to_str().ok().and_then(|key| key.parse().ok()).ok_or(problem)?)
        }
        None => None,
    };
    let said = state.hub.say_by_webhook(&secret, |place, id| {
        let mut webhook = json!({ "id": id });
        if let Some(name) = username.map(|name| harmless(&name)).filter(|name| !name.is_empty()) {
            webhook["username"] = json!(name);
        }
        let metadata = MetadataMap::from_iter([("webhook".to_owned(), webhook)]);
        Say { metadata, client_id: key, ..Say::chat(place, text) }
    });
    match said.await {
        Ok(accepted) => Ok(Json(json!({ "ok": true, "seq": accepted.seq })).into_response()),
        Err(refusal) => {
            let mut response = about_text(refusal).into_response();
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Ok(response)
        }
    }
}

/// JSON where it says so or looks so, else the text itself.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Posted, ApiRefusal> {
    let bad =
        |message: String| ApiRefusal(ErrorBody { code: ErrorCode::BadField, message, field: Some("text".to_owned()) });
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // What `curl -d` calls a form is what was typed, JSON more often than not.
    let is_object = || body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok();
    let is_json = kind.starts_with("application/json") || is_object();
    if is_json {
        return serde_json::from_slice(body).map_err(|error| bad(error.to_string()));
    }
    let text = std::str::from_utf8(body).map_err(|_| bad("text is UTF-8".to_owned()))?;
    Ok(Posted { text: text.trim_end_matches(['\r', '\n']).to_owned(), username: None })
}

/// What a message calls its body, a webhook calls its text.
fn about_text(refusal: Refusal) -> ApiRefusal {
    let is_body = refusal.field() == Some("body");
    let refused = ApiRefusal::from(refusal);
    if is_body { refused.at("text") } else { refused }
}

fn about_name(refusal: Refusal) -> ApiRefusal {
    let is_name = matches!(refusal, Refusal::NameTaken(_) | Refusal::LooksLikeAccount(_));
    let refused = ApiRefusal::from(refusal);
    if is_name { refused.at("name") } else { refused }
}

fn bad_target(error: &crate::webhooks::BadTarget) -> ApiRefusal {
    let message = format!("the address {error}");
    ApiRefusal(ErrorBody { code: ErrorCode::BadField, message, field: Some("url".to_owned()) })
}

fn incoming(webhook: Webhook, url: Option<String>) -> Option<Incoming> {
    let Way::In { name, used_at, .. } = webhook.way else { return None };
    Some(Incoming {
        id: webhook.id,
        name: name.into(),
        made_by: webhook.made_by.into(),
        made_at: webhook.made_at.rfc3339(),
        used_at: used_at.map(Timestamp::rfc3339),
        url,
    })
}

fn outgoing(webhook: Webhook, with_secret: bool) -> Option<Outgoing> {
    let Way::Out { url, secret, progress } = webhook.way else { return None };
    let state = match (progress.disabled, progress.failing_since) {
        (true, _) => "disabled",
        (false, Some(_)) => "failing",
        (false, None) => "active",
    };
    Some(Outgoing {
        id: webhook.id,
        url,
        made_by: webhook.made_by.into(),
        made_at: webhook.made_at.rfc3339(),
        state,
        reason: progress.reason,
        delivered_seq: progress.delivered.0,
        delivered_at: progress.delivered_at.map(Timestamp::rfc3339),
        secret: with_secret.then_some(secret),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(kind: &str, body: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
        read(&headers, body.as_bytes()).ok().map(|posted| posted.text)
    }

    #[test]
    fn what_curl_sends_is_understood() {
        let form = "application/x-www-form-urlencoded";
        assert_eq!(text_of(form, r#"{"text":"built"}"#).as_deref(), Some("built"));
        assert_eq!(text_of(form, "built\n").as_deref(), Some("built"));
        assert_eq!(text_of("text/plain", "{no json}").as_deref(), Some("{no json}"));
        assert_eq!(text_of("application/json", r#"{"text":7}"#), None);
        assert_eq!(text_of("application/json", "built"), None);
        assert_eq!(text_of(form, r#"{"message":"built"}"#), None);
    }
}
