//! Everything HTTP: the one list of routes, and a file for each concern behind it.

mod account;
mod administration;
mod asking;
mod docs;
mod documents;
mod encoding;
mod files;
mod forwarded;
mod health;
mod here;
mod identity;
pub mod listener;
mod messages;
mod origin;
mod page_headers;
mod sockets;
mod web_app;
mod webhooks;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use frontend::server_api::IdentityHandle;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::task::TaskTracker;
use tower_http::timeout::TimeoutLayer;

use crate::dialect::tmp::Timeouts;
use crate::hub::Hub;
use crate::transport::websocket::Keeper;
use crate::uploads::Uploads;
use crate::webhooks::Reach;
pub use here::Ports;
use identity::CookieIdentity;
pub use messages::{Posted, Problem};

/// What request handlers share.
#[derive(Clone)]
pub struct HttpState {
    /// The chat.
    pub hub: Hub,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// Connections that were upgraded and still run.
    pub connections: TaskTracker,
    /// Finds connections that fell silent.
    pub keeper: Keeper,
    /// How long clients of the native protocol and of RandomChat may take to say who they are.
    pub name_within: Duration,
    /// How long TMP clients may take.
    pub tmp_timeouts: Timeouts,
    /// The bytes of what was uploaded.
    pub uploads: Uploads,
    /// Where outgoing webhooks may lead.
    pub webhook_reach: Reach,
    /// Where else the server listens, for documents.
    pub ports: Ports,
    /// How long a request may take. What was upgraded was answered.
    pub request_within: Duration,
}

/// Every route there is.
pub async fn routes(state: HttpState) -> Router {
    let identity: IdentityHandle = Arc::new(CookieIdentity::new(state.hub.clone()));
    let (pages, policy) = web_app::pages(&identity).await;
    let too_late = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, state.request_within);
    let hub = state.hub.clone();
    let functions = move |request: Request| web_app::server_function(hub.clone(), Arc::clone(&identity), request);
    Router::new()
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::is_ready))
        .route("/metrics", get(health::metrics))
        .merge(sockets::routes())
        .merge(messages::routes(&state.hub.limits()))
        .merge(account::routes())
        .merge(administration::routes())
        .merge(wire::routes())
        .merge(webhooks::routes(&state.hub.limits()))
        .route("/api/asyncapi.json", get(documents::async_api_json))
        .route("/api/asyncapi.yaml", get(documents::async_api_yaml))
        .route("/api/openapi.json", get(documents::open_api_json))
        .route("/postman.json", get(documents::postman_json))
        .route("/docs", get(docs::index))
        .route("/docs/style.css", get(docs::style))
        .route("/docs/docs.js", get(docs::program))
        .route("/docs/{dialect}", get(docs::dialect))
        .route("/api/{*function}", post(functions))
        .merge(pages)
        .layer(too_late)
        .layer(middleware::map_response(count_if_late))
        // How long an upload may take is a question of its size.
        .merge(files::routes())
        .layer(middleware::from_fn(encoding::refuse_encoded))
        .layer(middleware::from_fn_with_state(Arc::new(policy), page_headers::add))
        .with_state(state)
}

async fn count_if_late(response: Response) -> Response {
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        metrics::counter!("confab_request_timeouts_total").increment(1);
    }
    response
}

/// The one route of the port that is TMP's own.
pub fn tmp_routes(state: HttpState) -> Router {
    sockets::tmp_routes().with_state(state)
}
