//! The native protocol: who one is, what is said and stored, what is missed and comes back, and what is refused. The
//! next test of the protocol goes here; what it has to do with another dialect goes into `matrix.rs`.

use serde_json::json;
use shared::{ErrorCode, RoomKind, Seq, ServerMessage};

use crate::support::{Native, Server, Socket};

#[tokio::test]
async fn two_guests_talk_in_the_lobby_and_both_see_the_same_order() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    alice.joins("#lobby").await;
    bob.joins("#lobby").await;

    assert_eq!(alice.says("#lobby", "hello").await.seq, Seq(1));
    assert_eq!(bob.says("#lobby", "hi alice").await.seq, Seq(2));

    for who in [&mut alice, &mut bob] {
        assert_eq!(who.sees("alice", "hello").await.seq, Seq(1));
        assert_eq!(who.sees("bob", "hi alice").await.seq, Seq(2));
    }
}

#[tokio::test]
async fn the_same_client_id_is_one_message_however_often_it_is_sent() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.joins("#lobby").await;

    let say = json!({"to": "#lobby", "body": "once", "client_id": "a-1"});
    let first = alice.says_with(say.clone()).await;
    let again = alice.says_with(say).await;
    assert!(again.duplicate && !first.duplicate);
    assert_eq!((again.seq, again.message_id, again.time), (first.seq, first.message_id, first.time));
    assert_eq!(alice.says("#lobby", "next").await.seq, Seq(2));
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_was_missed() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "seen").await;
    let seen = bob.sees("alice", "seen").await.seq;
    let session = bob.welcome.session.clone().expect("a guest is given a session");
    drop(bob);

    alice.says("#lobby", "missed one").await;
    alice.says("#lobby", "missed two").await;

    let hello = json!({"token": session, "resume": [{"room": lobby, "seq": seen}]});
    let mut bob = Native::hello_with(&server, hello).await;
    assert_eq!(bob.welcome.you.username.as_str(), "bob");
    assert_eq!(bob.welcome.rooms[0].unread, 3);
    let resumed = bob
        .until(|message| if let ServerMessage::Resumed(resumed) = message { Some(resumed.clone()) } else { None })
        .await;
    assert!(resumed.recovered);
    let bodies: Vec<_> = resumed.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["missed one", "missed two"]);
}

#[tokio::test]
async fn who_missed_too_much_is_told_to_fetch_it_in_pages() {
    let server = Server::start_with(&["--message-burst", "2000"]).await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    for number in 1..=501 {
        alice.ask(json!({"type": "say", "to": "#lobby", "body": format!("{number}")})).await;
    }
    alice
        .until(|message| matches!(message, ServerMessage::Accepted(accepted) if accepted.seq == Seq(501)).then_some(()))
        .await;

    let resumed = alice.resumes(lobby, Seq(0)).await;
    assert!(!resumed.recovered && resumed.messages.is_empty());
    assert_eq!(alice.resumes(lobby, Seq(1)).await.messages.len(), 500);

    let newest = alice.history(json!({"room": lobby, "limit": 10})).await;
    let seqs: Vec<_> = newest.messages.iter().map(|message| message.seq.0).collect();
    assert_eq!(seqs, (492..=501).collect::<Vec<_>>());
    assert!(newest.more);
    let before = alice.history(json!({"room": lobby, "before": 492, "limit": 10})).await;
    assert_eq!(before.messages.last().map(|message| message.seq), Some(Seq(491)));
    let first = alice.history(json!({"room": lobby, "after": 0, "limit": 10})).await;
    assert_eq!(first.messages.first().map(|message| message.seq), Some(Seq(1)));
    assert!(first.more);
}

#[tokio::test]
async fn a_direct_message_waits_for_somebody_not_yet_seen() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.says("@zoe", "welcome").await;

    let mut zoe = server.native("zoe").await;
    let room = zoe.welcome.rooms.first().expect("the conversation is there").clone();
    assert_eq!((room.kind, room.unread, room.with.map(String::from)), (RoomKind::Direct, 1, Some("alice".to_owned())));
    let history = zoe.history(json!({"room": room.room})).await;
    assert_eq!(history.messages[0].body, "welcome");
    zoe.does(json!({"type": "read", "room": room.room, "seq": 1})).await;
    let read =
        alice.until(|message| if let ServerMessage::Read(read) = message { Some(read.clone()) } else { None }).await;
    assert_eq!((read.user.as_str(), read.seq, read.unread), ("zoe", Seq(1), None));
}

#[tokio::test]
async fn both_sides_of_a_new_direct_conversation_learn_of_it_before_its_first_message() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    alice.says("@bob", "psst").await;

    let room = bob
        .until(|message| if let ServerMessage::Room { room, .. } = message { Some(room.clone()) } else { None })
        .await;
    assert_eq!(room.with.map(String::from).as_deref(), Some("alice"));
    assert_eq!(bob.sees("alice", "psst").await.room, room.room);
}

