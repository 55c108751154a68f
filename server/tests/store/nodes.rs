//! What several nodes at one database hold together: only PostgreSQL does, so these are no checks of every engine.

use std::num::NonZeroU32;
use std::time::Duration;

use server::store::{Claimed, Ground, HeldName, Lease, NameClaim, Nodes, Spending, TokenHash};

use super::*;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

/// Over before anything else is asked.
const AT_ONCE: Duration = Duration::ZERO;

const ANN: Ground = Ground::Guest(Some(TokenHash([1; 32])));
const SOMEBODY_ELSE: Ground = Ground::Guest(Some(TokenHash([2; 32])));
const NOBODY_KNOWN: Ground = Ground::Guest(None);

/// A node: its own way to the database, and its stay.
struct Node {
    store: PostgresStore,
    lease: Lease,
}

impl Node {
    async fn at(database: &Database, node: &str, lasts: Duration) -> Self {
        let store = PostgresStore::open(database.url()).await.unwrap();
        let lease = store.join(node, lasts).await.unwrap();
        Self { store, lease }
    }

    /// Whether it is granted that name.
    async fn takes(&self, text: &str, ground: Ground) -> bool {
        self.claims(&[(text, ground)]).await.expect("a stay that is not over").granted[0]
    }

    async fn claims(&self, names: &[(&str, Ground)]) -> Option<Claimed> {
        let claims: Vec<_> =
            names.iter().map(|(text, ground)| NameClaim { name: name(text), ground: *ground, direct: true }).collect();
        self.store.claim_names(self.lease, &claims).await.unwrap()
    }

    async fn may_take(&self, text: &str, ground: Ground) -> bool {
        self.store.may_claim(&[NameClaim { name: name(text), ground, direct: true }]).await.unwrap()[0]
    }

    async fn gives_back(&self, text: &str) {
        self.store.release_names(self.lease, &[name(text)]).await.unwrap().expect("a stay that is not over");
    }

    /// Whether it goes on; each beat ends what ran out, its own too.
    async fn beats(&self) -> bool {
        self.store.beat(self.lease).await.unwrap().is_some()
    }

    async fn holds(&self) -> Vec<String> {
        let held = self.store.held(self.lease).await.unwrap().expect("a stay that is not over");
        let mut names: Vec<_> = held.names.iter().map(|held| held.name.to_string()).collect();
        names.sort();
        names
    }
}

async fn two(database: &Database) -> (Node, Node) {
    tokio::join!(Node::at(database, "one", LONG), Node::at(database, "other", LONG))
}

#[tokio::test]
async fn a_guests_name_has_one_holder_and_is_free_right_after() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", NOBODY_KNOWN).await);
    assert!(!other.may_take("Ann", NOBODY_KNOWN).await);
    for ground in [NOBODY_KNOWN, SOMEBODY_ELSE, Ground::Account, Ground::Service] {
        assert!(!other.takes("Ann", ground).await, "{ground:?}");
    }
    one.gives_back("ANN").await;
    assert!(other.may_take("ann", SOMEBODY_ELSE).await);
    assert!(other.takes("ann", SOMEBODY_ELSE).await);
    assert!(!one.takes("ann", NOBODY_KNOWN).await);
}

#[tokio::test]
async fn the_same_guest_is_on_two_nodes_and_leaves_them_one_by_one() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", ANN).await && other.takes("ann", ANN).await);
    one.gives_back("ann").await;
    assert!(!one.takes("ann", SOMEBODY_ELSE).await);
    other.gives_back("ann").await;
    assert!(one.takes("ann", SOMEBODY_ELSE).await);
}

#[tokio::test]
async fn an_account_is_on_any_number_of_nodes_and_a_service_on_one() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", Ground::Account).await && other.takes("ann", Ground::Account).await);
    assert!(one.takes("clock", Ground::Service).await);
    assert!(!other.takes("clock", Ground::Service).await);
    let held = one.store.held(one.lease).await.unwrap().unwrap();
    assert!(held.names.contains(&HeldName { name: name("clock"), service: true, direct: true }), "{held:?}");
    assert!(held.names.contains(&HeldName { name: name("ann"), service: false, direct: true }), "{held:?}");
}

