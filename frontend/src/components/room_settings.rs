//! What one can set about a conversation: its topic, and of which messages one wants to be told.
//!
//! Accessible names: field "Topic of this room" with a button "Change topic"; choice "Tell me of".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{MuteLevel, RoomId, RoomSummary};

use super::field::Field;
use crate::session::Session;
use crate::words::words;

/// The levels in the order in which they are offered.
const LEVELS: [MuteLevel; 3] = [MuteLevel::All, MuteLevel::Mentions, MuteLevel::Nothing];

/// Of which messages one wants to be told.
#[component]
pub fn MuteChoice(
    /// The conversation.
    room: RoomId,
    /// The conversation as it is now.
    summary: Memo<Option<RoomSummary>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let level = Memo::new(move |_| summary.with(|room| room.as_ref().map(|room| room.mute).unwrap_or_default()));
    let choose = move |value: String| {
        let Some(level) = value.parse().ok().and_then(|place: usize| LEVELS.get(place)).copied() else { return };
        spawn_local(async move {
            if let Err(problem) = session.mute(room, level).await {
                session.notice(problem.message);
            }
        });
    };
    let text = &words().rooms;
    let names = [text.of_everything, text.of_mentions, text.of_nothing];
    let option = move |(place, name): (usize, &'static str)| {
        let chosen = move || LEVELS.get(place) == Some(&level.get());
        view! { <option value=place.to_string() prop:selected=chosen>{name}</option> }
    };
    view! {
        <label class="field">
            <span>{text.tell_me_of}</span>
            <select class="input" on:change=move |event| choose(event_target_value(&event))>
                {(0..).zip(names).map(option).collect_view()}
            </select>
        </label>
    }
}

/// What the conversation is about, for whoever may say so.
#[component]
pub fn TopicForm(
    /// The conversation.
    room: RoomId,
    /// The conversation as it is now.
    summary: Memo<Option<RoomSummary>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let topic =
        RwSignal::new(summary.with_untracked(|room| room.as_ref().map(|room| room.topic.clone()).unwrap_or_default()));
    let error = RwSignal::new(None);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        let text = topic.get_untracked().trim().to_owned();
        spawn_local(async move {
            if let Err(problem) = session.set_topic(room, text).await {
                let _ = error.try_set(Some(problem.message));
            }
        });
    };
    view! {
        <form class="members-add" on:submit=submit>
            <Field label=words().rooms.topic_of_this value=topic error />
            <button class="button" type="submit">
                {words().rooms.change_topic}
            </button>
        </form>
    }
}
