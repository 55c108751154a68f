//! The user's own: the name, keeping it, the theme, leaving.
//!
//! Accessible names: dialog "Account"; field "New password"; buttons "Keep this name", "Sign out"; group "Theme".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::dialog::Dialog;
use super::field::Field;
use super::theme::{LanguageChoice, ThemeChoice};
use crate::pages::Visitor;
use crate::server_api::{claim, sign_out};
use crate::session::Session;
use crate::words::words;

/// The dialog.
#[component]
pub fn AccountDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <Dialog title=words().account.account open>
            <div class="stack">
                <p class="account-line">
                    <Avatar name=session.me.get().username.to_string() />
                    <span>
                        <strong>{move || session.me.get().username.to_string()}</strong>
                        <br />
                        {move || if session.me.get().guest { words().account.guest } else { words().account.kept_with_password }}
                    </span>
                </p>
                <Show when=move || session.me.get().guest>
                    <ClaimForm />
                </Show>
                <ThemeChoice />
                <LanguageChoice />
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
            error.set(Some(words().account.type_password.to_owned()));
            return;
        }
        spawn_local(async move {
            match claim(password).await {
                Ok(account) => {
                    session.act(|state| state.become_account(account));
                    session.notice(words().account.yours_now);
                }
                Err(refusal) => error.set(Some(refusal.told())),
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
            <p>{words().account.guest_means}</p>
            <Field label=words().account.new_password kind="password" value=password error autocomplete="new-password" />
            <button class="button button-primary" type="submit">
                {words().account.keep_name}
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
                Err(refusal) => session.notice(refusal.told()),
            }
        });
    };
    view! {
        <button class="button" type="button" on:click=leave>
            {words().account.sign_out}
        </button>
    }
}
