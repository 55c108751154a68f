//! The fuzz targets: each is built once, instrumented, and run for a while on what it is given as seeds and finds by
//! itself. Two at a time, since each keeps one core busy.
//!
//! Nothing in the decoders is `unsafe`, so the targets go without a sanitizer, and with that without a nightly
//! compiler: what they look for is a panic, an endless loop, and memory that grows.

use crate::{
    failure::Failure,
    run::{self, Run},
    say, tools,
    workspace::Workspace,
};
use std::{env, fs, path::Path, path::PathBuf, thread};

/// How long each target runs, in seconds, where `CONFAB_FUZZ_SECONDS` says nothing else. 0 leaves all of it out.
const SECONDS: &str = "10";
const LANES: usize = 2;
/// An input that takes longer is a failure, in seconds.
const SLOWEST: u32 = 10;
/// A target that needs more memory has failed, in MiB.
const MOST_MEMORY: u32 = 1_024;
/// libFuzzer is C++, and is compiled with the targets.
const CPP_COMPILERS: &[&str] = &["c++", "g++", "clang++"];

/// Builds and runs every target.
pub(super) fn fuzz(workspace: &Workspace) -> Result<(), Failure> {
    let seconds = env::var("CONFAB_FUZZ_SECONDS").unwrap_or_else(|_| SECONDS.to_owned());
    if seconds == "0" {
        say::note("left out, as CONFAB_FUZZ_SECONDS says");
        return Ok(());
    }
    let path = match tool() {
        Ok(path) => path,
        Err(cause) => {
            say::note(&format!("left out, no target was run: {cause}"));
            return Ok(());
        }
    };
    let home = workspace.root.join("fuzz");
    let targets = targets(&home)?;
    let built = workspace.target.join("fuzz");
    Run::cargo(&workspace.root)
        .args(["fuzz", "build", "--dev", "--sanitizer", "none"])
        .env("CARGO_TARGET_DIR", &built)
        .with_path(&path)
        .go()?;
    let host = Run::new("rustc").args(["--print", "host-tuple"]).ask().unwrap_or_default();
    let programs = built.join(host).join("debug");
    let lane = |lane: usize| -> Result<(), Failure> {
        let mut own = targets.iter().skip(lane).step_by(LANES);
        own.try_for_each(|target| run(&home, &programs.join(target), target, &seconds))
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|number| scope.spawn(move || lane(number))).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap_or(Err(Failure::NoTests)))
    })
}

fn tool() -> Result<Vec<PathBuf>, Failure> {
    if run::find(CPP_COMPILERS).is_none() {
        let help = "Install your system's C++ compiler: libFuzzer is compiled by it.".to_owned();
        return Err(Failure::ToolMissing { tool: "a C++ compiler", help });
    }
    tools::cargo_fuzz()
}

/// A target per file.
fn targets(home: &Path) -> Result<Vec<String>, Failure> {
    let path = home.join("fuzz_targets");
    let failure = |source| Failure::File { doing: "list", path: path.clone(), source };
    let files = fs::read_dir(&path).map_err(failure)?;
    let mut names = Vec::new();
    for file in files {
        let path = file.map_err(failure)?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    Ok(names)
}

/// Runs one. What makes it fail is left in `fuzz/artifacts/`, what it found on the way in `fuzz/corpus/`.
fn run(home: &Path, program: &Path, target: &str, seconds: &str) -> Result<(), Failure> {
    let [corpus, seeds, artifacts] = ["corpus", "seeds", "artifacts"].map(|folder| home.join(folder).join(target));
    for path in [&corpus, &artifacts] {
        fs::create_dir_all(path).map_err(|source| Failure::File { doing: "create", path: path.clone(), source })?;
    }
    let prefix = artifacts.join("");
    Run::new(program)
        .args([format!("-max_total_time={seconds}"), format!("-timeout={SLOWEST}")])
        .args([format!("-rss_limit_mb={MOST_MEMORY}"), format!("-artifact_prefix={}", prefix.display())])
        .args(["-verbosity=0", "-print_final_stats=1"])
        .args([corpus, seeds])
        .go()
}
