//! The listener of HTTP: sockets are let in, up to a number per address; requests must come in time, and are attributed
//! to who asks. An upgraded connection leaves it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::forwarded;
use crate::config::Proxies;
use crate::hub::Networks;
use crate::transport::{READS_AFTER_CLOSE, tcp};

/// What a connection that is one too many is told, whatever it asks.
const TOO_MANY: &str = "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nConnection: close\r\n\
                        Content-Length: 62\r\n\r\n{\"error\":\"too many connections from this address; close some\"}";

/// The longest head of a request, in bytes: so much is held of one while it comes.
const MOST_OF_A_HEAD: usize = 64 * 1_024;

/// How long requests under way may take when the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// How long who was turned away may take to hang up.
const HANG_UP_WITHIN: Duration = Duration::from_secs(1);

/// What holds for connections to a listener of HTTP.
#[derive(Clone)]
pub struct Terms {
    /// TLS, where the listener speaks it.
    pub tls: Option<TlsAcceptor>,
    /// Connections that carry requests, from one address at once. Those of trusted proxies are not counted.
    pub per_address: usize,
    /// How long a request's header may take, and a TLS handshake.
    pub header_within: Duration,
    /// Whose word counts on where a request comes from.
    pub proxies: Arc<Proxies>,
}

/// Serves routes until `stopping`, then lets the requests under way finish.
pub async fn serve(listener: TcpListener, routes: Router, terms: Terms, stopping: CancellationToken) {
    let connections = TaskTracker::new();
    let gate = Gate { networks: Arc::default(), most: terms.per_address };
    let terms = Arc::new(terms);
    let accepted = |socket: TcpStream, peer: SocketAddr| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket will send small frames late");
        }
        let trusted = terms.proxies.trust(peer.ip());
        match gate.lets_in(peer.ip(), trusted) {
            Ok(pass) => {
                let serving = connection(socket, peer, routes.clone(), Arc::clone(&terms), stopping.clone());
                connections.spawn(async move {
                    serving.await;
                    drop(pass);
                });
            }
            Err(Crowded) => {
                metrics::counter!("confab_connections_refused_total", "why" => "address").increment(1);
                let speaks_plainly = terms.tls.is_none();
                connections.spawn(turn_away(socket, speaks_plainly));
            }
        }
    };
    stopping.run_until_cancelled(tcp::accept(listener, accepted)).await;
    connections.close();
    if tokio::time::timeout(FINISH_WITHIN, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "some requests did not end in time");
    }
}

async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    routes: Router,
    terms: Arc<Terms>,
    stopping: CancellationToken,
) {
    let Some(tls) = &terms.tls else { return requests(socket, peer, routes, &terms, stopping).await };
    match tokio::time::timeout(terms.header_within, tls.accept(socket)).await {
        Ok(Ok(socket)) => requests(socket, peer, routes, &terms, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => metrics::counter!("confab_header_timeouts_total").increment(1),
    }
}

/// Answers the requests of a connection, until it is closed or upgraded.
async fn requests(
    socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    peer: SocketAddr,
    routes: Router,
    terms: &Terms,
    stopping: CancellationToken,
) {
    let (secure, proxies) = (terms.tls.is_some(), &terms.proxies);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        forwarded::attribute(&mut request, peer, secure, proxies);
        let routes = routes.clone();
        async move { Ok::<_, Infallible>(routes.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.header_within)
        .max_buf_size(MOST_OF_A_HEAD)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades();
    tokio::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        if error.is_timeout() {
            metrics::counter!("confab_header_timeouts_total").increment(1);
        }
        tracing::debug!(%error, "a connection broke");
    }
}

/// Lets connections in, so many per address.
struct Gate {
    networks: Arc<Mutex<Networks>>,
    most: usize,
}

/// From that address there are as many as may be.
struct Crowded;

/// A connection that was let in, and is counted while this lives.
struct Pass {
    networks: Arc<Mutex<Networks>>,
    address: IpAddr,
}

impl Gate {
    /// `None` within: who is not counted needs no pass.
    fn lets_in(&self, address: IpAddr, trusted: bool) -> Result<Option<Pass>, Crowded> {
        if trusted {
            return Ok(None);
        }
        let mut networks = self.networks.lock();
        if networks.count(address) >= self.most {
            return Err(Crowded);
        }
        networks.add(address);
        Ok(Some(Pass { networks: Arc::clone(&self.networks), address }))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.networks.lock().remove(self.address);
    }
}

async fn turn_away(mut socket: TcpStream, speaks_plainly: bool) {
    let told = async {
        if speaks_plainly && socket.write_all(TOO_MANY.as_bytes()).await.is_ok() && socket.shutdown().await.is_ok() {
            // A socket dropped with bytes unread is reset, and the answer would be lost with it.
            let mut unread = [0; 1_024];
            for _ in 0..READS_AFTER_CLOSE {
                if !matches!(socket.read(&mut unread).await, Ok(1..)) {
                    return;
                }
            }
            std::future::pending::<()>().await;
        }
    };
    let _ = tokio::time::timeout(HANG_UP_WITHIN, told).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let (head, body) = TOO_MANY.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
    }

    #[test]
    fn a_place_is_free_again_once_its_connection_is_gone() {
        let gate = Gate { networks: Arc::default(), most: 1 };
        let address = "192.0.2.1".parse().unwrap();
        let pass = gate.lets_in(address, false);
        assert!(gate.lets_in(address, false).is_err());
        assert!(gate.lets_in(address, true).is_ok());
        drop(pass);
        assert!(gate.lets_in(address, false).is_ok());
    }
}
