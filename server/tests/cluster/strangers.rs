//! Strangers of different nodes meet, talk and part as those of one do; and a node that goes away takes along only its own.

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::{ErrorCode, RoomId, Seq, ServerMessage, Stranger};

use crate::support::cluster::Cluster;
use crate::support::server::confab;
use crate::support::{Native, Socket};

async fn finds(who: &mut Native) {
    who.ask(json!({"type": "find_stranger"})).await;
}

/// Waits alone until told so; how many wait in all.
async fn waits(who: &mut Native) -> u32 {
    who.stranger(|state| if let Stranger::Waiting { waiting, .. } = state { Some(*waiting) } else { None }).await
}

async fn is_left(who: &mut Native) {
    who.stranger(|state| matches!(state, Stranger::Waiting { partner_left: true, .. }).then_some(())).await;
}

async fn is_idle(who: &mut Native) {
    who.stranger(|state| matches!(state, Stranger::Idle {}).then_some(())).await;
}

/// Sees that the partner has lost the connection, or is back.
async fn sees_partner_away(who: &mut Native, is: bool) {
    let away = |state: &Stranger| matches!(state, Stranger::Matched { away, .. } if *away == is);
    who.stranger(|state| away(state).then_some(())).await;
}

/// Ann waits at the first node, and bob of the second finds her. Their room.
async fn ann_and_bob(cluster: &Cluster) -> (Native, Native, RoomId) {
    let mut ann = cluster.nodes[0].native("ann").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    finds(&mut ann).await;
    assert_eq!(waits(&mut ann).await, 1);
    finds(&mut bob).await;
    let room = are_matched(&mut ann, &mut bob).await;
    (ann, bob, room)
}

/// Ann and bob see each other. Their room.
async fn are_matched(ann: &mut Native, bob: &mut Native) -> RoomId {
    let (room, with) = ann.is_matched().await;
    assert_eq!(with.as_deref(), Some("bob"));
    assert_eq!(bob.is_matched().await, (room, Some("ann".to_owned())));
    room
}

async fn says(who: &mut Native, room: RoomId, body: &str) -> Seq {
    who.says_with(json!({"to": room, "body": body})).await.seq
}

#[tokio::test]
async fn two_strangers_of_two_nodes_meet_and_see_the_same_in_the_same_order() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    let talk = |who: &'static str| (0..20).map(move |number| format!("{who} {number}"));
    let speak = async |who: &mut Native, name: &'static str| {
        for body in talk(name) {
            says(who, room, &body).await;
        }
    };
    tokio::join!(speak(&mut ann, "ann"), speak(&mut bob, "bob"));
    let hear = async |who: &mut Native| {
        let mut heard = Vec::new();
        for _ in 0..40 {
            let message = who.next_message().await;
            heard.push((message.seq, message.from.to_string(), message.body));
        }
        heard
    };
    let (at_anns, at_bobs) = tokio::join!(hear(&mut ann), hear(&mut bob));
    assert_eq!(at_anns, at_bobs);
    assert!(at_anns.iter().map(|(seq, ..)| seq.0).eq(1..=40));
    for name in ["ann", "bob"] {
        let said = at_anns.iter().filter(|(_, from, _)| from == name).map(|(.., body)| body.clone());
        assert!(said.eq(talk(name)), "{at_anns:?}");
    }
    assert_eq!(bob.history(json!({"room": room})).await.messages.len(), 40);
}

#[tokio::test]
async fn the_same_message_sent_again_is_said_once_and_answers_are_to_what_was_said() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    let first = bob.says_with(json!({"to": room, "body": "once", "client_id": "c1"})).await;
    let again = bob.says_with(json!({"to": room, "body": "once", "client_id": "c1"})).await;
    assert_eq!((first.seq, first.duplicate, again.seq, again.duplicate), (Seq(1), false, Seq(1), true));
    ann.sees("bob", "once").await;
    bob.says_with(json!({"to": room, "body": "twice", "reply_to": 1})).await;
    assert_eq!(ann.sees("bob", "twice").await.reply_to.map(|quote| quote.seq), Some(Seq(1)));
    let refused = bob.is_refused(json!({"type": "say", "to": room, "body": "thrice", "reply_to": 9})).await;
    assert_eq!(refused.field.as_deref(), Some("reply_to"));
    bob.ask(json!({"type": "typing", "room": room, "on": true})).await;
    let is_bobs = |message: &ServerMessage| matches!(message, ServerMessage::Typing(by) if by.user.as_str() == "bob");
    ann.until(|message| is_bobs(message).then_some(())).await;
}

