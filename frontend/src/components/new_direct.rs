//! Beginning a conversation with somebody by name.
//!
//! Accessible names: dialog "Write to somebody"; field "Username"; button {words().people.open_direct}.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::Username;

use super::dialog::Dialog;
use super::field::Field;
use crate::parts::{self, later};
use crate::session::Session;
use crate::state::address::Place;
use crate::words::{words, wrong_username};

/// The dialog.
#[component]
pub fn NewDirectDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().people.write_to_somebody open>
            {later(parts::new_direct(open))}
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn NewDirectForm(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let submit = move || {
        let parsed = name.get_untracked().trim().trim_start_matches('@').parse::<Username>();
        let Ok(user) = parsed.inspect_err(|wrong| error.set(Some(wrong_username(*wrong)))) else { return };
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match session.direct(user).await {
                Ok(room) => {
                    open.set(false);
                    navigate(&Place::Room(room).path(), Default::default());
                }
                Err(problem) => error.set(Some(problem.message)),
            }
        });
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <Field
                label=words().front.username
                value=name
                error
                autofocus=true
                hint=words().people.write_hint
            />
            <button class="button button-primary" type="submit">
                {words().people.open_direct}
            </button>
        </form>
    }
}
