//! Webhooks: what programs post is said in rooms, and what is said in rooms is posted to programs.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::durability::run;
use super::login::{sign_in, with_cookie};
use crate::support::http::{Answer, request_text};
use crate::support::receiver::Delivery;
use crate::support::{Native, Receiver, Server};

/// What `curl` calls a body of which nothing else was said.
const PLAIN: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

/// A room's owner, in a browser.
pub struct Owner {
    cookie: String,
    pub native: Native,
}

impl Owner {
    /// Signs in as a guest and makes a room.
    pub async fn of(server: &Server, name: &str, room: &str, group: bool) -> Self {
        let cookie = sign_in(server, name, None).await.cookie();
        let mut native = with_cookie(server, &cookie).await;
        native.creates(room, group).await;
        Self { cookie, native }
    }

    async fn asks(&self, server: &Server, method: &str, path: &str, body: Option<Value>) -> Answer {
        server.request(method, path, &[("Cookie", &self.cookie)], body.as_ref()).await
    }

    pub async fn makes(&self, server: &Server, room: &str, webhook: Value) -> Value {
        let made = self.asks(server, "POST", &format!("/api/rooms/{room}/webhooks"), Some(webhook)).await;
        assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")), "{}", made.body);
        made.json()
    }

    async fn outgoing(&self, server: &Server, room: &str) -> Value {
        let listed = self.asks(server, "GET", &format!("/api/rooms/{room}/webhooks"), None).await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        listed.json()["outgoing"][0].clone()
    }

    /// Asks until the outgoing webhook is in a state.
    async fn sees_state(&self, server: &Server, room: &str, state: &str) -> Value {
        self.sees(server, room, "state", json!(state)).await
    }

    /// Asks until the outgoing webhook is shown with that.
    async fn sees(&self, server: &Server, room: &str, field: &str, value: Value) -> Value {
        crate::support::in_time(field, async {
            loop {
                let shown = self.outgoing(server, room).await;
                if shown[field] == value {
                    return shown;
                }
            }
        })
        .await
    }
}

async fn posts(server: &Server, webhook: &Value, headers: &[(&str, &str)], body: &str) -> Answer {
    let url = webhook["url"].as_str().expect("an address");
    let path = &url[url.find("/hooks/").expect("a webhook's address")..];
    request_text(&server.http, "POST", path, headers, Some(body)).await
}

async fn local() -> Server {
    Server::start_with(&["--webhook-private-targets", "allow", "--webhook-retry", "10ms"]).await
}

pub fn to(receiver: &Receiver) -> Value {
    json!({"url": format!("http://{}/confab?from=ops", receiver.address)})
}

