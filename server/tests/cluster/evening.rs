//! A conversation at three nodes that goes on whatever happens to them, and is looked through at its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::faults::resuming::Watcher;
use crate::faults::stored::Stored;
use crate::faults::voices::{Door, Voice};
use crate::support::cluster::Cluster;
use crate::support::{Proxy, Server, in_time};

/// Everybody is as fast as he can.
const FLAGS: [&str; 4] = ["--message-burst", "1000000", "--messages-per-second", "1000000"];

/// How many acknowledgements each part of the evening lasts.
pub const A_WHILE: usize = 150;

/// Where everybody can be reached now.
type Doors = Arc<Mutex<Vec<Door>>>;

/// A conversation at three nodes.
pub struct Evening {
    pub cluster: Cluster,
    doors: Doors,
    voices: Vec<JoinHandle<Voice>>,
    watchers: Vec<JoinHandle<Watcher>>,
    over: Arc<AtomicBool>,
    /// How long anybody had no connection.
    pub longest_absence: Arc<Mutex<Duration>>,
    counting: UnboundedSender<()>,
    counted: UnboundedReceiver<()>,
}

impl Evening {
    /// Somebody talks in every dialect, and three watch. `None`: the tests are told to do without PostgreSQL or NATS.
    pub async fn begins() -> Option<Self> {
        let cluster = Cluster::with_own_nats(3, &FLAGS).await?;
        let doors = Arc::new(Mutex::new(cluster.nodes.iter().map(Door::of).collect()));
        let (counting, counted) = unbounded_channel();
        let (voices, watchers) = (Vec::new(), Vec::new());
        let (over, longest_absence) = (Arc::default(), Arc::default());
        let mut evening = Self { cluster, doors, voices, watchers, over, longest_absence, counting, counted };
        for (number, voice) in Voice::all().into_iter().enumerate() {
            evening.joins_in(voice, number % 3);
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
    pub async fn goes_on(&mut self, acknowledgements: usize) {
        while self.counted.try_recv().is_ok() {}
        for _ in 0..acknowledgements {
            in_time("an acknowledgement", self.counted.recv()).await.expect("somebody talks");
        }
    }

    /// A new node takes the place of one that is gone.
    pub async fn a_node_starts_at(&mut self, number: usize) {
        let (database, nats) = (self.cluster.database.url().clone(), self.cluster.nats.url().to_owned());
        let node = Server::node(database.as_str(), &nats, &FLAGS).await;
        node.hears_others().await;
        self.doors.lock()[number] = Door::of(&node);
        self.cluster.nodes[number] = node;
    }

    /// A node takes the place of another that reaches the database by a way of its own; that is cut, mended, swallows all,
    /// and is mended again.
    pub async fn is_cut_from_the_database(&mut self, number: usize) {
        let (proxy, database) = self.cluster.database.by_proxy().await;
        let node = Server::node(database.as_str(), self.cluster.nats.url(), &FLAGS).await;
        node.hears_others().await;
        self.doors.lock()[number] = Door::of(&node);
        // Whoever was at the one before comes to this one, or to another.
        assert!(std::mem::replace(&mut self.cluster.nodes[number], node).stop().await.success());
        self.goes_on(A_WHILE).await;
        for breaks in [Proxy::is_cut, Proxy::falls_silent] {
            breaks(&proxy);
            self.goes_on(A_WHILE).await;
            proxy.is_mended();
            self.goes_on(A_WHILE).await;
        }
    }

    /// Checks everything. What all were at, and how many messages are stored.
    pub async fn ends_whole(mut self) -> (Cluster, usize) {
        self.over.store(true, Ordering::Release);
        for node in &mut self.cluster.nodes {
            assert!(node.stop().await.success());
        }
        let mut voices = Vec::new();
        for voice in self.voices.drain(..) {
            voices.push(in_time("a voice to fall silent", voice).await.expect("it does not panic"));
        }
        let last = Server::node(self.cluster.database.url().as_str(), self.cluster.nats.url(), &FLAGS).await;
        let stored = Stored::at(&last).await;
        for watcher in self.watchers.drain(..) {
            let watcher = in_time("a watcher", watcher).await.expect("he does not panic");
            let look = watcher.watches(Door::of(&last), Some(stored.lobby.len() as u64));
            let watcher = in_time("a watcher to have seen all", look).await;
            assert_eq!(watcher.lobby, stored.lobby, "who watched got all of it");
        }
        stored.bears_out(&voices, "after an evening");
        let unheard = voices.iter().find(|voice| voice.acknowledged.is_empty());
        assert!(unheard.is_none(), "everybody is heard in his dialect: {:?}", unheard.map(|voice| voice.name));
        (self.cluster, stored.lobby.len() + stored.kept.len())
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
