//! The page of those who administer the server: what was reported, who is kept out, and what was done.
//!
//! Accessible names: heading "Administration"; regions "Reports", "Kept out of the server", "What was done"; choice
//! "What to keep out", field "Username to keep out" or "Network to keep out", choice "For how long", field "Why", button
//! "Keep out"; buttons "Dealt with", "Lift: <name>".

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::field::Field;
use super::how_long::{HowLong, Span};
use super::pane::PaneHead;
use super::title::Title;
use crate::admin_api::{Attached, Ban, Deed, Report, Whom, audit, ban, bans, lift, reports, resolve};
use crate::server_api::ApiError;
use crate::session::{Session, shown_time};
use crate::state::address::Place;
use crate::words::words;

/// What the page shows, read anew after each deed.
#[derive(Clone, Copy)]
struct Desk {
    session: Session,
    reports: RwSignal<Option<Vec<Report>>>,
    bans: RwSignal<Option<Vec<Ban>>>,
    deeds: RwSignal<Option<Vec<Deed>>>,
    refused: RwSignal<Option<String>>,
}

impl Desk {
    fn new(session: Session) -> Self {
        let refused = RwSignal::new(None);
        Self { session, reports: RwSignal::new(None), bans: RwSignal::new(None), deeds: RwSignal::new(None), refused }
    }

    fn load(self) {
        spawn_local(async move {
            fill(self.reports, reports().await, self.refused);
            fill(self.bans, bans().await, self.refused);
            fill(self.deeds, audit().await, self.refused);
        });
    }

    /// Does something and looks again.
    fn after(self, deed: impl Future<Output = Result<(), ApiError>> + 'static) {
        spawn_local(async move {
            match deed.await {
                Ok(()) => self.load(),
                Err(refusal) => self.session.notice(refusal.told()),
            }
        });
    }
}

fn fill<T: Send + Sync + 'static>(
    place: RwSignal<Option<Vec<T>>>,
    answer: Result<Vec<T>, ApiError>,
    refused: RwSignal<Option<String>>,
) {
    // Where the page is gone, so are its signals.
    match answer {
        Ok(found) => drop(place.try_set(Some(found))),
        Err(refusal) => drop(refused.try_set(Some(refusal.told()))),
    }
}

/// The page.
#[component]
pub fn Admin() -> impl IntoView {
    let desk = Desk::new(expect_context::<Session>());
    Effect::new(move |_| desk.load());
    let text = &words().admin;
    view! {
        <Title text=text.title />
        <PaneHead title=text.title />
        <div class="pane-scroll settings">
            {move || desk.refused.get().map(|why| view! { <p class="callout callout-bad" role="alert">{why}</p> })}
            <Shelf id="reports" title=text.reports found=desk.reports line=move |one| report(one, desk) />
            <KeptOut desk />
            <Shelf id="deeds" title=text.deeds found=desk.deeds line=deed />
        </div>
    }
}

