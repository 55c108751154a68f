//! Which seats of the random chat wait on which node: only PostgreSQL knows, so these are no checks of every engine.

use std::collections::HashMap;
use std::time::Duration;

use server::store::{Nodes, Seat, Seats, Sought, StoreError};

use super::*;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

/// A node that lives: its own way to the database.
struct Node {
    store: PostgresStore,
    name: &'static str,
}

impl Node {
    async fn at(database: &Database, name: &'static str) -> Self {
        Self::for_so_long(database, name, LONG).await
    }

    async fn for_so_long(database: &Database, name: &'static str, lasts: Duration) -> Self {
        let store = PostgresStore::open(database.url()).await.unwrap();
        store.join(name, lasts).await.unwrap();
        Self { store, name }
    }

    async fn seeks(&self, seat: &Seat) -> Sought {
        self.store.seek(self.name, seat, false).await.unwrap()
    }

    /// Finds nobody.
    async fn waits(&self, seat: &Seat) {
        assert_eq!(self.seeks(seat).await, Sought::Waits);
    }

    /// Is given the seat in that room of that node.
    async fn finds(&self, seat: &Seat, host: &Self, room: u64) {
        assert_eq!(self.seeks(seat).await, beside(host, room));
    }

    async fn has(&self, rooms: &[u64], seats: &[Seat]) {
        let rooms: Vec<_> = rooms.iter().copied().map(RoomId).collect();
        self.store.set_seats(self.name, &rooms, seats).await.unwrap();
    }

    async fn rooms(&self) -> Vec<u64> {
        let mut rooms: Vec<_> =
            self.store.seated_rooms(self.name).await.unwrap().into_iter().map(|room| room.0).collect();
        rooms.sort_unstable();
        rooms
    }
}

fn beside(host: &Node, room: u64) -> Sought {
    Sought::Beside { host: host.name.to_owned(), room: RoomId(room) }
}

/// The seat of somebody who waits in a room of that number.
fn seat(room: u64, who: &str) -> Seat {
    Seat { room: RoomId(room), name: Some(name(who)), waits: true, avoids: None, blocks: Vec::new() }
}

