//! Rows of a conversation.
//!
//! Accessible names: a message is an article called "<name>, <time>"; the text is its paragraph. One's own carry
//! an image "Waiting to be sent", "Sending" or "Sent"; one that was refused has buttons "Try again" and "Discard".
//! Separators are called after the day, or "New messages".

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::{ChatMessage, FileInfo, MessageKind, ReplyTo, RoomId, Seq, Username};

use super::avatar::{Avatar, name_class};
use super::files::Files;
use super::icon::{Drawing, Icon};
use super::prose::Prose;
use super::reactions::Reactions;
use super::scroll::Scroller;
use super::talk::Talking;
use super::unsaved::Unsaved;
use crate::parts::{Rest, soon};
use crate::session::Session;
use crate::state::address::Place;
use crate::state::markdown::plain;
use crate::state::queue::{Outgoing, Progress};
use crate::state::rooms::in_short;
use crate::state::rows::{Content, MessageRow, Row};
use crate::state::text::sentence;
use crate::words::words;

/// Under this key the metadata of a message say by which webhook it was said.
const WEBHOOK: &str = "webhook";

/// A row of any kind.
#[component]
pub fn RowView(
    /// The row.
    row: Row,
) -> impl IntoView {
    match row {
        Row::Day { label, .. } => view! {
            <div class="day" role="separator" aria-label=label.clone()>
                <span>{label.clone()}</span>
            </div>
        }
        .into_any(),
        Row::Unread => view! {
            <div class="unread-line" role="separator" aria-label=words().talk.new_messages>
                <span>{words().talk.new_messages}</span>
            </div>
        }
        .into_any(),
        Row::Message(row) => view! { <MessageView row /> }.into_any(),
    }
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn MessageView(row: MessageRow) -> impl IntoView {
    let session = expect_context::<Session>();
    let talking = expect_context::<Talking>();
    let from = match &row.content {
        Content::Stored(message) => message.from.clone(),
        Content::Waiting(_) => session.peek(|state| state.me().username.clone()),
    };
    let (time, exact) = (row.at.time(), row.at.exact());
    let seq = match &row.content {
        Content::Stored(message) => Some(message.seq),
        Content::Waiting(_) => None,
    };
    let marked = expect_context::<Scroller>().marked;
    let webhook = match &row.content {
        Content::Stored(message) => by_webhook(message),
        Content::Waiting(_) => None,
    };
    let head = row.leads.then(|| {
        view! {
            <header class="message-head">
                <Sender name=from.clone() mine=row.mine />
                {webhook}
                <time title=exact.clone()>{time.clone()}</time>
            </header>
        }
    });
    let side = if row.leads {
        view! { <Avatar name=from.to_string() /> }.into_any()
    } else {
        view! { <time title=exact>{time.clone()}</time> }.into_any()
    };
    // The last of these events may come when the conversation is gone.
    let active = move || talking.active.try_get_untracked().flatten();
    let point = move || {
        if seq.is_some() && active() != seq {
            let _ = talking.active.try_set(seq);
        }
    };
    let leave = move || {
        if active() == seq {
            let _ = talking.active.try_set(None);
        }
    };
    view! {
        <article
            class="message"
            // By the arrow keys one comes to it, see `Timeline`; among what Tab reaches it would be one of very many.
            tabindex="-1"
            aria-label=format!("{from}, {time}")
            data-leads=row.leads.to_string()
            data-mine=row.mine.to_string()
            data-seq=seq.map(|seq| seq.to_string())
            data-marked=move || (seq.is_some() && marked.get() == seq).then_some("true")
            on:pointerenter=move |_| point()
            on:pointerleave=move |event| if event.pointer_type() == "mouse" { leave() }
            on:focusin=move |_| point()
        >
            <div class="message-side">{side}</div>
            <div class="message-main">
                {head}
                {match row.content {
                    Content::Stored(message) => view! { <Stored message mine=row.mine /> }.into_any(),
                    Content::Waiting(message) => {
                        let quote = message.reply_to.and_then(|seq| quoted(session, message.room, seq));
                        view! {
                            {quote}
                            <Text text=message.body.clone() />
                            {(!message.files.is_empty()).then(|| soon(Rest::WaitingFiles(message.client_id.clone())))}
                            <WaitingState message />
                        }
                            .into_any()
                    }
                }}
            </div>
        </article>
    }
}

/// A stored message. It may be edited, taken back, reacted to; its parts follow, each by itself.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn Stored(message: Arc<ChatMessage>, mine: bool) -> impl IntoView {
    let session = expect_context::<Session>();
    let talking = expect_context::<Talking>();
    let (room, seq) = (message.room, message.seq);
    let first = Arc::clone(&message);
    let now = Memo::new(move |_| {
        Current(session.with_timeline(|state| Arc::clone(state.message(room, seq).unwrap_or(&first))))
    });
    let reactions = Memo::new(move |_| now.with(|now| now.0.reactions.clone()));
    let body = Memo::new(move |_| {
        now.with(|now| (now.0.body.clone(), now.0.deleted, now.0.edited_at.clone(), now.0.reply_to.clone()))
    });
    let active = Memo::new(move |_| talking.active.get() == Some(seq));
    let files = FileInfo::of(&message.metadata);
    view! {
        {move || {
            let (text, deleted, edited, reply) = body.get();
            if deleted {
                return view! { <p class="message-deleted">{words().message.was_deleted}</p> }.into_any();
            }
            view! {
                {reply.map(|reply| view! { <Quote room reply /> })}
                <Text text />
                <Files files=files.clone() />
                {edited.map(|_| view! { <EditedMark seq /> })}
            }
                .into_any()
        }}
        {stored_extras(&message, mine)}
        {mine.then(|| view! { <Unsaved room seq /> })}
        <Reactions seq reactions />
        <Show when=move || active.get() && !body.with(|body| body.1)>
            // What it offers does not change with what stands under the message, and it may have the focus.
            {soon(Rest::MessageActions(Box::new(now.with_untracked(|now| (*now.0).clone()))))}
        </Show>
    }
}

