//! A signed-in user's life in this tab: the plain state with a connection to feed it and signals to show it.
//!
//! The state is drawn part by part. A frame from the server marks parts as changed; once for all frames that came
//! in before the next frame is painted the parts are drawn, so that a burst of messages costs one drawing and not a
//! thousand.

mod asking;
mod browser;
mod carry_out;
mod moderating;
pub mod notify;
pub(crate) mod uploading;
mod writing;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_channel::mpsc::UnboundedSender;
use futures_channel::oneshot;
use leptos::prelude::*;
use shared::{Account, Refused, RequestId, RoomId, Seq, ServerMessage, Stranger};

use crate::state::attachments::UploadId;
use crate::state::chat::{ChatState, Effect, Part};
use crate::state::clock::Millis;
use crate::state::emoji::EmojiBook;
use crate::state::preferences::Preferences;
use crate::state::queue::SendQueue;
use crate::state::rooms::Sections;
use crate::state::rows::Row;
use crate::state::wire::Wire;
use crate::transport::Link;

pub use asking::Problem;
pub use browser::{clock_offset, now, shown_clock, shown_time};

/// How the connection is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Connection {
    /// The first attempt: nothing is known yet.
    Connecting,
    /// The server has said who the user is.
    Online,
    /// Lost; the next attempt is made then, or is being made where the time has come.
    Lost {
        /// When the next attempt is made.
        retry_at: Millis,
    },
    /// Lost, and the server asked not to come back by itself.
    Closed,
}

/// A sentence for the user that goes away by itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// Tells notices apart.
    pub number: u32,
    /// The sentence.
    pub text: String,
}

/// The handle by which components see and do things. Copying it is free.
#[derive(Clone, Copy)]
pub struct Session {
    state: StoredValue<ChatState>,
    link: StoredValue<Option<Link>>,
    asked: StoredValue<HashMap<RequestId, oneshot::Sender<Answer>>>,
    /// Each upload's task, as long as it may be told to try again.
    uploads: StoredValue<HashMap<UploadId, UnboundedSender<()>>>,
    changed: StoredValue<HashSet<Part>>,
    drawing_planned: StoredValue<bool>,
    farewell: StoredValue<Option<String>>,
    wire: StoredValue<Wire>,
    emoji_wanted: StoredValue<bool>,
    parts: Parts,
    signed_out: Callback<String>,
    /// How the connection is.
    pub connection: RwSignal<Connection>,
    /// Whether the server has ever said what conversations there are.
    pub greeted: RwSignal<bool>,
    /// Sentences to be shown for a while.
    pub notices: RwSignal<Vec<Notice>>,
    /// What listeners should hear.
    pub announcement: RwSignal<String>,
    /// The conversation a newcomer was brought into.
    pub landed: RwSignal<Option<RoomId>>,
    /// Whether the end of the open conversation is on the screen.
    pub at_end: RwSignal<bool>,
    /// Counts what the user has said in this tab.
    pub spoken: RwSignal<u32>,
    /// Whether the server gives out a newer program than the one that runs here.
    pub outdated: RwSignal<bool>,
    /// Whether this server takes files.
    pub takes_files: RwSignal<bool>,
    /// How the user wants to be told of messages.
    pub preferences: RwSignal<Preferences>,
    /// The emoji that can be picked; none until somebody wanted one.
    pub emoji: RwSignal<EmojiBook>,
    /// The user.
    pub me: Memo<Account>,
    /// The user's conversations.
    pub rooms: Memo<Sections>,
    /// How many messages are unread in all.
    pub unread: Memo<u32>,
    /// Where the user stands in the random chat.
    pub stranger: Memo<Stranger>,
}

type Answer = Result<Box<ServerMessage>, Refused>;

/// What is notified when a part has changed.
#[derive(Clone, Copy)]
struct Parts {
    me: Trigger,
    rooms: Trigger,
    timeline: Trigger,
    members: Trigger,
    typing: Trigger,
    files: Trigger,
    stranger: Trigger,
    directory: Trigger,
    wire: Trigger,
}

impl Parts {
    fn new() -> Self {
        let [me, rooms, timeline, members, typing, files, stranger, directory, wire] =
            std::array::from_fn(|_| Trigger::new());
        Self { me, rooms, timeline, members, typing, files, stranger, directory, wire }
    }
}

impl Session {
    /// How long changes are gathered at most where the browser paints no frames, as of a page in the background.
    const UNSEEN: Duration = Duration::from_millis(250);

