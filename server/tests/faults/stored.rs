//! What is stored once all is over, and whether everybody was told the truth about it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use super::voices::{KEEPER, Voice};
use crate::support::{Native, Server};

/// What is there.
pub struct Stored {
    /// Of the lobby, sequence number to text.
    pub lobby: BTreeMap<u64, String>,
    /// What was said to [`KEEPER`].
    pub kept: HashSet<String>,
}

impl Stored {
    /// Reads all of it.
    pub async fn at(server: &Server) -> Self {
        Self { lobby: lobby_of(server).await, kept: mail_of_the_keeper(server).await }
    }

    /// Checks that nothing is there twice and nothing is missing, and that this is what these people were told. `when`
    /// says how it came to that, where it is not.
    pub fn bears_out(&self, voices: &[Voice], when: &str) {
        let places: HashMap<&String, u64> = self.lobby.iter().map(|(seq, body)| (body, *seq)).collect();
        assert_eq!(places.len(), self.lobby.len(), "each message is there once; {when}");
        assert!(self.lobby.keys().copied().eq(1..=self.lobby.len() as u64), "no gap; {when}");
        for voice in voices {
            let is_stored = |mark: &String| {
                if voice.is_in_the_lobby() { places.contains_key(mark) } else { self.kept.contains(mark) }
            };
            let lost = voice.acknowledged.iter().find(|mark| !is_stored(mark));
            assert_eq!(lost, None, "{} was told that it is stored; {when}", voice.name);
            let unheard = voice.seen.iter().find(|mark| !places.contains_key(mark));
            assert_eq!(unheard, None, "{} saw it, and it is not stored; {when}", voice.name);
            for shown in &voice.shown {
                let order: Vec<u64> = shown.iter().map(|mark| places[mark]).collect();
                let next = |pair: &[u64]| pair[0] + 1 == pair[1];
                assert!(order.windows(2).all(next), "{} was shown {order:?} on one connection; {when}", voice.name);
            }
        }
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
