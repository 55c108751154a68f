//! What who keeps order in a conversation can do about somebody, in the dialog about him.
//!
//! Accessible names: group "Keeping order"; choice "For how long"; field "Why"; buttons "Silence", "Ban", "Make a
//! moderator", "No longer a moderator".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{RoomId, SanctionKind, Username};

use super::field::Field;
use super::how_long::{HowLong, Span};
use crate::session::{Problem, Session};
use crate::state::rooms::rules;
use crate::words::words;

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
    let span = Span::shortest();
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
        let until = span.end();
        let why = Some(reason.get_untracked().trim().to_owned()).filter(|why| !why.is_empty());
        spawn_local(async move { done(session.impose(kind, room, whom.get_value(), until, why).await) });
    };
    let appoint = move |_| {
        spawn_local(async move { done(session.set_moderator(room, whom.get_value(), !moderator).await) });
    };
    let text = &words().order;
    let appointing = if moderator { text.dismiss } else { text.appoint };
    view! {
        <fieldset class="stack panel">
            <legend>{text.keeping}</legend>
            <HowLong span />
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
