//! A native `<dialog>`: it takes the focus, keeps it, gives it back, and closes with Escape or a click beside it.

use leptos::ev::MouseEvent;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::words::words;

/// Whether a dialog about something is open: while there is such a thing. Closing it takes the thing away.
pub fn open_while<T: Send + Sync + 'static>(about: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(about.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && about.with_untracked(Option::is_some) {
            about.set(None);
        }
    });
    open
}

/// A dialog with a title; its content exists only while it is open, and so begins anew each time.
#[component]
pub fn Dialog(
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whether it takes as much room as the window has.
    #[prop(optional)]
    wide: bool,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<DialogElement>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            // It fails only where the element is not in the document.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close_beside = move |event: MouseEvent| {
        let dialog = element.get_untracked();
        let beside = dialog.zip(event.target()).is_some_and(|(dialog, target)| {
            let dialog: &leptos::web_sys::EventTarget = dialog.as_ref();
            *dialog == target
        });
        if beside {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            class=("dialog-wide", wide)
            node_ref=element
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=close_beside
        >
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <header class="dialog-head">
                        <h2>{move || title.get()}</h2>
                        <button class="icon-button" type="button" aria-label=words().general.close on:click=move |_| open.set(false)>
                            <Drawing icon=Icon::Close />
                        </button>
                    </header>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}