#[tokio::test]
async fn a_hundred_who_seek_at_three_nodes_at_once_end_in_fifty_pairs_of_two() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let mut seekers = join_all((0..100).map(|number| {
        let node = &cluster.nodes[number % 3];
        async move { (format!("p{number}"), node.native(&format!("p{number}")).await) }
    }))
    .await;
    join_all(seekers.iter_mut().map(|(_, seeker)| finds(seeker))).await;
    let met = join_all(seekers.iter_mut().map(async |(name, seeker)| {
        let (room, with) = seeker.is_matched().await;
        (name.clone(), with.expect("a partner with a name"), room)
    }))
    .await;
    for (name, with, room) in &met {
        let there: Vec<_> = met.iter().filter(|(.., other)| other == room).map(|(name, ..)| name).collect();
        assert_eq!(there.len(), 2, "{there:?} sit together");
        assert!(there.contains(&name) && there.contains(&with), "{name} sits with {with}, and {there:?} in that room");
    }
}

#[tokio::test]
async fn who_is_left_waits_again_and_is_found_by_the_next_but_not_by_whom_he_left() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let (mut ann, mut bob, _) = ann_and_bob(&cluster).await;
    bob.ask(json!({"type": "next_stranger"})).await;
    is_left(&mut ann).await;
    waits(&mut bob).await;
    let mut cleo = cluster.nodes[2].native("cleo").await;
    let mut dan = cluster.nodes[2].native("dan").await;
    finds(&mut cleo).await;
    finds(&mut dan).await;
    let (one, other) = (cleo.is_matched().await.1, dan.is_matched().await.1);
    let mut found = [one.as_deref(), other.as_deref()];
    found.sort_unstable();
    assert_eq!(found, [Some("ann"), Some("bob")]);
    ann.is_matched().await;
    bob.is_matched().await;

    ann.ask(json!({"type": "leave_stranger"})).await;
    is_idle(&mut ann).await;
    let partner = if one.as_deref() == Some("ann") { &mut cleo } else { &mut dan };
    is_left(partner).await;
}

#[tokio::test]
async fn who_leaves_from_either_node_leaves_the_other_waiting() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    bob.ask(json!({"type": "leave_stranger"})).await;
    is_idle(&mut bob).await;
    is_left(&mut ann).await;
    let refused = bob.is_refused(json!({"type": "say", "to": room, "body": "gone?"})).await;
    assert_eq!(refused.code, ErrorCode::NoSuchRoom);
    finds(&mut bob).await;
    are_matched(&mut ann, &mut bob).await;
    ann.ask(json!({"type": "leave_stranger"})).await;
    is_left(&mut bob).await;
    finds(&mut ann).await;
    are_matched(&mut ann, &mut bob).await;
}

#[tokio::test]
async fn who_is_blocked_is_not_met_again_at_any_node() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, _) = ann_and_bob(&cluster).await;
    bob.ask(json!({"type": "block_stranger"})).await;
    is_idle(&mut bob).await;
    is_left(&mut ann).await;
    finds(&mut bob).await;
    // Those of all nodes are counted.
    bob.stranger(|state| matches!(state, Stranger::Waiting { waiting: 2, .. }).then_some(())).await;
    let mut cleo = cluster.nodes[1].native("cleo").await;
    finds(&mut cleo).await;
    cleo.is_matched().await;
}

#[tokio::test]
async fn partners_who_are_left_are_counted_at_all_nodes_together() {
    let Some(cluster) = Cluster::with(2, &["--partners-per-minute", "2"]).await else { return };
    for node in &cluster.nodes {
        let mut ann = node.native("ann").await;
        finds(&mut ann).await;
        waits(&mut ann).await;
        ann.ask(json!({"type": "next_stranger"})).await;
        waits(&mut ann).await;
        ann.close().await;
    }
    let mut ann = cluster.nodes[0].native("ann").await;
    let refused = ann.is_refused(json!({"type": "next_stranger"})).await;
    assert_eq!(refused.code, ErrorCode::TooManyPartners);
    let mut bob = cluster.nodes[1].native("bob").await;
    finds(&mut bob).await;
    waits(&mut bob).await;
    bob.ask(json!({"type": "next_stranger"})).await;
    waits(&mut bob).await;
}

