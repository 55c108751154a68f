//! A panel from which one picks an emoji.
//!
//! Accessible names: dialog "Emoji"; field "Search emoji"; a button per group and one per emoji, called by its name.

use leptos::html::Input;
use leptos::prelude::*;

use crate::session::Session;
use crate::state::emoji::{Emoji, EmojiBook};
use crate::words::words;

/// The panel; it goes when it is left, by Escape or by going elsewhere.
#[component]
pub fn EmojiPicker(
    /// What is picked.
    pick: Callback<String>,
    /// Nothing more is wanted.
    leave: Callback<()>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    session.want_emoji();
    let word = RwSignal::new(String::new());
    let group = RwSignal::new(0);
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let shown = Memo::new(move |_| {
        session.emoji.with(|book| {
            let word = word.get();
            let found = if word.trim().is_empty() { book.group(group.get()) } else { book.search(&word) };
            found.into_iter().cloned().collect::<Vec<Emoji>>()
        })
    });
    view! {
        <div
            class="emoji-picker"
            role="dialog"
            aria-label=words().writing.emoji
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    leave.run(());
                }
            }
        >
            <input
                class="input"
                type="search"
                aria-label=words().writing.search_emoji
                placeholder=words().writing.search_emoji
                bind:value=word
                node_ref=field
                on:keydown=move |event| {
                    if event.key() == "Enter" {
                        event.prevent_default();
                        if let Some(first) = shown.with_untracked(|shown| shown.first().map(|emoji| emoji.text.clone())) {
                            pick.run(first);
                        }
                    }
                }
            />
            <div class="emoji-groups">{move || groups(session, group, word)}</div>
            <div class="emoji-grid">
                {move || session.emoji.with(EmojiBook::is_empty).then(|| view! { <p class="fine" role="status">{words().general.loading}</p> })}
                <For each=move || shown.get() key=|emoji| emoji.text.clone() let(emoji)>
                    {picture(emoji, pick)}
                </For>
            </div>
        </div>
    }
}

fn picture(emoji: Emoji, pick: Callback<String>) -> impl IntoView {
    let name = emoji.name().replace('_', " ");
    let text = emoji.text;
    let shown = text.clone();
    view! {
        <button class="emoji" type="button" aria-label=name.clone() title=name on:click=move |_| pick.run(text.clone())>
            {shown}
        </button>
    }
}

fn groups(session: Session, group: RwSignal<usize>, word: RwSignal<String>) -> Vec<AnyView> {
    let emblems: Vec<String> = session.emoji.with(|book| book.emblems().map(|emoji| emoji.text.clone()).collect());
    let button = |(number, emblem): (usize, String)| {
        let chosen = move || (group.get() == number && word.with(String::is_empty)).to_string();
        let name = words().writing.emoji_groups.get(number).copied().unwrap_or_default();
        let choose = move |_| {
            word.set(String::new());
            group.set(number);
        };
        view! {
            <button class="emoji" type="button" aria-label=name title=name aria-pressed=chosen on:click=choose>
                {emblem}
            </button>
        }
        .into_any()
    };
    (0..).zip(emblems).map(button).collect()
}
