//! RandomChat: a phone app registers, is given its state, and then lives by what it is told. The next test of the
//! dialect goes here; what it has to do with another dialect goes into `matrix.rs`.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Server, Socket};

/// An app as the project's own are: it registers, expects `state`, and reads the `type` of each frame.
struct Phone {
    socket: Socket,
    state: Value,
}

impl Phone {
    async fn register(server: &Server, name: &str, phone: &str) -> Self {
        let mut socket = server.connect("/randomchat").await;
        let user = json!({"name": name, "phone": phone, "disconnection_date": null});
        socket.send(json!({"type": "register", "user": user}).to_string()).await;
        let state = socket.receive_json().await;
        assert_eq!(state["type"], "state", "{state}");
        Self { socket, state }
    }

    async fn asks(&mut self, frame: Value) {
        self.socket.send(frame.to_string()).await;
    }

    async fn creates(&mut self, chat: &str) {
        self.asks(json!({"type": "create_chat", "name": chat})).await;
    }

    async fn adds(&mut self, chat: &str, phone: &str) {
        self.asks(json!({"type": "add_member", "chat": chat, "phone": phone})).await;
    }

    async fn removes(&mut self, chat: &str, phone: &str) {
        self.asks(json!({"type": "remove_member", "chat": chat, "phone": phone})).await;
    }

    async fn says(&mut self, chat: &str, message: &str) {
        self.asks(json!({"type": "send_message", "chat": chat, "message": message})).await;
    }

    /// Expects a frame of that type next.
    async fn sees(&mut self, kind: &str) -> Value {
        let frame = self.socket.receive_json().await;
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    async fn hears(&mut self, from: &str, message: &str) -> Value {
        let frame = self.sees("message").await;
        assert_eq!((&frame["from"]["name"], &frame["message"]), (&json!(from), &json!(message)));
        frame
    }

    async fn is_refused(&mut self, frame: Value, detail: &str) {
        self.asks(frame).await;
        assert_eq!(self.socket.receive_json().await, json!({"type": "error", "detail": detail}));
    }
}

/// The phones of a chat's members, sorted.
fn members(frame: &Value) -> Vec<&str> {
    let members = frame["chat"]["members"].as_array().into_iter().flatten();
    let mut phones: Vec<_> = members.map(|member| member["phone"].as_str().unwrap_or_default()).collect();
    phones.sort_unstable();
    phones
}

fn is_date(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00 00:00:00"
}

#[tokio::test]
async fn people_meet_in_a_chat_and_everyone_hears_everything() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann Lee", "600 1").await;
    let mut bob = Phone::register(&server, "Bob", "600 2").await;
    assert_eq!(ann.state, json!({"type": "state", "chats": []}));

    ann.creates("Book club").await;
    ann.adds("Book club", "600 2").await;
    let (seen_by_ann, seen_by_bob) = (ann.sees("new_member").await, bob.sees("new_member").await);
    assert_eq!(members(&seen_by_ann), ["600 1", "600 2"]);
    assert_eq!(members(&seen_by_bob), ["600 1", "600 2"]);
    let ann_lee = json!({"name": "Ann Lee", "phone": "600 1", "disconnection_date": null});
    assert_eq!(seen_by_bob["chat"]["owner"], ann_lee);
    assert_eq!(seen_by_bob["user"], json!({"name": "Bob", "phone": "600 2", "disconnection_date": null}));

    bob.says("book CLUB", "what do we read?").await;
    let message = ann.hears("Bob", "what do we read?").await;
    assert!(is_date(&message["date"]), "{message}");
    assert_eq!(message["chat"]["name"], "Book club");
    bob.hears("Bob", "what do we read?").await;
}

