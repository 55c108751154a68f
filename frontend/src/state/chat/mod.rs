//! The whole conversation with the server as one state machine: what the server says goes into
//! [`ChatState::apply`], what the user does into the methods of `acts`, and both give the [`Effect`]s to carry out.

mod acts;
mod apply;
mod edits;
mod files;
mod strangers;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::{
    Account, ChatMessage, ClientFrame, ClientMessage, Limits, Member, Refused, RequestId, RoomGoneReason, RoomId,
    RoomKind, RoomListing, RoomSummary, Seq, ServerMessage, Stranger, Username,
};

use super::attachments::{Attachments, UploadId};
use super::clock::Millis;
use super::queue::SendQueue;
use super::rooms::RoomBook;
use super::rows::{self, Reader, Row};
use super::timeline::Timeline;
use super::typing::{TypingBoard, TypingNotifier};

pub use edits::Rewritten;

/// Something for the caller to carry out.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this frame.
    Send(ClientFrame),
    /// Draw this part anew.
    Changed(Part),
    /// A request of the caller's own has its answer.
    Answered(RequestId, Result<Box<ServerMessage>, Refused>),
    /// The user was brought into the lobby because there was nothing else: open it.
    Landed(RoomId),
    /// The user is no longer in a conversation, and did not leave it on this connection.
    Gone(RoomSummary, RoomGoneReason),
    /// Somebody said something in the open conversation, for whoever listens rather than looks.
    Said(Username, String),
    /// Somebody said something that is not before the user's eyes.
    News(RoomId, Username, String),
    /// A sentence for the user, about nothing that is on the screen.
    Notice(String),
    /// The server does not know who speaks: back to the sign-in page, with this reason.
    SignedOut(String),
    /// The server said why it is about to close.
    Farewell(String),
    /// Keep the queue where a reload finds it.
    KeepQueue,
    /// Keep what is attached in a conversation where a reload and other tabs find it.
    KeepFiles(RoomId),
    /// Upload this file again.
    UploadAgain(UploadId),
    /// This file is not wanted any more.
    StopUpload(UploadId),
    /// The server may forget this file: it will not be said.
    TakeBack(String),
    /// Ask for what is due in the queue after this many milliseconds.
    TryQueueIn(Millis),
}

/// A part of the state that is drawn by itself.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Part {
    /// Who the user is, what the server accepts.
    Me,
    /// The list of conversations.
    Rooms,
    /// A conversation's messages.
    Timeline(RoomId),
    /// A conversation's people.
    Members(RoomId),
    /// Who is typing in a conversation.
    Typing(RoomId),
    /// Files that are attached or on their way.
    Files,
    /// The random chat.
    Stranger,
    /// The public rooms.
    Directory,
}

/// Everything the browser knows about the chat.
#[derive(Clone, Debug)]
pub struct ChatState {
    me: Account,
    limits: Limits,
    online: bool,
    rooms: RoomBook,
    timelines: HashMap<RoomId, Timeline>,
    members: HashMap<RoomId, Vec<Member>>,
    typing: TypingBoard,
    notifier: TypingNotifier,
    queue: SendQueue,
    edits: HashMap<(RoomId, Seq), Rewritten>,
    attachments: Attachments,
    stranger: Stranger,
    directory: Option<Vec<RoomListing>>,
    seen_by_other: HashMap<RoomId, Seq>,
    open: Option<RoomId>,
    unread_after: Option<Seq>,
    /// The message that somebody was led to, until he goes on to the newest.
    looked_at: Option<Seq>,
    attentive: bool,
    requests: HashMap<RequestId, Asked>,
    last_request: u64,
}

/// What the state itself has asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Asked {
    Newest(RoomId),
    Older(RoomId),
    Newer(RoomId),
    Around(RoomId),
    Edit(RoomId, Seq),
    Lobby,
}

impl ChatState {
    /// How many messages a page has.
    pub const PAGE: u32 = 50;

    /// Before the server has said anything. `queue` is what an earlier life of this tab left unsent.
    #[must_use]
    pub fn new(me: Account, queue: SendQueue) -> Self {
        let last_upload = queue.uploads().map(|file| file.id).max().unwrap_or_default();
        Self {
            me,
            limits: Limits::default(),
            online: false,
            rooms: RoomBook::default(),
            timelines: HashMap::new(),
            members: HashMap::new(),
            typing: TypingBoard::default(),
            notifier: TypingNotifier::default(),
            queue,
            edits: HashMap::new(),
            attachments: Attachments::after(last_upload),
            stranger: Stranger::Idle {},
            directory: None,
            seen_by_other: HashMap::new(),
            open: None,
            unread_after: None,
            looked_at: None,
            attentive: false,
            requests: HashMap::new(),
            last_request: 0,
        }
    }

