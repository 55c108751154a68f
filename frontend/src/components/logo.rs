//! The mark: two speech bubbles that share a corner.

use leptos::prelude::*;

/// The mark with the name beside it.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <span class="logo">
            <svg class="logo-mark" viewBox="0 0 32 32" aria-hidden="true">
                <path class="logo-back" d="M13 5h12a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4v5l-5-5h-7a4 4 0 0 1-4-4V9a4 4 0 0 1 4-4z" />
                <path class="logo-front" d="M7 10h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-6l-5 5v-5a3 3 0 0 1-3-3v-6a4 4 0 0 1 4-4z" />
            </svg>
            <span class="logo-name">"Confab"</span>
        </span>
    }
}
