//! Every shortcut.
//!
//! Accessible names: dialog "Keyboard shortcuts".

use leptos::prelude::*;

use super::dialog::Dialog;
use crate::words::words;

/// The dialog.
#[component]
pub fn ShortcutsDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().finding.shortcuts.to_owned() open>
            <Shortcuts />
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn Shortcuts() -> impl IntoView {
    view! {
        <dl class="shortcuts">
            {all()
                .into_iter()
                .map(|(keys, what)| {
                    view! {
                        <div>
                            <dt>{what}</dt>
                            <dd>
                                <kbd>{keys}</kbd>
                            </dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
}

fn all() -> [(&'static str, &'static str); 12] {
    let text = &words().finding;
    [
        ("Ctrl/⌘ K", text.switch),
        ("Ctrl/⌘ Shift F", text.search),
        ("Alt ↑ / ↓", text.beside),
        ("Enter", text.send),
        ("Shift Enter", text.new_line),
        ("↑", text.edit_last),
        ("@  #  :", text.complete),
        ("Esc", text.give_up),
        ("Shift Tab", text.to_messages),
        ("↑ / ↓", text.from_message_to_message),
        ("Tab", text.to_actions),
        ("?", text.shortcuts),
    ]
}