#[tokio::test]
async fn of_three_strangers_two_are_paired_and_what_they_say_is_theirs_alone() {
    let server = Server::start().await;
    let (mut ann, mut ben, mut cleo) =
        (server.native("ann").await, server.native("ben").await, server.native("cleo").await);
    ann.ask(json!({"type": "find_stranger"})).await;
    ann.stranger(|state| matches!(state, shared::Stranger::Waiting { waiting: 1, .. }).then_some(())).await;
    ben.ask(json!({"type": "find_stranger"})).await;
    let (room, with) = ann.is_matched().await;
    assert_eq!(with.as_deref(), Some("ben"));
    assert_eq!(ben.is_matched().await.0, room);
    cleo.ask(json!({"type": "find_stranger"})).await;
    cleo.stranger(|state| matches!(state, shared::Stranger::Waiting { waiting: 1, .. }).then_some(())).await;

    ann.says_with(json!({"to": room, "body": "who are you?"})).await;
    ben.sees("ann", "who are you?").await;
    assert_eq!(cleo.is_refused(json!({"type": "history", "room": room})).await.code, ErrorCode::NoSuchRoom);
    assert_eq!(cleo.is_refused(json!({"type": "say", "to": room, "body": "me too"})).await.code, ErrorCode::NoSuchRoom);

    ann.ask(json!({"type": "leave_stranger"})).await;
    ben.stranger(|state| matches!(state, shared::Stranger::Waiting { partner_left: true, .. }).then_some(())).await;
}

#[tokio::test]
async fn who_loses_the_connection_comes_back_to_the_same_partner_and_to_what_was_missed() {
    let server = Server::start().await;
    let (mut ann, mut ben) = (server.native("ann").await, server.native("ben").await);
    ann.ask(json!({"type": "find_stranger"})).await;
    ben.ask(json!({"type": "find_stranger"})).await;
    let (room, _) = ann.is_matched().await;
    let session = ben.welcome.session.clone().expect("a guest is given a session");
    drop(ben);
    ann.stranger(|state| matches!(state, shared::Stranger::Matched { away: true, .. }).then_some(())).await;
    ann.says_with(json!({"to": room, "body": "still there?"})).await;

    let hello = json!({"token": session, "resume": [{"room": room, "seq": 0}]});
    let mut ben = Native::hello_with(&server, hello).await;
    assert!(matches!(ben.welcome.stranger, shared::Stranger::Matched { room: same, .. } if same == room));
    let resumed = ben
        .until(|message| if let ServerMessage::Resumed(resumed) = message { Some(resumed.clone()) } else { None })
        .await;
    assert_eq!(resumed.messages[0].body, "still there?");
}

#[tokio::test]
async fn a_page_that_is_reloaded_finds_its_partner_again_and_one_that_says_goodbye_does_not() {
    let server = Server::start().await;
    let (mut ann, mut ben) = (server.native("ann").await, server.native("ben").await);
    ann.ask(json!({"type": "find_stranger"})).await;
    ben.ask(json!({"type": "find_stranger"})).await;
    let (room, _) = ann.is_matched().await;
    let session = ben.welcome.session.clone().expect("a guest is given a session");
    ben.goes_away().await;
    ann.stranger(|state| matches!(state, shared::Stranger::Matched { away: true, .. }).then_some(())).await;

    let ben = Native::hello_with(&server, json!({"token": session})).await;
    assert!(matches!(ben.welcome.stranger, shared::Stranger::Matched { room: same, .. } if same == room));
    ben.close().await;
    ann.stranger(|state| matches!(state, shared::Stranger::Waiting { partner_left: true, .. }).then_some(())).await;
}

#[tokio::test]
async fn a_group_is_known_to_its_members_only() {
    let server = Server::start().await;
    let (mut ann, mut ben, mut cleo) =
        (server.native("ann").await, server.native("ben").await, server.native("cleo").await);
    let group = ann.creates("book club", true).await;
    assert_eq!(cleo.is_refused(json!({"type": "join", "room": "#book club"})).await.code, ErrorCode::NoSuchRoom);
    ann.does(json!({"type": "add_member", "room": group.room, "user": "ben"})).await;
    ben.until(|message| matches!(message, ServerMessage::Room { room, .. } if room.room == group.room).then_some(()))
        .await;
    ben.says("#book club", "thanks").await;
    ann.sees("ben", "thanks").await;

    let refused = ben.is_refused(json!({"type": "remove_member", "room": group.room, "user": "ann"})).await;
    assert_eq!(refused.code, ErrorCode::NotAModerator);
    ann.does(json!({"type": "remove_member", "room": group.room, "user": "ben"})).await;
    ben.until(|message| matches!(message, ServerMessage::RoomGone(gone) if gone.room == group.room).then_some(()))
        .await;
    let refused = ben.is_refused(json!({"type": "say", "to": group.room, "body": "hello?"})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchRoom);
}

