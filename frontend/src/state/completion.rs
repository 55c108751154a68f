//! Completion while one writes: people after `@`, rooms after `#`, emoji after `:`.

/// What is being completed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Somebody's name.
    Person,
    /// A room's name.
    Room,
    /// An emoji, by its name.
    Emoji,
}

/// A word that is being written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Query {
    /// What it will be.
    pub kind: Kind,
    /// Where its sign stands in the text, in bytes.
    start: usize,
    /// Where the cursor stands behind it, in bytes.
    end: usize,
    /// What is there of it, without the sign.
    pub word: String,
}

/// How many proposals are made at most.
pub const MOST: usize = 8;
/// So much of an emoji's name must be there: a colon is often no more than one.
const LEAST_OF_AN_EMOJI: usize = 2;

impl Query {
    /// The word in which the cursor stands, if it begins with one of the signs. `cursor` counts as the browser does,
    /// in UTF-16 units.
    #[must_use]
    pub fn at(text: &str, cursor: u32) -> Option<Self> {
        let end = byte_at(text, cursor);
        let before = text.get(..end)?;
        let start = before.rfind(['@', '#', ':'])?;
        let word = before.get(start + 1..)?;
        let stands_alone = before.get(..start)?.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '/');
        let kind = match before.get(start..=start)? {
            "@" => Kind::Person,
            "#" => Kind::Room,
            _ => Kind::Emoji,
        };
        let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
        let fits = match kind {
            Kind::Emoji => word.len() >= LEAST_OF_AN_EMOJI && word.chars().all(of_name),
            Kind::Person | Kind::Room => !word.contains(char::is_whitespace),
        };
        (stands_alone && fits).then(|| Self { kind, start, end, word: word.to_owned() })
    }

    /// The text with something in the word's place, and where the cursor goes, in UTF-16 units.
    #[must_use]
    pub fn complete(&self, text: &str, with: &str) -> (String, u32) {
        let before = text.get(..self.start).unwrap_or_default();
        let after = text.get(self.end..).unwrap_or_default();
        insert(before, with, after)
    }
}

/// The text with something more where the cursor stands, and where that goes then, in UTF-16 units.
#[must_use]
pub fn insert_at(text: &str, cursor: u32, more: &str) -> (String, u32) {
    let place = byte_at(text, cursor);
    insert(text.get(..place).unwrap_or_default(), more, text.get(place..).unwrap_or_default())
}

fn insert(before: &str, middle: &str, after: &str) -> (String, u32) {
    let gap = if after.starts_with(char::is_whitespace) { "" } else { " " };
    let until = format!("{before}{middle}{gap}");
    let cursor = until.encode_utf16().count() + usize::from(gap.is_empty());
    (until + after, u32::try_from(cursor).unwrap_or(u32::MAX))
}

/// What fits a word: what begins with it first, then what has a part that does. Capitals make no difference.
pub fn fitting<'a, T>(word: &str, all: &'a [T], name: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let word = word.to_lowercase();
    let (begin, contain): (Vec<_>, Vec<_>) = all
        .iter()
        .filter_map(|one| {
            let name = name(one).to_lowercase();
            let place = name.match_indices(&word).map(|(place, _)| place).find(|place| {
                let before = name.get(..*place).and_then(|before| before.chars().next_back());
                before.is_none_or(|c| !c.is_alphanumeric())
            });
            place.map(|place| (place, one))
        })
        .partition(|(place, _)| *place == 0);
    begin.into_iter().chain(contain).map(|(_, one)| one).take(MOST).collect()
}

/// The names between colons in a text become emoji, where `emoji` knows them.
#[must_use]
pub fn with_emoji<'a>(text: &str, emoji: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut parts = text.split(':').peekable();
    written.push_str(parts.next().unwrap_or_default());
    while let Some(part) = parts.next() {
        // It is a name only where a colon stands behind it too.
        match emoji(part).filter(|_| parts.peek().is_some()) {
            Some(emoji) => {
                written.push_str(emoji);
                written.push_str(parts.next().unwrap_or_default());
            }
            None => {
                written.push(':');
                written.push_str(part);
            }
        }
    }
    written
}

fn byte_at(text: &str, cursor: u32) -> usize {
    let mut units = 0;
    for (place, c) in text.char_indices() {
        if units >= cursor {
            return place;
        }
        units += u32::from(c.len_utf16() == 2) + 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with the cursor at `|`.
    fn query(text: &str) -> Option<(Kind, String)> {
        let (before, after) = text.split_once('|').unwrap();
        let cursor = u32::try_from(before.encode_utf16().count()).unwrap();
        Query::at(&format!("{before}{after}"), cursor).map(|query| (query.kind, query.word))
    }

    fn completed(text: &str, with: &str) -> String {
        let (before, after) = text.split_once('|').unwrap();
        let text = format!("{before}{after}");
        let cursor = u32::try_from(before.encode_utf16().count()).unwrap();
        let (text, cursor) = Query::at(&text, cursor).unwrap().complete(&text, with);
        let place = byte_at(&text, cursor);
        format!("{}|{}", &text[..place], &text[place..])
    }

    #[test]
    fn the_word_at_the_cursor_is_found_by_its_sign() {
        assert_eq!(query("hi @al|"), Some((Kind::Person, "al".to_owned())));
        assert_eq!(query("@|"), Some((Kind::Person, String::new())));
        assert_eq!(query("see (#lob|by)"), Some((Kind::Room, "lob".to_owned())));
        assert_eq!(query("🎉 :tad|"), Some((Kind::Emoji, "tad".to_owned())));
    }

    #[test]
    fn a_sign_inside_a_word_begins_nothing() {
        for text in ["me@exam|", "hi @al said|", "at 10:30|", "http://a|", "note: x|", ":t|", "none|"] {
            assert_eq!(query(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_chosen_takes_the_words_place() {
        assert_eq!(completed("🎉 hi @al|", "@alice"), "🎉 hi @alice |");
        assert_eq!(completed("hi @al| there", "@alice"), "hi @alice |there");
        assert_eq!(insert_at("ab", 1, "🎉"), ("a🎉 b".to_owned(), 4));
    }

    #[test]
    fn what_begins_with_the_word_comes_first() {
        let names = ["malice", "book-alley", "Alice", "bob"];
        assert_eq!(fitting("al", &names, |name| name), [&"Alice", &"book-alley"]);
        assert_eq!(fitting("", &names, |name| name).len(), 4);
    }

    #[test]
    fn names_of_emoji_become_emoji_and_other_colons_stay() {
        let emoji = |name: &str| (name == "tada").then_some("🎉");
        for (text, expected) in [
            ("yes :tada:", "yes 🎉"),
            (":tada::tada:!", "🎉🎉!"),
            ("at 10:30 :tada", "at 10:30 :tada"),
            ("a:b:c", "a:b:c"),
            ("::tada:", ":🎉"),
            ("", ""),
        ] {
            assert_eq!(with_emoji(text, emoji), expected);
        }
    }
}
