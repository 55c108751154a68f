//! Where one writes. Enter sends, Shift+Enter begins a new line; `@`, `#` and `:` complete people, rooms and emoji.
//!
//! Accessible names: field "Message <conversation>"; buttons "Emoji", "Send"; listbox "Proposals"; what is attached:
//! see `attach`.

use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlTextAreaElement;
use shared::RoomId;

use super::attach::{AttachButton, paste};
use super::completion::{LIST_ID, Proposals, chosen_id};
use super::icon::{Drawing, Icon};
use super::talk::{Mode, Talking};
use crate::parts::{self, Rest, later, soon};
use crate::session::{Session, now};
use crate::state::completion::{Query, insert_at};
use crate::state::markdown::plain;
use crate::state::rooms::in_short;
use crate::words::words;

/// What is being written in one conversation.
#[derive(Clone, Copy)]
struct Writing {
    session: Session,
    room: RoomId,
    mode: RwSignal<Mode>,
    text: RwSignal<String>,
    field: NodeRef<Textarea>,
    proposals: RwSignal<Proposals>,
}

impl Writing {
    fn too_long(self) -> bool {
        let limit = self.session.peek(|state| state.limits().max_message_bytes);
        self.text.with(|text| text.trim_end().len() > limit)
    }

    /// The text is another one now.
    fn change(self, value: String) {
        self.session.act(|state| state.typed(self.room, value.trim().is_empty(), now()));
        if !matches!(self.mode.get_untracked(), Mode::Edit(_)) {
            self.session.keep_draft(self.room, &value);
        }
        self.text.set(value);
    }

