//! Who somebody is.
//!
//! Accessible names: dialog called after the user; link "Write to <name>".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{Profile, RoomId, Username};

use super::avatar::Avatar;
use super::dialog::{Dialog, open_while};
use super::keep_order::KeepOrder;
use crate::session::{Session, clock_offset, now};
use crate::state::address::Place;
use crate::state::clock::{self, Local};
use crate::state::markdown::harmless;
use crate::state::rooms::{moderates, title};
use crate::words::words;

/// The dialog; open while there is somebody to show.
#[component]
pub fn ProfileDialog(
    /// Who.
    who: RwSignal<Option<Username>>,
    /// The conversation in which one looks.
    room: RoomId,
) -> impl IntoView {
    let open = open_while(who);
    let title = Signal::derive(move || who.with(|who| who.as_ref().map(ToString::to_string).unwrap_or_default()));
    view! {
        <Dialog title open>
            {move || who.get().map(|user| view! { <About user room open /> })}
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn About(
    /// Who.
    user: Username,
    /// The conversation in which one looks.
    room: RoomId,
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let answer = RwSignal::new(None::<Result<Profile, String>>);
    spawn_local({
        let user = user.clone();
        async move {
            let profile = session.profile(user).await;
            let _ = answer.try_set(Some(profile.map_err(|problem| problem.message)));
        }
    });
    let mine = session.peek(|state| state.me().username == user);
    let path = Place::Direct(user.clone()).path();
    let moderating =
        !mine && session.peek(|state| state.rooms().get(room).is_some_and(|room| moderates(room, state.me())));
    let whom = user.clone();
    view! {
        <div class="stack">
            {move || match answer.get() {
                None => view! { <p class="fine" role="status">{words().general.loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <p class="callout callout-bad" role="alert">{problem}</p> }.into_any(),
                Some(Ok(profile)) => facts(session, profile, open),
            }}
            {(!mine)
                .then(|| {
                    view! {
                        <a class="button button-primary" href=path on:click=move |_| open.set(false)>
                            {words().people.write_to.with([user.as_str()])}
                        </a>
                    }
                })}
            {moderating.then(|| view! { <KeepOrder room user=whom open /> })}
        </div>
    }
}

fn facts(session: Session, profile: Profile, open: RwSignal<bool>) -> AnyView {
    let text = &words().people;
    let presence = match profile.last_seen.as_deref().filter(|_| !profile.online) {
        Some(time) => text.last_seen.with([&day(time)]),
        None if profile.online => text.online.to_owned(),
        None => text.offline.to_owned(),
    };
    let since = text.here_since.with([&day(&profile.since)]);
    let shared: Vec<(RoomId, String)> = session.peek(|state| {
        let known = profile.shared.iter().filter_map(|room| state.rooms().get(*room));
        known.map(|room| (room.room, title(room))).collect()
    });
    let room = |(room, name): (RoomId, String)| {
        view! {
            <li>
                <a href=Place::Room(room).path() on:click=move |_| open.set(false)>{name}</a>
            </li>
        }
    };
    view! {
        <div class="account-line">
            <Avatar name=profile.username.to_string() />
            <div>
                {profile.display_name.map(|name| view! { <p dir="auto"><strong>{harmless(&name)}</strong></p> })}
                <p>{if profile.guest { text.guest } else { text.account }}</p>
                <p class="fine">{presence}</p>
                <p class="fine">{since}</p>
            </div>
        </div>
        {(!shared.is_empty())
            .then(|| {
                view! {
                    <div>
                        <h3 class="profile-head">{text.shared_rooms}</h3>
                        <ul class="profile-rooms" role="list">{shared.into_iter().map(room).collect_view()}</ul>
                    </div>
                }
            })}
    }
    .into_any()
}

fn day(time: &str) -> String {
    let (at, now) = (clock::parse(time).unwrap_or_default(), now());
    Local::at(at, clock_offset(at)).day_label(Local::at(now, clock_offset(now)))
}
