//! A message in one short line, as replies quote it and lists preview it.

use std::borrow::Cow;

use crate::{FileInfo, MetadataMap};

/// The longest excerpt, in characters.
const LONGEST: usize = 140;

/// The start of a text in one line: white space counts as one space, and what is left out behind stands as `…`.
#[must_use]
pub fn excerpt(body: &str) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in body.split_whitespace() {
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for letter in word.chars() {
            if length >= LONGEST {
                line.truncate(line.trim_end().len());
                line.push('…');
                return line;
            }
            line.push(letter);
            length += 1;
        }
    }
    line
}

/// What a message says: its text, or the names of its files where it has none.
#[must_use]
pub fn gist<'a>(body: &'a str, metadata: &MetadataMap) -> Cow<'a, str> {
    if !body.is_empty() {
        return Cow::Borrowed(body);
    }
    let names: Vec<String> = FileInfo::of(metadata).into_iter().map(|file| file.name).collect();
    Cow::Owned(names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_without_text_is_known_by_its_files() {
        let file = |name: &str| FileInfo {
            id: String::new(),
            name: name.to_owned(),
            size: 1,
            media_type: String::new(),
            width: None,
            height: None,
            url: String::new(),
        };
        let mut metadata = MetadataMap::new();
        assert_eq!(gist("", &metadata), "");
        FileInfo::attach(&[file("a.png"), file("plan.pdf")], &mut metadata);
        assert_eq!(gist("", &metadata), "a.png, plan.pdf");
        assert_eq!(gist("look", &metadata), "look");
    }

    #[test]
    fn an_excerpt_is_the_start_in_one_line() {
        assert_eq!(excerpt("  one\n\ttwo  "), "one two");
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt(&"ä".repeat(140)), "ä".repeat(140));
        assert_eq!(excerpt(&"ä".repeat(141)), format!("{}…", "ä".repeat(140)));
        assert_eq!(excerpt(&format!("{} x", "a".repeat(139))), format!("{}…", "a".repeat(139)));
    }
}