#[tokio::test]
async fn many_names_are_asked_for_together_and_answered_each() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    other.claims(&[("bob", NOBODY_KNOWN), ("dan", Ground::Account)]).await.unwrap();
    let claims = [("dan", Ground::Account), ("cem", NOBODY_KNOWN), ("bob", NOBODY_KNOWN), ("ann", ANN)];
    assert_eq!(one.claims(&claims).await, Some(Claimed { changes: 1, granted: vec![true, true, false, true] }));
    assert_eq!(one.holds().await, ["ann", "cem", "dan"]);
}

#[tokio::test]
async fn a_stay_that_ran_out_holds_nothing_and_takes_nothing() {
    let Some(database) = Database::new().await else { return };
    let gone = Node::at(&database, "gone", AT_ONCE).await;
    let other = Node::at(&database, "other", LONG).await;
    assert!(gone.takes("ann", ANN).await, "until somebody sees that it ran out");
    assert!(other.beats().await);
    assert!(other.takes("ann", NOBODY_KNOWN).await);
    assert!(!gone.beats().await);
    assert_eq!(gone.claims(&[("bob", NOBODY_KNOWN)]).await, None);
    assert_eq!(gone.store.release_names(gone.lease, &[name("ann")]).await.unwrap(), None);
    assert_eq!(gone.store.held(gone.lease).await.unwrap(), None);
    assert_eq!(other.holds().await, ["ann"], "what the other holds is not given back");
    let again = gone.store.join("gone", LONG).await.unwrap();
    let back = Node { lease: again, ..gone };
    assert!(!back.takes("ann", ANN).await);
    assert!(back.takes("bob", NOBODY_KNOWN).await);
}

#[tokio::test]
async fn a_stay_that_ran_out_takes_nothing_from_who_is_elsewhere_too() {
    let Some(database) = Database::new().await else { return };
    let gone = Node::at(&database, "gone", AT_ONCE).await;
    let other = Node::at(&database, "other", LONG).await;
    assert!(gone.takes("ann", ANN).await && other.takes("ann", ANN).await);
    assert!(other.beats().await);
    assert_eq!(other.holds().await, ["ann"]);
    assert!(!other.takes("ann", SOMEBODY_ELSE).await);
}

#[tokio::test]
async fn when_the_people_of_a_node_that_died_were_last_seen_is_noted() {
    let Some(database) = Database::new().await else { return };
    let gone = Node::at(&database, "gone", AT_ONCE).await;
    let other = Node::at(&database, "other", LONG).await;
    for who in ["ann", "bob"] {
        other.store.ensure_user(&name(who), NOW).await.unwrap();
        gone.takes(who, Ground::Account).await;
    }
    other.takes("bob", Ground::Account).await;
    other.beats().await;
    assert!(user(&other.store, "ann").await.unwrap().last_seen_at.is_some());
    assert_eq!(user(&other.store, "bob").await.unwrap().last_seen_at, None, "he is still there");
}

#[tokio::test]
async fn a_node_that_stops_hinders_nobody_and_is_granted_nothing() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", NOBODY_KNOWN).await);
    one.store.stop(one.lease).await.unwrap();
    assert!(one.beats().await);
    assert_eq!(one.holds().await, ["ann"]);
    assert_eq!(one.claims(&[("bob", NOBODY_KNOWN)]).await, None);
    assert!(other.takes("ann", NOBODY_KNOWN).await);
    one.gives_back("ann").await;
    assert_eq!(other.holds().await, ["ann"]);
    one.store.leave(one.lease).await.unwrap();
    assert!(!one.beats().await);
}

