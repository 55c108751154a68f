//! `cargo xtask tidy`: the project's own rules, the ones no lint knows.
//!
//! A [`Check`] looks at one [`Source`] at a time, or at the whole [`Tree`]; what it finds is a [`Finding`] with file,
//! line and what to do. The rules are those of `ARCHITECTURE.md`: [`layers`] says which part may know what,
//! [`habits`] what nobody writes, [`shape`] how files look and which belong together.

mod habits;
mod layers;
mod shape;
mod source;

use crate::{failure::Failure, say, workspace::Workspace};
use source::{Source, Tree};
use std::{fmt, path::Path};

/// A rule of the project.
struct Check {
    /// The rule in one sentence.
    rule: &'static str,
    look: Look,
}

/// What a rule needs to see.
enum Look {
    /// One file at a time.
    Each(fn(&Source) -> Vec<Finding>),
    /// All files together.
    All(fn(&Tree) -> Vec<Finding>),
}

/// A place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    /// What to do about it.
    advice: String,
    /// Only said, not counted.
    gentle: bool,
}

impl Finding {
    fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, advice: advice.into(), gentle: false }
    }

    fn gentle(self) -> Self {
        Self { gentle: true, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.gentle { "note: " } else { "" };
        match self.line {
            0 => write!(f, "{}: {word}{}", self.path, self.advice),
            line => write!(f, "{}:{line}: {word}{}", self.path, self.advice),
        }
    }
}

/// Checks every file of the checkout against every rule.
pub(crate) fn tidy(workspace: &Workspace) -> Result<(), Failure> {
    let tree = Tree::read(&workspace.root)?;
    let broken = report(&tree);
    if broken == 0 {
        say::note(&format!("{} files keep {} rules", tree.len(), checks().count()));
        Ok(())
    } else {
        Err(Failure::Untidy(broken))
    }
}

/// Says what is found, a rule at a time, and counts what is more than a note.
fn report(tree: &Tree) -> usize {
    let mut broken = 0;
    for check in checks() {
        let findings = check.findings(tree);
        if !findings.is_empty() {
            say::note(&format!("rule: {}", check.rule));
        }
        for finding in &findings {
            say::line(&finding.to_string());
        }
        broken += findings.iter().filter(|finding| !finding.gentle).count();
    }
    broken
}

fn checks() -> impl Iterator<Item = &'static Check> {
    layers::CHECKS.iter().chain(habits::CHECKS).chain(shape::CHECKS)
}

impl Check {
    fn findings(&self, tree: &Tree) -> Vec<Finding> {
        match self.look {
            Look::Each(look) => tree.sources().flat_map(look).collect(),
            Look::All(look) => look(tree),
        }
    }
}

/// Whether `path` lies in the folder `folder` of the checkout.
fn within(path: &str, folder: &str) -> bool {
    Path::new(path).starts_with(folder)
}

/// What the tests of the checks share.
#[cfg(test)]
mod bench {
    use super::*;

    /// The lines at which the rule that contains `rule` is broken by a file of this path and text.
    pub(super) fn broken(checks: &[Check], rule: &str, path: &str, text: &str) -> Vec<usize> {
        lines(checks, rule, &[(path, text)])
    }

    /// The same for several files; the lines of all of them.
    pub(super) fn lines(checks: &[Check], rule: &str, files: &[(&str, &str)]) -> Vec<usize> {
        let tree = Tree::of(files);
        let check = checks.iter().find(|check| check.rule.contains(rule)).unwrap();
        check.findings(&tree).iter().filter(|finding| !finding.gentle).map(|finding| finding.line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_can_be_clicked() {
        let finding = Finding::new("server/src/hub/rooms.rs", 12, "move it");
        assert_eq!(finding.to_string(), "server/src/hub/rooms.rs:12: move it");
        assert_eq!(Finding::new("docs/x.md", 0, "write it").gentle().to_string(), "docs/x.md: note: write it");
    }

    #[test]
    fn a_folder_is_not_a_prefix_of_letters() {
        assert!(within("server/src/hub/mod.rs", "server/src/hub"));
        assert!(!within("server/src/hubris.rs", "server/src/hub"));
    }
}
