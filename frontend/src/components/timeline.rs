//! What was said, the newest at the bottom. Older messages come in at the top as one scrolls up, and nothing that
//! comes in moves what is being read.
//!
//! Accessible names: log "Messages in <conversation>"; button "Jump to newest".

use leptos::html::Div;
use leptos::prelude::*;
use shared::RoomId;

use super::icon::{Drawing, Icon};
use super::message::RowView;
use crate::components::scroll::Scroller;
use crate::session::Session;
use crate::state::timeline::Timeline as Messages;
use crate::words::words;

/// The messages of one conversation.
#[component]
pub fn Timeline(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let view_port = NodeRef::<Div>::new();
    let content = NodeRef::<Div>::new();
    let loaded =
        Memo::new(move |_| session.with_timeline(|state| state.timeline(room).is_some_and(Messages::is_loaded)));
    let scroller = Scroller::new(session, room, view_port, content, loaded);
    let top = Memo::new(move |_| {
        session.with_timeline(|state| match state.timeline(room) {
            Some(timeline) if timeline.has_start() => Top::Start,
            Some(timeline) if timeline.is_loading_older() => Top::Loading,
            Some(timeline) if timeline.is_loaded() => Top::More,
            _ => Top::Unknown,
        })
    });
    let empty = Memo::new(move |_| session.with_timeline(|state| state.rows(room, 0, |_| 0).is_empty()));
    let unread = Memo::new(move |_| session.with_rooms(|state| state.rooms().get(room).map_or(0, |room| room.unread)));
    view! {
        <div class="timeline-place">
            <div
                class="timeline"
                role="log"
                aria-live="off"
                aria-label=move || words().talk.messages_in.with([&title.get()])
                tabindex="0"
                node_ref=view_port
                on:scroll=move |_| scroller.scrolled()
            >
                <div class="timeline-content" node_ref=content>
                    <div class="timeline-top">
                        {move || match top.get() {
                            Top::Start if empty.get() => view! { <Empty title /> }.into_any(),
                            Top::Start => view! { <p>{words().talk.begins_here}</p> }.into_any(),
                            Top::Loading => view! { <p role="status">{words().talk.loading_older}</p> }.into_any(),
                            Top::More => view! { <p>"…"</p> }.into_any(),
                            Top::Unknown => view! { <Skeleton /> }.into_any(),
                        }}
                    </div>
                    <For each=move || session.rows(room) key=|row| row.key() let(row)>
                        <RowView row />
                    </For>
                    <SeenByOther room />
                </div>
            </div>
            <Show when=move || loaded.get() && !session.at_end.get()>
                <button class="button jump" type="button" aria-label=words().talk.jump on:click=move |_| scroller.to_end()>
                    <Drawing icon=Icon::Down />
                    {move || match unread.get() {
                        0 => words().talk.newest.to_owned(),
                        unread => words().talk.new.of(unread),
                    }}
                </button>
            </Show>
        </div>
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Top {
    Unknown,
    More,
    Loading,
    Start,
}

/// Nothing was said here yet.
#[component]
fn Empty(title: Signal<String>) -> impl IntoView {
    view! {
        <div class="timeline-empty">
            <p>
                <strong>{move || title.get()}</strong>
                " "{words().talk.quiet}
            </p>
            <p>{words().talk.say_first}</p>
        </div>
    }
}

/// What stands there until the messages are known.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton skeleton-talk" role="status">
            <span class="visually-hidden">{words().talk.loading}</span>
            <span></span>
            <span></span>
            <span></span>
            <span></span>
        </div>
    }
}

/// In a direct conversation: that the other has read what was said last, where it was said by the reader.
#[component]
fn SeenByOther(room: RoomId) -> impl IntoView {
    let session = expect_context::<Session>();
    let seen = Memo::new(move |_| session.with_timeline(|state| state.last_own_is_seen(room)));
    move || seen.get().then(|| view! { <p class="seen">{words().talk.seen}</p> })
}
