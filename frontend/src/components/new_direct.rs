//! Beginning a conversation with somebody by name.
//!
//! Accessible names: dialog "Write to somebody"; field "Username"; button "Open conversation".

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::Username;

use super::dialog::Dialog;
use super::field::Field;
use crate::session::Session;
use crate::state::address::Place;
use crate::state::text::sentence;

/// The dialog.
#[component]
pub fn NewDirectDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title="Write to somebody".to_owned() open>
            <NewDirectForm open />
        </Dialog>
    }
}

#[component]
fn NewDirectForm(open: RwSignal<bool>) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let submit = move || {
        let parsed = name.get_untracked().trim().trim_start_matches('@').parse::<Username>();
        let Ok(user) = parsed.inspect_err(|wrong| error.set(Some(sentence(&wrong.to_string())))) else { return };
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
                label="Username"
                value=name
                error
                autofocus=true
                hint="Online, offline or not yet seen: what you write waits for them."
            />
            <button class="button button-primary" type="submit">
                "Open conversation"
            </button>
        </form>
    }
}
