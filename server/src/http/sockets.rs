//! The WebSocket dialects' addresses: each upgrade becomes a session that speaks one of them.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::any;
use serde::Deserialize;
use shared::{CloseCode, RoomName, Username};

use super::HttpState;
use super::documents::shapes;
use super::identity::{Ambient, HttpRefusal, refuse_foreign};
use crate::dialect::Dialect;
use crate::dialect::native::Native;
use crate::dialect::pair_chat::{Format, PairChat};
use crate::dialect::postman::Postman;
use crate::dialect::random_chat::RandomChat;
use crate::dialect::tmp::Tmp;
use crate::hub::{Claim, Command, Refusal, Reply, SessionTraits, Who};
use crate::session::{self, Session};
use crate::transport::websocket::Upgrade;

/// How long a native client who lost the connection may take to come back to a random pair.
const SEAT_GRACE: Duration = Duration::from_secs(30);

/// The addresses.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/ws", any(native))
        .route("/ws/{username}", any(postman))
        .route("/randomchat", any(random_chat))
        .route("/chat/public", any(public_chat))
        .route("/chat/private", any(private_chat))
        .route("/tmp", any(tmp))
        .layer(from_fn(refuse_foreign))
}

/// The one address of TMP's own port.
pub fn tmp_routes() -> Router<HttpState> {
    Router::new().route("/", any(tmp)).layer(from_fn(refuse_foreign))
}

