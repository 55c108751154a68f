//! The wire, as the web app shows it beside a conversation.

use serde_json::{Value, json};

use super::login::{sign_in, with_cookie};
use crate::support::Server;

/// The frames of a message in every dialect, by its name.
async fn frames(server: &Server, cookie: &str, path: &str) -> Value {
    let answer = server.request("GET", path, &[("Cookie", cookie)], None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let readings = answer.json()["readings"].as_array().expect("readings").clone();
    readings.into_iter().map(|it| (it["dialect"].as_str().expect("a name").to_owned(), it["frame"].clone())).collect()
}

#[tokio::test]
async fn a_message_is_shown_as_each_dialect_sends_it() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let mut alice = with_cookie(&server, &cookie).await;
    let mut bob = server.connect("/ws/bob").await;
    bob.send(r##"{"p":"#lobby","m":"hello"}"##).await;
    bob.receive().await;
    let mut stranger = server.connect("/chat/public").await;
    alice.joins("#lobby").await;
    alice.says("#lobby", "hi").await;

    let frames = frames(&server, &cookie, "/api/rooms/lobby/messages/2/wire").await;
    assert_eq!(frames["postman"], bob.receive().await);
    assert_eq!(frames["pair_chat"], stranger.receive().await);
    assert!(frames["native"].as_str().is_some_and(|frame| frame.starts_with(r#"{"type":"message""#)), "{frames}");
    assert!(frames["line"].as_str().is_some_and(|line| line.starts_with("#lobby [alice][")), "{frames}");
    assert!(frames["tmp"].as_str().is_some_and(|frame| frame.starts_with("tmp://CHAT_MSSG")), "{frames}");
    assert_eq!(frames["random_chat"], Value::Null, "a public room is no chat there");
}

#[tokio::test]
async fn a_groups_message_is_shown_to_its_members_alone() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let mut alice = with_cookie(&server, &cookie).await;
    alice.creates("plans", true).await;
    alice.says("#plans", "hi").await;
    let path = "/api/rooms/plans/messages/1/wire";
    let frames = frames(&server, &cookie, path).await;
    let frame: Value = serde_json::from_str(frames["random_chat"].as_str().expect("a frame")).expect("JSON");
    assert_eq!(
        (frame["chat"]["members"][0]["phone"].clone(), frame["message"].clone()),
        (json!("@alice"), json!("hi"))
    );
    assert_eq!((frames["tmp"].clone(), frames["pair_chat"].clone()), (Value::Null, Value::Null));

    let other = sign_in(&server, "mallory", None).await.cookie();
    assert_eq!(server.request("GET", path, &[("Cookie", &other)], None).await.status, 404);
    let missing = "/api/rooms/plans/messages/9/wire";
    assert_eq!(server.request("GET", missing, &[("Cookie", &cookie)], None).await.json()["code"], "not_found");
}