/// A message's text, where it has one.
#[component]
fn Text(text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <Prose text /> })
}

/// A message as it is now; another only where it was exchanged as a whole.
#[derive(Clone)]
struct Current(Arc<ChatMessage>);

impl PartialEq for Current {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// That a message was edited; leads to what it said before.
#[component]
fn EditedMark(seq: Seq) -> impl IntoView {
    let talking = expect_context::<Talking>();
    view! {
        <button class="message-edited" type="button" on:click=move |_| talking.history_of.set(Some(seq))>
            {words().message.edited}
        </button>
    }
}

/// The message that this one answers; leads there.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn Quote(room: RoomId, reply: ReplyTo) -> impl IntoView {
    let scroller = expect_context::<Scroller>();
    let seq = reply.seq;
    let text = match reply.excerpt {
        None => words().message.was_deleted.to_owned(),
        Some(text) if text.is_empty() => words().files.only_files.to_owned(),
        Some(text) => plain(&text),
    };
    view! {
        <a class="message-quote" href=Place::Message(room, seq).path() on:click=move |_| scroller.go_to(seq)>
            <strong>{reply.from.to_string()}</strong>
            " "
            <span>{text}</span>
        </a>
    }
}

/// The quote of a message that is here.
fn quoted(session: Session, room: RoomId, seq: Seq) -> Option<AnyView> {
    let message = session.peek(|state| state.message(room, seq).cloned())?;
    let reply = ReplyTo { seq, from: message.from.clone(), excerpt: Some(in_short(&message)) };
    Some(view! { <Quote room reply /> }.into_any())
}

/// The sender's name; somebody else's leads to the conversation with them.
#[component]
fn Sender(name: Username, mine: bool) -> impl IntoView {
    let class = format!("message-from {}", name_class(&name));
    let shown = name.to_string();
    if mine {
        view! { <span class=class>{shown}</span> }.into_any()
    } else {
        let path = Place::Direct(name).path();
        view! {
            <a class=class href=path title=words().people.write_to.with([&shown])>
                {shown.clone()}
            </a>
        }
        .into_any()
    }
}

/// That a program said it, by a webhook, and under which name it wants to be seen.
fn by_webhook(message: &ChatMessage) -> Option<AnyView> {
    let webhook = message.metadata.get(WEBHOOK)?;
    let name = webhook.get("username").and_then(serde_json::Value::as_str).map(str::to_owned);
    let head = view! {
        {name.map(|name| view! { <span class="message-shown">{name}</span> })}
        <span class="tag">{words().hooks.tag}</span>
    };
    Some(head.into_any())
}

/// What programs sent along, and that one's own message is stored.
fn stored_extras(message: &ChatMessage, mine: bool) -> impl IntoView + use<> {
    let kind = match message.kind {
        MessageKind::Chat => None,
        MessageKind::Command => Some(words().talk.command),
        MessageKind::Notification => Some(words().talk.notification),
        MessageKind::Subscription => Some(words().talk.subscription),
    };
    // What a webhook is called stands at the head, files by themselves.
    let own = |key: &str| key == WEBHOOK || key == FileInfo::KEY;
    let metadata: BTreeMap<_, _> = message.metadata.iter().filter(|(key, _)| !own(key)).collect();
    let metadata = (!metadata.is_empty())
        .then(|| serde_json::to_string(&metadata).unwrap_or_default())
        .map(|metadata| view! { <code class="message-metadata">{metadata}</code> });
    view! {
        {kind.map(|kind| view! { <span class="tag">{kind}</span> })}
        {metadata}
        {mine.then(|| view! { <State icon=Icon::Check says=words().talk.sent /> })}
    }
}

/// How far one's own message has come, in a drawing and in words.
#[component]
fn State(icon: Icon, says: &'static str) -> impl IntoView {
    view! {
        <span class="message-state" role="img" aria-label=says title=says>
            <Drawing icon />
        </span>
    }
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn WaitingState(message: Arc<Outgoing>) -> impl IntoView {
    let session = expect_context::<Session>();
    let id = message.client_id.clone();
    match &message.progress {
        Progress::Waiting => view! { <State icon=Icon::Clock says=words().talk.waiting /> }.into_any(),
        Progress::Sent => view! { <State icon=Icon::Clock says=words().talk.sending /> }.into_any(),
        Progress::Failed(reason) => {
            let again = id.clone();
            let can_be_tried = message.can_be_tried();
            view! {
                <p class="message-failed" role="alert">
                    <Drawing icon=Icon::Alert />
                    <span>{format!("{} {}", words().talk.not_sent, sentence(reason))}</span>
                    <Show when=move || can_be_tried>
                        <button class="button button-small" type="button" on:click={
                            let again = again.clone();
                            move |_| session.act(|state| state.retry(&again))
                        }>
                            {words().general.try_again}
                        </button>
                    </Show>
                    <button
                        class="button button-small"
                        type="button"
                        on:click=move |_| session.act(|state| state.discard(&id).0)
                    >
                        {words().talk.discard}
                    </button>
                </p>
            }
            .into_any()
        }
    }
}
