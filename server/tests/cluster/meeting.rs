//! People at different nodes meet as if there were one.

use futures_util::future::join_all;
use serde_json::json;
use shared::ServerMessage;

use crate::dialects::matrix;
use crate::support::cluster::Cluster;
use crate::support::{Native, Wire};

#[tokio::test]
async fn what_is_said_at_one_node_is_seen_at_another() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    alice.joins("#lobby").await;
    bob.joins("#lobby").await;
    let said = alice.says("#lobby", "over there?").await;
    assert_eq!(bob.sees("alice", "over there?").await.seq, said.seq);
    bob.says("#lobby", "over here!").await;
    alice.sees("alice", "over there?").await;
    alice.sees("bob", "over here!").await;
}

#[tokio::test]
async fn everybody_sees_the_same_in_the_same_order_whoever_speaks_at_once() {
    const EACH: usize = 60;
    let flags = ["--message-burst", "10000", "--messages-per-second", "10000"];
    let Some(cluster) = Cluster::with(3, &flags).await else { return };
    let mut people = Vec::new();
    for (number, name) in ["ann", "ben", "cat", "dan", "eve", "fay"].into_iter().enumerate() {
        let mut person = cluster.nodes[number % 3].native(name).await;
        person.joins("#lobby").await;
        people.push((name, person));
    }
    let all = EACH * people.len();
    let seen = join_all(people.into_iter().map(|(name, mut person)| async move {
        for number in 0..EACH {
            person.ask(json!({"type": "say", "to": "#lobby", "body": format!("{name} {number}")})).await;
        }
        messages(&mut person, all).await
    }))
    .await;
    let numbers: Vec<u64> = seen[0].iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, Vec::from_iter(1..=all as u64), "in order, and none is missing");
    assert!(seen.iter().all(|theirs| *theirs == seen[0]), "everybody sees the same");
}

async fn messages(person: &mut Native, count: usize) -> Vec<(u64, String)> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let message = person.next_message().await;
        seen.push((message.seq.0, message.body));
    }
    seen
}

#[tokio::test]
async fn what_is_done_to_a_message_at_one_node_is_seen_at_another_once_its_message_was() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    let lobby = alice.joins("#lobby").await.room;
    bob.joins("#lobby").await;
    for number in 1..=20 {
        let said = alice.says("#lobby", &format!("draft {number}")).await;
        bob.sees("alice", &format!("draft {number}")).await;
        bob.does(json!({"type": "react", "room": lobby, "seq": said.seq, "emoji": "👍", "on": true})).await;
        let edit = json!({"type": "edit", "room": lobby, "seq": said.seq, "body": format!("fair copy {number}")});
        alice.does(edit).await;
        let (body, reactions) = bob
            .until(|message| match message {
                ServerMessage::Changed(changed) if changed.body.starts_with("fair copy") => {
                    Some((changed.body.clone(), changed.reactions.len()))
                }
                _ => None,
            })
            .await;
        assert_eq!((body, reactions), (format!("fair copy {number}"), 1));
    }
}

#[tokio::test]
async fn any_dialect_at_one_node_meets_any_other_at_another() {
    let Some(cluster) = Cluster::of(3).await else { return };
    matrix::everybody_hears_everybody(&cluster.nodes).await;
}

#[tokio::test]
async fn a_direct_message_finds_its_reader_at_whichever_node_he_is() {
    let Some(cluster) = Cluster::of(3).await else { return };
    matrix::anybody_reaches_anybody(&cluster.nodes).await;
}

#[tokio::test]
async fn mail_waits_for_its_reader_at_every_node_and_is_seen_once() {
    let Some(cluster) = Cluster::of(3).await else { return };
    matrix::mail_is_seen_once(&cluster.nodes).await;
}

#[tokio::test]
async fn a_group_speaks_every_dialect_whichever_nodes_its_members_are_at() {
    let Some(cluster) = Cluster::of(3).await else { return };
    matrix::a_group_hears_each_of_its_members(&cluster.nodes).await;
}

#[tokio::test]
async fn a_name_taken_in_any_dialect_at_one_node_is_held_in_every_other_at_another() {
    let Some(cluster) = Cluster::of(3).await else { return };
    matrix::a_name_is_held_everywhere(&cluster.nodes).await;
}

#[tokio::test]
async fn what_was_delivered_at_one_node_is_no_mail_at_the_next_however_soon_its_reader_comes() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    for round in 0..10 {
        let node = &cluster.nodes[round % 2];
        let mut paul = node.connect("/ws/paul").await;
        let mut lena = Wire::login(node, "lena").await;
        let text = format!("round {round}");
        alice.says("@paul", &text).await;
        alice.says("@lena", &text).await;
        // Nothing that came before comes before it.
        paul.sees_json(json!({"p": "alice", "m": text})).await;
        lena.sees(&format!("[alice][{{time}}] {text}")).await;
        paul.close().await;
        lena.leaves().await;
    }
}
