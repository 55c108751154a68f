//! What stands in a line: marks around words, code, links, names.

use crate::state::text::{address_length, has_host};

/// How deep marks may stand in each other; what is deeper is text.
const DEEPEST: usize = 6;

/// So many stars in a row at most are marks; more are a line that somebody drew.
const LONGEST: usize = 3;

/// A stretch of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Inline {
    /// Text as it is.
    Text(String),
    /// `**text**`
    Bold(Vec<Inline>),
    /// `*text*` or `_text_`
    Italic(Vec<Inline>),
    /// `~~text~~`
    Struck(Vec<Inline>),
    /// Code between backticks.
    Code(String),
    /// An address and what is written in its place; only `http`, `https` and `mailto`.
    Link(String, Vec<Inline>),
}

/// Makes a part of what stands between two marks.
type Make = fn(Vec<Inline>) -> Inline;

/// The marks, longer ones first.
const MARKS: [(&str, Make); 5] =
    [("**", Inline::Bold), ("__", Inline::Bold), ("~~", Inline::Struck), ("*", Inline::Italic), ("_", Inline::Italic)];

/// Reads a text.
#[must_use]
pub fn inlines(text: &str) -> Vec<Inline> {
    Reader::read(text, 0)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Text that has been read and is not yet among the parts.
    plain: String,
    parts: Vec<Inline>,
    /// Marks that are known not to be closed anywhere in the rest: each is looked for in vain once only.
    unclosed: [bool; MARKS.len()],
    no_bracket: bool,
}

impl<'a> Reader<'a> {
    fn read(text: &'a str, depth: usize) -> Vec<Inline> {
        let plain = String::new();
        let mut reader =
            Self { text, at: 0, depth, plain, parts: Vec::new(), unclosed: [false; MARKS.len()], no_bracket: false };
        while let Some(next) = reader.rest().chars().next() {
            let read = match next {
                '\\' => reader.escaped(),
                '`' => reader.code(),
                '*' | '_' | '~' => reader.marked(),
                '[' => reader.link(),
                'h' => reader.address(),
                _ => false,
            };
            if !read {
                reader.plain.push(next);
                reader.at += next.len_utf8();
            }
        }
        reader.end_plain();
        reader.parts
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    fn end_plain(&mut self) {
        if !self.plain.is_empty() {
            self.parts.push(Inline::Text(std::mem::take(&mut self.plain)));
        }
    }

    fn push(&mut self, part: Inline, length: usize) -> bool {
        self.end_plain();
        self.parts.push(part);
        self.at += length;
        true
    }

    fn escaped(&mut self) -> bool {
        let Some(next) = self.rest().chars().nth(1).filter(char::is_ascii_punctuation) else { return false };
        self.plain.push(next);
        self.at += 2;
        true
    }

    /// Between as many backticks on either side.
    fn code(&mut self) -> bool {
        let rest = self.rest();
        let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
        let inside = rest.get(ticks..).unwrap_or_default();
        let Some(length) = closing_ticks(inside, ticks) else {
            self.plain.push_str(rest.get(..ticks).unwrap_or_default());
            self.at += ticks;
            return true;
        };
        let code = inside.get(..length).unwrap_or_default();
        let bare =
            code.strip_prefix(' ').and_then(|code| code.strip_suffix(' ')).filter(|code| !code.trim().is_empty());
        self.push(Inline::Code(bare.unwrap_or(code).to_owned()), length + 2 * ticks)
    }

    fn marked(&mut self) -> bool {
        if self.depth >= DEEPEST {
            return false;
        }
        let rest = self.rest();
        let length = rest.chars().take_while(|c| rest.starts_with(*c)).count();
        for ((mark, make), unclosed) in MARKS.iter().zip(0..).filter(|_| length <= LONGEST) {
            let Some(inside) = rest.strip_prefix(mark) else { continue };
            let opens = inside.chars().next().is_some_and(|c| !c.is_whitespace())
                && (!mark.starts_with('_') || !self.before().is_some_and(char::is_alphanumeric));
            if !opens || self.unclosed.get(unclosed) == Some(&true) {
                continue;
            }
            if let Some(length) = closing(inside, mark) {
                let marked = inside.get(..length).unwrap_or_default();
                return self.push(make(Self::read(marked, self.depth + 1)), length + 2 * mark.len());
            }
            if let Some(unclosed) = self.unclosed.get_mut(unclosed) {
                *unclosed = true;
            }
        }
        // What opens nothing is text as a whole, so that a rule of stars stays one.
        self.plain.push_str(rest.get(..length).unwrap_or_default());
        self.at += length;
        true
    }

    /// `[what is shown](address)`
    fn link(&mut self) -> bool {
        if self.no_bracket || self.depth >= DEEPEST {
            return false;
        }
        let inside = self.rest().get(1..).unwrap_or_default();
        let Some((label, after)) = inside.split_once("](") else {
            self.no_bracket = true;
            return false;
        };
        let Some((address, _)) = after.split_once(')') else { return false };
        if label.is_empty() || label.contains(['[', ']', '\n']) || !is_allowed(address) {
            return false;
        }
        let length = label.len() + address.len() + "[]()".len();
        self.push(Inline::Link(address.to_owned(), vec![Inline::Text(label.to_owned())]), length)
    }

    /// An address that stands there by itself.
    fn address(&mut self) -> bool {
        let rest = self.rest();
        let begins = rest.starts_with("http://") || rest.starts_with("https://");
        if !begins || self.before().is_some_and(char::is_alphanumeric) {
            return false;
        }
        let Some(address) = rest.get(..address_length(rest)).filter(|address| has_host(address)) else { return false };
        self.push(Inline::Link(address.to_owned(), vec![Inline::Text(address.to_owned())]), address.len())
    }
}

fn closing_ticks(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find('`') {
        let start = at + found;
        let length = text.get(start..)?.bytes().take_while(|byte| *byte == b'`').count();
        if length == ticks {
            return Some(start);
        }
        at = start + length;
    }
    None
}

/// Where a mark is closed: right after a word, and for underscores not inside one.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find(mark) {
        let mut place = at + found;
        // Of three stars the last two close what two have opened.
        while mark.len() == 2 && text.get(place + 2..)?.as_bytes().first() == mark.as_bytes().first() {
            place += 1;
        }
        let (before, after) = (text.get(..place)?, text.get(place + mark.len()..)?);
        let closes = before.chars().next_back().is_some_and(|c| !c.is_whitespace() && c != '\\')
            && !(mark.len() == 1 && (after.starts_with(mark) || before.ends_with(mark)))
            && !(mark.starts_with('_') && after.starts_with(char::is_alphanumeric))
            && before.bytes().filter(|byte| *byte == b'`').count() % 2 == 0;
        if closes {
            return Some(place);
        }
        at = place + mark.len();
    }
    None
}

