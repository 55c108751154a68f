//! Keeping order on the whole server: administrators over HTTP, the operator at the command line, and what both leave in
//! the audit log. The next test of a ban from the server, a report or a note of what was done goes here.

use serde_json::{Value, json};
use shared::{ErrorCode, Stranger};

use crate::support::http::Answer;
use crate::support::server::confab;
use crate::support::{Native, Server, Socket, Wire, in_time};

const PASSWORD: &str = "correct horse";

async fn account(server: &Server, name: &str) -> Native {
    server.add_account(name, PASSWORD).await;
    signs_in(server, name).await
}

async fn signs_in(server: &Server, name: &str) -> Native {
    Native::hello_with(server, json!({"username": name, "password": PASSWORD})).await
}

/// A request of an account.
async fn asks(server: &Server, who: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let basic = base64(&format!("{who}:{PASSWORD}"));
    server.request(method, path, &[("Authorization", &format!("Basic {basic}"))], body.as_ref()).await
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Runs a command of the program on a server's data. What it printed.
async fn operator(server: &Server, arguments: &[&str]) -> String {
    let mut command = confab();
    command.args(arguments).arg("--data-dir").arg(server.data_dir());
    let output = in_time("the command", command.output()).await.expect("its output");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[tokio::test]
async fn an_account_that_is_banned_is_out_at_once_and_told_so_everywhere() {
    let server = Server::start().await;
    account(&server, "root").await;
    let mut bob = account(&server, "bob").await;
    let ban = json!({"user": "Bob", "reason": "spam"});
    assert_eq!(asks(&server, "bob", "POST", "/api/bans", Some(ban.clone())).await.json()["code"], "not_an_admin");
    let made = asks(&server, "root", "POST", "/api/bans", Some(ban)).await;
    assert_eq!(
        (made.status, made.json()["user"].clone(), made.json()["by"].clone()),
        (201, json!("bob"), json!("root"))
    );
    assert_eq!(bob.is_closed().await, 4403);

    let mut native = server.connect("/api/ws").await;
    native.send(json!({"type": "hello", "id": 1, "username": "bob", "password": PASSWORD}).to_string()).await;
    let told = json!({"type": "error", "id": 1, "code": "banned", "message": "you are banned from this server: spam"});
    native.sees_json(told).await;
    let basic = format!("Basic {}", base64(&format!("bob:{PASSWORD}")));
    let refused = Socket::try_connect(&server.ws("/ws/bob"), &[("Authorization", &basic)]).await.err().unwrap();
    assert_eq!(refused.status, 403);
    let mut line = Wire::connect(&server).await;
    line.says("bob").await;
    line.is_prompted("Password: ").await;
    line.says(PASSWORD).await;
    line.sees("Error: you are banned from this server: spam. Disconnecting...").await;
    let mut phone = server.connect("/randomchat").await;
    let user = json!({"name": "bob", "phone": "7", "password": PASSWORD});
    phone.send(json!({"type": "register", "user": user}).to_string()).await;
    phone.sees_json(json!({"type": "error", "detail": "You are banned from this server: spam."})).await;
    let mut public = server.connect("/chat/public").await;
    public.send(json!({"username": "bob", "message": "hi"}).to_string()).await;
    public.receive().await;
    assert_eq!(asks(&server, "bob", "GET", "/messages/bob", None).await.status, 403);
    let signs_in = json!({"username": "bob", "password": PASSWORD});
    assert_eq!(server.post("/api/sign_in", &signs_in).await.json()["code"], "banned");
    let wrong = json!({"username": "bob", "password": "wrong horse"});
    assert_eq!(server.post("/api/sign_in", &wrong).await.json()["code"], "wrong_credentials");

    let id = made.json()["id"].to_string();
    assert_eq!(asks(&server, "root", "DELETE", &format!("/api/bans/{id}"), None).await.status, 204);
    assert_eq!(asks(&server, "root", "DELETE", &format!("/api/bans/{id}"), None).await.json()["code"], "not_found");
    self::signs_in(&server, "bob").await;
}

#[tokio::test]
async fn a_guests_name_is_banned_in_the_middle_of_a_random_pair() {
    let server = Server::start().await;
    account(&server, "root").await;
    let mut bob = server.native("bob").await;
    let waits = |state: &Stranger| matches!(state, Stranger::Waiting { .. }).then_some(());
    bob.ask(json!({"type": "find_stranger"})).await;
    bob.stranger(waits).await;
    let mut ann = server.native("ann").await;
    ann.ask(json!({"type": "find_stranger"})).await;
    ann.is_matched().await;
    asks(&server, "root", "POST", "/api/bans", Some(json!({"user": "bob"}))).await;
    assert_eq!(bob.is_closed().await, 4403);
    ann.stranger(waits).await;
}

#[tokio::test]
async fn a_banned_network_is_kept_out_of_every_listener() {
    let server = Server::start_with(&["--trusted-proxies", "127.0.0.1"]).await;
    account(&server, "root").await;
    let from = |address: &'static str| [("X-Forwarded-For", address)];
    let mut guest = Socket::try_connect(&server.ws("/ws/guest"), &from("203.0.113.9")).await.unwrap();
    let mut other = Socket::try_connect(&server.ws("/ws/other"), &from("198.51.100.9")).await.unwrap();
    let bad = asks(&server, "root", "POST", "/api/bans", Some(json!({"network": "127.0.0.0/8"}))).await;
    assert_eq!((bad.status, bad.json()["field"].clone()), (422, json!("network")), "nobody shuts himself out");
    let made = asks(&server, "root", "POST", "/api/bans", Some(json!({"network": "203.0.113.7/24"}))).await;
    assert_eq!(made.json()["network"], "203.0.113.0/24");
    assert_eq!(guest.is_closed().await, 4403);
    let refused = Socket::try_connect(&server.ws("/api/ws"), &from("203.0.113.200")).await.err().unwrap();
    assert_eq!(refused.status, 403);
    let posted = json!({"sender": "probe", "destination": "other", "message": "hi"});
    let answer = server.request("POST", "/messages/", &from("203.0.113.200"), Some(&posted)).await;
    assert_eq!(answer.status, 403);
    other.send(json!({"p": "root", "m": "still here"}).to_string()).await;
    other.sees_json(json!({"info": "root is offline. Message saved."})).await;
}

#[tokio::test]
async fn a_banned_network_is_turned_away_on_every_port_in_its_own_words() {
    let server = Server::start().await;
    let mut line = Wire::login(&server, "lina").await;
    let mut tmp = server.connect_tmp().await;
    assert!(tmp.receive().await.starts_with("tmp://STATE_UPG_1 "));
    operator(&server, &["ban", "add", "127.0.0.0/8"]).await;
    line.sees("Disconnecting: you are banned.").await;
    line.is_closed().await;
    assert!(is_disconnected(&mut tmp).await.ends_with("::/you are banned"));
    assert_eq!(tmp.is_closed().await, 4403);

    assert_eq!(Wire::turned_away(&server).await, "Disconnecting: you are banned.\n");
    for mut late in [server.connect_tmp().await, server.connect("/tmp").await] {
        assert!(is_disconnected(&mut late).await.ends_with("::/you are banned"));
        assert_eq!(late.is_closed().await, 4403);
    }
    operator(&server, &["ban", "lift", "127.0.0.0/8"]).await;
    let url = server.ws("/ws/lina");
    in_time("the ban to end", async { while Socket::try_connect(&url, &[]).await.is_err() {} }).await;
}

/// TMP's goodbye.
async fn is_disconnected(tmp: &mut Socket) -> String {
    let goodbye = tmp.receive().await;
    assert!(goodbye.starts_with("tmp://DISCONNECT "), "{goodbye}");
    goodbye
}

#[tokio::test]
async fn what_the_operator_does_is_felt_by_a_running_server() {
    let server = Server::start().await;
    account(&server, "root").await;
    let mut bob = account(&server, "bob").await;
    let mut guest = server.native("guest").await;
    operator(&server, &["user", "disable", "bob"]).await;
    assert_eq!(bob.is_closed().await, 4401);
    assert_eq!(operator(&server, &["ban", "add", "guest", "--reason", "spam"]).await, "guest is banned: spam\n");
    assert_eq!(guest.is_closed().await, 4403);
    assert!(operator(&server, &["ban", "list"]).await.starts_with("guest since "));
    operator(&server, &["ban", "lift", "guest"]).await;
    assert_eq!(operator(&server, &["ban", "list"]).await, "nobody is banned\n");
    operator(&server, &["user", "disable", "bob", "--undo"]).await;
    assert!(!signs_in(&server, "bob").await.welcome.you.admin);
    operator(&server, &["user", "admin", "bob"]).await;
    assert!(operator(&server, &["user", "list"]).await.contains("administers the server"));
}

#[tokio::test]
async fn reports_are_looked_at_and_dealt_with() {
    let server = Server::start().await;
    let mut root = account(&server, "root").await;
    root.joins("#lobby").await;
    let said = root.says("#lobby", "You fool").await;
    let mut bob = server.native("bob").await;
    bob.does(json!({"type": "report_message", "room": said.room, "seq": said.seq, "note": "rude"})).await;
    let listed = asks(&server, "root", "GET", "/api/reports", None).await.json();
    let report = &listed["reports"][0];
    assert_eq!(
        (&report["reporter"], &report["reported"], &report["note"]),
        (&json!("bob"), &json!("root"), &json!("rude"))
    );
    assert_eq!((&report["messages"][0]["body"], report.get("resolved")), (&json!("You fool"), None));
    let resolve = format!("/api/reports/{}/resolve", report["id"]);
    assert_eq!(asks(&server, "root", "POST", &resolve, None).await.status, 204);
    assert_eq!(asks(&server, "root", "POST", "/api/reports/99/resolve", None).await.status, 404);
    let listed = asks(&server, "root", "GET", "/api/reports", None).await.json();
    assert_eq!(listed["reports"][0]["resolved"]["by"], "root");
    assert!(operator(&server, &["reports"]).await.contains("bob reports root: rude (dealt with by root)"));
}

#[tokio::test]
async fn nobody_floods_those_who_read_reports() {
    let server = Server::start().await;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let said = bob.says("#lobby", "You fool").await;
    let report = json!({"type": "report_message", "room": said.room, "seq": said.seq, "note": "rude"});
    for _ in 0..10 {
        bob.does(report.clone()).await;
    }
    let mut refused = None;
    while refused.is_none() {
        refused = bob.tries(report.clone()).await.err();
    }
    assert_eq!(refused.expect("a limit").code, ErrorCode::TooFast);
}

#[tokio::test]
async fn who_did_what_is_noted_and_what_was_said_is_not() {
    let server = Server::start().await;
    let mut root = account(&server, "root").await;
    root.joins("#lobby").await;
    let mut bob = account(&server, "bob").await;
    bob.joins("#lobby").await;
    let said = bob.says("#lobby", "a secret offer").await;
    root.does(json!({"type": "delete_message", "room": said.room, "seq": said.seq})).await;
    root.does(json!({"type": "set_moderator", "room": "#lobby", "user": "bob"})).await;
    root.does(json!({"type": "ban", "room": "#lobby", "user": "bob", "reason": "spam"})).await;
    asks(&server, "root", "POST", "/api/bans", Some(json!({"user": "bob", "until": "2999-01-01T00:00:00Z"}))).await;
    asks(&server, "root", "POST", "/api/tokens", Some(json!({"name": "script"}))).await;

    let log = operator(&server, &["audit", "--json"]).await;
    let entries: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let acts: Vec<&str> = entries.iter().filter_map(|entry| entry["act"].as_str()).collect();
    let expected =
        ["account_made", "account_made", "message_deleted", "moderator_made", "banned", "server_banned", "token_made"];
    assert_eq!(acts, expected);
    assert_eq!(entries[0]["by"], Value::Null, "the operator made it");
    let banned = &entries[4];
    assert_eq!((&banned["by"], &banned["whom"], &banned["room"]), (&json!("root"), &json!("bob"), &json!("lobby")));
    assert_eq!((&banned["address"], &banned["note"]), (&json!("127.0.0.1"), &json!("spam")));
    assert_eq!(entries[5]["note"], "until 2999-01-01T00:00:00.000Z");
    assert!(!log.contains("secret offer"), "{log}");
    assert!(
        operator(&server, &["audit", "--since", "1h"]).await.contains("root\tbanned\tbob\t#lobby\t127.0.0.1\tspam")
    );
    assert_eq!(operator(&server, &["audit", "--since", "2999-01-01T00:00:00Z"]).await, "nothing was noted\n");
    let told = asks(&server, "root", "GET", "/api/audit?limit=1", None).await.json();
    assert_eq!(told["entries"][0]["act"], "token_made");
    assert_eq!(asks(&server, "bob", "GET", "/api/audit", None).await.status, 403);
}

#[tokio::test]
async fn logins_over_the_limit_are_noted_a_few_times() {
    let server = Server::start_with(&["--logins-per-minute", "1"]).await;
    for _ in 0..20 {
        server.post("/api/sign_in", &json!({"username": "root", "password": "wrong horse"})).await;
    }
    let log = operator(&server, &["audit"]).await;
    let noted = log.lines().filter(|line| line.contains("logins_limited\troot\t-\t127.0.0.1")).count();
    assert!((1..=10).contains(&noted), "{log}");
}
