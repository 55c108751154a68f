//! The markdown of messages: bold, italic, struck, code, fenced code, quotes, lists and links, as a tree. What is no
//! markdown is text; there is no input that is wrong. Nothing here makes HTML: components draw the tree.
//!
//! Two things differ from CommonMark, as chats have it: a line break is one, and headings, images and HTML are text.

mod inline;
mod plain;

pub use inline::{Inline, inlines};
pub use plain::plain;
pub use shared::harmless;

/// How deep quotes and lists may stand in each other; what is deeper is text.
const DEEPEST: usize = 5;

/// A block, one below the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Block {
    /// Lines of text; line breaks in it count.
    Paragraph(Vec<Inline>),
    /// What somebody else said.
    Quote(Vec<Block>),
    /// Items; with a number to begin with, or without any.
    List(Option<u64>, Vec<Vec<Block>>),
    /// Code, and the language that it says it is in.
    Code(String, String),
}

/// Reads a message.
#[must_use]
pub fn blocks(body: &str) -> Vec<Block> {
    let body = harmless(body);
    let lines: Vec<&str> = body.lines().collect();
    read(&lines, 0)
}

/// Whether a message is nothing but a few emoji, which are shown large.
#[must_use]
pub fn is_emoji_only(body: &str) -> bool {
    let mut drawn = 0;
    for c in body.trim().chars() {
        match u32::from(c) {
            // Joiners, selectors, skin tones, the second half of a flag's letters count with what they belong to.
            0x200D | 0xFE0F | 0x1F3FB..=0x1F3FF => {}
            0x20 => {}
            0x2190..=0x2BFF | 0x1F000..=0x1FAFF => drawn += 1,
            _ => return false,
        }
    }
    (1..=6).contains(&drawn)
}

fn read(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        let block =
            fenced(rest).or_else(|| (depth < DEEPEST).then(|| quote(rest, depth).or_else(|| list(rest, depth)))?);
        match block {
            Some((block, taken)) => {
                end(&mut paragraph, &mut blocks);
                blocks.push(block);
                at += taken;
            }
            None if line.trim().is_empty() => {
                end(&mut paragraph, &mut blocks);
                at += 1;
            }
            None => {
                paragraph.push(line);
                at += 1;
            }
        }
    }
    end(&mut paragraph, &mut blocks);
    blocks
}

fn end(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(inlines(&paragraph.join("\n"))));
        paragraph.clear();
    }
}

/// Code between fences; without the second one it goes on to the end.
fn fenced(lines: &[&str]) -> Option<(Block, usize)> {
    let opening = lines.first()?.trim_start();
    let fence = opening.get(..3).filter(|fence| matches!(*fence, "```" | "~~~"))?;
    let length = opening.chars().take_while(|c| fence.starts_with(*c)).count();
    let info = opening.get(length..)?.trim();
    if info.contains('`') {
        return None;
    }
    let closes = |line: &&str| {
        let line = line.trim();
        line.len() >= length && line.chars().all(|c| fence.starts_with(c))
    };
    let inside = lines.get(1..)?;
    let length = inside.iter().position(closes).unwrap_or(inside.len());
    let language = info.split_whitespace().next().unwrap_or_default().to_lowercase();
    Some((Block::Code(language, inside.get(..length)?.join("\n")), (length + 2).min(lines.len())))
}

