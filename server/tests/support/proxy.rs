//! Something between a client and the server: it can fall silent without a goodbye, as a network does that is gone, and
//! it can speak TLS to the server on behalf of clients that do not.

use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// Passes on what comes, both ways.
pub struct Proxy {
    /// Where clients connect: `127.0.0.1:PORT`.
    pub address: String,
    line: watch::Sender<Line>,
}

/// What becomes of what comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Line {
    Passed,
    /// Nothing is passed on, and nobody told.
    Silent,
    /// Every connection is ended, and so is any new one.
    Cut,
}

/// Where a server listens.
#[derive(Clone, Debug)]
enum Place {
    Port(String),
    Socket(PathBuf),
}

impl Proxy {
    /// To a server's port.
    pub async fn to(server: &str) -> Self {
        Self::start(Place::Port(server.to_owned()), None).await
    }

    /// To a server's socket in the file system.
    pub async fn to_socket(server: PathBuf) -> Self {
        Self::start(Place::Socket(server), None).await
    }

    /// To a server's port, by TLS.
    pub async fn over_tls(server: &str, connector: TlsConnector) -> Self {
        Self::start(Place::Port(server.to_owned()), Some(connector)).await
    }

    async fn start(server: Place, connector: Option<TlsConnector>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (line, state) = watch::channel(Line::Passed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (connector, server, state) = (connector.clone(), server.clone(), state.clone());
                tokio::spawn(async move {
                    let port = match server {
                        Place::Port(port) => port,
                        Place::Socket(path) => {
                            let Ok(stream) = UnixStream::connect(path).await else { return };
                            return pass(client, stream, state).await;
                        }
                    };
                    let Ok(stream) = TcpStream::connect(&port).await else { return };
                    match connector {
                        None => pass(client, stream, state).await,
                        Some(connector) => {
                            let name = ServerName::try_from("localhost").expect("a name");
                            let stream = connector.connect(name, stream).await.expect("a handshake");
                            pass(client, stream, state).await;
                        }
                    }
                });
            }
        });
        Self { address, line }
    }

    /// From now on nothing is passed on. Both sides keep their sockets and are told nothing.
    pub fn falls_silent(&self) {
        self.line.send_replace(Line::Silent);
    }

    /// From now on every connection ends, and so does any new one.
    pub fn is_cut(&self) {
        self.line.send_replace(Line::Cut);
    }

    /// Passes on again what comes on new connections.
    pub fn is_mended(&self) {
        self.line.send_replace(Line::Passed);
    }
}

async fn pass(
    mut client: TcpStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    mut state: watch::Receiver<Line>,
) {
    let told = async {
        match state.wait_for(|line| *line != Line::Passed).await.map(|line| *line) {
            Ok(line) => line,
            // Who let the proxy go cannot tell it any more.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        line = told => if line == Line::Silent {
            std::future::pending::<()>().await;
        },
    }
}
