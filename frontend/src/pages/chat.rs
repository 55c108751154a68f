//! The chat: the conversations at the side, one of them on the screen.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::{Account, Seq};

use super::Visitor;
use super::splash;
use crate::components::announcer::Announcer;
use crate::components::banner::Banner;
use crate::components::conversation::{Conversation, MembersOpen};
use crate::components::finding::{Finding, Panels};
use crate::components::logo::Logo;
use crate::components::notices::Notices;
use crate::components::sidebar::Sidebar;
use crate::components::title::{PageTitle, Title};
use crate::components::wire::WireOpen;
use crate::parts::{self, Rest, page_later};
use crate::session::{Connection, Session};
use crate::state::address::Place;
use crate::words::words;

/// Where in the chat one is, as the address says; a context of the chat.
#[derive(Clone, Copy)]
pub struct CurrentPlace(Memo<Option<Place>>);

impl CurrentPlace {
    /// For `aria-current`: whether one is there.
    pub fn is(place: Place) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
        let current = expect_context::<Self>().0;
        move || current.with(|current| current.as_ref() == Some(&place)).then_some("page")
    }
}

/// The chat of somebody who is signed in.
#[component]
pub fn ChatPage(
    /// Who it is.
    account: Account,
) -> impl IntoView {
    let visitor = expect_context::<Visitor>();
    let session = Session::new(account, Callback::new(move |reason| visitor.signed_out(Some(reason))));
    provide_context(session);
    let pathname = use_location().pathname;
    let place = Memo::new(move |_| Place::parse(&pathname.get()));
    let shown = Memo::new(move |_| place.get().map(Place::whole));
    provide_context(CurrentPlace(shown));
    let at = Signal::derive(move || match place.get() {
        Some(Place::Message(_, seq)) => Some(seq),
        _ => None,
    });
    let members_open = RwSignal::new(false);
    provide_context(MembersOpen(members_open));
    provide_context(WireOpen(RwSignal::new(false)));
    count_in_title(session);
    provide_context(Panels::closed());
    Effect::new(move |_| {
        session.connect();
        members_open.set(matches_media("(min-width: 75rem)"));
        splash::take_away();
        request_idle_callback(parts::expect_rest);
    });
    land(session, shown);
    pay_attention(session);
    switch_by_key(session, shown);
    keep_focus(shown);
    let listing = move || place.get() == Some(Place::Home);
    view! {
        <div class="chat" data-view=move || if listing() { "list" } else { "conversation" }>
            <Banner />
            <Sidebar />
            <main class="pane" tabindex="-1">{move || place_view(shown.get(), at)}</main>
            <Notices />
            <Finding />
            <Announcer />
        </div>
    }
}

fn place_view(place: Option<Place>, at: Signal<Option<Seq>>) -> AnyView {
    match place {
        Some(Place::Home) => view! { <Nothing /> }.into_any(),
        Some(Place::Room(room) | Place::Message(room, _)) => view! { <Conversation room at /> }.into_any(),
        Some(Place::Named(name)) => page_later(Rest::ByName(name)),
        Some(Place::Direct(user)) => page_later(Rest::WithSomebody(user)),
        Some(Place::Random) => page_later(Rest::RandomChat),
        Some(Place::Browse) => page_later(Rest::Browse),
        Some(Place::Settings) => page_later(Rest::Settings),
        Some(Place::Admin) => page_later(Rest::Admin),
        // The entrance shows the page for it.
        None => ().into_any(),
    }
}

/// No conversation is open.
#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Title text="" />
        <div class="pane-empty">
            <Logo />
            <h1>{words().places.pick}</h1>
            <p>{words().places.pick_how}</p>
            <a class="button button-primary" href=Place::Browse.path()>
                {words().places.find_room}
            </a>
        </div>
    }
}

/// Brings a newcomer into the lobby and, where there is room beside the list, others to their latest conversation.
fn land(session: Session, place: Memo<Option<Place>>) {
    let navigate = use_navigate();
    let come = move |room| {
        if place.get_untracked() == Some(Place::Home) {
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&Place::Room(room).path(), replace);
        }
    };
    let come_back = come.clone();
    Effect::new(move |_| {
        if let Some(room) = session.landed.get() {
            come(room);
        }
    });
    Effect::new(move |arrived: Option<bool>| {
        let online = session.connection.get() == Connection::Online;
        if online
            && arrived != Some(true)
            && matches_media("(min-width: 48rem)")
            && let Some(room) = session.peek(|state| state.rooms().latest())
        {
            come_back(room);
        }
        online || arrived == Some(true)
    });
}

/// What is before the user's eyes is read: where the window is looked at and the end of the conversation is in it.
fn pay_attention(session: Session) {
    let looking = RwSignal::new(false);
    let look = move || {
        let looks = document().has_focus().unwrap_or_default() && !document().hidden();
        if looking.get_untracked() != looks {
            looking.set(looks);
        }
    };
    Effect::new(move |_| {
        look();
        let focus = window_event_listener(ev::focus, move |_| {
            look();
            session.hurry();
        });
        let blur = window_event_listener(ev::blur, move |_| look());
        let shown = window_event_listener(ev::visibilitychange, move |_| look());
        let online = window_event_listener(ev::online, move |_| session.hurry());
        let offline = window_event_listener(ev::offline, move |_| session.hurry());
        on_cleanup(move || {
            for listener in [focus, blur, shown, online, offline] {
                listener.remove();
            }
        });
    });
    Effect::new(move |_| {
        let attentive = looking.get() && session.at_end.get();
        session.act(|state| state.attend(attentive));
    });
}

/// Shows in the title how much is unread, where the user wants it.
fn count_in_title(session: Session) {
    let title = expect_context::<PageTitle>();
    Effect::new(move |_| {
        let wanted = session.preferences.with(|preferences| preferences.title);
        title.count(if wanted { session.unread.get() } else { 0 });
    });
    on_cleanup(move || title.count(0));
}

/// Alt with an arrow goes to the conversation above or below.
fn switch_by_key(session: Session, place: Memo<Option<Place>>) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let listener = window_event_listener(ev::keydown, move |event| {
            let step = match event.key().as_str() {
                "ArrowUp" if event.alt_key() => -1,
                "ArrowDown" if event.alt_key() => 1,
                _ => return,
            };
            let open = match place.get_untracked() {
                Some(Place::Room(room)) => Some(room),
                _ => None,
            };
            if let Some(room) = session.rooms.with_untracked(|rooms| rooms.beside(open, step)) {
                event.prevent_default();
                navigate(&Place::Room(room).path(), Default::default());
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Where a change of place takes away what had the focus, as on a narrow screen, the new place takes it over.
fn keep_focus(place: Memo<Option<Place>>) {
    Effect::new(move |before: Option<Option<Place>>| {
        let now = place.get();
        if before.is_some_and(|before| before != now) {
            let whole = if now == Some(Place::Home) { "[data-view=list] .sidebar" } else { "main" };
            request_animation_frame(move || {
                let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
                let taker = document().query_selector(whole).ok().flatten();
                if let Some(taker) = taker.filter(|_| lost).and_then(|taker| taker.dyn_into::<HtmlElement>().ok()) {
                    let _ = taker.focus();
                }
            });
        }
        now
    });
}

fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}
