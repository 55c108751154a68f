//! The user's own: the name, keeping it, the theme, leaving.
//!
//! Accessible names: dialog "Account"; field "New password"; buttons "Keep this name", "Sign out"; group "Theme";
//! link "All settings".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::dialog::Dialog;
use super::settings::ClaimForm;
use super::theme::ThemeChoice;
use crate::pages::Visitor;
use crate::server_api::sign_out;
use crate::session::Session;
use crate::state::address::Place;
use crate::words::words;

/// The dialog.
#[component]
pub fn AccountDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().account.account open>
            <AccountContent open />
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn AccountContent(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
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
            <a class="button" href=Place::Settings.path() on:click=move |_| open.set(false)>
                {words().settings.all}
            </a>
            <Show when=move || session.me.with(|me| me.admin)>
                <a class="button" href=Place::Admin.path() on:click=move |_| open.set(false)>
                    {words().admin.title}
                </a>
            </Show>
            <SignOut />
        </div>
    }
}

/// Ends the session.
#[component]
pub fn SignOut() -> impl IntoView {
    let session = expect_context::<Session>();
    let visitor = expect_context::<Visitor>();
    let leave = move |_| {
        let forget = session.forgetting_drafts();
        spawn_local(async move {
            match sign_out().await {
                Ok(()) => {
                    forget();
                    visitor.signed_out(None);
                }
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
