//! The user's own: the name, keeping it, the theme, leaving.
//!
//! Accessible names: dialog "Account"; field "New password"; buttons "Keep this name", "Sign out"; group "Theme".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::dialog::Dialog;
use super::field::Field;
use super::theme::ThemeChoice;
use crate::pages::Visitor;
use crate::server_api::{claim, sign_out};
use crate::session::Session;
use crate::state::text::sentence;

/// The dialog.
#[component]
pub fn AccountDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <Dialog title="Account".to_owned() open>
            <div class="stack">
                <p class="account-line">
                    <Avatar name=session.me.get().username.to_string() />
                    <span>
                        <strong>{move || session.me.get().username.to_string()}</strong>
                        <br />
                        {move || if session.me.get().guest { "Guest" } else { "Account, kept with a password" }}
                    </span>
                </p>
                <Show when=move || session.me.get().guest>
                    <ClaimForm />
                </Show>
                <ThemeChoice />
                <SignOut />
            </div>
        </Dialog>
    }
}

/// Turns the guest into an account.
#[component]
fn ClaimForm() -> impl IntoView {
    let session = expect_context::<Session>();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let submit = move || {
        error.set(None);
        let password = password.get_untracked();
        if password.is_empty() {
            error.set(Some("Type the password that you want to use from now on.".to_owned()));
            return;
        }
        spawn_local(async move {
            match claim(password).await {
                Ok(account) => {
                    session.act(|state| state.become_account(account));
                    session.notice("The name is yours now. Sign in with your password from anywhere.");
                }
                Err(refused) => error.set(Some(sentence(&refused.0.message))),
            }
        });
    };
    view! {
        <form
            class="stack panel"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <p>"As a guest you hold this name only while you are here. With a password it stays yours."</p>
            <Field label="New password" kind="password" value=password error autocomplete="new-password" />
            <button class="button button-primary" type="submit">
                "Keep this name"
            </button>
        </form>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let session = expect_context::<Session>();
    let visitor = expect_context::<Visitor>();
    let leave = move |_| {
        spawn_local(async move {
            match sign_out().await {
                Ok(()) => visitor.signed_out(None),
                Err(refused) => session.notice(sentence(&refused.0.message)),
            }
        });
    };
    view! {
        <button class="button" type="button" on:click=leave>
            "Sign out"
        </button>
    }
}
