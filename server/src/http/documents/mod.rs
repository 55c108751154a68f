//! The API's documents: AsyncAPI for what is spoken over sockets, OpenAPI for HTTP, and a collection to be imported into
//! Postman. All are made from the types and handlers themselves, with the addresses of this very server in them.

mod async_api;
mod open_api;
mod postman;
pub mod shapes;
#[cfg(test)]
mod tests;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::HttpState;
use super::here::Here;

/// `GET /api/asyncapi.json`
#[utoipa::path(get, path = "/api/asyncapi.json", tag = "documents", summary = "Every dialect, as AsyncAPI",
    responses((status = 200, description = "An AsyncAPI 3.0 document", content_type = "application/json", body = Object)))]
pub async fn async_api_json(State(state): State<HttpState>, here: Here) -> Response {
    json(&async_api::document(&here, state.ports))
}

/// `GET /api/asyncapi.yaml`
#[utoipa::path(get, path = "/api/asyncapi.yaml", tag = "documents", summary = "The same in YAML",
    responses((status = 200, description = "An AsyncAPI 3.0 document", content_type = "application/yaml", body = String)))]
pub async fn async_api_yaml(State(state): State<HttpState>, here: Here) -> Response {
    yaml(&async_api::document(&here, state.ports))
}

/// `GET /api/openapi.json`
#[utoipa::path(get, path = "/api/openapi.json", tag = "documents", summary = "Every HTTP request, as OpenAPI",
    responses((status = 200, description = "An OpenAPI 3.1 document", content_type = "application/json", body = Object)))]
pub async fn open_api_json(here: Here) -> Response {
    json(&open_api::document(&here))
}

/// `GET /postman.json`
#[utoipa::path(get, path = "/postman.json", tag = "documents", summary = "A collection to be imported into Postman",
    responses((status = 200, description = "A Postman collection, version 2.1", content_type = "application/json",
        body = Object)))]
pub async fn postman_json(State(state): State<HttpState>, here: Here) -> Response {
    json(&postman::collection(&here, state.ports))
}

fn json(document: &impl serde::Serialize) -> Response {
    match serde_json::to_string_pretty(document) {
        Ok(text) => sent("application/json; charset=utf-8", text),
        Err(error) => failed(&error),
    }
}

fn yaml(document: &Value) -> Response {
    match yaml_serde::to_string(document) {
        Ok(text) => sent("application/yaml; charset=utf-8", text),
        Err(error) => failed(&error),
    }
}

/// The addresses in it are those the request came to, so nobody else is to be given it.
fn sent(content_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache, private")], text).into_response()
}

fn failed(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a document cannot be written");
    axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
