//! Public and private chat: names come with messages, everyone in the room gets `name> message`, and two strangers
//! are alone together. The next test of the dialect goes here.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Native, Server, Socket};

/// `ann:correct horse` as HTTP Basic authorization.
const ANNS_PASSWORD: (&str, &str) = ("Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U=");

async fn says(socket: &mut Socket, name: &str, message: &str) {
    socket.send(json!({"username": name, "message": message}).to_string()).await;
}

/// Connects and says hello, so that it is certain to be there.
async fn arrives(server: &Server, path: &str, name: &str) -> Socket {
    let mut socket = server.connect(path).await;
    says(&mut socket, name, "hello").await;
    socket.sees(&format!("{name}> hello")).await;
    socket
}

#[tokio::test]
async fn everyone_in_the_public_room_gets_each_message_the_sender_too() {
    let server = Server::start().await;
    let mut ann = arrives(&server, "/chat/public", "ann").await;
    let mut ben = arrives(&server, "/chat/public", "ben").await;
    ann.sees("ben> hello").await;

    says(&mut ann, "ann", "how are you?").await;
    ann.sees("ann> how are you?").await;
    ben.sees("ann> how are you?").await;
}

#[tokio::test]
async fn who_listens_needs_no_name() {
    let server = Server::start().await;
    let mut listener = server.connect("/chat/public?format=json").await;
    listener.sees_json(json!({"counter": 1})).await;
    listener.sees_json(json!({"greeting": "Welcome to the chat room!"})).await;
    let mut native = server.native("nadia").await;
    native.joins("#lobby").await;
    native.says("#lobby", "anybody?").await;
    listener.sees_json(json!({"counter": 2})).await;
    listener.sees_json(json!({"greeting": "Someone joined the chat!"})).await;
    listener.sees_json(json!({"username": "nadia", "message": "anybody?"})).await;
}

