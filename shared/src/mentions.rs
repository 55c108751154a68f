//! Whom a text names with `@`. The server counts by it and the browser marks by it, so both always agree.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::Username;

/// The most different users whom one message names.
const MOST: usize = 50;

/// A name in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mention {
    /// Where it stands, in bytes, the `@` included.
    pub range: Range<usize>,
    /// Whose it is, whether or not there is such a user.
    pub name: Username,
}

/// The names in a stretch of plain text: an `@` that follows no letter or digit, and what can be a username behind it.
/// Punctuation at its end belongs to the sentence, `-` and `_` apart.
#[must_use]
pub fn mentions_in(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let behind = &text[at + 1..];
        let end = behind.find(|sign| !may_be_in_name(sign)).unwrap_or(behind.len());
        let name = behind[..end].trim_end_matches(ends_a_sentence);
        if let Ok(parsed) = name.parse() {
            found.push(Mention { range: at..at + 1 + name.len(), name: parsed });
        }
    }
    found
}

/// Whom a message names: each user once, in the order of the text, at most 50. What stands as code names nobody.
#[must_use]
pub fn mentioned(body: &str) -> Vec<Username> {
    if !body.contains('@') {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let names = outside_code(body).into_iter().flat_map(mentions_in).map(|mention| mention.name);
    names.filter(|name| seen.insert(name.key())).take(MOST).collect()
}

fn may_be_in_name(sign: char) -> bool {
    !(sign.is_whitespace() || sign.is_control() || ":/#@,?&=%<>\"'\\`".contains(sign))
}

fn ends_a_sentence(sign: char) -> bool {
    (sign.is_ascii_punctuation() && !matches!(sign, '-' | '_')) || "…。，！？；：）」』】、".contains(sign)
}

/// The stretches of a text between its code: as in Markdown, so many backticks open it and as many close it.
fn outside_code(body: &str) -> Vec<&str> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in body.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    let mut closing = vec![None; runs.len()];
    let mut next_of_length = HashMap::new();
    for (index, run) in runs.iter().enumerate().rev() {
        closing[index] = next_of_length.insert(run.len(), index);
    }
    let (mut outside, mut from, mut index) = (Vec::new(), 0, 0);
    while index < runs.len() {
        if let Some(close) = closing[index] {
            outside.push(&body[from..runs[index].start]);
            from = runs[close].end;
            index = close;
        }
        index += 1;
    }
    outside.push(&body[from..]);
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &str) -> Vec<String> {
        mentioned(body).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_ends_where_the_sentence_goes_on() {
        assert_eq!(names("@bob, @carol: hi (@dave)! Ask @erin-2."), ["bob", "carol", "dave", "erin-2"]);
        assert_eq!(names("**@bob** @jürgen's @thermometer1?"), ["bob", "jürgen", "thermometer1"]);
    }

    #[test]
    fn an_address_an_empty_name_and_one_too_long_name_nobody() {
        assert_eq!(names("mail ann@example.org, @ and @@ and @."), [""; 0]);
        assert_eq!(names(&format!("@{}", "x".repeat(21))), [""; 0]);
    }

    #[test]
    fn everybody_is_named_once_in_whatever_spelling() {
        assert_eq!(names("@Bob @bob @BOB @carol"), ["Bob", "carol"]);
        let crowd: String = (0..60).map(|nth| format!("@user{nth} ")).collect();
        assert_eq!(names(&crowd).len(), 50);
    }

    #[test]
    fn code_names_nobody() {
        assert_eq!(names("`@bob` @carol ``@x ` @y`` @dave"), ["carol", "dave"]);
        assert_eq!(names("```\n@bob\n```\n@carol"), ["carol"]);
        assert_eq!(names("an odd ` and @bob"), ["bob"]);
    }

    #[test]
    fn a_mention_knows_where_it_stands() {
        let text = "so, @bob.";
        let found = mentions_in(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].range.clone()], "@bob");
    }
}