#[tokio::test]
async fn what_was_said_while_away_is_in_the_state_once() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann", "1").await;
    let bob = Phone::register(&server, "Bob", "2").await;
    ann.creates("a").await;
    ann.adds("a", "2").await;
    ann.sees("new_member").await;
    bob.socket.close().await;

    ann.says("a", "one").await;
    let message = ann.hears("Ann", "one").await;
    let away = message["chat"]["members"].as_array().unwrap().iter().find(|member| member["phone"] == "2").unwrap();
    assert!(is_date(&away["disconnection_date"]), "{away}");
    ann.says("a", "two").await;
    ann.hears("Ann", "two").await;

    let mut bob = Phone::register(&server, "Bob", "2").await;
    let chats = bob.state["chats"].as_array().unwrap();
    assert_eq!(chats.len(), 1);
    assert_eq!(members(&chats[0]), ["1", "2"]);
    let messages = chats[0]["messages"].as_array().unwrap();
    let said: Vec<_> = messages.iter().map(|message| message["message"].as_str().unwrap()).collect();
    assert_eq!(said, ["one", "two"]);
    assert_eq!(messages[0]["from"]["phone"], "1");
    assert!(is_date(&messages[0]["date"]));

    bob.asks(json!({"type": "register", "user": {"name": "Bob", "phone": "2"}})).await;
    assert_eq!(bob.sees("state").await["chats"][0]["messages"], json!([]));
    ann.says("a", "three").await;
    bob.hears("Ann", "three").await;
}

