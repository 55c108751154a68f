//! The parts of the program that are fetched apart from it, so that what comes first comes soon.
//!
//! `cargo xtask bundle` has `wasm-split` cut the program at the functions of this file, those of one name into one
//! file. What is left over is what it takes to sign in. `chat` is everything one has before the eyes while chatting;
//! `rest` is what one opens, and it is fetched while the chat rests. Each of their functions hands out one view; called
//! again, it does so without waiting. `language_` and a tag are a language's words, for those who read it.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::{Account, RoomId, RoomSummary, Seq, Username};

use crate::components::account::AccountContent;
use crate::components::admin::Admin;
use crate::components::browse::Browse;
use crate::components::complaint::ComplaintForm;
use crate::components::create_room::CreateRoomForm;
use crate::components::edits::Versions;
use crate::components::emoji_picker::EmojiPicker;
use crate::components::members::Members;
use crate::components::new_direct::NewDirectForm;
use crate::components::profile::About;
use crate::components::report::ReportForm;
use crate::components::sanctions::Sanctions;
use crate::components::search::SearchForm;
use crate::components::settings::Settings;
use crate::components::shortcuts::Shortcuts;
use crate::components::stranger::RandomChat;
use crate::components::switcher::Switcher;
use crate::components::talk::Talking;
use crate::components::webhooks::Hooks;
use crate::components::wire::WirePanel;
use crate::pages::ChatPage;
use crate::words::{GERMAN, Language, words};

/// A view from a part, or that the part could not be fetched.
type Part = Result<AnyView, SplitLoaderError>;

/// Shows a part's view as soon as it is there. Until then, and where it cannot be fetched, it says so.
pub(crate) fn later(part: impl Future<Output = Part> + 'static) -> AnyView {
    shown_later(part, || view! { <Missing /> }.into_any())
}

/// The same for a part that is the page itself, which has a heading also where it cannot be fetched.
pub(crate) fn page_later(part: impl Future<Output = Part> + 'static) -> AnyView {
    shown_later(part, || {
        let heading = view! { <h1>{words().general.not_loaded}</h1> };
        view! { <Missing heading=heading.into_any() /> }.into_any()
    })
}

fn shown_later(part: impl Future<Output = Part> + 'static, missing: fn() -> AnyView) -> AnyView {
    let arrived = RwSignal::new_local(None::<Part>);
    // A page that the server draws is one to begin with.
    if !is_server() {
        spawn_local_scoped_with_cancellation(async move {
            let part = part.await;
            // Whoever wanted to see it may have gone on.
            let _ = arrived.try_set(Some(part));
        });
    }
    let shown = move || {
        arrived.track();
        match arrived.try_update_untracked(Option::take).flatten() {
            None => view! { <p class="part-waiting" role="status">{words().general.one_moment}</p> }.into_any(),
            Some(Ok(view)) => view,
            Some(Err(_)) => missing(),
        }
    };
    shown.into_any()
}

/// A part that did not come: the network is gone, or the server has become another version.
#[component]
fn Missing(#[prop(optional)] heading: Option<AnyView>) -> impl IntoView {
    view! {
        <div class="part-missing">
            {heading}
            <p role="alert">{words().general.part_missing}</p>
            <button class="button" type="button" on:click=move |_| drop(window().location().reload())>
                {words().general.load_anew}
            </button>
        </div>
    }
}

/// Fetches `chat`, for somebody who will be in it.
pub(crate) fn expect_chat() {
    // Where it fails, it is tried again when it is needed, and said then.
    spawn_local(async { drop(fetch_chat().await) });
}

/// Fetches `rest`, for somebody who is in the chat.
pub(crate) fn expect_rest() {
    spawn_local(async { drop(fetch_rest().await) });
}

#[wasm_split(language_de, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn german() -> Result<&'static Language, SplitLoaderError> {
    Ok(&GERMAN)
}

#[wasm_split(chat, wasm_split_path = leptos::wasm_split, preload(fetch_chat), fallible)]
pub(crate) fn chat(account: Account) -> Part {
    Ok(view! { <ChatPage account /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, preload(fetch_rest), fallible)]
pub(crate) fn settings() -> Part {
    Ok(view! { <Settings /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn browse() -> Part {
    Ok(view! { <Browse /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn random_chat() -> Part {
    Ok(view! { <RandomChat /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn members(room: RoomId, summary: Memo<Option<RoomSummary>>, open: RwSignal<bool>) -> Part {
    Ok(view! { <Members room summary open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn wire(room: RoomId) -> Part {
    Ok(view! { <WirePanel room /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn webhooks(room: RoomId) -> Part {
    Ok(view! { <Hooks room /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn account(open: RwSignal<bool>) -> Part {
    Ok(view! { <AccountContent open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn create_room(open: RwSignal<bool>) -> Part {
    Ok(view! { <CreateRoomForm open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn new_direct(open: RwSignal<bool>) -> Part {
    Ok(view! { <NewDirectForm open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn about(user: Username, room: RoomId, open: RwSignal<bool>) -> Part {
    Ok(view! { <About user room open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn versions(talking: Talking, seq: Seq) -> Part {
    Ok(view! { <Versions talking seq /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn report(room: RoomId, open: RwSignal<bool>) -> Part {
    Ok(view! { <ReportForm room open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn search(open: RwSignal<bool>) -> Part {
    Ok(view! { <SearchForm open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn switcher(open: RwSignal<bool>) -> Part {
    Ok(view! { <Switcher open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn shortcuts() -> Part {
    Ok(view! { <Shortcuts /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn emoji(pick: Callback<String>, leave: Callback<()>) -> Part {
    Ok(view! { <EmojiPicker pick leave /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn admin() -> Part {
    Ok(view! { <Admin /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn sanctions(room: RoomId) -> Part {
    Ok(view! { <Sanctions room /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn complaint(talking: Talking, seq: Seq) -> Part {
    Ok(view! { <ComplaintForm talking seq /> }.into_any())
}
