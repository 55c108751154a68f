//! Anything at all, said in every dialect at once against a live server: samples and nonsense, whole, in pieces and
//! several in one packet, by people who come and go. Whatever it is, what the hub promises holds, and those who have
//! nothing to do with it are not disturbed. A new dialect becomes a [`Place`] here.

mod crowd;
mod deeds;
mod promises;

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::json;

use crate::support::{Native, Server, Wire};
use crowd::Crowd;
use deeds::{Deed, deed};

/// Where people speak: a dialect and an address of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Place {
    dialect: &'static str,
    door: Door,
}

/// What to knock on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Door {
    /// A path of the main port; `{name}` stands for the name to have there.
    Path(&'static str),
    /// TMP's own port.
    Tmp,
    /// Line chat's.
    Line,
}

const PLACES: [Place; 10] = [
    Place { dialect: "native", door: Door::Path("/api/ws") },
    Place { dialect: "postman", door: Door::Path("/ws/{name}") },
    Place { dialect: "pair_chat", door: Door::Path("/chat/public") },
    Place { dialect: "pair_chat", door: Door::Path("/chat/public?format=json") },
    Place { dialect: "pair_chat", door: Door::Path(PRIVATE) },
    Place { dialect: "pair_chat", door: Door::Path("/chat/private?format=json") },
    Place { dialect: "tmp", door: Door::Path("/tmp") },
    Place { dialect: "tmp", door: Door::Tmp },
    Place { dialect: "random_chat", door: Door::Path("/randomchat") },
    Place { dialect: "line", door: Door::Line },
];

/// Where strangers meet.
const PRIVATE: &str = "/chat/private";

impl Place {
    /// Whether what is said here is for a stranger's eyes only.
    fn is_private(self) -> bool {
        matches!(self.door, Door::Path(path) if path.starts_with(PRIVATE))
    }
}

/// People per place.
const EACH: usize = 2;
/// Between how many deeds the bystanders talk.
const BREATH: usize = 12;
const CASES: u32 = 20;

/// Small limits, so that they are run into; a pace that lets everything through.
const FLAGS: [&str; 10] = [
    "--max-message-bytes",
    "512",
    "--max-frame-bytes",
    "2048",
    "--message-burst",
    "100000",
    "--messages-per-second",
    "100000",
    "--flood-pause",
    "off",
];

#[test]
fn whatever_is_said_in_whatever_dialect_the_hub_keeps_its_promises() {
    let config = Config { cases: CASES, max_shrink_iters: 200, ..Config::default() };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    proptest!(config, |(deeds in prop::collection::vec(deed(), 150..300))| {
        runtime.block_on(a_wild_evening(deeds));
    });
}

async fn a_wild_evening(deeds: Vec<Deed>) {
    let server = Server::start_with(&FLAGS).await;
    let mut bystanders = Bystanders::arrive(&server).await;
    let mut crowd = Crowd::of(&server);
    for (number, deed) in deeds.into_iter().enumerate() {
        crowd.does(number, deed).await;
        if number % BREATH == 0 {
            bystanders.talk(number).await;
        }
    }
    crowd.is_heard_out().await;
    bystanders.talk(usize::MAX).await;
    promises::hold(&server, crowd, bystanders.watcher).await;
}

/// Two people with a conversation of their own, in two dialects, and one who watches the lobby.
struct Bystanders {
    wanda: Native,
    walter: Wire,
    watcher: Native,
}

impl Bystanders {
    async fn arrive(server: &Server) -> Self {
        let walter = Wire::login(server, "walter").await;
        let wanda = server.native("wanda").await;
        let mut watcher = server.native("watcher").await;
        watcher.joins("#lobby").await;
        Self { wanda, walter, watcher }
    }

    async fn talk(&mut self, number: usize) {
        self.wanda.says("@walter", &format!("question {number}")).await;
        self.walter.sees(&format!("[wanda][{{time}}] question {number}")).await;
        self.wanda.sees("wanda", &format!("question {number}")).await;
        self.walter.says(&format!("wanda: answer {number}")).await;
        self.wanda.sees("walter", &format!("answer {number}")).await;
    }
}

/// What a deed's message says, so that it is known again wherever it turns up.
fn mark(number: usize) -> String {
    format!("mark {number}.")
}

/// A greeting of the native protocol.
fn hello(name: &str) -> String {
    json!({"type": "hello", "username": name}).to_string()
}
