//! A message without its marks, for where none can be drawn: a line in a list, a notification, what is read aloud.

use super::{Block, Inline, blocks};

/// A message as text, a line for each block. What harms is left out, as everywhere.
#[must_use]
pub fn plain(body: &str) -> String {
    let mut text = String::new();
    add_blocks(&blocks(body), &mut text);
    text
}

fn add_blocks(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => add_line(text, |text| add_inlines(inlines, text)),
            Block::Quote(inside) => add_blocks(inside, text),
            Block::List(_, items) => items.iter().for_each(|item| add_blocks(item, text)),
            Block::Code(_, code) => add_line(text, |text| text.push_str(code.trim_end())),
        }
    }
}

fn add_line(text: &mut String, add: impl FnOnce(&mut String)) {
    if !text.is_empty() {
        text.push('\n');
    }
    add(text);
}

fn add_inlines(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(part) | Inline::Code(part) => text.push_str(part),
            Inline::Bold(inside) | Inline::Italic(inside) | Inline::Struck(inside) | Inline::Link(_, inside) => {
                add_inlines(inside, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_are_left_out_and_words_stay() {
        assert_eq!(plain("Hello **ben**, `code` and ~~_no_~~?"), "Hello ben, code and no?");
        assert_eq!(plain("see [the plan](https://example.org/plan)"), "see the plan");
        assert_eq!(
            plain("> said before\n\n- one\n- two\n\n```rust\nfn main() {}\n```"),
            "said before\none\ntwo\nfn main() {}"
        );
    }

    #[test]
    fn what_is_no_markdown_stays_as_it_is() {
        assert_eq!(plain("2 * 3 * 4 and snake_case_name"), "2 * 3 * 4 and snake_case_name");
        assert_eq!(plain(""), "");
    }
}
