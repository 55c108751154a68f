//! Files: uploaded for a room, said with a message, fetched by whoever may read it, gone with it.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::login::{sign_in, with_cookie};
use crate::support::http::{Answer, request_bytes};
use crate::support::{Native, Server, in_time};

/// A PNG's beginning, of 640 by 480 pixels, which is all that is looked at.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0 and so on";

/// Somebody in a browser.
pub struct Person {
    cookie: String,
    pub native: Native,
}

impl Person {
    pub async fn new(server: &Server, name: &str) -> Self {
        let cookie = sign_in(server, name, None).await.cookie();
        let native = with_cookie(server, &cookie).await;
        Self { cookie, native }
    }

    pub async fn uploads(&self, server: &Server, room: &str, name: &str, bytes: &[u8]) -> Answer {
        let path = format!("/api/files?room={room}&name={name}");
        request_bytes(&server.http, "POST", &path, &[("Cookie", &self.cookie)], bytes).await
    }

    /// Begins an upload of a text file of so many bytes, and sends some.
    async fn begins_to_upload(&self, server: &Server, size: usize, some: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&server.http).await.expect("the server accepts");
        let head = format!("POST /api/files?room=lobby&name=a.txt HTTP/1.1\r\nHost: {}\r\n", server.http);
        let about = format!("Cookie: {}\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{some}", self.cookie);
        stream.write_all([head, about].concat().as_bytes()).await.expect("the server reads");
        stream
    }

    pub async fn has_uploaded(&self, server: &Server, room: &str, name: &str, bytes: &[u8]) -> Value {
        let answer = self.uploads(server, room, name, bytes).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    async fn takes_back(&self, server: &Server, file: &Value) -> u16 {
        let path = format!("/api/files/{}", file["id"].as_str().expect("an id"));
        server.request("DELETE", &path, &[("Cookie", &self.cookie)], None).await.status
    }

    pub async fn fetches(&self, server: &Server, file: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("Cookie", &self.cookie));
        server.request("GET", file["url"].as_str().expect("an address"), &headers, None).await
    }
}

