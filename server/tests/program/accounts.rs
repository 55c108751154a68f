//! One's own account over HTTP: sessions, API tokens, the password, and who may not touch them.

use serde_json::{Value, json};

use super::login::{sign_in, with_cookie};
use crate::support::http::Answer;
use crate::support::{Native, Server, Socket};

const PASSWORD: &str = "correct horse";

/// Somebody with an account, signed in in a browser.
struct Person<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Person<'a> {
    async fn new(server: &'a Server, name: &str) -> Self {
        server.add_account(name, PASSWORD).await;
        Self::signs_in(server, name, PASSWORD).await
    }

    async fn signs_in(server: &'a Server, name: &str, password: &str) -> Self {
        let answer = sign_in(server, name, Some(password)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self { server, cookie: answer.cookie() }
    }

    async fn asks(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.server.request(method, path, &[("Cookie", &self.cookie)], body).await
    }

    async fn lists(&self, what: &str) -> Vec<Value> {
        let answer = self.asks("GET", &format!("/api/{what}"), None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()[what].as_array().expect("a list").clone()
    }

    /// Makes a token: its id and its secret.
    async fn makes_token(&self, name: &str) -> (String, String) {
        let made = self.asks("POST", "/api/tokens", Some(&json!({ "name": name }))).await;
        assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")), "{}", made.body);
        let text = |field: &str| made.json()[field].as_str().expect("a text").to_owned();
        (text("id"), text("token"))
    }
}

async fn by_token(server: &Server, token: &str) -> Native {
    let socket = Socket::connect(&server.ws(&format!("/api/ws?token={token}"))).await;
    Native::welcomed(socket).await
}

#[tokio::test]
async fn a_token_speaks_for_its_account_until_it_is_revoked() {
    let server = Server::start().await;
    let alice = Person::new(&server, "alice").await;
    let (id, token) = alice.makes_token("backup script").await;
    let listed = alice.lists("tokens").await;
    assert_eq!((listed[0]["name"].clone(), listed[0]["id"].clone()), (json!("backup script"), json!(id)));
    assert!(listed[0].get("token").is_none() && listed[0]["used_at"].is_null(), "{listed:?}");

    let mut script = by_token(&server, &token).await;
    assert_eq!(script.welcome.you.username.as_str(), "alice");
    assert_eq!(alice.asks("DELETE", &format!("/api/tokens/{id}"), None).await.status, 204);
    assert_eq!(script.is_closed().await, 4401);
    assert!(alice.lists("tokens").await.is_empty());
    let gone = server.request("GET", "/api/tokens", &[("Authorization", &format!("Bearer {token}"))], None).await;
    assert_eq!(gone.status, 401);
    assert_eq!(alice.asks("DELETE", &format!("/api/tokens/{id}"), None).await.json()["code"], "not_found");
}

#[tokio::test]
async fn a_token_makes_no_tokens_and_no_passwords() {
    let server = Server::start().await;
    let alice = Person::new(&server, "alice").await;
    let (_, token) = alice.makes_token("script").await;
    let (other, _) = alice.makes_token("other").await;
    let bearer = format!("Bearer {token}");
    let asks = async |method, path: &str, body: Option<Value>| {
        server.request(method, path, &[("Authorization", &bearer)], body.as_ref()).await
    };
    assert_eq!(asks("GET", "/api/tokens", None).await.status, 200);
    assert_eq!(asks("POST", "/api/tokens", Some(json!({"name": "more"}))).await.json()["code"], "not_allowed");
    let change = json!({"old": PASSWORD, "new": "battery staple"});
    assert_eq!(asks("POST", "/api/password", Some(change)).await.status, 403);
    assert_eq!(asks("DELETE", &format!("/api/tokens/{other}"), None).await.status, 403);
}

#[tokio::test]
async fn a_guest_has_a_session_and_no_tokens() {
    let server = Server::start().await;
    let cookie = sign_in(&server, "alice", None).await.cookie();
    let alice = Person { server: &server, cookie };
    let sessions = alice.lists("sessions").await;
    assert_eq!((sessions[0]["kind"].clone(), sessions[0]["current"].clone()), (json!("guest"), json!(true)));
    let refused = alice.asks("POST", "/api/tokens", Some(&json!({"name": "x"}))).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (403, json!("not_allowed")));
    assert_eq!(server.get("/api/sessions").await.status, 401);
}

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_closed_at_once() {
    let server = Server::start().await;
    let phone = Person::new(&server, "alice").await;
    let mut on_phone = with_cookie(&server, &phone.cookie).await;
    let laptop = Person::signs_in(&server, "alice", PASSWORD).await;
    let sessions = laptop.lists("sessions").await;
    let other = sessions.iter().find(|session| session["current"] == json!(false)).expect("the phone's");
    let path = format!("/api/sessions/{}", other["id"].as_str().expect("an id"));
    let bob = Person::new(&server, "bob").await;
    assert_eq!(bob.asks("DELETE", &path, None).await.status, 404, "nobody ends another's session");
    assert_eq!(laptop.asks("DELETE", &path, None).await.status, 204);
    assert_eq!(on_phone.is_closed().await, 4401);
    assert_eq!(phone.asks("GET", "/api/sessions", None).await.status, 401);
    assert_eq!(laptop.lists("sessions").await.len(), 1);
}

