//! Something between a client and the server: it can fall silent without a goodbye, as a network does that is gone, and
//! it can speak TLS to the server on behalf of clients that do not.

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// Passes on what comes, both ways.
pub struct Proxy {
    /// Where clients connect: `127.0.0.1:PORT`.
    pub address: String,
    silent: watch::Sender<bool>,
}

impl Proxy {
    /// To a server's port.
    pub async fn to(server: &str) -> Self {
        Self::start(server, None).await
    }

    /// To a server's port, by TLS.
    pub async fn over_tls(server: &str, connector: TlsConnector) -> Self {
        Self::start(server, Some(connector)).await
    }

    async fn start(server: &str, connector: Option<TlsConnector>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (silent, falls_silent) = watch::channel(false);
        let server = server.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (connector, server, falls_silent) = (connector.clone(), server.clone(), falls_silent.clone());
                tokio::spawn(async move {
                    let Ok(stream) = TcpStream::connect(&server).await else { return };
                    match connector {
                        None => pass(client, stream, falls_silent).await,
                        Some(connector) => {
                            let name = ServerName::try_from("localhost").expect("a name");
                            let stream = connector.connect(name, stream).await.expect("a handshake");
                            pass(client, stream, falls_silent).await;
                        }
                    }
                });
            }
        });
        Self { address, silent }
    }

    /// From now on nothing is passed on. Both sides keep their sockets and are told nothing.
    pub fn falls_silent(&self) {
        self.silent.send_replace(true);
    }
}

async fn pass(
    mut client: TcpStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    mut falls_silent: watch::Receiver<bool>,
) {
    let told = async {
        // Who let the proxy go cannot tell it any more.
        if falls_silent.wait_for(|silent| *silent).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => return,
        () = told => {}
    }
    std::future::pending::<()>().await;
}