    /// The user.
    #[must_use]
    pub fn me(&self) -> &Account {
        &self.me
    }

    /// What the server accepts.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The user's conversations.
    #[must_use]
    pub fn rooms(&self) -> &RoomBook {
        &self.rooms
    }

    /// A conversation's messages, if it was ever opened.
    #[must_use]
    pub fn timeline(&self, room: RoomId) -> Option<&Timeline> {
        self.timelines.get(&room)
    }

    /// A conversation's people, if they were asked for.
    #[must_use]
    pub fn members(&self, room: RoomId) -> Option<&[Member]> {
        self.members.get(&room).map(Vec::as_slice)
    }

    /// Who is typing in a conversation, the user apart.
    #[must_use]
    pub fn typing(&self, room: RoomId) -> Vec<Username> {
        self.typing.in_room(room)
    }

    /// Where the user stands in the random chat.
    #[must_use]
    pub fn stranger(&self) -> &Stranger {
        &self.stranger
    }

    /// The public rooms, if they were asked for.
    #[must_use]
    pub fn directory(&self) -> Option<&[RoomListing]> {
        self.directory.as_deref()
    }

    /// What waits to be sent.
    #[must_use]
    pub fn queue(&self) -> &SendQueue {
        &self.queue
    }

    /// Whether the last message of a direct conversation is the user's own and the other has read it.
    #[must_use]
    pub fn last_own_is_seen(&self, room: RoomId) -> bool {
        let last = self.timelines.get(&room).and_then(|timeline| timeline.entries().next_back());
        let direct = self.rooms.get(room).is_some_and(|summary| summary.kind == RoomKind::Direct);
        direct
            && last.is_some_and(|entry| {
                entry.message.from == self.me.username && self.seen_by_other.get(&room) >= Some(&entry.message.seq)
            })
    }

    /// A message that is here.
    #[must_use]
    pub fn message(&self, room: RoomId, seq: Seq) -> Option<&Arc<ChatMessage>> {
        self.timelines.get(&room)?.get(seq).map(|entry| &entry.message)
    }

    /// The user's last message in what is shown of a conversation, if it can be edited.
    #[must_use]
    pub fn last_own(&self, room: RoomId) -> Option<&ChatMessage> {
        let own = |message: &&ChatMessage| message.from == self.me.username && can_change(message);
        self.timelines.get(&room)?.entries().rev().map(|entry| &*entry.message).find(own)
    }

    /// People in conversations that were opened, and others of direct ones; each once.
    pub fn known_people(&self) -> impl Iterator<Item = &Username> {
        let here = self.members.values().flatten().map(|member| &member.username);
        let all = here.chain(self.rooms.all().filter_map(|room| room.with.as_ref()));
        let mut told = HashSet::new();
        all.filter(move |name| told.insert(name.key()))
    }

    /// The conversation on the screen.
    #[must_use]
    pub fn open_room(&self) -> Option<RoomId> {
        self.open
    }

    /// Whether the server has said who the user is on this connection.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// A conversation as rows on the screen.
    pub fn rows(&self, room: RoomId, now: Millis, offset: impl Fn(Millis) -> i32) -> Vec<Row> {
        let Some(timeline) = self.timelines.get(&room) else { return Vec::new() };
        let unread_after = self.unread_after.filter(|_| self.open == Some(room));
        let reader = Reader { me: self.me.username.clone(), now, unread_after };
        rows::rows(timeline.entries(), self.queue.in_room(room), &reader, offset)
    }

    /// A new request's id.
    pub fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }

    fn ask(&mut self, asked: Asked, message: ClientMessage, effects: &mut Vec<Effect>) -> RequestId {
        let id = self.next_request();
        self.requests.insert(id, asked);
        effects.push(Effect::Send(ClientFrame { id: Some(id), message }));
        id
    }
}

/// Whether a message is one that its sender may edit.
#[must_use]
pub fn can_change(message: &ChatMessage) -> bool {
    !message.deleted && message.kind.is_chat() && !message.room.is_pair()
}

fn send(message: ClientMessage) -> Effect {
    Effect::Send(ClientFrame { id: None, message })
}
