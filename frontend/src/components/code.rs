//! Code in colour.

use leptos::prelude::*;

use crate::state::highlight::{Token, tokens};

/// A piece of code of a language, as far as that is known.
pub fn in_colour(language: &str, text: &str) -> AnyView {
    let parts = tokens(language, text).into_iter().map(|(token, text)| coloured(token, text.to_owned()));
    parts.collect_view().into_any()
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
