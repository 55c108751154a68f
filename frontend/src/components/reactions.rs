//! The emoji under a message.
//!
//! Accessible names: group "Reactions"; a button per emoji, "<emoji>, <who>", pressed where it is one's own; button
//! "Add reaction"; dialog "Add reaction".

use leptos::prelude::*;
use shared::{Emoji, Reaction, Seq, Username};

use super::dialog::{Dialog, open_while};
use super::emoji_picker::EmojiPicker;
use super::talk::Talking;
use crate::session::Session;
use crate::words::words;

/// The emoji under one message.
#[component]
pub fn Reactions(
    /// The message.
    seq: Seq,
    /// They.
    reactions: Memo<Vec<Reaction>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let room = expect_context::<Talking>().room;
    let chip = move |emoji: Emoji| {
        let wanted = emoji.clone();
        let now =
            Memo::new(move |_| reactions.with(|all| all.iter().find(|reaction| reaction.emoji == wanted).cloned()));
        let mine = move || {
            let me = session.me.get().username;
            now.with(|now| now.as_ref().is_some_and(|reaction| reaction.users.contains(&me)))
        };
        let shown = emoji.to_string();
        let label = {
            let shown = shown.clone();
            move || now.with(|now| now.as_ref().map(|reaction| format!("{shown}, {}", people(reaction))))
        };
        let title = move || now.with(|now| now.as_ref().map(people));
        let toggle = move |_| session.react(room, seq, emoji.clone(), !untrack(mine));
        view! {
            <button class="reaction" type="button" aria-label=label title=title aria-pressed=move || mine().to_string() on:click=toggle>
                <span aria-hidden="true">{shown}</span>
                <span class="reaction-count" data-count=move || now.with(|now| now.as_ref().map(|reaction| reaction.count.to_string()))></span>
            </button>
        }
    };
    let kinds = move || reactions.with(|all| all.iter().map(|reaction| reaction.emoji.clone()).collect::<Vec<_>>());
    view! {
        <Show when=move || reactions.with(|all| !all.is_empty())>
            <div class="reactions" role="group" aria-label=words().message.reactions>
                <For each=kinds key=Emoji::clone let(emoji)>
                    {chip(emoji)}
                </For>
            </div>
        </Show>
    }
}

/// `alice, bob and 3 more`
fn people(reaction: &Reaction) -> String {
    const NAMED: usize = 20;
    let names: Vec<&str> = reaction.users.iter().take(NAMED).map(Username::as_str).collect();
    let more = reaction.count.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
    let names = names.join(", ");
    if more == 0 { names } else { words().message.and_more.with([&names, &more.to_string()]) }
}

/// Where one picks an emoji for a message; open while there is such a message.
#[component]
pub fn ReactionDialog(
    /// Where.
    talking: Talking,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let open = open_while(talking.reacting);
    let pick = Callback::new(move |emoji: String| {
        if let Some((seq, emoji)) = talking.reacting.get_untracked().zip(emoji.parse::<Emoji>().ok()) {
            session.react(talking.room, seq, emoji, true);
        }
        talking.reacting.set(None);
    });
    view! {
        <Dialog title=words().message.add_reaction.to_owned() open>
            <EmojiPicker pick leave=Callback::new(move |()| talking.reacting.set(None)) />
        </Dialog>
    }
}
