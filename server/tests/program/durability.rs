//! Nothing that was acknowledged is lost, and nothing is there twice: after a kill, after a stop, in a copy.

use serde_json::json;
use shared::{Seq, ServerMessage};

use crate::support::server::confab;
use crate::support::{Native, Server, in_time};

/// How often the server is killed in the middle of a conversation.
const KILLS: usize = 5;

#[tokio::test]
async fn a_kill_in_the_middle_of_a_conversation_loses_nothing_that_was_acknowledged() {
    let mut server = Server::start_with(&["--message-burst", "5000"]).await;
    let mut acknowledged = Vec::new();
    let mut sent = 0;
    let mut lobby = None;
    for round in 0..KILLS {
        let mut alice = server.native("alice").await;
        lobby = Some(alice.joins("#lobby").await.room);
        // What the last kill left unanswered is sent again under the same client_id.
        for number in acknowledged.len()..sent {
            say(&mut alice, number).await;
        }
        for _ in 0..100 {
            say(&mut alice, sent).await;
            sent += 1;
        }
        let until = sent - 10 * (round + 1);
        while acknowledged.len() < until {
            let accepted = next_accepted(&mut alice).await;
            assert_eq!(accepted, format!("m{}", acknowledged.len()), "acknowledged in the order it was sent");
            acknowledged.push(accepted);
        }
        server = server.kill_and_restart().await;
    }

    let mut bob = server.native("bob").await;
    let mut stored = Vec::new();
    loop {
        let page = bob.history(json!({"room": lobby, "after": stored.len()})).await;
        for message in page.messages {
            assert_eq!(message.seq, Seq(stored.len() as u64 + 1), "no gap");
            stored.push(message.client_id.map(String::from).expect("each was sent with one"));
        }
        if !page.more {
            break;
        }
    }
    assert_eq!(stored[..acknowledged.len()], acknowledged, "each once, in order");
    assert!(stored.len() <= sent);
}

async fn say(alice: &mut Native, number: usize) {
    let id = format!("m{number}");
    alice.ask(json!({"type": "say", "to": "#lobby", "body": id, "client_id": id})).await;
}

async fn next_accepted(alice: &mut Native) -> String {
    alice
        .until(|message| match message {
            ServerMessage::Accepted(accepted) => accepted.client_id.clone().map(String::from),
            _ => None,
        })
        .await
}

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
    run(&["import", file.to_str().expect("a path"), "--data-dir", data.to_str().expect("a path")]).await;

    let server = Server::start_in(data, &[]).await;
    let mut carol = Native::hello_with(&server, json!({"username": "carol", "password": "correct horse"})).await;
    let direct = carol.welcome.rooms[0].clone();
    assert_eq!((direct.with.map(String::from).as_deref(), direct.unread), (Some("alice"), 1));
    assert_eq!(carol.history(json!({"room": direct.room})).await.messages[0].body, "two");
    let lobby = carol.joins("#lobby").await;
    assert_eq!(carol.history(json!({"room": lobby.room})).await.messages[0].body, "one");
}

async fn run(arguments: &[&str]) {
    let output = in_time("the command", confab().args(arguments).output()).await.expect("it runs");
    assert!(output.status.success(), "{arguments:?}");
}
