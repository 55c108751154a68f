//! The random chat: two strangers, drawn by lot.
//!
//! Accessible names: heading "Random chat"; buttons "Find somebody", "Stop looking", "Next", "Leave",
//! "Report or block".

use leptos::prelude::*;
use shared::{ClientMessage, RoomId, Stranger};

use super::icon::{Drawing, Icon};
use super::pane::PaneHead;
use super::report::ReportButton;
use super::talk::Talk;
use super::title::Title;
use crate::session::Session;
use crate::words::words;

/// Where one stands, and the talk with the other.
#[component]
pub fn RandomChat() -> impl IntoView {
    let session = expect_context::<Session>();
    // A partner's coming and going is news; that he is away for a moment does not begin a new talk.
    let standing = Memo::new(move |_| match session.stranger.get() {
        Stranger::Idle {} => Standing::Idle,
        Stranger::Waiting { waiting, partner_left, .. } => Standing::Waiting { waiting, partner_left },
        Stranger::Matched { room, .. } => Standing::Matched(room),
    });
    view! {
        <Title text=words().places.random />
        {move || match standing.get() {
            Standing::Idle => view! { <Idle /> }.into_any(),
            Standing::Waiting { waiting, partner_left } => view! { <Waiting waiting partner_left /> }.into_any(),
            Standing::Matched(room) => view! { <Matched room /> }.into_any(),
        }}
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Standing {
    Idle,
    Waiting { waiting: u32, partner_left: bool },
    Matched(RoomId),
}

#[component]
fn Idle() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <PaneHead title=words().places.random />
        <div class="pane-empty">
            <span class="pane-sign">
                <Drawing icon=Icon::Shuffle />
            </span>
            <h2>{words().stranger.invitation}</h2>
            <p>{words().stranger.what_is_kept}</p>
            <button
                class="button button-primary"
                type="button"
                on:click=move |_| session.stranger_step(ClientMessage::FindStranger {})
            >
                {words().stranger.find}
            </button>
        </div>
    }
}

#[component]
fn Waiting(waiting: u32, partner_left: bool) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <PaneHead title=words().places.random />
        <div class="pane-empty">
            <span class="searching" aria-hidden="true">
                <span></span>
                <span></span>
                <span></span>
            </span>
            <div role="status">
                <h2>{if partner_left { words().stranger.other_left } else { words().stranger.looking }}</h2>
                <p>
                    {partner_left.then(|| format!("{} ", words().stranger.looking_again))}
                    {if waiting == 1 { words().stranger.only_one.to_owned() } else { words().stranger.waiting.of(waiting) }}
                </p>
            </div>
            <button class="button" type="button" on:click=move |_| session.stranger_step(ClientMessage::LeaveStranger {})>
                {words().stranger.stop}
            </button>
        </div>
    }
}

#[component]
fn Matched(room: RoomId) -> impl IntoView {
    let session = expect_context::<Session>();
    let partner = Memo::new(move |_| match session.stranger.get() {
        Stranger::Matched { with, away, .. } => (with.map(|name| name.to_string()), away),
        Stranger::Idle {} | Stranger::Waiting { .. } => (None, false),
    });
    let title = Signal::derive(move || partner.get().0.unwrap_or_else(|| words().stranger.somebody.to_owned()));
    let note = move || if partner.get().1 { words().stranger.away } else { words().stranger.a_stranger }.to_owned();
    Effect::new(move |_| session.act(|state| state.open(room, None)));
    on_cleanup(move || close(session, room));
    view! {
        <PaneHead title note=Signal::derive(note)>
            <div class="pane-actions">
                <ReportButton room />
                <button class="button" type="button" on:click=move |_| session.stranger_step(ClientMessage::NextStranger {})>
                    {words().stranger.next}
                </button>
                <button class="button" type="button" on:click=move |_| session.stranger_step(ClientMessage::LeaveStranger {})>
                    {words().stranger.leave}
                </button>
            </div>
        </PaneHead>
        <Talk room title at=Signal::stored(None) />
    }
}

/// The conversation leaves the screen, unless another has taken its place already.
pub(crate) fn close(session: Session, room: RoomId) {
    session.try_act(|state| if state.open_room() == Some(room) { state.close() } else { Vec::new() });
}
