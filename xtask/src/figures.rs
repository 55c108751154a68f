//! `cargo xtask figures`: what a visit costs in a browser, of the release server and its bundle.

use crate::{bench, browser::Browser, bundle, failure::Failure, workspace::Workspace};

/// Measures and writes `bench/BROWSER.md`; `arguments` go to Playwright, `visit` for one file's figures, say.
pub(crate) fn figures(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    bundle::bundle(workspace)?;
    bench::release(workspace)?;
    Browser::find(workspace)?.measure(workspace, arguments)
}
