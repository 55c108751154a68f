//! The head of what fills the space beside the list: what it is, and on a phone the way back to the list.
//!
//! Accessible names: heading with the title; link "Back to conversations".

use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::words::words;

/// The head of a pane. What one can do there stands behind the title.
#[component]
pub fn PaneHead(
    /// What the pane shows.
    #[prop(into)]
    title: Signal<String>,
    /// What there is to say of it beside.
    #[prop(into, optional)]
    note: Signal<String>,
    /// What one can do there.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="pane-head">
            <a class="icon-button pane-back" href="/" aria-label=words().general.back>
                <Drawing icon=Icon::Back />
            </a>
            <div class="pane-title">
                <h1>{move || title.get()}</h1>
                <p>{move || note.get()}</p>
            </div>
            {children.map(|children| children())}
        </header>
    }
}
