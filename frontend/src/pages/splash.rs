//! The splash of `index.html`: what is there until the program is, and where a newcomer may already begin to sign in. It
//! is taken away here; what it looks like is not decided here.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlInputElement};

/// What `index.html` waits for before it has anything fetched that only a later visit needs.
const READY: &str = "confab:ready";

/// What a visitor has done in the splash's form.
#[derive(Default)]
pub(crate) struct Begun {
    /// The name, as far as it was typed.
    pub(crate) username: String,
    /// Whether a password is to be asked for.
    pub(crate) with_password: bool,
    /// Whether the form was sent.
    pub(crate) sent: bool,
}

/// Takes the splash away, and tells whoever waits for it that the page can be used. What was begun in it comes back once.
pub(crate) fn take_away() -> Begun {
    let begun = begun();
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
        if let Ok(ready) = Event::new(READY) {
            let _ = window().dispatch_event(&ready);
        }
    }
    if let Some(body) = document().body() {
        // An attribute for tests and measurements; nothing depends on it.
        let _ = body.set_attribute("data-ready", "true");
    }
    begun
}

fn begun() -> Begun {
    let Some(form) = document().get_element_by_id("splash-form") else { return Begun::default() };
    let field = document().get_element_by_id("splash-name");
    let username = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()).map(|field| field.value());
    Begun {
        username: username.unwrap_or_default(),
        with_password: form.has_attribute("data-with-password"),
        sent: form.has_attribute("data-sent"),
    }
}
