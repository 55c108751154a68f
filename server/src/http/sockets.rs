//! The WebSocket dialects' addresses: each upgrade becomes a session that speaks one of them.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use shared::Username;

use super::HttpState;
use super::identity::{Ambient, HttpRefusal};
use crate::dialect::Dialect;
use crate::dialect::native::Native;
use crate::dialect::postman::Postman;
use crate::dialect::random_chat::RandomChat;
use crate::hub::{Claim, Command, Refusal, Reply, SessionTraits, Who};
use crate::session::Session;
use crate::transport::websocket::{self, WebSocketTransport};

/// How long a native client who lost the connection may take to come back to a random pair.
const SEAT_GRACE: Duration = Duration::from_secs(30);

/// `GET /api/ws`: the native protocol.
pub async fn native(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    ambient: Ambient,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, HttpRefusal> {
    let traits = SessionTraits {
        address: peer.ip().to_canonical(),
        direct: true,
        presence: true,
        attendance: false,
        seat_grace: Some(SEAT_GRACE),
    };
    let session = Session::open(&state.hub, traits).map_err(HttpRefusal)?;
    let dialect = Native::new(state.hub.limits(), ambient.or_cookie(&headers).claim());
    Ok(run(&state, upgrade, session, dialect))
}

/// `GET /ws/{username}`: Postman chat. The name is taken before the upgrade, so that a name in use is an HTTP answer.
pub async fn postman(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(username): Path<String>,
    ambient: Ambient,
    upgrade: WebSocketUpgrade,
) -> Result<Response, HttpRefusal> {
    let username: Username = username.parse().map_err(bad_username)?;
    let session = Session::open(&state.hub, plain_traits(peer)).map_err(HttpRefusal)?;
    let claim = Claim { who: Who::Name(username), credentials: ambient.credentials, remember: false };
    let me = match session.ask(Command::Identify(claim)).await.map_err(HttpRefusal)? {
        Reply::Identified(identified) => identified.username,
        _ => return Err(HttpRefusal(Refusal::Unavailable)),
    };
    let dialect = Postman::new(session.id(), me);
    Ok(run(&state, upgrade, session, dialect))
}

/// `GET /randomchat`: RandomChat. Who it is comes with `register`.
pub async fn random_chat(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    ambient: Ambient,
    upgrade: WebSocketUpgrade,
) -> Result<Response, HttpRefusal> {
    // There is no frame for a message outside of a chat; whether people are there is part of every frame.
    let traits = SessionTraits { direct: false, presence: true, ..plain_traits(peer) };
    let session = Session::open(&state.hub, traits).map_err(HttpRefusal)?;
    Ok(run(&state, upgrade, session, RandomChat::new(ambient.credentials)))
}

/// A connection of a dialect that shows messages and nothing else.
fn plain_traits(peer: SocketAddr) -> SessionTraits {
    SessionTraits {
        address: peer.ip().to_canonical(),
        direct: true,
        presence: false,
        attendance: false,
        seat_grace: None,
    }
}

fn bad_username(error: shared::InvalidUsername) -> HttpRefusal {
    HttpRefusal(Refusal::BadUsername(error))
}

fn run(state: &HttpState, upgrade: WebSocketUpgrade, session: Session, dialect: impl Dialect + 'static) -> Response {
    let running = state.connections.token();
    websocket::limited(upgrade, &state.hub.limits()).on_upgrade(move |socket| async move {
        session.run(WebSocketTransport::new(socket), dialect).await;
        drop(running);
    })
}
