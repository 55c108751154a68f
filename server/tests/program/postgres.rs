//! The program on PostgreSQL: started, moved to, and while the database is away. What the store guarantees is in
//! `store/`.

use serde_json::json;
use shared::ErrorCode;

use super::durability::run;
use super::files::Person;
use crate::support::postgres::{Cluster, Database};
use crate::support::{Native, Server, in_time};

#[tokio::test]
async fn what_was_acknowledged_is_in_the_database_after_a_kill() {
    let Some(database) = Database::new().await else { return };
    let flags = ["--database-url", database.url().as_str()];
    let mut server = Server::start_with(&flags).await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    alice.says("#lobby", "to all of you").await;
    alice.says("@mike", "for when you come").await;
    server.kill().await;

    let server = Server::start_with(&flags).await;
    let mut mike = server.connect("/ws/mike").await;
    assert_eq!(mike.receive().await, r#"{"p":"alice","m":"for when you come"}"#);
    let mut alice = server.native("alice").await;
    assert_eq!(alice.joins("#lobby").await.room, lobby);
    assert_eq!(alice.history(json!({"room": lobby})).await.messages[0].body, "to all of you");
}

#[tokio::test]
async fn a_community_moves_over_by_export_and_import() {
    let Some(database) = Database::new().await else { return };
    let mut server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let mut alice = server.native("alice").await;
    alice.says("@carol", "see you there").await;
    let mut bob = Person::new(&server, "bob").await;
    bob.native.joins("#lobby").await;
    let map = bob.has_uploaded(&server, "lobby", "map.txt", b"here").await;
    bob.native.says_with(json!({"to": "#lobby", "body": "", "files": [map["id"]]})).await;
    server.stop().await;
    let data = server.data_dir();
    let (data, file) = (data.to_str().expect("a path"), server.data_dir().join("export.jsonl"));
    let file = file.to_str().expect("a path");
    run(&["export", file, "--data-dir", data]).await;
    run(&["import", file, "--database-url", database.url().as_str()]).await;

    let server = Server::start_in(data.into(), &["--database-url", database.url().as_str()]).await;
    let mut carol = Native::hello_with(&server, json!({"username": "carol", "password": "correct horse"})).await;
    let room = carol.welcome.rooms[0].room;
    assert_eq!(carol.history(json!({"room": room})).await.messages[0].body, "see you there");
    assert_eq!(std::fs::read_dir(server.data_dir().join("uploads")).expect("it was there").count(), 0);
    let elsewhere = Server::start_with(&["--database-url", database.url().as_str()]).await;
    let mut dora = Person::new(&elsewhere, "dora").await;
    dora.native.joins("#lobby").await;
    assert_eq!(dora.fetches(&elsewhere, &map, &[]).await.body, "here", "the bytes moved over, too");
}

#[tokio::test]
async fn a_file_is_in_the_database_and_fetched_from_any_node() {
    let Some(database) = Database::new().await else { return };
    let flags = ["--database-url", database.url().as_str()];
    let (one, other) = tokio::join!(Server::start_with(&flags), Server::start_with(&flags));
    let mut alice = Person::new(&one, "alice").await;
    let mut bob = Person::new(&other, "bob").await;
    alice.native.joins("#lobby").await;
    bob.native.joins("#lobby").await;
    let long = "a line of many\n".repeat(50_000);
    let file = alice.has_uploaded(&one, "lobby", "long.txt", long.as_bytes()).await;
    assert_eq!(bob.fetches(&other, &file, &[]).await.status, 404, "nobody said it yet");
    let said = alice.native.says_with(json!({"to": "#lobby", "body": "", "files": [file["id"]]})).await;
    assert!(bob.fetches(&other, &file, &[]).await.body == long, "as it was uploaded");
    let part = bob.fetches(&other, &file, &[("Range", "bytes=262140-262149")]).await;
    assert_eq!((part.status, part.body.as_str()), (206, &long[262_140..262_150]));
    assert!(!one.data_dir().join("uploads").exists(), "nothing of it is in the data directory");

    alice.native.does(json!({"type": "delete_message", "room": said.room, "seq": said.seq})).await;
    assert_eq!(bob.fetches(&other, &file, &[]).await.status, 404);
}

#[tokio::test]
async fn a_database_that_goes_away_is_said_and_service_returns_with_it() {
    if Database::new().await.is_none() {
        return;
    }
    let mut cluster = Cluster::start().await;
    let server = Server::start_with(&["--database-url", cluster.url().as_str()]).await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    alice.says("#lobby", "before").await;

    cluster.goes_away();
    let refusal = alice.tries_to_say("#lobby", "into the void").await.expect_err("nothing is stored now");
    assert_eq!(refusal.code, ErrorCode::Unavailable);
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200, "the program itself is well");

    cluster.comes_back().await;
    let again = async { while alice.tries_to_say("#lobby", "after").await.is_err() {} };
    in_time("service to return", again).await;
    let history = alice.history(json!({"room": lobby})).await.messages;
    let bodies: Vec<_> = history.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["before", "after"]);
}

#[tokio::test]
async fn a_database_that_falls_silent_is_said_and_service_returns_with_it() {
    let Some(database) = Database::new().await else { return };
    let (proxy, url) = database.by_proxy().await;
    let server = Server::start_with(&["--database-url", url.as_str()]).await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    alice.says("#lobby", "before").await;

    proxy.falls_silent();
    let refusal = alice.tries_to_say("#lobby", "into the void").await.expect_err("nothing is known to be stored");
    assert_eq!(refusal.code, ErrorCode::Unavailable);
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200, "the program itself is well");

    proxy.is_mended();
    let again = async { while alice.tries_to_say("#lobby", "after").await.is_err() {} };
    in_time("service to return", again).await;
    let history = alice.history(json!({"room": lobby})).await.messages;
    assert_eq!(history.last().expect("what was said").body, "after");
}
