//! The parts of the program that are fetched apart from it, so that what comes first comes soon.
//!
//! `cargo xtask bundle` has `wasm-split` cut the program at the functions of this file, those of one name into one
//! file. What is left over is what it takes to sign in. `chat` is what it takes to read and to write; `rest` is all that
//! one opens, points at or is told beside, and it is fetched while the chat rests. `language_` and a tag are a language's
//! words, for those who read it. What was fetched once is handed out without waiting.

use std::future::Future;
use std::pin::Pin;

use futures_channel::mpsc::UnboundedReceiver;
use leptos::prelude::*;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use shared::{Account, ChatMessage, ClientId, Destination, RoomId, RoomName, RoomSummary, Username};
use web_sys::File;

use crate::components::account::AccountDialog;
use crate::components::admin::Admin;
use crate::components::attach::{Attached, DropZone};
use crate::components::browse::Browse;
use crate::components::code::in_colour;
use crate::components::complaint::ComplaintDialog;
use crate::components::completion::{ProposalList, Proposals};
use crate::components::create_room::CreateRoomDialog;
use crate::components::edits::EditsDialog;
use crate::components::emoji_picker::EmojiPicker;
use crate::components::files::{PictureDialog, WaitingFiles};
use crate::components::finding::Panels;
use crate::components::leading::{ByName, WithSomebody};
use crate::components::members::Members;
use crate::components::message_actions::MessageActions;
use crate::components::new_direct::NewDirectDialog;
use crate::components::not_a_member::NotAMember;
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
use crate::session::{Session, notify, uploading};
use crate::state::attachments::UploadId;
use crate::state::completion::Query;
use crate::state::preferences::Preferences;
use crate::words::{GERMAN, Language, words};

/// A view from a part, or that the part could not be fetched.
type Part = Result<AnyView, SplitLoaderError>;

/// Work from a part, which goes on by itself.
type Work = Pin<Box<dyn Future<Output = ()>>>;

/// What there is to see of `rest`.
pub(crate) enum Rest {
    // Pages.
    Settings,
    Browse,
    RandomChat,
    Admin,
    ByName(RoomName),
    WithSomebody(Username),
    NotAMember(Destination),
    // Beside a conversation.
    Members(RoomId, Memo<Option<RoomSummary>>, RwSignal<bool>),
    Wire(RoomId),
    // In messages.
    Code(String, String),
    MessageActions(Box<ChatMessage>),
    WaitingFiles(ClientId),
    // Where one writes.
    Attached(RoomId),
    DropZone(RoomId, Signal<String>),
    Proposals(RwSignal<Proposals>, RwSignal<String>, Callback<(String, u32)>),
    Emoji(Callback<String>, Callback<()>),
    // Over the page.
    DialogsOfSidebar { account: RwSignal<bool>, create: RwSignal<bool>, direct: RwSignal<bool> },
    DialogsOfTalk(Talking),
    Panels(Panels),
    Webhooks(RoomId, Signal<String>, RwSignal<bool>),
}

/// Shows the chat as soon as its part is there. Until then, and where it cannot be fetched, it says so.
pub(crate) fn chat_later(account: Account) -> AnyView {
    shown(Box::pin(chat(account)), ViewFn::from(waiting), ViewFn::from(|| view! { <Missing /> }))
}

/// The same for a view of `rest`.
pub(crate) fn later(view: Rest) -> AnyView {
    shown(Box::pin(rest(view)), ViewFn::from(waiting), ViewFn::from(|| view! { <Missing /> }))
}

/// The same for one that is the page itself, which has a heading also where it cannot be fetched.
pub(crate) fn page_later(view: Rest) -> AnyView {
    let missing = || {
        let heading = view! { <h1>{words().general.not_loaded}</h1> };
        view! { <Missing heading=heading.into_any() /> }
    };
    shown(Box::pin(rest(view)), ViewFn::from(waiting), ViewFn::from(missing))
}

/// The same for one that only helps: until it is there, and where it cannot be fetched, this stands in its place.
pub(crate) fn in_place_of(plain: impl Into<ViewFn>, view: Rest) -> AnyView {
    let plain = plain.into();
    shown(Box::pin(rest(view)), plain.clone(), plain)
}

