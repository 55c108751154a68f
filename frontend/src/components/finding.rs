//! Finding one's way by keyboard: the quick switcher (Ctrl or ⌘ and K), the search (Ctrl or ⌘, Shift and F), and the
//! list of all shortcuts (`?`).

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use crate::parts::{Rest, over_the_page};

/// Which of the panels are open; a context of the chat.
#[derive(Clone, Copy)]
pub struct Panels {
    /// The quick switcher.
    pub switcher: RwSignal<bool>,
    /// The search.
    pub search: RwSignal<bool>,
    /// The list of shortcuts.
    pub shortcuts: RwSignal<bool>,
}

impl Panels {
    /// All closed.
    #[must_use]
    pub fn closed() -> Self {
        Self { switcher: RwSignal::new(false), search: RwSignal::new(false), shortcuts: RwSignal::new(false) }
    }

    fn all(self) -> [RwSignal<bool>; 3] {
        [self.switcher, self.search, self.shortcuts]
    }

    fn key(self, event: &KeyboardEvent) {
        let command = event.ctrl_key() || event.meta_key();
        let panel = match event.key().as_str() {
            "k" | "K" if command => self.switcher,
            "f" | "F" if command && event.shift_key() => self.search,
            "?" if !command && !is_writing(event) => self.shortcuts,
            _ => return,
        };
        event.prevent_default();
        for other in self.all() {
            other.set(false);
        }
        panel.set(true);
    }
}

/// Whether a key goes into a text.
fn is_writing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// The panels, and the keys that open them.
#[component]
pub fn Finding() -> impl IntoView {
    let panels = expect_context::<Panels>();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| panels.key(&event));
        on_cleanup(move || listener.remove());
    });
    over_the_page(move || panels.all().iter().any(Get::get), move || Rest::Panels(panels))
}
