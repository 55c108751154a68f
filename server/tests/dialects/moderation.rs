//! Keeping order in a room: who does it in the native protocol, and what those it concerns are told in each dialect. The
//! next test of a role, a ban or a silence goes here; bans from the whole server are in `program/administration.rs`.

use serde_json::json;
use shared::{RoomGoneReason, ServerMessage, Silence, Standing};

use crate::support::{Native, Server, Socket, Wire};

const PASSWORD: &str = "correct horse";

/// A server whose administrator, root, is in the lobby.
async fn with_root() -> (Server, Native) {
    let server = Server::start().await;
    let mut root = account(&server, "root").await;
    root.joins("#lobby").await;
    (server, root)
}

/// Makes an account and connects with it.
async fn account(server: &Server, name: &str) -> Native {
    server.add_account(name, PASSWORD).await;
    Native::hello_with(server, json!({"username": name, "password": PASSWORD})).await
}

async fn does(who: &mut Native, what: &str, room: &str, user: &str) {
    who.does(json!({"type": what, "room": room, "user": user})).await;
}

async fn code(who: &mut Native, what: &str, room: &str, user: &str) -> String {
    let refused = who.is_refused(json!({"type": what, "room": room, "user": user})).await;
    serde_json::to_value(refused.code).unwrap().as_str().unwrap().to_owned()
}

async fn is_gone(who: &mut Native) -> RoomGoneReason {
    who.until(|message| if let ServerMessage::RoomGone(gone) = message { Some(gone.reason) } else { None }).await
}

async fn stands(who: &mut Native) -> Standing {
    who.until(|message| if let ServerMessage::Standing(standing) = message { Some(standing.clone()) } else { None })
        .await
}

async fn tries_to_join(who: &mut Native, room: &str) -> String {
    who.is_refused(json!({"type": "join", "room": room})).await.message
}

#[tokio::test]
async fn the_first_account_administers_and_orders_the_lobby() {
    let (server, mut root) = with_root().await;
    assert!(root.welcome.you.admin);
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let said = bob.says("#lobby", "Buy now!").await;
    root.does(json!({"type": "delete_message", "room": said.room, "seq": said.seq})).await;
    does(&mut root, "ban", "#lobby", "bob").await;
    assert_eq!(is_gone(&mut bob).await, RoomGoneReason::Banned);
    assert_eq!(tries_to_join(&mut bob, "#lobby").await, "you are banned from this room");
    assert_eq!(
        bob.is_refused(json!({"type": "history", "room": said.room})).await.message,
        "you are banned from this room"
    );
    does(&mut root, "unban", "#lobby", "Bob").await;
    bob.joins("#lobby").await;
}

#[tokio::test]
async fn an_owner_names_moderators_who_keep_order_below_him() {
    let server = Server::start().await;
    let (mut alice, mut mo) = (account(&server, "alice").await, account(&server, "mo").await);
    let mut bob = server.native("bob").await;
    alice.creates("garden", false).await;
    for member in [&mut mo, &mut bob] {
        member.joins("#garden").await;
    }
    assert_eq!(code(&mut mo, "ban", "#garden", "bob").await, "not_a_moderator");
    assert_eq!(code(&mut mo, "set_moderator", "#garden", "mo").await, "not_the_owner");
    assert_eq!(code(&mut alice, "set_moderator", "#garden", "bob").await, "bad_field", "a guest's name passes on");
    does(&mut alice, "set_moderator", "#garden", "mo").await;
    assert!(stands(&mut mo).await.moderator);
    assert_eq!(code(&mut mo, "remove_member", "#garden", "alice").await, "outranked");
    does(&mut mo, "remove_member", "#garden", "bob").await;
    assert_eq!(is_gone(&mut bob).await, RoomGoneReason::Removed);
    bob.joins("#garden").await;

    alice.does(json!({"type": "set_moderator", "room": "#garden", "user": "mo", "on": false})).await;
    assert!(!stands(&mut mo).await.moderator);
    assert_eq!(code(&mut mo, "remove_member", "#garden", "bob").await, "not_a_moderator");
}

