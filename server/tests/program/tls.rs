//! HTTP over TLS: the same pages, dialects and cookies, and what changes about them.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use tokio_tungstenite::tungstenite::Message;

use super::operation::complaint;
use crate::support::{Server, in_time};

/// A certificate for `localhost` that vouches for itself, in files.
struct Identity {
    _dir: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
    trusted: CertificateDer<'static>,
}

impl Identity {
    fn of_localhost() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (certificate, key) = (dir.path().join("chain.pem"), dir.path().join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).expect("a file");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
        Self { _dir: dir, certificate, key, trusted: made.cert.der().clone() }
    }

    fn flags(&self) -> [&str; 4] {
        let [certificate, key] = [&self.certificate, &self.key].map(|path| path.to_str().expect("a path"));
        ["--tls-cert", certificate, "--tls-key", key]
    }

    async fn connect(&self, server: &Server) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusted.clone()).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(&server.http).await.expect("the server accepts");
        let name = ServerName::try_from("localhost").expect("a name");
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
        in_time("TLS", connecting).await.expect("a handshake")
    }

    async fn request(&self, server: &Server, head: &str, body: &str) -> String {
        let mut stream = self.connect(server).await;
        let request = format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        // The end may come without TLS's own goodbye.
        let _ = in_time("an answer", stream.read_to_string(&mut answer)).await;
        answer
    }
}

#[tokio::test]
async fn pages_and_cookies_over_tls_stay_on_tls() {
    let identity = Identity::of_localhost();
    let server = Server::start_with(&identity.flags()).await;
    let health = identity.request(&server, "GET /healthz HTTP/1.1", "").await;
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("strict-transport-security: max-age="), "{health}");
    let body = json!({"username": "alice", "password": null}).to_string();
    let head =
        format!("POST /api/sign_in HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    let signed_in = identity.request(&server, &head, &body).await;
    assert!(signed_in.starts_with("HTTP/1.1 200") && signed_in.contains("; Secure"), "{signed_in}");
    let docs = identity.request(&server, "GET /docs/postman HTTP/1.1", "").await;
    assert!(docs.contains("wss://localhost"), "{docs}");
}

#[tokio::test]
async fn a_dialect_over_tls_is_the_same_dialect() {
    let identity = Identity::of_localhost();
    let server = Server::start_with(&identity.flags()).await;
    let stream = identity.connect(&server).await;
    let (mut socket, _) = tokio_tungstenite::client_async("ws://localhost/ws/tess", stream).await.expect("an upgrade");
    socket.send(Message::text(r#"{"p":"joe","m":"Hi"}"#)).await.expect("the server reads");
    let heard = in_time("a frame", socket.next()).await.expect("a frame").expect("a frame");
    assert_eq!(heard.into_text().expect("a text").as_str(), r#"{"info":"joe is offline. Message saved."}"#);
}

#[tokio::test]
async fn files_that_are_no_certificate_are_named() {
    let identity = Identity::of_localhost();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let [_, certificate, _, key] = identity.flags();
    let swapped = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", key, "--tls-key", certificate];
    let said = complaint(&swapped, dir.path()).await;
    assert!(said.contains(certificate) && said.contains("--tls-cert"), "{said}");
    let said = complaint(&["serve", "--tls-cert", certificate], dir.path()).await;
    assert!(said.contains("tls_cert and tls_key go together"), "{said}");
}
