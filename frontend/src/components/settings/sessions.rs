//! The browsers in which the user is signed in.
//!
//! Accessible names: list "Signed in at"; buttons "Sign out there: <browser>".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::http_api::{OpenSession, end_session, sessions};
use crate::session::{Session, shown_time};
use crate::state::browser_name::browser_name;
use crate::words::words;

#[component]
pub(super) fn SessionSettings() -> impl IntoView {
    let session = expect_context::<Session>();
    let all = RwSignal::new(None::<Vec<OpenSession>>);
    let problem = RwSignal::new(None::<String>);
    let load = move || {
        spawn_local(async move {
            match sessions().await {
                Ok(found) => {
                    let _ = all.try_set(Some(found));
                }
                Err(refusal) => {
                    let _ = problem.try_set(Some(refusal.told()));
                }
            }
        });
    };
    Effect::new(move |_| load());
    let end = move |id: String| {
        spawn_local(async move {
            match end_session(&id).await {
                Ok(()) => load(),
                Err(refusal) => session.notice(refusal.told()),
            }
        });
    };
    view! {
        <Section id="sessions" title=words().settings.sessions>
            <p class="fine">{words().settings.sessions_mean}</p>
            {move || problem.get().map(|problem| view! { <p class="callout callout-bad" role="alert">{problem}</p> })}
            <ul class="listing" role="list" aria-labelledby="sessions">
                {move || all.get().map(|all| all.into_iter().map(|one| line(one, end)).collect_view())}
            </ul>
        </Section>
    }
}

fn line(one: OpenSession, end: impl Fn(String) + Copy + Send + 'static) -> impl IntoView {
    let told = one.name.filter(|name| !name.is_empty());
    let name = told.as_deref().map_or_else(|| words().settings.some_browser.to_owned(), browser_name);
    let used = one.used_at.as_deref().unwrap_or(&one.made_at);
    let since = words().settings.last_used.with([&shown_time(used)]);
    let label = words().settings.sign_out_one.with([&name]);
    let id = one.id;
    view! {
        <li class="listing-line">
        <div class="listing-what">
            <strong title=told>{name}</strong>
            <span class="fine">{since}</span>
        </div>
        {if one.current {
            view! { <span class="tag">{words().settings.this_browser}</span> }.into_any()
        } else {
            view! {
                <button class="button button-small" type="button" aria-label=label on:click=move |_| end(id.clone())>
                    {words().account.sign_out}
                </button>
            }
                .into_any()
        }}
        </li>
    }
}
