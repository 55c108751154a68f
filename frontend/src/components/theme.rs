//! Light or dark: as the system says, unless the reader says otherwise. The choice is an attribute of the root
//! element, which `style/roles.css` reads, and is kept in this browser.

use leptos::prelude::*;

use crate::words::{self, LANGUAGES, words};

const KEY: &str = "confab.theme";

/// What the reader chose.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light, always.
    Light,
    /// Dark, always.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => words().theme.system,
            Self::Light => words().theme.light,
            Self::Dark => words().theme.dark,
        }
    }
}

/// Provides the choice as a context and keeps the document in step with it.
pub fn provide_theme() {
    let theme = RwSignal::new(Theme::System);
    provide_context(theme);
    Effect::new(move |_| {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok()?);
        if let Some(kept) = Theme::ALL.into_iter().find(|theme| Some(theme.key()) == kept.as_deref()) {
            theme.set(kept);
        }
    });
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let theme = theme.get();
            let _ = match theme {
                Theme::System => root.remove_attribute("data-theme"),
                Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.key()),
            };
        }
    });
}

fn storage() -> Option<leptos::web_sys::Storage> {
    window().local_storage().ok()?
}

/// The choice of a language: a list "Language".
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let choose = |event| {
        let tag = event_target_value(&event);
        words::choose(LANGUAGES.iter().find(|language| language.tag == tag));
    };
    let option = |language: &'static words::Offered| {
        view! {
            <option value=language.tag lang=language.tag selected=words::chosen() == Some(language.tag)>
                {language.name}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for="language">{words().account.language}</label>
            <select id="language" class="input" on:change=choose>
                <option value="">{words().account.like_browser}</option>
                {LANGUAGES.iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// The choice: a group "Theme" of three radio buttons.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let theme = expect_context::<RwSignal<Theme>>();
    let choose = move |chosen: Theme| {
        theme.set(chosen);
        if let Some(storage) = storage() {
            // Where it cannot be kept it holds until the next visit.
            let _ = storage.set_item(KEY, chosen.key());
        }
    };
    let option = move |one: Theme| {
        view! {
            <label class="segment">
                <input
                    class="visually-hidden"
                    type="radio"
                    name="theme"
                    value=one.key()
                    prop:checked=move || theme.get() == one
                    on:change=move |_| choose(one)
                />
                <span>{one.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend>{words().theme.theme}</legend>
            {Theme::ALL.into_iter().map(option).collect_view()}
        </fieldset>
    }
}
