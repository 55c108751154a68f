//! Where things lie: the checkout, cargo's target directory, the bundle, the tools.

use crate::failure::Failure;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The checkout that `cargo xtask` was called in.
pub(crate) struct Workspace {
    /// The directory of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds to.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the checkout: cargo says where `xtask` lies; else it is looked for upwards from here.
    pub(crate) fn find() -> Result<Self, Failure> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let from = manifest.or_else(|| env::current_dir().ok()).ok_or(Failure::NoWorkspace)?;
        let is_root = |directory: &&Path| directory.join("Cargo.lock").is_file() && directory.join("xtask").is_dir();
        let root = from.ancestors().find(is_root).ok_or(Failure::NoWorkspace)?.to_owned();
        let target = target_of_this_program().unwrap_or_else(|| root.join("target"));
        Ok(Self { root, target })
    }

    /// The browser bundle.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The browser journeys.
    pub(crate) fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }

    /// What `xtask` remembers between runs.
    pub(crate) fn memory(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The server program of a cargo profile (`debug`, `release`).
    pub(crate) fn server(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("confab{}", env::consts::EXE_SUFFIX))
    }

    /// The version of `package` that `Cargo.lock` settled on.
    pub(crate) fn locked_version(&self, package: &'static str) -> Result<String, Failure> {
        let path = self.root.join("Cargo.lock");
        let text =
            fs::read_to_string(&path).map_err(|source| Failure::File { doing: "read", path: path.clone(), source })?;
        version_in(&text, package).ok_or(Failure::NotInLockfile(package))
    }
}

/// The tools' own directory: `CONFAB_TOOLS_DIR`, else `confab/tools` in the user's cache.
pub(crate) fn tools_dir() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CONFAB_TOOLS_DIR").unwrap_or_else(|| {
        let cache = set("XDG_CACHE_HOME").or_else(|| env::home_dir().map(|home| home.join(".cache")));
        cache.unwrap_or_else(env::temp_dir).join("confab").join("tools")
    })
}

/// `<target>` of `<target>/<profile>/xtask`: right whatever cargo's settings say about the target directory.
fn target_of_this_program() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let target = program.parent()?.parent()?;
    target.join("CACHEDIR.TAG").is_file().then(|| target.to_owned())
}

fn version_in(lockfile: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lockfile.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKFILE: &str = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.5\"\n\n\
                            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"…\"\n";

    #[test]
    fn a_version_is_read_for_exactly_the_package_asked_for() {
        assert_eq!(version_in(LOCKFILE, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in(LOCKFILE, "wasm"), None);
    }

    #[test]
    fn this_checkout_is_found_and_locks_wasm_bindgen() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.root.join("xtask").is_dir());
        assert!(workspace.locked_version("wasm-bindgen").unwrap().starts_with("0."));
    }
}
