//! Names that pretend: what looks like an account's name, or another room's, is had in no dialect. And names that are
//! one however they are typed.

use serde_json::{Value, json};
use shared::{ErrorCode, ServerMessage};

use crate::support::http::Answer;
use crate::support::{Native, Server, Socket, Wire};

/// Begins with a Cyrillic letter.
const PRETENDER: &str = "аlice";
const ITS_PATH: &str = "%D0%B0lice";
const WHY: &str = "that name looks like alice, which is an account; choose another name";

async fn with_an_account() -> Server {
    let server = Server::start().await;
    server.add_account("alice", "correct horse").await;
    server
}

async fn sign_in(server: &Server, name: &str) -> Answer {
    server.post("/api/sign_in", &json!({"username": name, "password": null})).await
}

fn tmp(kind: &str, name: &str) -> String {
    format!("tmp://{kind:<32}::/{name:<20}::/")
}

#[tokio::test]
async fn no_dialect_lets_anybody_come_as_what_looks_like_an_account() {
    let server = with_an_account().await;

    let refused = Socket::try_connect(&server.ws(&format!("/ws/{ITS_PATH}")), &[]).await.err().expect("refused");
    assert_eq!((refused.status, refused.body), (409, json!({"error": WHY}).to_string()));

    let mut public = server.connect("/chat/public").await;
    public.send(json!({"username": PRETENDER, "message": "hi"}).to_string()).await;
    public.sees(&format!("server> {WHY}")).await;

    let mut terminal = server.connect_tmp().await;
    terminal.receive().await;
    terminal.send(tmp("SET_USR", PRETENDER)).await;
    terminal.sees(&tmp("SET_USR_CONFLICT", PRETENDER)).await;
    terminal.send(tmp("SET_USR", "tom")).await;
    terminal.sees(&tmp("STATE_UPG_2", "tom")).await;

    let mut line = Wire::connect(&server).await;
    line.says(PRETENDER).await;
    line.sees(&format!("Error: {WHY}. Disconnecting...")).await;
    line.is_closed().await;

    let mut phone = server.connect("/randomchat").await;
    phone.send(json!({"type": "register", "user": {"name": PRETENDER, "phone": "1"}}).to_string()).await;
    assert_eq!(phone.receive_json().await["type"], "state", "who is known by his phone gets another username");
    let mut native = server.native("nina").await;
    native.creates("club", true).await;
    let refused = native.is_refused(json!({"type": "add_member", "room": "#club", "user": PRETENDER})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchUser);
    native.does(json!({"type": "add_member", "room": "#club", "user": format!("{PRETENDER}-2")})).await;

    let posted = json!({"sender": PRETENDER, "destination": "nina", "message": "hi"});
    assert_eq!(server.post("/messages/", &posted).await.status, 409);
    let browser = sign_in(&server, PRETENDER).await;
    assert_eq!((browser.status, browser.json()["message"].clone()), (409, json!(WHY)));
    let socket = Socket::connect(&server.ws("/api/ws")).await;
    let told = refusal_of(socket, json!({"type": "hello", "id": 1, "username": PRETENDER})).await;
    assert_eq!((&told["code"], &told["message"]), (&json!("name_taken"), &json!(WHY)));
}

async fn refusal_of(mut socket: Socket, hello: Value) -> Value {
    socket.send(hello.to_string()).await;
    socket.receive_json().await
}

#[tokio::test]
async fn who_has_a_name_keeps_it_but_makes_no_account_of_one_that_looks_like_another() {
    let server = Server::start().await;
    let before = sign_in(&server, PRETENDER).await;
    assert_eq!(before.status, 200);
    server.add_account("alice", "correct horse").await;
    let cookie = before.cookie();
    let claim = json!({"password": "battery staple"});
    let claimed = server.request("POST", "/api/claim", &[("Cookie", &cookie)], Some(&claim)).await;
    assert_eq!(claimed.status, 409, "{}", claimed.body);
    let still = Socket::try_connect(&server.ws("/api/ws"), &[("Cookie", &cookie)]).await;
    Native::welcomed(still.expect("an upgrade")).await;
}

#[tokio::test]
async fn nobody_speaks_as_what_looks_like_the_server() {
    let server = Server::start().await;
    let mut public = server.connect("/chat/public").await;
    public.send(json!({"username": "ѕеrvеr", "message": "you are banned"}).to_string()).await;
    public.sees("server> that name belongs to the server itself").await;
}

#[tokio::test]
async fn no_room_is_made_that_looks_like_another() {
    let server = Server::start().await;
    let mut nina = server.native("nina").await;
    for group in [false, true] {
        let kind = if group { "group" } else { "public" };
        let refused = nina.is_refused(json!({"type": "create_room", "kind": kind, "name": "lоbby"})).await;
        assert_eq!(refused.code, ErrorCode::RoomExists);
        assert_eq!(refused.message, "that name looks like lobby, which is another room; choose another name");
    }
    let mut phone = server.connect("/randomchat").await;
    phone.send(json!({"type": "register", "user": {"name": "Rita", "phone": "1"}}).to_string()).await;
    phone.receive().await;
    phone.send(json!({"type": "create_chat", "name": "lоbby"}).to_string()).await;
    let told = "That name looks like lobby, which is another room; choose another name.";
    phone.sees_json(json!({"type": "error", "detail": told})).await;
}

#[tokio::test]
async fn what_stands_beside_names_turns_nothing_around_it() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.creates("garden", false).await;
    let topic = "plants\u{202E} and \u{2066}bees";
    alice.does(json!({"type": "set_topic", "room": "#garden", "topic": topic})).await;
    let mut bob = server.native("bob").await;
    assert_eq!(bob.joins("#garden").await.topic, "plants and bees");

    let mut phone = server.connect("/randomchat").await;
    let user = json!({"name": "Zoe\u{202E} Doe", "phone": "7"});
    phone.send(json!({"type": "register", "user": user}).to_string()).await;
    assert_eq!(phone.receive_json().await["type"], "state");
    bob.ask(json!({"type": "profile", "user": "Zoe-Doe"})).await;
    let profile = bob
        .until(
            |message| if let ServerMessage::Profile { profile, .. } = message { Some(profile.clone()) } else { None },
        )
        .await;
    assert_eq!(profile.display_name.as_deref(), Some("Zoe Doe"));
}

#[tokio::test]
async fn a_name_is_the_same_however_it_is_typed() {
    let server = Server::start().await;
    let mut zoe = server.native("zoë").await;
    // An e, and the two dots of it by themselves.
    let refused = Socket::try_connect(&server.ws("/ws/zoe%CC%88"), &[]).await.err().expect("in use");
    assert_eq!(refused.status, 409);
    let mut wide = Wire::login(&server, "Ｔｏｍ").await;
    wide.says("zoe\u{308}: hello").await;
    zoe.sees("Tom", "hello").await;
}
