//! `cargo xtask bench`: builds the release server and the load generator, and measures.

use crate::{failure::Failure, run::Run, say, workspace::Workspace};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

/// Measures Confab beside its peers; `arguments` go to the generator, which explains them by `--help`.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| argument == "--build-times") {
        return build_times(workspace);
    }
    release(workspace)?;
    measuring(workspace, "release", arguments)?.go()
}

/// Builds what is measured. The server and the generator always together: each alone wants other features of what both
/// depend on, and all of that would be compiled again.
pub(crate) fn release(workspace: &Workspace) -> Result<(), Failure> {
    say::step("server and load generator (release)", || {
        let packages = ["--package", "server", "--package", "bench"];
        Run::cargo(&workspace.root).args(["build", "--release", "--locked"]).args(packages).go()
    })
}

/// Builds as a newcomer does and as somebody at work does, and writes how long each took into `bench/BUILD.md`.
fn build_times(workspace: &Workspace) -> Result<(), Failure> {
    let cold = workspace.target.join("bench/cold");
    // Of an earlier run, if any.
    let _ = fs::remove_dir_all(&cold);
    let cargo = || Run::cargo(&workspace.root);
    let release = || cargo().args(["build", "--release", "--locked", "--package", "server"]);
    let work = || cargo().args(["build", "--locked", "--package", "server"]);
    let browser = || {
        let features = ["--package", "frontend", "--no-default-features", "--features", "csr"];
        cargo().args(["build", "--locked", "--target", "wasm32-unknown-unknown"]).args(features)
    };
    let cold_path = cold.as_os_str().to_owned();
    let mut rows = vec![(
        "the release server, into an empty target directory",
        timed(release().env("CARGO_TARGET_DIR", &cold_path))?,
    )];
    let _ = fs::remove_dir_all(&cold);
    work().go()?;
    browser().go()?;
    touch(&workspace.root.join("server/src/hub/speaking.rs"))?;
    rows.push(("the server again, after a change in its hub", timed(work())?));
    touch(&workspace.root.join("frontend/src/lib.rs"))?;
    rows.push(("the web app's WebAssembly again, after a change in it", timed(browser())?));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().nth(2).unwrap_or("unknown").to_owned();
    let mut text = format!(
        "## Build times\n\nBy `cargo xtask bench --build-times`, on {cores} cores; the machine's load over the last 15 minutes was \
         {load}.\n\n| | seconds |\n|---|--:|\n"
    );
    for (what, took) in rows {
        text.push_str(&format!("| {what} | {:.0} |\n", took.as_secs_f64()));
    }
    write(&workspace.root.join("bench/BUILD.md"), &text)
}

fn timed(run: Run) -> Result<Duration, Failure> {
    let begun = Instant::now();
    run.go()?;
    Ok(begun.elapsed())
}

/// Makes a file look changed.
fn touch(path: &Path) -> Result<(), Failure> {
    let touched = fs::File::options().append(true).open(path).and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|source| Failure::File { doing: "touch", path: path.to_owned(), source })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|source| Failure::File { doing: "write", path: path.to_owned(), source })
}

/// The generator of a cargo profile, with what it needs to know.
pub(crate) fn measuring(workspace: &Workspace, profile: &str, arguments: &[String]) -> Result<Run, Failure> {
    let server = workspace.server(profile);
    let generator = server.with_file_name(format!("confab-bench{}", std::env::consts::EXE_SUFFIX));
    if !generator.is_file() {
        return Err(Failure::NotBuilt { what: "the load generator", path: generator });
    }
    let work = workspace.target.join("bench");
    std::fs::create_dir_all(&work).map_err(|source| Failure::File { doing: "create", path: work.clone(), source })?;
    Ok(Run::new(generator)
        .args(["--confab".as_ref(), server.as_os_str(), "--work".as_ref(), work.as_os_str()])
        .args(["--here".into(), workspace.root.join("bench")])
        .args(arguments))
}
