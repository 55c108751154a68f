//! What somebody who listens to the page should hear: messages in the open conversation, as they come.

use leptos::prelude::*;

use crate::session::Session;

/// The live region. Only what was said last is in it; older messages are in the conversation.
#[component]
pub fn Announcer() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <div class="visually-hidden" aria-live="polite" data-purpose="announcer">
            {move || session.announcement.get()}
        </div>
    }
}
