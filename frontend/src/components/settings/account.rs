//! The account: keeping a guest's name, changing the password, leaving.
//!
//! Accessible names: fields "New password", "Current password"; buttons "Keep this name", "Change password",
//! "Sign out".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::components::account::SignOut;
use crate::components::avatar::Avatar;
use crate::components::field::Field;
use crate::http_api;
use crate::server_api::claim;
use crate::session::Session;
use crate::words::words;

#[component]
pub(super) fn AccountSettings() -> impl IntoView {
    let session = expect_context::<Session>();
    let guest = Memo::new(move |_| session.me.with(|me| me.guest));
    view! {
        <Section id="account" title=words().account.account>
            <p class="account-line">
                <Avatar name=session.me.get_untracked().username.to_string() />
                <span>
                    <strong>{move || session.me.with(|me| me.username.to_string())}</strong>
                    <br />
                    {move || if guest.get() { words().account.guest } else { words().account.kept_with_password }}
                </span>
            </p>
            {move || if guest.get() { view! { <ClaimForm /> }.into_any() } else { view! { <PasswordForm /> }.into_any() }}
            <SignOut />
        </Section>
    }
}

/// Turns the guest into an account.
#[component]
pub fn ClaimForm() -> impl IntoView {
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
            <Field
                label=words().account.new_password
                kind="password"
                value=password
                error
                autocomplete="new-password"
            />
            <button class="button button-primary" type="submit">
                {words().account.keep_name}
            </button>
        </form>
    }
}

/// Another password in place of the account's.
#[component]
fn PasswordForm() -> impl IntoView {
    let session = expect_context::<Session>();
    let [old, new] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let [old_error, new_error] = std::array::from_fn(|_| RwSignal::new(None));
    let submit = move || {
        old_error.set(None);
        new_error.set(None);
        let (before, after) = (old.get_untracked(), new.get_untracked());
        spawn_local(async move {
            match http_api::change_password(&before, &after).await {
                Ok(()) => {
                    old.set(String::new());
                    new.set(String::new());
                    session.notice(words().settings.password_changed);
                }
                Err(refusal) => {
                    let error = if refusal.0.field.as_deref() == Some("new") { new_error } else { old_error };
                    error.set(Some(refusal.told()));
                }
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
            <Field
                label=words().settings.current_password
                kind="password"
                value=old
                error=old_error
                autocomplete="current-password"
            />
            <Field
                label=words().account.new_password
                kind="password"
                value=new
                error=new_error
                autocomplete="new-password"
                hint=words().settings.others_signed_out
            />
            <button class="button" type="submit">
                {words().settings.change_password}
            </button>
        </form>
    }
}
