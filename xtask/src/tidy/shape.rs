//! How files look, and which belong together.

use super::{
    Check, Finding, Look,
    source::{Source, Tree},
};
use std::collections::BTreeSet;

/// Past this a file is asked about.
const LONG: usize = 400;
/// Past this it is split.
const TOO_LONG: usize = 600;
/// A `main.rs` starts things and nothing else.
const LONG_MAIN: usize = 50;

const DIALECTS: &str = "server/src/dialect/";
/// What a file says that holds a dialect.
const A_DIALECT: &str = "\nimpl Dialect for ";
const MIGRATIONS: &str = "server/src/store/migrations/";
/// The list of all that is measured, and how its names begin.
const MEASURES: &str = "server/src/measures.rs";
const A_MEASURE: &str = "\"confab_";

pub(super) const CHECKS: &[Check] = &[
    Check { rule: "a file opens by saying what it is for", look: Look::Each(opening) },
    Check { rule: "a file is small enough to be read in one go", look: Look::Each(length) },
    Check { rule: "a main.rs only starts things", look: Look::Each(main_file) },
    Check { rule: "each dialect has a page", look: Look::All(pages) },
    Check { rule: "both databases take the same steps", look: Look::All(migrations) },
    Check { rule: "what is measured is in the list of it", look: Look::All(measures) },
];

fn opening(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || source.text.starts_with("//!") {
        return Vec::new();
    }
    vec![Finding::new(&source.path, 1, "start it with a `//!` paragraph: what it is for, and what it is not")]
}

fn length(source: &Source) -> Vec<Finding> {
    let counted = [".rs", ".ts", ".css", ".sh"].iter().any(|end| source.path.ends_with(end));
    let lines = source.text.lines().count();
    match lines {
        _ if !counted || lines <= LONG => Vec::new(),
        LONG..=TOO_LONG => {
            vec![
                Finding::new(&source.path, 0, format!("{lines} lines; does something want a file of its own?"))
                    .gentle(),
            ]
        }
        _ => vec![Finding::new(&source.path, 0, format!("{lines} lines, {TOO_LONG} at most: split it by concern"))],
    }
}

fn main_file(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let advice = || format!("{lines} lines, {LONG_MAIN} at most: move what it does to the library");
    let long = source.path.ends_with("src/main.rs") && lines > LONG_MAIN;
    long.then(|| Finding::new(&source.path, 0, advice())).into_iter().collect()
}

/// `server/src/dialect/tmp.rs` or `…/tmp/mod.rs` goes with `docs/dialects/tmp.md`; what dialects share has no page.
fn pages(tree: &Tree) -> Vec<Finding> {
    let name = |source: &Source| {
        if !source.text.contains(A_DIALECT) {
            return None;
        }
        let rest = source.path.strip_prefix(DIALECTS)?;
        let name = rest.split_once('/').map_or_else(|| rest.strip_suffix(".rs"), |(folder, _)| Some(folder))?;
        (!["mod", "tests"].contains(&name)).then(|| name.to_owned())
    };
    let dialects: BTreeSet<String> = tree.sources().filter_map(name).collect();
    let missing = |name: &String| !tree.has(&format!("docs/dialects/{name}.md"));
    let advice = |name: String| {
        let page = format!("docs/dialects/{name}.md");
        Finding::new(&page, 0, format!("write it: the dialect `{name}` needs a page with transcripts"))
    };
    dialects.into_iter().filter(missing).map(advice).collect()
}

fn migrations(tree: &Tree) -> Vec<Finding> {
    let numbers = |database: &str| -> BTreeSet<String> {
        let folder = format!("{MIGRATIONS}{database}/");
        let number = |source: &Source| Some(source.path.strip_prefix(&folder)?.split_once('_')?.0.to_owned());
        tree.sources().filter_map(number).collect()
    };
    let (sqlite, postgres) = (numbers("sqlite"), numbers("postgres"));
    if sqlite.is_empty() || postgres.is_empty() {
        return Vec::new();
    }
    let lacks = |database: &str, number: &String| {
        let folder = format!("{MIGRATIONS}{database}");
        Finding::new(&folder, 0, format!("write migration {number}: the other database has it"))
    };
    let in_postgres = sqlite.difference(&postgres).map(|number| lacks("postgres", number));
    let in_sqlite = postgres.difference(&sqlite).map(|number| lacks("sqlite", number));
    in_postgres.chain(in_sqlite).collect()
}

