//! Somebody who only watches the lobby, comes back after each end of the server, and asks for what was missed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::voices::Door;
use crate::support::Frail;

/// The watcher, and the lobby as it was shown to him.
pub struct Watcher {
    name: &'static str,
    /// Sequence number to text.
    pub lobby: BTreeMap<u64, String>,
    /// How often what was missed came at once, and how often he was told to fetch it.
    pub recovered: usize,
    pub fetched: usize,
    room: Option<u64>,
    token: Option<String>,
    /// What is to be told next on this connection, once something was.
    next: Option<u64>,
}

impl Default for Watcher {
    fn default() -> Self {
        Self::named("watcher")
    }
}

impl Watcher {
    /// Who has seen nothing yet.
    pub fn named(name: &'static str) -> Self {
        let (lobby, recovered, fetched) = (BTreeMap::new(), 0, 0);
        Self { name, lobby, recovered, fetched, room: None, token: None, next: None }
    }

    /// Watches until the server is gone, or until he has seen this message.
    pub async fn watches(mut self, door: Door, until: Option<u64>) -> Self {
        let Some(mut client) = Frail::socket(&format!("ws://{}/api/ws", door.http)).await else { return self };
        let hello = match &self.token {
            Some(token) => json!({"type": "hello", "token": token}),
            None => json!({"type": "hello", "username": self.name}),
        };
        self.next = None;
        let seen = self.last();
        client.says(&hello.to_string()).await;
        client.says(r##"{"type":"join","room":"#lobby"}"##).await;
        if let Some(room) = self.room {
            let resume = json!({"type": "resume", "seen": [{"room": room, "seq": seen}]});
            client.says(&resume.to_string()).await;
        }
        while let Some(text) = client.hears().await {
            let frame: Value = serde_json::from_str(&text).expect("JSON");
            if let Some(request) = self.note(&frame, seen) {
                client.says(&request.to_string()).await;
            }
            if until.is_some_and(|last| self.lobby.len() as u64 == last) {
                break;
            }
        }
        self
    }

    fn last(&self) -> u64 {
        self.lobby.keys().next_back().copied().unwrap_or_default()
    }

    /// Notes a frame. What it makes him ask for, if anything.
    fn note(&mut self, frame: &Value, asked_after: u64) -> Option<Value> {
        match frame["type"].as_str()? {
            "welcome" => self.token = frame["session"].as_str().map(str::to_owned).or(self.token.take()),
            "room" if self.room.is_none() => {
                self.room = frame["room"]["room"].as_u64();
                return Some(json!({"type": "history", "room": self.room, "after": 0}));
            }
            "message" => {
                let seq = frame["seq"].as_u64()?;
                assert!(self.next.is_none_or(|next| next == seq), "{} is told {seq}, not {:?}", self.name, self.next);
                self.next = Some(seq + 1);
                self.keep(frame);
            }
            "resync" => self.next = None,
            "resumed" if frame["recovered"] == true => {
                self.recovered += 1;
                let missed = frame["messages"].as_array()?;
                for (at, message) in missed.iter().enumerate() {
                    assert_eq!(message["seq"], asked_after + 1 + at as u64, "exactly what was missed");
                    self.keep(message);
                }
            }
            "resumed" => {
                self.fetched += 1;
                return Some(json!({"type": "history", "room": frame["room"], "after": asked_after}));
            }
            "history" => {
                let page = frame["messages"].as_array()?;
                page.iter().for_each(|message| self.keep(message));
                let last = page.last()?["seq"].clone();
                return (frame["more"] == true)
                    .then(|| json!({"type": "history", "room": frame["room"], "after": last}));
            }
            _ => {}
        }
        None
    }

    fn keep(&mut self, message: &Value) {
        let (seq, body) = (message["seq"].as_u64().expect("a number"), message["body"].as_str().expect("a text"));
        let before = self.lobby.insert(seq, body.to_owned());
        assert!(before.is_none_or(|before| before == body), "message {seq} was another one before");
    }
}
