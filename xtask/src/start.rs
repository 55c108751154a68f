//! `cargo xtask start`: from a clone to a running server, by what is there already.
//!
//! The browser bundle first, because the release server carries it inside. Then `xtask` becomes the server, so that
//! Ctrl-C and SIGTERM reach it and nothing else.

use crate::{bundle, failure::Failure, run::Run, say, workspace::Workspace};

/// Builds what is missing and runs `confab serve` with `arguments` (a leading `--` is left out).
pub(crate) fn start(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    let arguments = match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    };
    bundle::bundle(workspace)?;
    say::step("server (release)", || {
        Run::cargo(&workspace.root).args(["build", "--release", "--locked", "--package", "server"]).go()
    })?;
    say::line("\n==> confab, until Ctrl-C");
    let program = workspace.server("release");
    if !program.is_file() {
        return Err(Failure::NotBuilt { what: "the server", path: program });
    }
    Run::new(program).args(["serve"]).args(arguments).within(&workspace.root).become_it()
}
