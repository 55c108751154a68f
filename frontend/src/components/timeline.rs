//! What was said, the newest at the bottom. Older messages come in at the top as one scrolls up, and nothing that
//! comes in moves what is being read.
//!
//! Accessible names: log "Messages in <conversation>"; button "Jump to newest".

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::{RoomId, Seq};

use super::composer::focus_field;
use super::icon::{Drawing, Icon};
use super::message::RowView;
use super::scroll::{Frame, Scroller};
use crate::session::Session;
use crate::state::address::Place;
use crate::state::rows::Row;
use crate::state::timeline::Timeline as Messages;
use crate::state::window::in_pixels;
use crate::words::words;

/// The messages of one conversation.
#[component]
pub fn Timeline(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// The message to look at.
    at: Signal<Option<Seq>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let frame = Frame::default();
    let loaded =
        Memo::new(move |_| session.with_timeline(|state| state.timeline(room).is_some_and(Messages::is_showing)));
    let scroller = Scroller::new(session, room, frame, at.get_untracked());
    provide_context(scroller);
    Effect::new(move |before: Option<Option<Seq>>| {
        let now = at.get();
        if let Some(seq) = now.filter(|_| before.is_some_and(|before| before != now)) {
            scroller.go_to(seq);
        }
        now
    });
    let top = Memo::new(move |_| {
        session.with_timeline(|state| match state.timeline(room) {
            Some(timeline) if timeline.has_start() => Top::Start,
            Some(timeline) if timeline.is_loading_older() => Top::Loading,
            Some(timeline) if timeline.is_showing() => Top::More,
            _ => Top::Unknown,
        })
    });
    let empty = move || scroller.drawn.with(|drawn| drawn.rows.is_empty());
    let navigate = use_navigate();
    let to_end = move |_| {
        scroller.to_end();
        if at.get_untracked().is_some() {
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&Place::Room(room).path(), replace);
        }
    };
    let unread = Memo::new(move |_| session.with_rooms(|state| state.rooms().get(room).map_or(0, |room| room.unread)));
    view! {
        <div class="timeline-place">
            <div
                class="timeline"
                role="log"
                aria-live="off"
                aria-label=move || words().talk.messages_in.with([&title.get()])
                tabindex="0"
                node_ref=frame.view_port
                on:scroll=move |_| scroller.scrolled()
                on:keydown=move |event| walk(&event)
            >
                <div class="timeline-content" node_ref=frame.content>
                    <div class="timeline-top">
                        {move || match top.get() {
                            Top::Start if empty() => view! { <Empty title /> }.into_any(),
                            Top::Start => view! { <p>{words().talk.begins_here}</p> }.into_any(),
                            Top::Loading => view! { <p role="status">{words().talk.loading_older}</p> }.into_any(),
                            Top::More => view! { <p>"…"</p> }.into_any(),
                            Top::Unknown => view! { <Skeleton /> }.into_any(),
                        }}
                    </div>
                    <div
                        class="timeline-rows"
                        style:padding-top=move || scroller.drawn.with(|drawn| in_pixels(drawn.above))
                        style:padding-bottom=move || scroller.drawn.with(|drawn| in_pixels(drawn.below))
                        node_ref=frame.list
                    >
                        <For each=move || scroller.drawn.with(|drawn| drawn.rows.clone()) key=Row::key let(row)>
                            <RowView row />
                        </For>
                    </div>
                    <SeenByOther room />
                </div>
            </div>
            <Show when=move || loaded.get() && !session.at_end.get()>
                <button class="button jump" type="button" aria-label=words().talk.jump on:click=to_end.clone()>
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

/// The arrow keys go from message to message, Escape back to where one writes.
fn walk(event: &KeyboardEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let message = target.closest("article").ok().flatten();
    let step: fn(&Element) -> Option<Element> = match event.key().as_str() {
        "ArrowUp" => Element::previous_element_sibling,
        "ArrowDown" => Element::next_element_sibling,
        "Escape" => {
            focus_field();
            return;
        }
        _ => return,
    };
    if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let next = match &message {
        Some(message) => std::iter::successors(step(message), step).find(|row| row.tag_name() == "ARTICLE"),
        // From the whole to the message at its lower edge.
        None => last_in_view(&target),
    };
    if next.is_some() {
        event.prevent_default();
        focus(next);
    }
}

fn last_in_view(view_port: &Element) -> Option<Element> {
    let edge = view_port.get_bounding_client_rect().bottom();
    let messages = view_port.query_selector_all("article").ok()?;
    (0..messages.length())
        .rev()
        .filter_map(|place| messages.get(place)?.dyn_into::<Element>().ok())
        .find(|message| message.get_bounding_client_rect().top() < edge)
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
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
