//! What a developer finds in the head of a conversation: the wire, and for the owner of a room its webhooks.
//!
//! Accessible names: buttons "Wire", "Webhooks".

use leptos::prelude::*;
use shared::{RoomId, RoomKind, RoomSummary};

use super::icon::{Drawing, Icon};
use super::webhooks::WebhooksDialog;
use super::wire::WireOpen;
use crate::session::Session;
use crate::state::rooms::title;
use crate::words::words;

/// The buttons, and the dialog behind one of them.
#[component]
pub fn RoomTools(
    /// The conversation.
    room: RoomId,
    /// The conversation as it is now.
    summary: Memo<Option<RoomSummary>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let WireOpen(wire) = expect_context();
    let hooks = RwSignal::new(false);
    let owned = Memo::new(move |_| {
        let me = session.me.get().username;
        let may = |room: &RoomSummary| room.owner.as_ref() == Some(&me) && room.kind != RoomKind::Direct;
        summary.with(|room| room.as_ref().is_some_and(may))
    });
    let name = Signal::derive(move || summary.with(|room| room.as_ref().map(title).unwrap_or_default()));
    view! {
        <Show when=move || owned.get()>
            <button
                class="icon-button"
                type="button"
                aria-haspopup="dialog"
                aria-label=words().hooks.button
                title=words().hooks.button
                on:click=move |_| hooks.set(true)
            >
                <Drawing icon=Icon::Hook />
            </button>
            <WebhooksDialog room title=name open=hooks />
        </Show>
        <button
            class="icon-button"
            type="button"
            aria-label=words().wire.title
            title=words().wire.title
            aria-expanded=move || wire.get().to_string()
            on:click=move |_| wire.update(|open| *open = !*open)
        >
            <Drawing icon=Icon::Wires />
        </button>
    }
}
