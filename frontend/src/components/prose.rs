//! What somebody wrote, drawn from the tree that [`crate::state::markdown`] reads, with the names in it marked. Elements
//! only, never HTML.

use leptos::prelude::*;
use shared::{Username, mentions_in};

use crate::session::Session;
use crate::state::highlight::{Token, tokens};
use crate::state::markdown::{self, Block, Inline};

/// A message's text.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn Prose(
    /// As it was written.
    text: String,
) -> impl IntoView {
    let me = expect_context::<Session>().peek(|state| state.me().username.clone());
    let large = markdown::is_emoji_only(&text).then_some("true");
    // Each message reads in its own direction, whatever stands around it.
    view! {
        <div class="prose" dir="auto" data-large=large>
            {markdown::blocks(&text).into_iter().map(|part| block(part, &me)).collect_view()}
        </div>
    }
}

fn block(block: Block, me: &Username) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p dir="auto">{inlines(text, me)}</p> }.into_any(),
        Block::Quote(inside) => view! { <blockquote>{blocks(inside, me)}</blockquote> }.into_any(),
        Block::List(None, items) => view! { <ul>{list(items, me)}</ul> }.into_any(),
        Block::List(Some(start), items) => view! { <ol start=start.to_string()>{list(items, me)}</ol> }.into_any(),
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

fn blocks(all: Vec<Block>, me: &Username) -> Vec<AnyView> {
    all.into_iter().map(|part| block(part, me)).collect()
}

fn list(items: Vec<Vec<Block>>, me: &Username) -> Vec<AnyView> {
    let item = |inside: Vec<Block>| view! { <li>{blocks(inside, me)}</li> }.into_any();
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

fn inlines(parts: Vec<Inline>, me: &Username) -> Vec<AnyView> {
    parts.into_iter().map(|part| inline(part, me)).collect()
}

fn inline(part: Inline, me: &Username) -> AnyView {
    match part {
        Inline::Text(text) => with_names(&text, me).into_any(),
        Inline::Bold(inside) => view! { <strong>{inlines(inside, me)}</strong> }.into_any(),
        Inline::Italic(inside) => view! { <em>{inlines(inside, me)}</em> }.into_any(),
        Inline::Struck(inside) => view! { <s>{inlines(inside, me)}</s> }.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Link(address, label) => view! {
            <a href=address target="_blank" rel="noopener noreferrer">
                {inlines(label, me)}
            </a>
        }
        .into_any(),
    }
}

/// Text, with the names in it marked, the reader's own more than others'.
fn with_names(text: &str, me: &Username) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut from = 0;
    for mention in mentions_in(text) {
        let mine = (mention.name == *me).then_some("true");
        let name = text.get(mention.range.clone()).unwrap_or_default().to_owned();
        parts.extend(text.get(from..mention.range.start).map(|text| text.to_owned().into_any()));
        parts.push(view! { <span class="mention" data-mine=mine>{name}</span> }.into_any());
        from = mention.range.end;
    }
    parts.extend(text.get(from..).map(|text| text.to_owned().into_any()));
    parts
}
