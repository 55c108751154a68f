//! The program on PostgreSQL: started, moved to, and while the database is away. What the store guarantees is in
//! `store/`.

use serde_json::json;
use shared::ErrorCode;

use super::durability::run;
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
    server.stop().await;
    let data = server.data_dir();
    let (data, file) = (data.to_str().expect("a path"), server.data_dir().join("export.jsonl"));
    let file = file.to_str().expect("a path");
    run(&["export", file, "--data-dir", data]).await;
    run(&["import", file, "--database-url", database.url().as_str()]).await;

    let server = Server::start_with(&["--database-url", database.url().as_str()]).await;
    let mut carol = Native::hello_with(&server, json!({"username": "carol", "password": "correct horse"})).await;
    let room = carol.welcome.rooms[0].room;
    assert_eq!(carol.history(json!({"room": room})).await.messages[0].body, "see you there");
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