#[tokio::test]
async fn who_is_silenced_reads_and_says_nothing_until_he_may() {
    let (server, mut root) = with_root().await;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    let mine = bob.says("#lobby", "my last word").await;
    let until = "2999-01-01T00:00:00.000Z";
    root.does(json!({"type": "silence", "room": "#lobby", "user": "bob", "until": until, "reason": "cool down"})).await;
    let silence = Silence { until: Some(until.to_owned()), reason: Some("cool down".to_owned()) };
    assert_eq!(stands(&mut bob).await.silenced, Some(silence.clone()));

    let refused = bob.tries_to_say("#lobby", "But …").await.unwrap_err();
    assert_eq!(refused.message, format!("you may read here and say nothing until {until}: cool down"));
    let react = json!({"type": "react", "room": mine.room, "seq": mine.seq, "emoji": "👍"});
    assert_eq!(bob.is_refused(react).await.message, refused.message);
    root.says("#lobby", "Quiet at last").await;
    bob.sees("bob", "my last word").await;
    bob.sees("root", "Quiet at last").await;
    bob.does(json!({"type": "delete_message", "room": mine.room, "seq": mine.seq})).await;
    assert_eq!(bob.joins("#lobby").await.silenced, Some(silence));

    does(&mut root, "unsilence", "#lobby", "bob").await;
    assert_eq!(stands(&mut bob).await.silenced, None);
    bob.says("#lobby", "Thank you").await;
}

#[tokio::test]
async fn a_ban_from_a_group_lasts_over_a_restart_and_nobody_brings_him_back() {
    let server = Server::start().await;
    let (mut alice, mut bob) = (account(&server, "alice").await, server.native("bob").await);
    let club = alice.creates("club", true).await.room;
    does(&mut alice, "add_member", "#club", "bob").await;
    bob.until(|message| matches!(message, ServerMessage::Room { .. }).then_some(())).await;
    does(&mut alice, "ban", "#club", "bob").await;
    assert_eq!(is_gone(&mut bob).await, RoomGoneReason::Banned);
    assert_eq!(code(&mut alice, "add_member", "#club", "bob").await, "banned");

    let server = server.again().await;
    let mut alice = Native::hello_with(&server, json!({"username": "alice", "password": PASSWORD})).await;
    let mut bob = server.native("bob").await;
    let refused = bob.is_refused(json!({"type": "history", "room": club})).await;
    assert_eq!(refused.message, "there is no such room", "a group is not known to who is not in it");
    assert_eq!(code(&mut alice, "add_member", "#club", "bob").await, "banned");
    does(&mut alice, "unban", "#club", "bob").await;
    does(&mut alice, "add_member", "#club", "bob").await;
}

#[tokio::test]
async fn a_group_is_closed_to_the_servers_administrator() {
    let (server, mut root) = with_root().await;
    let mut alice = server.native("alice").await;
    let club = alice.creates("club", true).await.room;
    let said = alice.says("#club", "between us").await;
    let nothing = root.is_refused(json!({"type": "delete_message", "room": club, "seq": said.seq})).await;
    assert_eq!(nothing.message, "there is no such room");
    assert_eq!(code(&mut root, "ban", "#club", "alice").await, "no_such_room");
}

#[tokio::test]
async fn a_room_passes_to_a_moderator_first() {
    let server = Server::start().await;
    let (mut alice, mut mo) = (account(&server, "alice").await, account(&server, "mo").await);
    let mut bob = server.native("bob").await;
    alice.creates("garden", false).await;
    bob.joins("#garden").await;
    mo.joins("#garden").await;
    does(&mut alice, "set_moderator", "#garden", "mo").await;
    alice.does(json!({"type": "leave", "room": "#garden"})).await;
    let owner =
        bob.until(
            |message| if let ServerMessage::RoomChanged(change) = message { Some(change.owner.clone()) } else { None },
        );
    assert_eq!(owner.await.map(String::from).as_deref(), Some("mo"));
    does(&mut mo, "remove_member", "#garden", "bob").await;
}

#[tokio::test]
async fn a_line_client_is_told_in_lines() {
    let (server, mut root) = with_root().await;
    let mut bob = Wire::login(&server, "bob").await;
    bob.says("!join #lobby").await;
    bob.sees("You are in #lobby.").await;
    root.does(json!({"type": "silence", "room": "#lobby", "user": "bob", "reason": "cool down"})).await;
    bob.says("#lobby: but").await;
    bob.sees("Error: you may read here and say nothing: cool down.").await;
    does(&mut root, "remove_member", "#lobby", "bob").await;
    bob.sees("You were removed from #lobby.").await;
    does(&mut root, "ban", "#lobby", "bob").await;
    bob.says("#lobby: hello?").await;
    bob.sees("Error: you are banned from this room.").await;
}

