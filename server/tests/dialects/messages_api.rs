//! The message API of the line chat: what is posted is delivered like any other message, what waits is read once.

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::http::request_from;

fn from_device(destination: &str, message: &str) -> Value {
    // The body of the original's `Message`, with a time as Python's `utcnow().isoformat()` writes it.
    json!({
        "sender": "thermometer7",
        "destination": destination,
        "message": message,
        "timestamp": "2026-11-21T09:30:00.123456",
        "type": "notification",
        "metadata": {"temps": [21.5, 22.0]},
    })
}

async fn posted(server: &Server, body: &Value) {
    let answer = server.post("/messages/", body).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"stored"}"#));
}

#[tokio::test]
async fn a_device_posts_and_a_user_reads_it_once() {
    let server = Server::start().await;
    posted(&server, &from_device("alice", "Temperature range data")).await;
    let answer = server.post("/messages", &json!({"sender": "bob", "destination": "alice", "message": "hi"})).await;
    assert_eq!(answer.status, 200, "without the slash at the end too");

    let messages = server.get("/messages/alice").await.json();
    let [first, second] = &messages["messages"].as_array().unwrap()[..] else { panic!("two messages: {messages}") };
    assert!(first["_id"].is_string() && first["timestamp"].as_str().unwrap().ends_with('Z'), "{first}");
    let mut shown = first.clone();
    shown.as_object_mut().unwrap().retain(|field, _| field != "_id" && field != "timestamp");
    let mut given = from_device("alice", "Temperature range data");
    given.as_object_mut().unwrap().remove("timestamp");
    assert_eq!(shown, given);
    assert_eq!((&second["type"], &second["metadata"]), (&json!("chat"), &json!({})));

    assert_eq!(server.get("/messages/ALICE").await.json(), json!({"messages": []}));
    assert_eq!(server.get("/messages/nobody").await.json(), json!({"messages": []}));
}