/// A metric that is not in the list is missing on `/metrics` until something happens, and has no meaning there.
fn measures(tree: &Tree) -> Vec<Finding> {
    let Some(list) = tree.sources().find(|source| source.path == MEASURES) else { return Vec::new() };
    let names = |line: &str| -> Vec<String> {
        let rest = line.split(A_MEASURE).skip(1).filter_map(|rest| rest.split_once('"'));
        rest.map(|(name, _)| format!("{A_MEASURE}{name}\"")).collect()
    };
    let measured = |source: &&Source| source.is_rust() && source.path.starts_with("server/src/");
    let in_source = |source: &Source| -> Vec<Finding> {
        let lines = source.text.lines().zip(source.code.lines()).enumerate();
        let measuring = lines.filter(|(_, (_, code))| code.contains("metrics::"));
        let unknown = measuring.flat_map(|(at, (line, _))| names(line).into_iter().map(move |name| (at + 1, name)));
        let unknown = unknown.filter(|(_, name)| !list.text.contains(name.as_str()));
        unknown.map(|(at, name)| Finding::new(&source.path, at, format!("put {name} into {MEASURES}"))).collect()
    };
    tree.sources().filter(measured).flat_map(in_source).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::bench::{broken, lines},
        *,
    };

    #[test]
    fn a_file_without_an_opening_is_found() {
        assert_eq!(broken(CHECKS, "opens", "server/src/hub/mod.rs", "use std::fmt;\n"), [1]);
        assert_eq!(broken(CHECKS, "opens", "server/src/hub/mod.rs", "//! The hub.\n"), []);
    }

    #[test]
    fn a_long_file_is_remarked_on_and_a_longer_one_fails() {
        let of = |count: usize| "//! x\n".repeat(count);
        assert_eq!(broken(CHECKS, "one go", "a.rs", &of(TOO_LONG + 1)), [0]);
        assert_eq!(broken(CHECKS, "one go", "a.rs", &of(TOO_LONG)), []);
        let remark = length(&Source::new("a.rs", of(LONG + 1)));
        assert!(remark.len() == 1 && remark[0].gentle);
        assert_eq!(broken(CHECKS, "one go", "Cargo.lock", &of(TOO_LONG + 1)), []);
    }

    #[test]
    fn a_main_file_that_does_things_is_found() {
        assert_eq!(broken(CHECKS, "main.rs", "server/src/main.rs", &"//! x\n".repeat(LONG_MAIN + 1)), [0]);
    }

    #[test]
    fn a_dialect_without_a_page_is_found() {
        let files = [
            ("server/src/dialect/mod.rs", "pub trait Dialect {}"),
            ("server/src/dialect/postman.rs", "//! x\nimpl Dialect for Postman {}"),
            ("server/src/dialect/native/mod.rs", "//! x\nimpl Dialect for Native {}"),
            ("server/src/dialect/shared_by_some.rs", ""),
            ("docs/dialects/native.md", ""),
        ];
        assert_eq!(
            pages(&Tree::of(&files)).iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
            ["docs/dialects/postman.md"]
        );
    }

    #[test]
    fn a_migration_that_one_database_lacks_is_found() {
        let one = [("server/src/store/migrations/sqlite/0001_start.sql", "")];
        assert_eq!(lines(CHECKS, "same steps", &one), []);
        let uneven = [
            ("server/src/store/migrations/sqlite/0001_start.sql", ""),
            ("server/src/store/migrations/sqlite/0002_more.sql", ""),
            ("server/src/store/migrations/postgres/0001_start.sql", ""),
        ];
        assert_eq!(lines(CHECKS, "same steps", &uneven), [0]);
    }

    #[test]
    fn a_measure_that_is_not_in_the_list_is_found() {
        let files = [
            (MEASURES, "//! x\nconst A: &str = \"confab_rooms\";\n"),
            (
                "server/src/a.rs",
                "metrics::gauge!(\"confab_rooms\");\n// metrics: \"confab_x\"\nmetrics::gauge!(\"confab_room\");\n",
            ),
        ];
        assert_eq!(lines(CHECKS, "in the list", &files), [3]);
    }
}
