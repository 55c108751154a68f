//! The native protocol: what is done with messages that were said. Replies, edits, deletions, reactions, mentions,
//! search, and how all of it comes back to who was away.

use serde_json::json;
use shared::{Change, ChatMessage, ErrorCode, MuteLevel, Seq, ServerMessage};

use crate::support::{Native, Server};

/// The next amended message.
async fn changed(who: &mut Native) -> ChatMessage {
    who.until(|message| if let ServerMessage::Changed(message) = message { Some(message.clone()) } else { None }).await
}

/// What is answered to a search.
async fn finds(who: &mut Native, mut search: serde_json::Value) -> (Vec<String>, bool) {
    search["type"] = json!("search");
    let asked = who.ask(search).await;
    who.until(|message| match message {
        ServerMessage::Found(found) if found.id.is_some_and(|id| id.0 == asked) => {
            Some((found.hits.iter().map(|hit| hit.body.clone()).collect(), found.more))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn an_answer_quotes_what_it_answers_until_that_is_deleted() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "who\nis there?").await;
    bob.says_with(json!({"to": "#lobby", "body": "I am", "reply_to": 1})).await;

    alice.sees("alice", "who\nis there?").await;
    let quote = alice.sees("bob", "I am").await.reply_to.unwrap();
    assert_eq!((quote.seq, quote.from.as_str(), quote.excerpt.as_deref()), (Seq(1), "alice", Some("who is there?")));

    alice.does(json!({"type": "delete_message", "room": lobby, "seq": 1})).await;
    let history = bob.history(json!({"room": lobby})).await;
    assert!(history.messages[0].deleted && history.messages[0].body.is_empty());
    assert_eq!(history.messages[1].reply_to.as_ref().unwrap().excerpt, None);
    let refused = bob.is_refused(json!({"type": "say", "to": "#lobby", "body": "?", "reply_to": 1})).await;
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some("reply_to")));
}

#[tokio::test]
async fn what_is_edited_is_told_to_the_room_and_its_versions_stay() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "helo").await;

    alice.does(json!({"type": "edit", "room": lobby, "seq": 1, "body": "hello"})).await;
    for who in [&mut alice, &mut bob] {
        let now = changed(who).await;
        assert_eq!((now.seq, now.body.as_str(), now.change), (Seq(1), "hello", Change(1)));
        assert!(now.edited_at.is_some());
    }
    bob.ask(json!({"type": "edits", "room": lobby, "seq": 1})).await;
    let bodies = bob
        .until(|message| match message {
            ServerMessage::Edits { versions, .. } => {
                Some(versions.iter().map(|was| was.body.clone()).collect::<Vec<_>>())
            }
            _ => None,
        })
        .await;
    assert_eq!(bodies, ["helo"]);
}

#[tokio::test]
async fn only_its_sender_edits_a_message_and_the_owner_may_take_it_away() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let mut carol = server.native("carol").await;
    let garden = alice.creates("garden", false).await.room;
    bob.joins("#garden").await;
    bob.says("#garden", "weeds").await;

    let edit = json!({"type": "edit", "room": garden, "seq": 1, "body": "roses"});
    assert_eq!(alice.is_refused(edit.clone()).await.code, ErrorCode::NotYours);
    assert_eq!(carol.is_refused(edit).await.code, ErrorCode::NotAMember);
    let delete = json!({"type": "delete_message", "room": garden, "seq": 1});
    assert_eq!(carol.is_refused(delete.clone()).await.code, ErrorCode::NotAMember);
    alice.does(delete.clone()).await;
    assert!(changed(&mut bob).await.deleted);
    assert_eq!(bob.is_refused(delete).await.code, ErrorCode::NoSuchMessage);
    let empty = bob.is_refused(json!({"type": "edit", "room": garden, "seq": 1, "body": ""})).await;
    assert_eq!((empty.code, empty.field.as_deref()), (ErrorCode::BadField, Some("body")));
}

