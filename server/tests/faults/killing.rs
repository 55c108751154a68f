//! The program is ended in the middle of everything, again and again, on the same data. Whatever was acknowledged is
//! there once; numbers have no gap; who comes back gets what he missed; nobody saw what is not stored.

use std::path::Path;

use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;

use super::resuming::Watcher;
use super::stored::Stored;
use super::voices::{Door, Tongue, Voice};
use crate::support::{Server, in_time};

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
        evening.voices.iter().filter(|voice| voice.came).for_each(was_told_to_come_back);
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
        let stored = Stored::at(&self.server).await;
        let all = stored.lobby.len() as u64;
        let last_look = std::mem::take(&mut self.watcher).watches(Door::of(&self.server), Some(all));
        let watcher = in_time("the watcher to have seen all", last_look).await;
        assert!(self.server.stop().await.success());

        let ends = format!("ends: {:?}", self.ends);
        stored.bears_out(&self.voices, &ends);
        assert_eq!(watcher.lobby, stored.lobby, "who watched got all of it; {ends}");
        self.leave_figures(figures, &watcher, stored.lobby.len() + stored.kept.len());
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
