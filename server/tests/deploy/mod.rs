//! What is in `deploy/`: its names are this program's, and what it describes works. What the programs it is for think of
//! it, `cargo xtask test deploy` asks them. A file that is added there is held against the program here.

mod compose;
mod monitoring;
mod topology;

use std::path::{Path, PathBuf};

/// A file of `deploy/`.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(name: &str) -> serde_json::Value {
    yaml_serde::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
