//! API tokens: what programs use in place of the password.
//!
//! Accessible names: field "What it is for"; buttons "Make a token", "Copy", "Revoke <name>"; list "API tokens".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::components::copy::Copyable;
use crate::components::field::Field;
use crate::http_api::{ApiToken, make_token, revoke_token, tokens};
use crate::session::{Session, shown_time};
use crate::words::words;

#[component]
pub(super) fn TokenSettings() -> impl IntoView {
    let session = expect_context::<Session>();
    let guest = Memo::new(move |_| session.me.with(|me| me.guest));
    view! {
        <Section id="tokens" title=words().settings.tokens>
            <p class="fine">{words().settings.tokens_mean}</p>
            {move || {
                if guest.get() {
                    view! { <p class="callout">{words().settings.tokens_need_account}</p> }.into_any()
                } else {
                    view! { <Tokens /> }.into_any()
                }
            }}
        </Section>
    }
}

#[component]
fn Tokens() -> impl IntoView {
    let session = expect_context::<Session>();
    let all = RwSignal::new(Vec::<ApiToken>::new());
    let made = RwSignal::new(None::<String>);
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let load = move || {
        spawn_local(async move {
            match tokens().await {
                Ok(found) => {
                    let _ = all.try_set(found);
                }
                Err(refusal) => {
                    let _ = error.try_set(Some(refusal.told()));
                }
            }
        });
    };
    Effect::new(move |_| load());
    let make = move || {
        error.set(None);
        let wanted = name.get_untracked().trim().to_owned();
        spawn_local(async move {
            match make_token(&wanted).await {
                Ok(token) => {
                    name.set(String::new());
                    made.set(token.token);
                    load();
                }
                Err(refusal) => error.set(Some(refusal.told())),
            }
        });
    };
    let revoke = move |id: String| {
        spawn_local(async move {
            match revoke_token(&id).await {
                Ok(()) => load(),
                Err(refusal) => session.notice(refusal.told()),
            }
        });
    };
    view! {
        <form
            class="inline-form"
            on:submit=move |event| {
                event.prevent_default();
                make();
            }
        >
            <Field label=words().settings.token_name value=name error />
            <button class="button" type="submit">
                {words().settings.make_token}
            </button>
        </form>
        <div role="status">
            {move || {
                made.get()
                    .map(|token| {
                        view! {
                            <div class="panel stack">
                                <p>{words().settings.token_once}</p>
                                <Copyable text=token />
                            </div>
                        }
                    })
            }}
        </div>
        <ul class="listing" role="list" aria-labelledby="tokens">
            {move || all.get().into_iter().map(|one| line(one, revoke)).collect_view()}
        </ul>
    }
}

fn line(one: ApiToken, revoke: impl Fn(String) + Copy + Send + 'static) -> impl IntoView {
    let used = match &one.used_at {
        Some(used) => words().settings.last_used.with([&shown_time(used)]),
        None => words().settings.never_used.to_owned(),
    };
    let until = one.expires_at.as_deref().map(|until| words().settings.valid_until.with([&shown_time(until)]));
    let label = words().settings.revoke_one.with([&one.name]);
    let id = one.id;
    view! {
        <li class="listing-line">
        <div class="listing-what">
            <strong>{one.name}</strong>
            <span class="fine">{used}</span>
            <span class="fine">{until}</span>
        </div>
        <button
            class="button button-small button-bad"
            type="button"
            aria-label=label
            on:click=move |_| revoke(id.clone())
        >
            {words().settings.revoke}
        </button>
        </li>
    }
}
