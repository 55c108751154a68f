//! The OpenAPI 3.1 document: every request of the list of routes, described where it is handled. Server functions are
//! handled in the web app's crate and described here.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, Server};
use utoipa::{Modify, OpenApi};

use super::super::here::Here;
use super::super::{account, administration, docs, documents, files, health, messages, sockets, webhooks, wire};
use super::shapes::{BadBody, Claim, Detail, Name, Posted, Problem, Refusal, SignIn, StoredMessage, StoredMessages};

/// The document, for a server that is here.
pub fn document(here: &Here) -> Document {
    let mut document = Described::openapi();
    document.servers = Some(vec![Server::new(here.http())]);
    document
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Confab", description = "One chat server that everything can talk to: what it does over HTTP."),
    paths(
        health::lives,
        health::is_ready,
        health::metrics,
        sign_in,
        who_am_i,
        claim,
        sign_out,
        account::sessions,
        account::end_session,
        account::tokens,
        account::make_token,
        account::revoke_token,
        account::change_password,
        administration::bans,
        administration::ban,
        administration::lift,
        administration::reports,
        administration::resolve,
        administration::audit,
        messages::store,
        messages::read,
        wire::wire,
        files::limits,
        files::upload,
        files::take_back,
        files::fetch,
        webhooks::list,
        webhooks::make,
        webhooks::remove,
        webhooks::resume,
        webhooks::receive,
        sockets::native,
        sockets::postman,
        sockets::public_chat,
        sockets::private_chat,
        sockets::tmp,
        sockets::random_chat,
        documents::async_api_json,
        documents::async_api_yaml,
        documents::open_api_json,
        documents::postman_json,
        docs::index,
        docs::dialect,
        docs::style,
        docs::program,
    ),
    components(schemas(webhooks::Outgoing, shared::Account, shared::ErrorBody, shared::ErrorCode, Posted, StoredMessage, StoredMessages,
        Detail, BadBody, Problem, Refusal, SignIn, Claim, Name)),
    tags(
        (name = "login", description = "Who one is, for browsers: a session in a cookie"),
        (name = "account", description = "One's own account: sessions, API tokens, password"),
        (name = "administration", description = "Keeping order on the whole server, for its administrators"),
        (name = "messages", description = "Messages over plain HTTP, for devices"),
        (name = "files", description = "Files that belong to messages"),
        (name = "webhooks", description = "Programs' ways into rooms, and rooms' ways to programs"),
        (name = "sockets", description = "WebSocket upgrades; what is spoken there is in /api/asyncapi.json"),
        (name = "documents", description = "What this server can do, for machines"),
        (name = "operation", description = "How the server fares"),
    ),
    modifiers(&Credentials),
)]
struct Described;

/// How accounts prove who they are.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let token = ApiKeyValue::with_description("token", "An account's API token");
        let cookie = ApiKeyValue::with_description("confab_session", "The web app's session");
        for (name, scheme) in [
            ("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic))),
            ("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
            ("token", SecurityScheme::ApiKey(ApiKey::Query(token))),
            ("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
        ] {
            components.add_security_scheme(name, scheme);
        }
    }
}

#[utoipa::path(post, path = "/api/sign_in", tag = "login", summary = "Signs in as a guest, or to an account",
    description = "A free name is enough for a guest; an account needs its password. Sets the session cookie.",
    request_body(content = SignIn, example = json!({ "username": "alice", "password": null })),
    responses(
        (status = 200, description = "Signed in", body = shared::Account,
            headers(("set-cookie" = String, description = "The session"))),
        (status = 401, description = "The account's password is missing or wrong", body = shared::ErrorBody),
        (status = 403, description = "Guests are not let in", body = shared::ErrorBody),
        (status = 409, description = "Somebody holds that name", body = shared::ErrorBody),
        (status = 422, description = "That cannot be a name", body = shared::ErrorBody),
        (status = 429, description = "Too many attempts from this address", body = shared::ErrorBody),
    ))]
#[expect(dead_code, reason = "a server function: frontend::server_api::sign_in")]
fn sign_in() {}

#[utoipa::path(post, path = "/api/who_am_i", tag = "login", summary = "Whom the session speaks for, if anybody",
    request_body(content = Object, example = json!({})), security((), ("cookie" = [])),
    responses((status = 200, description = "The user, or null", body = Option<shared::Account>)))]
#[expect(dead_code, reason = "a server function: frontend::server_api::who_am_i")]
fn who_am_i() {}

#[utoipa::path(post, path = "/api/claim", tag = "login", summary = "Makes the guest who asks an account",
    request_body(content = Claim, example = json!({ "password": "correct horse battery" })), security(("cookie" = [])),
    responses(
        (status = 200, description = "It is an account now", body = shared::Account,
            headers(("set-cookie" = String, description = "The account's session"))),
        (status = 401, description = "No session", body = shared::ErrorBody),
        (status = 409, description = "It is an account already", body = shared::ErrorBody),
        (status = 422, description = "That will not do as a password", body = shared::ErrorBody),
    ))]
#[expect(dead_code, reason = "a server function: frontend::server_api::claim")]
fn claim() {}

#[utoipa::path(post, path = "/api/sign_out", tag = "login", summary = "Ends the session",
    description = "A guest's name is free afterwards.", request_body(content = Object, example = json!({})),
    security((), ("cookie" = [])),
    responses((status = 200, description = "Signed out; clears the cookie", body = Option<Object>,
        headers(("set-cookie" = String, description = "An empty session")))))]
#[expect(dead_code, reason = "a server function: frontend::server_api::sign_out")]
fn sign_out() {}