    /// The session of a signed-in user; it lives as long as the component that makes it. `signed_out` is called
    /// with the reason when the server no longer knows the user.
    #[must_use]
    pub fn new(account: Account, signed_out: Callback<String>) -> Self {
        let queue = browser::kept_queue(&account.username).map(|kept| SendQueue::restore(&kept)).unwrap_or_default();
        let state = StoredValue::new(ChatState::new(account, queue));
        let parts = Parts::new();
        let see = move |part: Trigger| part.track();
        Self {
            state,
            link: StoredValue::new(None),
            asked: StoredValue::new(HashMap::new()),
            uploads: StoredValue::new(HashMap::new()),
            changed: StoredValue::new(HashSet::new()),
            drawing_planned: StoredValue::new(false),
            farewell: StoredValue::new(None),
            wire: StoredValue::new(Wire::default()),
            emoji_wanted: StoredValue::new(false),
            parts,
            signed_out,
            connection: RwSignal::new(Connection::Connecting),
            greeted: RwSignal::new(false),
            notices: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
            landed: RwSignal::new(None),
            at_end: RwSignal::new(false),
            spoken: RwSignal::new(0),
            outdated: RwSignal::new(false),
            takes_files: RwSignal::new(true),
            preferences: RwSignal::new(Preferences::default()),
            emoji: RwSignal::new(EmojiBook::default()),
            me: Memo::new(move |_| {
                see(parts.me);
                state.with_value(|state| state.me().clone())
            }),
            rooms: Memo::new(move |_| {
                see(parts.rooms);
                state.with_value(|state| state.rooms().sections())
            }),
            unread: Memo::new(move |_| {
                see(parts.rooms);
                state.with_value(|state| state.rooms().unread())
            }),
            stranger: Memo::new(move |_| {
                see(parts.stranger);
                state.with_value(|state| state.stranger().clone())
            }),
        }
    }

    /// Looks at conversations' summaries and is told when they change.
    pub fn with_rooms<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.rooms.track();
        self.state.with_value(look)
    }

    /// Looks at the open conversation's messages and is told when they change.
    pub fn with_timeline<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.timeline.track();
        self.state.with_value(look)
    }

    /// Looks at conversations' people and is told when they change.
    pub fn with_members<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.members.track();
        self.state.with_value(look)
    }

    /// Looks at who is typing and is told when that changes.
    pub fn with_typing<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.typing.track();
        self.state.with_value(look)
    }

    /// Looks at files that are attached or on their way and is told when they change.
    pub fn with_files<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.files.track();
        self.state.with_value(look)
    }

    /// Looks at the public rooms and is told when they change.
    pub fn with_directory<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.parts.directory.track();
        self.state.with_value(look)
    }

    /// Looks at the frames that passed lately and is told when more do.
    pub fn with_wire<T>(&self, look: impl FnOnce(&Wire) -> T) -> T {
        self.parts.wire.track();
        self.wire.with_value(look)
    }

    /// Looks at them once.
    pub fn peek_wire<T>(&self, look: impl FnOnce(&Wire) -> T) -> T {
        self.wire.with_value(look)
    }

    /// Forgets them.
    pub fn clear_wire(&self) {
        self.wire.update_value(Wire::clear);
        self.parts.wire.notify();
    }

    /// Looks once, without being told of changes.
    pub fn peek<T>(&self, look: impl FnOnce(&ChatState) -> T) -> T {
        self.state.with_value(look)
    }

    /// A conversation as rows on the screen.
    #[must_use]
    pub fn rows(&self, room: RoomId) -> Vec<Row> {
        self.with_timeline(|state| state.rows(room, now(), clock_offset))
    }

    /// Does something, carries out what follows from it, and draws what changed.
    pub fn act(&self, act: impl FnOnce(&mut ChatState) -> Vec<Effect>) {
        if let Some(effects) = self.state.try_update_value(act) {
            self.carry_out(effects);
            self.draw();
        }
    }

    /// Like [`Session::act`], where the session itself may be coming to its end.
    pub fn try_act(&self, act: impl FnOnce(&mut ChatState) -> Vec<Effect>) {
        if !self.state.is_disposed() {
            self.act(act);
        }
    }

    /// Says something in a conversation, be it in answer to a message, with what is attached there.
    pub fn say(&self, room: RoomId, body: String, reply_to: Option<Seq>) {
        if let Some(client_id) = browser::client_id() {
            self.act(|state| state.say(room, body, reply_to, client_id, now()));
            self.spoken.update(|spoken| *spoken += 1);
        }
    }

    /// Shows a sentence for a while.
    pub fn notice(&self, text: impl Into<String>) {
        const SHOWN: Duration = Duration::from_secs(7);
        let text = text.into();
        let notices = self.notices;
        let number = notices.with_untracked(|all| all.last().map_or(1, |last| last.number + 1));
        notices.update(|all| all.push(Notice { number, text }));
        set_timeout(move || self::dismiss(notices, number), SHOWN);
    }

    /// Takes a sentence away.
    pub fn dismiss(&self, number: u32) {
        dismiss(self.notices, number);
    }

    /// Tries to connect now.
    pub fn hurry(&self) {
        self.link.with_value(|link| link.iter().for_each(Link::hurry));
    }

    /// Forgets what was half written, which nobody who signs in next shall find; to be called when the user has signed
    /// out, and this session may be gone.
    pub fn forgetting_drafts(&self) -> impl FnOnce() + 'static {
        let key = self.drafts_key();
        move || browser::forget_drafts(&key)
    }

    /// Leaves this session behind, for a reason that the sign-in page shows.
    pub fn leave(&self, reason: impl Into<String>) {
        self.link.with_value(|link| link.iter().for_each(Link::stop));
        self.signed_out.run(reason.into());
    }
}

fn dismiss(notices: RwSignal<Vec<Notice>>, number: u32) {
    let _ = notices.try_update(|all| all.retain(|notice| notice.number != number));
}
