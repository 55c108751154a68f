//! Making a room or a group.
//!
//! Accessible names: dialog "Create a room"; fields "Name", "Topic"; radio buttons "Public room", "Private group";
//! button "Create".

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::RoomName;

use super::dialog::Dialog;
use super::field::Field;
use crate::session::Session;
use crate::state::address::Place;
use crate::state::text::sentence;

/// The dialog.
#[component]
pub fn CreateRoomDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title="Create a room".to_owned() open>
            <CreateRoomForm open />
        </Dialog>
    }
}

#[component]
fn CreateRoomForm(open: RwSignal<bool>) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let name = RwSignal::new(String::new());
    let topic = RwSignal::new(String::new());
    let group = RwSignal::new(false);
    let name_error = RwSignal::new(None);
    let topic_error = RwSignal::new(None);
    let submit = move || {
        topic_error.set(None);
        let typed = name.get_untracked();
        let parsed = typed.trim().trim_start_matches('#').parse::<RoomName>();
        let Ok(room_name) = parsed.inspect_err(|error| name_error.set(Some(sentence(&error.to_string())))) else {
            return;
        };
        name_error.set(None);
        let navigate = navigate.clone();
        let (group, topic) = (group.get_untracked(), topic.get_untracked().trim().to_owned());
        spawn_local(async move {
            match session.create(room_name, group, topic).await {
                Ok(room) => {
                    open.set(false);
                    navigate(&Place::Room(room).path(), Default::default());
                }
                Err(problem) if problem.field.as_deref() == Some("topic") => topic_error.set(Some(problem.message)),
                Err(problem) => name_error.set(Some(problem.message)),
            }
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
            <Field label="Name" value=name error=name_error autofocus=true />
            <Field label="Topic" value=topic error=topic_error hint="What it is about, if you like." />
            <fieldset class="segments">
                <legend>"Who can come in"</legend>
                {kind("Public room", false)}
                {kind("Private group", true)}
            </fieldset>
            <p class="fine">
                {move || {
                    if group.get() {
                        "Only its members know of it. Members add members."
                    } else {
                        "Anybody can find it, read it and join."
                    }
                }}
            </p>
            <button class="button button-primary" type="submit">
                "Create"
            </button>
        </form>
    }
}
