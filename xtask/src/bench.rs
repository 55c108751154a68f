//! `cargo xtask bench`: builds the release server and the load generator, and measures.

use crate::{failure::Failure, run::Run, say, workspace::Workspace};

/// Measures Confab beside its peers; `arguments` go to the generator, which explains them by `--help`.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    say::step("server and load generator (release)", || {
        let packages = ["--package", "server", "--package", "bench"];
        Run::cargo(&workspace.root).args(["build", "--release", "--locked"]).args(packages).go()
    })?;
    measuring(workspace, "release", arguments)?.go()
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
