//! Who is there? Nobody yet: the sign-in page. Somebody: the chat.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use shared::Account;

use super::{ChatPage, SignIn};
use crate::components::splash::Splash;
use crate::server_api::{ApiError, who_am_i};
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

/// Asks the server who is there and shows the page for that.
#[component]
pub fn Entrance() -> impl IntoView {
    let known = Resource::new(|| (), |()| who_am_i());
    view! {
        <Suspense fallback=Splash>
            {move || Suspend::new(async move {
                match known.await {
                    Ok(account) => view! { <Inside account /> }.into_any(),
                    Err(error) => view! { <Unreachable error again=Callback::new(move |()| known.refetch()) /> }.into_any(),
                }
            })}
        </Suspense>
        // Places draw nothing themselves, but the router finishes a change of place only when they are drawn.
        <Outlet />
    }
}

#[component]
fn Inside(account: Option<Account>) -> impl IntoView {
    let visitor = Visitor::new(account);
    provide_context(visitor);
    move || match visitor.account.get() {
        Some(account) => view! { <ChatPage account /> }.into_any(),
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

/// Tells whoever waits for it that the page can be used.
pub(crate) fn mark_ready() {
    if let Some(body) = document().body() {
        // An attribute for tests and measurements; nothing depends on it.
        let _ = body.set_attribute("data-ready", "true");
    }
}
