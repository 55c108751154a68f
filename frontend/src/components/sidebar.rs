//! The column on the left: who one is, and where one can go.
//!
//! Accessible names: navigation "Conversations"; links "Random chat", "Browse rooms", "Other ways to connect"; buttons
//! "Account: <name>", "Create a room", "Write to somebody".

use leptos::prelude::*;
use shared::Stranger;

use super::avatar::Avatar;
use super::finding::Panels;
use super::icon::{Drawing, Icon};
use super::logo::Logo;
use super::room_list::RoomList;
use crate::pages::CurrentPlace;
use crate::parts::{Rest, over_the_page};
use crate::session::Session;
use crate::state::address::Place;
use crate::words::{language, words};

/// The column.
#[component]
pub fn Sidebar() -> impl IntoView {
    let session = expect_context::<Session>();
    let panels = expect_context::<Panels>();
    let account_open = RwSignal::new(false);
    let create_open = RwSignal::new(false);
    let direct_open = RwSignal::new(false);
    let name = move || session.me.with(|me| me.username.to_string());
    view! {
        <nav class="sidebar" aria-label=words().places.conversations tabindex="-1">
            <header class="sidebar-head">
                <a class="sidebar-home" href="/" aria-label=words().places.home>
                    <Logo />
                </a>
                <button
                    class="icon-button"
                    type="button"
                    aria-label=words().finding.search
                    title=words().finding.search
                    on:click=move |_| panels.search.set(true)
                >
                    <Drawing icon=Icon::Search />
                </button>
                <button
                    class="account-button"
                    type="button"
                    aria-haspopup="dialog"
                    aria-label=move || words().account.button.with([&name()])
                    on:click=move |_| account_open.set(true)
                >
                    <span class="account-name">{name}</span>
                    {move || view! { <Avatar name=name() /> }}
                </button>
            </header>
            <div class="sidebar-scroll">
                <ul class="rooms" role="list">
                    <li>
                        <RandomLink />
                    </li>
                    <li>
                        <a class="room-link" href=Place::Browse.path() aria-current=CurrentPlace::is(Place::Browse)>
                            <span class="room-sign">
                                <Drawing icon=Icon::Compass />
                            </span>
                            <span class="room-name">{words().places.browse}</span>
                        </a>
                    </li>
                    <li>
                        // A page of the server's own, not of this app.
                        <a class="room-link" href=format!("/docs?language={}", language().tag) rel="external">
                            <span class="room-sign">
                                <Drawing icon=Icon::Wires />
                            </span>
                            <span class="room-name">{words().places.other_ways}</span>
                        </a>
                    </li>
                </ul>
                <RoomList create_open direct_open />
            </div>
        </nav>
        {over_the_page(
            move || account_open.get() || create_open.get() || direct_open.get(),
            move || Rest::DialogsOfSidebar { account: account_open, create: create_open, direct: direct_open },
        )}
    }
}

#[component]
fn RandomLink() -> impl IntoView {
    let session = expect_context::<Session>();
    let state = move || match session.stranger.get() {
        Stranger::Idle {} => None,
        Stranger::Waiting { .. } => Some(words().stranger.waiting_note.to_owned()),
        Stranger::Matched { room, .. } => {
            let unread = session.with_rooms(|state| state.rooms().get(room).map_or(0, |room| room.unread));
            Some(if unread > 0 { words().talk.new.of(unread) } else { words().stranger.matched_note.to_owned() })
        }
    };
    view! {
        <a class="room-link" href=Place::Random.path() aria-current=CurrentPlace::is(Place::Random)>
            <span class="room-sign">
                <Drawing icon=Icon::Shuffle />
            </span>
            <span class="room-name">{words().places.random}</span>
            {move || state().map(|state| view! { <span class="room-note">{state}</span> })}
        </a>
    }
}
