//! Nodes die, stand still and lose their way to each other and to the database, one after the other, while everybody
//! talks. Whatever was acknowledged is there once; numbers have no gap; every node tells them in order; and who comes
//! back gets exactly what he missed.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::faults::resuming::Watcher;
use crate::faults::voices::{Door, Tongue, Voice};
use crate::support::cluster::Cluster;
use crate::support::nats::Nats;
use crate::support::{Native, Server, in_time};

/// Everybody is as fast as he can.
const FLAGS: [&str; 4] = ["--message-burst", "1000000", "--messages-per-second", "1000000"];

/// How many acknowledgements each part of the evening lasts.
const A_WHILE: usize = 150;

/// How soon who was told to come back is back at another node.
const BACK_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn nothing_acknowledged_is_lost_whatever_fails() {
    let Some(mut evening) = Evening::begins().await else { return };
    evening.goes_on(A_WHILE).await;

    evening.cluster.nodes[1].kill().await;
    evening.goes_on(A_WHILE).await;
    evening.a_node_starts_at(1).await;

    evening.cluster.nodes[2].stands_still().await;
    evening.goes_on(A_WHILE).await;
    evening.cluster.nodes[2].goes_on().await;
    evening.goes_on(A_WHILE).await;

    evening.cluster.nats.goes_away().await;
    evening.goes_on(A_WHILE).await;
    evening.cluster.nats.comes_back().await;
    evening.cluster.hears_all().await;
    evening.goes_on(A_WHILE).await;

    evening.is_cut_from_the_database(0).await;
    evening.ends_whole().await;
}

#[tokio::test]
async fn nodes_are_replaced_one_after_the_other_and_nobody_misses_anything() {
    let Some(mut evening) = Evening::begins().await else { return };
    for number in 0..evening.cluster.nodes.len() {
        evening.goes_on(A_WHILE).await;
        assert!(evening.cluster.nodes[number].stop().await.success());
        evening.goes_on(A_WHILE).await;
        evening.a_node_starts_at(number).await;
    }
    let longest = *evening.longest_absence.lock();
    assert!(longest < BACK_WITHIN, "somebody was away for {longest:?}");
    evening.ends_whole().await;
}

/// Where everybody can be reached now.
type Doors = Arc<Mutex<Vec<Door>>>;

/// A conversation at three nodes.
struct Evening {
    cluster: Cluster,
    doors: Doors,
    voices: Vec<JoinHandle<Voice>>,
    watchers: Vec<JoinHandle<Watcher>>,
    over: Arc<AtomicBool>,
    longest_absence: Arc<Mutex<Duration>>,
    counting: UnboundedSender<()>,
    counted: UnboundedReceiver<()>,
}

impl Evening {
    async fn begins() -> Option<Self> {
        // What happens to the server here is nothing for one that others use too.
        let nats = if Nats::is_left_out() { return None } else { Nats::own().await };
        let cluster = Cluster::on(nats, 3, &FLAGS).await?;
        let doors = Arc::new(Mutex::new(cluster.nodes.iter().map(Door::of).collect()));
        let (counting, counted) = unbounded_channel();
        let (voices, watchers) = (Vec::new(), Vec::new());
        let (over, longest_absence) = (Arc::default(), Arc::default());
        let mut evening = Self { cluster, doors, voices, watchers, over, longest_absence, counting, counted };
        for (number, name) in ["nina", "nora", "nick", "nell", "noah", "nuri"].into_iter().enumerate() {
            evening.joins_in(Voice::new(Tongue::Native, name), number % 3);
        }
        for (number, name) in ["wanda", "wendy", "willy"].into_iter().enumerate() {
            evening.watches(Watcher::named(name), number % 3);
        }
        Some(evening)
    }

    /// Somebody talks, from one node after the other, until all is over.
    fn joins_in(&mut self, mut voice: Voice, mut home: usize) {
        let (doors, over, counting) = (Arc::clone(&self.doors), Arc::clone(&self.over), self.counting.clone());
        let longest = Arc::clone(&self.longest_absence);
        self.voices.push(tokio::spawn(async move {
            let mut left = Instant::now();
            while !over.load(Ordering::Acquire) {
                let (sent, heard) = (voice.acknowledged.len(), unbounded_channel());
                let talking = voice.talks(door_of(&doors, home), heard.0);
                voice = pass_on(talking, heard.1, &counting, |at| {
                    let mut longest = longest.lock();
                    *longest = (*longest).max(at - left);
                })
                .await;
                if voice.acknowledged.len() > sent {
                    left = Instant::now();
                }
                home += 1;
            }
            voice
        }));
    }

