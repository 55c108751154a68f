//! `cargo xtask bundle`: the browser bundle, built by trunk into `dist/`.
//!
//! It is built again only where its sources changed, or where `dist/` is not what was built (somebody ran trunk by
//! hand). Trunk is kept offline: every tool it could want to download has been made sure of before.

use crate::{failure::Failure, fingerprint, run::Run, say, tools, workspace::Workspace};

/// Everything that the bundle is made of.
const SOURCES: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "frontend",
    "index.html",
    "public",
    "shared",
    "style",
];

/// Builds the bundle, unless the one in `dist/` is up to date.
pub(crate) fn bundle(workspace: &Workspace) -> Result<(), Failure> {
    let note = workspace.memory().join("bundle");
    let sources = fingerprint::of(&workspace.root, SOURCES)?;
    let page = workspace.dist().join("index.html");
    let state = || Ok::<_, Failure>(format!("{sources} {}\n", fingerprint::of(&workspace.root, &["dist"])?));
    if page.is_file() && fingerprint::matches(&note, &state()?) {
        say::skip("browser bundle", "unchanged since it was built");
        return Ok(());
    }
    let path = tools::for_the_bundle(workspace)?;
    say::step("browser bundle (release)", || {
        Run::cargo(&workspace.root).args(["fetch", "--locked", "--target", tools::WASM_TARGET]).go()?;
        Run::new("trunk")
            .args(["build", "--release", "--offline"])
            .within(&workspace.root)
            .env("CARGO_TARGET_DIR", &workspace.target)
            .with_path(&path)
            .go()?;
        if !page.is_file() {
            return Err(Failure::NotBuilt { what: "the bundle's page", path: page.clone() });
        }
        fingerprint::remember(&note, &state()?)
    })
}
