//! Names in a text: people after `@`, rooms after `#`.

use std::ops::Range;

use shared::{RoomName, Username, mentions_in};

/// Whom or what a stretch of a text names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Named {
    /// Somebody, whether or not there is such a user.
    Person(Username),
    /// A room.
    Room(RoomName),
}

/// The names in a stretch of plain text, in its order, each with where it stands in bytes, its sign included. A room is
/// one that is `known`: there are other things that begin with `#`.
#[must_use]
pub fn names_in(text: &str, known: impl Fn(&RoomName) -> bool) -> Vec<(Range<usize>, Named)> {
    let mut found: Vec<_> =
        mentions_in(text).into_iter().map(|mention| (mention.range, Named::Person(mention.name))).collect();
    for (at, _) in text.match_indices('#') {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '/' | '#' | '&')) {
            continue;
        }
        if let Some((name, length)) = room_at(text.get(at + 1..).unwrap_or_default(), &known) {
            found.push((at..at + 1 + length, Named::Room(name)));
        }
    }
    found.sort_unstable_by_key(|(range, _)| range.start);
    found
}

/// The longest known name with which a text begins: up to white space, then without the punctuation at its end.
fn room_at(text: &str, known: impl Fn(&RoomName) -> bool) -> Option<(RoomName, usize)> {
    let mut word = text.split(char::is_whitespace).next().unwrap_or_default();
    while let Some(last) = word.chars().next_back() {
        if let Some(name) = word.parse().ok().filter(&known) {
            return Some((name, word.len()));
        }
        if last.is_alphanumeric() {
            break;
        }
        word = word.get(..word.len() - last.len_utf8()).unwrap_or_default();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with its names in brackets, where there are rooms `lobby`, `node.js` and `c`.
    fn shown(text: &str) -> String {
        let known = |name: &RoomName| ["lobby", "node.js", "c"].contains(&name.key().as_str());
        let mut shown = text.to_owned();
        for (range, _) in names_in(text, known).into_iter().rev() {
            shown.replace_range(range.clone(), &format!("[{}]", &text[range]));
        }
        shown
    }

    #[test]
    fn people_and_known_rooms_are_found_in_the_order_of_the_text() {
        assert_eq!(shown("see #lobby, @bob, and #Node.js."), "see [#lobby], [@bob], and [#Node.js].");
        assert_eq!(shown("(#c) #c?! \"#c\""), "([#c]) [#c]?! \"[#c]\"");
    }

    #[test]
    fn what_is_no_room_stays_text() {
        for text in ["#nowhere", "a#c", "#1", "##c", "http://a/#c", "# c", "#", "&#c", "#cd"] {
            assert_eq!(shown(text), text);
        }
    }
}
