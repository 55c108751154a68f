//! Who is there? Nobody yet: the sign-in page. Somebody: the chat.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};
use shared::Account;

use super::{NotFound, SignIn};
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
    fn new(account: Option<Account>) -> Self {
        Self { account: RwSignal::new(account), reason: RwSignal::new(None) }
    }

    /// Somebody signed in.
    pub fn signed_in(self, account: Account) {
        self.reason.set(None);
        self.account.set(Some(account));
    }

    /// Nobody is signed in any more; the sign-in page shows the reason where there is one.
    pub fn signed_out(self, reason: Option<String>) {
        // The page may be gone already, and with it these signals.
        let _ = self.reason.try_set(reason);
        let _ = self.account.try_set(None);
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

#[component]
fn WhoIsThere() -> impl IntoView {
    let known = Resource::new(|| (), |()| who_am_i());
    Effect::new(|_| {
        if remembered() {
            parts::expect_chat();
        }
    });
    view! {
        // Until it is known, the splash of `index.html` is there.
        <Suspense>
            {move || Suspend::new(async move {
                match known.await {
                    Ok(account) => view! { <Inside account /> }.into_any(),
                    Err(error) => view! { <Unreachable error again=Callback::new(move |()| known.refetch()) /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Inside(account: Option<Account>) -> impl IntoView {
    let visitor = Visitor::new(account);
    provide_context(visitor);
    Effect::new(move |_| remember(visitor.account.with(Option::is_some)));
    move || match visitor.account.get() {
        Some(account) => chat_later(account),
        None => view! { <SignIn /> }.into_any(),
    }
}

/// The server could not even say who is there.
#[component]
fn Unreachable(error: ApiError, again: Callback<()>) -> impl IntoView {
    Effect::new(|_| mark_ready());
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

/// Takes the splash away, and tells whoever waits for it that the page can be used.
pub(crate) fn mark_ready() {
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
    }
    if let Some(body) = document().body() {
        // An attribute for tests and measurements; nothing depends on it.
        let _ = body.set_attribute("data-ready", "true");
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
