//! The sheets are named in two places, because trunk and `cargo leptos` each want their own; they stay the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[allow(clippy::unwrap_used, reason = "a test that cannot read what it tests has failed")]
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What stands between `start` and `end`, line by line.
fn named(text: &str, start: &str, end: &str) -> Vec<String> {
    let after = |line: &str| Some(line.split_once(start)?.1.split_once(end)?.0.to_owned());
    text.lines().filter_map(after).collect()
}

#[test]
fn the_page_and_the_main_sheet_name_the_same_sheets_in_the_same_order() {
    let by_trunk = named(&read("index.html"), "rel=\"inline\" href=\"style/", "\"");
    let by_leptos = named(&read("style/main.css"), "@import url(\"/", "\")");
    assert_eq!(by_trunk, by_leptos);
}

#[test]
fn every_sheet_is_named_and_described() {
    let entries = fs::read_dir(root().join("style")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = names.filter(|name| name.ends_with(".css") && name != "main.css").collect();
    let imported = named(&read("style/main.css"), "@import url(\"/", "\")");
    assert_eq!(there, imported.into_iter().collect());
    let described: BTreeSet<String> = named(&read("style/README.md"), "| `", "` |").into_iter().collect();
    assert_eq!(there, described);
}

#[test]
fn colours_are_named_in_the_two_first_sheets_only() {
    for sheet in named(&read("style/main.css"), "@import url(\"/", "\")") {
        if sheet != "values.css" && sheet != "roles.css" {
            let text = read(&format!("style/{sheet}"));
            let raw = text.lines().find(|line| line.contains(": #") || line.contains("rgb("));
            assert_eq!(raw, None, "in style/{sheet}");
        }
    }
}