    fn watches(&mut self, mut watcher: Watcher, mut home: usize) {
        let (doors, over) = (Arc::clone(&self.doors), Arc::clone(&self.over));
        self.watchers.push(tokio::spawn(async move {
            while !over.load(Ordering::Acquire) {
                watcher = watcher.watches(door_of(&doors, home), None).await;
                home += 1;
            }
            watcher
        }));
    }

    /// Everybody talks until so much more was acknowledged.
    async fn goes_on(&mut self, acknowledgements: usize) {
        while self.counted.try_recv().is_ok() {}
        for _ in 0..acknowledgements {
            in_time("an acknowledgement", self.counted.recv()).await.expect("somebody talks");
        }
    }

    /// A new node takes the place of one that is gone.
    async fn a_node_starts_at(&mut self, number: usize) {
        let (database, nats) = (self.cluster.database.url().clone(), self.cluster.nats.url().to_owned());
        let node = Server::node(database.as_str(), &nats, &FLAGS).await;
        node.hears_others().await;
        self.doors.lock()[number] = Door::of(&node);
        self.cluster.nodes[number] = node;
    }

    /// A node takes the place of another that reaches the database by a way of its own; that is cut, and mended.
    async fn is_cut_from_the_database(&mut self, number: usize) {
        let (proxy, database) = self.cluster.database.by_proxy().await;
        let node = Server::node(database.as_str(), self.cluster.nats.url(), &FLAGS).await;
        node.hears_others().await;
        self.doors.lock()[number] = Door::of(&node);
        // Whoever was at the one before comes to this one, or to another.
        assert!(std::mem::replace(&mut self.cluster.nodes[number], node).stop().await.success());
        self.goes_on(A_WHILE).await;
        proxy.is_cut();
        self.goes_on(A_WHILE).await;
        proxy.is_mended();
        self.goes_on(A_WHILE).await;
    }

    /// Checks everything.
    async fn ends_whole(mut self) {
        self.over.store(true, Ordering::Release);
        for node in &mut self.cluster.nodes {
            assert!(node.stop().await.success());
        }
        let mut voices = Vec::new();
        for voice in self.voices.drain(..) {
            voices.push(in_time("a voice to fall silent", voice).await.expect("it does not panic"));
        }
        let last = Server::node(self.cluster.database.url().as_str(), self.cluster.nats.url(), &FLAGS).await;
        let lobby = lobby_of(&last).await;
        for watcher in self.watchers.drain(..) {
            let watcher = in_time("a watcher", watcher).await.expect("he does not panic");
            let look = watcher.watches(Door::of(&last), Some(lobby.len() as u64));
            let watcher = in_time("a watcher to have seen all", look).await;
            assert_eq!(watcher.lobby, lobby, "who watched got all of it");
        }
        let bodies: Vec<&String> = lobby.values().collect();
        let once: HashSet<&String> = bodies.iter().copied().collect();
        assert_eq!(once.len(), bodies.len(), "each message is there once");
        assert!(lobby.keys().copied().eq(1..=lobby.len() as u64), "no gap");
        for voice in &voices {
            assert!(!voice.acknowledged.is_empty());
            let lost = voice.acknowledged.iter().find(|mark| !once.contains(mark));
            assert_eq!(lost, None, "{} was told that it is stored", voice.name);
            let unheard = voice.seen.iter().find(|mark| !once.contains(mark));
            assert_eq!(unheard, None, "{} saw it, and it is not stored", voice.name);
        }
    }
}

fn door_of(doors: &Doors, home: usize) -> Door {
    let doors = doors.lock();
    doors[home % doors.len()].clone()
}

/// Counts what somebody is told while he talks; `first` is told when the first of it came.
async fn pass_on(
    talking: impl Future<Output = Voice>,
    mut heard: UnboundedReceiver<()>,
    counting: &UnboundedSender<()>,
    first: impl FnOnce(Instant),
) -> Voice {
    let mut first = Some(first);
    let counts = async {
        while heard.recv().await.is_some() {
            if let Some(first) = first.take() {
                first(Instant::now());
            }
            let _ = counting.send(());
        }
    };
    tokio::join!(talking, counts).0
}

async fn lobby_of(node: &Server) -> BTreeMap<u64, String> {
    let mut reader: Native = node.native("reader").await;
    let lobby = reader.joins("#lobby").await.room;
    let mut all = BTreeMap::new();
    loop {
        let after = all.keys().next_back().copied().unwrap_or_default();
        let page = reader.history(json!({"room": lobby, "after": after})).await;
        all.extend(page.messages.into_iter().map(|message| (message.seq.0, message.body)));
        if !page.more {
            return all;
        }
    }
}
