//! Whether something has changed since it was last built: a fingerprint of files, kept beside the build.
//!
//! Not cryptographic, and not the same from one Rust release to the next; a wrong guess only costs a build.

use crate::failure::Failure;
use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
};

/// The fingerprint of all files at and under `places` (relative to `root`): their paths and contents.
/// A place that does not exist counts as empty.
pub(crate) fn of(root: &Path, places: &[&str]) -> Result<String, Failure> {
    let mut files = Vec::new();
    for place in places {
        collect(&root.join(place), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        let path = file.strip_prefix(root).unwrap_or(file);
        hasher.write(path.to_string_lossy().as_bytes());
        let content = fs::read(file).map_err(|source| Failure::File { doing: "read", path: file.clone(), source })?;
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether `note` holds exactly `text`.
pub(crate) fn matches(note: &Path, text: &str) -> bool {
    fs::read_to_string(note).is_ok_and(|held| held == text)
}

/// Writes `text` to `note`, making its directory.
pub(crate) fn remember(note: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        if let Some(directory) = note.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(note, text)
    };
    write().map_err(|source| Failure::File { doing: "write", path: note.to_owned(), source })
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if place.is_file() {
        files.push(place.to_owned());
        return Ok(());
    }
    if !place.is_dir() {
        return Ok(());
    }
    let unreadable = |source| Failure::File { doing: "list", path: place.to_owned(), source };
    for entry in fs::read_dir(place).map_err(unreadable)? {
        collect(&entry.map_err(unreadable)?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_a_new_file_and_a_moved_file_all_change_it() {
        let root = std::env::temp_dir().join(format!("confab-fingerprint-{}", std::process::id()));
        remember(&root.join("a/one.txt"), "1").unwrap();
        let first = of(&root, &["a", "missing"]).unwrap();
        assert_eq!(first, of(&root, &["a", "missing"]).unwrap());

        remember(&root.join("a/one.txt"), "2").unwrap();
        let changed = of(&root, &["a"]).unwrap();
        remember(&root.join("a/deep/two.txt"), "").unwrap();
        let added = of(&root, &["a"]).unwrap();
        fs::rename(root.join("a/one.txt"), root.join("a/uno.txt")).unwrap();
        let moved = of(&root, &["a"]).unwrap();

        assert!(first != changed && changed != added && added != moved);
        fs::remove_dir_all(&root).unwrap();
    }
}
