//! `cargo xtask parts`: cuts the browser's program at the functions of `frontend/src/parts.rs`, so that a visitor need
//! not wait for what he does not see yet.
//!
//! Trunk calls it when its build is done (`Trunk.toml`) and says where that lies. What trunk made of the whole program
//! is replaced by what `wasm-split`, `wasm-bindgen` and `wasm-opt` make of the same: the part that starts, which knows
//! the names of the others. They all carry one hash, because they only fit each other.

use crate::{failure::Failure, fingerprint, run::Run, tools, workspace::Workspace};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// What trunk calls the program.
const PROGRAM: &str = "confab-web";
/// What `wasm-split` calls the file that knows where the parts are.
const LINKS: &str = "__wasm_split";
/// What the names of languages' parts begin with, before the language's tag.
const LANGUAGE: &str = "split_language_";
/// What wasm-opt is asked for. Shortest is not what travels shortest: these make files that are longer by some percent and
/// shorter by three once they are compressed, since what is alike stays alike, and stands together.
const OPTIMISE: [&str; 4] = ["--flatten", "--rereloop", "-O2", "--reorder-functions-by-name"];
/// The part that is not fetched before somebody is in the chat.
const LAST: &str = "split_rest";

/// Replaces the program in trunk's staging directory by its parts.
pub(crate) fn cut(workspace: &Workspace) -> Result<(), Failure> {
    let told = |name: &'static str| env::var_os(name).ok_or(Failure::NotCalledByTrunk(name));
    let staging = PathBuf::from(told("TRUNK_STAGING_DIR")?);
    let release = told("TRUNK_PROFILE")? == "release";
    let built = workspace.target.join(tools::WASM_TARGET).join(if release { "wasm-release" } else { "debug" });
    let work = workspace.memory().join("parts");
    let (cut, bound) = (work.join("cut"), work.join("bound"));
    // What an earlier build left there may have had other parts.
    let _ = fs::remove_dir_all(&work);
    let path = tools::for_the_bundle(workspace)?;
    Run::new("wasm-split-cli")
        .args(["--out-name", PROGRAM])
        .args([built.join(PROGRAM).with_extension("wasm"), cut.clone()])
        .with_path(&path)
        .go()?;
    Run::new("wasm-bindgen")
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle"])
        .args(["--out-name", PROGRAM, "--out-dir"])
        .args([bound.clone(), cut.join(PROGRAM).with_extension("wasm")])
        .with_path(&path)
        .go()?;
    for file in files(&cut)?.iter().filter(|file| stem(file) != PROGRAM) {
        fs::copy(file, bound.join(name(file))).map_err(|source| trouble("copy", file, source))?;
    }
    for file in files(&bound)?.iter().filter(|file| release && is(file, "wasm")) {
        Run::new("wasm-opt")
            .args(OPTIMISE)
            .args([file.as_path(), Path::new("-o"), file.as_path()])
            .with_path(&path)
            .go()?;
    }
    replace(&staging, &bound)
}

/// Puts the parts where the whole was, each under a name with the hash of all of them.
fn replace(staging: &Path, bound: &Path) -> Result<(), Failure> {
    let hash = fingerprint::of(bound, &["."])?;
    let parts = files(bound)?;
    let names: Vec<(String, String)> = parts.iter().map(|part| (name(part), hashed(part, &hash))).collect();
    for (part, (_, new)) in parts.iter().zip(&names) {
        let to = staging.join(new);
        if is(part, "js") {
            let text = names.iter().fold(read(part)?, |text, (old, new)| renamed(&text, old, new));
            fs::write(&to, text).map_err(|source| trouble("write", &to, source))?;
        } else {
            fs::copy(part, &to).map_err(|source| trouble("write", &to, source))?;
        }
    }
    let page = staging.join("index.html");
    let mut text = read(&page)?;
    for whole in files(staging)?.iter().filter(|file| name(file).starts_with(PROGRAM) && !name(file).contains(&hash)) {
        let ending = if is(whole, "js") { ".js" } else { "_bg.wasm" };
        text = text.replace(&name(whole), &format!("{PROGRAM}-{hash}{ending}"));
        fs::remove_file(whole).map_err(|source| trouble("remove", whole, source))?;
    }
    let hints: String = parts.iter().filter_map(|part| hint(part, &hash)).collect();
    // Before the page's script, which knows whether the chat will be needed at once.
    let text = text.replacen("</title>", &format!("</title>{hints}"), 1);
    fs::write(&page, text).map_err(|source| trouble("write", &page, source))
}

/// What the page says of a part, so that it is fetched in time, and kept for a visit without network: the service worker
/// keeps whatever the page names.
fn hint(part: &Path, hash: &str) -> Option<String> {
    let href = hashed(part, hash);
    let stem = stem(part);
    if let Some(tag) = stem.strip_prefix(LANGUAGE) {
        // The page's script has it fetched for those who read it.
        return Some(format!("<link href=\"/{href}\" as=\"fetch\" crossorigin data-language=\"{tag}\">"));
    }
    match stem.as_str() {
        LINKS => Some(format!("<link rel=\"modulepreload\" href=\"/{href}\" crossorigin>")),
        // The program fetches it once the chat rests.
        LAST => Some(format!("<link href=\"/{href}\" as=\"fetch\" crossorigin>")),
        // Trunk has named the start of the program.
        own if own.starts_with(PROGRAM) => None,
        // The page's script has it fetched for those who are expected in the chat. Others would wait longer for the start.
        _ => Some(format!("<link href=\"/{href}\" as=\"fetch\" crossorigin data-chat>")),
    }
}

/// A script in which a part is called by its new name, wherever it is fetched. What the program itself calls its
/// imports stays.
fn renamed(script: &str, old: &str, new: &str) -> String {
    let fetched = [("from \"./", "\""), ("URL(\"./", "\""), ("URL('", "'")];
    fetched.iter().fold(script.to_owned(), |script, (before, after)| {
        script.replace(&format!("{before}{old}{after}"), &format!("{before}{new}{after}"))
    })
}

/// `confab-web_bg.wasm` as `confab-web-<hash>_bg.wasm`, and `split_chat.wasm` as `split_chat-<hash>.wasm`.
fn hashed(part: &Path, hash: &str) -> String {
    let name = name(part);
    let at = if name.starts_with(PROGRAM) { PROGRAM.len() } else { stem(part).len() };
    format!("{}-{hash}{}", &name[..at], &name[at..])
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| trouble("list", directory, source))?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|source| trouble("read", file, source))
}

fn trouble(doing: &'static str, path: &Path, source: std::io::Error) -> Failure {
    Failure::File { doing, path: path.to_owned(), source }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn is(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_renamed_where_it_is_fetched_and_not_where_it_is_imported() {
        let script = "import * as a from \"./b.js\";\nfetch(new URL(\"./c.wasm\", here));\n({ \"./b.js\": a });";
        let said = renamed(&renamed(script, "b.js", "b-1.js"), "c.wasm", "c-1.wasm");
        assert_eq!(
            said,
            "import * as a from \"./b-1.js\";\nfetch(new URL(\"./c-1.wasm\", here));\n({ \"./b.js\": a });"
        );
    }

    #[test]
    fn the_hash_stands_where_the_server_looks_for_it() {
        let named = |name: &str| hashed(Path::new(name), "0123456789abcdef");
        assert_eq!(named("confab-web_bg.wasm"), "confab-web-0123456789abcdef_bg.wasm");
        assert_eq!(named("confab-web.js"), "confab-web-0123456789abcdef.js");
        assert_eq!(named("split_chat.wasm"), "split_chat-0123456789abcdef.wasm");
    }
}