#[tokio::test]
async fn who_comes_back_under_the_same_name_of_a_node_ends_its_earlier_stay() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", NOBODY_KNOWN).await);
    let again = Node::at(&database, "one", LONG).await;
    assert!(again.takes("ann", SOMEBODY_ELSE).await);
    assert!(!one.beats().await && other.beats().await);
}

#[tokio::test]
async fn everybody_sees_who_lives_and_how_often_names_changed() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    one.takes("ann", ANN).await;
    one.gives_back("ann").await;
    other.store.stop(other.lease).await.unwrap();
    let stays = other.store.beat(other.lease).await.unwrap().unwrap();
    let seen: Vec<_> = stays.iter().map(|stay| (stay.node.as_str(), stay.changes, stay.stopping)).collect();
    assert!(seen.contains(&("one", 2, false)) && seen.contains(&("other", 0, true)), "{seen:?}");
    assert_eq!(one.store.held(one.lease).await.unwrap().unwrap().changes, 2);
}

#[tokio::test]
async fn whether_somebody_takes_direct_messages_on_a_node_is_noted() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", ANN).await && other.takes("ann", ANN).await);
    let both = [(name("ann"), false), (name("bob"), true)];
    assert_eq!(one.store.note_direct(one.lease, &both).await.unwrap(), Some(2));
    let held = |direct| vec![HeldName { name: name("ann"), service: false, direct }];
    assert_eq!(other.store.held(one.lease).await.unwrap().unwrap().names, held(false));
    assert_eq!(other.store.held(other.lease).await.unwrap().unwrap().names, held(true));
}

#[tokio::test]
async fn a_guest_who_becomes_an_account_holds_his_name_as_one() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    assert!(one.takes("ann", ANN).await);
    other.store.promote_name(&name("Ann")).await.unwrap();
    assert!(other.takes("ann", Ground::Account).await);
    assert!(!other.takes("ann", ANN).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_that_ask_at_once_one_is_granted_the_name() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    for round in 0..100 {
        // Some are new, some were held before; one asks for them in the other order.
        let names: Vec<_> = (0..8).map(|nth| format!("user{}", (round + nth) % 12)).collect();
        let forwards: Vec<_> = names.iter().map(|text| (text.as_str(), NOBODY_KNOWN)).collect();
        let backwards: Vec<_> = forwards.iter().rev().copied().collect();
        let (ours, theirs) = tokio::join!(one.claims(&forwards), other.claims(&backwards));
        let (ours, mut theirs) = (ours.unwrap().granted, theirs.unwrap().granted);
        theirs.reverse();
        assert!(ours.iter().zip(&theirs).all(|(ours, theirs)| ours != theirs), "{round}: {ours:?} {theirs:?}");
        let all: Vec<_> = names.iter().map(|text| name(text)).collect();
        let given_back =
            tokio::join!(one.store.release_names(one.lease, &all), other.store.release_names(other.lease, &all));
        assert!(given_back.0.unwrap().is_some() && given_back.1.unwrap().is_some());
        assert!(one.holds().await.is_empty() && other.holds().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_limited_is_limited_for_all_nodes_together() {
    let Some(database) = Database::new().await else { return };
    let (one, other) = two(&database).await;
    let a_few = |key: &str| Spending { key: key.to_owned(), per_minute: NonZeroU32::new(3).unwrap() };
    let [ann, bob] = ["ann", "bob"].map(a_few);
    assert_eq!(one.store.spend(&[ann.clone(), bob.clone()]).await.unwrap(), [true, true]);
    let at_once = tokio::join!(
        one.store.spend(std::slice::from_ref(&ann)),
        other.store.spend(std::slice::from_ref(&ann)),
        other.store.spend(std::slice::from_ref(&ann)),
    );
    let spent = [at_once.0, at_once.1, at_once.2].into_iter().filter(|spent| spent.as_ref().unwrap()[0]).count();
    assert_eq!(spent, 2);
    assert_eq!(other.store.spend(&[ann, bob]).await.unwrap(), [false, true]);
}
