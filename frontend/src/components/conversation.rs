//! A conversation on the screen: its head, what was said, where one writes, who is in it.
//!
//! Accessible names: heading with the conversation's name; button "Members, <number>"; link "Back to conversations".

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use shared::{Destination, RoomId, RoomKind, RoomSummary, Seq};

use super::icon::{Drawing, Icon};
use super::pane::PaneHead;
use super::room_tools::RoomTools;
use super::stranger::close;
use super::talk::Talk;
use super::title::Title;
use super::wire::WireOpen;
use crate::parts::{Rest, later};
use crate::session::{Connection, Session};
use crate::state::rooms::title;
use crate::words::words;

/// Whether the panel with the members is open; one choice for all conversations, a context of the chat.
#[derive(Clone, Copy)]
pub struct MembersOpen(pub RwSignal<bool>);

/// A conversation by its number.
#[component]
pub fn Conversation(
    /// Which one.
    room: RoomId,
    /// The message in it to look at.
    at: Signal<Option<Seq>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let summary = Memo::new(move |_| session.with_rooms(|state| state.rooms().get(room).cloned()));
    let known = Memo::new(move |_| summary.with(Option::is_some));
    let name = Memo::new(move |_| summary.with(|room| room.as_ref().map(title).unwrap_or_default()));
    let open = expect_context::<MembersOpen>().0;
    let WireOpen(wire) = expect_context();
    let has_members = Memo::new(move |_| summary.with(|room| room.as_ref().is_some_and(has_panel)));
    Effect::new(move |_| session.act(|state| state.open(room, at.get_untracked())));
    on_cleanup(move || close(session, room));
    view! {
        // The title may be asked for once more when the conversation is gone.
        <Title text=move || name.try_get().unwrap_or_default() />
        {move || {
            if known.get() {
                view! {
                    <div class="conversation">
                        <div class="conversation-main">
                            <Head room summary open />
                            <Talk room title=name at />
                        </div>
                        <Show when=move || has_members.get() && open.get()>
                            <section
                                class="members"
                                aria-label=words().people.members
                                on:keydown=move |event| if is_left(&event) { open.set(false) }
                            >
                                {later(Rest::Members(room, summary, open))}
                            </section>
                        </Show>
                        <Show when=move || wire.get()>
                            {later(Rest::Wire(room))}
                        </Show>
                    </div>
                }
                    .into_any()
            } else if session.greeted.get() {
                later(Rest::NotAMember(Destination::Room(room)))
            } else {
                view! { <Coming /> }.into_any()
            }
        }}
    }
}

/// Opens or closes a panel. Where there is no room for two beside a conversation, the other one makes way.
pub fn turn(panel: RwSignal<bool>, other: RwSignal<bool>) {
    panel.update(|open| *open = !*open);
    let room_for_both =
        || window().match_media("(min-width: 96rem)").ok().flatten().is_some_and(|query| query.matches());
    if panel.get_untracked() && !room_for_both() {
        other.set(false);
    }
}

/// Whether a key leaves the panel with the members: Escape, but for the one that closes a dialog opened from it.
fn is_left(event: &KeyboardEvent) -> bool {
    let within = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_dialog = within.and_then(|within| within.closest("dialog").ok().flatten()).is_some();
    event.key() == "Escape" && !in_dialog
}

fn has_panel(room: &RoomSummary) -> bool {
    matches!(room.kind, RoomKind::Public | RoomKind::Group)
}

#[component]
fn Head(room: RoomId, summary: Memo<Option<RoomSummary>>, open: RwSignal<bool>) -> impl IntoView {
    let WireOpen(wire) = expect_context();
    let name = move || summary.with(|room| room.as_ref().map(title).unwrap_or_default());
    let session = expect_context::<Session>();
    let note = move || {
        // Without a connection nobody knows whether the other is there.
        let connected = session.connection.get() == Connection::Online;
        summary.with(|room| match room {
            Some(room) if room.kind == RoomKind::Direct => match (connected, room.with_online) {
                (false, _) => String::new(),
                (true, true) => words().people.online.to_owned(),
                (true, false) => words().people.offline.to_owned(),
            },
            Some(room) => room.topic.clone(),
            None => String::new(),
        })
    };
    let number =
        Memo::new(move |_| summary.with(|room| room.as_ref().filter(|room| has_panel(room)).map(|room| room.members)));
    view! {
        <PaneHead title=Signal::derive(name) note=Signal::derive(note)>
            <RoomTools room summary />
            {move || {
                number
                    .get()
                    .map(|number| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                aria-expanded=move || open.get().to_string()
                                aria-label=words().people.members_count.with([&number.to_string()])
                                title=words().rooms.members.of(number)
                                on:click=move |_| turn(open, wire)
                            >
                                <Drawing icon=Icon::People />
                                {number}
                            </button>
                        }
                    })
            }}
        </PaneHead>
    }
}

/// Until the server has said which conversations there are.
#[component]
fn Coming() -> impl IntoView {
    view! {
        <PaneHead title=words().general.loading />
        <div class="pane-loading" role="status">
            {words().rooms.loading_one}
        </div>
    }
}
