//! The program is ended in the middle of everything, again and again, on the same data. Whatever was acknowledged is
//! there once; numbers have no gap; who comes back gets what he missed; nobody saw what is not stored.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;

use super::resuming::Watcher;
use super::voices::{Door, KEEPER, Tongue, Voice};
use crate::support::{Native, Server, in_time};

/// How often the program is killed, as a power cut does.
const KILLS: usize = 40;
/// How often it is asked to stop, as an operator does.
const STOPS: usize = 4;
/// The most acknowledgements before the end; how many it are is left to chance.
const MOST: usize = 400;

/// Everybody is as fast as he can.
const FLAGS: [&str; 4] = ["--message-burst", "1000000", "--messages-per-second", "1000000"];

#[tokio::test]
async fn whatever_was_acknowledged_outlives_the_kill() {
    let mut evening = Evening::begins().await;
    for _ in 0..KILLS {
        evening.goes_on().await;
        evening.server.kill().await;
        evening.is_interrupted().await;
    }
    evening.ends_whole("faults-killed.json").await;
}

#[tokio::test]
async fn a_stop_loses_nothing_and_tells_everybody_to_come_back() {
    let mut evening = Evening::begins().await;
    for _ in 0..STOPS {
        evening.goes_on().await;
        assert!(evening.server.stop().await.success());
        evening.is_interrupted().await;
        evening.voices.iter().for_each(was_told_to_come_back);
    }
    evening.ends_whole("faults-stopped.json").await;
}

fn was_told_to_come_back(voice: &Voice) {
    let (words, code) = (voice.farewell.0.as_deref().unwrap_or_default(), voice.farewell.1);
    let told = match voice.tongue {
        Tongue::Native => words.contains(r#""type":"goodbye""#) && words.contains(r#""reconnect":true"#),
        Tongue::Tmp => words.starts_with("tmp://DISCONNECT"),
        Tongue::Line => words == "Disconnecting: server restarting, come back.",
        Tongue::Postman | Tongue::PublicChat => code == Some(4000),
        Tongue::MessageApi => true,
    };
    assert!(told, "{} heard {words:?} last, and {code:?}", voice.name);
}

/// A conversation that goes on over many lives of the server.
struct Evening {
    server: Server,
    voices: Vec<Voice>,
    watcher: Watcher,
    talking: Vec<tokio::task::JoinHandle<Voice>>,
    watching: Option<tokio::task::JoinHandle<Watcher>>,
    /// After how many acknowledgements each life ended.
    ends: Vec<usize>,
}

impl Evening {
    async fn begins() -> Self {
        let server = Server::start_with(&FLAGS).await;
        let (voices, watcher) = (Voice::all(), Watcher::default());
        Self { server, voices, watcher, talking: Vec::new(), watching: None, ends: Vec::new() }
    }

    /// Everybody talks until so much was acknowledged as chance says.
    async fn goes_on(&mut self) {
        let door = Door::of(&self.server);
        let (counting, mut counted) = unbounded_channel();
        self.watching = Some(tokio::spawn(std::mem::take(&mut self.watcher).watches(door.clone(), None)));
        let talks = |voice: Voice| tokio::spawn(voice.talks(door.clone(), counting.clone()));
        self.talking = self.voices.drain(..).map(talks).collect();
        let end = rand::random_range(1..=MOST);
        self.ends.push(end);
        for _ in 0..end {
            in_time("an acknowledgement", counted.recv()).await.expect("somebody talks");
        }
    }

    /// The server is gone: everybody notices, and it comes back.
    async fn is_interrupted(&mut self) {
        for talking in self.talking.drain(..) {
            self.voices.push(in_time("a voice to fall silent", talking).await.expect("it does not panic"));
        }
        if let Some(watching) = self.watching.take() {
            self.watcher = in_time("the watcher", watching).await.expect("he does not panic");
        }
        self.server.comes_back().await;
    }

    /// Checks everything, and leaves the figures behind.
    async fn ends_whole(mut self, figures: &str) {
        let lobby = lobby_of(&self.server).await;
        let last_look = std::mem::take(&mut self.watcher).watches(Door::of(&self.server), Some(lobby.len() as u64));
        let watcher = in_time("the watcher to have seen all", last_look).await;
        let kept = mail_of_the_keeper(&self.server).await;
        assert!(self.server.stop().await.success());

        let ends = &self.ends;
        let bodies: Vec<&String> = lobby.values().collect();
        let once: HashSet<&String> = bodies.iter().copied().collect();
        assert_eq!(once.len(), bodies.len(), "each message is there once; ends: {ends:?}");
        assert!(lobby.keys().copied().eq(1..=lobby.len() as u64), "no gap; ends: {ends:?}");
        assert_eq!(watcher.lobby, lobby, "who watched got all of it; ends: {ends:?}");
        for voice in &self.voices {
            for mark in &voice.acknowledged {
                let stored = if voice.is_in_the_lobby() { once.contains(mark) } else { kept.contains(mark) };
                assert!(stored, "{mark} was acknowledged and is lost; ends: {ends:?}");
            }
            let unheard = voice.seen.iter().find(|mark| !once.contains(mark));
            assert_eq!(unheard, None, "{} saw it, and it is not stored; ends: {ends:?}", voice.name);
        }
        self.leave_figures(figures, &watcher, lobby.len() + kept.len());
    }

    fn leave_figures(&self, file: &str, watcher: &Watcher, stored: usize) {
        let acknowledged: usize = self.voices.iter().map(|voice| voice.acknowledged.len()).sum();
        let sent: usize = self.voices.iter().map(|voice| voice.sent).sum();
        let figures = json!({
            "ends": self.ends.len(), "sent": sent, "acknowledged": acknowledged, "stored": stored, "lost": 0,
            "resumed": watcher.recovered, "told to fetch": watcher.fetched,
        });
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        std::fs::write(path, format!("{figures:#}\n")).expect("the figures are written");
    }
}

async fn lobby_of(server: &Server) -> BTreeMap<u64, String> {
    let mut reader = server.native("reader").await;
    let lobby = reader.joins("#lobby").await.room;
    whole_history(&mut reader, json!(lobby)).await
}

/// Everything that was said to him, each once.
async fn mail_of_the_keeper(server: &Server) -> HashSet<String> {
    let mut keeper = server.native(KEEPER).await;
    let rooms: Vec<_> = keeper.welcome.rooms.iter().map(|room| json!(room.room)).collect();
    let mut kept = HashSet::new();
    for room in rooms {
        for body in whole_history(&mut keeper, room).await.into_values() {
            assert!(kept.insert(body.clone()), "{body} is there twice");
        }
    }
    kept
}

async fn whole_history(reader: &mut Native, room: Value) -> BTreeMap<u64, String> {
    let mut all = BTreeMap::new();
    loop {
        let after = all.keys().next_back().copied().unwrap_or_default();
        let page = reader.history(json!({"room": room, "after": after})).await;
        all.extend(page.messages.into_iter().map(|message| (message.seq.0, message.body)));
        if !page.more {
            return all;
        }
    }
}