/// `GET /api/ws`: the native protocol.
#[utoipa::path(get, path = "/api/ws", tag = "sockets", summary = "The native protocol",
    security((), ("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 403, description = "The address is banned, or another server's page asks", body = shapes::Refusal),
        (status = 429, description = "The address was closed for flooding", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn native(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    ambient: Ambient,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, HttpRefusal> {
    let traits = SessionTraits {
        address: peer.ip().to_canonical(),
        direct: true,
        presence: true,
        attendance: false,
        seat_grace: Some(SEAT_GRACE),
    };
    let session = Session::open(&state.hub, traits).map_err(HttpRefusal)?;
    let dialect = Native::new(state.hub.limits(), ambient.or_cookie(&headers).claim(), state.name_within);
    Ok(run(&state, upgrade, session, dialect))
}

/// `GET /ws/{username}`: Postman chat. The name is taken before the upgrade, so that a name in use is an HTTP answer.
#[utoipa::path(get, path = "/ws/{username}", tag = "sockets", summary = "Postman chat",
    params(("username" = shapes::Name, Path, description = "The name to chat under")),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 401, description = "The name is an account; its credentials are missing or wrong", body = shapes::Refusal),
        (status = 403, description = "Guests are not let in, or the name or address is banned", body = shapes::Refusal),
        (status = 409, description = "The name is in use", body = shapes::Refusal),
        (status = 422, description = "That cannot be a name", body = shapes::Refusal),
        (status = 429, description = "Too many attempts, or a flood, from this address", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn postman(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(username): Path<String>,
    ambient: Ambient,
    upgrade: Upgrade,
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
#[utoipa::path(get, path = "/randomchat", tag = "sockets", summary = "RandomChat",
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 403, description = "The address is banned, or another server's page asks", body = shapes::Refusal),
        (status = 429, description = "The address was closed for flooding", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn random_chat(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    ambient: Ambient,
    upgrade: Upgrade,
) -> Result<Response, HttpRefusal> {
    // There is no frame for a message outside of a chat; whether people are there is part of every frame.
    let traits = SessionTraits { direct: false, presence: true, ..plain_traits(peer) };
    let session = Session::open(&state.hub, traits).map_err(HttpRefusal)?;
    Ok(run(&state, upgrade, session, RandomChat::new(ambient.credentials, state.name_within)))
}

/// How `/chat/public` and `/chat/private` are to speak.
#[derive(Debug, Deserialize)]
pub struct FormatQuery {
    format: Option<String>,
}

impl FormatQuery {
    fn format(&self) -> Result<Format, HttpRefusal> {
        match self.format.as_deref() {
            None | Some("text") => Ok(Format::Text),
            Some("json") => Ok(Format::Json),
            Some(_) => Err(HttpRefusal(Refusal::BadField { field: "format", problem: "is text or json" })),
        }
    }
}

/// `GET /chat/public`: the lobby, for clients of public and private chat.
#[utoipa::path(get, path = "/chat/public", tag = "sockets", summary = "Public chat: the lobby",
    params(("format" = Option<String>, Query, description = "`text`, which is the default, or `json`")),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 403, description = "The address is banned, or another server's page asks", body = shapes::Refusal),
        (status = 422, description = "A parameter is wrong", body = shapes::Refusal),
        (status = 429, description = "The address was closed for flooding", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn public_chat(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(format): Query<FormatQuery>,
    ambient: Ambient,
    upgrade: Upgrade,
) -> Result<Response, HttpRefusal> {
    let format = format.format()?;
    let traits = SessionTraits { attendance: format == Format::Json, ..plain_traits(peer) };
    let session = Session::open(&state.hub, traits).map_err(HttpRefusal)?;
    let dialect = PairChat::public(session.id(), format, ambient.claim());
    Ok(run(&state, upgrade, session, dialect))
}

/// `GET /chat/private`: a random pair, for clients of public and private chat.
#[utoipa::path(get, path = "/chat/private", tag = "sockets", summary = "Private chat: two strangers",
    params(("format" = Option<String>, Query, description = "`text`, which is the default, or `json`")),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 403, description = "The address is banned, or another server's page asks", body = shapes::Refusal),
        (status = 422, description = "A parameter is wrong", body = shapes::Refusal),
        (status = 429, description = "The address was closed for flooding", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn private_chat(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(format): Query<FormatQuery>,
    ambient: Ambient,
    upgrade: Upgrade,
) -> Result<Response, HttpRefusal> {
    let format = format.format()?;
    let session = Session::open(&state.hub, plain_traits(peer)).map_err(HttpRefusal)?;
    let dialect = PairChat::private(session.id(), format, ambient.claim());
    Ok(run(&state, upgrade, session, dialect))
}

/// In which room a TMP client wants to speak.
#[derive(Debug, Deserialize)]
pub struct RoomQuery {
    room: Option<String>,
}

impl RoomQuery {
    fn room(self) -> Result<RoomName, HttpRefusal> {
        let Some(room) = self.room else { return Ok(RoomName::lobby()) };
        let problem = "is no room's name: 1 to 64 characters, none of : # @ < > \" \\ `";
        room.parse().map_err(|_| HttpRefusal(Refusal::BadField { field: "room", problem }))
    }
}

/// `GET /tmp`, and `/` on TMP's own port. A full server still upgrades, and says goodbye in TMP.
#[utoipa::path(get, path = "/tmp", tag = "sockets", summary = "TMP, the toy messaging protocol",
    params(("room" = Option<String>, Query, description = "Another room than `lobby`")),
    security((), ("basic" = []), ("bearer" = []), ("token" = [])),
    responses(
        (status = 101, description = "Upgraded"),
        (status = 403, description = "Another server's page asks", body = shapes::Refusal),
        (status = 422, description = "A parameter is wrong", body = shapes::Refusal),
        (status = 503, description = "The server is full or stopping", body = shapes::Refusal),
    ))]
pub async fn tmp(
    State(state): State<HttpState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(room): Query<RoomQuery>,
    ambient: Ambient,
    upgrade: Upgrade,
) -> Result<Response, HttpRefusal> {
    let dialect = Tmp::new(room.room()?, state.tmp_timeouts, ambient.claim());
    match Session::open(&state.hub, plain_traits(peer)) {
        Ok(session) => Ok(run(&state, upgrade, session, dialect)),
        Err(Refusal::ShuttingDown) => Ok(turn_away(&state, upgrade, dialect, CloseCode::Restart)),
        Err(Refusal::BannedHere(_)) => Ok(turn_away(&state, upgrade, dialect, CloseCode::Banned)),
        Err(Refusal::HeldOff { .. }) => Ok(turn_away(&state, upgrade, dialect, CloseCode::Flooding)),
        Err(_) => Ok(turn_away(&state, upgrade, dialect, CloseCode::Full)),
    }
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

fn run(state: &HttpState, upgrade: Upgrade, session: Session, dialect: impl Dialect + 'static) -> Response {
    let running = state.connections.token();
    let life = session.speaking(dialect);
    upgrade.run(state.hub.limits(), state.keeper.clone(), move |socket| async move {
        life.run(socket).await;
        drop(running);
    })
}

fn turn_away(state: &HttpState, upgrade: Upgrade, dialect: impl Dialect + 'static, code: CloseCode) -> Response {
    let running = state.connections.token();
    upgrade.run(state.hub.limits(), state.keeper.clone(), move |socket| async move {
        session::turn_away(socket, dialect, code).await;
        drop(running);
    })
}
