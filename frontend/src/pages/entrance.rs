//! Who is there? Nobody yet: the sign-in page. Somebody: the chat.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};
use shared::Account;

use super::{NotFound, SignIn, splash};
use crate::parts::{self, chat_later};
use crate::server_api::{ApiError, who_am_i};
use crate::state::address::Place;
use crate::words::words;

/// Who sits in front of this browser, as far as the server knows; a context below [`Entrance`].
#[derive(Clone, Copy)]
pub struct Visitor {
    account: RwSignal<Option<Account>>,
    reason: RwSignal<Option<String>>,
}

impl Visitor {
    fn new() -> Self {
        Self { account: RwSignal::new(None), reason: RwSignal::new(None) }
    }

    /// Somebody signed in.
    pub fn signed_in(self, account: Account) {
        // The page may be gone already, and with it these signals.
        let _ = self.reason.try_set(None);
        let _ = self.account.try_set(Some(account));
    }

    /// Nobody is signed in any more; the sign-in page shows the reason where there is one.
    pub fn signed_out(self, reason: Option<String>) {
        let _ = self.reason.try_set(reason);
        let _ = self.account.try_set(None);
    }

    fn is_nobody(self) -> bool {
        self.account.try_with_untracked(Option::is_none) == Some(true)
    }

    /// Why the visitor has to sign in again.
    #[must_use]
    pub fn reason(self) -> Option<String> {
        self.reason.get()
    }
}

/// Asks the server who is there and shows the page for that, unless the address leads nowhere.
#[component]
pub fn Entrance() -> impl IntoView {
    let pathname = use_location().pathname;
    arrive_at_once(pathname);
    let nowhere = Memo::new(move |_| Place::parse(&pathname.get()).is_none());
    move || if nowhere.get() { view! { <NotFound /> }.into_any() } else { view! { <WhoIsThere /> }.into_any() }
}

/// A link has led on as soon as the address is another one; there are no routes whose pages would have to be fetched first.
fn arrive_at_once(pathname: Memo<String>) {
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        pathname.track();
        browser.iter().for_each(LocationProvider::ready_to_complete);
    });
}

/// What is known of who is there.
#[derive(Clone)]
enum Seen {
    /// The server has not answered yet; the splash of `index.html` is there.
    Nothing,
    /// The [`Visitor`].
    Visitor,
    /// The server does not answer.
    NoServer(ApiError),
}

#[component]
fn WhoIsThere() -> impl IntoView {
    let visitor = Visitor::new();
    provide_context(visitor);
    let seen = RwSignal::new(Seen::Nothing);
    let ask = move || spawn_local(async move { take_answer(visitor, seen, who_am_i().await) });
    Effect::new(move |_| {
        if remembered() {
            parts::expect_chat();
        } else {
            // Most likely nobody: the way in need not wait for the answer.
            seen.set(Seen::Visitor);
        }
        ask();
    });
    move || match seen.get() {
        Seen::Nothing => ().into_any(),
        Seen::Visitor => view! { <Inside visitor /> }.into_any(),
        Seen::NoServer(error) => view! { <Unreachable error again=Callback::new(move |()| ask()) /> }.into_any(),
    }
}

/// Takes what the server said of who is there. It may come late: whoever has signed in by then stays, and whoever is about to
/// is not disturbed where the server failed, which sending the form will say.
fn take_answer(visitor: Visitor, seen: RwSignal<Seen>, answer: Result<Option<Account>, ApiError>) {
    let found = match answer {
        Ok(account) => {
            if let Some(account) = account.filter(|_| visitor.is_nobody()) {
                visitor.signed_in(account);
            }
            Seen::Visitor
        }
        Err(error) => Seen::NoServer(error),
    };
    if !matches!(seen.try_get_untracked(), Some(Seen::Visitor)) {
        let _ = seen.try_set(found);
    }
}

#[component]
fn Inside(visitor: Visitor) -> impl IntoView {
    Effect::new(move |_| remember(visitor.account.with(Option::is_some)));
    move || match visitor.account.get() {
        Some(account) => chat_later(account),
        None => view! { <SignIn /> }.into_any(),
    }
}

/// The server could not even say who is there.
#[component]
fn Unreachable(error: ApiError, again: Callback<()>) -> impl IntoView {
    Effect::new(|_| drop(splash::take_away()));
    view! {
        <main class="front">
            <div class="front-card">
                <h1>{words().front.unreachable}</h1>
                <p>{error.told()}</p>
                <button class="button button-primary" type="button" on:click=move |_| again.run(())>
                    {words().general.try_again}
                </button>
            </div>
        </main>
    }
}

/// Where it is kept that somebody is signed in here. `index.html` looks there too.
const KEY: &str = "confab.known";

/// Whether somebody was signed in here at the last visit.
fn remembered() -> bool {
    window()
        .local_storage()
        .ok()
        .flatten()
        .is_some_and(|storage| storage.get_item(KEY).is_ok_and(|kept| kept.is_some()))
}

/// Keeps whether somebody is signed in here, so that the next visit is painted as what it will be.
fn remember(known: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Where it cannot be kept the next visit begins with the mark.
        let _ = if known { storage.set_item(KEY, "true") } else { storage.remove_item(KEY) };
    }
}
