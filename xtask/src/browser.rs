//! A browser for the journeys in `e2e/`: Node, Chromium and Playwright, each found or installed.
//!
//! Chromium is the one on `PATH`; else, as root on Debian, its package; else Playwright's own download, which not
//! every network allows. Where none can be had the run fails and says so, unless `CONFAB_SKIP_BROWSER=1`.

use crate::{
    apt,
    failure::Failure,
    fingerprint,
    run::{self, Run},
    say,
    workspace::Workspace,
};
use std::{
    env,
    path::{Path, PathBuf},
};

const CHROMIUMS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Chromium, and the fonts that make its screenshots readable.
const DEBIAN_CHROMIUM: &[&str] = &["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"];
/// Playwright's own minimum.
const OLDEST_NODE: u32 = 18;

/// A browser that is ready to be driven.
pub(crate) struct Browser {
    /// Nothing: Playwright's own.
    chromium: Option<PathBuf>,
}

/// Whether the environment says to go without a browser.
pub(crate) fn is_left_out() -> bool {
    env::var_os("CONFAB_SKIP_BROWSER").is_some_and(|value| value == "1")
}

impl Browser {
    /// Makes sure of Node, of the packages of `e2e/` and of a browser.
    pub(crate) fn find(workspace: &Workspace) -> Result<Self, Failure> {
        node()?;
        packages(workspace)?;
        Ok(Self { chromium: chromium(workspace)? })
    }

    /// Runs the journeys against the server built for the tests; `report` is where the counts go.
    pub(crate) fn run(&self, workspace: &Workspace, report: &Path, extra: &[String]) -> Result<(), Failure> {
        // Playwright runs TypeScript without looking at its types.
        Run::new("npx").args(["--no-install", "tsc"]).within(&workspace.e2e()).go()?;
        self.playwright(workspace, "debug").args(extra).env("CONFAB_E2E_REPORT", report).go()
    }

    /// Takes the browser's figures of the release server.
    pub(crate) fn measure(&self, workspace: &Workspace, extra: &[String]) -> Result<(), Failure> {
        self.playwright(workspace, "release").args(["--config", "measure.config.ts"]).args(extra).go()
    }

    fn playwright(&self, workspace: &Workspace, profile: &str) -> Run {
        let run = Run::new("npx")
            .args(["--no-install", "playwright", "test"])
            .within(&workspace.e2e())
            .env("CONFAB_BIN", workspace.server(profile));
        match &self.chromium {
            Some(chromium) => run.env("CONFAB_CHROMIUM", chromium),
            None => run,
        }
    }
}

fn node() -> Result<(), Failure> {
    let new_enough = || {
        let said = Run::new("node").args(["--version"]).ask()?;
        let major: u32 = said.strip_prefix('v')?.split('.').next()?.parse().ok()?;
        (major >= OLDEST_NODE && run::find(&["npm"]).is_some()).then_some(())
    };
    if new_enough().is_some() {
        return Ok(());
    }
    if apt::may_be_used() {
        apt::install("e2e: Node", &["nodejs", "npm"])?;
    }
    new_enough().ok_or_else(|| Failure::ToolMissing {
        tool: "Node with npm",
        help: format!("Install Node {OLDEST_NODE} or newer with npm, or leave the browser out: CONFAB_SKIP_BROWSER=1."),
    })
}

/// Installs what `package-lock.json` lists, unless that has been done.
fn packages(workspace: &Workspace) -> Result<(), Failure> {
    let note = workspace.e2e().join("node_modules").join(".confab-installed");
    let wanted = fingerprint::of(&workspace.root, &["e2e/package.json", "e2e/package-lock.json"])?;
    if fingerprint::matches(&note, &wanted) {
        return Ok(());
    }
    say::step("e2e: packages (npm)", || {
        Run::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .within(&workspace.e2e())
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .go()?;
        fingerprint::remember(&note, &wanted)
    })
}

fn chromium(workspace: &Workspace) -> Result<Option<PathBuf>, Failure> {
    if let Some(named) = env::var_os("CONFAB_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file()) {
        return Ok(Some(named));
    }
    if let Some(found) = run::find(CHROMIUMS) {
        return Ok(Some(found));
    }
    if apt::may_be_used() {
        match apt::install("e2e: Chromium", DEBIAN_CHROMIUM) {
            Ok(()) => return Ok(run::find(CHROMIUMS)),
            Err(cause) => say::note(&format!("{cause}; trying Playwright's own browser")),
        }
    }
    let fetched = say::step("e2e: Playwright's own Chromium", || {
        Run::new("npx").args(["--no-install", "playwright", "install", "chromium"]).within(&workspace.e2e()).go()
    });
    fetched.map(|()| None).map_err(|cause| Failure::ToolMissing {
        tool: "Chromium",
        help: format!(
            "{cause}. Install Chromium or Chrome so that it is on PATH, name it in CONFAB_CHROMIUM, or leave the \
             browser out: CONFAB_SKIP_BROWSER=1."
        ),
    })
}
