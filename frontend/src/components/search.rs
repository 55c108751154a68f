//! The search: words, in which conversation, by whom, from when to when; each hit leads to its message.
//!
//! Accessible names: dialog "Search"; fields "Words", "Where", "From", "Since", "Until"; buttons "Search", "More"; a
//! link per hit.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{ChatMessage, Found, MessageAction, RoomId, Search, Username};

use super::dialog::Dialog;
use super::field::Field;
use crate::session::{Session, clock_offset, now};
use crate::state::address::Place;
use crate::state::clock::{self, Local};
use crate::state::markdown::plain;
use crate::state::rooms::{in_short, title};
use crate::words::{words, wrong_username};

/// The dialog.
#[component]
pub fn SearchDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=words().finding.search.to_owned() open>
            <SearchForm open />
        </Dialog>
    }
}

/// What came of a search.
#[derive(Clone, Default)]
enum Outcome {
    #[default]
    None,
    Searching,
    Found(Search, Vec<ChatMessage>, bool),
}

/// What is being looked for.
#[derive(Clone, Copy)]
struct Form {
    session: Session,
    text: RwSignal<String>,
    place: RwSignal<String>,
    from: RwSignal<String>,
    since: RwSignal<String>,
    until: RwSignal<String>,
    error: RwSignal<Option<String>>,
    from_error: RwSignal<Option<String>>,
    outcome: RwSignal<Outcome>,
}

impl Form {
    fn new(session: Session) -> Self {
        let empty = || RwSignal::new(String::new());
        let (error, from_error) = (RwSignal::new(None), RwSignal::new(None));
        let outcome = RwSignal::new(Outcome::None);
        let (text, place, from, since, until) = (empty(), empty(), empty(), empty(), empty());
        Self { session, text, place, from, since, until, error, from_error, outcome }
    }

    fn search(self) {
        self.error.set(None);
        self.from_error.set(None);
        let name = self.from.get_untracked();
        let from = match name.trim().trim_start_matches('@') {
            "" => None,
            name => match name.parse::<Username>() {
                Ok(name) => Some(name),
                Err(wrong) => return self.from_error.set(Some(wrong_username(wrong))),
            },
        };
        let day = |date: &str, days: i64| {
            let start = clock::parse(&format!("{date}T00:00:00Z"))? + days * clock::DAY;
            // Days are the reader's own.
            Some(clock::rfc3339(start - i64::from(clock_offset(start)) * clock::MINUTE))
        };
        let search = Search {
            text: self.text.get_untracked(),
            room: self.place.get_untracked().parse().ok().map(RoomId),
            from,
            after: day(&self.since.get_untracked(), 0),
            before: day(&self.until.get_untracked(), 1),
            ..Search::default()
        };
        self.ask(search, Vec::new());
    }

    /// Asks, and puts what is found behind what was found before.
    fn ask(self, search: Search, mut hits: Vec<ChatMessage>) {
        if hits.is_empty() {
            self.outcome.set(Outcome::Searching);
        }
        spawn_local(async move {
            match self.session.search(search.clone()).await {
                Ok(Found { hits: more_hits, more, .. }) => {
                    hits.extend(more_hits);
                    let _ = self.outcome.try_set(Outcome::Found(search, hits, more));
                }
                Err(problem) => {
                    let _ = self.outcome.try_set(Outcome::None);
                    let _ = self.error.try_set(Some(problem.message));
                }
            }
        });
    }
}

/// What is in the dialog.
#[component]
pub fn SearchForm(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let form = Form::new(session);
    let rooms = session.peek(|state| {
        let sections = state.rooms().sections();
        sections.in_order().map(|room| (room.room.to_string(), title(room))).collect::<Vec<_>>()
    });
    let text = &words().finding;
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                form.search();
            }
        >
            <Field label=text.words value=form.text error=form.error autofocus=true />
            <div class="search-bounds">
                <label class="field">
                    <span>{text.place}</span>
                    <select class="input" on:change=move |event| form.place.set(event_target_value(&event))>
                        <option value="">{text.everywhere}</option>
                        {rooms.into_iter().map(|(room, name)| view! { <option value=room>{name}</option> }).collect_view()}
                    </select>
                </label>
                <Field label=text.from value=form.from error=form.from_error />
                <Day label=text.since value=form.since />
                <Day label=text.until value=form.until />
            </div>
            <button class="button button-primary" type="submit">
                {text.search}
            </button>
        </form>
        <div class="hits" role="status">
            {move || outcome(form, open)}
        </div>
    }
}

#[component]
fn Day(label: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input class="input" type="date" bind:value=value />
        </label>
    }
}

fn outcome(form: Form, open: RwSignal<bool>) -> AnyView {
    match form.outcome.get() {
        Outcome::None => ().into_any(),
        Outcome::Searching => view! { <p class="fine">{words().general.one_moment}</p> }.into_any(),
        Outcome::Found(_, hits, _) if hits.is_empty() => {
            view! { <p class="fine">{words().finding.nothing}</p> }.into_any()
        }
        Outcome::Found(search, hits, more) => {
            let next = hits.last().map(|last| MessageAction { room: last.room, seq: last.seq });
            let (all, search) = (hits.clone(), Search { before_hit: next, ..search });
            view! {
                <ul class="hit-list" role="list">
                    {hits.into_iter().map(|hit| view! { <Hit form hit open /> }).collect_view()}
                </ul>
                {more
                    .then(|| {
                        view! {
                            <button class="button" type="button" on:click=move |_| form.ask(search.clone(), all.clone())>
                                {words().finding.more}
                            </button>
                        }
                    })}
            }
            .into_any()
        }
    }
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn Hit(form: Form, hit: ChatMessage, open: RwSignal<bool>) -> impl IntoView {
    let place = form.session.peek(|state| state.rooms().get(hit.room).map(title)).unwrap_or_default();
    let at = clock::parse(&hit.time).unwrap_or_default();
    let (at, today) = (Local::at(at, clock_offset(at)), Local::at(now(), clock_offset(now())));
    let when = format!("{}, {}", at.day_label(today), at.time());
    view! {
        <li>
            <a class="hit" href=Place::Message(hit.room, hit.seq).path() on:click=move |_| open.set(false)>
                <span class="hit-head">
                    <strong>{hit.from.to_string()}</strong>
                    <span>{place}</span>
                    <time>{when}</time>
                </span>
                <span class="hit-text">{plain(&in_short(&hit))}</span>
            </a>
        </li>
    }
}
