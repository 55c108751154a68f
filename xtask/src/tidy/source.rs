//! The files that are checked, and what of a Rust file is code.
//!
//! Rules about code look at [`Source::code`]: the text with comments and the insides of strings blanked out, lines
//! and columns kept. [`Source::shipped`] is the same without what is under `#[cfg(test)]`.

use crate::{failure::Failure, run::Run};
use std::{collections::BTreeMap, fs, path::Path};

/// A file of the checkout.
pub(super) struct Source {
    /// From the root of the checkout, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Without comments and the insides of strings (the text itself, where it is no Rust).
    pub(super) code: String,
    /// `code` without `#[cfg(test)]` items.
    pub(super) shipped: String,
}

/// All files that git knows or would take, binary ones left out.
pub(super) struct Tree {
    files: BTreeMap<String, Source>,
}

impl Tree {
    /// Reads the checkout at `root`.
    pub(super) fn read(root: &Path) -> Result<Self, Failure> {
        let listed = Run::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .within(root)
            .ask()
            .ok_or_else(|| Failure::ToolMissing {
                tool: "git",
                help: "It lists the files to check, so this must be a clone.".to_owned(),
            })?;
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file that is gone, or is no text, has nothing to check.
            if let Ok(text) = fs::read_to_string(root.join(path)) {
                files.insert(path.to_owned(), Source::new(path, text));
            }
        }
        Ok(Self { files })
    }

    /// A tree made up for a test.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let source = |(path, text): &(&str, &str)| ((*path).to_owned(), Source::new(path, (*text).to_owned()));
        Self { files: files.iter().map(source).collect() }
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.files.values()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }
}

impl Source {
    pub(super) fn new(path: &str, text: String) -> Self {
        let code = if path.ends_with(".rs") { code_of(&text) } else { text.clone() };
        let shipped = without_test_items(&code);
        Self { path: path.to_owned(), text, code, shipped }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The lines (from 1) of `text` in which `word` stands by itself.
    pub(super) fn lines_with<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let numbered = text.lines().enumerate();
        numbered.filter(move |(_, line)| has_word(line, word)).map(|(index, _)| index + 1)
    }
}

/// Whether `word` is in `line`, not as a part of a longer name. Only the ends of `word` that are letters need a border.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (starts, ends) = (is_name(word.chars().next()), is_name(word.chars().next_back()));
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !(starts && is_name(before) || ends && is_name(after))
    })
}

/// Blanks comments and the insides of strings and characters.
fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let end = match c {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            'r' if starts_raw_string(&chars, at) => end_of_raw_string(&chars, at),
            '\'' => end_of_char(&chars, at),
            _ => at,
        };
        if end == at {
            code.push(c);
            at += 1;
        } else {
            code.extend(chars[at..end.min(chars.len())].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

fn end_of_line(chars: &[char], from: usize) -> usize {
    chars[from..].iter().position(|&c| c == '\n').map_or(chars.len(), |length| from + length)
}

/// Comments nest.
fn end_of_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_string(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn hashes(chars: &[char], from: usize) -> usize {
    chars[from..].iter().take_while(|&&c| c == '#').count()
}

/// `r"` or `r#"`, and not the end of a name such as `for`.
fn starts_raw_string(chars: &[char], at: usize) -> bool {
    let in_name = at > 0 && (chars[at - 1].is_alphanumeric() && chars[at - 1] != 'b' || chars[at - 1] == '_');
    !in_name && chars.get(at + 1 + hashes(chars, at + 1)) == Some(&'"')
}

fn end_of_raw_string(chars: &[char], from: usize) -> usize {
    let count = hashes(chars, from + 1);
    let mut at = from + count + 2;
    while at < chars.len() {
        if chars[at] == '"' && hashes(chars, at + 1) >= count {
            return at + 1 + count;
        }
        at += 1;
    }
    chars.len()
}

/// `'x'` and `'\n'` end somewhere; a lifetime ends where it starts.
fn end_of_char(chars: &[char], from: usize) -> usize {
    match (chars.get(from + 1), chars.get(from + 2)) {
        (Some('\\'), _) => {
            let close = chars[from..].iter().skip(3).position(|&c| c == '\'');
            close.map_or(from, |length| from + length + 4)
        }
        (Some(_), Some('\'')) => from + 3,
        _ => from,
    }
}

/// Blanks every item under `#[cfg(test)]`: to the end of its braces, or to its semicolon.
fn without_test_items(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut shipped = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        shipped.push_str(&rest[..at]);
        let item = &rest[at..];
        let end = end_of_item(item);
        shipped.extend(item[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &item[end..];
    }
    shipped.push_str(rest);
    shipped
}

fn end_of_item(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let code = code_of("let a = \"axum \\\" x\"; // axum\n/* axum /* axum */ axum */ let b = r#\"axum \" \"#;\n");
        assert!(!code.contains("axum"), "{code}");
        assert!(code.contains("let a =") && code.contains("let b ="));
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn a_quote_in_a_character_opens_no_string_and_a_lifetime_is_none() {
        let code = code_of("match c { '\"' => 1, '\\'' => 2, '\\u{1F600}' => 3 } fn f<'a>(x: &'a str) { axum() }");
        assert!(code.contains("axum()") && code.contains("<'a>"), "{code}");
    }

    #[test]
    fn a_name_that_ends_in_r_is_no_raw_string() {
        assert!(code_of("for x in bar { tokio() } br\"tokio\"").contains("{ tokio() }"));
        assert!(!code_of("br\"sqlx\"").contains("sqlx"));
    }

    #[test]
    fn test_items_are_not_shipped_and_what_follows_them_is() {
        let source = Source::new(
            "x.rs",
            "#[cfg(test)]\nuse axum::A;\nfn a() {}\n#[cfg(test)]\nmod tests { fn b() { axum() } }\nfn c() {}\n"
                .to_owned(),
        );
        assert!(source.code.contains("axum") && !source.shipped.contains("axum"));
        assert!(source.shipped.contains("fn a()") && source.shipped.contains("fn c()"));
        assert_eq!(source.shipped.lines().count(), source.text.lines().count());
    }

    #[test]
    fn a_word_stands_by_itself() {
        assert!(has_word("use tokio::net;", "tokio"));
        assert!(has_word("x.sleep(1)", "sleep("));
        assert!(!has_word("tokio_util::codec", "tokio"));
        assert!(!has_word("oversleep(1)", "sleep("));
    }
}
