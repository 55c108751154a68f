//! One's own account over HTTP: its sessions, its API tokens, its password.

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use shared::ErrorCode;
use utoipa::ToSchema;

use super::HttpState;
use super::asking::{ApiRefusal, Asker, Body};
use super::identity::{cookie, label};
use crate::hub::{KnownLogin, Refusal};
use crate::store::SessionKind;

/// The most a body here may hold, in bytes.
const MAX_BODY: usize = 4_096;

/// How long a token lasts of which nothing else was said, in days.
const TOKEN_DAYS: u32 = 365;

/// The account's addresses.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/sessions", get(sessions))
        .route("/api/sessions/{id}", delete(end_session))
        .route("/api/tokens", get(tokens).post(make_token))
        .route("/api/tokens/{id}", delete(revoke_token))
        .route("/api/password", post(change_password))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// A session: a browser that is signed in, or a guest's hold on his name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// By what it can be ended.
    id: String,
    /// `browser`, or `guest`.
    kind: &'static str,
    /// The program that made it.
    name: String,
    /// When it was made: UTC, RFC 3339 with milliseconds.
    made_at: String,
    /// When it was last used, to some minutes.
    used_at: String,
    /// When it ends.
    expires_at: String,
    /// The one by which this request was made.
    current: bool,
}

/// One's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Newest first.
    sessions: Vec<Session>,
}

/// An API token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// By what it can be revoked.
    id: String,
    /// What its owner calls it.
    name: String,
    /// When it was made: UTC, RFC 3339 with milliseconds.
    made_at: String,
    /// When it was last used, to some minutes; null: never.
    used_at: Option<String>,
    /// When it ends.
    expires_at: String,
    /// The token itself, in the answer that made it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// One's API tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// Newest first.
    tokens: Vec<Token>,
}

/// An API token to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewToken {
    /// What it is for: 1 to 100 characters.
    name: String,
    /// How long it lasts, at most 3650; a year, where nothing is said.
    days: Option<u32>,
}

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPassword {
    /// The one that holds until now.
    old: String,
    /// The one that is asked for from now on.
    new: String,
}

/// `GET /api/sessions`
#[utoipa::path(get, path = "/api/sessions", tag = "account", summary = "Where one is signed in",
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "The sessions that are valid", body = Sessions),
        (status = 401, description = "Nobody is signed in", body = shared::ErrorBody)))]
pub async fn sessions(State(state): State<HttpState>, Asker(caller): Asker) -> Result<Json<Sessions>, ApiRefusal> {
    let sessions = state.hub.logins(&caller).await?.into_iter().filter_map(shown_session).collect();
    Ok(Json(Sessions { sessions }))
}

/// `DELETE /api/sessions/{id}`: its WebSockets are closed with 4401.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "account", summary = "Ends a session",
    description = "Its WebSockets are closed at once, with code 4401.",
    params(("id" = String, Path, description = "Which", example = "9f86d081884c7d65")),
    security(("basic" = []), ("cookie" = [])),
    responses((status = 204, description = "It is over"),
        (status = 401, description = "Nobody is signed in", body = shared::ErrorBody),
        (status = 403, description = "An API token asks", body = shared::ErrorBody),
        (status = 404, description = "One has no such session", body = shared::ErrorBody)))]