#[tokio::test]
async fn a_state_may_be_large() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann", "1").await;
    let bob = Phone::register(&server, "Bob", "2").await;
    ann.creates("a").await;
    ann.adds("a", "2").await;
    ann.sees("new_member").await;
    bob.socket.close().await;
    let long = "x".repeat(16_000);
    for _ in 0..100 {
        ann.says("a", &long).await;
        ann.hears("Ann", &long).await;
    }
    let bob = Phone::register(&server, "Bob", "2").await;
    assert_eq!(bob.state["chats"][0]["messages"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn owners_remove_members_and_delete_and_members_may_go() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann", "1").await;
    let mut bob = Phone::register(&server, "Bob", "2").await;
    let mut carol = Phone::register(&server, "Carol", "3").await;
    ann.creates("a").await;
    ann.adds("a", "2").await;
    ann.sees("new_member").await;
    bob.sees("new_member").await;
    bob.adds("a", "3").await;
    for phone in [&mut ann, &mut bob, &mut carol] {
        assert_eq!(phone.sees("new_member").await["user"]["phone"], "3");
    }

    bob.is_refused(
        json!({"type": "remove_member", "chat": "a", "phone": "3"}),
        r#"Only the owner of "a" can do that."#,
    )
    .await;
    bob.is_refused(json!({"type": "delete_chat", "chat": "a"}), r#"Only the owner of "a" can do that."#).await;
    ann.removes("a", "3").await;
    for phone in [&mut ann, &mut bob, &mut carol] {
        let frame = phone.sees("member_removed").await;
        assert_eq!((&frame["user"]["phone"], members(&frame)), (&json!("3"), vec!["1", "2"]));
    }
    carol
        .is_refused(json!({"type": "send_message", "chat": "a", "message": "?"}), r#"You are in no chat named "a"."#)
        .await;

    bob.removes("a", "2").await;
    ann.sees("member_removed").await;
    bob.sees("member_removed").await;
    ann.adds("a", "2").await;
    ann.sees("new_member").await;
    bob.sees("new_member").await;
    ann.asks(json!({"type": "delete_chat", "chat": "a"})).await;
    for phone in [&mut ann, &mut bob] {
        assert_eq!(members(&phone.sees("chat_deleted").await), ["1", "2"]);
    }
    bob.is_refused(json!({"type": "delete_chat", "chat": "a"}), r#"You are in no chat named "a"."#).await;
}

#[tokio::test]
async fn who_is_a_member_no_more_is_shown_as_he_was_known() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann Lee", "1").await;
    let bob = Phone::register(&server, "Bob", "2").await;
    ann.creates("a").await;
    ann.adds("a", "2").await;
    ann.sees("new_member").await;
    bob.socket.close().await;
    ann.says("a", "goodbye").await;
    ann.hears("Ann Lee", "goodbye").await;
    ann.removes("a", "1").await;
    ann.sees("member_removed").await;

    let bob = Phone::register(&server, "Bob", "2").await;
    let chat = &bob.state["chats"][0];
    assert_eq!(members(chat), ["2"]);
    let ann_lee = json!({"name": "Ann Lee", "phone": "1", "disconnection_date": null});
    assert_eq!(chat["messages"][0]["from"], ann_lee);
    assert_eq!(chat["chat"]["owner"]["phone"], "2", "the chat passed to who is left");
}

#[tokio::test]
async fn being_in_many_chats_does_not_count_as_asking_for_much() {
    let server = Server::start_with(&["--messages-per-second", "1", "--message-burst", "5"]).await;
    Phone::register(&server, "Zoe", "9").await.socket.close().await;
    for phone in ["1", "2", "3"] {
        let mut friend = Phone::register(&server, "Friend", phone).await;
        for chat in ["a", "b"] {
            friend.creates(&format!("{chat}{phone}")).await;
            friend.adds(&format!("{chat}{phone}"), "9").await;
            friend.sees("new_member").await;
        }
    }
    let zoe = Phone::register(&server, "Zoe", "9").await;
    assert_eq!(zoe.state["chats"].as_array().map(Vec::len), Some(6));
}

#[tokio::test]
async fn a_chats_name_is_its_own() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "Ann", "1").await;
    let mut bob = Phone::register(&server, "Bob", "2").await;
    ann.creates("a").await;
    ann.creates("a").await;
    ann.says("a", "still one chat").await;
    ann.hears("Ann", "still one chat").await;
    for taken in ["a", "A", "lobby"] {
        let detail = format!("A chat or room named {taken:?} exists already. Choose another name.");
        bob.is_refused(json!({"type": "create_chat", "name": taken}), &detail).await;
    }
    bob.is_refused(json!({"type": "create_chat", "name": ""}), "A room name needs at least one character.").await;

    // The last one out deletes it.
    ann.removes("a", "1").await;
    ann.sees("member_removed").await;
    bob.creates("a").await;
    bob.says("a", "mine").await;
    bob.hears("Bob", "mine").await;
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_the_connection_stays() {
    let server = Server::start().await;
    let mut socket = server.connect("/randomchat").await;
    for text in ["hello", "[]", "{}", r#"{"type":"dance"}"#, r#"{"type":"register","user":{}}"#, r#"{"type":"state"}"#]
    {
        socket.send(text).await;
        assert_eq!(socket.receive_json().await["type"], "error", "{text}");
    }
    socket.send_raw(Message::binary(vec![0, 159, 146, 150])).await;
    assert_eq!(socket.receive_json().await["type"], "error");
    for kind in ["create_chat", "send_message", "delete_chat", "add_member", "remove_member"] {
        socket.send(json!({"type": kind, "name": "a", "chat": "a", "message": "a", "phone": "1"}).to_string()).await;
        let error = socket.receive_json().await;
        assert!(error["detail"].as_str().unwrap().starts_with("Register first"), "{error}");
    }
    for (name, phone) in [("", "1"), ("a", ""), (&*"a".repeat(65), "1"), ("a", "@a")] {
        socket.send(json!({"type": "register", "user": {"name": name, "phone": phone}}).to_string()).await;
        assert_eq!(socket.receive_json().await["type"], "error", "{name} {phone}");
    }

    let mut ann = Phone { socket, state: json!(null) };
    ann.asks(json!({"type": "register", "user": {"name": "Ann", "phone": "1"}})).await;
    ann.sees("state").await;
    ann.creates("a").await;
    let nobody = r#"Nobody is known by the phone "9". Who has no phone is addressed as @username."#;
    ann.is_refused(json!({"type": "add_member", "chat": "a", "phone": "9"}), nobody).await;
    ann.is_refused(json!({"type": "add_member", "chat": "b", "phone": "1"}), r#"You are in no chat named "b"."#).await;
    let long = json!({"type": "send_message", "chat": "a", "message": "x".repeat(17_000)});
    ann.is_refused(long, "A message has at most 16384 bytes.").await;
    ann.says("a", "still here").await;
    ann.hears("Ann", "still here").await;
}

#[tokio::test]
async fn a_phone_that_registers_elsewhere_closes_the_connection_before() {
    let server = Server::start().await;
    let mut old = Phone::register(&server, "Ann", "1").await;
    old.creates("a").await;
    old.says("a", "from the old one").await;
    old.hears("Ann", "from the old one").await;
    let mut new = Phone::register(&server, "Ann", "1").await;
    assert_eq!(old.socket.is_closed().await, 4409);
    assert_eq!(new.state["chats"][0]["chat"]["name"], "a");
    new.says("a", "from the new one").await;
    new.hears("Ann", "from the new one").await;
}

#[tokio::test]
async fn the_name_shown_is_as_given_and_usernames_are_made_of_it() {
    let server = Server::start().await;
    let mut ann = Phone::register(&server, "John Doe", "1").await;
    let _other = Phone::register(&server, "John Doe", "2").await;
    ann.creates("a").await;
    ann.adds("a", "@John-Doe-2").await;
    let frame = ann.sees("new_member").await;
    assert_eq!(frame["user"], json!({"name": "John Doe", "phone": "2", "disconnection_date": null}));
}

#[tokio::test]
async fn an_account_brings_its_password_and_then_has_a_phone() {
    let server = Server::start().await;
    server.add_account("ann", "correct horse").await;
    let mut bob = Phone::register(&server, "Bob", "2").await;
    let mut socket = server.connect("/randomchat").await;
    let mut registers = async |name: &str, password: Option<&str>| {
        let user = json!({"name": name, "phone": "1", "password": password});
        socket.send(json!({"type": "register", "user": user}).to_string()).await;
        socket.receive_json().await
    };
    assert_eq!(registers("ann", Some("wrong")).await["type"], "error");
    assert_eq!(registers("ann", Some("correct horse")).await["type"], "state");
    // The name shown may change; the phone is whose it is.
    let detail = r#"ann, the username of this phone, is an account: put its "password" into "user"."#;
    assert_eq!(registers("Ann Lee", None).await, json!({"type": "error", "detail": detail}));
    assert_eq!(registers("Ann Lee", Some("correct horse")).await["type"], "state");
    bob.creates("a").await;
    bob.adds("a", "1").await;
    assert_eq!(bob.sees("new_member").await["user"]["name"], "Ann Lee");
}

#[tokio::test]
async fn a_chat_is_a_group_of_the_web_and_the_other_way_around() {
    let server = Server::start().await;
    let mut mike = server.native("mike").await;
    let mut ann = Phone::register(&server, "Ann Lee", "1").await;

    ann.creates("a").await;
    ann.adds("a", "@mike").await;
    let shown = ann.sees("new_member").await;
    assert_eq!(shown["user"], json!({"name": "mike", "phone": "@mike", "disconnection_date": null}));
    ann.says("a", "hi mike").await;
    mike.sees("Ann-Lee", "hi mike").await;
    ann.hears("Ann Lee", "hi mike").await;
    mike.says("#a", "hi ann").await;
    ann.hears("mike", "hi ann").await;

    mike.creates("b", true).await;
    mike.does(json!({"type": "add_member", "room": "#b", "user": "Ann-Lee"})).await;
    let shown = ann.sees("new_member").await;
    assert_eq!((&shown["chat"]["name"], &shown["chat"]["owner"]["phone"]), (&json!("b"), &json!("@mike")));
    mike.does(json!({"type": "remove_member", "room": "#b", "user": "Ann-Lee"})).await;
    assert_eq!(ann.sees("member_removed").await["user"]["phone"], "1");

    // What is said to her alone, or in a room, is in no chat.
    mike.says("@Ann-Lee", "just you").await;
    mike.says("#a", "all of us").await;
    ann.hears("mike", "all of us").await;
    mike.close().await;
    ann.says("a", "gone?").await;
    let message = ann.hears("Ann Lee", "gone?").await;
    let members = message["chat"]["members"].as_array().unwrap();
    let away = members.iter().find(|member| member["phone"] == "@mike").unwrap();
    assert!(is_date(&away["disconnection_date"]), "{away}");
}