#[tokio::test]
async fn the_lobby_is_the_same_in_every_dialect() {
    let server = Server::start().await;
    let mut native = server.native("nadia").await;
    native.joins("#lobby").await;
    let mut ann = arrives(&server, "/chat/public", "ann").await;
    native.sees("ann", "hello").await;

    native.says("#lobby", "from the browser").await;
    native.sees("nadia", "from the browser").await;
    ann.sees("nadia> from the browser").await;
    let mut postman = server.connect("/ws/paul").await;
    postman.send(r##"{"p":"#lobby","m":"from Postman"}"##).await;
    ann.sees("paul> from Postman").await;
    says(&mut ann, "ann", "from here").await;
    native.sees("paul", "from Postman").await;
    native.sees("ann", "from here").await;
    postman.sees_json(json!({"p": "#lobby", "from": "paul", "m": "from Postman"})).await;
    postman.sees_json(json!({"p": "#lobby", "from": "ann", "m": "from here"})).await;
}

#[tokio::test]
async fn a_name_that_somebody_holds_is_refused_to_its_sender_alone_and_free_names_can_be_changed_to() {
    let server = Server::start().await;
    let nadia = server.native("nadia").await;
    let mut ann = arrives(&server, "/chat/public", "ann").await;
    let mut ben = arrives(&server, "/chat/public", "ben").await;
    ann.sees("ben> hello").await;

    says(&mut ann, "NADIA", "it is me").await;
    ann.sees("server> nadia is in use; choose another name").await;
    says(&mut ann, "ben", "it is me").await;
    ann.sees("server> ben is in use; choose another name").await;
    says(&mut ann, "anna", "with another name").await;
    ann.sees("anna> with another name").await;
    ben.sees("anna> with another name").await;
    says(&mut ben, "ann", "hers is free now").await;
    ben.sees("ann> hers is free now").await;
    ann.sees("ann> hers is free now").await;

    nadia.close().await;
    says(&mut ann, "nadia", "hers too").await;
    ann.sees("nadia> hers too").await;
}

#[tokio::test]
async fn an_accounts_name_needs_the_requests_credentials() {
    let server = Server::start().await;
    server.add_account("ann", "correct horse").await;
    let mut nobody = server.connect("/chat/public").await;
    says(&mut nobody, "ann", "hi").await;
    nobody.sees("server> ann is an account; its password, or a token of it, is needed").await;
    says(&mut nobody, "ben", "then I am ben").await;
    nobody.sees("ben> then I am ben").await;

    let mut ann = Socket::try_connect(&server.ws("/chat/public"), &[ANNS_PASSWORD]).await.expect("an upgrade");
    says(&mut ann, "ann", "really me").await;
    ann.sees("ann> really me").await;
    nobody.sees("ann> really me").await;
    says(&mut ann, "annie", "as a guest").await;
    ann.sees("annie> as a guest").await;
}

#[tokio::test]
async fn an_account_that_belongs_to_the_lobby_is_there_under_its_next_name_too() {
    let server = Server::start().await;
    server.add_account("ann", "correct horse").await;
    let mut browser = Native::hello_with(&server, json!({"username": "ann", "password": "correct horse"})).await;
    browser.joins("#lobby").await;

    let url = server.ws("/chat/public");
    let mut ann = Socket::try_connect(&url, &[ANNS_PASSWORD]).await.expect("an upgrade");
    says(&mut ann, "ann", "as a member").await;
    ann.sees("ann> as a member").await;
    says(&mut ann, "zoe", "as a guest").await;
    ann.sees("zoe> as a guest").await;
    browser.says("#lobby", "hi zoe").await;
    ann.sees("ann> hi zoe").await;
    says(&mut ann, "ann", "as myself").await;
    ann.sees("ann> as myself").await;
    browser.does(json!({"type": "leave", "room": "#lobby"})).await;
    says(&mut ann, "ann", "still here").await;
    loop {
        let text = ann.receive().await;
        if text == "ann> still here" {
            break;
        }
        // The message came between its user's leaving and the connection's coming back.
        assert_eq!(text, "server> only members can do that; join first");
        says(&mut ann, "ann", "still here").await;
    }
}

#[tokio::test]
async fn with_json_everyone_is_told_who_comes_and_goes() {
    let server = Server::start().await;
    let mut ann = server.connect("/chat/public?format=json").await;
    ann.sees(r#"{"counter":1}"#).await;
    ann.sees(r#"{"greeting":"Welcome to the chat room!"}"#).await;
    let mut ben = server.connect("/chat/public?format=json").await;
    ben.sees(r#"{"counter":2}"#).await;
    ben.sees(r#"{"greeting":"Welcome to the chat room!"}"#).await;
    ann.sees(r#"{"counter":2}"#).await;
    ann.sees(r#"{"greeting":"Someone joined the chat!"}"#).await;

    says(&mut ann, "ann", "hi").await;
    ann.sees(r#"{"username":"ann","message":"hi"}"#).await;
    ben.sees(r#"{"username":"ann","message":"hi"}"#).await;
    ben.send("hi").await;
    assert!(ben.receive_json().await["error"].as_str().is_some_and(|error| error.starts_with("send ")));
    says(&mut ben, "ann", "me").await;
    ben.sees_json(json!({"error": "ann is in use; choose another name"})).await;

    ben.close().await;
    ann.sees(r#"{"counter":1}"#).await;
    ann.sees(r#"{"message":"Someone left the chat!"}"#).await;
}

#[tokio::test]
async fn two_strangers_are_alone_together_and_a_third_waits() {
    let server = Server::start().await;
    let welcome = json!({"greeting": "Welcome to the chat room!"});
    let joined = json!({"greeting": "Someone joined the chat!"});
    let mut ann = server.connect("/chat/private?format=json").await;
    ann.sees_json(welcome.clone()).await;
    says(&mut ann, "ann", "anybody?").await;
    ann.sees_json(json!({"username": "ann", "message": "anybody?"})).await;

    let mut ben = server.connect("/chat/private?format=json").await;
    ben.sees_json(welcome.clone()).await;
    ann.sees_json(joined.clone()).await;
    let mut cleo = server.connect("/chat/private?format=json").await;
    cleo.sees_json(welcome.clone()).await;
    says(&mut cleo, "cleo", "hello?").await;
    cleo.sees_json(json!({"username": "cleo", "message": "hello?"})).await;

    says(&mut ben, "ben", "me").await;
    ben.sees_json(json!({"username": "ben", "message": "me"})).await;
    ann.sees_json(json!({"username": "ben", "message": "me"})).await;

    ben.close().await;
    ann.sees_json(json!({"message": "Someone left the chat!"})).await;
    let mut dan = server.connect("/chat/private?format=json").await;
    dan.sees_json(welcome.clone()).await;
    let mut eve = server.connect("/chat/private?format=json").await;
    eve.sees_json(welcome).await;
    ann.sees_json(joined.clone()).await;
    cleo.sees_json(joined).await;
}

#[tokio::test]
async fn a_stranger_may_come_from_another_dialect() {
    let server = Server::start().await;
    let mut ann = arrives(&server, "/chat/private", "ann").await;
    let mut native = server.native("nadia").await;
    native.ask(json!({"type": "find_stranger"})).await;
    let (room, with) = native.is_matched().await;
    assert_eq!(with.as_deref(), Some("ann"));
    native.says_with(json!({"to": room, "body": "hi stranger"})).await;
    native.sees("nadia", "hi stranger").await;
    ann.sees("nadia> hi stranger").await;
    says(&mut ann, "ann", "hi").await;
    ann.sees("ann> hi").await;
    native.sees("ann", "hi").await;
    ann.close().await;
    native.stranger(|state| matches!(state, shared::Stranger::Waiting { partner_left: true, .. }).then_some(())).await;
}

#[tokio::test]
async fn what_is_said_while_pairs_change_is_never_lost() {
    let server = Server::start().await;
    let mut ann = arrives(&server, "/chat/private", "ann").await;
    for _ in 0..20 {
        let partner = server.connect("/chat/private").await;
        says(&mut ann, "ann", "hi").await;
        ann.sees("ann> hi").await;
        drop(partner);
        says(&mut ann, "ann", "bye").await;
        ann.sees("ann> bye").await;
    }
}

#[tokio::test]
async fn direct_messages_reach_the_name_and_wait_for_it() {
    let server = Server::start().await;
    let mut paul = server.connect("/ws/paul").await;
    paul.send(r#"{"p":"ann","m":"one"}"#).await;
    paul.sees_json(json!({"info": "ann is offline. Message saved."})).await;

    let mut ann = server.connect("/chat/public").await;
    says(&mut ann, "ann", "here").await;
    ann.sees("paul> one").await;
    ann.sees("ann> here").await;
    paul.send(r#"{"p":"ann","m":"two"}"#).await;
    ann.sees("paul> two").await;
    ann.close().await;

    let mut ann = server.connect("/chat/private").await;
    says(&mut ann, "ann", "again").await;
    ann.sees("ann> again").await;
}

#[tokio::test]
async fn what_waits_in_a_group_is_left_for_a_dialect_that_can_show_it() {
    let server = Server::start().await;
    let (mut nadia, ben) = (server.native("nadia").await, server.native("ben").await);
    let group = nadia.creates("book club", true).await;
    nadia.does(json!({"type": "add_member", "room": group.room, "user": "ben"})).await;
    ben.close().await;
    nadia.says("#book club", "which book?").await;

    let ben = arrives(&server, "/chat/public", "ben").await;
    ben.close().await;
    let mut ben = server.connect("/ws/ben").await;
    ben.sees_json(json!({"p": "#book club", "from": "nadia", "m": "which book?"})).await;
}

#[tokio::test]
async fn what_cannot_be_used_is_answered_to_its_sender_alone_and_the_connection_stays() {
    let server = Server::start().await;
    let mut ann = arrives(&server, "/chat/public", "ann").await;
    let mut ben = arrives(&server, "/chat/public", "ben").await;
    ann.sees("ben> hello").await;

    let format = r#"server> send {"username": "<your name>", "message": "<your message>"}"#;
    for text in ["hello", "[]", "{}", r#"["ann","x"]"#, r#"{"username":"ann"}"#, r#"{"username":"ann","message":1}"#] {
        ann.send(text).await;
        ann.sees(format).await;
    }
    ann.send_raw(Message::binary(vec![0, 159, 146, 150])).await;
    ann.sees(format).await;
    says(&mut ann, "a b", "x").await;
    ann.sees("server> a username has no spaces and no invisible characters").await;
    says(&mut ann, "ann", "").await;
    ann.sees("server> a message needs some text").await;
    says(&mut ann, "ann", &"x".repeat(16 * 1024 + 1)).await;
    ann.sees("server> a message has at most 16384 bytes").await;

    says(&mut ann, "ann", "still here").await;
    ann.sees("ann> still here").await;
    ben.sees("ann> still here").await;
    ann.send("x".repeat(70_000)).await;
    ann.sees("server> a frame has at most 65536 bytes; your message was not read").await;
    assert_eq!(ann.is_closed().await, 4413);

    let refused = Socket::try_connect(&server.ws("/chat/public?format=xml"), &[]).await.err().expect("no such format");
    assert_eq!((refused.status, refused.body.as_str()), (422, r#"{"error":"format is text or json"}"#));
}