/// A part of the page: a list under its heading.
#[component]
fn Shelf<T: Clone + Send + Sync + 'static>(
    id: &'static str,
    title: &'static str,
    found: RwSignal<Option<Vec<T>>>,
    line: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> impl IntoView {
    view! {
        <section class="settings-part" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {move || match found.get() {
                None => view! { <p class="fine" role="status">{words().general.loading}</p> }.into_any(),
                Some(none) if none.is_empty() => view! { <p class="fine">{words().admin.nothing}</p> }.into_any(),
                Some(found) => {
                    view! {
                        <ul class="listing" role="list" aria-labelledby=id>
                            {found.into_iter().map(line).collect_view()}
                        </ul>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// Who is kept out, and keeping somebody else out.
#[component]
fn KeptOut(desk: Desk) -> impl IntoView {
    let whom = RwSignal::new(Whom::User);
    let name = RwSignal::new(String::new());
    let span = Span::shortest();
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let no_error = RwSignal::new(None);
    let keep_out = move || {
        error.set(None);
        let (named, why) = (name.get_untracked().trim().to_owned(), reason.get_untracked().trim().to_owned());
        let (whom, until) = (whom.get_untracked(), span.end());
        spawn_local(async move {
            match ban(whom, &named, until, &why).await {
                Ok(()) => {
                    // Where the page is gone, so are its fields.
                    let _ = name.try_set(String::new());
                    let _ = reason.try_set(String::new());
                    desk.load();
                }
                Err(refusal) => drop(error.try_set(Some(refusal.told()))),
            }
        });
    };
    view! {
        <Shelf id="kept-out" title=words().admin.kept_out found=desk.bans line=move |one| kept_out(one, desk) />
        <form
            class="settings-part stack"
            on:submit=move |event| {
                event.prevent_default();
                keep_out();
            }
        >
            <WhomToKeepOut whom name error />
            <HowLong span />
            <Field label=words().order.why value=reason error=no_error />
            <button class="button button-bad" type="submit">
                {words().admin.keep_out}
            </button>
        </form>
    }
}

/// A user or a network.
#[component]
fn WhomToKeepOut(whom: RwSignal<Whom>, name: RwSignal<String>, error: RwSignal<Option<String>>) -> impl IntoView {
    const NETWORK: &str = "network";
    let text = &words().admin;
    let choose = move |value: String| {
        error.set(None);
        whom.set(if value == NETWORK { Whom::Network } else { Whom::User });
    };
    view! {
        <label class="field">
            <span>{text.what}</span>
            <select class="input" on:change=move |event| choose(event_target_value(&event))>
                <option value="user">{text.a_user}</option>
                <option value=NETWORK>{text.a_network}</option>
            </select>
        </label>
        {move || match whom.get() {
            Whom::User => view! { <Field label=text.whom value=name error /> }.into_any(),
            Whom::Network => view! { <Field label=text.network value=name error hint=text.network_hint /> }.into_any(),
        }}
    }
}

fn report(one: Report, desk: Desk) -> AnyView {
    let text = &words().admin;
    let head = text.reported.with([&one.reporter, &one.reported]);
    let id = one.id;
    let state = one.resolved.map(|resolved| text.resolved_by.with([&resolved.by, &shown_time(&resolved.at)]));
    let open = state.is_none();
    view! {
        <li class="listing-line">
            <div class="listing-what">
                <strong>{head}</strong>
                <span class="fine">{shown_time(&one.time)}</span>
                {(!one.note.is_empty()).then(|| view! { <p>{one.note}</p> })}
                {one.messages.into_iter().map(attached).collect_view()}
                <span class="fine">{state}</span>
            </div>
            {open
                .then(|| {
                    view! {
                        <button class="button button-small" type="button" on:click=move |_| desk.after(resolve(id))>
                            {text.dealt_with}
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}

fn attached(message: Attached) -> AnyView {
    let quoted = view! {
        <blockquote class="admin-quote">
            <strong>{message.from}</strong>
            " "
            {message.body}
        </blockquote>
    };
    match message.room.zip(message.seq) {
        Some((room, seq)) if !room.is_pair() => {
            view! { {quoted} <a href=Place::Message(room, seq).path()>{words().admin.to_message}</a> }.into_any()
        }
        _ => quoted.into_any(),
    }
}

fn kept_out(one: Ban, desk: Desk) -> AnyView {
    let text = words();
    let whom = one.user.or(one.network).unwrap_or_default();
    let until = one.until.as_deref().map(|until| text.settings.valid_until.with([&shown_time(until)]));
    let why = one.reason.map(|reason| text.order.because.with([&reason]));
    let facts = [Some(shown_time(&one.since)), until, why].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let id = one.id;
    view! {
        <li class="listing-line">
            <div class="listing-what">
                <strong>{whom.clone()}</strong>
                <span class="fine">{facts}</span>
            </div>
            <button
                class="button button-small"
                type="button"
                aria-label=text.order.lift_one.with([&whom])
                on:click=move |_| desk.after(lift(id))
            >
                {text.order.lift}
            </button>
        </li>
    }
    .into_any()
}

fn deed(one: Deed) -> AnyView {
    let room = one.room.map(|room| format!("#{}", room.trim_start_matches('#')));
    let by = one.by.unwrap_or_else(|| words().admin.operator.to_owned());
    let facts = [Some(shown_time(&one.time)), one.whom, room, one.note.filter(|note| !note.is_empty())];
    view! {
        <li class="listing-line">
            <div class="listing-what">
                <span>
                    <strong>{by}</strong>
                    " "
                    <code>{one.act}</code>
                </span>
                <span class="fine">{facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span>
            </div>
        </li>
    }
    .into_any()
}
