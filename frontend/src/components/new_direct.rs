//! Beginning a conversation with somebody by name.
//!
//! Accessible names: dialog "Write to somebody"; field "Username"; button "Open conversation".

use leptos::prelude::*;
use shared::Username;

use super::dialog::Dialog;
use super::entering::Entering;
use super::field::Field;
use crate::session::Session;
use crate::words::{words, wrong_username};

/// The dialog.
#[component]
pub fn NewDirectDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().people.write_to_somebody open>
            <NewDirectForm open />
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
    let entering = Entering::from_here();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let submit = move || {
        let parsed = name.get_untracked().trim().trim_start_matches('@').parse::<Username>();
        let Ok(user) = parsed.inspect_err(|wrong| error.set(Some(wrong_username(*wrong)))) else { return };
        error.set(None);
        let asked = async move { session.direct(user).await.inspect(|_| open.set(false)) };
        entering.go(asked, move |problem| error.set(Some(problem.message)));
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