#[tokio::test]
async fn another_guest_who_takes_a_name_cannot_touch_what_was_said_under_it() {
    let server = Server::start().await;
    let mut watcher = server.native("watcher").await;
    let lobby = watcher.joins("#lobby").await.room;
    let mut bob = server.native("bob").await;
    bob.joins("#lobby").await;
    bob.says("#lobby", "mine").await;
    bob.close().await;
    watcher.until(|message| matches!(message, ServerMessage::Presence(bob) if !bob.online).then_some(())).await;

    let mut another = server.native("bob").await;
    another.joins("#lobby").await;
    let edit = json!({"type": "edit", "room": lobby, "seq": 1, "body": "his"});
    assert_eq!(another.is_refused(edit).await.code, ErrorCode::NotYours);
    another.says("#lobby", "my own").await;
    another.does(json!({"type": "edit", "room": lobby, "seq": 2, "body": "indeed"})).await;
}

#[tokio::test]
async fn reactions_are_counted_and_taken_away_again() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "cake?").await;
    let react = |emoji: &str, on| json!({"type": "react", "room": lobby, "seq": 1, "emoji": emoji, "on": on});

    bob.does(react("🍰", true)).await;
    alice.does(react("🍰", true)).await;
    bob.does(react("🍰", true)).await;
    bob.does(react("🍰", false)).await;
    for (users, change) in [(vec!["bob"], 1), (vec!["bob", "alice"], 2), (vec!["alice"], 3)] {
        let now = changed(&mut alice).await;
        assert_eq!(now.change, Change(change));
        let reaction = &now.reactions[0];
        let names: Vec<_> = reaction.users.iter().map(shared::Username::as_str).collect();
        assert_eq!((reaction.emoji.as_str(), reaction.count as usize, &names), ("🍰", names.len(), &users));
    }
    let word = bob.is_refused(react("cake", true)).await;
    assert_eq!((word.code, word.field.as_deref()), (ErrorCode::BadField, Some("emoji")));
}

#[tokio::test]
async fn who_was_away_is_told_what_was_amended_in_the_meantime() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    for body in ["one", "two", "three"] {
        alice.says("#lobby", body).await;
        bob.sees("alice", body).await;
    }
    alice.does(json!({"type": "edit", "room": lobby, "seq": 1, "body": "1"})).await;
    let known = changed(&mut bob).await.change;
    let session = bob.welcome.session.clone().unwrap();
    drop(bob);
    alice.does(json!({"type": "edit", "room": lobby, "seq": 2, "body": "2"})).await;
    alice.does(json!({"type": "delete_message", "room": lobby, "seq": 3})).await;
    alice.says("#lobby", "four").await;

    let resume = json!([{"room": lobby, "seq": 3, "change": known}]);
    let mut bob = Native::hello_with(&server, json!({"token": session, "resume": resume})).await;
    assert_eq!(bob.welcome.rooms[0].change, Change(3));
    let resumed = bob
        .until(|message| if let ServerMessage::Resumed(missed) = message { Some(missed.clone()) } else { None })
        .await;
    let changed: Vec<_> = resumed.changed.iter().map(|message| (message.seq.0, message.body.as_str())).collect();
    assert_eq!((changed, resumed.change), (vec![(2, "2"), (3, "")], Change(3)));
    assert_eq!(resumed.messages.len(), 1);
}

#[tokio::test]
async fn whom_a_message_names_finds_it_counted() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    alice.says("#lobby", "@Bob, `@carol`: hi").await;
    let names: Vec<_> =
        bob.sees("alice", "@Bob, `@carol`: hi").await.mentions.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["Bob"]);

    let session = bob.welcome.session.clone().unwrap();
    let mut again = Native::hello_with(&server, json!({"token": session})).await;
    let room = again.welcome.rooms[0].clone();
    assert_eq!((room.unread, room.mentions), (1, 1));
    let last = room.last.unwrap();
    assert_eq!((last.from.as_str(), last.excerpt.as_str()), ("alice", "@Bob, `@carol`: hi"));
    bob.does(json!({"type": "read", "room": lobby, "seq": 1})).await;
    let read =
        again.until(|message| if let ServerMessage::Read(read) = message { Some(read.clone()) } else { None }).await;
    assert_eq!((read.unread, read.mentions), (Some(0), Some(0)));
}

