//! The web app's login: a cookie that says who one is, to the server functions and to the WebSocket.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Native, Server, Socket};

pub(super) async fn sign_in(server: &Server, name: &str, password: Option<&str>) -> Answer {
    server.post("/api/sign_in", &json!({"username": name, "password": password})).await
}

async fn asks(server: &Server, function: &str, cookie: &str, body: Value) -> Answer {
    server.request("POST", &format!("/api/{function}"), &[("Cookie", cookie)], Some(&body)).await
}

pub(super) async fn with_cookie(server: &Server, cookie: &str) -> Native {
    let headers = [("Cookie", cookie)];
    let socket = Socket::try_connect(&server.ws("/api/ws"), &headers).await.expect("an upgrade");
    Native::welcomed(socket).await
}

#[tokio::test]
async fn a_guest_signs_in_and_is_welcomed_in_every_tab() {
    let server = Server::start().await;
    let answer = sign_in(&server, "alice", None).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"username": "alice", "guest": true})));
    let set = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");

    let cookie = answer.cookie();
    let first = with_cookie(&server, &cookie).await;
    let second = with_cookie(&server, &cookie).await;
    assert_eq!(first.welcome.you, second.welcome.you);
    assert_eq!(asks(&server, "who_am_i", &cookie, json!({})).await.json()["username"], "alice");
    assert_eq!(sign_in(&server, "alice", None).await.json()["code"], "name_taken");
}

#[tokio::test]
async fn a_guest_claims_the_name_and_signs_in_with_the_password_from_then_on() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let mut alice = with_cookie(&server, &cookie).await;
    alice.says("@bob", "kept").await;

    let short = asks(&server, "claim", &cookie, json!({"password": "short"})).await;
    assert_eq!((short.status, short.json()["field"].clone()), (422, json!("password")));
    let claimed = asks(&server, "claim", &cookie, json!({"password": "correct horse"})).await;
    assert_eq!(claimed.json(), json!({"username": "alice", "guest": false, "admin": true}));
    let cookie = claimed.cookie();
    assert_eq!(asks(&server, "claim", &cookie, json!({"password": "again and again"})).await.status, 401);
    asks(&server, "sign_out", &cookie, json!({})).await;
    assert_eq!(asks(&server, "who_am_i", &cookie, json!({})).await.json(), Value::Null);

    let needed = sign_in(&server, "Alice", None).await;
    assert_eq!((needed.status, needed.json()["code"].clone()), (401, json!("credentials_needed")));
    assert_eq!(sign_in(&server, "alice", Some("wrong horse")).await.json()["code"], "wrong_credentials");
    let cookie = sign_in(&server, "alice", Some("correct horse")).await.cookie();
    let alice = with_cookie(&server, &cookie).await;
    assert!(!alice.welcome.you.guest);
    assert_eq!(alice.welcome.rooms.len(), 1);
}

#[tokio::test]
async fn signing_out_closes_the_connections_of_that_session() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let mut alice = with_cookie(&server, &cookie).await;
    let answer = asks(&server, "sign_out", &cookie, json!({})).await;
    assert!(answer.header("set-cookie").expect("a cookie that ends it").contains("Max-Age=0"));
    assert_eq!(alice.is_closed().await, 4401);
}

#[tokio::test]
async fn an_impossible_name_is_said_at_its_field() {
    let server = Server::start().await;
    let answer = sign_in(&server, "a b", None).await;
    assert_eq!(answer.status, 422);
    let expected = json!({
        "code": "bad_field",
        "field": "username",
        "message": "a username has no spaces and no invisible characters",
    });
    assert_eq!(answer.json(), expected);
}

/// What a page of another server is told that brings the cookie of this one's.
const FOREIGN: &str = r#"{"error":"this request comes from a page of another server"}"#;

#[tokio::test]
async fn a_page_of_another_server_gets_nothing_by_the_cookie() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let foreign = [("Cookie", cookie.as_str()), ("Origin", "http://evil.example")];
    let answer = server.request("POST", "/api/claim", &foreign, Some(&json!({"password": "taken over"}))).await;
    assert_ne!(answer.status, 200);

    let tmp = format!("ws://{}", server.tmp.as_deref().expect("TMP listens"));
    let here = |path| server.ws(path);
    for url in [here("/api/ws"), here("/ws/eve"), here("/randomchat"), here("/chat/public"), here("/tmp"), tmp] {
        let refused = Socket::try_connect(&url, &foreign).await.err().expect("another server's page brings the cookie");
        assert_eq!((refused.status, refused.body.as_str()), (403, FOREIGN), "{url}");
    }
    // A password that the browser remembers for this server comes along as well, wherever the page is from.
    server.add_account("carol", "correct horse").await;
    let basic = format!("Basic {}", STANDARD.encode("carol:correct horse"));
    let foreign_carol = [("Authorization", basic.as_str()), ("Origin", "http://evil.example")];
    for path in ["/api/ws", "/ws/carol", "/randomchat", "/chat/private", "/tmp"] {
        let refused = Socket::try_connect(&server.ws(path), &foreign_carol).await.err().expect("it brings a password");
        assert_eq!((refused.status, refused.body.as_str()), (403, FOREIGN), "{path}");
    }
    Socket::try_connect(&here("/ws/carol"), &foreign_carol[..1])
        .await
        .expect("a program says where it is from to nobody");
    // Without either it is a stranger like any program.
    let mut socket = Socket::try_connect(&here("/api/ws"), &foreign[1..]).await.expect("an upgrade without a name");
    socket.send(r#"{"type":"directory","id":1}"#).await;
    assert_eq!(socket.receive_json().await["code"], "not_identified");
    let own = [("Cookie", cookie.as_str()), ("Origin", &format!("http://{}", server.http))];
    let socket = Socket::try_connect(&server.ws("/api/ws"), &own).await.expect("an upgrade");
    assert_eq!(Native::welcomed(socket).await.welcome.you.username.as_str(), "alice");
}
