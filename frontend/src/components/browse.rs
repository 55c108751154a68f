//! The public rooms.
//!
//! Accessible names: heading "Browse rooms"; field "Filter rooms"; per room a button "Join #<name>" or a link
//! "Open #<name>".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{Destination, RoomListing};

use super::entering::Entering;
use super::field::Field;
use super::pane::PaneHead;
use super::title::Title;
use crate::session::{Connection, Session};
use crate::state::address::Place;
use crate::words::words;

/// The list, with a field to find something in it.
#[component]
pub fn Browse() -> impl IntoView {
    let session = expect_context::<Session>();
    let filter = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let online = Memo::new(move |_| session.connection.get() == Connection::Online);
    Effect::new(move |_| {
        if online.get() {
            spawn_local(async move {
                let outcome = session.list_rooms().await;
                let _ = problem.try_set(outcome.err().map(|problem| problem.message));
            });
        }
    });
    let all = Memo::new(move |_| session.with_directory(|state| state.directory().map(<[RoomListing]>::to_vec)));
    let found = Memo::new(move |_| {
        let wanted = filter.get().trim().trim_start_matches('#').to_lowercase();
        let mut rooms = all.get().unwrap_or_default();
        rooms.retain(|room| room.name.key().contains(&wanted) || room.topic.to_lowercase().contains(&wanted));
        rooms
    });
    view! {
        <Title text=words().places.browse />
        <PaneHead title=words().places.browse />
        <div class="pane-scroll browse">
            <Field label=words().rooms.filter kind="search" value=filter error=RwSignal::new(None) />
            {move || problem.get().map(|problem| view! { <p class="callout callout-bad" role="alert">{problem}</p> })}
            <ul class="listing" role="list">
                <For each=move || found.get() key=|room| (room.room, room.joined, room.members, room.present) let(room)>
                    <Listing room />
                </For>
            </ul>
            <p class="fine" role="status">
                {move || match (all.get(), found.with(Vec::len)) {
                    (None, _) => words().rooms.searching.to_owned(),
                    (Some(_), 0) => words().rooms.none_fits.to_owned(),
                    (Some(_), number) => words().rooms.number.of(number as u64),
                }}
            </p>
        </div>
    }
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn Listing(room: RoomListing) -> impl IntoView {
    let session = expect_context::<Session>();
    let entering = Entering::from_here();
    let name = format!("#{}", room.name);
    let number = room.room;
    let join = move |_| {
        entering.go(session.join(Destination::Room(number)), move |problem| session.notice(problem.message));
    };
    let joined = Memo::new(move |_| session.with_rooms(|state| state.rooms().get(number).is_some()));
    let label = name.clone();
    view! {
        <li class="listing-line">
            <div class="listing-what">
                <strong>{name}</strong>
                <span class="listing-topic">{room.topic.clone()}</span>
                <span class="fine">{words().rooms.members_and_present.with([&words().rooms.members.of(room.members), &room.present.to_string()])}</span>
            </div>
            {move || {
                if joined.get() {
                    view! {
                        <a class="button" href=Place::Room(number).path() aria-label=words().rooms.open_one.with([&label])>
                            {words().rooms.open}
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <button class="button button-primary" type="button" aria-label=words().rooms.join_one.with([&label]) on:click=join>
                            {words().rooms.join}
                        </button>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}
