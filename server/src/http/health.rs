//! For operators and their machines: whether the process lives, whether it can do its work, and how it fares.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::HttpState;

/// `GET /healthz`: the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", summary = "The process lives",
    responses((status = 200, description = "It does", content_type = "text/plain", body = String)))]
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the store answers. One node among several that does not hear the others works, a moment behind them:
/// it is ready, and says so.
#[utoipa::path(get, path = "/readyz", tag = "operation", summary = "The server can do its work",
    responses(
        (status = 200, description = "It can", content_type = "text/plain", body = String),
        (status = 503, description = "It cannot, and why", content_type = "text/plain", body = String),
    ))]
pub async fn is_ready(State(state): State<HttpState>) -> (StatusCode, String) {
    match state.hub.check().await {
        Ok(()) if state.hub.hears_others() == Some(false) => {
            (StatusCode::OK, "ready; NATS is away, and other nodes are heard by way of the store\n".to_owned())
        }
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n".to_owned())
        }
    }
}

/// `GET /metrics`: Prometheus text.
#[utoipa::path(get, path = "/metrics", tag = "operation", summary = "How the server fares, for Prometheus",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain", body = String)))]
pub async fn metrics(State(state): State<HttpState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.render())
}