/// The same where nothing stands in its place.
pub(crate) fn soon(view: Rest) -> AnyView {
    in_place_of(|| (), view)
}

/// Shows what lies over the page, as dialogs do: from when it is first wanted on it is there, open or not.
pub(crate) fn over_the_page(
    wanted: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> Rest + Send + 'static,
) -> AnyView {
    let ever = Memo::new(move |before| before == Some(&true) || wanted());
    let shown = move || ever.get().then(|| view! { <div class="part-over">{later(view())}</div> });
    shown.into_any()
}

fn waiting() -> AnyView {
    view! { <p class="part-waiting" role="status">{words().general.one_moment}</p> }.into_any()
}

fn shown(part: Pin<Box<dyn Future<Output = Part>>>, waiting: ViewFn, missing: ViewFn) -> AnyView {
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
            None => waiting.run(),
            Some(Ok(view)) => view,
            Some(Err(_)) => missing.run(),
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
fn chat(account: Account) -> Part {
    Ok(view! { <ChatPage account /> }.into_any())
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, preload(fetch_rest), fallible)]
pub(crate) fn rest(view: Rest) -> Part {
    Ok(match view {
        Rest::Settings => view! { <Settings /> }.into_any(),
        Rest::Browse => view! { <Browse /> }.into_any(),
        Rest::RandomChat => view! { <RandomChat /> }.into_any(),
        Rest::Admin => view! { <Admin /> }.into_any(),
        Rest::ByName(name) => view! { <ByName name /> }.into_any(),
        Rest::WithSomebody(user) => view! { <WithSomebody user /> }.into_any(),
        Rest::NotAMember(room) => view! { <NotAMember room /> }.into_any(),
        Rest::Members(room, summary, open) => view! { <Members room summary open /> }.into_any(),
        Rest::Wire(room) => view! { <WirePanel room /> }.into_any(),
        Rest::Code(language, text) => in_colour(&language, &text),
        Rest::MessageActions(message) => view! { <MessageActions message=*message /> }.into_any(),
        Rest::WaitingFiles(id) => view! { <WaitingFiles id /> }.into_any(),
        Rest::Attached(room) => view! { <Attached room /> }.into_any(),
        Rest::DropZone(room, title) => view! { <DropZone room title /> }.into_any(),
        Rest::Proposals(proposals, text, accept) => view! { <ProposalList proposals text accept /> }.into_any(),
        Rest::Emoji(pick, leave) => view! { <EmojiPicker pick leave /> }.into_any(),
        Rest::DialogsOfSidebar { account, create, direct } => view! {
            <AccountDialog open=account />
            <CreateRoomDialog open=create />
            <NewDirectDialog open=direct />
        }
        .into_any(),
        Rest::DialogsOfTalk(talking) => view! {
            <ReactionDialog talking />
            <EditsDialog talking />
            <PictureDialog talking />
            <ComplaintDialog talking />
        }
        .into_any(),
        Rest::Panels(panels) => view! {
            <SwitcherDialog open=panels.switcher />
            <SearchDialog open=panels.search />
            <ShortcutsDialog open=panels.shortcuts />
        }
        .into_any(),
        Rest::Webhooks(room, title, open) => view! { <WebhooksDialog room title open /> }.into_any(),
    })
}

/// What fits a word that is being written.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn proposals(session: Session, room: RoomId, query: Query) -> Result<Proposals, SplitLoaderError> {
    Ok(Proposals::find(session, room, query))
}

/// Sends a file, and again where that is ordered.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn upload(
    session: Session,
    room: RoomId,
    id: UploadId,
    file: File,
    orders: UnboundedReceiver<()>,
) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(uploading::upload(session, room, id, file, orders)))
}

/// Tells outside the page of a message.
#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn tell(chosen: Preferences, room: RoomId, head: String, body: String) -> Result<(), SplitLoaderError> {
    notify::tell(&chosen, room, &head, &body);
    Ok(())
}
