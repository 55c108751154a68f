//! Appending compared with a model so simple that it can be seen to be right.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::*;

/// Few of each, so that they meet often. The third sender is the first in another spelling.
const SENDERS: [&str; 4] = ["alice", "bob", "ALICE", "carol"];

/// A message of the first sender under the third client id to the second room, say; the last room does not exist.
#[derive(Clone, Debug)]
struct Pick {
    sender: usize,
    room: usize,
    client_id: Option<u8>,
}

fn batches() -> impl Strategy<Value = Vec<Vec<Pick>>> {
    let pick = (0..SENDERS.len(), 0..4_usize, proptest::option::of(0..6_u8))
        .prop_map(|(sender, room, client_id)| Pick { sender, room, client_id });
    proptest::collection::vec(proptest::collection::vec(pick, 0..20), 1..6)
}

#[derive(Default)]
struct Model {
    rooms: HashMap<RoomId, Vec<Message>>,
    used: HashMap<(Username, ClientId), Appended>,
}

impl Model {
    fn append(&mut self, said: &NewMessage) -> Appended {
        let own_name = said.client_id.clone().map(|client_id| (said.sender.clone(), client_id));
        if let Some(first) = own_name.as_ref().and_then(|own_name| self.used.get(own_name)) {
            return first.clone();
        }
        let Some(room) = self.rooms.get_mut(&said.room) else { return Appended::NoSuchRoom };
        let seq = Seq(room.len() as u64 + 1);
        let NewMessage { room: id, sender, body, time, kind, metadata, client_id, .. } = said.clone();
        let (reply_to, since) = (None, Since::default());
        let message = said.id.clone();
        room.push(Message {
            room: id,
            seq,
            id: message,
            sender,
            body,
            time,
            kind,
            metadata,
            client_id,
            reply_to,
            since,
        });
        if let Some(own_name) = own_name {
            self.used.insert(own_name, Appended::Duplicate { room: id, seq, id: said.id.clone(), time });
        }
        Appended::Stored(seq)
    }
}

/// All cases share a store; the number of the case keeps their rooms and client ids apart.
async fn compare(store: &dyn Store, case: u64, batches: &[Vec<Pick>]) {
    let mut rooms = Vec::new();
    for nth in 0..3 {
        rooms.push(make(store, RoomKind::Group, &format!("{case} {nth}"), "owner").await.id);
    }
    let mut model = Model::default();
    model.rooms.extend(rooms.iter().map(|room| (*room, Vec::new())));
    let mut clock = 0;
    for batch in batches {
        let messages: Vec<_> = batch
            .iter()
            .map(|pick| {
                clock += 1;
                let room = rooms.get(pick.room).copied().unwrap_or(RoomId(1 << 30));
                let message = at(later(clock), said(room, SENDERS[pick.sender], &clock.to_string()));
                match pick.client_id {
                    Some(client_id) => called(&format!("{case} {client_id}"), message),
                    None => message,
                }
            })
            .collect();
        let expected: Vec<_> = messages.iter().map(|message| model.append(message)).collect();
        assert_eq!(store.append(&messages).await.unwrap(), expected);
    }
    for (room, expected) in model.rooms {
        assert_eq!(everything(store, room).await, expected);
        assert_eq!(store.room(room).await.unwrap().unwrap().last_seq, Seq(expected.len() as u64));
    }
}

pub(super) async fn appending_does_what_a_simple_model_does(place: &dyn Place) {
    let store = place.open().await;
    let runtime = Handle::current();
    // Always the same cases: a failure that comes and goes helps nobody.
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { failure_persistence: None, ..Config::with_cases(64) };
    let case = AtomicU64::new(0);
    let result = block_in_place(|| {
        TestRunner::new_with_rng(config, seed).run(&batches(), |batches| {
            let case = case.fetch_add(1, Ordering::Relaxed);
            runtime.block_on(compare(&*store, case, &batches));
            Ok(())
        })
    });
    result.unwrap();
}
