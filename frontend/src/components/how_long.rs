//! For how long a ban or a silence holds, to choose from.
//!
//! Accessible names: choice "For how long".

use leptos::prelude::*;

use crate::session::now;
use crate::state::clock;
use crate::words::words;

/// What is offered: in milliseconds, and last until it is taken back.
const SPANS: [Option<i64>; 4] = [Some(clock::DAY / 24), Some(clock::DAY), Some(7 * clock::DAY), None];

/// How long, as it is chosen now.
#[derive(Clone, Copy)]
pub struct Span(RwSignal<Option<i64>>);

impl Span {
    /// The shortest that is offered.
    pub fn shortest() -> Self {
        Self(RwSignal::new(SPANS[0]))
    }

    /// When it ends that begins now: UTC, RFC 3339. Nothing: when it is taken back.
    pub fn end(self) -> Option<String> {
        self.0.get_untracked().map(|span| clock::rfc3339(now() + span))
    }
}

/// The choice.
#[component]
pub fn HowLong(
    /// What is chosen.
    span: Span,
) -> impl IntoView {
    let text = &words().order;
    let names = [text.an_hour, text.a_day, text.a_week, text.until_taken_back];
    let option = |(place, name): (usize, &'static str)| view! { <option value=place.to_string()>{name}</option> };
    let choose = move |value: String| {
        if let Some(chosen) = value.parse().ok().and_then(|place: usize| SPANS.get(place)).copied() {
            span.0.set(chosen);
        }
    };
    view! {
        <label class="field">
            <span>{text.how_long}</span>
            <select class="input" on:change=move |event| choose(event_target_value(&event))>
                {(0..).zip(names).map(option).collect_view()}
            </select>
        </label>
    }
}
