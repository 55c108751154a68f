//! The quick switcher: a few letters of a room's or somebody's name, and one is there.
//!
//! Accessible names: dialog "Go to"; field "Room or person"; listbox "Proposals", an option per proposal.

use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::Username;

use super::dialog::Dialog;
use crate::session::Session;
use crate::state::address::Place;
use crate::state::completion::fitting;
use crate::state::rooms::title;
use crate::words::words;

/// The dialog.
#[component]
pub fn SwitcherDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().finding.go_to.to_owned() open>
            <Switcher open />
        </Dialog>
    }
}

/// Where one can go.
#[derive(Clone, PartialEq)]
struct Goal {
    name: String,
    note: String,
    place: Place,
}

/// What is in the dialog.
#[component]
pub fn Switcher(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let word = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| field.get().iter().for_each(|field| drop(field.focus())));
    let goals = Memo::new(move |_| found(session, word.get().trim()));
    let go = move |place: Place| {
        open.set(false);
        navigate(&place.path(), Default::default());
    };
    let go_by_key = go.clone();
    let key = move |event: leptos::ev::KeyboardEvent| {
        let count = goals.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" => {
                let goal = goals.with_untracked(|goals| goals.get(chosen.get_untracked()).cloned());
                goal.into_iter().for_each(|goal| go_by_key(goal.place));
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |number: usize, goal: Goal| {
        let (go, place) = (go.clone(), goal.place);
        view! {
            <li
                class="proposal"
                id=option_id(number)
                role="option"
                aria-selected=move || (chosen.get() == number).to_string()
                on:click=move |_| go(place.clone())
            >
                <span class="proposal-text">{goal.name}</span>
                <span class="proposal-note">{goal.note}</span>
            </li>
        }
    };
    view! {
        <div class="stack">
            <input
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-label=words().finding.room_or_person
                placeholder=words().finding.room_or_person
                aria-expanded="true"
                aria-controls="goals"
                aria-activedescendant=move || goals.with(|goals| (!goals.is_empty()).then(|| option_id(chosen.get())))
                prop:value=move || word.get()
                on:input=move |event| {
                    word.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=key
                node_ref=field
            />
            <ul class="goals" id="goals" role="listbox" aria-label=words().writing.proposals>
                {move || (0..).zip(goals.get()).map(|(number, goal)| option(number, goal)).collect_view()}
            </ul>
        </div>
    }
}

fn option_id(number: usize) -> String {
    format!("goal-{number}")
}

/// One's own conversations, the latest first; then public rooms, people one shares a room with, and whoever bears
/// the name that was typed.
fn found(session: Session, word: &str) -> Vec<Goal> {
    let word = word.trim_start_matches(['@', '#']);
    session.peek(|state| {
        let sections = state.rooms().sections();
        let own = |room: &shared::RoomSummary| {
            let note = if room.unread > 0 { words().rooms.unread.of(room.unread) } else { String::new() };
            Goal { name: title(room), note, place: Place::Room(room.room) }
        };
        let mut all: Vec<Goal> = sections.in_order().map(own).collect();
        for room in state.directory().unwrap_or_default().iter().filter(|room| !room.joined) {
            let note = room.topic.clone();
            all.push(Goal { name: format!("#{}", room.name), note, place: Place::Named(room.name.clone()) });
        }
        let known = state.known_people();
        let new = known.filter(|name| state.rooms().direct_with(name).is_none() && **name != state.me().username);
        all.extend(new.map(|name| direct(name, "")));
        let mut goals: Vec<Goal> =
            fitting(word, &all, |goal| goal.name.trim_start_matches('#')).into_iter().cloned().collect();
        let named = word.parse::<Username>().ok().filter(|name| *name != state.me().username);
        if let Some(name) = named
            && goals.iter().all(|goal| goal.name.to_lowercase() != name.key())
        {
            goals.push(direct(&name, words().finding.write_to_them));
        }
        goals
    })
}

fn direct(name: &Username, note: &str) -> Goal {
    Goal { name: name.to_string(), note: note.to_owned(), place: Place::Direct(name.clone()) }
}