#[tokio::test]
async fn a_report_of_a_partner_of_another_node_keeps_what_was_attached() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    for body in ["hello", "you fool"] {
        says(&mut ann, room, body).await;
        bob.sees("ann", body).await;
    }
    ann.ask(json!({"type": "leave_stranger"})).await;
    is_left(&mut bob).await;
    let report = |messages: &[u64]| json!({"type": "report_stranger", "note": "rude", "messages": messages});
    assert_eq!(bob.is_refused(report(&[9])).await.field.as_deref(), Some("messages"));
    bob.does(report(&[2])).await;
    let printed = confab().args(["reports", "--database-url", cluster.database.url().as_str()]).output().await.unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("bob reports ann: rude\n") && printed.contains("ann: you fool\n"), "{printed}");
    assert!(!printed.contains("hello"), "{printed}");
}

#[tokio::test]
async fn who_loses_the_connection_comes_back_to_his_pair_at_another_node() {
    let Some(cluster) = Cluster::of(3).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    says(&mut ann, room, "one").await;
    bob.sees("ann", "one").await;
    let token = bob.welcome.session.clone().expect("a guest is given a session");
    bob.goes_away().await;
    sees_partner_away(&mut ann, true).await;
    says(&mut ann, room, "two").await;

    let hello = |token: &str| json!({"token": token, "resume": [{"room": room, "seq": 1}]});
    let mut bob = Native::hello_with(&cluster.nodes[2], hello(&token)).await;
    assert!(matches!(&bob.welcome.stranger, Stranger::Matched { room: same, .. } if *same == room));
    sees_partner_away(&mut ann, false).await;
    says(&mut bob, room, "three").await;
    ann.sees("ann", "one").await;
    ann.sees("ann", "two").await;
    ann.sees("bob", "three").await;
    bob.sees("bob", "three").await;
    let missed = bob
        .until(|message| if let ServerMessage::Resumed(missed) = message { Some(missed.clone()) } else { None })
        .await;
    assert_eq!(missed.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["two"]);

    // The host's own may be at another node as well.
    let token = ann.welcome.session.clone().expect("a guest is given a session");
    ann.goes_away().await;
    sees_partner_away(&mut bob, true).await;
    let mut ann = Native::hello_with(&cluster.nodes[1], hello(&token)).await;
    sees_partner_away(&mut bob, false).await;
    says(&mut ann, room, "four").await;
    bob.sees("ann", "four").await;
}

#[tokio::test]
async fn whose_partners_node_is_killed_waits_again_and_is_found() {
    let Some(mut cluster) = Cluster::of(3).await else { return };
    let (_ann, mut bob, _) = ann_and_bob(&cluster).await;
    cluster.nodes[0].kill().await;
    is_left(&mut bob).await;
    let mut cleo = cluster.nodes[2].native("cleo").await;
    finds(&mut cleo).await;
    assert_eq!(cleo.is_matched().await.1.as_deref(), Some("bob"));
    bob.is_matched().await;
}

#[tokio::test]
async fn whose_node_is_killed_comes_back_at_another_to_his_pair() {
    let Some(mut cluster) = Cluster::of(3).await else { return };
    let (mut ann, bob, room) = ann_and_bob(&cluster).await;
    let token = bob.welcome.session.clone().expect("a guest is given a session");
    cluster.nodes[1].kill().await;
    sees_partner_away(&mut ann, true).await;
    let mut bob = Native::hello_with(&cluster.nodes[2], json!({"token": token})).await;
    sees_partner_away(&mut ann, false).await;
    says(&mut ann, room, "still there?").await;
    bob.sees("ann", "still there?").await;
}

