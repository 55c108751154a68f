//! Peers of other makers: taken where they are installed, installed where that can be done.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::say;

/// Where programs lie that not every `PATH` names.
const MORE: &[&str] = &["/usr/sbin", "/usr/local/sbin"];

/// Where Debian puts PostgreSQL, a folder for each version.
const POSTGRES: &str = "/usr/lib/postgresql";

/// A program on `PATH`, or where Debian puts servers.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir(POSTGRES).into_iter().flatten().flatten();
    let directories = std::env::split_paths(&path).chain(MORE.iter().map(PathBuf::from));
    let directories = directories.chain(versions.map(|version| version.path().join("bin")));
    directories.map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// What a program says to `--version`.
pub fn version(name: &str) -> Option<String> {
    let said = Command::new(program(name)?).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// A Debian package whose program bears its name.
pub fn from_debian(package: &str) -> Result<(), String> {
    if program(package).is_some() {
        return Ok(());
    }
    say::line(&format!("installing {package}"));
    let installed = run(Command::new("apt-get").args(["install", "-y", "--no-install-recommends", package]));
    if installed && program(package).is_some() {
        return Ok(());
    }
    Err(format!("is not installed, and `apt-get install {package}` could not be done here"))
}

/// A Node.js program with its packages, copied to `home`.
pub fn from_npm(source: &Path, home: &Path) -> Result<(), String> {
    copied(source, home)?;
    if home.join("node_modules/ws").is_dir() {
        return Ok(());
    }
    say::line("installing ws");
    let installed = run(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(home));
    if installed { Ok(()) } else { Err("needs Node.js and npm, with a registry".to_owned()) }
}

/// A Python program with its packages, copied to `home`.
pub fn from_pip(source: &Path, home: &Path) -> Result<(), String> {
    copied(source, home)?;
    if home.join("venv/ready").is_file() {
        return Ok(());
    }
    say::line("installing fastapi and uvicorn");
    let made = run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(home))
        && run(Command::new("venv/bin/python")
            .args(["-m", "pip", "install", "-q", "-r", "requirements.txt"])
            .current_dir(home))
        && fs::write(home.join("venv/ready"), "").is_ok();
    if made { Ok(()) } else { Err("needs Python with venv and pip, with a registry".to_owned()) }
}

fn run(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn copied(source: &Path, home: &Path) -> Result<(), String> {
    let copy = || -> std::io::Result<()> {
        fs::create_dir_all(home)?;
        for entry in fs::read_dir(source)? {
            let entry = entry?;
            fs::copy(entry.path(), home.join(entry.file_name()))?;
        }
        Ok(())
    };
    copy().map_err(|error| format!("could not be copied to {}: {error}", home.display()))
}
