//! How the user is told that something was said: a desktop notification, a sound, a number in the title.
//!
//! Accessible names: switches "Desktop notifications", "Sound", "Number of unread messages in the title"; button
//! "Try it".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::session::Session;
use crate::session::notify::{self, Permission};
use crate::state::preferences::Preferences;
use crate::words::words;

#[component]
pub(super) fn NotificationSettings() -> impl IntoView {
    let preferences = expect_context::<Session>().preferences;
    let permission = RwSignal::new(notify::permission());
    let change = move |change: fn(&mut Preferences, bool), on: bool| {
        preferences.update(|preferences| change(preferences, on));
        preferences.with_untracked(notify::keep);
    };
    let desktop = move |on: bool| {
        change(|preferences, on| preferences.desktop = on, on);
        if on && permission.get_untracked() == Permission::NotAsked {
            spawn_local(async move {
                let answer = notify::ask().await;
                let _ = permission.try_set(answer);
            });
        }
    };
    view! {
        <Section id="notifications" title=words().settings.notifications>
            <Switch
                label=words().settings.desktop
                on=Signal::derive(move || preferences.with(|preferences| preferences.desktop))
                flip=Callback::new(desktop)
            />
            {move || {
                let wanted = preferences.with(|preferences| preferences.desktop);
                let words = &words().settings;
                let why = match permission.get() {
                    Permission::Denied => Some(words.desktop_denied),
                    Permission::Unsupported => Some(words.desktop_unsupported),
                    Permission::NotAsked | Permission::Granted => None,
                };
                why.filter(|_| wanted).map(|why| view! { <p class="callout" role="status">{why}</p> })
            }}
            <Switch
                label=words().settings.sound
                on=Signal::derive(move || preferences.with(|preferences| preferences.sound))
                flip=Callback::new(move |on| {
                    change(|preferences, on| preferences.sound = on, on);
                    if on {
                        notify::chime();
                    }
                })
            />
            <Switch
                label=words().settings.title_count
                on=Signal::derive(move || preferences.with(|preferences| preferences.title))
                flip=Callback::new(move |on| change(|preferences, on| preferences.title = on, on))
            />
            <p class="fine">{words().settings.notifications_mean}</p>
        </Section>
    }
}

#[component]
fn Switch(label: &'static str, on: Signal<bool>, flip: Callback<bool>) -> impl IntoView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=move || on.get()
                on:change=move |event| flip.run(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
}
