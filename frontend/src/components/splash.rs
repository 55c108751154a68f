//! What is there before anything is known. `index.html` paints the same before this program has arrived.

use leptos::prelude::*;

use super::logo::Logo;
use crate::words::words;

/// The mark, and that something is coming.
#[component]
pub fn Splash() -> impl IntoView {
    view! {
        <div class="splash" role="status">
            <Logo />
            <span class="splash-bar" aria-hidden="true"></span>
            <span class="visually-hidden">{words().general.loading}</span>
        </div>
    }
}
