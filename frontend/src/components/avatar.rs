//! A picture of somebody who has none: the first letter on a colour that is always the same for the name.

use leptos::prelude::*;
use shared::Username;

/// How many colours there are; `style/values.css` names them.
const TINTS: u32 = 8;

/// The picture. It says nothing that the name beside it does not say, so readers of the page are spared it.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn Avatar(
    /// Whose picture it is.
    name: String,
) -> impl IntoView {
    let letter: String = name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    view! {
        // The letter is drawn by the style and is no text: it would count as what the button around it says.
        <span class=format!("avatar tint-{}", tint(&name)) data-letter=letter aria-hidden="true"></span>
    }
}

/// The colour of somebody's name.
#[must_use]
pub fn name_class(name: &Username) -> String {
    format!("name-{}", tint(name.as_str()))
}

fn tint(name: &str) -> u32 {
    name.to_lowercase().bytes().fold(5u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % TINTS
}
