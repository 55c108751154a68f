//! Texts to be taken along.
//!
//! Accessible names: button "Copy", or as told; then "Copied".

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use crate::words::words;

/// A text, and a button that copies it.
#[component]
pub fn Copyable(
    /// The text.
    text: String,
) -> impl IntoView {
    let shown = text.clone();
    view! {
        <div class="copyable">
            <code tabindex="0">{shown}</code>
            <CopyButton label=words().general.copy text=Callback::new(move |()| text.clone()) />
        </div>
    }
}

/// A button that copies a text.
#[component]
pub fn CopyButton(
    /// What it is called.
    label: &'static str,
    /// The text as it is when the button is pressed.
    text: Callback<(), String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text.run(()));
        spawn_local(async move {
            // Where the browser does not allow it, the text can still be selected.
            let done = JsFuture::from(written).await.is_ok();
            let _ = copied.try_set(done);
        });
    };
    view! {
        <button class="button button-small" type="button" on:click=copy>
            {move || if copied.get() { words().general.copied } else { label }}
        </button>
    }
}
