//! Every dialect meets every other: what is said in one reaches the others in their own format, under the sender's
//! true name. Each case takes one node or several; `cluster/meeting.rs` has neighbours at different ones.

use serde_json::{Value, json};

use super::speakers::{Speaker, Tongue, tmp};
use crate::support::{Server, Socket, Wire};

/// The one of these nodes where the person of that number is: neighbours are at different ones, where there are several.
fn at(nodes: &[Server], number: usize) -> &Server {
    &nodes[number % nodes.len()]
}

#[tokio::test]
async fn what_anybody_says_in_the_lobby_reaches_everybody_there_in_his_own_format() {
    everybody_hears_everybody(&[Server::start().await]).await;
}

/// What anybody says in the lobby reaches everybody there in his own format.
pub async fn everybody_hears_everybody(nodes: &[Server]) {
    let mut people = Vec::new();
    for (tongue, name) in [
        (Tongue::Native, "nina"),
        (Tongue::Postman, "paul"),
        (Tongue::PublicText, "tess"),
        (Tongue::PublicJson, "jack"),
        (Tongue::Tmp, "toby"),
        (Tongue::Line, "lena"),
    ] {
        let mut speaker = Speaker::arrives(at(nodes, people.len()), tongue, name).await;
        speaker.comes_to_the_lobby().await;
        people.push(speaker);
    }
    for sender in 0..people.len() {
        let from = people[sender].name;
        let text = format!("{from} says: grüße, \"quoted\" {{}} 🌍");
        people[sender].says_in_the_lobby(&text).await;
        for (receiver, person) in people.iter_mut().enumerate() {
            if receiver != sender || person.hears_himself() {
                person.hears_in_the_lobby(from, &text).await;
            }
        }
    }
}

#[tokio::test]
async fn a_direct_message_from_any_dialect_reaches_a_user_of_any_other() {
    anybody_reaches_anybody(&[Server::start().await]).await;
}

