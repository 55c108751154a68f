//! Where one writes. Enter sends, Shift+Enter begins a new line.
//!
//! Accessible names: field "Message <conversation>"; button "Send".

use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use shared::RoomId;

use super::icon::{Drawing, Icon};
use crate::session::{Session, now};
use crate::words::words;

/// The field for one conversation, with what was being written there when it was last left.
#[component]
pub fn Composer(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let text = RwSignal::new(session.draft(room));
    let field = NodeRef::<Textarea>::new();
    focus_when_opened(field);
    let limit = move || session.peek(|state| state.limits().max_message_bytes);
    let too_long = Memo::new(move |_| text.with(|text| text.trim_end().len() > limit()));
    let write = move |value: String| {
        session.act(|state| state.typed(room, value.trim().is_empty(), now()));
        session.keep_draft(room, value.clone());
        text.set(value);
    };
    let send = move || {
        let body = text.with_untracked(|text| text.trim_end().to_owned());
        if !body.trim().is_empty() && !too_long.get_untracked() {
            session.say(room, body);
            session.keep_draft(room, String::new());
            text.set(String::new());
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
                if let Some(field) = field.get_untracked() {
                    let _ = field.focus();
                }
            }
        >
            // The text stands a second time in `data-text`, invisibly, and so gives the field its height.
            <div class="composer-grow" data-text=move || text.get()>
                <textarea
                    class="composer-field"
                    rows="1"
                    enterkeyhint="send"
                    aria-label=move || words().talk.message_to.with([&title.get()])
                    placeholder=move || words().talk.message_to.with([&title.get()])
                    aria-describedby="composer-error"
                    aria-invalid=move || too_long.get().then_some("true")
                    prop:value=move || text.get()
                    on:input=move |event| write(event_target_value(&event))
                    on:keydown=on_key
                    node_ref=field
                ></textarea>
            </div>
            <button class="composer-send" type="submit" aria-label=words().talk.send title=words().talk.send_by_key>
                <Drawing icon=Icon::Send />
            </button>
            <p class="composer-error" id="composer-error" role="alert">
                {move || {
                    too_long.get().then(|| words().talk.too_long.with([&limit().to_string()]))
                }}
            </p>
        </form>
    }
}

/// Takes the focus when the conversation opens, except where that would bring up a keyboard on the screen.
fn focus_when_opened(field: NodeRef<Textarea>) {
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        let with_keyboard = window().match_media("(hover: hover)").ok().flatten().is_some_and(|query| query.matches());
        if with_keyboard {
            let _ = field.focus();
        }
    });
}
