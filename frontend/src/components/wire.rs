//! The wire: the native frames as they pass, and how a message reads in every other dialect.
//!
//! Accessible names: region "Wire"; field "Filter frames"; buttons "Pause", "Go on", "Clear", "Copy all", "Close the
//! wire"; list "Frames"; field "Number of the message" with a button "Show in every dialect"; list "Readings".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{RoomId, Seq};

use super::copy::{CopyButton, Copyable};
use super::field::Field;
use super::icon::{Drawing, Icon};
use crate::http_api::{Reading, readings};
use crate::session::{Session, shown_clock};
use crate::state::wire::{Direction, Frame};
use crate::words::words;

/// Whether the wire is open; one choice for all conversations, a context of the chat.
#[derive(Clone, Copy)]
pub struct WireOpen(pub RwSignal<bool>);

/// The panel.
#[component]
pub fn WirePanel(
    /// The conversation beside it.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let WireOpen(open) = expect_context();
    let filter = RwSignal::new(String::new());
    let paused = RwSignal::new(None::<Vec<Frame>>);
    let frames = Memo::new(move |_| match paused.get() {
        Some(frames) => frames,
        None => session.with_wire(|wire| wire.matching(&filter.get())),
    });
    let pause = move |_| {
        let now = session.peek_wire(|wire| wire.matching(&filter.get_untracked()));
        paused.update(|paused| *paused = if paused.is_some() { None } else { Some(now) });
    };
    let all = move || {
        let lines = frames.get_untracked().into_iter().map(|frame| format!("{} {}", sign(frame.direction), frame.text));
        lines.collect::<Vec<_>>().join("\n")
    };
    view! {
        <section
            class="wire"
            aria-label=words().wire.title
            on:keydown=move |event| if event.key() == "Escape" { open.set(false) }
        >
            <header class="wire-head">
                <h2>{words().wire.title}</h2>
                <button class="icon-button" type="button" aria-label=words().wire.close on:click=move |_| open.set(false)>
                    <Drawing icon=Icon::Close />
                </button>
            </header>
            <div class="wire-tools">
                <Field label=words().wire.filter kind="search" value=filter error=RwSignal::new(None) />
                <button class="button button-small" type="button" on:click=pause>
                    {move || if paused.with(Option::is_some) { words().wire.go_on } else { words().wire.pause }}
                </button>
                <button class="button button-small" type="button" on:click=move |_| session.clear_wire()>
                    {words().wire.clear}
                </button>
                <CopyButton label=words().wire.copy_all text=Callback::new(move |()| all()) />
            </div>
            <ol class="wire-frames" role="list" aria-label=words().wire.frames tabindex="0">
                <For each=move || frames.get().into_iter().rev() key=|frame| frame.number let(frame)>
                    {line(frame)}
                </For>
            </ol>
            <Readings room />
        </section>
    }
}

fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "→",
        Direction::Received => "←",
    }
}

fn line(frame: Frame) -> impl IntoView {
    let way = match frame.direction {
        Direction::Sent => words().wire.sent,
        Direction::Received => words().wire.received,
    };
    view! {
        <li class="wire-frame">
            <span class="wire-way" title=way aria-label=way role="img">
                {sign(frame.direction)}
            </span>
            <time>{shown_clock(frame.at)}</time>
            <strong>{frame.kind().to_owned()}</strong>
            <code>{frame.text}</code>
        </li>
    }
}

/// A message as every dialect says it.
#[component]
fn Readings(room: RoomId) -> impl IntoView {
    let session = expect_context::<Session>();
    let latest = session.peek(|state| state.rooms().get(room).map_or(0, |room| room.last_seq.0));
    let number = RwSignal::new(latest.to_string());
    let error = RwSignal::new(None);
    let found = RwSignal::new(Vec::<Reading>::new());
    let show = move || {
        error.set(None);
        let Ok(seq) = number.get_untracked().trim().parse().map(Seq) else {
            error.set(Some(words().wire.no_number.to_owned()));
            return;
        };
        spawn_local(async move {
            match readings(room, seq).await {
                Ok(all) => {
                    let _ = found.try_set(all);
                }
                Err(refusal) => {
                    let _ = error.try_set(Some(refusal.told()));
                }
            }
        });
    };
    view! {
        <form
            class="wire-tools"
            on:submit=move |event| {
                event.prevent_default();
                show();
            }
        >
            <Field label=words().wire.number value=number error />
            <button class="button button-small" type="submit">
                {words().wire.show}
            </button>
        </form>
        <ul class="wire-readings" role="list" aria-label=words().wire.readings>
            {move || found.get().into_iter().map(reading).collect_view()}
        </ul>
    }
}

fn reading(reading: Reading) -> impl IntoView {
    view! {
        <li>
            <h3>{reading.title}</h3>
            {match reading.frame {
                Some(frame) => view! { <Copyable text=frame /> }.into_any(),
                None => view! { <p class="fine">{words().wire.cannot}</p> }.into_any(),
            }}
        </li>
    }
}
