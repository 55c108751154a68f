//! Sentences that are about nothing on the screen: shown for a while, in a corner.

use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::session::Session;
use crate::words::words;

/// The sentences, the latest last.
#[component]
pub fn Notices() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <div class="notices" role="status">
            <For each=move || session.notices.get() key=|notice| notice.number let(notice)>
                <div class="notice">
                    <span>{notice.text}</span>
                    <button
                        class="icon-button"
                        type="button"
                        aria-label=words().general.dismiss
                        on:click=move |_| session.dismiss(notice.number)
                    >
                        <Drawing icon=Icon::Close />
                    </button>
                </div>
            </For>
        </div>
    }
}
