//! The tools in the head of a conversation: the wire, for the owner of a room its webhooks, and for a direct one, which
//! has no panel, whether one is told of its messages.
//!
//! Accessible names: buttons "Wire", "Webhooks", "Mute".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{MuteLevel, RoomId, RoomKind, RoomSummary};

use super::conversation::{MembersOpen, turn};
use super::icon::{Drawing, Icon};
use super::wire::WireOpen;
use crate::parts::{Rest, over_the_page};
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
    let MembersOpen(members) = expect_context();
    let direct =
        Memo::new(move |_| summary.with(|room| room.as_ref().is_some_and(|room| room.kind == RoomKind::Direct)));
    let hooks = RwSignal::new(false);
    let owned = Memo::new(move |_| {
        let me = session.me.get().username;
        let may = |room: &RoomSummary| room.owner.as_ref() == Some(&me) && room.kind != RoomKind::Direct;
        summary.with(|room| room.as_ref().is_some_and(may))
    });
    let name = Signal::derive(move || summary.with(|room| room.as_ref().map(title).unwrap_or_default()));
    view! {
        <Show when=move || direct.get()>
            <MuteButton room summary />
        </Show>
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
            {over_the_page(move || hooks.get(), move || Rest::Webhooks(room, name, hooks))}
        </Show>
        <button
            class="icon-button"
            type="button"
            aria-label=words().wire.title
            title=words().wire.title
            aria-expanded=move || wire.get().to_string()
            on:click=move |_| turn(wire, members)
        >
            <Drawing icon=Icon::Wires />
        </button>
    }
}

/// Mutes the whole conversation, or has one told of its messages again.
#[component]
fn MuteButton(room: RoomId, summary: Memo<Option<RoomSummary>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let muted = Memo::new(move |_| summary.with(|room| room.as_ref().is_some_and(|room| room.mute != MuteLevel::All)));
    let press = move |_| {
        let level = if muted.get_untracked() { MuteLevel::All } else { MuteLevel::Nothing };
        spawn_local(async move {
            if let Err(problem) = session.mute(room, level).await {
                session.notice(problem.message);
            }
        });
    };
    view! {
        <button
            class="icon-button"
            type="button"
            aria-label=words().rooms.mute
            title=words().rooms.mute
            aria-pressed=move || muted.get().to_string()
            on:click=press
        >
            <Drawing icon=Icon::Muted />
        </button>
    }
}