fn quote(lines: &[&str], depth: usize) -> Option<(Block, usize)> {
    let quoted: Vec<&str> = lines
        .iter()
        .map_while(|line| line.trim_start().strip_prefix('>'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    (!quoted.is_empty()).then(|| (Block::Quote(read(&quoted, depth + 1)), quoted.len()))
}

fn list(lines: &[&str], depth: usize) -> Option<(Block, usize)> {
    let (start, _) = item(lines.first()?)?;
    let mut items: Vec<Vec<&str>> = Vec::new();
    let mut taken = 0;
    for line in lines {
        let more = line.strip_prefix("  ").or_else(|| line.strip_prefix('\t'));
        match (item(line), more) {
            (Some((number, text)), _) if number.is_some() == start.is_some() => items.push(vec![text]),
            (None, Some(text)) if !text.trim().is_empty() => items.last_mut()?.push(text),
            _ => break,
        }
        taken += 1;
    }
    let items = items.iter().map(|lines| read(lines, depth + 1)).collect();
    Some((Block::List(start, items), taken))
}

/// What a line says where it begins an item, and the number it gives it.
fn item(line: &str) -> Option<(Option<u64>, &str)> {
    let bullet = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
    if let Some(text) = bullet {
        return Some((None, text));
    }
    let (number, text) = line.split_once(". ").or_else(|| line.split_once(") "))?;
    let counts = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    counts.then(|| (number.parse().ok(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as a line that can be read: `<b>` for what is bold and so on.
    fn shown(body: &str) -> String {
        blocks(body).iter().map(block).collect::<Vec<_>>().join("|")
    }

    fn block(one: &Block) -> String {
        match one {
            Block::Paragraph(text) => inline::tests::shown(text),
            Block::Quote(inside) => format!("> {}", inside.iter().map(block).collect::<Vec<_>>().join("|")),
            Block::List(start, items) => {
                let mark = start.map_or("-".to_owned(), |start| format!("{start}."));
                let items = items.iter().map(|item| item.iter().map(block).collect::<Vec<_>>().join("|"));
                format!("{mark} {}", items.collect::<Vec<_>>().join("; "))
            }
            Block::Code(language, text) => format!("{{{language}: {text}}}"),
        }
    }

    #[test]
    fn blank_lines_part_paragraphs_and_line_breaks_stay() {
        assert_eq!(shown("one\ntwo\n\nthree"), "one\ntwo|three");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn fenced_code_is_left_as_it_is() {
        assert_eq!(shown("so:\n```Rust\nlet a = *b;\n\n  c\n```\nyes"), "so:|{rust: let a = *b;\n\n  c}|yes");
        assert_eq!(shown("```\nnever closed"), "{: never closed}");
        assert_eq!(shown("```"), "{: }");
        assert_eq!(shown("~~~\n```\n~~~"), "{: ```}");
    }

    #[test]
    fn quotes_stand_in_quotes() {
        assert_eq!(shown("> a\n>> b\n> *c*\nmine"), "> a|> b|<i>c</i>|mine");
    }

    #[test]
    fn lists_have_marks_or_numbers_and_stand_in_lists() {
        assert_eq!(shown("- a\n- b\n  - c\n\nend"), "- a; b|- c|end");
        assert_eq!(shown("3. x\n4. y"), "3. x; y");
        assert_eq!(shown("-no\n1.no\n2026.5 no"), "-no\n1.no\n2026.5 no");
    }

    #[test]
    fn what_is_too_deep_is_text() {
        let deep = ">".repeat(8_000);
        assert!(shown(&deep).ends_with(&">".repeat(7_000)));
        let nested: String = (0..100).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
        assert!(!blocks(&nested).is_empty());
    }

    #[test]
    fn html_is_text() {
        assert_eq!(shown("<b>x</b> <script>alert(1)</script>"), "<b>x</b> <script>alert(1)</script>");
    }

    #[test]
    fn what_would_change_how_the_rest_is_read_is_left_out() {
        assert_eq!(shown("a\u{202E}b\u{200B}c\u{0007}d"), "abcd");
        assert_eq!(shown("```\nif x\u{2066} {\n```"), "{: if x {}");
        assert_eq!(shown("👩\u{200D}🚀"), "👩\u{200D}🚀");
    }

    #[test]
    fn a_few_emoji_alone_are_shown_large() {
        assert!(is_emoji_only("🎉") && is_emoji_only("👩\u{200D}🚀 👍🏽"));
        assert!(!is_emoji_only("🎉!") && !is_emoji_only("") && !is_emoji_only("ok"));
    }
}
