//! What is ended at one node ends the connections at every other.

use serde_json::json;

use crate::support::cluster::Cluster;
use crate::support::{Native, Server, Socket};

const PASSWORD: &str = "correct horse";

/// The cookie of somebody who signs in at a node.
async fn signs_in(node: &Server) -> String {
    let answer = node.post("/api/sign_in", &json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.cookie()
}

async fn with_cookie(node: &Server, cookie: &str) -> Native {
    let socket = Socket::try_connect(&node.ws("/api/ws"), &[("Cookie", cookie)]).await.expect("an upgrade");
    Native::welcomed(socket).await
}

/// A token's id and secret.
async fn makes_a_token(node: &Server, cookie: &str) -> (String, String) {
    let made =
        node.request("POST", "/api/tokens", &[("Cookie", cookie)], Some(&json!({"name": "script"}))).await.json();
    let text = |field: &str| made[field].as_str().expect("a text").to_owned();
    (text("id"), text("token"))
}

#[tokio::test]
async fn a_token_that_is_revoked_at_one_node_is_worth_nothing_at_another() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [here, there] = &cluster.nodes[..] else { panic!("two nodes") };
    here.add_account("alice", PASSWORD).await;
    let cookie = signs_in(here).await;
    let headers = [("Cookie", cookie.as_str())];
    let (id, token) = makes_a_token(here, &cookie).await;
    let mut script = Native::welcomed(there.connect(&format!("/api/ws?token={token}")).await).await;
    assert_eq!(here.request("DELETE", &format!("/api/tokens/{id}"), &headers, None).await.status, 204);
    assert_eq!(script.is_closed().await, 4401);
}

#[tokio::test]
async fn another_password_ends_the_other_sessions_at_every_node() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [here, there] = &cluster.nodes[..] else { panic!("two nodes") };
    here.add_account("alice", PASSWORD).await;
    let (laptop, phone) = (signs_in(here).await, signs_in(there).await);
    let mut on_laptop = with_cookie(there, &laptop).await;
    let mut on_phone = with_cookie(there, &phone).await;
    let mut by_password = Native::hello_with(there, json!({"username": "alice", "password": PASSWORD})).await;
    let change = json!({"old": PASSWORD, "new": "battery staple"});
    let changed = here.request("POST", "/api/password", &[("Cookie", &laptop)], Some(&change)).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    assert_eq!(on_phone.is_closed().await, 4401);
    assert_eq!(by_password.is_closed().await, 4401);
    on_laptop.says("@bob", "still here").await;
}

#[tokio::test]
async fn what_is_ended_while_no_note_arrives_ends_at_another_node_a_moment_later() {
    let Some(mut cluster) = Cluster::with_own_nats(2, &[]).await else { return };
    cluster.nodes[0].add_account("alice", PASSWORD).await;
    let (laptop, phone) = (signs_in(&cluster.nodes[0]).await, signs_in(&cluster.nodes[1]).await);
    let (id, token) = makes_a_token(&cluster.nodes[0], &laptop).await;
    let mut on_phone = with_cookie(&cluster.nodes[1], &phone).await;
    let by_password = json!({"username": "alice", "password": PASSWORD});
    let mut by_password = Native::hello_with(&cluster.nodes[1], by_password).await;
    let mut script = Native::welcomed(cluster.nodes[1].connect(&format!("/api/ws?token={token}")).await).await;
    cluster.nats.goes_away().await;

    let change = json!({"old": PASSWORD, "new": "battery staple"});
    let changed = cluster.nodes[0].request("POST", "/api/password", &[("Cookie", &laptop)], Some(&change)).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    assert_eq!(on_phone.is_closed().await, 4401);
    assert_eq!(by_password.is_closed().await, 4401);
    assert!(script.is_there().await, "a token outlives the password");

    let laptop = changed.cookie();
    let revoked = cluster.nodes[0].request("DELETE", &format!("/api/tokens/{id}"), &[("Cookie", &laptop)], None).await;
    assert_eq!(revoked.status, 204, "{}", revoked.body);
    assert_eq!(script.is_closed().await, 4401);
}