#[tokio::test]
async fn an_image_is_uploaded_said_and_seen_in_every_dialect() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    let mut bob = Person::new(&server, "bob").await;
    let mut carol = server.connect("/ws/carol").await;
    carol.send(r##"{"p":"#lobby","m":"hi"}"##).await;
    carol.receive().await;
    alice.native.joins("#lobby").await;
    bob.native.joins("#lobby").await;

    let file = alice.has_uploaded(&server, "lobby", "my%20cat.png", PNG).await;
    assert_eq!((file["name"].clone(), file["media_type"].clone()), (json!("my cat.png"), json!("image/png")));
    assert_eq!(
        (file["width"].clone(), file["height"].clone(), file["size"].clone()),
        (json!(640), json!(480), json!(PNG.len()))
    );
    alice.native.says_with(json!({"to": "#lobby", "body": "", "files": [file["id"]]})).await;
    let seen = bob.native.sees("alice", "").await;
    assert_eq!(seen.metadata["files"], json!([file]));
    carol.sees_json(json!({"p": "#lobby", "from": "alice", "m": file["url"]})).await;

    let fetched = bob.fetches(&server, &file, &[]).await;
    assert_eq!((fetched.status, fetched.header("content-type")), (200, Some("image/png")));
    assert_eq!(fetched.header("content-disposition"), Some("inline"));
    assert_eq!(fetched.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert_eq!(fetched.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(fetched.header("cross-origin-resource-policy"), Some("same-origin"));
    let part = bob.fetches(&server, &file, &[("Range", "bytes=1-3")]).await;
    assert_eq!((part.status, part.body.as_str()), (206, "PNG"));
    assert_eq!(part.header("content-range"), Some(format!("bytes 1-3/{}", PNG.len()).as_str()));
}

#[tokio::test]
async fn what_could_run_is_given_out_as_text_to_be_saved() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    alice.native.joins("#lobby").await;
    let page = alice.has_uploaded(&server, "lobby", "x.html", b"<!doctype html><script>alert(1)</script>").await;
    let fetched = alice.fetches(&server, &page, &[]).await;
    assert_eq!(fetched.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(fetched.header("content-disposition"), Some("attachment; filename*=UTF-8''x.html"));
    let program = alice.uploads(&server, "lobby", "cat.png", b"\x7fELF\x02\x01\x01\0 not a cat").await;
    assert_eq!((program.status, program.json()["field"].clone()), (422, json!("file")));
    assert_eq!(alice.uploads(&server, "lobby", "x", b"").await.status, 422);
    assert_eq!(alice.uploads(&server, "lobby", "..%2Fx", b"x").await.json()["field"], "name");
}

#[tokio::test]
async fn a_file_is_for_those_who_may_read_its_message() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    let mut bob = Person::new(&server, "bob").await;
    let mallory = Person::new(&server, "mallory").await;
    let group = alice.native.creates("plans", true).await.room;
    alice.native.does(json!({"type": "add_member", "room": group, "user": "bob"})).await;
    let file = alice.has_uploaded(&server, "plans", "plan.txt", b"the plan").await;
    assert_eq!(bob.fetches(&server, &file, &[]).await.status, 404, "nobody said it yet");
    assert_eq!(alice.fetches(&server, &file, &[]).await.body, "the plan");
    alice.native.says_with(json!({"to": "#plans", "body": "look", "files": [file["id"]]})).await;
    bob.native.sees("alice", "look").await;
    assert_eq!(bob.fetches(&server, &file, &[]).await.body, "the plan");
    assert_eq!(mallory.fetches(&server, &file, &[]).await.status, 404);
    assert_eq!(server.get(file["url"].as_str().expect("an address")).await.status, 401);
    assert_eq!(mallory.uploads(&server, "plans", "x.txt", b"x").await.status, 404);
}

#[tokio::test]
async fn nobody_says_anothers_file_or_makes_one_up() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    let mut bob = Person::new(&server, "bob").await;
    alice.native.joins("#lobby").await;
    bob.native.joins("#lobby").await;
    let file = alice.has_uploaded(&server, "lobby", "a.txt", b"hers").await;
    let say = |files: Value| json!({"type": "say", "to": "#lobby", "body": "look", "files": files});
    assert_eq!(bob.native.is_refused(say(json!([file["id"]]))).await.field.as_deref(), Some("files"));
    assert_eq!(bob.native.is_refused(say(json!(["nothing"]))).await.field.as_deref(), Some("files"));
    let forged = json!({"type": "say", "to": "#lobby", "body": "look", "metadata": {"files": [file]}});
    assert_eq!(bob.native.is_refused(forged).await.field.as_deref(), Some("metadata"));
    alice.native.says_with(json!({"to": "@bob", "body": "other room"})).await;
    let elsewhere = json!({"type": "say", "to": "@bob", "body": "look", "files": [file["id"]]});
    assert_eq!(alice.native.is_refused(elsewhere).await.field.as_deref(), Some("files"));
}

#[tokio::test]
async fn limits_are_told_and_kept() {
    let server = Server::start_with(&["--max-upload-bytes", "10", "--upload-quota-bytes", "15"]).await;
    let mut alice = Person::new(&server, "alice").await;
    alice.native.joins("#lobby").await;
    let limits = server.request("GET", "/api/files", &[("Cookie", &alice.cookie)], None).await.json();
    assert_eq!(limits, json!({"uploads": "on", "max_bytes": 10, "quota_bytes": 15, "used_bytes": 0}));
    let large = alice.uploads(&server, "lobby", "a.txt", b"eleven byte").await;
    assert_eq!((large.status, large.json()["field"].clone()), (413, json!("file")));
    alice.has_uploaded(&server, "lobby", "a.txt", b"ten bytes!").await;
    let full = alice.uploads(&server, "lobby", "b.txt", b"six by").await;
    assert_eq!((full.status, full.json()["field"].clone()), (413, json!("quota")));
    alice.has_uploaded(&server, "lobby", "c.txt", b"five!").await;
    assert_eq!(alice.uploads(&server, "lobby", "d.txt", b"x").await.status, 413);
}