fn is_allowed(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    let scheme = ["http://", "https://", "mailto:"].iter().find(|scheme| lower.starts_with(**scheme));
    scheme.is_some_and(|scheme| address.len() > scheme.len())
        && !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::state::markdown) fn shown(parts: &[Inline]) -> String {
        let one = |part: &Inline| match part {
            Inline::Text(text) => text.clone(),
            Inline::Bold(inside) => format!("<b>{}</b>", shown(inside)),
            Inline::Italic(inside) => format!("<i>{}</i>", shown(inside)),
            Inline::Struck(inside) => format!("<s>{}</s>", shown(inside)),
            Inline::Code(text) => format!("<code>{text}</code>"),
            Inline::Link(address, label) if shown(label) == *address => format!("<{address}>"),
            Inline::Link(address, label) => format!("<{address} {}>", shown(label)),
        };
        parts.iter().map(one).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&inlines(text)), expected);
    }

    #[test]
    fn marks_make_words_bold_italic_and_struck() {
        check("**bold** and *italic* and ~~gone~~", "<b>bold</b> and <i>italic</i> and <s>gone</s>");
        check("__bold__ _italic_ ***both***", "<b>bold</b> <i>italic</i> <b><i>both</i></b>");
        check("**bold with *italic* in it**", "<b>bold with <i>italic</i> in it</b>");
    }

    #[test]
    fn what_only_looks_like_a_mark_is_text() {
        for text in ["2 * 3 * 4", "snake_case_name", "* one", "a*", "**", "*****", "_ a _", "~", "5*6"] {
            check(text, text);
        }
        check(r"\*not italic\*", "*not italic*");
        check(r"C:\dir", r"C:\dir");
    }

    #[test]
    fn code_is_left_as_it_is() {
        check("`*a*` and ``b`c``", "<code>*a*</code> and <code>b`c</code>");
        check("`open", "`open");
        check("**a `b**c` d**", "<b>a <code>b**c</code> d</b>");
    }

    #[test]
    fn links_lead_to_the_web_and_to_mail_only() {
        check("[Confab](https://confab.example/a)", "<https://confab.example/a Confab>");
        check("[us](mailto:us@confab.example)", "<mailto:us@confab.example us>");
        for text in [
            "[x](javascript:alert(1))",
            "[x](data:text/html,y)",
            "[x](//evil.example)",
            "[x](http://)",
            "[](http://a.b)",
        ] {
            assert!(!inlines(text).iter().any(|part| matches!(part, Inline::Link(to, _) if !to.starts_with("http"))));
        }
        check("[x](javascript:alert(1))", "[x](javascript:alert(1))");
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        check("see https://confab.example/docs.", "see <https://confab.example/docs>.");
        check("(https://confab.example)", "(<https://confab.example>)");
        check("https://a.example, http://b.example!", "<https://a.example>, <http://b.example>!");
        check("https://en.example/wiki/Chat_(talk) is", "<https://en.example/wiki/Chat_(talk)> is");
        check("http://127.0.0.1:8000/?q=a&b=c#d", "<http://127.0.0.1:8000/?q=a&b=c#d>");
        check("https://a.example/x_y_z", "<https://a.example/x_y_z>");
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for text in ["xhttp://a.example", "http:// nothing", "javascript:alert(1)", "http and all"] {
            check(text, text);
        }
        check("<script>http://a.example</script>", "<script><http://a.example></script>");
        check("шлях→https://a.example/ї…", "шлях→<https://a.example/ї…>");
    }

    #[test]
    fn the_nastiest_input_is_read_in_no_time() {
        let begun = std::time::Instant::now();
        for unit in ["*a ", "**a", "_a ", "`a``", "[a", "[a](", "[a](b", "*_~~", "http://", "\\"] {
            let text = unit.repeat(16 * 1024 / unit.len());
            assert!(!inlines(&text).is_empty());
        }
        assert!(begun.elapsed().as_secs() < 5, "it took {:?}", begun.elapsed());
    }
}
