//! What who keeps order in a conversation can do about somebody, in the dialog about him.
//!
//! Accessible names: group "Keeping order"; choice "For how long"; field "Why"; buttons "Silence", "Ban", "Make a
//! moderator", "No longer a moderator".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{RoomId, SanctionKind, Username};

use super::field::Field;
use crate::session::{Problem, Session, now};
use crate::state::clock;
use crate::state::rooms::rules;
use crate::words::words;

/// How long a ban or silence may last, as offered: in milliseconds, and last until it is taken back.
const SPANS: [Option<i64>; 4] = [Some(clock::DAY / 24), Some(clock::DAY), Some(7 * clock::DAY), None];

/// The group.
#[component]
pub fn KeepOrder(
    /// The conversation.
    room: RoomId,
    /// Whom it is about.
    user: Username,
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let span = RwSignal::new(SPANS[0]);
    let moderator = session.peek(|state| {
        let members = state.members(room).unwrap_or_default();
        members.iter().any(|member| member.username == user && member.moderator)
    });
    let ruling = session.peek(|state| state.rooms().get(room).is_some_and(|room| rules(room, state.me())));
    let done = move |outcome: Result<(), Problem>| match outcome {
        Ok(()) => {
            let _ = open.try_set(false);
            session.notice(words().order.done);
        }
        Err(problem) => {
            let _ = error.try_set(Some(problem.message));
        }
    };
    let whom = StoredValue::new(user);
    let impose = move |kind| {
        let until = span.get_untracked().map(|span| clock::rfc3339(now() + span));
        let why = Some(reason.get_untracked().trim().to_owned()).filter(|why| !why.is_empty());
        spawn_local(async move { done(session.impose(kind, room, whom.get_value(), until, why).await) });
    };
    let appoint = move |_| {
        spawn_local(async move { done(session.set_moderator(room, whom.get_value(), !moderator).await) });
    };
    let text = &words().order;
    let spans = [text.an_hour, text.a_day, text.a_week, text.until_taken_back];
    let option = |(place, name): (usize, &'static str)| view! { <option value=place.to_string()>{name}</option> };
    let choose = move |value: String| {
        if let Some(chosen) = value.parse().ok().and_then(|place: usize| SPANS.get(place)).copied() {
            span.set(chosen);
        }
    };
    let appointing = if moderator { text.dismiss } else { text.appoint };
    view! {
        <fieldset class="stack panel">
            <legend>{text.keeping}</legend>
            <label class="field">
                <span>{text.how_long}</span>
                <select class="input" on:change=move |event| choose(event_target_value(&event))>
                    {(0..).zip(spans).map(option).collect_view()}
                </select>
            </label>
            <Field label=text.why value=reason error />
            <div class="button-row">
                <button class="button" type="button" on:click=move |_| impose(SanctionKind::Silence)>
                    {text.silence}
                </button>
                <button class="button button-bad" type="button" on:click=move |_| impose(SanctionKind::Ban)>
                    {text.ban}
                </button>
                {ruling
                    .then(|| {
                        view! {
                            <button class="button" type="button" on:click=appoint>
                                {appointing}
                            </button>
                        }
                    })}
            </div>
        </fieldset>
    }
}