#[tokio::test]
async fn a_server_can_take_files_of_accounts_only_or_none() {
    for (setting, name) in [("accounts", "alice"), ("off", "bob")] {
        let server = Server::start_with(&["--uploads", setting]).await;
        let mut guest = Person::new(&server, name).await;
        guest.native.joins("#lobby").await;
        let refused = guest.uploads(&server, "lobby", "a.txt", b"x").await;
        assert_eq!((refused.status, refused.json()["code"].clone()), (403, json!("not_allowed")), "{setting}");
    }
}

#[tokio::test]
async fn a_file_goes_with_its_message() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    alice.native.joins("#lobby").await;
    let file = alice.has_uploaded(&server, "lobby", "a.txt", b"oops").await;
    let said = alice.native.says_with(json!({"to": "#lobby", "body": "", "files": [file["id"]]})).await;
    alice.native.does(json!({"type": "delete_message", "room": said.room, "seq": said.seq})).await;
    assert_eq!(alice.fetches(&server, &file, &[]).await.status, 404);
}

#[tokio::test]
async fn a_file_is_taken_back_by_its_uploader_until_it_is_said() {
    let server = Server::start().await;
    let mut alice = Person::new(&server, "alice").await;
    let bob = Person::new(&server, "bob").await;
    alice.native.joins("#lobby").await;
    let file = alice.has_uploaded(&server, "lobby", "a.txt", b"oops").await;
    assert_eq!(bob.takes_back(&server, &file).await, 404);
    assert_eq!(alice.fetches(&server, &file, &[]).await.body, "oops");
    assert_eq!(alice.takes_back(&server, &file).await, 204);
    assert_eq!(alice.fetches(&server, &file, &[]).await.status, 404);
    assert_eq!(alice.takes_back(&server, &file).await, 404);
    let limits = server.request("GET", "/api/files", &[("Cookie", &alice.cookie)], None).await.json();
    assert_eq!(limits["used_bytes"], 0);

    let said = alice.has_uploaded(&server, "lobby", "b.txt", b"look").await;
    alice.native.says_with(json!({"to": "#lobby", "body": "", "files": [said["id"]]})).await;
    assert_eq!(alice.takes_back(&server, &said).await, 404);
    assert_eq!(alice.fetches(&server, &said, &[]).await.body, "look");
}

async fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    let _ = in_time("an answer", stream.read_to_string(&mut answer)).await;
    answer
}

#[tokio::test]
async fn an_upload_that_moves_may_last_longer_than_a_request() {
    let server = Server::start_with(&["--request-timeout", "500ms"]).await;
    let mut alice = Person::new(&server, "alice").await;
    alice.native.joins("#lobby").await;
    let mut upload = alice.begins_to_upload(&server, 10, "first").await;
    let mut stalled = TcpStream::connect(&server.http).await.expect("the server accepts");
    stalled.write_all(b"POST /messages/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{").await.expect("it reads");
    assert!(answer(stalled).await.starts_with("HTTP/1.1 408"), "a request that began later took too long");
    upload.write_all(b" last").await.expect("the server reads");
    let answer = answer(upload).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[tokio::test]
async fn an_upload_that_stalls_is_given_up() {
    let server = Server::start_with(&["--upload-stall-timeout", "300ms"]).await;
    let mut alice = Person::new(&server, "alice").await;
    alice.native.joins("#lobby").await;
    let answer = answer(alice.begins_to_upload(&server, 10, "first").await).await;
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("file came too slowly"), "{answer}");
    assert!(server.get("/metrics").await.body.contains(r#"confab_uploads_refused_total{why="slow"} 1"#));
}

#[tokio::test]
async fn an_address_has_its_share_whatever_the_name() {
    let server = Server::start_with(&["--upload-bytes-per-address", "4096"]).await;
    for (name, size, status) in [("alice", 3_000, 201), ("bob", 3_000, 429), ("carol", 900, 201), ("dora", 1, 429)] {
        let mut guest = Person::new(&server, name).await;
        guest.native.joins("#lobby").await;
        let answer = guest.uploads(&server, "lobby", "a.txt", &vec![b'a'; size]).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
    }
}
