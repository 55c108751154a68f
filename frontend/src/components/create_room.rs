//! Making a room or a group.
//!
//! Accessible names: dialog "Create a room"; fields "Name", "Topic"; radio buttons "Public room", "Private group";
//! button "Create".

use leptos::prelude::*;
use shared::RoomName;

use super::dialog::Dialog;
use super::entering::Entering;
use super::field::Field;
use crate::session::Session;
use crate::words::{words, wrong_room_name};

/// The dialog.
#[component]
pub fn CreateRoomDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().rooms.create_room open>
            <CreateRoomForm open />
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn CreateRoomForm(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let entering = Entering::from_here();
    let name = RwSignal::new(String::new());
    let topic = RwSignal::new(String::new());
    let group = RwSignal::new(false);
    let name_error = RwSignal::new(None);
    let topic_error = RwSignal::new(None);
    let submit = move || {
        topic_error.set(None);
        let typed = name.get_untracked();
        let parsed = typed.trim().trim_start_matches('#').parse::<RoomName>();
        let Ok(room_name) = parsed.inspect_err(|wrong| name_error.set(Some(wrong_room_name(*wrong)))) else {
            return;
        };
        name_error.set(None);
        let (group, topic) = (group.get_untracked(), topic.get_untracked().trim().to_owned());
        let asked = async move { session.create(room_name, group, topic).await.inspect(|_| open.set(false)) };
        entering.go(asked, move |problem| {
            let error = if problem.field.as_deref() == Some("topic") { topic_error } else { name_error };
            error.set(Some(problem.message));
        });
    };
    let kind = move |label: &'static str, is_group: bool| {
        view! {
            <label class="segment">
                <input
                    class="visually-hidden"
                    type="radio"
                    name="kind"
                    prop:checked=move || group.get() == is_group
                    on:change=move |_| group.set(is_group)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <Field label=words().rooms.name value=name error=name_error autofocus=true />
            <Field label=words().rooms.topic value=topic error=topic_error hint=words().rooms.topic_hint />
            <fieldset class="segments">
                <legend>{words().rooms.who_comes_in}</legend>
                {kind(words().rooms.public, false)}
                {kind(words().rooms.private, true)}
            </fieldset>
            <p class="fine">
                {move || {
                    if group.get() {
                        words().rooms.private_means
                    } else {
                        words().rooms.public_means
                    }
                }}
            </p>
            <button class="button button-primary" type="submit">
                {words().rooms.create}
            </button>
        </form>
    }
}