async fn two_nodes() -> Option<(Database, Node, Node)> {
    let database = Database::new().await?;
    let (one, other) = (Node::at(&database, "one").await, Node::at(&database, "other").await);
    Some((database, one, other))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_strangers_two_are_brought_together_and_the_third_waits() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.waits(&seat(1, "ann")).await;
    other.finds(&seat(1, "bob"), &one, 1).await;
    other.waits(&seat(2, "cleo")).await;
    one.finds(&seat(2, "dan"), &other, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_who_seek_at_once_each_is_found_once_or_finds_one() {
    let Some((database, one, other)) = two_nodes().await else { return };
    let third = Node::at(&database, "third").await;
    let nodes = [one, other, third];
    let seekers = (0..100_u64).map(|number| {
        let node = &nodes[usize::try_from(number % 3).unwrap()];
        async move { node.seeks(&seat(number, &format!("p{number}"))).await }
    });
    let mut found: HashMap<String, usize> = HashMap::new();
    let mut waiting = 0;
    for sought in futures_util::future::join_all(seekers).await {
        match sought {
            Sought::Waits => waiting += 1,
            Sought::Beside { host, room } => *found.entry(format!("{host} {room}")).or_default() += 1,
        }
    }
    assert_eq!((waiting, found.len()), (50, 50));
    assert!(found.values().all(|times| *times == 1), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_himself_whom_he_avoids_or_who_avoids_him() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.waits(&seat(1, "ann")).await;
    other.waits(&seat(1, "Ann")).await;
    other.has(&[1], &[]).await;
    other.waits(&Seat { avoids: Some(name("ann").key()), ..seat(2, "bob") }).await;
    other.has(&[2], &[]).await;
    other.waits(&Seat { blocks: vec![name("ann").key()], ..seat(3, "bob") }).await;
    other.has(&[3], &[]).await;
    for unwilling in [
        Seat { avoids: Some(name("bob").key()), ..seat(1, "ann") },
        Seat { blocks: vec![name("zoe").key(), name("bob").key()], ..seat(1, "ann") },
    ] {
        one.has(&[1], &[unwilling]).await;
        other.waits(&seat(4, "bob")).await;
        other.has(&[4], &[]).await;
    }
    other.finds(&seat(5, "cleo"), &one, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_name_yet_is_found_by_anybody() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    let nameless = |room| Seat { name: None, ..seat(room, "x") };
    one.waits(&nameless(1)).await;
    other.finds(&nameless(1), &one, 1).await;
    one.waits(&nameless(2)).await;
    other.finds(&Seat { blocks: vec![name("zoe").key()], ..seat(2, "bob") }, &one, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_is_found_while_its_owner_waits_there_and_lives() {
    let Some((database, one, other)) = two_nodes().await else { return };
    one.has(&[1], &[Seat { waits: false, ..seat(1, "ann") }]).await;
    one.has(&[2], &[Seat { waits: false, ..seat(2, "cleo") }, Seat { waits: false, ..seat(2, "dan") }]).await;
    let dead = Node::for_so_long(&database, "dead", Duration::ZERO).await;
    dead.has(&[3], &[seat(3, "eve")]).await;
    other.waits(&seat(9, "bob")).await;
    assert_eq!(one.store.waiting_elsewhere("one").await.unwrap(), 1);
    assert_eq!(one.store.host_of(&name("CLEO")).await.unwrap().as_deref(), Some("one"));
    assert_eq!(one.store.host_of(&name("eve")).await.unwrap(), None);
    other.has(&[9], &[]).await;
    assert_eq!(one.store.host_of(&name("bob")).await.unwrap(), None);

    let stopping = PostgresStore::open(database.url()).await.unwrap();
    let lease = stopping.join("stopping", LONG).await.unwrap();
    stopping.set_seats("stopping", &[RoomId(4)], &[seat(4, "fay")]).await.unwrap();
    stopping.stop(lease).await.unwrap();
    other.waits(&seat(10, "bob")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_hears_no_other_finds_its_own_people_only() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.waits(&seat(1, "ann")).await;
    assert_eq!(other.store.seek("other", &seat(1, "bob"), true).await.unwrap(), Sought::Waits);
    assert_eq!(other.store.seek("other", &seat(2, "cleo"), true).await.unwrap(), beside(&other, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_down_is_what_the_host_has_and_never_three() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.has(&[1, 2, 3], &[seat(1, "ann"), seat(2, "bob"), seat(2, "cleo"), seat(3, "dan")]).await;
    other.has(&[1], &[seat(1, "eve")]).await;
    assert_eq!(one.rooms().await, [1, 2, 3]);
    one.has(&[2, 3], &[seat(3, "dan")]).await;
    assert_eq!((one.rooms().await, other.rooms().await), (vec![1, 3], vec![1]));
    let three = [seat(5, "ann"), seat(5, "bob"), seat(5, "cleo")];
    let refused = one.store.set_seats("one", &[RoomId(5)], &three).await;
    assert!(matches!(refused, Err(StoreError::Engine(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_that_is_given_stays_given_while_its_host_writes() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.waits(&seat(1, "ann")).await;
    other.finds(&seat(1, "bob"), &one, 1).await;
    one.has(&[1], &[seat(1, "anna")]).await;
    other.waits(&seat(2, "cleo")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_seats_of_nodes_that_are_no_more_are_forgotten() {
    let Some((_database, one, other)) = two_nodes().await else { return };
    one.has(&[1], &[seat(1, "ann")]).await;
    other.store.set_seats("unheard of", &[RoomId(1)], &[seat(1, "eve")]).await.unwrap();
    other.store.forget_seats().await.unwrap();
    assert_eq!(one.rooms().await, [1]);
    assert!(other.store.seated_rooms("unheard of").await.unwrap().is_empty());
}