#[tokio::test]
async fn words_are_found_where_one_may_read_and_nowhere_else() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let mut carol = server.native("carol").await;
    let lobby = alice.joins("#lobby").await.room;
    let club = alice.creates("club", true).await.room;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "bob"})).await;
    for (to, body) in [("#lobby", "green tea"), ("#club", "secret tea"), ("@bob", "tea at five?")] {
        alice.says(to, body).await;
    }
    alice.does(json!({"type": "edit", "room": lobby, "seq": 1, "body": "black tea"})).await;

    assert_eq!(finds(&mut alice, json!({"text": "TE"})).await.0, ["tea at five?", "secret tea", "black tea"]);
    assert_eq!(finds(&mut alice, json!({"text": "green"})).await.0, [""; 0]);
    assert_eq!(finds(&mut bob, json!({"text": "tea"})).await.0, ["tea at five?", "secret tea"]);
    assert_eq!(finds(&mut carol, json!({"text": "tea"})).await.0, [""; 0]);
    assert_eq!(finds(&mut carol, json!({"text": "tea", "room": lobby})).await.0, ["black tea"]);
    let refused = carol.is_refused(json!({"type": "search", "text": "tea", "room": club})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchRoom);
    assert_eq!(finds(&mut alice, json!({"text": "tea", "from": "bob"})).await.0, [""; 0]);
    let first = finds(&mut alice, json!({"text": "tea", "limit": 2})).await;
    assert_eq!(first, (vec!["tea at five?".to_owned(), "secret tea".to_owned()], true));
    let hit = json!({"room": club, "seq": 1});
    let rest = finds(&mut alice, json!({"text": "tea", "limit": 2, "before_hit": hit})).await;
    assert_eq!(rest, (vec!["black tea".to_owned()], false));
    for (search, field) in [
        (json!({"type": "search", "text": "\" - !"}), "text"),
        (json!({"type": "search", "text": "tea", "after": "yesterday"}), "after"),
        (json!({"type": "search", "text": "tea", "before_hit": {"room": 1, "seq": 99}}), "before_hit"),
    ] {
        let refused = alice.is_refused(search).await;
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some(field)));
    }
}

#[tokio::test]
async fn strangers_may_answer_each_other_and_nothing_more() {
    let server = Server::start().await;
    let (mut ann, mut ben) = (server.native("ann").await, server.native("ben").await);
    ann.ask(json!({"type": "find_stranger"})).await;
    ben.ask(json!({"type": "find_stranger"})).await;
    let (pair, _) = ann.is_matched().await;
    ben.is_matched().await;
    ann.says_with(json!({"to": pair, "body": "hm?"})).await;
    let refused = ben.is_refused(json!({"type": "say", "to": pair, "body": "?", "reply_to": 9})).await;
    assert_eq!(refused.field.as_deref(), Some("reply_to"));
    ben.says_with(json!({"to": pair, "body": "hm!", "reply_to": 1})).await;
    ann.sees("ann", "hm?").await;
    assert_eq!(ann.sees("ben", "hm!").await.reply_to.unwrap().excerpt.as_deref(), Some("hm?"));
    for request in [
        json!({"type": "edit", "room": pair, "seq": 1, "body": "x"}),
        json!({"type": "delete_message", "room": pair, "seq": 1}),
        json!({"type": "react", "room": pair, "seq": 1, "emoji": "👍"}),
        json!({"type": "search", "room": pair, "text": "hm"}),
    ] {
        assert_eq!(ann.is_refused(request).await.code, ErrorCode::NotInThisKind);
    }
}

#[tokio::test]
async fn text_that_no_store_could_keep_is_refused_with_its_field() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    alice.joins("#lobby").await;
    let refused = alice.is_refused(json!({"type": "say", "to": "#lobby", "body": "a\0b"})).await;
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some("body")));
    let refused = alice.is_refused(json!({"type": "say", "to": "#lobby", "body": "a", "client_id": "\0"})).await;
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some("client_id")));
}

