//! What is inside a message's text: plain words and the addresses in them.

/// A part of a text, in order; together they are the whole text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Segment {
    /// Words to be shown as they are.
    Plain(String),
    /// An `http://` or `https://` address.
    Link(String),
}

/// The server's words, which begin small to stand inside a sentence, as a sentence of their own.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let ended = text.ends_with(['.', '!', '?', '…']) || text.is_empty();
    format!("{first}{}{}", chars.as_str(), if ended { "" } else { "." })
}

/// Cuts a text at the addresses in it.
#[must_use]
pub fn segments(text: &str) -> Vec<Segment> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at(start);
        let (address, after) = from.split_at(address_length(from));
        plain.push_str(before);
        if has_host(address) {
            if !plain.is_empty() {
                parts.push(Segment::Plain(std::mem::take(&mut plain)));
            }
            parts.push(Segment::Link(address.to_owned()));
        } else {
            plain.push_str(address);
        }
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Segment::Plain(plain));
    }
    parts
}

fn next_address(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(place, _)| place).find(|&place| {
        let (before, from) = text.split_at(place);
        let stands_alone = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        stands_alone && (from.starts_with("http://") || from.starts_with("https://"))
    })
}

/// Up to white space or what never belongs to an address, without the punctuation of the sentence around it. A
/// closing bracket belongs to the address only if it was opened there.
fn address_length(text: &str) -> usize {
    let mut address =
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).next().unwrap_or("");
    while let Some(last) = address.chars().next_back() {
        let belongs = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => false,
            ')' => address.matches('(').count() >= address.matches(')').count(),
            ']' => address.matches('[').count() >= address.matches(']').count(),
            _ => true,
        };
        if belongs {
            break;
        }
        address = address.get(..address.len() - last.len_utf8()).unwrap_or_default();
    }
    address.len().max("http".len())
}

fn has_host(address: &str) -> bool {
    address.split_once("://").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links in `<>`, so that a case reads like the text it is about.
    fn check(text: &str, expected: &str) {
        let shown: String = segments(text)
            .into_iter()
            .map(|segment| match segment {
                Segment::Plain(text) => text,
                Segment::Link(address) => format!("<{address}>"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_servers_words_become_a_sentence() {
        assert_eq!(sentence("a name is needed"), "A name is needed.");
        assert_eq!(sentence("Come back soon."), "Come back soon.");
        assert_eq!(sentence("ärger"), "Ärger.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_text_without_addresses_stays_whole() {
        check("", "");
        check("plain words, http and all", "plain words, http and all");
        assert_eq!(segments("one\ntwo"), [Segment::Plain("one\ntwo".to_owned())]);
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        check("see https://confab.example/docs.", "see <https://confab.example/docs>.");
        check("(https://confab.example)", "(<https://confab.example>)");
        check("https://a.example, http://b.example!", "<https://a.example>, <http://b.example>!");
        check("https://en.example/wiki/Chat_(talk) is", "<https://en.example/wiki/Chat_(talk)> is");
        check("http://127.0.0.1:8000/?q=a&b=c#d", "<http://127.0.0.1:8000/?q=a&b=c#d>");
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        check("xhttp://a.example", "xhttp://a.example");
        check("http:// nothing", "http:// nothing");
        check("javascript:alert(1)", "javascript:alert(1)");
        check("<script>http://a.example</script>", "<script><http://a.example></script>");
    }

    #[test]
    fn any_script_may_stand_around_it() {
        check("шлях→https://a.example/ї…", "шлях→<https://a.example/ї…>");
    }
}
