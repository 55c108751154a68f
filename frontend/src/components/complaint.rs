//! Telling those who administer the server of a message.
//!
//! Accessible names: dialog "Report this message"; field "What is wrong with it"; button "Send the report".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Seq;

use super::dialog::{Dialog, open_while};
use super::field::Field;
use super::talk::Talking;
use crate::session::Session;
use crate::words::words;

/// The dialog; open while there is a message to tell of.
#[component]
pub fn ComplaintDialog(
    /// Where.
    talking: Talking,
) -> impl IntoView {
    let open = open_while(talking.reporting);
    view! {
        <Dialog title=words().order.report_this.to_owned() open>
            {move || talking.reporting.get().map(|seq| view! { <ComplaintForm talking seq /> })}
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn ComplaintForm(
    /// Where.
    talking: Talking,
    /// Of which message.
    seq: Seq,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let note = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let send = move || {
        let said = note.get_untracked().trim().to_owned();
        spawn_local(async move {
            match session.report_message(talking.room, seq, said).await {
                Ok(()) => {
                    let _ = talking.reporting.try_set(None);
                    session.notice(words().stranger.reported);
                }
                Err(problem) => {
                    let _ = error.try_set(Some(problem.message));
                }
            }
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <p>{words().order.report_means}</p>
            <Field label=words().order.what_is_wrong value=note error autofocus=true />
            <button class="button button-primary" type="submit">
                {words().stranger.send_report}
            </button>
        </form>
    }
}
