//! What somebody wrote, drawn from the tree that [`crate::state::markdown`] reads. Elements only, never HTML.

use leptos::prelude::*;

use crate::state::highlight::{Token, tokens};
use crate::state::markdown::{self, Block, Inline};

/// A message's text.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn Prose(
    /// As it was written.
    text: String,
) -> impl IntoView {
    let large = markdown::is_emoji_only(&text).then_some("true");
    // Each message reads in its own direction, whatever stands around it.
    view! {
        <div class="prose" dir="auto" data-large=large>
            {markdown::blocks(&text).into_iter().map(block).collect_view()}
        </div>
    }
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p dir="auto">{inlines(text)}</p> }.into_any(),
        Block::Quote(inside) => {
            view! { <blockquote>{inside.into_iter().map(self::block).collect_view()}</blockquote> }.into_any()
        }
        Block::List(None, items) => view! { <ul>{list(items)}</ul> }.into_any(),
        Block::List(Some(start), items) => view! { <ol start=start.to_string()>{list(items)}</ol> }.into_any(),
        Block::Code(language, text) => {
            let parts = tokens(&language, &text).into_iter().map(|(token, text)| coloured(token, text.to_owned()));
            // It scrolls sideways, so the keyboard must reach it.
            view! {
                <pre tabindex="0" dir="ltr">
                    <code>{parts.collect_view()}</code>
                </pre>
            }
            .into_any()
        }
    }
}

fn list(items: Vec<Vec<Block>>) -> Vec<AnyView> {
    let item = |inside: Vec<Block>| view! { <li>{inside.into_iter().map(block).collect_view()}</li> }.into_any();
    items.into_iter().map(item).collect()
}

fn coloured(token: Token, text: String) -> AnyView {
    let class = match token {
        Token::Plain => return text.into_any(),
        Token::Keyword => "code-keyword",
        Token::String => "code-string",
        Token::Number => "code-number",
        Token::Comment => "code-comment",
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn inlines(parts: Vec<Inline>) -> Vec<AnyView> {
    parts.into_iter().map(inline).collect()
}

fn inline(part: Inline) -> AnyView {
    match part {
        Inline::Text(text) => text.into_any(),
        Inline::Bold(inside) => view! { <strong>{inlines(inside)}</strong> }.into_any(),
        Inline::Italic(inside) => view! { <em>{inlines(inside)}</em> }.into_any(),
        Inline::Struck(inside) => view! { <s>{inlines(inside)}</s> }.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Link(address, label) => view! {
            <a href=address target="_blank" rel="noopener noreferrer">
                {inlines(label)}
            </a>
        }
        .into_any(),
    }
}