    /// Puts a text into the field, and the cursor where it belongs.
    fn put(self, (value, cursor): (String, u32)) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value(&value);
            // It fails only where the field has no text.
            let _ = field.set_selection_range(cursor, cursor);
            let _ = field.focus();
        }
        self.change(value);
        self.proposals.set(Proposals::default());
    }

    /// Looks what fits the word at the cursor.
    fn propose(self) {
        let Some(field) = self.field.get_untracked() else { return };
        let text = self.text.get_untracked();
        let Some(query) = Query::at(&text, cursor(&field)) else {
            self.show(Proposals::default());
            return;
        };
        spawn_local(async move {
            // Without that part nothing is proposed. When it is there something else may be written, or nothing any more.
            let fetched = parts::fetch_rest().await.is_ok();
            if fetched
                && self.text.try_get_untracked() == Some(text)
                && let Ok(found) = parts::proposals(self.session, self.room, query).await
            {
                self.show(found);
            }
        });
    }

    fn show(self, found: Proposals) {
        if self.proposals.with_untracked(|before| *before != found) {
            self.proposals.set(found);
        }
    }

    fn insert_emoji(self, emoji: &str) {
        let text = self.text.get_untracked();
        let place = self.field.get_untracked().map_or(u32::MAX, |field| cursor(&field));
        self.put(insert_at(&text, place, emoji));
    }

    fn send(self) {
        let body = self.text.with_untracked(|text| text.trim_end().to_owned());
        let mode = self.mode.get_untracked();
        let files = self.session.peek(|state| state.attachments(self.room).len());
        let goes_with_files = files > 0 && !matches!(mode, Mode::Edit(_));
        if (body.trim().is_empty() && !goes_with_files) || untrack(|| self.too_long()) || self.has_failed_file() {
            return;
        }
        let body = self.session.with_emoji(&body);
        match mode {
            Mode::New => self.session.say(self.room, body, None),
            Mode::Reply(seq) => self.session.say(self.room, body, Some(seq)),
            Mode::Edit(seq) => self.session.act(|state| state.edit(self.room, seq, body)),
        }
        if matches!(mode, Mode::Edit(_)) {
            self.give_up();
        } else {
            self.mode.set(Mode::New);
            self.put((String::new(), 0));
        }
    }

    /// Whether a file that is attached did not arrive; its writer decides what becomes of it before anything is sent.
    fn has_failed_file(self) -> bool {
        let editing = matches!(self.mode.get_untracked(), Mode::Edit(_));
        !editing && self.session.peek(|state| state.attachments(self.room).iter().any(|file| file.failed().is_some()))
    }

    /// The next text is a new one again: the draft that stood there before.
    fn give_up(self) {
        self.mode.set(Mode::New);
        let draft = self.session.draft(self.room);
        let end = u32::try_from(draft.encode_utf16().count()).unwrap_or(u32::MAX);
        self.put((draft, end));
    }

    /// Takes up what was chosen to be done: a message to edit, one to answer.
    fn take_up(self, mode: Mode) {
        let body = match mode {
            Mode::Edit(seq) => self.session.peek(|state| {
                let rewritten = state.rewritten(self.room, seq).map(|edit| edit.body.clone());
                rewritten.or_else(|| state.message(self.room, seq).map(|message| message.body.clone()))
            }),
            Mode::New | Mode::Reply(_) => None,
        };
        let text = body.unwrap_or_else(|| self.text.get_untracked());
        let end = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        if mode != Mode::New {
            self.put((text, end));
        }
    }

    fn edit_last(self) {
        if let Some(seq) = self.session.peek(|state| state.last_own(self.room).map(|message| message.seq)) {
            self.mode.set(Mode::Edit(seq));
        }
    }

    fn key(self, event: &KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let choosing = self.proposals.with_untracked(|proposals| !proposals.is_empty());
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") if choosing => {
                event.prevent_default();
                self.proposals.update(|proposals| proposals.step(key == "ArrowDown"));
            }
            "Enter" | "Tab" if choosing && !event.shift_key() => {
                event.prevent_default();
                let taken = self.proposals.with_untracked(|all| self.text.with_untracked(|text| all.accept(text)));
                taken.into_iter().for_each(|taken| self.put(taken));
            }
            "Escape" if choosing => {
                event.prevent_default();
                self.proposals.set(Proposals::default());
            }
            "Escape" if self.mode.get_untracked() != Mode::New => {
                event.prevent_default();
                self.give_up();
            }
            "ArrowUp" if self.text.with_untracked(String::is_empty) && !event.alt_key() => {
                event.prevent_default();
                self.edit_last();
            }
            "Enter" if !event.shift_key() => {
                event.prevent_default();
                self.send();
            }
            _ => {}
        }
    }
}

/// Puts the focus where one writes.
pub fn focus_field() {
    let field = document().query_selector(".composer-field").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
        let _ = field.focus();
    }
}

/// Where the cursor stands, in UTF-16 units.
fn cursor(field: &HtmlTextAreaElement) -> u32 {
    field.selection_end().ok().flatten().unwrap_or(u32::MAX)
}

