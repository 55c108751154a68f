//! `cargo xtask figures`: what a visit costs in a browser, of the release server and its bundle.

use crate::{browser::Browser, bundle, failure::Failure, run::Run, say, workspace::Workspace};

/// Measures and writes `bench/BROWSER.md`; `arguments` go to Playwright, `visit` for one file's figures, say.
pub(crate) fn figures(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    bundle::bundle(workspace)?;
    say::step("server (release)", || {
        Run::cargo(&workspace.root).args(["build", "--release", "--locked", "--package", "server"]).go()
    })?;
    Browser::find(workspace)?.measure(workspace, arguments)
}
