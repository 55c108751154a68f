//! What is too deep, too long or packed: it is refused before anything is done with it, and counts like anything else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::ErrorCode;
use tokio::io::AsyncWriteExt;

use super::hostile::{connection, counted, rest_of};
use crate::support::http::request_text;
use crate::support::{Server, Socket};

#[tokio::test]
async fn deep_json_is_answered_and_nothing_more() {
    let server = Server::start().await;
    let deep = format!(r#"{{"type":{}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    let mut postman = server.connect("/ws/paul").await;
    let mut native = server.native("nina").await;
    postman.send(deep.as_str()).await;
    assert!(postman.receive_json().await["error"].is_string());
    native.send(&deep).await;
    assert!(native.receive().await.contains(r#""type":"error""#));
    let posted = request_text(&server.http, "POST", "/messages/", &[], Some(&deep)).await;
    assert_eq!(posted.status, 422);
    native.says("@paul", "still here").await;
    postman.sees_json(json!({"p": "nina", "m": "still here"})).await;
}

#[tokio::test]
async fn what_is_said_with_a_message_nests_so_deep_that_it_can_be_told_anywhere() {
    let server = Server::start().await;
    server.add_account("root", "correct horse").await;
    let mut nina = server.native("nina").await;
    let lobby = nina.joins("#lobby").await.room;
    let say = |depth| json!({"type": "say", "to": "#lobby", "body": "hi", "metadata": nested(depth)});
    for depth in [33, 120] {
        let refused = nina.is_refused(say(depth)).await;
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some("metadata")), "{depth}");
    }
    let posted = json!({"sender": "device", "destination": "nina", "message": "hi", "metadata": nested(33)});
    assert_eq!(server.post("/messages/", &posted).await.status, 422);

    let said = nina.says_with(say(32)).await;
    assert_eq!(nina.history(json!({"room": lobby})).await.messages[0].metadata, *nested(32).as_object().expect("one"));
    nina.does(json!({"type": "report_message", "room": lobby, "seq": said.seq, "note": "deep"})).await;
    let root = format!("Basic {}", STANDARD.encode("root:correct horse"));
    let reports = server.request("GET", "/api/reports", &[("Authorization", &root)], None).await;
    assert_eq!(
        (reports.status, reports.json()["reports"][0]["note"].clone()),
        (200, json!("deep")),
        "{}",
        reports.body
    );
}

/// An object with others in it, so deep.
fn nested(depth: usize) -> Value {
    (1..depth).fold(json!({}), |inner, _| json!({ "a": inner }))
}

#[tokio::test]
async fn a_body_that_is_longer_than_what_is_asked_for_is_not_read_to_its_end() {
    let server = Server::start().await;
    let long = json!({"username": "nina", "password": "x".repeat(5_000)});
    for path in ["/api/sign_in", "/api/claim", "/api/who_am_i", "/api/sign_out"] {
        let answer = server.post(path, &long).await;
        assert_eq!((answer.status, answer.json()["code"].clone()), (413, json!("too_large")), "{path}");
    }
    // Of one that says it is a gibibyte, nothing more is waited for than it takes to see that.
    let mut endless = connection(&server).await;
    let head = "POST /api/sign_in HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n";
    endless.write_all(&[head.as_bytes(), &[b'x'; 8_192]].concat()).await.expect("the server reads");
    assert!(rest_of(&mut endless).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn requests_of_the_web_app_count_against_the_address_as_well() {
    let server =
        Server::start_with(&["--messages-per-second", "1", "--message-burst", "10", "--paces-per-address", "2"]).await;
    let mut number = 0;
    let refused = loop {
        number += 1;
        let answer = server.post("/api/sign_in", &json!({"username": format!("guest{number}")})).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((refused.status, refused.json()["code"].clone()), (429, json!("too_fast")));
    let mut asked = 401;
    while asked == 401 {
        asked = server.request("GET", "/api/files", &[("Authorization", "Bearer none")], None).await.status;
    }
    assert_eq!(asked, 429);
}

#[tokio::test]
async fn a_compressed_body_is_refused_unread() {
    let server = Server::start().await;
    let bomb = [("Content-Encoding", "gzip"), ("Content-Type", "application/json")];
    for path in ["/messages/", "/api/sign_in", "/api/files?room=lobby&name=a", "/hooks/none"] {
        let answer = request_text(&server.http, "POST", path, &bomb, Some("\u{1f}bomb")).await;
        assert_eq!((answer.status, answer.header("accept-encoding")), (415, Some("identity")), "{path}");
    }
    assert_eq!(counted(&server, "confab_encoded_bodies_refused_total").await, 4.0);
    // Frames are not compressed either, whatever a client offers.
    let offer = [("Sec-WebSocket-Extensions", "permessage-deflate")];
    let mut socket = Socket::try_connect(&server.ws("/ws/paul"), &offer).await.expect("an upgrade");
    socket.send(r#"{"p":"joe","m":"plainly"}"#).await;
    socket.sees_json(json!({"info": "joe is offline. Message saved."})).await;
}
