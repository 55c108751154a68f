//! Postman chat: two tabs talk, rooms have a `#`, and what cannot be used is answered to its sender alone. The next
//! test of the dialect goes here; what it has to do with another dialect goes into `matrix.rs`.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Server, Socket};

#[tokio::test]
async fn john_and_mike_talk_and_an_answer_is_the_same_frame() {
    let server = Server::start().await;
    let mut john = server.connect("/ws/john").await;
    let mut mike = server.connect("/ws/mike").await;

    john.send(r#"{"p": "mike", "m": "Hello World"}"#).await;
    mike.sees(r#"{"p":"john","m":"Hello World"}"#).await;
    mike.send(r#"{"p":"john","m":"Hi"}"#).await;
    john.sees(r#"{"p":"mike","m":"Hi"}"#).await;
}

#[tokio::test]
async fn the_case_of_a_name_does_not_matter() {
    let server = Server::start().await;
    let mut john = server.connect("/ws/John").await;
    let mut mike = server.connect("/ws/mike").await;

    mike.send(r#"{"p":"JOHN","m":"hey"}"#).await;
    john.sees(r#"{"p":"mike","m":"hey"}"#).await;
}

#[tokio::test]
async fn what_waited_for_mike_is_sent_when_he_connects_and_only_once() {
    let server = Server::start().await;
    let mut john = server.connect("/ws/john").await;
    john.send(r#"{"p":"mike","m":"one"}"#).await;
    john.sees_json(json!({"info": "mike is offline. Message saved."})).await;
    john.send(r#"{"p":"mike","m":"two"}"#).await;
    john.sees_json(json!({"info": "mike is offline. Message saved."})).await;

    let mut mike = server.connect("/ws/mike").await;
    mike.sees(r#"{"p":"john","m":"one"}"#).await;
    mike.sees(r#"{"p":"john","m":"two"}"#).await;
    mike.close().await;

    let mut mike = server.connect("/ws/mike").await;
    john.send(r#"{"p":"mike","m":"three"}"#).await;
    mike.sees(r#"{"p":"john","m":"three"}"#).await;
}

#[tokio::test]
async fn a_room_is_a_partner_with_a_hash() {
    let server = Server::start().await;
    let mut john = server.connect("/ws/john").await;
    let mut mike = server.connect("/ws/mike").await;

    mike.send(r##"{"p":"#lobby","m":"anybody?"}"##).await;
    mike.sees_json(json!({"p": "#lobby", "from": "mike", "m": "anybody?"})).await;
    john.send(r##"{"p":"#lobby","m":"me"}"##).await;
    mike.sees_json(json!({"p": "#lobby", "from": "john", "m": "me"})).await;
    john.sees_json(json!({"p": "#lobby", "from": "john", "m": "me"})).await;
}

#[tokio::test]
async fn any_other_format_is_discarded_and_said_to_its_sender_alone() {
    let server = Server::start().await;
    let mut john = server.connect("/ws/john").await;
    let mut mike = server.connect("/ws/mike").await;

    for text in ["hello", "[]", "{}", r#"{"p":"mike"}"#, r#"{"p":"mike","m":1}"#, r#"{"p":"a b","m":"x"}"#] {
        john.send(text).await;
        let answer = john.receive_json().await;
        assert!(answer["error"].is_string(), "{text} was answered {answer}");
    }
    john.send_raw(Message::binary(vec![0, 159, 146, 150])).await;
    assert!(john.receive_json().await["error"].is_string());
    john.send(r##"{"p":"#nowhere","m":"x"}"##).await;
    john.sees_json(json!({"error": "there is no such room"})).await;
    john.send(r#"{"p":"mike","m":""}"#).await;
    john.sees_json(json!({"error": "a message needs some text"})).await;

    john.send(r#"{"p":"mike","m":"still here"}"#).await;
    mike.sees(r#"{"p":"john","m":"still here"}"#).await;
}

#[tokio::test]
async fn a_name_in_use_is_refused_before_the_upgrade_and_free_again_afterwards() {
    let server = Server::start().await;
    let john = server.connect("/ws/john").await;

    let refused = Socket::try_connect(&server.ws("/ws/JOHN"), &[]).await.err().expect("the name is in use");
    assert_eq!(refused.status, 409);
    assert_eq!(refused.body, r#"{"error":"JOHN is in use; choose another name"}"#);

    john.close().await;
    let refused = Socket::try_connect(&server.ws("/ws/a:b"), &[]).await.err().expect("no username");
    assert_eq!(refused.status, 422);
    server.connect("/ws/john").await;
}

#[tokio::test]
async fn a_message_to_a_room_counts_as_one_request() {
    let server = Server::start_with(&["--messages-per-second", "1", "--message-burst", "5"]).await;
    let mut john = server.connect("/ws/john").await;
    let mut mike = server.connect("/ws/mike").await;
    mike.send(r##"{"p":"#lobby","m":"are you there?"}"##).await;
    mike.sees_json(json!({"p": "#lobby", "from": "mike", "m": "are you there?"})).await;

    for line in ["one", "two", "three", "four"] {
        john.send(&json!({"p": "#lobby", "m": line}).to_string()).await;
    }
    for line in ["one", "two", "three", "four"] {
        mike.sees_json(json!({"p": "#lobby", "from": "john", "m": line})).await;
    }
}

#[tokio::test]
async fn an_account_asks_for_its_password() {
    let server = Server::start().await;
    server.add_account("john", "correct horse").await;
    let url = server.ws("/ws/john");

    assert_eq!(Socket::try_connect(&url, &[]).await.err().expect("no password").status, 401);
    let wrong = [("Authorization", "Basic am9objp3cm9uZw==")];
    assert_eq!(Socket::try_connect(&url, &wrong).await.err().expect("a wrong password").status, 401);

    let right = [("Authorization", "Basic am9objpjb3JyZWN0IGhvcnNl")];
    let mut tab = Socket::try_connect(&url, &right).await.expect("the right password");
    let mut other = Socket::try_connect(&url, &right).await.expect("an account connects as often as it likes");
    let mut mike = server.connect("/ws/mike").await;
    mike.send(r#"{"p":"john","m":"to all your tabs"}"#).await;
    tab.sees(r#"{"p":"mike","m":"to all your tabs"}"#).await;
    other.sees(r#"{"p":"mike","m":"to all your tabs"}"#).await;
}
