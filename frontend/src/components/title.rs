//! What the page is called in the window's frame: where one is, and before it how much is unread.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

/// The parts of the title; a context of the whole app.
#[derive(Clone, Copy)]
pub struct PageTitle {
    place: RwSignal<String>,
    unread: RwSignal<u32>,
}

impl PageTitle {
    /// How many messages are unread; 0 where nobody should be told.
    pub fn count(self, unread: u32) {
        self.unread.set(unread);
    }
}

/// Provides the title as a context and keeps the document in step with it.
pub fn provide_title() {
    let title = PageTitle { place: RwSignal::new(String::new()), unread: RwSignal::new(0) };
    provide_context(title);
    Effect::new(move |_| {
        let place = title.place.get();
        let whole = if place.is_empty() { "Confab".to_owned() } else { format!("{place} · Confab") };
        document().set_title(&match title.unread.get() {
            0 => whole,
            unread => format!("({unread}) {whole}"),
        });
    });
}

/// Calls the page after a place, as long as nothing else does.
#[component]
pub fn Title(
    /// The place; nothing for the app itself.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let title = expect_context::<PageTitle>();
    Effect::new(move |_| title.place.set(text.get().into_owned()));
}
