//! TMP: a client as its own project's, and what it relies on: states, names, one room, typing, and a `DISCONNECT`
//! before every end. The next test of the dialect goes here.

#![allow(clippy::expect_used, clippy::panic, reason = "a client that is told what it cannot be told fails here")]

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Server, Socket};

/// What a client that keeps the protocol's states is told.
#[derive(Debug, PartialEq)]
enum Told {
    NameWanted,
    NameTaken(String),
    Conflict(String),
    Said(String, String),
    Disconnect,
}

/// A client that behaves as TMP's own: it builds and cuts frames by position, follows the states, and counts a
/// message that does not belong to its state as a failure.
struct Client {
    socket: Socket,
    username: Option<String>,
}

fn frame(kind: &str, username: &str, body: &str) -> String {
    format!("tmp://{kind:<32}::/{username:<20}::/{body}")
}

impl Client {
    async fn open(server: &Server) -> Self {
        Self::greeted(server.connect_tmp().await).await
    }

    async fn greeted(socket: Socket) -> Self {
        let mut client = Self { socket, username: None };
        assert_eq!(client.told().await, Told::NameWanted);
        client
    }

    /// Connects, answers `STATE_UPG_1` with the name, and says hello, so that it is certain to be in the room.
    async fn enters(server: &Server, name: &str) -> Self {
        let mut client = Self::open(server).await;
        client.is_named(name).await;
        client.arrives().await;
        client
    }

    async fn is_named(&mut self, name: &str) {
        self.sends("SET_USR", name, "").await;
        assert_eq!(self.told().await, Told::NameTaken(name.to_owned()));
    }

    async fn arrives(&mut self) {
        let name = self.username.clone().expect("a name");
        self.says("hello").await;
        self.sees(&name, "hello").await;
    }

    async fn sends(&mut self, kind: &str, username: &str, body: &str) {
        self.socket.send(frame(kind, username, body)).await;
    }

    async fn says(&mut self, body: &str) {
        let name = self.username.clone().expect("a name");
        self.sends("CHAT_MSSG", &name, body).await;
    }

    async fn sees(&mut self, username: &str, body: &str) {
        assert_eq!(self.told().await, Told::Said(username.to_owned(), body.to_owned()));
    }

    async fn told(&mut self) -> Told {
        let text = self.socket.receive().await;
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |from: usize, to: usize| String::from_utf16(&units[from..to]).expect("whole characters");
        assert_eq!((cut(0, 6), cut(38, 41), cut(61, 64)), ("tmp://".into(), "::/".into(), "::/".into()), "{text}");
        let (kind, username, body) = (cut(6, 38), cut(41, 61).trim().to_owned(), cut(64, units.len()));
        let named = self.username.is_some();
        match kind.trim() {
            "STATE_UPG_1" if !named => Told::NameWanted,
            "STATE_UPG_2" if !named => {
                self.username = Some(username.clone());
                Told::NameTaken(username)
            }
            "SET_USR_CONFLICT" if !named => Told::Conflict(username),
            "CHAT_MSSG" if named && !body.is_empty() => Told::Said(username, body),
            "DISCONNECT" => Told::Disconnect,
            other => panic!("{other} does not belong to this state"),
        }
    }

    async fn loses_connection(mut self, code: u16) {
        assert_eq!(self.told().await, Told::Disconnect);
        assert_eq!(self.socket.is_closed().await, code);
    }
}

#[tokio::test]
async fn alice_and_bob_take_names_and_talk_and_leave() {
    let server = Server::start().await;
    let mut alice = Client::enters(&server, "alice").await;
    let mut bob = Client::enters(&server, "bob").await;
    alice.sees("bob", "hello").await;

    alice.says("hi bob ::/ and all").await;
    alice.sees("alice", "hi bob ::/ and all").await;
    bob.sees("alice", "hi bob ::/ and all").await;
    bob.sends("CHAT_MSSG", "alice", "a forged name").await;
    alice.sees("bob", "a forged name").await;
    bob.sees("bob", "a forged name").await;

    alice.sends("EXIT_CHAT", "", "").await;
    alice.loses_connection(1000).await;
    let mut again = Client::open(&server).await;
    again.is_named("alice").await;
}

