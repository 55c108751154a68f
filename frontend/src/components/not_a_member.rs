//! A conversation that is not, or not yet, one of the user's.
//!
//! Accessible names: heading with its name; button "Join <name>".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Destination;

use super::entering::Entering;
use super::pane::PaneHead;
use crate::session::{Connection, Session};
use crate::words::words;

/// Says so, and offers to join where anybody may.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn NotAMember(
    /// Which one.
    room: Destination,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let entering = Entering::from_here();
    let name = match &room {
        Destination::Room(number) => words().rooms.by_number.with([&number.to_string()]),
        other => other.to_string(),
    };
    let label = StoredValue::new(words().rooms.join_one.with([&name]));
    let problem = RwSignal::new(None::<String>);
    let join_room = room.clone();
    let join = Callback::new(move |()| {
        entering.go(session.join(join_room.clone()), move |refused| {
            let _ = problem.try_set(Some(refused.message));
            // It may be gone, and then there is nothing to join any more.
            spawn_local(async move { drop(session.list_rooms().await) });
        });
    });
    let open_to_all = open_to_all(session, &room);
    view! {
        <PaneHead title=name />
        <div class="pane-empty">
            <h2>{words().rooms.not_in}</h2>
            <Show
                when=move || open_to_all.get() == Some(true)
                fallback=move || {
                    let answer = move || match open_to_all.get() {
                        None => words().general.one_moment,
                        Some(_) => words().rooms.no_such,
                    };
                    view! { <p role="status">{answer}</p> }
                }
            >
                {move || problem.get().map(|problem| view! { <p class="callout callout-bad" role="alert">{problem}</p> })}
                <p>{words().rooms.can_join}</p>
                <button class="button button-primary" type="button" on:click=move |_| join.run(())>
                    {label.get_value()}
                </button>
            </Show>
        </div>
    }
}

/// Whether it is a public room, which anybody may join; nothing until the server has said so.
fn open_to_all(session: Session, room: &Destination) -> Memo<Option<bool>> {
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        if session.connection.get() == Connection::Online && !asked.get_untracked() {
            spawn_local(async move {
                let _ = session.list_rooms().await;
                let _ = asked.try_set(true);
            });
        }
    });
    let room = room.clone();
    Memo::new(move |_| {
        asked.get().then(|| {
            session.with_directory(|state| {
                state.directory().unwrap_or_default().iter().any(|listing| match &room {
                    Destination::Room(number) => listing.room == *number,
                    Destination::Named(name) => listing.name == *name,
                    Destination::User(_) => false,
                })
            })
        })
    })
}