pub async fn end_session(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    state.hub.end_login(&caller, &id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/tokens`
#[utoipa::path(get, path = "/api/tokens", tag = "account", summary = "One's API tokens",
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "The tokens that are valid, without their secrets", body = Tokens),
        (status = 401, description = "Nobody is signed in", body = shared::ErrorBody)))]
pub async fn tokens(State(state): State<HttpState>, Asker(caller): Asker) -> Result<Json<Tokens>, ApiRefusal> {
    let logins = state.hub.logins(&caller).await?.into_iter();
    let tokens = logins.filter(|login| login.kind == SessionKind::Token).map(|login| shown_token(login, None));
    Ok(Json(Tokens { tokens: tokens.collect() }))
}

/// `POST /api/tokens`: its secret is told in this answer only.
#[utoipa::path(post, path = "/api/tokens", tag = "account", summary = "Makes an API token",
    description = "It speaks for its account in every dialect. It is told in this answer and never again; only its \
        hash is kept.",
    request_body(content = NewToken, example = json!({ "name": "backup script", "days": 365 })),
    security(("basic" = []), ("cookie" = [])),
    responses((status = 201, description = "The token", body = Token),
        (status = 401, description = "Nobody is signed in", body = shared::ErrorBody),
        (status = 403, description = "A guest asks, or an API token", body = shared::ErrorBody),
        (status = 422, description = "A field is wrong, or there are 50 tokens already", body = shared::ErrorBody)))]
pub async fn make_token(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Body(NewToken { name, days }): Body<NewToken>,
) -> Result<Response, ApiRefusal> {
    let (login, secret) = state.hub.make_token(&caller, &name, days.unwrap_or(TOKEN_DAYS)).await?;
    let token = Json(shown_token(login, Some(secret)));
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], token).into_response())
}

/// `DELETE /api/tokens/{id}`: its WebSockets are closed with 4401.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "account", summary = "Revokes an API token",
    description = "WebSockets that were opened with it are closed at once, with code 4401.",
    params(("id" = String, Path, description = "Which", example = "9f86d081884c7d65")),
    security(("basic" = []), ("cookie" = [])),
    responses((status = 204, description = "It is worth nothing now"),
        (status = 401, description = "Nobody is signed in", body = shared::ErrorBody),
        (status = 403, description = "Another API token asks", body = shared::ErrorBody),
        (status = 404, description = "One has no such token", body = shared::ErrorBody)))]
pub async fn revoke_token(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    state.hub.end_login(&caller, &id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/password`: other sessions end; the one that asks goes on under a new cookie.
#[utoipa::path(post, path = "/api/password", tag = "account", summary = "Changes the password",
    description = "All other sessions end, and the WebSockets opened by them or by the old password are closed with \
        4401. API tokens stay.",
    request_body(content = NewPassword, example = json!({ "old": "correct horse", "new": "battery staple" })),
    security(("basic" = []), ("cookie" = [])),
    responses((status = 204, description = "It is changed", headers(("set-cookie" = String, description = "The session"))),
        (status = 401, description = "Nobody is signed in, or the old one is wrong", body = shared::ErrorBody),
        (status = 403, description = "A guest asks, or an API token", body = shared::ErrorBody),
        (status = 422, description = "The new one will not do", body = shared::ErrorBody),
        (status = 429, description = "Too many attempts", body = shared::ErrorBody)))]
pub async fn change_password(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    headers: HeaderMap,
    Body(NewPassword { old, new }): Body<NewPassword>,
) -> Result<Response, ApiRefusal> {
    let changed = state.hub.change_password(&caller, old, new, &label(&headers)).await;
    let renewed = changed.map_err(|refusal| match ApiRefusal::from(refusal) {
        refused if refused.0.code == ErrorCode::WrongCredentials => refused.at("old"),
        refused => refused,
    })?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(renewed) = renewed {
        let cookie = HeaderValue::try_from(cookie(&headers, renewed.secret, renewed.lasts));
        response.headers_mut().insert(header::SET_COOKIE, cookie.map_err(|_| Refusal::Unavailable)?);
    }
    Ok(response)
}

fn shown_session(login: KnownLogin) -> Option<Session> {
    let kind = match login.kind {
        SessionKind::Guest => "guest",
        SessionKind::Browser => "browser",
        SessionKind::Token => return None,
    };
    let KnownLogin { id, name, current, .. } = login;
    let (made_at, used_at, expires_at) = (login.made_at, login.used_at, login.expires_at);
    let (made_at, used_at, expires_at) = (made_at.rfc3339(), used_at.rfc3339(), expires_at.rfc3339());
    Some(Session { id, kind, name, made_at, used_at, expires_at, current })
}

fn shown_token(login: KnownLogin, token: Option<String>) -> Token {
    Token {
        used_at: (login.used_at != login.made_at).then(|| login.used_at.rfc3339()),
        made_at: login.made_at.rfc3339(),
        expires_at: login.expires_at.rfc3339(),
        id: login.id,
        name: login.name,
        token,
    }
}
