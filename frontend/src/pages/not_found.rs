//! A path that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::logo::Logo;

/// Says so, and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    Effect::new(|_| super::entrance::mark_ready());
    view! {
        <Title text="Not found" />
        <main class="front">
            <div class="front-card">
                <Logo />
                <h1>"There is nothing here"</h1>
                <p>"The address may be mistyped, or what it led to is gone."</p>
                <a class="button button-primary" href="/">
                    "To the conversations"
                </a>
            </div>
        </main>
    }
}
