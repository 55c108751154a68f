//! What somebody wrote, drawn from the tree that [`crate::state::markdown`] reads, with the people in it marked and the
//! rooms leading there. Elements only, never HTML.

use leptos::prelude::*;
use shared::RoomName;

use crate::parts::{Rest, in_place_of};
use crate::session::Session;
use crate::state::address::Place;
use crate::state::markdown::{self, Block, Inline};
use crate::state::names::{Named, names_in};

/// A message's text.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn Prose(
    /// As it was written.
    text: String,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let large = markdown::is_emoji_only(&text).then_some("true");
    // Each message reads in its own direction, whatever stands around it.
    view! {
        <div class="prose" dir="auto" data-large=large>
            {markdown::blocks(&text).into_iter().map(|part| block(part, session)).collect_view()}
        </div>
    }
}

fn block(block: Block, session: Session) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p dir="auto">{inlines(text, session)}</p> }.into_any(),
        Block::Quote(inside) => view! { <blockquote>{blocks(inside, session)}</blockquote> }.into_any(),
        Block::List(None, items) => view! { <ul>{list(items, session)}</ul> }.into_any(),
        Block::List(Some(start), items) => view! { <ol start=start.to_string()>{list(items, session)}</ol> }.into_any(),
        Block::Code(language, text) => {
            let plain = text.clone();
            let code = if language.is_empty() {
                text.into_any()
            } else {
                in_place_of(move || plain.clone(), Rest::Code(language, text))
            };
            // It scrolls sideways, so the keyboard must reach it.
            view! {
                <pre tabindex="0" dir="ltr">
                    <code>{code}</code>
                </pre>
            }
            .into_any()
        }
    }
}

fn blocks(all: Vec<Block>, session: Session) -> Vec<AnyView> {
    all.into_iter().map(|part| block(part, session)).collect()
}

fn list(items: Vec<Vec<Block>>, session: Session) -> Vec<AnyView> {
    let item = |inside: Vec<Block>| view! { <li>{blocks(inside, session)}</li> }.into_any();
    items.into_iter().map(item).collect()
}

fn inlines(parts: Vec<Inline>, session: Session) -> Vec<AnyView> {
    parts.into_iter().map(|part| inline(part, session)).collect()
}

fn inline(part: Inline, session: Session) -> AnyView {
    match part {
        Inline::Text(text) => with_names(&text, session).into_any(),
        Inline::Bold(inside) => view! { <strong>{inlines(inside, session)}</strong> }.into_any(),
        Inline::Italic(inside) => view! { <em>{inlines(inside, session)}</em> }.into_any(),
        Inline::Struck(inside) => view! { <s>{inlines(inside, session)}</s> }.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Link(address, label) => view! {
            <a href=address target="_blank" rel="noopener noreferrer">
                {inlines(label, session)}
            </a>
        }
        .into_any(),
    }
}

/// Text, with the names in it marked, the reader's own more than others', and rooms as links.
fn with_names(text: &str, session: Session) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (range, named) in names_in(text, |name| is_known(session, name)) {
        let shown = text.get(range.clone()).unwrap_or_default().to_owned();
        parts.extend(text.get(from..range.start).map(|text| text.to_owned().into_any()));
        parts.push(match named {
            Named::Person(name) => {
                let mine = session.peek(|state| state.me().username == name).then_some("true");
                view! { <span class="mention" data-mine=mine>{shown}</span> }.into_any()
            }
            Named::Room(name) => view! { <a class="mention" href=Place::Named(name).path()>{shown}</a> }.into_any(),
        });
        from = range.end;
    }
    parts.extend(text.get(from..).map(|text| text.to_owned().into_any()));
    parts
}

/// Whether it is one of the user's rooms, or a public one as far as those were asked for.
fn is_known(session: Session, name: &RoomName) -> bool {
    session.peek(|state| {
        let public = state.directory().unwrap_or_default();
        state.rooms().named(name).is_some() || public.iter().any(|listing| listing.name == *name)
    })
}
