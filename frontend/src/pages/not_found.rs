//! A path that leads nowhere.

use leptos::prelude::*;

use crate::components::logo::Logo;
use crate::components::title::Title;
use crate::words::words;

/// Says so, and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    Effect::new(|_| drop(super::splash::take_away()));
    view! {
        <Title text=words().general.not_found />
        <main class="front">
            <div class="front-card">
                <Logo />
                <h1>{words().general.nothing_here}</h1>
                <p>{words().general.mistyped}</p>
                <a class="button button-primary" href="/">
                    {words().general.to_conversations}
                </a>
            </div>
        </main>
    }
}
