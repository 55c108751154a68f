//! What can be done with a message, beside it while it is pointed at, touched or has the focus.
//!
//! Accessible names: toolbar "Actions for this message"; buttons "React with <emoji>", "Add reaction", "Reply", "Edit",
//! "Report", "Delete" and, once pressed, "Really delete".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{ChatMessage, Emoji, Seq};

use super::icon::{Drawing, Icon};
use super::talk::{Mode, Talking};
use crate::session::Session;
use crate::state::chat::can_change;
use crate::state::rooms::moderates;
use crate::words::words;

/// What people put under messages most.
const USUAL: [&str; 3] = ["👍", "❤️", "😄"];

/// The bar.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
pub fn MessageActions(
    /// The message as it is now.
    message: ChatMessage,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let talking = expect_context::<Talking>();
    let (room, seq) = (message.room, message.seq);
    let mine = session.peek(|state| state.me().username == message.from);
    let kept = !room.is_pair();
    let moderated = session.peek(|state| state.rooms().get(room).is_some_and(|room| moderates(room, state.me())));
    let usual = kept.then(|| USUAL.map(|emoji| usual(session, talking, seq, emoji)).collect_view());
    let act = move |icon: Icon, label: &'static str, what: Callback<()>| {
        view! {
            <button class="icon-button" type="button" aria-label=label title=label on:click=move |_| what.run(())>
                <Drawing icon />
            </button>
        }
    };
    let text = words();
    let react = kept
        .then(|| act(Icon::Smile, text.message.add_reaction, Callback::new(move |()| talking.reacting.set(Some(seq)))));
    let reply = act(Icon::Reply, text.message.reply, Callback::new(move |()| talking.mode.set(Mode::Reply(seq))));
    let edit = (mine && can_change(&message))
        .then(|| act(Icon::Pencil, text.message.edit, Callback::new(move |()| talking.mode.set(Mode::Edit(seq)))));
    let report = (kept && !mine)
        .then(|| act(Icon::Alert, text.order.report, Callback::new(move |()| talking.reporting.set(Some(seq)))));
    view! {
        <div class="message-actions" role="toolbar" aria-label=text.message.actions>
            {usual} {react} {reply} {edit} {report}
            {(kept && (mine || moderated)).then(|| view! { <DeleteButton talking seq /> })}
        </div>
    }
}

fn usual(session: Session, talking: Talking, seq: Seq, emoji: &'static str) -> impl IntoView {
    let label = words().message.react_with.with([emoji]);
    let react = move |_| {
        if let Ok(emoji) = emoji.parse::<Emoji>() {
            session.react(talking.room, seq, emoji, true);
        }
    };
    view! {
        <button class="icon-button message-usual" type="button" aria-label=label.clone() title=label on:click=react>
            {emoji}
        </button>
    }
}

/// Asks once more before it does what cannot be undone.
#[component]
fn DeleteButton(talking: Talking, seq: Seq) -> impl IntoView {
    let session = expect_context::<Session>();
    let sure = RwSignal::new(false);
    let label = move || if sure.get() { words().message.really_delete } else { words().message.delete };
    let press = move |_| {
        if !sure.get_untracked() {
            sure.set(true);
            return;
        }
        spawn_local(async move {
            if let Err(problem) = session.delete_message(talking.room, seq).await {
                session.notice(problem.message);
            }
        });
    };
    view! {
        <button class="icon-button" class=("message-sure", move || sure.get()) type="button" aria-label=label title=label on:click=press>
            <Drawing icon=Icon::Bin />
            {move || sure.get().then(label)}
        </button>
    }
}