#[tokio::test]
async fn who_waits_at_a_node_that_is_killed_is_found_by_nobody() {
    let Some(mut cluster) = Cluster::of(2).await else { return };
    let mut ann = cluster.nodes[0].native("ann").await;
    finds(&mut ann).await;
    waits(&mut ann).await;
    cluster.nodes[0].kill().await;
    let mut bob = cluster.nodes[1].native("bob").await;
    finds(&mut bob).await;
    waits(&mut bob).await;
    let mut cleo = cluster.nodes[1].native("cleo").await;
    finds(&mut cleo).await;
    assert_eq!(cleo.is_matched().await.1.as_deref(), Some("bob"));
}

#[tokio::test]
async fn while_nats_is_away_a_partner_elsewhere_is_said_to_be_out_of_reach_and_those_here_meet() {
    let Some(mut cluster) = Cluster::of(2).await else { return };
    cluster.nats.goes_away().await;
    let (mut ann, mut bob) = (cluster.nodes[0].native("ann").await, cluster.nodes[0].native("bob").await);
    finds(&mut ann).await;
    waits(&mut ann).await;
    finds(&mut bob).await;
    let room = are_matched(&mut ann, &mut bob).await;
    says(&mut ann, room, "just us").await;
    bob.sees("ann", "just us").await;
}

#[tokio::test]
async fn a_pair_whose_nodes_cannot_hear_each_other_ends_for_both() {
    let Some(mut cluster) = Cluster::of(2).await else { return };
    let (mut ann, mut bob, room) = ann_and_bob(&cluster).await;
    cluster.nats.goes_away().await;
    let said = bob.is_refused(json!({"type": "say", "to": room, "body": "hello?"})).await;
    assert_eq!(said.code, ErrorCode::Unavailable);
    is_left(&mut bob).await;
    is_left(&mut ann).await;
    cluster.nats.comes_back().await;
    cluster.hears_all().await;
    let mut cleo = cluster.nodes[0].native("cleo").await;
    finds(&mut cleo).await;
    cleo.is_matched().await;
}

fn text(name: &str, message: &str) -> String {
    json!({"username": name, "message": message}).to_string()
}

async fn hears(socket: &mut Socket, expected: Value) {
    socket.sees_json(expected).await;
}

#[tokio::test]
async fn private_chat_reads_the_same_across_nodes() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let welcome = json!({"greeting": "Welcome to the chat room!"});
    let joined = json!({"greeting": "Someone joined the chat!"});
    let mut ann = here.connect("/chat/private?format=json").await;
    hears(&mut ann, welcome.clone()).await;
    let mut ben = there.connect("/chat/private?format=json").await;
    hears(&mut ben, welcome.clone()).await;
    hears(&mut ann, joined.clone()).await;
    ben.send(text("ben", "me")).await;
    hears(&mut ben, json!({"username": "ben", "message": "me"})).await;
    hears(&mut ann, json!({"username": "ben", "message": "me"})).await;
    ann.send(text("ann", "and me")).await;
    hears(&mut ann, json!({"username": "ann", "message": "and me"})).await;
    hears(&mut ben, json!({"username": "ann", "message": "and me"})).await;

    let mut cleo = there.connect("/chat/private?format=json").await;
    hears(&mut cleo, welcome.clone()).await;
    ben.close().await;
    hears(&mut ann, json!({"message": "Someone left the chat!"})).await;
    let mut dan = here.connect("/chat/private?format=json").await;
    let mut eve = there.connect("/chat/private?format=json").await;
    hears(&mut dan, welcome.clone()).await;
    hears(&mut eve, welcome).await;
    hears(&mut ann, joined.clone()).await;
    hears(&mut cleo, joined).await;
}

#[tokio::test]
async fn whose_partners_node_is_killed_in_private_chat_is_told_that_he_left() {
    let Some(mut cluster) = Cluster::of(2).await else { return };
    let mut ann = cluster.nodes[0].connect("/chat/private?format=json").await;
    hears(&mut ann, json!({"greeting": "Welcome to the chat room!"})).await;
    let mut ben = cluster.nodes[1].connect("/chat/private?format=json").await;
    hears(&mut ben, json!({"greeting": "Welcome to the chat room!"})).await;
    hears(&mut ann, json!({"greeting": "Someone joined the chat!"})).await;
    cluster.nodes[1].kill().await;
    hears(&mut ann, json!({"message": "Someone left the chat!"})).await;
}
