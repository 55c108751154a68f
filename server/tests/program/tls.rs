//! HTTP over TLS: the same pages, dialects and cookies, and what changes about them.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::operation::complaint;
use crate::support::tls::Identity;
use crate::support::{Proxy, Server, in_time};
use crate::transcripts;

async fn connect(identity: &Identity, server: &Server) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(&server.http).await.expect("the server accepts");
    let name = ServerName::try_from("localhost").expect("a name");
    in_time("TLS", identity.connector().connect(name, stream)).await.expect("a handshake")
}

async fn request(identity: &Identity, server: &Server, head: &str, body: &str) -> String {
    let mut stream = connect(identity, server).await;
    let request = format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = String::new();
    // The end may come without TLS's own goodbye.
    let _ = in_time("an answer", stream.read_to_string(&mut answer)).await;
    answer
}

#[tokio::test]
async fn pages_and_cookies_over_tls_stay_on_tls() {
    let identity = Identity::of_localhost();
    let server = Server::start_with(&identity.flags()).await;
    let health = request(&identity, &server, "GET /healthz HTTP/1.1", "").await;
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("strict-transport-security: max-age="), "{health}");
    let body = json!({"username": "alice", "password": null}).to_string();
    let head =
        format!("POST /api/sign_in HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    let signed_in = request(&identity, &server, &head, &body).await;
    assert!(signed_in.starts_with("HTTP/1.1 200") && signed_in.contains("; Secure"), "{signed_in}");
    let docs = request(&identity, &server, "GET /docs/postman HTTP/1.1", "").await;
    assert!(docs.contains("wss://localhost"), "{docs}");
}

/// Everything a page says of its dialect, over TLS.
async fn page_over_tls(name: &str) {
    let identity = Identity::of_localhost();
    let flags = identity.flags();
    let start = async |more: &[&str]| {
        let mut server = Server::start_with(&[&flags[..], more].concat()).await;
        server.http = Proxy::over_tls(&server.http, identity.connector()).await.address;
        server
    };
    transcripts::play(name, start).await;
}

#[tokio::test]
async fn postman_over_tls_is_the_same_dialect() {
    page_over_tls("postman").await;
}

#[tokio::test]
async fn pair_chat_over_tls_is_the_same_dialect() {
    page_over_tls("pair_chat").await;
}

#[tokio::test]
async fn random_chat_over_tls_is_the_same_dialect() {
    page_over_tls("random_chat").await;
}

#[tokio::test]
async fn the_native_protocol_over_tls_is_the_same() {
    page_over_tls("native").await;
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
