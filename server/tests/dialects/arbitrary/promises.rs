//! What must hold whatever happened, looked at from outside.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use shared::{ChatMessage, Seq, ServerMessage};

use super::crowd::Crowd;
use super::mark;
use crate::support::{Native, Server, Socket};

/// The most who may hear what is said in a random pair: the speaker and the stranger.
const PAIR: usize = 2;

/// Checks every promise. The crowd was heard out.
pub async fn hold(server: &Server, crowd: Crowd<'_>, mut watcher: Native) {
    let live = seen_until_now(&mut watcher).await;
    let stored = history_of_the_lobby(&mut watcher).await;
    for (at, message) in stored.iter().enumerate() {
        assert_eq!(message.seq, Seq(at as u64 + 1), "sequence numbers have no gap");
    }
    assert_eq!(live, stored, "who watched saw what is stored, in that order");

    let names = names_held(&crowd, &stored);
    for name in &names {
        let refused = Socket::try_connect(&server.ws(&format!("/ws/{name}")), &[]).await.err();
        assert_eq!(refused.map(|refused| refused.status), Some(409), "{name} is held");
    }
    nobody_is_there_twice(server).await;
    pairs_are_of_two(&crowd, &stored);
}

/// What the watcher was told, up to a word of his own.
async fn seen_until_now(watcher: &mut Native) -> Vec<ChatMessage> {
    let last = watcher.says("#lobby", "enough").await.seq;
    let mut seen = Vec::new();
    while seen.last().is_none_or(|message: &ChatMessage| message.seq < last) {
        seen.push(watcher.next_message().await);
    }
    seen
}

async fn history_of_the_lobby(watcher: &mut Native) -> Vec<ChatMessage> {
    let lobby = watcher.joins("#lobby").await.room;
    let mut stored = Vec::new();
    loop {
        let after = stored.last().map_or(0, |message: &ChatMessage| message.seq.0);
        let page = watcher.history(json!({"room": lobby, "after": after})).await;
        stored.extend(page.messages);
        if !page.more {
            return stored;
        }
    }
}

/// The names under which living connections spoke last, each held by one. Who can change the name by speaking is left
/// out: what holds then is not known from here.
fn names_held(crowd: &Crowd<'_>, stored: &[ChatMessage]) -> HashSet<String> {
    let authors: HashMap<String, usize> =
        crowd.speakers.iter().map(|(number, connection)| (mark(*number), *connection)).collect();
    let mut holders: HashMap<usize, String> = HashMap::new();
    for message in stored {
        if let Some(author) = authors.get(&message.body) {
            holders.insert(*author, message.from.as_str().to_lowercase());
        }
    }
    let fixed =
        |author: &usize| crowd.connections[*author].lives && crowd.connections[*author].place.dialect != "pair_chat";
    let mut names = HashSet::new();
    for (author, name) in holders.into_iter().filter(|(author, _)| fixed(author)) {
        assert!(names.insert(name.clone()), "connection {author} speaks as {name}, and so does another");
    }
    names
}

/// The list of who is present in the lobby names everybody once.
async fn nobody_is_there_twice(server: &Server) {
    let mut asker = server.native("asker").await;
    let lobby = asker.joins("#lobby").await.room;
    let asked = asker.ask(json!({"type": "members", "room": lobby.0})).await;
    let names = asker
        .until(|message| match message {
            ServerMessage::Members { id: Some(id), members, .. } if id.0 == asked => {
                Some(members.iter().map(|member| member.username.as_str().to_lowercase()).collect::<Vec<_>>())
            }
            _ => None,
        })
        .await;
    let once: HashSet<_> = names.iter().collect();
    assert_eq!(once.len(), names.len(), "{names:?}");
}

/// What was said to a stranger is in nobody's store, and came to two connections at most.
fn pairs_are_of_two(crowd: &Crowd<'_>, stored: &[ChatMessage]) {
    let heard: Vec<String> =
        crowd.connections.iter().map(|connection| connection.heard.lock().expect("no panics").clone()).collect();
    for (number, speaker) in &crowd.speakers {
        if !crowd.connections[*speaker].place.is_private() {
            continue;
        }
        let mark = mark(*number);
        assert!(stored.iter().all(|message| message.body != mark), "{mark} was for a stranger");
        let hearers = heard.iter().filter(|heard| heard.contains(&mark)).count();
        assert!(hearers <= PAIR, "{mark} came to {hearers}");
    }
}
