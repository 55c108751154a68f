//! What is there after a stop, for the one who comes back and for another, and in a copy. Stops and kills in the middle
//! of conversations are in `faults/`.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::support::server::confab;
use crate::support::{Native, Server, in_time};

#[tokio::test]
async fn a_stop_says_goodbye_to_every_client_and_keeps_everything() {
    let mut server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut mike = server.connect("/ws/mike").await;
    alice.joins("#lobby").await;
    alice.says("#lobby", "before the stop").await;

    assert!(server.stop().await.success());
    assert_eq!(alice.is_closed().await, 4000);
    assert_eq!(mike.is_closed().await, 4000);

    let server = server.again().await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    assert_eq!(alice.history(json!({"room": lobby})).await.messages[0].body, "before the stop");
}

#[tokio::test]
async fn a_guest_is_the_same_guest_after_a_restart() {
    let mut server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.says("@bob", "remember me").await;
    let session = alice.welcome.session.clone().expect("a guest is given a session");
    server.stop().await;

    let server = server.again().await;
    let mut alice = Native::hello_with(&server, json!({"token": session})).await;
    assert_eq!(alice.welcome.you.username.as_str(), "alice");
    let room = alice.welcome.rooms[0].room;
    assert_eq!(alice.history(json!({"room": room})).await.messages[0].body, "remember me");
}

#[tokio::test]
async fn another_guest_of_the_same_name_gets_the_mail_but_not_what_was_read() {
    let server = Server::start().await;
    let mut mike = server.native("mike").await;
    let mut alice = server.native("alice").await;
    mike.says("@alice", "a secret for the first alice").await;
    alice.sees("mike", "a secret for the first alice").await;
    alice.close().await;
    mike.says("@alice", "for whoever comes").await;

    let mut other = server.native("alice").await;
    let room = other.welcome.rooms[0].room;
    let history = other.history(json!({"room": room})).await;
    let bodies: Vec<_> = history.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["for whoever comes"]);
}

#[tokio::test]
async fn an_export_imported_elsewhere_is_the_same_chat() {
    let mut server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let mut alice = server.native("alice").await;
    alice.joins("#lobby").await;
    alice.says("#lobby", "one").await;
    alice.says("@carol", "two").await;
    server.stop().await;

    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let file = elsewhere.path().join("export.jsonl");
    let data = elsewhere.path().join("data");
    run(&["export", file.to_str().expect("a path"), "--data-dir", server.data_dir().to_str().expect("a path")]).await;
    let mode = std::fs::metadata(&file).expect("the export is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it is nobody else's to read");
    run(&["import", file.to_str().expect("a path"), "--data-dir", data.to_str().expect("a path")]).await;

    let server = Server::start_in(data, &[]).await;
    let mut carol = Native::hello_with(&server, json!({"username": "carol", "password": "correct horse"})).await;
    let direct = carol.welcome.rooms[0].clone();
    assert_eq!((direct.with.map(String::from).as_deref(), direct.unread), (Some("alice"), 1));
    assert_eq!(carol.history(json!({"room": direct.room})).await.messages[0].body, "two");
    let lobby = carol.joins("#lobby").await;
    assert_eq!(carol.history(json!({"room": lobby.room})).await.messages[0].body, "one");
}

/// Runs a command of the program that is to succeed.
pub async fn run(arguments: &[&str]) {
    let output = in_time("the command", confab().args(arguments).output()).await.expect("it runs");
    assert!(output.status.success(), "{arguments:?}");
}
