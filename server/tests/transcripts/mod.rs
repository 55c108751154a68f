//! The pages in `docs/dialects/` are fixtures: every transcript on them is played against a live server, so a page
//! cannot be wrong. A new page needs its name in the list below; how a transcript is written is said in `script.rs`.

#![allow(clippy::expect_used, clippy::panic, reason = "a page that is wrong fails here")]

mod connection;
mod pattern;
mod player;
mod player_tests;
mod script;
mod tables;

use std::path::PathBuf;

use crate::support::Server;

/// A test for each page; its name is the page's.
macro_rules! pages {
    ($($name:ident),+ $(,)?) => {
        const PLAYED: &[&str] = &[$(stringify!($name)),+];
        $(
            #[tokio::test]
            async fn $name() {
                play(stringify!($name), Server::start_with).await;
            }
        )+
    };
}

pages! {
    line,
    messages,
    native,
    pair_chat,
    postman,
    random_chat,
    tmp,
}

#[test]
fn every_page_is_played() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .expect("docs/dialects can be read")
        .filter_map(|entry| entry.expect("an entry").file_name().to_str()?.strip_suffix(".md").map(str::to_owned))
        .collect();
    found.sort();
    let mut played = PLAYED.to_vec();
    played.sort_unstable();
    assert_eq!(found, played, "the list in server/tests/transcripts/mod.rs names every page");
}

/// Plays a page's transcripts, each on a server that `start` starts with the transcript's flags.
pub async fn play(name: &str, start: impl AsyncFn(&[&str]) -> Server) {
    player::play_page(&folder().join(format!("{name}.md")), start).await;
}

/// Where the pages are.
fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dialects"))
}

/// A page's text.
fn page(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