#[tokio::test]
async fn a_postman_client_is_told_in_its_objects() {
    let (server, mut root) = with_root().await;
    let mut bob = server.connect("/ws/bob").await;
    let hello = json!({"p": "#lobby", "m": "hello"}).to_string();
    bob.send(hello.clone()).await;
    bob.sees_json(json!({"p": "#lobby", "from": "bob", "m": "hello"})).await;
    does(&mut root, "ban", "#lobby", "bob").await;
    bob.sees_json(json!({"info": "You are banned from #lobby."})).await;
    bob.send(hello).await;
    bob.sees_json(json!({"error": "you are banned from this room"})).await;
}

#[tokio::test]
async fn a_tmp_client_that_is_taken_out_is_told_and_disconnected() {
    let (server, mut root) = with_root().await;
    let frame = |kind: &str, name: &str, body: &str| format!("tmp://{kind:<32}::/{name:<20}::/{body}");
    let enters = async |name: &str| {
        let mut socket = server.connect_tmp().await;
        socket.sees(&frame("STATE_UPG_1", "", "")).await;
        socket.send(frame("SET_USR", name, "")).await;
        socket.sees(&frame("STATE_UPG_2", name, "")).await;
        socket
    };
    let mut bob = enters("bob").await;
    bob.send(frame("CHAT_MSSG", "bob", "hello")).await;
    bob.sees(&frame("CHAT_MSSG", "bob", "hello")).await;
    does(&mut root, "ban", "#lobby", "bob").await;
    bob.sees(&frame("CHAT_MSSG", "server", "you are banned from lobby")).await;
    bob.sees(&frame("DISCONNECT", "", "")).await;
    assert_eq!(bob.is_closed().await, 4403);

    let mut bob = enters("bob").await;
    bob.sees(&frame("CHAT_MSSG", "server", "you are banned from this room")).await;
    bob.sees(&frame("DISCONNECT", "", "")).await;
    assert_eq!(bob.is_closed().await, 4403);
}

#[tokio::test]
async fn a_public_chat_client_that_is_taken_out_is_told_and_disconnected() {
    let (server, mut root) = with_root().await;
    let arrives = async || -> Socket {
        let mut bob = server.connect("/chat/public").await;
        bob.send(json!({"username": "bob", "message": "hello"}).to_string()).await;
        bob
    };
    let mut bob = arrives().await;
    bob.sees("bob> hello").await;
    does(&mut root, "remove_member", "#lobby", "bob").await;
    bob.sees("server> you were removed from this room").await;
    assert_eq!(bob.is_closed().await, 4404);
    does(&mut root, "ban", "#lobby", "bob").await;
    arrives().await.sees("server> you are banned from this room").await;
}

#[tokio::test]
async fn a_randomchat_member_who_is_banned_is_told_so_as_one_removed() {
    let server = Server::start().await;
    let mut alice = account(&server, "alice").await;
    let mut bob = server.connect("/randomchat").await;
    bob.send(json!({"type": "register", "user": {"name": "bob", "phone": "7"}}).to_string()).await;
    assert_eq!(bob.receive_json().await["type"], "state");
    alice.creates("club", true).await;
    does(&mut alice, "add_member", "#club", "bob").await;
    assert_eq!(bob.receive_json().await["type"], "new_member");
    does(&mut alice, "ban", "#club", "bob").await;
    let removed = bob.receive_json().await;
    assert_eq!((&removed["type"], &removed["user"]["name"]), (&json!("member_removed"), &json!("bob")));
    bob.send(json!({"type": "send_message", "chat": "club", "message": "hello?"}).to_string()).await;
    assert_eq!(bob.receive_json().await["detail"], r#"You are in no chat named "club"."#);
}

#[tokio::test]
async fn a_message_is_reported_to_those_who_administer() {
    let (server, mut root) = with_root().await;
    let mut bob = server.native("bob").await;
    let said = root.says("#lobby", "You fool").await;
    bob.does(json!({"type": "report_message", "room": said.room, "seq": said.seq, "note": "rude"})).await;
    let long = json!({"type": "report_message", "room": said.room, "seq": said.seq, "note": "x".repeat(1_001)});
    assert_eq!(bob.is_refused(long).await.field.as_deref(), Some("note"));
    let nothing = json!({"type": "report_message", "room": said.room, "seq": 99});
    assert_eq!(bob.is_refused(nothing).await.message, "there is no such message");
}
