//! Attaching files to what one writes: by a button, a paste, or dropping them on the conversation.
//!
//! Accessible names: button "Attach files" with an input of the same name; list "Attached files", in it for each file
//! a button "Remove <name>", or "Cancel <name>" while it is on its way, and "Try <name> again" where it failed.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList, MouseEvent};
use shared::RoomId;

use super::files::{AttachmentLine, Whose};
use super::icon::{Drawing, Icon};
use crate::session::Session;
use crate::words::words;

/// Whether files can be attached in a conversation: strangers exchange none, and some servers take none.
pub fn may_attach(session: Session, room: RoomId) -> bool {
    !room.is_pair() && session.takes_files.get()
}

/// Chooses files from the device.
#[component]
pub fn AttachButton(
    /// The conversation.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        session.attach(room, all(input.files()));
        // The same file may be chosen again.
        input.set_value("");
    };
    view! {
        <Show when=move || may_attach(session, room)>
            <span class="composer-attach">
                <input
                    type="file"
                    multiple=true
                    hidden=true
                    aria-label=words().files.attach
                    node_ref=input
                    on:change=chosen
                />
                <button
                    class="icon-button"
                    type="button"
                    aria-label=words().files.attach
                    title=words().files.attach
                    on:click=move |_| input.get_untracked().iter().for_each(|input| input.click())
                >
                    <Drawing icon=Icon::Clip />
                </button>
            </span>
        </Show>
    }
}

/// What is attached, above the field where one writes.
#[component]
pub fn Attached(
    /// The conversation.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let ids = Memo::new(move |_| {
        session.with_files(|state| state.attachments(room).iter().map(|file| file.id).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <ul class="attachments" role="list" aria-label=words().files.attached>
                <For each=move || ids.get() key=|id| *id let(id)>
                    <AttachmentLine id whose=Whose::Draft(room) />
                </For>
            </ul>
        </Show>
    }
}

/// Attaches the files of a paste. Where text was copied too, as from a document, it is a paste of that text.
pub fn paste(session: Session, room: RoomId, event: &ClipboardEvent) {
    let Some(pasted) = event.clipboard_data().filter(|_| untrack(|| may_attach(session, room))) else { return };
    let files = all(pasted.files());
    let of_a_document = holds(&pasted, "text/html") && holds(&pasted, "text/plain");
    if !files.is_empty() && !of_a_document {
        event.prevent_default();
        session.attach(room, files);
    }
}

/// Lies over the conversation while files are dragged over the page.
#[component]
pub fn DropZone(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    title: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let dragging = RwSignal::new(false);
    let drop = move |event: DragEvent| {
        dragging.set(false);
        event.prevent_default();
        session.attach(room, all(event.data_transfer().and_then(|dropped| dropped.files())));
    };
    watch(dragging, move || untrack(|| may_attach(session, room)));
    view! {
        <Show when=move || dragging.get()>
            <div class="drop-zone" on:drop=drop>
                <p>
                    <Drawing icon=Icon::Clip />
                    <strong>{move || words().files.drop_here.with([&title.get()])}</strong>
                    <span>{words().files.drop_note}</span>
                </p>
            </div>
        </Show>
    }
}

/// Follows files that are dragged over the page. Beside the zone nothing becomes of them: a browser would leave the
/// page to show them.
fn watch(dragging: RwSignal<bool>, allowed: impl Fn() -> bool + Copy + Send + Sync + 'static) {
    Effect::new(move |_| {
        let over = move |event: DragEvent| {
            if event.data_transfer().is_some_and(|dragged| holds(&dragged, "Files")) {
                event.prevent_default();
                if allowed() && !dragging.get_untracked() {
                    dragging.set(true);
                }
            }
        };
        let enter = window_event_listener(ev::dragenter, over);
        let over = window_event_listener(ev::dragover, over);
        let leave = window_event_listener(ev::dragleave, move |event| {
            let event: &MouseEvent = event.unchecked_ref();
            // Out of the window, and not from one element into another.
            if event.related_target().is_none() {
                dragging.set(false);
            }
        });
        let drop = window_event_listener(ev::drop, move |event| {
            if event.data_transfer().is_some_and(|dragged| holds(&dragged, "Files")) {
                event.prevent_default();
                dragging.set(false);
            }
        });
        on_cleanup(move || {
            for listener in [enter, over, leave, drop] {
                listener.remove();
            }
        });
    });
}

fn holds(data: &DataTransfer, kind: &str) -> bool {
    data.types().iter().any(|held| held.as_string().as_deref() == Some(kind))
}

fn all(files: Option<FileList>) -> Vec<File> {
    files.into_iter().flat_map(|files| (0..files.length()).filter_map(move |place| files.get(place))).collect()
}