#[tokio::test]
async fn what_is_posted_is_delivered_at_once_and_what_was_delivered_is_not_stored_mail() {
    let server = Server::start().await;
    let mut alice = server.connect("/ws/alice").await;
    posted(&server, &json!({"sender": "bob", "destination": "alice", "message": "over HTTP"})).await;
    alice.sees(r#"{"p":"bob","m":"over HTTP"}"#).await;
    assert_eq!(server.get("/messages/alice").await.json(), json!({"messages": []}));
}

#[tokio::test]
async fn mail_goes_across_dialects_and_is_seen_once() {
    let server = Server::start().await;
    posted(&server, &json!({"sender": "bob", "destination": "alice", "message": "one"})).await;
    let mut alice = server.connect("/ws/alice").await;
    alice.sees(r#"{"p":"bob","m":"one"}"#).await;
    alice.close().await;
    assert_eq!(server.get("/messages/alice").await.json(), json!({"messages": []}));

    let mut mike = server.connect("/ws/mike").await;
    mike.send(r#"{"p":"alice","m":"two"}"#).await;
    mike.sees_json(json!({"info": "alice is offline. Message saved."})).await;
    let messages = server.get("/messages/alice").await.json();
    assert_eq!(messages["messages"][0]["sender"], "mike");
    posted(&server, &json!({"sender": "bob", "destination": "alice", "message": "three"})).await;
    let mut alice = server.connect("/ws/alice").await;
    alice.sees(r#"{"p":"bob","m":"three"}"#).await;
}

#[tokio::test]
async fn a_bad_body_is_told_field_by_field() {
    let server = Server::start().await;
    let answer = server.post("/messages/", &json!({"sender": "a b", "message": 7, "type": "shout"})).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json(),
        json!({"detail": [
            {"loc": ["body", "sender"], "type": "value_error",
             "msg": "Value error, a username has no spaces and no invisible characters"},
            {"loc": ["body", "destination"], "type": "missing", "msg": "Field required"},
            {"loc": ["body", "message"], "type": "string_type", "msg": "Input should be a valid string"},
            {"loc": ["body", "type"], "type": "literal_error",
             "msg": "Input should be 'chat', 'command', 'notification' or 'subscription'"},
        ]})
    );
    let long = "x".repeat(17_000);
    let answer = server.post("/messages/", &json!({"sender": "a", "destination": "b", "message": long})).await;
    assert_eq!((answer.status, &answer.json()["detail"][0]["loc"]), (422, &json!(["body", "message"])));
    let answer = server.post("/messages/", &json!({"sender": "x".repeat(100_000)})).await;
    assert_eq!(answer.status, 413);
    assert_eq!(server.get("/messages/a%20b").await.status, 422);
    assert_eq!(server.get("/messages/").await.status, 405);
}

#[tokio::test]
async fn an_account_needs_its_credentials_to_send_and_to_read() {
    let server = Server::start().await;
    server.add_account("alice", "correct horse").await;
    let right = ("Authorization", "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==");
    let wrong = ("Authorization", "Basic YWxpY2U6d3Jvbmc=");
    let body = json!({"sender": "alice", "destination": "bob", "message": "hi"});

    let refused = server.post("/messages/", &body).await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic ")));
    assert_eq!(server.request("POST", "/messages/", &[wrong], Some(&body)).await.status, 401);
    assert_eq!(server.request("POST", "/messages/", &[right], Some(&body)).await.status, 200);

    assert_eq!(server.get("/messages/alice").await.status, 401);
    assert_eq!(server.get("/messages/alice?token=none").await.status, 401);
    assert_eq!(server.request("GET", "/messages/alice", &[right], None).await.status, 200);
    // Her password is no other's.
    assert_eq!(server.request("GET", "/messages/bob", &[right], None).await.status, 401);
    assert_eq!(server.get("/messages/bob").await.json()["messages"][0]["message"], "hi");
}

#[tokio::test]
async fn a_page_of_another_server_cannot_make_a_browser_send_or_read() {
    let server = Server::start().await;
    let body = json!({"sender": "a", "destination": "b", "message": "m"});
    let foreign = ("Origin", "http://evil.example");
    assert_eq!(server.request("POST", "/messages/", &[foreign], Some(&body)).await.status, 403);
    assert_eq!(server.request("GET", "/messages/b", &[("Sec-Fetch-Site", "cross-site")], None).await.status, 403);
    assert_eq!(server.get("/messages/b").await.json(), json!({"messages": []}));
}

#[tokio::test]
async fn nobody_else_speaks_under_a_guests_name_or_reads_for_it_while_he_is_connected() {
    let server = Server::start().await;
    let mut bob = server.connect("/ws/bob").await;
    let alice = server.connect("/ws/alice").await;
    let forged = json!({"sender": "alice", "destination": "bob", "message": "trust me"});
    let elsewhere = "127.0.0.2";
    assert_eq!(request_from(elsewhere, &server.http, "POST", "/messages/", Some(&forged)).await.status, 409);
    assert_eq!(request_from(elsewhere, &server.http, "GET", "/messages/alice", None).await.status, 409);
    assert_eq!(server.post("/messages/", &forged).await.status, 200, "a device answers under the name it listens with");
    bob.sees(r#"{"p":"alice","m":"trust me"}"#).await;
    alice.close().await;
    assert_eq!(request_from(elsewhere, &server.http, "GET", "/messages/alice", None).await.status, 200);
}

#[tokio::test]
async fn a_group_is_shown_with_its_hash() {
    let server = Server::start().await;
    let mut mike = server.native("mike").await;
    let alice = server.connect("/ws/alice").await;
    mike.creates("club", true).await;
    mike.does(json!({"type": "add_member", "room": "#club", "user": "alice"})).await;
    alice.close().await;
    mike.says("#club", "hi all").await;
    let messages = server.get("/messages/alice").await.json();
    assert_eq!(messages["messages"][0]["destination"], "#club");
}
