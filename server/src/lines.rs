//! The listener of line chat: each socket becomes a session that speaks it.

use std::net::SocketAddr;
use std::time::Duration;

use shared::CloseCode;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dialect::Frame;
use crate::dialect::line::Line;
use crate::hub::{Hub, Refusal, SessionTraits};
use crate::session::{Session, Transport};
use crate::transport::tcp::{self, LineTransport};

/// How long who is turned away may take to read why.
const TURN_AWAY_WITHIN: Duration = Duration::from_secs(2);

/// Listens until `shutdown` is cancelled. Connections run in `connections`, and end when the hub closes its sessions.
pub async fn listen(
    listener: TcpListener,
    hub: Hub,
    name_within: Duration,
    connections: TaskTracker,
    shutdown: CancellationToken,
) {
    let accepted = |socket, peer| {
        connections.spawn(connection(hub.clone(), socket, peer, name_within));
    };
    shutdown.run_until_cancelled(tcp::accept(listener, accepted)).await;
}

async fn connection(hub: Hub, socket: TcpStream, peer: SocketAddr, name_within: Duration) {
    let transport = match LineTransport::over(socket, &hub.limits()) {
        Ok(transport) => transport,
        Err(error) => return tracing::debug!(%error, "a socket was gone before it was used"),
    };
    let traits = SessionTraits {
        address: peer.ip().to_canonical(),
        direct: true,
        presence: false,
        attendance: false,
        seat_grace: None,
    };
    match Session::open(&hub, traits) {
        Ok(session) => {
            let dialect = Line::new(session.id(), name_within);
            session.run(transport, dialect).await;
        }
        Err(refusal) => turn_away(transport, &refusal).await,
    }
}

async fn turn_away(mut transport: LineTransport<TcpStream>, refusal: &Refusal) {
    let last_words = async {
        transport.feed(Frame::text(Line::turned_away(refusal))).await;
        transport.flush().await;
        transport.close(CloseCode::Full).await;
    };
    let _ = tokio::time::timeout(TURN_AWAY_WITHIN, last_words).await;
}
