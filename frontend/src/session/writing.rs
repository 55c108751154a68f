//! What helps one to write: drafts, which all tabs of the browser share, and the list of emoji.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::RoomId;

use super::{Session, browser};
use crate::state::completion;
use crate::state::emoji::EmojiBook;

/// Where the list of emoji is; another list gets another name, since files are kept for ever.
const EMOJI: &str = "/emoji-1.txt";

impl Session {
    /// What was being written in a conversation when it was last left, here or in another tab.
    #[must_use]
    pub fn draft(&self, room: RoomId) -> String {
        browser::kept_draft(&self.draft_key(room)).unwrap_or_default()
    }

    /// Keeps what is being written in a conversation. What is written to a stranger is kept nowhere.
    pub fn keep_draft(&self, room: RoomId, text: &str) {
        if !room.is_pair() {
            browser::keep_draft(&self.draft_key(room), text);
        }
    }

    /// Writes into `text` what is written in the same conversation in another tab, for as long as the component that
    /// calls it lives.
    pub fn follow_draft(&self, room: RoomId, text: RwSignal<String>) {
        let session = *self;
        Effect::new(move |_| {
            let key = session.draft_key(room);
            let listener = window_event_listener(ev::storage, move |event| {
                if event.key().as_deref() == Some(key.as_str()) {
                    text.set(event.new_value().unwrap_or_default());
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    /// Fetches the list of emoji, where it is not here or on its way.
    pub fn want_emoji(&self) {
        let session = *self;
        if self.emoji_wanted.try_update_value(|wanted| std::mem::replace(wanted, true)) == Some(false) {
            spawn_local(async move {
                match browser::fetch(EMOJI).await {
                    Some(file) => drop(session.emoji.try_set(EmojiBook::parse(&file))),
                    // Whoever wants it next tries again.
                    None => drop(session.emoji_wanted.try_update_value(|wanted| *wanted = false)),
                }
            });
        }
    }

    /// A text with emoji for their names, as far as the list is here; code stays as it is.
    #[must_use]
    pub fn with_emoji(&self, text: &str) -> String {
        if text.contains('`') {
            return text.to_owned();
        }
        self.emoji.with_untracked(|book| completion::with_emoji(text, |name| book.named(name)))
    }

    fn draft_key(&self, room: RoomId) -> String {
        format!("{}{room}", self.drafts_key())
    }

    /// What the keys of all that is half written begin with.
    pub(super) fn drafts_key(&self) -> String {
        format!("confab.draft.{}.", self.me.with_untracked(|me| me.username.key()))
    }
}