#[tokio::test]
async fn another_password_ends_every_other_session_and_leaves_tokens() {
    let server = Server::start().await;
    let phone = Person::new(&server, "alice").await;
    let mut on_phone = with_cookie(&server, &phone.cookie).await;
    let hello = json!({"username": "alice", "password": PASSWORD});
    let mut by_password = Native::hello_with(&server, hello).await;
    let laptop = Person::signs_in(&server, "alice", PASSWORD).await;
    let (_, token) = laptop.makes_token("script").await;
    let mut script = by_token(&server, &token).await;
    let mut on_laptop = with_cookie(&server, &laptop.cookie).await;

    let wrong = laptop.asks("POST", "/api/password", Some(&json!({"old": "wrong", "new": "battery staple"}))).await;
    assert_eq!((wrong.status, wrong.json()["field"].clone()), (401, json!("old")));
    let short = laptop.asks("POST", "/api/password", Some(&json!({"old": PASSWORD, "new": "short"}))).await;
    assert_eq!((short.status, short.json()["field"].clone()), (422, json!("new")));
    let change = json!({"old": PASSWORD, "new": "battery staple"});
    let changed = laptop.asks("POST", "/api/password", Some(&change)).await;
    assert_eq!(changed.status, 204, "{}", changed.body);

    assert_eq!(on_phone.is_closed().await, 4401);
    assert_eq!(by_password.is_closed().await, 4401);
    on_laptop.says("@bob", "still here").await;
    script.says("@bob", "so am I").await;
    assert_eq!(laptop.asks("GET", "/api/sessions", None).await.status, 401, "the old cookie is worth nothing");
    let laptop = Person { server: &server, cookie: changed.cookie() };
    assert_eq!(laptop.lists("sessions").await.len(), 1);
    assert_eq!(sign_in(&server, "alice", Some(PASSWORD)).await.status, 401);
    Person::signs_in(&server, "alice", "battery staple").await;
}

#[tokio::test]
async fn a_foreign_page_changes_nothing_whatever_cookie_it_brings() {
    let server = Server::start().await;
    let alice = Person::new(&server, "alice").await;
    let (id, _) = alice.makes_token("script").await;
    for said in [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "same-site")] {
        let headers = [("Cookie", alice.cookie.as_str()), said];
        for (method, path, body) in [
            ("POST", "/api/tokens".to_owned(), Some(json!({"name": "x"}))),
            ("DELETE", format!("/api/tokens/{id}"), None),
            ("POST", "/api/password".to_owned(), Some(json!({"old": PASSWORD, "new": "taken over"}))),
            ("GET", "/api/sessions".to_owned(), None),
        ] {
            let answer = server.request(method, &path, &headers, body.as_ref()).await;
            assert_eq!((answer.status, answer.json()["code"].clone()), (403, json!("not_allowed")), "{said:?} {path}");
        }
    }
    let own = format!("http://{}", server.http);
    let headers = [("Cookie", alice.cookie.as_str()), ("Origin", own.as_str())];
    assert_eq!(server.request("GET", "/api/sessions", &headers, None).await.status, 200);
}

#[tokio::test]
async fn whoever_signs_in_gets_another_cookie_and_the_old_one_ends() {
    let server = Server::start().await;
    let alice = Person::new(&server, "alice").await;
    let again = json!({"username": "alice", "password": PASSWORD});
    let answer = alice.asks("POST", "/api/sign_in", Some(&again)).await;
    assert_ne!(answer.cookie(), alice.cookie);
    assert_eq!(alice.asks("GET", "/api/sessions", None).await.status, 401);
}

#[tokio::test]
async fn nobody_guesses_passwords_for_long() {
    let server = Server::start_with(&["--logins-per-minute", "3"]).await;
    server.add_account("alice", PASSWORD).await;
    for name in ["alice", "nobody", "alice"] {
        assert_eq!(sign_in(&server, name, Some("wrong horse")).await.json()["code"], "wrong_credentials");
    }
    let refused = sign_in(&server, "alice", Some(PASSWORD)).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (429, json!("too_many_attempts")));
}
