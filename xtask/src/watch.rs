//! `cargo xtask watch`: cargo-leptos, which renders on the server, hydrates in the browser and reloads on a change.
//!
//! The same as `cargo leptos watch --split`, with the tools it needs made sure of and on its `PATH`.

use crate::{failure::Failure, run::Run, tools, workspace::Workspace};

/// Runs `cargo leptos watch` with `arguments`.
pub(crate) fn watch(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    let path = tools::for_watching(workspace)?;
    Run::new("cargo-leptos")
        .args(["leptos", "watch", "--split"])
        .args(arguments)
        .within(&workspace.root)
        .with_path(&path)
        .become_it()
}
