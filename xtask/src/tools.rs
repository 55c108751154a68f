//! The tools a build needs, each made sure of and none downloaded as a finished binary.
//!
//! A tool that is on `PATH` in the right version is used as it is. Else it is built once with `cargo install` at the
//! lowest optimisation (a tool that is built in a minute and runs a few seconds beats one that takes five) into the
//! tools directory, a folder per version, and stays there for every checkout. wasm-opt comes from npm where npm is,
//! because that takes a second; versions before [`OLDEST_WASM_OPT`] are passed over: some miscompile silently.

use crate::{
    failure::Failure,
    run::{self, Run},
    say,
    workspace::{Workspace, tools_dir},
};
use std::{fs, path::PathBuf};

/// The target triple of the browser.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

const TRUNK: &str = "0.21.14";
const WASM_SPLIT: &str = "0.2.3";
const CARGO_LEPTOS: &str = "0.3.10";
const NEXTEST: &str = "0.9.143";
const CARGO_FUZZ: &str = "0.13.2";
const CARGO_DENY: &str = "0.20.2";
const CARGO_MACHETE: &str = "0.9.2";
/// The npm package `binaryen`, whose major version is wasm-opt's.
const BINARYEN: &str = "132";
/// The crate `wasm-opt`, for machines without npm.
const WASM_OPT_CRATE: &str = "0.116.1";
/// Debian 12's wasm-opt 108 miscompiles what today's rustc emits, without a word.
const OLDEST_WASM_OPT: u32 = 116;

/// A tool that `cargo install` builds.
struct CargoTool {
    /// Its folder in the tools directory, without the version.
    name: &'static str,
    package: &'static str,
    program: &'static str,
    version: String,
    /// Features of the package that its program needs.
    features: &'static str,
}

/// `cargo xtask tools`: everything that `start` and `test` would install.
pub(crate) fn all(workspace: &Workspace) -> Result<(), Failure> {
    for_the_bundle(workspace)?;
    let _ = nextest();
    Ok(())
}

/// What trunk's build needs. Hands back the directories to put in front of `PATH`.
pub(crate) fn for_the_bundle(workspace: &Workspace) -> Result<Vec<PathBuf>, Failure> {
    wasm_target()?;
    let trunk = CargoTool::named("trunk", TRUNK).ensure()?;
    let path = [trunk, wasm_bindgen(workspace)?.ensure()?, wasm_split().ensure()?, wasm_opt()?];
    sweep();
    Ok(path.into_iter().flatten().collect())
}

/// What cargo-leptos needs. Hands back the directories to put in front of `PATH`.
pub(crate) fn for_watching(workspace: &Workspace) -> Result<Vec<PathBuf>, Failure> {
    wasm_target()?;
    let path =
        [CargoTool::named("cargo-leptos", CARGO_LEPTOS).ensure()?, wasm_bindgen(workspace)?.ensure()?, wasm_opt()?];
    sweep();
    Ok(path.into_iter().flatten().collect())
}

/// cargo-nextest: where any version is on `PATH` that is enough. Hands back the directories for `PATH`.
pub(crate) fn nextest() -> Result<Vec<PathBuf>, Failure> {
    if Run::new("cargo-nextest").args(["nextest", "--version"]).ask().is_some() {
        return Ok(Vec::new());
    }
    let path = CargoTool::named("cargo-nextest", NEXTEST).ensure()?;
    sweep();
    Ok(path.into_iter().collect())
}

/// cargo-fuzz, which knows how targets are instrumented. Hands back the directories for `PATH`.
pub(crate) fn cargo_fuzz() -> Result<Vec<PathBuf>, Failure> {
    let path = CargoTool::named("cargo-fuzz", CARGO_FUZZ).ensure()?;
    sweep();
    Ok(path.into_iter().collect())
}

/// What looks at dependencies: cargo-deny and cargo-machete. Hands back the directories for `PATH`.
pub(crate) fn supply() -> Result<Vec<PathBuf>, Failure> {
    let tools = [("cargo-deny", CARGO_DENY), ("cargo-machete", CARGO_MACHETE)];
    let path = tools.map(|(name, version)| CargoTool::named(name, version).ensure());
    let path = path.into_iter().collect::<Result<Vec<_>, _>>()?;
    sweep();
    Ok(path.into_iter().flatten().collect())
}

/// Makes sure that rustc can build for the browser.
pub(crate) fn wasm_target() -> Result<(), Failure> {
    let libraries = Run::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]).ask();
    if libraries.is_some_and(|path| PathBuf::from(path).is_dir()) {
        return Ok(());
    }
    say::step("rustup: the wasm target", || Run::new("rustup").args(["target", "add", WASM_TARGET]).go()).map_err(
        |cause| Failure::ToolMissing {
            tool: "the wasm target of rustc",
            help: format!("{cause}. Install Rust by rustup, or the package of your system that holds {WASM_TARGET}."),
        },
    )
}

