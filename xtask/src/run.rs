//! Starting programs: cargo, trunk, npm and the rest.
//!
//! A [`Run`] is shown before it starts, inherits the terminal, and turns a bad ending into a [`Failure`] that names
//! the command. What only concerns `xtask` is not handed on: a build script that watches, say, `CARGO_MANIFEST_DIR`
//! would see a change each time and compile its crate again.

use crate::{failure::Failure, say};
use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// A program about to be started.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// A program found on `PATH`, or by its path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            if is_about_xtask(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        let name = Path::new(program).file_name().unwrap_or(program);
        Self { command, shown: name.to_string_lossy().into_owned() }
    }

    /// Cargo, in the directory `root`.
    pub(crate) fn cargo(root: &Path) -> Self {
        Self::new("cargo").within(root)
    }

    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        for arg in args {
            self.shown.push(' ');
            self.shown.push_str(&arg.as_ref().to_string_lossy());
            self.command.arg(arg);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Puts `directories` in front of `PATH`.
    pub(crate) fn with_path(mut self, directories: &[PathBuf]) -> Self {
        self.command.env("PATH", path_with(directories));
        self
    }

    /// Shows the command, runs it, and succeeds where it does.
    pub(crate) fn go(mut self) -> Result<(), Failure> {
        self.show();
        let status = self.command.status().map_err(|source| self.not_started(source))?;
        self.verdict(status)
    }

    /// Like [`Run::go`], and also hands back what the program wrote to its standard output. The output comes back
    /// even where the program failed: it may hold the count of failures.
    pub(crate) fn go_and_read(mut self) -> Result<(String, Result<(), Failure>), Failure> {
        self.show();
        let mut child = self.command.stdout(Stdio::piped()).spawn().map_err(|source| self.not_started(source))?;
        let mut read = String::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.map_err(|source| self.not_started(source))?;
                let line = String::from_utf8_lossy(&line);
                say::line(&line);
                read.push_str(&line);
                read.push('\n');
            }
        }
        let status = child.wait().map_err(|source| self.not_started(source))?;
        Ok((read, self.verdict(status)))
    }

    /// Runs quietly and hands back the standard output, or nothing where the program is missing or fails.
    pub(crate) fn ask(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Becomes the program, so that Ctrl-C and signals reach it directly. Where that cannot be done, waits for it.
    pub(crate) fn become_it(mut self) -> Result<(), Failure> {
        self.show();
        #[cfg(unix)]
        {
            let source = std::os::unix::process::CommandExt::exec(&mut self.command);
            Err(self.not_started(source))
        }
        #[cfg(not(unix))]
        {
            let status = self.command.status().map_err(|source| self.not_started(source))?;
            self.verdict(status)
        }
    }

    fn show(&self) {
        say::note(&format!("$ {}", self.shown));
    }

    fn verdict(self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() { Ok(()) } else { Err(Failure::Exited { command: self.shown, status }) }
    }

    fn not_started(&self, source: std::io::Error) -> Failure {
        Failure::NotStarted { command: self.shown.clone(), source }
    }
}

/// The `PATH` with `directories` in front.
pub(crate) fn path_with(directories: &[PathBuf]) -> OsString {
    let now = env::var_os("PATH").unwrap_or_default();
    let all = directories.iter().cloned().chain(env::split_paths(&now));
    env::join_paths(all).unwrap_or(now)
}

/// The first of `programs` that lies on `PATH`.
pub(crate) fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let directories: Vec<PathBuf> = env::split_paths(&path).collect();
    programs.iter().find_map(|program| {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        directories.iter().map(|directory| directory.join(&name)).find(|candidate| candidate.is_file())
    })
}

/// Whether this variable describes `xtask` itself: set by cargo, or a setting of `xtask` that the server, whose
/// settings are all of `CONFAB_*`, would take for a misspelt one of its own.
fn is_about_xtask(name: &str) -> bool {
    const EXACTLY: &[&str] = &[
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CONFAB_CHROMIUM",
        "CONFAB_FUZZ_SECONDS",
        "CONFAB_SKIP_BROWSER",
        "CONFAB_TOOLS_DIR",
    ];
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start)) || EXACTLY.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_named_with_its_arguments() {
        let failure = Run::new("cargo").args(["no-such-command-of-cargo"]).ask();
        assert_eq!(failure, None);
        let missing = Run::new("no-such-program-at-all").args(["--version"]).go().unwrap_err();
        assert!(missing.to_string().starts_with("`no-such-program-at-all --version` could not be started"));
    }

    #[test]
    fn what_is_about_xtask_is_not_handed_on() {
        assert!(is_about_xtask("CONFAB_TOOLS_DIR"));
        assert!(!is_about_xtask("CONFAB_LISTEN"));
        assert!(is_about_xtask("CARGO_MANIFEST_DIR"));
        assert!(is_about_xtask("CARGO_PKG_VERSION_MAJOR"));
        assert!(!is_about_xtask("CARGO_TARGET_DIR"));
        assert!(!is_about_xtask("CARGO_HOME"));
    }
}