#[track_caller]
fn is_signed(delivery: &Delivery, secret: &str) {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a signing secret")).expect("base64");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).expect("a key");
    let (id, time) = (delivery.header("webhook-id"), delivery.header("webhook-timestamp"));
    mac.update(format!("{id}.{time}.{}", delivery.body).as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(delivery.header("webhook-signature"), expected);
}

#[tokio::test]
async fn what_a_program_posts_is_said_in_the_room_in_every_dialect() {
    let server = Server::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    let mut bob = server.connect("/ws/bob").await;
    bob.send(r##"{"p":"#ops","m":"hi"}"##).await;
    bob.receive().await;
    alice.native.sees("bob", "hi").await;
    let webhook = alice.makes(&server, "ops", json!({"name": "deploys"})).await;

    let posted = posts(&server, &webhook, &[], r#"{"text":"v2 is **out**","username":"CI on main"}"#).await;
    assert_eq!((posted.status, posted.json()), (200, json!({"ok": true, "seq": 2})));
    let said = alice.native.sees("deploys", "v2 is **out**").await;
    assert_eq!(said.metadata["webhook"], json!({"id": webhook["id"], "username": "CI on main"}));
    bob.sees_json(json!({"p": "#ops", "from": "deploys", "m": "v2 is **out**"})).await;
    assert_eq!(posts(&server, &webhook, &PLAIN, "plain text\n").await.status, 200);
    alice.native.sees("deploys", "plain text").await;
}

#[tokio::test]
async fn a_webhook_that_is_taken_away_is_worth_nothing() {
    let server = Server::start().await;
    let alice = Owner::of(&server, "alice", "ops", true).await;
    let webhook = alice.makes(&server, "ops", json!({"name": "deploys"})).await;
    let listed = alice.asks(&server, "GET", "/api/rooms/ops/webhooks", None).await.json();
    assert_eq!(listed["incoming"][0]["name"], "deploys");
    assert!(listed["incoming"][0].get("url").is_none(), "its address is told once");

    let path = format!("/api/rooms/ops/webhooks/{}", webhook["id"].as_str().expect("an id"));
    assert_eq!(alice.asks(&server, "DELETE", &path, None).await.status, 204);
    assert_eq!(alice.asks(&server, "DELETE", &path, None).await.status, 404);
    let refused = posts(&server, &webhook, &[], r#"{"text":"late"}"#).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (404, json!("not_found")));
    server.native("deploys").await;
}

#[tokio::test]
async fn a_webhooks_name_is_nobody_elses() {
    let server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let alice = Owner::of(&server, "alice", "ops", false).await;
    let path = "/api/rooms/ops/webhooks";
    for taken in ["alice", "carol"] {
        let refused = alice.asks(&server, "POST", path, Some(json!({ "name": taken }))).await;
        assert_eq!((refused.status, refused.json()["field"].clone()), (409, json!("name")), "{taken}");
    }
    assert_eq!(alice.asks(&server, "POST", path, Some(json!({"name": "a b"}))).await.status, 422);
    alice.makes(&server, "ops", json!({"name": "deploys"})).await;
    assert_eq!(sign_in(&server, "Deploys", None).await.json()["code"], "name_taken");
    let forged = json!({"sender": "deploys", "destination": "alice", "message": "trust me"});
    assert_eq!(server.post("/messages/", &forged).await.status, 409);
}

#[tokio::test]
async fn only_a_rooms_owner_connects_programs_to_it() {
    let server = Server::start().await;
    let _alice = Owner::of(&server, "alice", "ops", false).await;
    let mut bob = Owner::of(&server, "bob", "bobs", false).await;
    bob.native.joins("#ops").await;
    let asked = bob.asks(&server, "POST", "/api/rooms/ops/webhooks", Some(json!({"name": "spy"}))).await;
    assert_eq!((asked.status, asked.json()["code"].clone()), (403, json!("not_the_owner")));
    assert_eq!(bob.asks(&server, "GET", "/api/rooms/lobby/webhooks", None).await.status, 403);
    assert_eq!(bob.asks(&server, "GET", "/api/rooms/nowhere/webhooks", None).await.status, 404);
    let direct = bob.native.says("@alice", "hi").await.room;
    let asked = bob.asks(&server, "GET", &format!("/api/rooms/{direct}/webhooks"), None).await;
    assert_eq!(asked.json()["code"], "not_in_this_kind");
}

#[tokio::test]
async fn a_program_that_tries_again_says_nothing_twice_and_a_hasty_one_is_told_to_wait() {
    let server = Server::start().await;
    let alice = Owner::of(&server, "alice", "ops", false).await;
    let webhook = alice.makes(&server, "ops", json!({"name": "deploys"})).await;
    let key = [("Idempotency-Key", "build 7")];
    let first = posts(&server, &webhook, &key, r#"{"text":"built"}"#).await.json();
    assert_eq!(posts(&server, &webhook, &key, r#"{"text":"built"}"#).await.json(), first);
    assert_eq!(posts(&server, &webhook, &[], r#"{"text":""}"#).await.json()["field"], "text");
    let mut refused = None;
    for _ in 0..100 {
        let answer = posts(&server, &webhook, &PLAIN, "again").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
}

#[tokio::test]
async fn what_is_said_is_posted_in_order_and_signed() {
    let server = local().await;
    let mut receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    alice.native.says("#ops", "before").await;
    let webhook = alice.makes(&server, "ops", to(&receiver)).await;
    alice.native.says("#ops", "one").await;
    let second = alice.native.says("#ops", "two").await;

    assert_eq!(receiver.gets().await.said(), "one", "what was said before is not delivered");
    let delivery = receiver.gets().await;
    assert!(delivery.head.starts_with("POST /confab?from=ops HTTP/1.1"), "{}", delivery.head);
    assert_eq!(delivery.header("webhook-id"), second.message_id.0);
    is_signed(&delivery, webhook["secret"].as_str().expect("a secret"));
    let payload = delivery.json();
    assert_eq!(
        (payload["type"].clone(), payload["data"]["room"]["name"].clone()),
        (json!("message.created"), json!("ops"))
    );
    assert_eq!(payload["data"]["message"]["from"], "alice");
}

#[tokio::test]
async fn a_receiver_that_fails_gets_everything_in_order_once_it_is_well() {
    let server = local().await;
    let mut receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    alice.makes(&server, "ops", to(&receiver)).await;
    receiver.answers(&[500, 302, 503]);
    for text in ["one", "two", "three"] {
        alice.native.says("#ops", text).await;
    }
    assert_eq!(receiver.gets_said(6).await, ["one", "one", "one", "one", "two", "three"]);
    let shown = alice.sees_state(&server, "ops", "active").await;
    assert!(shown.get("reason").is_none(), "{shown}");
}

#[tokio::test]
async fn a_webhook_that_fails_for_too_long_is_disabled_with_the_reason_and_can_be_resumed() {
    let flags = ["--webhook-private-targets", "allow", "--webhook-retry", "10ms", "--webhook-give-up", "30ms"];
    let server = Server::start_with(&flags).await;
    let mut receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    let webhook = alice.makes(&server, "ops", to(&receiver)).await;
    receiver.answers(&[500; 100]);
    alice.native.says("#ops", "one").await;
    let shown = alice.sees_state(&server, "ops", "disabled").await;
    assert!(shown["reason"].as_str().is_some_and(|reason| reason.contains("500")), "{shown}");

    alice.native.says("#ops", "two").await;
    receiver.is_well();
    let path = format!("/api/rooms/ops/webhooks/{}/resume", webhook["id"].as_str().expect("an id"));
    assert_eq!(alice.asks(&server, "POST", &path, None).await.status, 204);
    while receiver.gets().await.said() != "two" {}
    alice.sees_state(&server, "ops", "active").await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone() {
    let server = local().await;
    let receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    alice.makes(&server, "ops", to(&receiver)).await;
    receiver.answers(&[410]);
    alice.native.says("#ops", "one").await;
    let shown = alice.sees_state(&server, "ops", "disabled").await;
    assert_eq!(shown["reason"], "it answered 410 Gone");
}

#[tokio::test]
async fn what_was_not_delivered_is_after_a_restart() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let flags = ["--webhook-private-targets", "allow", "--webhook-retry", "1h"];
    let mut server = Server::start_in(dir.path().to_owned(), &flags).await;
    let mut receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    alice.makes(&server, "ops", to(&receiver)).await;
    receiver.answers(&[500]);
    alice.native.says("#ops", "one").await;
    alice.native.says("#ops", "two").await;
    assert_eq!(receiver.gets().await.said(), "one");
    server.stop().await;
    let _server = server.again().await;
    assert_eq!(receiver.gets_said(2).await, ["one", "two"]);
}

#[tokio::test]
async fn webhooks_move_with_their_community() {
    let mut server = local().await;
    let mut receiver = Receiver::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    let way_in = alice.makes(&server, "ops", json!({"name": "deploys"})).await;
    alice.makes(&server, "ops", to(&receiver)).await;
    alice.native.says("#ops", "here").await;
    assert_eq!(receiver.gets().await.said(), "here");
    alice.sees(&server, "ops", "delivered_seq", json!(1)).await;
    server.stop().await;
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let (file, data) = (elsewhere.path().join("export.jsonl"), elsewhere.path().join("data"));
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    run(&["export", &path(&file), "--data-dir", &path(&server.data_dir())]).await;
    run(&["import", &path(&file), "--data-dir", &path(&data)]).await;

    let server = Server::start_in(data, &["--webhook-private-targets", "allow"]).await;
    assert_eq!(sign_in(&server, "deploys", None).await.json()["code"], "name_taken");
    let posted = posts(&server, &way_in, &[], r#"{"text":"there"}"#).await;
    assert_eq!((posted.status, posted.json()["seq"].clone()), (200, json!(2)), "{}", posted.body);
    assert_eq!(receiver.gets().await.said(), "there", "and what it has taken does not come again");
}

#[tokio::test]
async fn a_webhook_does_not_lead_into_the_servers_own_network() {
    let server = Server::start().await;
    let mut alice = Owner::of(&server, "alice", "ops", false).await;
    for url in ["http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1/", "x"] {
        let refused = alice.asks(&server, "POST", "/api/rooms/ops/webhooks", Some(json!({ "url": url }))).await;
        assert_eq!((refused.status, refused.json()["field"].clone()), (422, json!("url")), "{url}");
    }
    // A name is looked up when something is to be delivered.
    alice.makes(&server, "ops", json!({"url": "http://localhost:1/"})).await;
    alice.native.says("#ops", "secret").await;
    let shown = alice.sees_state(&server, "ops", "failing").await;
    assert!(shown["reason"].as_str().is_some_and(|reason| reason.contains("private address")), "{shown}");
}