/// A direct message from any dialect reaches a user of any other.
pub async fn anybody_reaches_anybody(nodes: &[Server]) {
    let mut senders = Vec::new();
    for (tongue, name) in [(Tongue::Native, "nina"), (Tongue::Postman, "paul"), (Tongue::Line, "lena")] {
        senders.push(Speaker::arrives(at(nodes, senders.len()), tongue, name).await);
    }
    for (number, (tongue, name)) in [
        (Tongue::Native, "nora"),
        (Tongue::Postman, "peter"),
        (Tongue::PublicText, "theo"),
        (Tongue::PublicJson, "jill"),
        (Tongue::Tmp, "tina"),
        (Tongue::Line, "liam"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut receiver = Speaker::arrives(at(nodes, number + 1), tongue, name).await;
        if matches!(tongue, Tongue::PublicText | Tongue::PublicJson) {
            receiver.comes_to_the_lobby().await;
        }
        for sender in &mut senders {
            let text = format!("from {} to {name}", sender.name);
            sender.says_to(name, &text).await;
            receiver.hears_from(sender.name, &text).await;
        }
        let posted = json!({"sender": "device", "destination": name, "message": "21 degrees"});
        assert_eq!(at(nodes, number).post("/messages/", &posted).await.json(), json!({"status": "stored"}));
        receiver.hears_from("device", "21 degrees").await;
    }
}

#[tokio::test]
async fn mail_sent_from_any_dialect_is_read_in_any_other_and_seen_once() {
    mail_is_seen_once(&[Server::start().await]).await;
}

/// Mail sent from any dialect is read in any other, and seen once.
pub async fn mail_is_seen_once(nodes: &[Server]) {
    let mut nina = Speaker::arrives(at(nodes, 0), Tongue::Native, "nina").await;
    let mut paul = Speaker::arrives(at(nodes, 1), Tongue::Postman, "paul").await;
    let mut lena = Speaker::arrives(at(nodes, 2), Tongue::Line, "lena").await;
    for reader in ["in_postman", "on_the_line", "over_http"] {
        for sender in [&mut nina, &mut paul, &mut lena] {
            sender.says_to(reader, "while you were away").await;
            sender.is_told_it_is_stored(reader).await;
        }
        let posted = json!({"sender": "device", "destination": reader, "message": "21 degrees"});
        at(nodes, 0).post("/messages/", &posted).await;
    }

    let mut postman = at(nodes, 2).connect("/ws/in_postman").await;
    let mut line = Wire::login(at(nodes, 1), "on_the_line").await;
    let read = at(nodes, 1).get("/messages/over_http").await.json();
    for (at, (from, text)) in [
        ("nina", "while you were away"),
        ("paul", "while you were away"),
        ("lena", "while you were away"),
        ("device", "21 degrees"),
    ]
    .into_iter()
    .enumerate()
    {
        postman.sees_json(json!({"p": from, "m": text})).await;
        line.sees(&format!("[Stored] [{{time}}][{from}] '{text}'")).await;
        assert_eq!((&read["messages"][at]["sender"], &read["messages"][at]["message"]), (&json!(from), &json!(text)));
    }
    for reader in ["in_postman", "on_the_line", "over_http"] {
        assert_eq!(at(nodes, 0).get(&format!("/messages/{reader}")).await.json(), json!({"messages": []}));
    }
}

#[tokio::test]
async fn a_group_speaks_every_dialect_that_has_groups() {
    a_group_hears_each_of_its_members(&[Server::start().await]).await;
}

/// What any member says in a group reaches the others in their own format.
pub async fn a_group_hears_each_of_its_members(nodes: &[Server]) {
    let mut people = Vec::new();
    for (tongue, name) in
        [(Tongue::RandomChat, "rosa"), (Tongue::Native, "nina"), (Tongue::Postman, "paul"), (Tongue::Line, "lena")]
    {
        people.push(Speaker::arrives(at(nodes, people.len()), tongue, name).await);
    }
    people[0].sends(json!({"type": "create_chat", "name": "garden"}).to_string()).await;
    for name in ["nina", "paul", "lena"] {
        let add = json!({"type": "add_member", "chat": "garden", "phone": format!("@{name}")});
        people[0].sends(add.to_string()).await;
        people[0].receives_like(&json!({"type": "new_member", "user": {"name": name}})).await;
    }
    for sender in 0..people.len() {
        let from = people[sender].name;
        let text = format!("{from} has tomatoes");
        people[sender].says_in_the_group("garden", &text).await;
        for (receiver, person) in people.iter_mut().enumerate() {
            if receiver != sender || person.hears_himself() {
                person.hears_in_the_group("garden", from, &text).await;
            }
        }
    }
}

#[tokio::test]
async fn a_name_is_held_in_every_dialect_whichever_it_was_taken_in() {
    a_name_is_held_everywhere(&[Server::start().await]).await;
}

/// A name that was taken in any dialect is held in every other.
pub async fn a_name_is_held_everywhere(nodes: &[Server]) {
    at(nodes, 0).add_account("carol", "correct horse").await;
    let holders = [
        (Tongue::Native, "ann"),
        (Tongue::Postman, "ben"),
        (Tongue::PublicText, "cat"),
        (Tongue::Tmp, "dan"),
        (Tongue::Line, "eve"),
        (Tongue::RandomChat, "fay"),
    ];
    let mut people = Vec::new();
    for (tongue, name) in holders {
        let mut holder = Speaker::arrives(at(nodes, people.len()), tongue, name).await;
        if tongue == Tongue::PublicText {
            holder.comes_to_the_lobby().await;
        }
        people.push(holder);
    }
    for (number, (_, name)) in holders.into_iter().enumerate() {
        is_taken(at(nodes, number + 1), name).await;
    }
    is_an_account(at(nodes, 1), "carol").await;
}

async fn is_taken(server: &Server, name: &str) {
    assert_eq!(asked(server, "/api/ws", hello(name)).await["code"], "name_taken", "{name}");
    let refused = Socket::try_connect(&server.ws(&format!("/ws/{name}")), &[]).await.err().expect("held");
    assert_eq!(refused.status, 409, "{name}");
    is_had_by_no_first_message(server, name).await;
    let mut wire = Wire::connect(server).await;
    wire.says(name).await;
    wire.sees("Username already taken. Disconnecting...").await;
}

async fn is_an_account(server: &Server, name: &str) {
    assert_eq!(asked(server, "/api/ws", hello(name)).await["code"], "credentials_needed", "{name}");
    let refused = Socket::try_connect(&server.ws(&format!("/ws/{name}")), &[]).await.err().expect("no credentials");
    assert_eq!(refused.status, 401, "{name}");
    is_had_by_no_first_message(server, name).await;
    let mut wire = Wire::connect(server).await;
    wire.says(name).await;
    wire.is_prompted("Password: ").await;
}

/// In the dialects that take a name once connected, and say only that it cannot be had.
async fn is_had_by_no_first_message(server: &Server, name: &str) {
    let mut public = server.connect("/chat/public").await;
    public.send(json!({"username": name, "message": "me"}).to_string()).await;
    let answer = public.receive().await;
    assert!(answer.starts_with("server> "), "{answer}");
    let mut terminal = server.connect("/tmp").await;
    terminal.receive().await;
    terminal.send(tmp("SET_USR", name, "")).await;
    terminal.sees(&tmp("SET_USR_CONFLICT", name, "")).await;
}

fn hello(name: &str) -> String {
    json!({"type": "hello", "username": name}).to_string()
}

async fn asked(server: &Server, path: &str, frame: String) -> Value {
    let mut socket = server.connect(path).await;
    socket.send(frame).await;
    socket.receive_json().await
}
