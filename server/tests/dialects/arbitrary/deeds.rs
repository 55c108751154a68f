//! What somebody may do next, and the frames it takes in each dialect.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;
use server::dialect::descriptions;

use super::{EACH, PLACES, Place, hello, mark};

/// Names people fight over, in more than one spelling.
const NAMES: [&str; 12] =
    ["ann", "Ann", "ben", "cay", "dan", "DAN", "eve", "fay", "alice", "mike", "thermometer1", "no name"];

/// Somebody does something.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who of the crowd.
    pub who: usize,
    /// Under which name, where it takes one.
    pub name: &'static str,
    /// What.
    pub what: What,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub enum What {
    /// Says who he is, in the dialect's way.
    Introduces,
    /// Says something that can be told from everything else, in the place's room.
    Speaks,
    /// The same, cut into pieces.
    SpeaksInPieces(Vec<Index>),
    /// Introduces himself, speaks and says more, all in one packet.
    AllAtOnce(String),
    /// Sends what the dialect's page shows as a sample.
    Quotes(Index),
    /// Sends any text.
    Babbles(String),
    /// Sends any bytes: a binary frame, where there are such.
    Scribbles(Vec<u8>),
    /// Sends text that is none.
    Garbles(Vec<u8>),
    /// Sends more than a frame may hold.
    Rambles,
    /// Posts something to the message API.
    Posts(String),
    /// Says goodbye, and comes back with the next deed.
    Leaves,
    /// Is gone without a word.
    Vanishes,
}

/// Any deed, the sensible ones more often.
pub fn deed() -> impl Strategy<Value = Deed> {
    let who = 0..PLACES.len() * EACH;
    (who, prop::sample::select(&NAMES), what()).prop_map(|(who, name, what)| Deed { who, name, what })
}

fn what() -> impl Strategy<Value = What> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..80);
    prop_oneof![
        10 => Just(What::Introduces),
        20 => Just(What::Speaks),
        2 => prop::collection::vec(any::<Index>(), 1..4).prop_map(What::SpeaksInPieces),
        2 => text().prop_map(What::AllAtOnce),
        8 => any::<Index>().prop_map(What::Quotes),
        2 => text().prop_map(What::Babbles),
        1 => bytes().prop_map(What::Scribbles),
        1 => bytes().prop_map(What::Garbles),
        1 => Just(What::Rambles),
        2 => text().prop_map(What::Posts),
        2 => Just(What::Leaves),
        1 => Just(What::Vanishes),
    ]
}

/// Texts that are nearly something, and texts that are nothing.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        r#"\{"(type|p|m|username|message|sender|destination|chat)":("[a-z #@]{0,9}"|[0-9]{0,20}|null|\[\]|\{\})[,}]{0,2}"#,
        "tmp://[A-Z_ ]{20,40}::/[a-z ]{10,24}::/[A-Z_a-z ]{0,20}",
        "(!?[#a-z]{0,8}:? ?){0,4}",
        Just("[".repeat(400)),
        Just(r#"{"a":"#.repeat(200)),
    ]
}

/// How somebody says who he is: nothing where the address says it.
pub fn introduction(place: Place, name: &str) -> Option<String> {
    match place.dialect {
        "native" => Some(hello(name)),
        "tmp" => Some(tmp("SET_USR", name, "")),
        "random_chat" => {
            let user = json!({"name": name, "phone": format!("+{name}")});
            Some(json!({"type": "register", "user": user}).to_string())
        }
        "line" => Some(name.to_owned()),
        _ => None,
    }
}

/// The deed's own message, where the place's room would hear it.
pub fn speech(place: Place, name: &str, number: usize) -> String {
    let text = mark(number);
    match place.dialect {
        "native" => json!({"type": "say", "to": "#lobby", "body": text}).to_string(),
        "postman" => json!({"p": "#lobby", "m": text}).to_string(),
        "pair_chat" => json!({"username": name, "message": text}).to_string(),
        "tmp" => tmp("CHAT_MSSG", name, &text),
        "random_chat" => json!({"type": "send_message", "chat": "book club", "message": text}).to_string(),
        "line" => format!("#lobby: {text}"),
        other => panic!("how does one speak in {other}?"),
    }
}

/// One of the dialect's samples.
pub fn sample(place: Place, choice: Index) -> &'static str {
    let dialects = descriptions();
    let dialect = dialects.iter().find(|dialect| dialect.name == place.dialect).expect("a dialect of that name");
    let samples: Vec<_> = dialect.client.iter().flat_map(|kind| &kind.samples).copied().collect();
    samples[choice.index(samples.len())]
}

fn tmp(kind: &str, name: &str, body: &str) -> String {
    format!("tmp://{kind:<32}::/{name:<20}::/{body}")
}