/// The field for one conversation, with what was being written there when it was last left.
#[component]
pub fn Composer(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let writing = Writing {
        session,
        room,
        mode: expect_context::<Talking>().mode,
        text: RwSignal::new(session.draft(room)),
        field: NodeRef::new(),
        proposals: RwSignal::new(Proposals::default()),
    };
    let Writing { text, field, proposals, .. } = writing;
    focus_when_opened(field);
    session.follow_draft(room, text);
    session.follow_attachments(room);
    Effect::new(move |_| writing.take_up(writing.mode.get()));
    // The list of emoji may come after the word that asked for it was written.
    Effect::new(move |_| {
        session.emoji.track();
        if proposals.with_untracked(Proposals::is_looking) {
            untrack(|| writing.propose());
        }
    });
    let limit = move || session.peek(|state| state.limits().max_message_bytes);
    let too_long = Memo::new(move |_| writing.too_long());
    let failed = Memo::new(move |_| {
        session.with_files(|state| state.attachments(room).iter().any(|file| file.failed().is_some()))
    });
    let picking = RwSignal::new(false);
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                writing.send();
                field.get_untracked().iter().for_each(|field| drop(field.focus()));
            }
        >
            <Doing writing />
            {soon(Rest::Attached(room))}
            {soon(Rest::Proposals(proposals, text, Callback::new(move |taken| writing.put(taken))))}
            <AttachButton room />
            // The text stands a second time in `data-text`, invisibly, and so gives the field its height.
            <div class="composer-grow" data-text=move || text.get()>
                <textarea
                    class="composer-field"
                    rows="1"
                    enterkeyhint="send"
                    aria-label=move || words().talk.message_to.with([&title.get()])
                    placeholder=move || words().talk.message_to.with([&title.get()])
                    aria-describedby="composer-error"
                    aria-invalid=move || too_long.get().then_some("true")
                    aria-autocomplete="list"
                    aria-controls=LIST_ID
                    aria-activedescendant=move || proposals.with(chosen_id)
                    prop:value=move || text.get()
                    on:input=move |event| {
                        writing.change(event_target_value(&event));
                        writing.propose();
                    }
                    on:keydown=move |event| writing.key(&event)
                    on:click=move |_| writing.propose()
                    on:paste=move |event| paste(session, room, &event)
                    // It also loses the focus when the conversation goes, and all that belongs to it with it.
                    on:blur=move |_| drop(proposals.try_set(Proposals::default()))
                    node_ref=field
                ></textarea>
            </div>
            <EmojiButton picking pick=Callback::new(move |emoji: String| writing.insert_emoji(&emoji)) />
            <button class="composer-send" type="submit" aria-label=words().talk.send title=words().talk.send_by_key>
                <Drawing icon=Icon::Send />
            </button>
            <p class="composer-error" id="composer-error" role="alert">
                {move || too_long.get().then(|| words().talk.too_long.with([&limit().to_string()]))}
                {move || failed.get().then_some(words().files.failed_first)}
            </p>
        </form>
    }
}

/// What is done with the text, where it is not simply said.
#[component]
fn Doing(writing: Writing) -> impl IntoView {
    let about = Memo::new(move |_| {
        let text = words();
        match writing.mode.get() {
            Mode::New => None,
            Mode::Edit(_) => Some((text.message.editing.to_owned(), String::new())),
            Mode::Reply(seq) => writing.session.with_timeline(|state| {
                let message = state.message(writing.room, seq)?;
                Some((text.message.replying_to.with([message.from.as_str()]), plain(&in_short(message))))
            }),
        }
    });
    move || {
        about.get().map(|(doing, quote)| {
            view! {
                <div class="composer-doing">
                    <p>
                        <strong>{doing}</strong>
                        " "
                        <span>{quote}</span>
                    </p>
                    <button class="icon-button" type="button" aria-label=words().message.give_up on:click=move |_| writing.give_up()>
                        <Drawing icon=Icon::Close />
                    </button>
                </div>
            }
        })
    }
}

/// Opens the panel with emoji, which goes when one was picked.
#[component]
fn EmojiButton(picking: RwSignal<bool>, pick: Callback<String>) -> impl IntoView {
    let taken = Callback::new(move |emoji: String| {
        picking.set(false);
        pick.run(emoji);
    });
    view! {
        <span class="composer-tool">
            <button
                class="icon-button"
                type="button"
                aria-label=words().writing.emoji
                title=words().writing.emoji
                aria-expanded=move || picking.get().to_string()
                on:click=move |_| picking.update(|picking| *picking = !*picking)
            >
                <Drawing icon=Icon::Smile />
            </button>
            <Show when=move || picking.get()>
                {later(Rest::Emoji(taken, Callback::new(move |()| picking.set(false))))}
            </Show>
        </span>
    }
}

/// Takes the focus when the conversation opens, except where that would bring up a keyboard on the screen.
fn focus_when_opened(field: NodeRef<Textarea>) {
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        let with_keyboard = window().match_media("(hover: hover)").ok().flatten().is_some_and(|query| query.matches());
        if with_keyboard {
            let _ = field.focus();
        }
    });
}
