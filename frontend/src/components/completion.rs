//! What fits the word that is being written: people, rooms, emoji.
//!
//! Accessible names: listbox "Proposals", an option per proposal.

use leptos::prelude::*;

use crate::session::Session;
use crate::state::completion::{Kind, Query, fitting};
use crate::words::words;
use shared::RoomId;

/// The element that the field names as its list.
pub const LIST_ID: &str = "proposals";

/// What is proposed, and which of it is chosen now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    query: Option<Query>,
    items: Vec<Proposal>,
    chosen: usize,
}

/// Something to complete a word with.
#[derive(Clone, Debug, PartialEq)]
struct Proposal {
    /// What is put in the word's place.
    text: String,
    /// What stands beside it.
    note: String,
}

impl Proposals {
    /// What fits a word.
    #[must_use]
    pub fn find(session: Session, room: RoomId, query: Query) -> Self {
        let items = match query.kind {
            Kind::Person => people(session, room, &query.word),
            Kind::Room => rooms(session, &query.word),
            Kind::Emoji => emoji(session, &query.word),
        };
        Self { query: Some(query), items, chosen: 0 }
    }

    /// Whether there is a word that can be completed, with something or with nothing yet.
    #[must_use]
    pub fn is_looking(&self) -> bool {
        self.query.is_some()
    }

    /// Whether there is anything to choose from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Chooses the one above or below, going round.
    pub fn step(&mut self, down: bool) {
        let last = self.items.len().saturating_sub(1);
        self.chosen = match (self.chosen, down) {
            (0, false) => last,
            (chosen, false) => chosen - 1,
            (chosen, true) if chosen >= last => 0,
            (chosen, true) => chosen + 1,
        };
    }

    /// The text completed with the chosen one, and where the cursor goes.
    #[must_use]
    pub fn accept(&self, text: &str) -> Option<(String, u32)> {
        self.accept_at(self.chosen, text)
    }

    fn accept_at(&self, place: usize, text: &str) -> Option<(String, u32)> {
        Some(self.query.as_ref()?.complete(text, &self.items.get(place)?.text))
    }
}

fn people(session: Session, room: RoomId, word: &str) -> Vec<Proposal> {
    session.peek(|state| {
        let mut names: Vec<String> = Vec::new();
        let here = state.members(room).unwrap_or_default().iter().map(|member| &member.username);
        for name in here.chain(state.known_people()).filter(|name| **name != state.me().username) {
            if !names.contains(&name.to_string()) {
                names.push(name.to_string());
            }
        }
        let fits = fitting(word, &names, String::as_str);
        fits.into_iter().map(|name| Proposal { text: format!("@{name}"), note: String::new() }).collect()
    })
}

fn rooms(session: Session, word: &str) -> Vec<Proposal> {
    session.peek(|state| {
        let mut names: Vec<(String, String)> = Vec::new();
        let own = state.rooms().all().filter(|room| room.kind == shared::RoomKind::Public);
        names.extend(own.filter_map(|room| Some((room.name.as_ref()?.to_string(), room.topic.clone()))));
        for room in state.directory().unwrap_or_default() {
            if names.iter().all(|(name, _)| *name != room.name.to_string()) {
                names.push((room.name.to_string(), room.topic.clone()));
            }
        }
        let fits = fitting(word, &names, |(name, _)| name.as_str());
        fits.into_iter().map(|(name, topic)| Proposal { text: format!("#{name}"), note: topic.clone() }).collect()
    })
}

fn emoji(session: Session, word: &str) -> Vec<Proposal> {
    session.want_emoji();
    session.emoji.with_untracked(|book| {
        let found = book.search(word).into_iter().take(crate::state::completion::MOST);
        found.map(|emoji| Proposal { text: emoji.text.clone(), note: format!(":{}:", emoji.name()) }).collect()
    })
}

/// The option's own name for itself, for `aria-activedescendant`.
#[must_use]
pub fn chosen_id(proposals: &Proposals) -> Option<String> {
    (!proposals.is_empty()).then(|| option_id(proposals.chosen))
}

fn option_id(place: usize) -> String {
    format!("{LIST_ID}-{place}")
}

/// The list, above the field it belongs to.
#[component]
pub fn ProposalList(
    /// What is proposed.
    proposals: RwSignal<Proposals>,
    /// What is being written.
    text: RwSignal<String>,
    /// Takes the text as it is after a proposal was clicked, and where the cursor goes.
    accept: Callback<(String, u32)>,
) -> impl IntoView {
    let option = move |place: usize, proposal: Proposal, chosen: usize| {
        let take = move |event: leptos::ev::MouseEvent| {
            // The field keeps the focus.
            event.prevent_default();
            let taken = proposals.with_untracked(|all| text.with_untracked(|text| all.accept_at(place, text)));
            if let Some(taken) = taken {
                accept.run(taken);
            }
        };
        view! {
            <li class="proposal" id=option_id(place) role="option" aria-selected=(place == chosen).to_string() on:mousedown=take>
                <span class="proposal-text">{proposal.text}</span>
                <span class="proposal-note">{proposal.note}</span>
            </li>
        }
    };
    view! {
        <ul class="proposals" id=LIST_ID role="listbox" aria-label=words().writing.proposals hidden=move || proposals.with(Proposals::is_empty)>
            {move || {
                let all = proposals.get();
                let chosen = all.chosen;
                (0..).zip(all.items).map(|(place, proposal)| option(place, proposal, chosen)).collect_view()
            }}
        </ul>
    }
}