#[tokio::test]
async fn a_frame_that_cannot_be_used_is_answered_and_the_connection_stays() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.joins("#lobby").await;
    for (frame, code, field) in [
        ("no json", ErrorCode::BadFrame, None),
        (r#"{"id":1}"#, ErrorCode::BadFrame, None),
        (r#"{"type":"dance"}"#, ErrorCode::UnknownType, Some("type")),
        (r#"{"type":"say","to":"lobby","body":"x"}"#, ErrorCode::BadField, Some("to")),
        (r##"{"type":"say","to":"#lobby"}"##, ErrorCode::BadField, Some("body")),
        (r##"{"type":"say","to":"#lobby","body":""}"##, ErrorCode::BadField, Some("body")),
        (r##"{"type":"join","room":"#nowhere"}"##, ErrorCode::NoSuchRoom, None),
    ] {
        alice.send(frame).await;
        let error = alice
            .until(|message| if let ServerMessage::Error(error) = message { Some(error.clone()) } else { None })
            .await;
        assert_eq!((error.code, error.field.as_deref()), (code, field), "{frame}");
    }
    let long = "x".repeat(16 * 1024 + 1);
    let refused = alice.is_refused(json!({"type": "say", "to": "#lobby", "body": long})).await;
    assert_eq!((refused.code, refused.message.as_str()), (ErrorCode::TooLarge, "a message has at most 16384 bytes"));
    alice.says("#lobby", "still here").await;

    alice.send(&"x".repeat(70_000)).await;
    let error =
        alice.until(|message| if let ServerMessage::Error(error) = message { Some(error.clone()) } else { None }).await;
    assert_eq!(error.code, ErrorCode::TooLarge);
    assert_eq!(alice.is_closed().await, 4413);
}

#[tokio::test]
async fn a_name_is_held_while_connected_and_an_account_asks_for_its_password() {
    let server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let alice = server.native("alice").await;

    for (hello, code) in [
        (json!({"type": "hello", "id": 1, "username": "ALICE"}), "name_taken"),
        (json!({"type": "hello", "id": 2, "username": "carol"}), "credentials_needed"),
        (json!({"type": "hello", "id": 3, "username": "carol", "password": "wrong"}), "wrong_credentials"),
        (json!({"type": "hello", "id": 4, "username": "nobody", "password": "wrong"}), "wrong_credentials"),
        (json!({"type": "hello", "id": 5, "username": "dave", "token": "nonsense"}), "wrong_credentials"),
    ] {
        let mut socket = server.connect("/api/ws").await;
        socket.send(hello.to_string()).await;
        assert_eq!(socket.receive_json().await["code"], code, "{hello}");
    }
    let carol = Native::hello_with(&server, json!({"username": "Carol", "password": "correct horse"})).await;
    assert_eq!((carol.welcome.you.username.as_str(), carol.welcome.you.guest), ("carol", false));
    alice.close().await;
    server.native("Alice").await;
}

#[tokio::test]
async fn where_guests_are_denied_only_accounts_get_in() {
    let server = Server::start_with(&["--guests", "deny"]).await;
    server.add_account("carol", "correct horse").await;
    let mut socket = server.connect("/api/ws").await;
    socket.send(r#"{"type":"hello","username":"alice"}"#).await;
    assert_eq!(socket.receive_json().await["code"], "guests_not_allowed");
    assert_eq!(Socket::try_connect(&server.ws("/ws/alice"), &[]).await.err().expect("no guests").status, 403);
    Native::hello_with(&server, json!({"username": "carol", "password": "correct horse"})).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_told_to_resynchronise_and_misses_nothing() {
    let server = Server::start_with(&["--outbox-capacity", "8", "--message-burst", "5000"]).await;
    let mut alice = server.native("alice").await;
    let mut slow = server.native("slow").await;
    let lobby = alice.joins("#lobby").await.room;
    slow.joins("#lobby").await;
    let body = "x".repeat(16_000);
    for _ in 0..900 {
        alice.says("#lobby", &body).await;
    }
    let last = alice.says("#lobby", "the last").await.seq;

    slow.until(|message| matches!(message, ServerMessage::Resync {}).then_some(())).await;
    let mut seen = Seq(0);
    while seen < last {
        let page = slow.history(json!({"room": lobby, "after": seen})).await;
        for message in page.messages {
            assert_eq!(message.seq, seen.next());
            seen = message.seq;
        }
    }
}
