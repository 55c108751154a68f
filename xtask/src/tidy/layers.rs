//! Which part may know what: the rules that keep a dialect a pure translator and the hub the only chat.

use super::{Check, Finding, Look, source::Source, within};

pub(super) const CHECKS: &[Check] = &[
    Check { rule: "the hub knows no web framework, database, bus client or wire format", look: Look::Each(hub) },
    Check { rule: "the hub never asks who speaks", look: Look::Each(hub_and_dialects) },
    Check { rule: "a dialect translates: it neither waits nor does IO", look: Look::Each(dialect) },
    Check { rule: "what browser and server share does no IO", look: Look::Each(shared) },
    Check { rule: "only app.rs picks a store and a bus", look: Look::Each(wiring) },
    Check { rule: "components never name a socket", look: Look::Each(components) },
];

fn hub(source: &Source) -> Vec<Finding> {
    let advice = |word: &str| {
        format!("`{word}` in the hub: the hub decides, others speak; put it in transport, dialect, store or bus")
    };
    forbid(source, "server/src/hub", &["axum", "sqlx", "async_nats", "serde_json", "leptos"], advice)
}

fn hub_and_dialects(source: &Source) -> Vec<Finding> {
    let advice = |word: &str| {
        format!("`{word}` in the hub: what a dialect cannot say, its `encode` leaves out; the hub need not know")
    };
    forbid(source, "server/src/hub", &["crate::dialect", "crate::transport", "crate::http"], advice)
}

fn dialect(source: &Source) -> Vec<Finding> {
    let advice = |word: &str| format!("`{word}` in a dialect: translate only; waiting and IO belong to the session");
    forbid(source, "server/src/dialect", &["async", "await", "tokio", "axum", "sqlx", "std::net", "std::fs"], advice)
}

fn shared(source: &Source) -> Vec<Finding> {
    let words = ["tokio", "axum", "leptos", "web_sys", "std::net", "std::fs", "std::process", "Instant", "SystemTime"];
    let advice = |word: &str| format!("`{word}` in shared: it must build for the browser and do no IO");
    forbid(source, "shared/src", &words, advice)
}

fn wiring(source: &Source) -> Vec<Finding> {
    let own = ["server/src/app.rs", "server/src/store", "server/src/bus"];
    if own.iter().any(|place| within(&source.path, place)) {
        return Vec::new();
    }
    let advice = |word: &str| format!("`{word}` outside app.rs: take the trait, and let app.rs pass it in");
    forbid(source, "server/src", &["SqliteStore", "PostgresStore", "LocalBus", "NatsBus"], advice)
}

fn components(source: &Source) -> Vec<Finding> {
    let advice = |word: &str| format!("`{word}` in a component: ask frontend/src/transport, through the state");
    forbid(source, "frontend/src/components", &["WebSocket", "gloo_net"], advice)
}

/// The lines of a Rust file in `folder` that name one of `words` in shipped code.
fn forbid(source: &Source, folder: &str, words: &[&str], advice: impl Fn(&str) -> String) -> Vec<Finding> {
    if !source.is_rust() || !within(&source.path, folder) {
        return Vec::new();
    }
    let find = |word: &&str| {
        let lines = lines_naming(&source.shipped, word);
        lines.into_iter().map(|line| Finding::new(&source.path, line, advice(word))).collect::<Vec<_>>()
    };
    words.iter().flat_map(find).collect()
}

/// Where `word` stands; a path such as `std::fs` is also found in `use std::{fs, io}`.
fn lines_naming(code: &str, word: &str) -> Vec<usize> {
    let mut lines: Vec<usize> = Source::lines_with(code, word).collect();
    if let Some((parent, child)) = word.split_once("::") {
        let opening = format!("use {parent}::{{");
        let mut inside = false;
        for (index, line) in code.lines().enumerate() {
            inside |= line.trim_start().starts_with(&opening);
            if inside && super::source::has_word(line, child) {
                lines.push(index + 1);
            }
            inside &= !line.contains(';');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{super::bench::broken, *};

    #[test]
    fn the_hub_imports_no_framework() {
        let text = "//! axum is not here.\nuse sqlx::Pool;\nfn f() { serde_json::to_string(\"axum\"); }\n";
        assert_eq!(broken(CHECKS, "the hub knows", "server/src/hub/rooms.rs", text), [2, 3]);
        assert_eq!(broken(CHECKS, "the hub knows", "server/src/store/mod.rs", text), []);
    }

    #[test]
    fn the_hub_knows_no_dialect() {
        let text = "use crate::{dialect::Native, store::Store};\nuse crate::transport::Frame;\n";
        assert_eq!(broken(CHECKS, "never asks", "server/src/hub/mod.rs", text), [1, 2]);
    }

    #[test]
    fn a_dialect_neither_waits_nor_reads() {
        let text = "use std::{\n    fs,\n    fmt,\n};\nasync fn decode() {}\nfn synchronous() {}\n// async\n";
        assert_eq!(broken(CHECKS, "a dialect", "server/src/dialect/postman.rs", text), [5, 2]);
    }

    #[test]
    fn a_dialects_tests_may_read_files() {
        let text = "fn decode() {}\n#[cfg(test)]\nmod tests { fn t() { std::fs::read(); } }\n";
        assert_eq!(broken(CHECKS, "a dialect", "server/src/dialect/native/mod.rs", text), []);
    }

    #[test]
    fn shared_does_no_io() {
        assert_eq!(broken(CHECKS, "share", "shared/src/ids.rs", "//! Ids.\nuse tokio::time;\n"), [2]);
        assert_eq!(broken(CHECKS, "share", "server/src/main.rs", "use tokio::time;\n"), []);
    }

    #[test]
    fn a_store_is_made_in_one_place() {
        let text = "fn f() { let store = SqliteStore::open(path); }\n";
        assert_eq!(broken(CHECKS, "app.rs", "server/src/session/mod.rs", text), [1]);
        assert_eq!(broken(CHECKS, "app.rs", "server/src/app.rs", text), []);
        assert_eq!(broken(CHECKS, "app.rs", "server/src/store/sqlite.rs", text), []);
    }

    #[test]
    fn a_component_asks_for_no_socket() {
        let text = "use web_sys::WebSocket;\n";
        assert_eq!(broken(CHECKS, "socket", "frontend/src/components/composer.rs", text), [1]);
        assert_eq!(broken(CHECKS, "socket", "frontend/src/transport/mod.rs", text), []);
    }
}