/// wasm-bindgen's program must be of exactly the version that the browser's code was compiled against.
fn wasm_bindgen(workspace: &Workspace) -> Result<CargoTool, Failure> {
    let version = workspace.locked_version("wasm-bindgen")?;
    Ok(CargoTool { package: "wasm-bindgen-cli", ..CargoTool::named("wasm-bindgen", &version) })
}

/// What cuts the browser's program into parts.
fn wasm_split() -> CargoTool {
    CargoTool {
        package: "wasm_split_cli_support",
        program: "wasm-split-cli",
        features: "build-binary",
        ..CargoTool::named("wasm-split", WASM_SPLIT)
    }
}

/// wasm-opt from `PATH`, from npm, or built.
fn wasm_opt() -> Result<Option<PathBuf>, Failure> {
    let found = Run::new("wasm-opt").args(["--version"]).ask();
    if found.as_deref().and_then(first_number).is_some_and(|version| version >= OLDEST_WASM_OPT) {
        return Ok(None);
    }
    let home = tools_dir().join(format!("binaryen-{BINARYEN}"));
    let programs = home.join("node_modules").join(".bin");
    if programs.join("wasm-opt").is_file() {
        say::skip(&format!("tool: wasm-opt {BINARYEN}"), "installed before");
        return Ok(Some(programs));
    }
    if run::find(&["npm"]).is_some() {
        let installed = say::step(&format!("tool: wasm-opt {BINARYEN} (npm)"), || {
            make_dir(&home)?;
            let package = format!("binaryen@{BINARYEN}");
            Run::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--prefix", "."])
                .args([package])
                .within(&home)
                .go()
        });
        match installed {
            Ok(()) => return Ok(Some(programs)),
            Err(cause) => say::note(&format!("{cause}; building it instead")),
        }
    }
    let built = CargoTool::named("wasm-opt", WASM_OPT_CRATE);
    // Its version is binaryen's, not the crate's, so only the tools directory is looked at.
    built.in_tools_dir().map_or_else(|| built.install().map(Some), |path| Ok(Some(path)))
}

impl CargoTool {
    /// A tool whose package, program and folder have the same name.
    fn named(name: &'static str, version: &str) -> Self {
        Self { name, package: name, program: name, version: version.to_owned(), features: "" }
    }

    /// Makes sure of the tool. Hands back its directory, or nothing where it is on `PATH` already.
    fn ensure(&self) -> Result<Option<PathBuf>, Failure> {
        let found = Run::new(self.program).args(["--version"]).ask();
        if found.is_some_and(|said| said.split_whitespace().any(|word| word == self.version)) {
            say::skip(&self.title(), "on PATH");
            return Ok(None);
        }
        if let Some(path) = self.in_tools_dir() {
            say::skip(&self.title(), "installed before");
            return Ok(Some(path));
        }
        self.install().map(Some)
    }

    fn title(&self) -> String {
        format!("tool: {} {}", self.package, self.version)
    }

    fn home(&self) -> PathBuf {
        tools_dir().join(format!("{}-{}", self.name, self.version))
    }

    fn in_tools_dir(&self) -> Option<PathBuf> {
        let programs = self.home().join("bin");
        let program = programs.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        program.is_file().then_some(programs)
    }

    fn install(&self) -> Result<PathBuf, Failure> {
        say::step(&format!("{} (built once)", self.title()), || {
            make_dir(&tools_dir())?;
            Run::new("cargo")
                .args(["install", "--locked", self.package, "--version", &self.version])
                .args(["--features", self.features])
                .args(["--root".into(), self.home()])
                .within(&tools_dir())
                .env("CARGO_TARGET_DIR", build_dir())
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
                .go()
        })?;
        self.in_tools_dir().ok_or_else(|| Failure::NotBuilt { what: self.program, path: self.home() })
    }
}

/// Where tools are compiled: one place, so that they share what they have in common.
fn build_dir() -> PathBuf {
    tools_dir().join("build")
}

/// Takes away what compiling the tools left behind: gigabytes that nobody needs again. It is only tidying up, so
/// what cannot be taken away stays.
fn sweep() {
    if build_dir().is_dir() {
        let _ = fs::remove_dir_all(build_dir());
    }
}

fn make_dir(path: &PathBuf) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|source| Failure::File { doing: "create", path: path.clone(), source })
}

/// The first whole number in a program's answer to `--version`: `wasm-opt version 108 (version_108)` is 108.
fn first_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_wasm_opt_is_read_and_debians_is_too_old() {
        assert_eq!(first_number("wasm-opt version 132 (version_132)"), Some(132));
        assert!(first_number("wasm-opt version 108").unwrap() < OLDEST_WASM_OPT);
        assert_eq!(first_number("wasm-opt"), None);
    }
}
