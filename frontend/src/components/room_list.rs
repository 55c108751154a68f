//! The user's conversations in their sections.
//!
//! Accessible names: headings "Rooms", "Groups", "Direct messages"; a link per conversation, called what it is
//! called, with ", 3 unread" behind it where something is unread and ", online" where the other is.

use leptos::prelude::*;
use shared::{MuteLevel, RoomKind, RoomSummary};

use super::avatar::Avatar;
use super::icon::{Drawing, Icon};
use crate::pages::CurrentPlace;
use crate::session::{Connection, Session};
use crate::state::address::Place;
use crate::state::markdown::plain;
use crate::state::rooms::{title, told_of};
use crate::words::words;

/// The sections.
#[component]
pub fn RoomList(
    /// Opens the dialog in which a room is made.
    create_open: RwSignal<bool>,
    /// Opens the dialog in which one writes to somebody.
    direct_open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let connected = move || session.connection.get() == Connection::Online;
    let public = Memo::new(move |_| session.rooms.with(|rooms| rooms.public.clone()));
    let groups = Memo::new(move |_| session.rooms.with(|rooms| rooms.groups.clone()));
    let direct = Memo::new(move |_| {
        // Without a connection nobody is known to be there.
        let connected = connected();
        let mut direct = session.rooms.with(|rooms| rooms.direct.clone());
        direct.iter_mut().for_each(|room| room.with_online &= connected);
        direct
    });
    let loading = move || !session.greeted.get();
    view! {
        <Section id="section-rooms" title=words().rooms.rooms rooms=public action=words().rooms.create_room open=create_open>
            {move || loading().then(|| view! { <Skeleton /> })}
        </Section>
        <Show when=move || groups.with(|groups| !groups.is_empty())>
            <Section id="section-groups" title=words().rooms.groups rooms=groups action=words().rooms.create_group open=create_open />
        </Show>
        <Section id="section-direct" title=words().people.direct rooms=direct action=words().people.write_to_somebody open=direct_open>
            {move || {
                (!loading() && direct.with(Vec::is_empty))
                    .then(|| view! { <p class="rooms-empty">{words().people.nobody_yet}</p> })
            }}
        </Section>
    }
}

#[component]
fn Section(
    id: &'static str,
    title: &'static str,
    rooms: Memo<Vec<RoomSummary>>,
    action: &'static str,
    open: RwSignal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="rooms-section" aria-labelledby=id>
            <header class="rooms-head">
                <h2 id=id>{title}</h2>
                <button class="icon-button" type="button" aria-label=action title=action on:click=move |_| open.set(true)>
                    <Drawing icon=Icon::Plus />
                </button>
            </header>
            <ul class="rooms" role="list">
                // A conversation's line is drawn anew when anything of it changes.
                <For each=move || rooms.get() key=line_key let(room)>
                    <li>
                        <RoomLink room />
                    </li>
                </For>
            </ul>
            {children.map(|children| children())}
        </section>
    }
}

fn line_key(room: &RoomSummary) -> (u64, u32, u32, MuteLevel, bool, String, String) {
    (room.room.0, room.unread, room.mentions, room.mute, room.with_online, title(room), preview(room))
}

/// What was said there last, in short.
fn preview(room: &RoomSummary) -> String {
    let said = room.last.as_ref().filter(|last| !last.excerpt.is_empty());
    said.map(|last| format!("{}: {}", last.from, plain(&last.excerpt))).unwrap_or_default()
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn RoomLink(room: RoomSummary) -> impl IntoView {
    let place = Place::Room(room.room);
    let name = title(&room);
    let unread = room.unread;
    let direct = room.kind == RoomKind::Direct;
    let sign = match (room.kind, room.with.clone()) {
        (RoomKind::Direct, Some(with)) => view! {
            <Avatar name=with.to_string() />
            <span class="dot" data-online=room.with_online.to_string()></span>
        }
        .into_any(),
        (RoomKind::Group, _) => view! { <Drawing icon=Icon::People /> }.into_any(),
        _ => view! { <span aria-hidden="true">"#"</span> }.into_any(),
    };
    let shown = room.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let standing = (direct && room.with_online).then(|| words().people.online.to_owned());
    let news = (unread > 0).then(|| words().rooms.unread.of(unread));
    let named = (room.mentions > 0).then(|| words().rooms.mentions.of(room.mentions));
    let muted = room.mute != MuteLevel::All;
    let quiet = muted.then(|| words().rooms.muted.to_owned());
    let told = told_of(&room);
    let label =
        [Some(name.clone()), standing, quiet, named.clone(), news].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let count = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
    view! {
        <a
            class="room-link"
            href=place.path()
            aria-label=label
            aria-current=CurrentPlace::is(place)
            data-unread=(told > 0).to_string()
            data-muted=muted.then_some("true")
        >
            <span class="room-sign">{sign}</span>
            <span class="room-text">
                <span class="room-name">{shown}</span>
                <span class="room-preview" data-preview=preview(&room)></span>
            </span>
            {muted.then(|| view! { <Drawing icon=Icon::Muted /> })}
            {named.map(|_| view! { <span class="badge badge-mention" data-count="@"></span> })}
            {(unread > 0).then(|| view! { <span class="badge" data-count=count></span> })}
        </a>
    }
}

/// What stands there until the list is known.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            <span></span>
            <span></span>
            <span></span>
        </div>
    }
}
