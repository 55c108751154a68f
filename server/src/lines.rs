//! The listener of line chat: each socket becomes a session that speaks it.

use std::net::SocketAddr;
use std::time::Duration;

use shared::CloseCode;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dialect::line::Line;
use crate::hub::{Hub, Refusal, SessionId, SessionTraits};
use crate::session::{self, Session};
use crate::transport::tcp::{self, LineTransport};

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
            session.speaking(dialect).run(transport).await;
        }
        Err(refusal) => {
            let code = match refusal {
                Refusal::ShuttingDown => CloseCode::Restart,
                Refusal::BannedHere(_) => CloseCode::Banned,
                Refusal::HeldOff { .. } => CloseCode::Flooding,
                _ => CloseCode::Full,
            };
            // It never is a session, so it needs no number of one.
            session::turn_away(transport, Line::new(SessionId(0), name_within), code).await;
        }
    }
}
