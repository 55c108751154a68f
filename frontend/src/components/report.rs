//! Reporting a stranger, and never meeting him again.
//!
//! Accessible names: button "Report or block"; dialog of the same name; field "What happened"; a checkbox per
//! message; buttons "Send the report", "Block and leave".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{ChatMessage, ClientMessage, ReportStranger, RoomId, Seq};

use super::dialog::Dialog;
use super::field::Field;
use super::icon::{Drawing, Icon};
use crate::session::Session;
use crate::words::words;

/// How many of the latest messages can be attached.
const OFFERED: usize = 20;

/// The button in the head of the talk, and the dialog behind it.
#[component]
pub fn ReportButton(
    /// The pair's conversation.
    room: RoomId,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button
            class="icon-button"
            type="button"
            aria-haspopup="dialog"
            aria-label=words().stranger.report_or_block
            title=words().stranger.report_or_block
            on:click=move |_| open.set(true)
        >
            <Drawing icon=Icon::Alert />
        </button>
        <Dialog title=words().stranger.report_or_block open>
            <ReportForm room open />
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn ReportForm(
    /// The pair's conversation.
    room: RoomId,
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let note = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let chosen = RwSignal::new(Vec::<Seq>::new());
    let latest: Vec<ChatMessage> = session.peek(|state| {
        let entries = state.timeline(room).into_iter().flat_map(|timeline| timeline.entries().rev().take(OFFERED));
        entries.map(|entry| (*entry.message).clone()).collect()
    });
    let send = move || {
        let report = ReportStranger { note: note.get_untracked().trim().to_owned(), messages: chosen.get_untracked() };
        spawn_local(async move {
            match session.report_stranger(report).await {
                Ok(()) => {
                    let _ = open.try_set(false);
                    session.notice(words().stranger.reported);
                }
                Err(problem) => {
                    let _ = error.try_set(Some(problem.message));
                }
            }
        });
    };
    let block = move |_| {
        open.set(false);
        session.stranger_step(ClientMessage::BlockStranger {});
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <p>{words().stranger.report_means}</p>
            <Field label=words().stranger.what_happened value=note error autofocus=true />
            <fieldset class="report-messages">
                <legend>{words().stranger.attach}</legend>
                {latest.into_iter().rev().map(|message| choice(message, chosen)).collect_view()}
            </fieldset>
            <button class="button button-primary" type="submit">
                {words().stranger.send_report}
            </button>
            <p class="fine">{words().stranger.block_means}</p>
            <button class="button button-bad" type="button" on:click=block>
                {words().stranger.block}
            </button>
        </form>
    }
}

/// A message that may be attached.
fn choice(message: ChatMessage, chosen: RwSignal<Vec<Seq>>) -> impl IntoView {
    let seq = message.seq;
    let flip = move |event| {
        let on = event_target_checked(&event);
        chosen.update(|chosen| {
            chosen.retain(|other| *other != seq);
            chosen.extend(on.then_some(seq));
        });
    };
    view! {
        <label class="report-message">
            <input type="checkbox" on:change=flip />
            <span>
                <strong>{message.from.to_string()}</strong>
                " "
                {message.body}
            </span>
        </label>
    }
}
