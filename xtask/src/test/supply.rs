//! What comes in with dependencies: their licences, where they come from, what is known against them, and whether each
//! is used at all. `deny.toml` says what is let in.

use crate::{failure::Failure, run::Run, say, tools, workspace::Workspace};

/// Checks the dependencies. What is known against them lies in a database that has to be fetched; where that cannot be
/// done, it is said and left out.
pub(super) fn supply(workspace: &Workspace) -> Result<(), Failure> {
    let path = match tools::supply() {
        Ok(path) => path,
        Err(cause) => {
            say::note(&format!("left out, no dependency was looked at: {cause}"));
            return Ok(());
        }
    };
    let cargo = |arguments: &[&str]| Run::cargo(&workspace.root).args(arguments).with_path(&path);
    cargo(&["machete"]).go()?;
    cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"]).go()?;
    if cargo(&["deny", "fetch", "db"]).ask().is_none() {
        say::note("the advisories were not looked at: their database cannot be fetched from here");
        return Ok(());
    }
    cargo(&["deny", "--workspace", "check", "--disable-fetch", "advisories"]).go()
}
