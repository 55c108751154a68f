//! Whose turn it is among several nodes to deliver a webhook.

use std::time::Duration;

use server::store::{Lease, Nodes, Progress, Turn};

use super::*;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

/// Two nodes at one database with a webhook, and its room.
struct Two {
    stores: [PostgresStore; 2],
    leases: [Lease; 2],
    room: RoomId,
}

impl Two {
    async fn at(database: &Database) -> Self {
        let open = || async { PostgresStore::open(database.url()).await.unwrap() };
        let stores = [open().await, open().await];
        let leases = [stores[0].join("one", LONG).await.unwrap(), stores[1].join("other", LONG).await.unwrap()];
        let room = make(&stores[0], RoomKind::Group, "ops", "alice").await.id;
        let webhook = super::programs::outgoing("out", room, Progress::default());
        assert!(stores[0].add_webhook(&webhook).await.unwrap());
        Self { stores, leases, room }
    }

    async fn takes(&self, node: usize) -> Vec<Turn> {
        self.stores[node].take_turns(self.leases[node]).await.unwrap()
    }

    async fn has(&self, node: usize) -> bool {
        self.stores[node].has_turn(self.leases[node], "out").await.unwrap()
    }

    async fn notes(&self, node: usize, seq: u64) -> bool {
        let progress = Progress { delivered: Seq(seq), delivered_at: Some(NOW), ..Progress::default() };
        self.stores[node].note_delivered(self.leases[node], "out", &progress).await.unwrap()
    }
}

#[tokio::test]
async fn one_node_at_a_time_delivers_a_webhook() {
    let Some(database) = Database::new().await else { return };
    let two = Two::at(&database).await;
    let (one, other) = tokio::join!(two.takes(0), two.takes(1));
    assert_eq!(one.len() + other.len(), 1, "{one:?} {other:?}");
    let (holder, waiting) = if one.is_empty() { (1, 0) } else { (0, 1) };
    assert_eq!(two.takes(holder).await.len(), 1, "what one has one keeps");
    assert!(two.has(holder).await && !two.has(waiting).await);
    assert!(!two.notes(waiting, 1).await);
    assert!(two.notes(holder, 0).await);
}

#[tokio::test]
async fn another_goes_on_where_a_node_stopped_or_is_gone() {
    let Some(database) = Database::new().await else { return };
    let two = Two::at(&database).await;
    for _ in 0..2 {
        say(&two.stores[0], said(two.room, "alice", "news")).await;
    }
    assert!(two.takes(0).await[0].waits);
    assert!(two.notes(0, 1).await);
    two.stores[0].leave(two.leases[0]).await.unwrap();
    assert!(two.notes(0, 1).await, "nobody else has taken it yet");
    let taken = two.takes(1).await;
    assert_eq!((taken[0].progress.delivered, taken[0].waits), (Seq(1), true));
    assert!(!two.notes(0, 2).await && !two.has(0).await, "he is late");
    assert!(two.takes(0).await.is_empty(), "a stay that is over takes nothing");
    two.stores[1].give_back_turn(two.leases[1], "out").await.unwrap();
    assert!(!two.has(1).await);
}

#[tokio::test]
async fn a_node_that_stops_takes_nothing_new_and_keeps_what_it_has_for_now() {
    let Some(database) = Database::new().await else { return };
    let two = Two::at(&database).await;
    assert_eq!(two.takes(0).await.len(), 1);
    two.stores[0].stop(two.leases[0]).await.unwrap();
    assert!(two.notes(0, 0).await && two.takes(1).await.is_empty());
    two.stores[0].give_back_turn(two.leases[0], "out").await.unwrap();
    assert!(two.takes(0).await.is_empty());
    assert_eq!(two.takes(1).await.len(), 1);
}

#[tokio::test]
async fn a_webhook_that_is_disabled_is_nobodys_until_it_is_resumed() {
    let Some(database) = Database::new().await else { return };
    let two = Two::at(&database).await;
    assert_eq!(two.takes(0).await.len(), 1);
    let disabled = Progress { disabled: true, ..Progress::default() };
    assert!(two.stores[0].note_delivered(two.leases[0], "out", &disabled).await.unwrap());
    assert!(!two.has(0).await && two.takes(0).await.is_empty() && two.takes(1).await.is_empty());
    two.stores[0].give_back_turn(two.leases[0], "out").await.unwrap();
    two.stores[1].note_progress("out", &Progress::default()).await.unwrap();
    assert_eq!(two.takes(1).await.len(), 1);
}
