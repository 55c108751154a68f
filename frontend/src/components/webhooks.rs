//! A room's webhooks, for its owner: addresses by which programs speak in it, and addresses that are told what is
//! said in it.
//!
//! Accessible names: dialog "Webhooks of <room>"; fields "Name it speaks under", "Address to tell"; buttons "Make an
//! address", "Tell it", "Delete <name>", "Go on with <address>"; lists "Incoming", "Outgoing".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::RoomId;

use super::copy::Copyable;
use super::dialog::Dialog;
use super::field::Field;
use crate::http_api::{
    IncomingHook, MadeHook, OutgoingHook, Webhooks, delete_hook, make_incoming, make_outgoing, resume_hook, webhooks,
};
use crate::session::{Session, shown_time};
use crate::words::words;

/// The dialog.
#[component]
pub fn WebhooksDialog(
    /// The room.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog title=Signal::derive(move || words().hooks.title.with([&title.get()])) open>
            <Hooks room />
        </Dialog>
    }
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Shelf {
    room: RoomId,
    session: Session,
    all: RwSignal<Webhooks>,
}

impl Shelf {
    fn load(self) {
        spawn_local(async move {
            match webhooks(self.room).await {
                Ok(found) => {
                    let _ = self.all.try_set(found);
                }
                Err(refusal) => self.session.notice(refusal.told()),
            }
        });
    }

    fn delete(self, id: String) {
        spawn_local(async move {
            match delete_hook(self.room, &id).await {
                Ok(()) => self.load(),
                Err(refusal) => self.session.notice(refusal.told()),
            }
        });
    }

    fn resume(self, id: String) {
        spawn_local(async move {
            match resume_hook(self.room, &id).await {
                Ok(()) => self.load(),
                Err(refusal) => self.session.notice(refusal.told()),
            }
        });
    }
}

/// What is in the dialog.
#[component]
pub fn Hooks(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let shelf = Shelf { room, session, all: RwSignal::new(Webhooks::default()) };
    Effect::new(move |_| shelf.load());
    view! {
        <div class="stack">
            <Incoming shelf />
            <Outgoing shelf />
        </div>
    }
}

/// Programs that speak in the room.
#[component]
fn Incoming(shelf: Shelf) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let made = RwSignal::new(None::<MadeHook>);
    let make = move || {
        error.set(None);
        let wanted = name.get_untracked().trim().to_owned();
        spawn_local(async move {
            match make_incoming(shelf.room, &wanted).await {
                Ok(hook) => {
                    name.set(String::new());
                    made.set(Some(hook));
                    shelf.load();
                }
                Err(refusal) => error.set(Some(refusal.told())),
            }
        });
    };
    view! {
        <section class="stack" aria-labelledby="hooks-in">
            <h3 id="hooks-in">{words().hooks.incoming}</h3>
            <p class="fine">{words().hooks.incoming_mean}</p>
            <form
                class="inline-form"
                on:submit=move |event| {
                    event.prevent_default();
                    make();
                }
            >
                <Field label=words().hooks.name value=name error />
                <button class="button" type="submit">
                    {words().hooks.make}
                </button>
            </form>
            <div role="status">{move || made.get().map(|hook| view! { <NewAddress url=hook.url /> })}</div>
            <ul class="listing" role="list" aria-labelledby="hooks-in">
                {move || shelf.all.get().incoming.into_iter().map(|hook| incoming_line(hook, shelf)).collect_view()}
            </ul>
        </section>
    }
}

/// An address that is told once, with a line that uses it.
#[component]
fn NewAddress(url: String) -> impl IntoView {
    let curl = format!("curl {url} --json '{{\"text\":\"{}\"}}'", words().hooks.sample);
    view! {
        <div class="panel stack">
            <p>{words().hooks.once}</p>
            <Copyable text=curl />
        </div>
    }
}

fn incoming_line(hook: IncomingHook, shelf: Shelf) -> impl IntoView {
    let used = match &hook.used_at {
        Some(used) => words().settings.last_used.with([&shown_time(used)]),
        None => words().settings.never_used.to_owned(),
    };
    let label = words().rooms.delete.with([&hook.name]);
    let id = hook.id;
    view! {
        <li class="listing-line">
        <div class="listing-what">
            <strong>{hook.name}</strong>
            <span class="fine">{used}</span>
        </div>
        <button
            class="button button-small button-bad"
            type="button"
            aria-label=label
            on:click=move |_| shelf.delete(id.clone())
        >
            {words().hooks.delete}
        </button>
        </li>
    }
}

/// Programs that are told what is said.
#[component]
fn Outgoing(shelf: Shelf) -> impl IntoView {
    let url = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let made = RwSignal::new(None::<MadeHook>);
    let make = move || {
        error.set(None);
        let wanted = url.get_untracked().trim().to_owned();
        spawn_local(async move {
            match make_outgoing(shelf.room, &wanted).await {
                Ok(hook) => {
                    url.set(String::new());
                    made.set(Some(hook));
                    shelf.load();
                }
                Err(refusal) => error.set(Some(refusal.told())),
            }
        });
    };
    let secret = move || made.get().and_then(|hook| hook.secret);
    view! {
        <section class="stack" aria-labelledby="hooks-out">
            <h3 id="hooks-out">{words().hooks.outgoing}</h3>
            <p class="fine">{words().hooks.outgoing_mean}</p>
            <form
                class="inline-form"
                on:submit=move |event| {
                    event.prevent_default();
                    make();
                }
            >
                <Field label=words().hooks.url kind="url" value=url error />
                <button class="button" type="submit">
                    {words().hooks.tell}
                </button>
            </form>
            <div role="status">
                {move || {
                    secret()
                        .map(|secret| {
                            view! {
                                <div class="panel stack">
                                    <p>{words().hooks.secret_once}</p>
                                    <Copyable text=secret />
                                </div>
                            }
                        })
                }}
            </div>
            <ul class="listing" role="list" aria-labelledby="hooks-out">
                {move || shelf.all.get().outgoing.into_iter().map(|hook| outgoing_line(hook, shelf)).collect_view()}
            </ul>
        </section>
    }
}

fn outgoing_line(hook: OutgoingHook, shelf: Shelf) -> impl IntoView {
    let state = match hook.state.as_str() {
        "active" => words().hooks.active,
        "disabled" => words().hooks.disabled,
        _ => words().hooks.failing,
    };
    let disabled = hook.state == "disabled";
    let (delete_label, resume_label) =
        (words().rooms.delete.with([&hook.url]), words().hooks.resume_one.with([&hook.url]));
    let (id, again) = (hook.id.clone(), hook.id);
    view! {
        <li class="listing-line">
        <div class="listing-what">
            <strong>{hook.url}</strong>
            <span class="fine">{state}</span>
            <span class="fine">{hook.reason}</span>
        </div>
        {disabled
            .then(|| {
                view! {
                    <button
                        class="button button-small"
                        type="button"
                        aria-label=resume_label
                        on:click=move |_| shelf.resume(again.clone())
                    >
                        {words().hooks.resume}
                    </button>
                }
            })}
        <button
            class="button button-small button-bad"
            type="button"
            aria-label=delete_label
            on:click=move |_| shelf.delete(id.clone())
        >
            {words().hooks.delete}
        </button>
        </li>
    }
}
