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
use shared::{Account, ChatMessage, RoomId, RoomSummary};

use crate::components::account::AccountDialog;
use crate::components::admin::Admin;
use crate::components::browse::Browse;
use crate::components::complaint::ComplaintDialog;
use crate::components::create_room::CreateRoomDialog;
use crate::components::edits::EditsDialog;
use crate::components::emoji_picker::EmojiPicker;
use crate::components::files::PictureDialog;
use crate::components::finding::Panels;
use crate::components::members::Members;
use crate::components::message_actions::MessageActions;
use crate::components::new_direct::NewDirectDialog;
use crate::components::reactions::ReactionDialog;
use crate::components::search::SearchDialog;
use crate::components::settings::Settings;
use crate::components::shortcuts::ShortcutsDialog;
use crate::components::stranger::RandomChat;
use crate::components::switcher::SwitcherDialog;
use crate::components::talk::Talking;
use crate::components::webhooks::WebhooksDialog;
use crate::components::wire::WirePanel;
use crate::pages::ChatPage;
use crate::words::{GERMAN, Language, words};

/// A view from a part, or that the part could not be fetched.
type Part = Result<AnyView, SplitLoaderError>;

/// Shows a part's view as soon as it is there. Until then, and where it cannot be fetched, it says so.
pub(crate) fn later(part: impl Future<Output = Part> + 'static) -> AnyView {
    shown(part, waiting, || view! { <Missing /> }.into_any())
}

/// The same for a part that is the page itself, which has a heading also where it cannot be fetched.
pub(crate) fn page_later(part: impl Future<Output = Part> + 'static) -> AnyView {
    shown(part, waiting, || {
        let heading = view! { <h1>{words().general.not_loaded}</h1> };
        view! { <Missing heading=heading.into_any() /> }.into_any()
    })
}

/// The same for what only helps: without it nothing is shown.
pub(crate) fn soon(part: impl Future<Output = Part> + 'static) -> AnyView {
    shown(part, || ().into_any(), || ().into_any())
}

/// Shows what lies over the page, as dialogs do: from when it is first wanted on it is there, open or not.
pub(crate) fn over_the_page<P: Future<Output = Part> + 'static>(
    wanted: impl Fn() -> bool + Send + Sync + 'static,
    part: impl Fn() -> P + Send + 'static,
) -> AnyView {
    let ever = Memo::new(move |before| before == Some(&true) || wanted());
    let shown = move || ever.get().then(|| view! { <div class="part-over">{later(part())}</div> });
    shown.into_any()
}

fn waiting() -> AnyView {
    view! { <p class="part-waiting" role="status">{words().general.one_moment}</p> }.into_any()
}

fn shown(part: impl Future<Output = Part> + 'static, waiting: fn() -> AnyView, missing: fn() -> AnyView) -> AnyView {
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
            None => waiting(),
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
pub(crate) fn emoji(pick: Callback<String>, leave: Callback<()>) -> Part {
    Ok(view! { <EmojiPicker pick leave /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn admin() -> Part {
    Ok(view! { <Admin /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn dialogs_of_sidebar(account: RwSignal<bool>, create: RwSignal<bool>, direct: RwSignal<bool>) -> Part {
    let dialogs = view! {
        <AccountDialog open=account />
        <CreateRoomDialog open=create />
        <NewDirectDialog open=direct />
    };
    Ok(dialogs.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn dialogs_of_talk(talking: Talking) -> Part {
    let dialogs = view! {
        <ReactionDialog talking />
        <EditsDialog talking />
        <PictureDialog talking />
        <ComplaintDialog talking />
    };
    Ok(dialogs.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn panels(panels: Panels) -> Part {
    let dialogs = view! {
        <SwitcherDialog open=panels.switcher />
        <SearchDialog open=panels.search />
        <ShortcutsDialog open=panels.shortcuts />
    };
    Ok(dialogs.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn webhooks(room: RoomId, title: Signal<String>, open: RwSignal<bool>) -> Part {
    Ok(view! { <WebhooksDialog room title open /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn message_actions(message: ChatMessage) -> Part {
    Ok(view! { <MessageActions message /> }.into_any())
}
