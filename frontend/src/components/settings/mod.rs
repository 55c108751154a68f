//! The settings: who one is, what the app looks and sounds like, and where one is signed in.
//!
//! Accessible names: heading "Settings"; a region per part, called by its heading: "Account", "Appearance",
//! "Notifications", "Signed in at", "API tokens".

mod account;
mod notifications;
mod sessions;
mod tokens;

use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use super::theme::{LanguageChoice, ThemeChoice};
use super::title::Title;
use crate::words::words;

pub use account::ClaimForm;

/// The page.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <Title text=words().settings.title />
        <header class="pane-head">
            <a class="icon-button pane-back" href="/" aria-label=words().general.back>
                <Drawing icon=Icon::Back />
            </a>
            <div class="pane-title">
                <h1>{words().settings.title}</h1>
            </div>
        </header>
        <div class="pane-scroll settings">
            <account::AccountSettings />
            <Section id="appearance" title=words().settings.appearance>
                <ThemeChoice />
                <LanguageChoice />
            </Section>
            <notifications::NotificationSettings />
            <sessions::SessionSettings />
            <tokens::TokenSettings />
        </div>
    }
}

/// A part of the page, under its heading.
#[component]
fn Section(id: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="settings-part" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {children()}
        </section>
    }
}
