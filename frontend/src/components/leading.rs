//! Addresses that lead on to another: a room by its name, somebody by name.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::{RoomId, RoomName, Username};

use super::not_a_member::NotAMember;
use crate::session::{Connection, Session};
use crate::state::address::Place;
use crate::words::words;

fn lead_on(navigate: &impl Fn(&str, NavigateOptions), room: RoomId) {
    navigate(&Place::Room(room).path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
}

/// Leads on to a room one is in; where one is not, offers to join.
#[component]
pub fn ByName(
    /// The room's name.
    name: RoomName,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let wanted = name.clone();
    let room = Memo::new(move |_| session.with_rooms(|state| state.rooms().named(&wanted).map(|room| room.room)));
    Effect::new(move |_| {
        if let Some(room) = room.get() {
            lead_on(&navigate, room);
        }
    });
    let unknown = StoredValue::new(shared::Destination::Named(name));
    // Before the server has greeted nobody knows which rooms one is in.
    move || session.greeted.get().then(|| view! { <NotAMember room=unknown.get_value() /> })
}

/// Opens the conversation with somebody and leads on to it.
#[component]
pub fn WithSomebody(
    /// Whom to write to.
    user: Username,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let problem = RwSignal::new(None::<String>);
    let shown = user.to_string();
    let online = Memo::new(move |_| session.connection.get() == Connection::Online);
    Effect::new(move |_| {
        if !online.get() {
            return;
        }
        let (user, navigate) = (user.clone(), navigate.clone());
        spawn_local(async move {
            match session.direct(user).await {
                Ok(room) => lead_on(&navigate, room),
                Err(refused) => {
                    let _ = problem.try_set(Some(refused.message));
                }
            }
        });
    });
    view! {
        <div class="pane-empty">
            <h1>{shown}</h1>
            {move || match problem.get() {
                Some(problem) => view! { <p role="alert">{problem}</p> }.into_any(),
                None => view! { <p role="status">{words().people.opening}</p> }.into_any(),
            }}
        </div>
    }
}
