//! The bans and silences that are in force in a conversation, for who keeps order there.
//!
//! Accessible names: list "Bans and silences"; a button "Lift: <name>" per line.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{Imposed, RoomId, SanctionKind, Username};

use crate::session::{Session, shown_time};
use crate::words::words;

/// The list.
#[component]
pub fn Sanctions(
    /// The conversation.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let all = RwSignal::new(None::<Vec<Imposed>>);
    let load = move || {
        spawn_local(async move {
            match session.sanctions(room).await {
                Ok(found) => {
                    let _ = all.try_set(Some(found));
                }
                Err(problem) => session.notice(problem.message),
            }
        });
    };
    let lift = move |kind: SanctionKind, user: Username| {
        spawn_local(async move {
            match session.pardon(kind, room, user).await {
                Ok(()) => load(),
                Err(problem) => session.notice(problem.message),
            }
        });
    };
    load();
    move || match all.get() {
        None => view! { <p class="fine" role="status">{words().general.loading}</p> }.into_any(),
        Some(none) if none.is_empty() => view! { <p class="fine">{words().order.nobody}</p> }.into_any(),
        Some(found) => view! {
            <ul class="listing" role="list" aria-label=words().order.sanctions>
                {found.into_iter().map(|one| line(one, lift)).collect_view()}
            </ul>
        }
        .into_any(),
    }
}

fn line(one: Imposed, lift: impl Fn(SanctionKind, Username) + Copy + Send + 'static) -> impl IntoView {
    let text = words();
    let (kind, user) = (one.kind, one.user.clone());
    let what = match kind {
        SanctionKind::Ban => text.order.banned,
        SanctionKind::Silence => text.order.is_silenced,
    };
    let until = one.until.as_deref().map(|until| text.settings.valid_until.with([&shown_time(until)]));
    let why = one.reason.map(|reason| text.order.because.with([&reason]));
    let by = one.by.map(|by| text.order.by.with([by.as_str()]));
    view! {
        <li class="listing-line">
            <div class="listing-what">
                <strong>{one.user.to_string()}</strong>
                <span class="fine">{[Some(what.to_owned()), by, until, why].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span>
            </div>
            <button
                class="button button-small"
                type="button"
                aria-label=text.order.lift_one.with([one.user.as_str()])
                on:click=move |_| lift(kind, user.clone())
            >
                {text.order.lift}
            </button>
        </li>
    }
}