#[tokio::test]
async fn a_name_in_use_anywhere_is_a_conflict_and_another_may_be_tried() {
    let server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let _nadia = server.native("nadia").await;
    let _alice = Client::enters(&server, "alice").await;
    let mut client = Client::open(&server).await;
    for name in ["alice", "ALICE", "nadia", "carol", "no space", "server"] {
        client.sends("SET_USR", name, "").await;
        assert_eq!(client.told().await, Told::Conflict(name.to_owned()));
    }
    client.sends("SET_USR", "carol", "wrong").await;
    assert_eq!(client.told().await, Told::Conflict("carol".to_owned()));
    client.sends("SET_USR", "carol", "correct horse").await;
    assert_eq!(client.told().await, Told::NameTaken("carol".to_owned()));
}

#[tokio::test]
async fn a_guest_may_send_any_body_with_the_name() {
    let server = Server::start().await;
    let mut client = Client::open(&server).await;
    client.sends("SET_USR", "dora", "ignored").await;
    assert_eq!(client.told().await, Told::NameTaken("dora".to_owned()));
    client.says("with a line break\n").await;
    client.sees("dora", "with a line break").await;
}

#[tokio::test]
async fn the_main_port_speaks_it_too_and_the_room_can_be_chosen() {
    let server = Server::start().await;
    let mut alice = Client::greeted(server.connect("/tmp?room=kitchen").await).await;
    alice.is_named("alice").await;
    alice.arrives().await;
    let mut bob = Client::greeted(server.connect("/tmp?room=Kitchen").await).await;
    bob.is_named("bob").await;
    bob.arrives().await;
    alice.sees("bob", "hello").await;
    let mut carol = Client::greeted(server.connect("/tmp").await).await;
    carol.is_named("carol").await;
    carol.arrives().await;
    bob.says("tea?").await;
    alice.sees("bob", "tea?").await;

    let mut nadia = server.native("nadia").await;
    nadia.joins("#kitchen").await;
    nadia.says("#kitchen", "yes").await;
    alice.sees("nadia", "yes").await;
    let refused = Socket::try_connect(&server.ws("/tmp?room=%23x"), &[]).await.err().expect("no room name");
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn a_group_is_no_room_to_enter() {
    let server = Server::start().await;
    let mut nadia = server.native("nadia").await;
    nadia.creates("club", true).await;
    let mut alice = Client::greeted(server.connect("/tmp?room=club").await).await;
    alice.is_named("alice").await;
    alice.sees("server", "there is no such room").await;
    alice.loses_connection(4400).await;
}

#[tokio::test]
async fn the_demo_apps_prefixes_are_spoken_to_it_and_seen_by_nobody_else() {
    let server = Server::start().await;
    let mut nadia = server.native("nadia").await;
    let lobby = nadia.joins("#lobby").await.room;
    let mut demo = Client::enters(&server, "demo").await;
    let mut other = Client::enters(&server, "other").await;
    let mut plain = Client::enters(&server, "plain").await;
    for (name, body) in [("other", "hello"), ("plain", "hello")] {
        demo.sees(name, body).await;
    }
    other.sees("plain", "hello").await;
    for name in ["demo", "other", "plain"] {
        nadia.sees(name, "hello").await;
    }

    demo.says("CHAT_MESSAGE hi all").await;
    demo.sees("demo", "CHAT_MESSAGE hi all").await;
    other.sees("demo", "hi all").await;
    plain.sees("demo", "hi all").await;
    nadia.sees("demo", "hi all").await;

    other.says("CHAT_TYPING_INDICATOR").await;
    demo.sees("other", "CHAT_TYPING_INDICATOR").await;
    nadia
        .until(|message| match message {
            shared::ServerMessage::Typing(typing) => (typing.user.as_str() == "other" && typing.on).then_some(()),
            _ => None,
        })
        .await;
    nadia.ask(json!({"type": "typing", "room": lobby, "on": true})).await;
    demo.sees("nadia", "CHAT_TYPING_INDICATOR").await;
    other.sees("nadia", "CHAT_TYPING_INDICATOR").await;
    nadia.says("#lobby", "ready").await;
    demo.sees("nadia", "CHAT_MESSAGE ready").await;
    other.sees("nadia", "CHAT_MESSAGE ready").await;
    plain.sees("nadia", "ready").await;
}

#[tokio::test]
async fn direct_messages_reach_the_name_and_wait_for_it() {
    let server = Server::start().await;
    let mut paul = server.connect("/ws/paul").await;
    paul.send(r#"{"p":"alice","m":"one"}"#).await;
    paul.sees_json(json!({"info": "alice is offline. Message saved."})).await;
    let mut alice = Client::open(&server).await;
    alice.is_named("alice").await;
    alice.sees("paul", "one").await;
    paul.send(r#"{"p":"alice","m":"two"}"#).await;
    alice.sees("paul", "two").await;
}

#[tokio::test]
async fn whatever_breaks_the_format_or_does_not_belong_to_the_state_disconnects() {
    let server = Server::start().await;
    let mut witness = Client::enters(&server, "witness").await;
    let shifted = frame("SET_USR", "alice", "").replace("SET_USR", "SET_USR ");
    let short = "tmp://SET_USR".to_owned();
    let server_only = frame("STATE_UPG_2", "alice", "");
    let too_early = frame("CHAT_MSSG", "alice", "hi");
    for text in ["hello".to_owned(), String::new(), shifted, short, server_only, too_early, frame("SET_USR", "", "")] {
        let mut client = Client::open(&server).await;
        client.socket.send(text).await;
        client.loses_connection(4400).await;
    }
    let mut client = Client::open(&server).await;
    client.socket.send_raw(Message::binary(frame("SET_USR", "alice", "").into_bytes())).await;
    client.loses_connection(4400).await;
    let mut client = Client::open(&server).await;
    client.socket.send("x".repeat(70_000)).await;
    client.loses_connection(4413).await;
    let mut client = Client::open(&server).await;
    client.is_named("alice").await;
    client.sends("SET_USR", "alice", "").await;
    client.loses_connection(4400).await;
    let mut client = Client::open(&server).await;
    client.sends("EXIT_CHAT", "", "").await;
    client.loses_connection(1000).await;

    witness.says("undisturbed").await;
    witness.sees("witness", "undisturbed").await;
}

#[tokio::test]
async fn what_the_room_does_not_take_is_answered_by_the_server_and_the_connection_stays() {
    let server = Server::start().await;
    let mut alice = Client::enters(&server, "alice").await;
    alice.says(&"x".repeat(16 * 1024 + 1)).await;
    alice.sees("server", "a message has at most 16384 bytes").await;
    alice.says("").await;
    alice.says("still here").await;
    alice.sees("alice", "still here").await;
}

#[tokio::test]
async fn who_gives_no_name_or_says_nothing_for_too_long_loses_connection() {
    let server = Server::start_with(&["--tmp-name-timeout", "400ms", "--tmp-idle-timeout", "300ms"]).await;
    let mut nameless = Client::open(&server).await;
    nameless.sends("SET_USR", "a b", "").await;
    assert_eq!(nameless.told().await, Told::Conflict("a b".to_owned()));
    nameless.loses_connection(4408).await;
    let mut silent = Client::open(&server).await;
    silent.is_named("silent").await;
    silent.loses_connection(4408).await;
}

#[tokio::test]
async fn a_full_server_says_so_in_tmp() {
    let server = Server::start_with(&["--max-connections", "1"]).await;
    let alice = Client::enters(&server, "alice").await;
    Client { socket: server.connect_tmp().await, username: None }.loses_connection(4100).await;
    alice.socket.close().await;
    Client::open(&server).await;
}

#[tokio::test]
async fn a_stopping_server_says_goodbye_in_tmp() {
    let mut server = Server::start().await;
    let alice = Client::enters(&server, "alice").await;
    let nameless = Client::open(&server).await;
    let (status, (), ()) = tokio::join!(server.stop(), alice.loses_connection(4000), nameless.loses_connection(4000));
    assert!(status.success());
}

#[tokio::test]
async fn what_was_said_is_stored_under_the_true_name() {
    let server = Server::start().await;
    let mut alice = Client::enters(&server, "alice").await;
    alice.says("CHAT_MESSAGE kept").await;
    alice.sees("alice", "CHAT_MESSAGE kept").await;
    let mut nadia = server.native("nadia").await;
    let lobby = nadia.joins("#lobby").await.room;
    let history = nadia.history(json!({"room": lobby})).await;
    let said: Vec<_> = history.messages.iter().map(|message| (message.from.as_str(), message.body.as_str())).collect();
    assert_eq!(said, [("alice", "hello"), ("alice", "kept")]);
}
