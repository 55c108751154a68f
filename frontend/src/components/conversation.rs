//! A conversation on the screen: its head, what was said, where one writes, who is in it.
//!
//! Accessible names: heading with the conversation's name; button "Members, <number>"; link "Back to conversations";
//! where one is not a member: button "Join <name>".

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::{Destination, RoomId, RoomKind, RoomSummary};

use super::composer::Composer;
use super::icon::{Drawing, Icon};
use super::members::Members;
use super::room_tools::RoomTools;
use super::stranger::close;
use super::timeline::Timeline;
use super::title::Title;
use super::wire::{WireOpen, WirePanel};
use crate::session::Session;
use crate::state::address::Place;
use crate::state::rooms::title;
use crate::state::typing;
use crate::words::words;

/// Whether the panel with the members is open; one choice for all conversations, a context of the chat.
#[derive(Clone, Copy)]
pub struct MembersOpen(pub RwSignal<bool>);

/// A conversation by its number.
#[component]
pub fn Conversation(
    /// Which one.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let summary = Memo::new(move |_| session.with_rooms(|state| state.rooms().get(room).cloned()));
    let known = Memo::new(move |_| summary.with(Option::is_some));
    let name = Memo::new(move |_| summary.with(|room| room.as_ref().map(title).unwrap_or_default()));
    let open = expect_context::<MembersOpen>().0;
    let WireOpen(wire) = expect_context();
    let has_members = Memo::new(move |_| summary.with(|room| room.as_ref().is_some_and(has_panel)));
    Effect::new(move |_| session.act(|state| state.open(room)));
    on_cleanup(move || close(session, room));
    view! {
        <Title text=move || name.get() />
        {move || {
            if known.get() {
                view! {
                    <div class="conversation">
                        <div class="conversation-main">
                            <Head room summary open />
                            <Talk room title=name />
                        </div>
                        <Show when=move || has_members.get() && open.get()>
                            <Members room summary open />
                        </Show>
                        <Show when=move || wire.get()>
                            <WirePanel room />
                        </Show>
                    </div>
                }
                    .into_any()
            } else {
                view! { <NotAMember room=Destination::Room(room) /> }.into_any()
            }
        }}
    }
}

fn has_panel(room: &RoomSummary) -> bool {
    matches!(room.kind, RoomKind::Public | RoomKind::Group)
}

#[component]
fn Head(room: RoomId, summary: Memo<Option<RoomSummary>>, open: RwSignal<bool>) -> impl IntoView {
    let name = move || summary.with(|room| room.as_ref().map(title).unwrap_or_default());
    let note = move || {
        summary.with(|room| match room {
            Some(room) if room.kind == RoomKind::Direct => {
                if room.with_online { words().people.online } else { words().people.offline }.to_owned()
            }
            Some(room) => room.topic.clone(),
            None => String::new(),
        })
    };
    let number =
        Memo::new(move |_| summary.with(|room| room.as_ref().filter(|room| has_panel(room)).map(|room| room.members)));
    view! {
        <header class="pane-head">
            <a class="icon-button pane-back" href="/" aria-label=words().general.back>
                <Drawing icon=Icon::Back />
            </a>
            <div class="pane-title">
                <h1>{name}</h1>
                <p>{note}</p>
            </div>
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
                                on:click=move |_| open.update(|open| *open = !*open)
                            >
                                <Drawing icon=Icon::People />
                                {number}
                            </button>
                        }
                    })
            }}
        </header>
    }
}

/// What was said and where one writes.
#[component]
pub fn Talk(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let typists = Memo::new(move |_| session.with_typing(|state| typing::sentence(&state.typing(room))));
    view! {
        <Timeline room title />
        <div class="talk-foot">
            <p class="typing" role="status">
                {move || typists.get()}
            </p>
            <Composer room title />
        </div>
    }
}

/// A conversation that is not, or not yet, one of the user's.
#[component]
pub fn NotAMember(
    /// Which one.
    room: Destination,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let name = match &room {
        Destination::Room(number) => words().rooms.by_number.with([&number.to_string()]),
        other => other.to_string(),
    };
    let label = words().rooms.join_one.with([&name]);
    let problem = RwSignal::new(None::<String>);
    let join = move |_| {
        let (room, navigate) = (room.clone(), navigate.clone());
        spawn_local(async move {
            match session.join(room).await {
                Ok(room) => navigate(&Place::Room(room).path(), Default::default()),
                Err(refused) => problem.set(Some(refused.message)),
            }
        });
    };
    let connecting = move || !session.greeted.get();
    view! {
        <header class="pane-head">
            <a class="icon-button pane-back" href="/" aria-label=words().general.back>
                <Drawing icon=Icon::Back />
            </a>
            <div class="pane-title">
                <h1>{move || if connecting() { words().general.loading.to_owned() } else { name.clone() }}</h1>
            </div>
        </header>
        <Show when=move || !connecting() fallback=|| view! { <div class="pane-loading" role="status">{words().rooms.loading_one}</div> }>
            <div class="pane-empty">
                <h2>{words().rooms.not_in}</h2>
                <p>{words().rooms.can_join}</p>
                {move || problem.get().map(|problem| view! { <p class="callout callout-bad" role="alert">{problem}</p> })}
                <button class="button button-primary" type="button" on:click=join.clone()>
                    {label.clone()}
                </button>
            </div>
        </Show>
    }
}