#[tokio::test]
async fn a_topic_is_the_owners_to_set_and_a_groups_is_everybodys() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    alice.creates("garden", false).await;
    bob.joins("#garden").await;
    let topic = |room: &str, topic: &str| json!({"type": "set_topic", "room": room, "topic": topic});
    assert_eq!(bob.is_refused(topic("#garden", "weeds")).await.code, ErrorCode::NotAModerator);
    alice.does(topic("#garden", "roses")).await;
    let told = |message: &ServerMessage| match message {
        ServerMessage::RoomChanged(room) => Some((room.topic.clone(), room.owner.clone().map(String::from))),
        _ => None,
    };
    assert_eq!(bob.until(told).await, ("roses".to_owned(), Some("alice".to_owned())));
    alice.creates("club", true).await;
    alice.does(json!({"type": "add_member", "room": "#club", "user": "bob"})).await;
    bob.does(topic("#club", "books")).await;
    assert_eq!(alice.until(told).await.0, "roses");
    assert_eq!(alice.until(told).await.0, "books");
    let refused = bob.is_refused(topic("#club", "a\nb")).await;
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::BadField, Some("topic")));
    assert_eq!(bob.is_refused(topic("#lobby", "x")).await.code, ErrorCode::NotAModerator);

    alice.does(json!({"type": "leave", "room": "#club"})).await;
    bob.until(|message| matches!(told(message), Some((_, Some(owner))) if owner == "bob").then_some(())).await;
    bob.does(json!({"type": "delete_room", "room": "#club"})).await;
}

#[tokio::test]
async fn a_muted_room_is_muted_on_every_connection() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    let session = alice.welcome.session.clone().unwrap();
    let mut tab = Native::hello_with(&server, json!({"token": session.clone()})).await;
    alice.does(json!({"type": "mute", "room": lobby, "level": "mentions"})).await;
    tab.until(|message| matches!(message, ServerMessage::Muted { level: MuteLevel::Mentions, .. }).then_some(())).await;
    let later = Native::hello_with(&server, json!({"token": session})).await;
    assert_eq!(later.welcome.rooms[0].mute, MuteLevel::Mentions);
    let refused = alice.is_refused(json!({"type": "mute", "room": 99, "level": "all"})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchRoom);
}

#[tokio::test]
async fn a_profile_says_who_somebody_is_and_what_one_shares() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    bob.creates("attic", false).await;
    alice.says("@bob", "hi").await;
    alice.ask(json!({"type": "profile", "user": "BOB"})).await;
    let profile = alice
        .until(
            |message| if let ServerMessage::Profile { profile, .. } = message { Some(profile.clone()) } else { None },
        )
        .await;
    assert_eq!((profile.username.as_str(), profile.guest, profile.online), ("bob", true, true));
    assert_eq!(profile.shared, [lobby]);
    bob.close().await;
    alice.until(|message| matches!(message, ServerMessage::Presence(bob) if !bob.online).then_some(())).await;
    alice.ask(json!({"type": "profile", "user": "bob"})).await;
    let profile = alice
        .until(
            |message| if let ServerMessage::Profile { profile, .. } = message { Some(profile.clone()) } else { None },
        )
        .await;
    assert!(!profile.online);
    let refused = alice.is_refused(json!({"type": "profile", "user": "nobody"})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchUser);
}

#[tokio::test]
async fn how_far_the_other_has_read_is_there_after_a_reload() {
    let server = Server::start().await;
    let mut alice = server.native("alice").await;
    let mut bob = server.native("bob").await;
    let room = alice.says("@bob", "hi").await.room;
    bob.does(json!({"type": "read", "room": room, "seq": 1})).await;
    let session = alice.welcome.session.clone().unwrap();
    let again = Native::hello_with(&server, json!({"token": session})).await;
    assert_eq!(again.welcome.rooms[0].with_read_seq, Some(Seq(1)));
}
