//! Says that the connection is lost and what is being done about it, or that the app has become another one.
//!
//! Accessible names: status "Connection lost …"; button "Try now"; status "A new version …"; buttons "Reload", "Dismiss".

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::session::{Connection, Session, now};
use crate::words::words;

/// The banner, where there is something to say.
#[component]
pub fn Banner() -> impl IntoView {
    let session = expect_context::<Session>();
    let lost = Memo::new(move |_| matches!(session.connection.get(), Connection::Lost { .. }));
    view! {
        <div class="banner-place" role="status">
            <Show when=move || lost.get()>
                <div class="banner">
                    <Drawing icon=Icon::Alert />
                    <span>
                        <strong>{words().connection.lost}</strong>
                        " "{words().connection.kept_meanwhile}
                    </span>
                    <span class="banner-when" aria-hidden="true">
                        <Countdown />
                    </span>
                    <button class="button button-small" type="button" on:click=move |_| session.hurry()>
                        {words().connection.try_now}
                    </button>
                </div>
            </Show>
            <Show when=move || session.outdated.get() && !lost.get()>
                <div class="banner banner-news">
                    <Drawing icon=Icon::Bell />
                    <span>
                        <strong>{words().connection.new_version}</strong>
                        " "{words().connection.new_version_means}
                    </span>
                    <button class="button button-small" type="button" on:click=move |_| drop(window().location().reload())>
                        {words().connection.reload}
                    </button>
                    <button
                        class="icon-button"
                        type="button"
                        aria-label=words().general.dismiss
                        title=words().general.dismiss
                        on:click=move |_| session.outdated.set(false)
                    >
                        <Drawing icon=Icon::Close />
                    </button>
                </div>
            </Show>
        </div>
    }
}

/// How long until the next attempt. It changes every second, so it is for eyes only.
#[component]
fn Countdown() -> impl IntoView {
    let session = expect_context::<Session>();
    let clock = RwSignal::new(0);
    Effect::new(move |_| {
        clock.set(now());
        if let Ok(ticking) = set_interval_with_handle(move || clock.set(now()), Duration::from_millis(500)) {
            on_cleanup(move || ticking.clear());
        }
    });
    move || {
        let Connection::Lost { retry_at } = session.connection.get() else { return String::new() };
        match (retry_at - clock.get() + 999) / 1000 {
            seconds @ 1.. => words().connection.again_in.with([&seconds.to_string()]),
            _ => words().connection.trying.to_owned(),
        }
    }
}
