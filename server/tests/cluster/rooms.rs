//! Rooms and groups whose members are at different nodes.

use serde_json::json;
use shared::{RoomGoneReason, ServerMessage};

use crate::support::Native;
use crate::support::cluster::Cluster;

/// Alice at one node, Bob at another; both have been in the lobby, so that they can be added to groups.
async fn two_people(cluster: &Cluster) -> (Native, Native) {
    let mut alice = cluster.nodes[0].native("alice").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    for person in [&mut alice, &mut bob] {
        person.joins("#lobby").await;
    }
    (alice, bob)
}

async fn is_given_a_room(person: &mut Native, name: &str) {
    person
        .until(|message| match message {
            ServerMessage::Room { id: None, room } if room.name.as_ref().is_some_and(|its| its.as_str() == name) => {
                Some(())
            }
            _ => None,
        })
        .await;
}

async fn loses_a_room(person: &mut Native) -> RoomGoneReason {
    person
        .until(|message| match message {
            ServerMessage::RoomGone(gone) => Some(gone.reason),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn who_is_added_to_a_group_is_in_it_at_once_and_out_when_he_is_removed() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut alice, mut bob) = two_people(&cluster).await;
    let garden = alice.creates("garden", true).await.room;
    alice.does(json!({"type": "add_member", "room": "#garden", "user": "bob"})).await;
    is_given_a_room(&mut bob, "garden").await;
    alice.says("#garden", "tomatoes").await;
    bob.sees("alice", "tomatoes").await;
    bob.says("#garden", "and beans").await;
    alice.sees("alice", "tomatoes").await;
    alice.sees("bob", "and beans").await;
    alice.does(json!({"type": "remove_member", "room": "#garden", "user": "bob"})).await;
    assert_eq!(loses_a_room(&mut bob).await, RoomGoneReason::Removed);
    assert!(bob.tries_to_say("#garden", "still here?").await.is_err());
    assert_eq!(alice.history(json!({"room": garden})).await.messages.len(), 2);
}

#[tokio::test]
async fn a_room_that_is_deleted_at_one_node_is_gone_at_all() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut alice, mut bob) = two_people(&cluster).await;
    alice.creates("den", false).await;
    bob.joins("#den").await;
    alice.does(json!({"type": "delete_room", "room": "#den"})).await;
    assert_eq!(loses_a_room(&mut bob).await, RoomGoneReason::Deleted);
}

#[tokio::test]
async fn typing_topics_and_receipts_travel() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut alice, mut bob) = two_people(&cluster).await;
    let den = alice.creates("den", false).await.room;
    bob.joins("#den").await;
    alice.does(json!({"type": "set_topic", "room": "#den", "topic": "bears"})).await;
    bob.until(|message| match message {
        ServerMessage::RoomChanged(changed) if changed.topic == "bears" => Some(()),
        _ => None,
    })
    .await;
    // What nobody keeps may be missed by who came only now; a message is not.
    loop {
        alice.ask(json!({"type": "typing", "room": den, "on": true})).await;
        alice.says("#den", "a bear!").await;
        let typing = bob
            .until(|message| match message {
                ServerMessage::Typing(typing) if typing.user.as_str() == "alice" => Some(true),
                ServerMessage::Message(_) => Some(false),
                _ => None,
            })
            .await;
        if typing {
            break;
        }
    }
    let said = alice.says("@bob", "have you read this?").await;
    loop {
        bob.does(json!({"type": "read", "room": said.room, "seq": said.seq})).await;
        bob.says("@alice", "I have").await;
        let read = alice
            .until(|message| match message {
                ServerMessage::Read(read) if read.user.as_str() == "bob" => Some(read.seq == said.seq),
                ServerMessage::Message(message) if message.from.as_str() == "bob" => Some(false),
                _ => None,
            })
            .await;
        if read {
            break;
        }
    }
}

#[tokio::test]
async fn who_is_silenced_or_banned_at_one_node_is_so_at_all() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut alice, mut bob) = two_people(&cluster).await;
    alice.creates("den", false).await;
    bob.joins("#den").await;
    alice.does(json!({"type": "silence", "room": "#den", "user": "bob"})).await;
    bob.until(|message| match message {
        ServerMessage::Standing(standing) if standing.silenced.is_some() => Some(()),
        _ => None,
    })
    .await;
    assert!(bob.tries_to_say("#den", "hm").await.is_err());
    alice.does(json!({"type": "ban", "room": "#den", "user": "bob"})).await;
    assert_eq!(loses_a_room(&mut bob).await, RoomGoneReason::Banned);
}

#[tokio::test]
async fn who_is_added_from_another_node_hears_what_is_said_right_after_whoever_is_there_already() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let (mut alice, _bob) = two_people(&cluster).await;
    alice.creates("garden", true).await;
    alice.does(json!({"type": "add_member", "room": "#garden", "user": "bob"})).await;
    for number in 0..10 {
        let name = format!("paul{number}");
        let mut paul = cluster.nodes[1].connect(&format!("/ws/{name}")).await;
        // He is known once he has said something.
        paul.send(json!({"p": "alice", "m": "hello"}).to_string()).await;
        alice.sees(&name, "hello").await;
        alice.does(json!({"type": "add_member", "room": "#garden", "user": name})).await;
        alice.says("#garden", &format!("welcome, {name}")).await;
        alice.sees("alice", &format!("welcome, {name}")).await;
        paul.sees_json(json!({"p": "#garden", "from": "alice", "m": format!("welcome, {name}")})).await;
    }
}
