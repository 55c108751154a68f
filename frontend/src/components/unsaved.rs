//! Under one's own message: a text that was to take its place, and that the server did not take.
//!
//! Accessible names: alert "Not changed. …" with the text; buttons "Try again", "Edit", "Discard".

use leptos::prelude::*;
use shared::{RoomId, Seq};

use super::icon::{Drawing, Icon};
use super::talk::{Mode, Talking};
use crate::session::Session;
use crate::state::chat::Rewritten;
use crate::state::markdown::harmless;
use crate::state::text::sentence;
use crate::words::words;

/// The text, and what can be done with it; nothing where none was refused.
#[component]
pub fn Unsaved(
    /// The conversation.
    room: RoomId,
    /// The message.
    seq: Seq,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let refused = Memo::new(move |_| {
        let edit = session.with_timeline(|state| state.rewritten(room, seq).cloned())?;
        edit.refused.is_some().then_some(edit)
    });
    move || refused.get().map(|edit| offer(session, room, seq, edit))
}

fn offer(session: Session, room: RoomId, seq: Seq, edit: Rewritten) -> impl IntoView {
    let talking = expect_context::<Talking>();
    let why = edit.refused.as_deref().map(sentence).unwrap_or_default();
    let text = harmless(&edit.body);
    let again = move |_| session.act(|state| state.edit(room, seq, edit.body.clone()));
    view! {
        <div class="message-failed" role="alert">
            <Drawing icon=Icon::Alert />
            <span>{format!("{} {why}", words().message.not_changed)}</span>
            <q class="message-unsaved">{text}</q>
            <button class="button button-small" type="button" on:click=again>
                {words().general.try_again}
            </button>
            <button class="button button-small" type="button" on:click=move |_| talking.mode.set(Mode::Edit(seq))>
                {words().message.edit}
            </button>
            <button
                class="button button-small"
                type="button"
                on:click=move |_| session.act(|state| state.leave_as_it_was(room, seq))
            >
                {words().talk.discard}
            </button>
        </div>
    }
}
