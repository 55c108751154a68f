//! The request that turns an HTTP connection into a WebSocket. The socket beneath is taken back from the HTTP server
//! where it is plain TCP, so that it can be written to without waking anybody.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use shared::Limits;
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use super::WebSocketTransport;
use super::keeper::Keeper;

/// A request to upgrade, with all that it needs.
#[derive(Debug)]
pub struct Upgrade {
    accept: String,
    on_upgrade: OnUpgrade,
}

/// A request that is none to upgrade.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoUpgrade {
    /// Plain HTTP.
    #[error("this address speaks WebSocket: connect with ws:// or wss://")]
    PlainHttp,
    /// Something of the handshake is missing, or is of another version than 13.
    #[error("this is no WebSocket handshake of version 13")]
    BadHandshake,
}

impl IntoResponse for NoUpgrade {
    fn into_response(self) -> Response {
        let expected = [
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
        ];
        match self {
            Self::PlainHttp => (StatusCode::UPGRADE_REQUIRED, expected, self.to_string()).into_response(),
            Self::BadHandshake => (StatusCode::BAD_REQUEST, expected, self.to_string()).into_response(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = NoUpgrade;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, NoUpgrade> {
        if !has(&parts.headers, header::UPGRADE, "websocket") || !has(&parts.headers, header::CONNECTION, "upgrade") {
            return Err(NoUpgrade::PlainHttp);
        }
        let key = parts.headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24);
        let version = has(&parts.headers, header::SEC_WEBSOCKET_VERSION, "13");
        let on_upgrade = parts.extensions.remove::<OnUpgrade>();
        match (key, on_upgrade) {
            (Some(key), Some(on_upgrade)) if version && parts.method == Method::GET => {
                Ok(Self { accept: derive_accept_key(key.as_bytes()), on_upgrade })
            }
            _ => Err(NoUpgrade::BadHandshake),
        }
    }
}

/// Whether a header's list of words has that one.
fn has(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|found| found.trim().eq_ignore_ascii_case(word))
}

impl Upgrade {
    /// Answers the request, and runs `then` with the socket once the answer is sent.
    pub fn run<F>(
        self,
        limits: Limits,
        keeper: Keeper,
        then: impl FnOnce(WebSocketTransport) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Self { accept, on_upgrade } = self;
        tokio::spawn(async move {
            match on_upgrade.await {
                Ok(upgraded) => then(transport(upgraded, &limits, &keeper)).await,
                Err(error) => tracing::debug!(%error, "an upgrade did not come about"),
            }
        });
        let headers = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket")];
        let accept = [(header::SEC_WEBSOCKET_ACCEPT, accept)];
        (StatusCode::SWITCHING_PROTOCOLS, headers, accept, Body::empty()).into_response()
    }
}

fn transport(upgraded: Upgraded, limits: &Limits, keeper: &Keeper) -> WebSocketTransport {
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => WebSocketTransport::over_tcp(parts.io.into_inner(), &parts.read_buf, limits, keeper),
        Err(upgraded) => WebSocketTransport::over(TokioIo::new(upgraded), limits, keeper.patience()),
    }
}
