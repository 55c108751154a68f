//! What the user does, and what happens to the connection.

use shared::{
    ClientId, ClientMessage, Destination, HistoryRequest, MarkRead, MuteLevel, RoomAction, RoomId, Seq, TypingNotice,
};

use super::files::stopped;
use super::{Asked, ChatState, Effect, Part, send};
use crate::state::clock::Millis;
use crate::state::queue::Outgoing;
use crate::state::timeline::Timeline;

impl ChatState {
    /// Opens a conversation on the screen: its newest messages and its people are asked for where they are not
    /// here, and what is unread in it is marked as such for as long as it stays open. `at` is a message to show,
    /// wherever in the conversation it is.
    pub fn open(&mut self, room: RoomId, at: Option<Seq>) -> Vec<Effect> {
        let mut effects = self.close();
        self.open = Some(room);
        self.looked_at = at;
        let unread = self.rooms.get(room).filter(|summary| summary.unread > 0);
        self.unread_after = unread.map(|summary| summary.read_seq);
        self.load(room, &mut effects);
        effects.push(Effect::Changed(Part::Timeline(room)));
        effects
    }

    /// Shows a message of the open conversation, wherever in it it is.
    pub fn look_at(&mut self, seq: Seq) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(room) = self.open {
            self.looked_at = Some(seq);
            self.load(room, &mut effects);
            effects.push(Effect::Changed(Part::Timeline(room)));
        }
        effects
    }

    /// Shows the newest messages of the open conversation again.
    pub fn return_to_newest(&mut self) -> Vec<Effect> {
        self.looked_at = None;
        let Some(room) = self.open else { return Vec::new() };
        if let Some(timeline) = self.timelines.get_mut(&room) {
            timeline.return_to_newest();
        }
        vec![Effect::Changed(Part::Timeline(room))]
    }

    /// Nothing is open any more.
    pub fn close(&mut self) -> Vec<Effect> {
        if let Some(timeline) = self.open.and_then(|room| self.timelines.get_mut(&room)) {
            timeline.return_to_newest();
        }
        self.open = None;
        self.unread_after = None;
        self.looked_at = None;
        match self.notifier.left().filter(|_| self.online) {
            Some(room) => vec![send(ClientMessage::Typing(TypingNotice { room, on: false }))],
            None => Vec::new(),
        }
    }

    /// Whether the user has the end of the open conversation before the eyes. What is there then counts as read.
    pub fn attend(&mut self, attentive: bool) -> Vec<Effect> {
        self.attentive = attentive;
        self.mark_read()
    }

    /// Marks the open conversation as read, where the user looks at its end and something was unread. To be called
    /// once for all that came in together.
    pub fn mark_read(&mut self) -> Vec<Effect> {
        let Some(room) = self.open.filter(|_| self.attentive && self.online) else { return Vec::new() };
        if !self.timelines.get(&room).is_some_and(Timeline::shows_newest) {
            return Vec::new();
        }
        match self.rooms.get(room).map(|summary| (summary.last_seq, summary.unread)) {
            Some((seq, unread)) if unread > 0 && self.rooms.read(room, seq, None, None) => {
                // Of a random pair the server keeps no reading position.
                let told = (!room.is_pair()).then(|| send(ClientMessage::Read(MarkRead { room, seq })));
                told.into_iter().chain([Effect::Changed(Part::Rooms)]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Asks for older messages, where there are some and none are on their way.
    pub fn older(&mut self, room: RoomId) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.online {
            return effects;
        }
        if let Some(before) = self.timelines.get_mut(&room).and_then(Timeline::wants_older) {
            let page = HistoryRequest { room, before: Some(before), after: None, limit: Some(self.page()) };
            self.ask(Asked::Older(room), ClientMessage::History(page), &mut effects);
            effects.push(Effect::Changed(Part::Timeline(room)));
        }
        effects
    }

    /// Asks for newer messages, where what is shown does not go on to the newest and none are on their way.
    pub fn newer(&mut self, room: RoomId) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.online {
            return effects;
        }
        if let Some(after) = self.timelines.get_mut(&room).and_then(Timeline::wants_newer) {
            let page = HistoryRequest { room, before: None, after: Some(after), limit: Some(self.page()) };
            self.ask(Asked::Newer(room), ClientMessage::History(page), &mut effects);
        }
        effects
    }

    /// Says something, with what is attached in the conversation. It is shown at once and sent when it can be.
    pub fn say(
        &mut self,
        room: RoomId,
        body: String,
        reply_to: Option<Seq>,
        client_id: ClientId,
        now: Millis,
    ) -> Vec<Effect> {
        let files = self.attachments.take(room);
        let had_files = !files.is_empty();
        self.queue.push(Outgoing { reply_to, files, ..Outgoing::new(client_id, room, body, now) });
        self.notifier.sent();
        self.unread_after = None;
        let mut effects = self.return_to_newest();
        effects.extend([Effect::Changed(Part::Timeline(room)), Effect::KeepQueue]);
        if had_files {
            effects.extend([Effect::Changed(Part::Files), Effect::KeepFiles(room)]);
        }
        self.send_due(&mut effects);
        effects
    }

    /// Tries a refused message again.
    pub fn retry(&mut self, client_id: &ClientId) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(uploads) = self.queue.retry(client_id) {
            self.queue_changed(&mut effects);
            effects.extend(uploads.into_iter().map(Effect::UploadAgain));
            effects.push(Effect::Changed(Part::Files));
            self.send_due(&mut effects);
        }
        effects
    }

    /// Throws a message that was not sent away; gives its text, which may be wanted again.
    pub fn discard(&mut self, client_id: &ClientId) -> (Vec<Effect>, Option<String>) {
        let Some(message) = self.queue.discard(client_id) else { return (Vec::new(), None) };
        let mut effects = vec![Effect::Changed(Part::Timeline(message.room)), Effect::KeepQueue];
        effects.extend(stopped(&message.files));
        (effects, Some(message.body))
    }

    /// The user wants to be told of these messages of a conversation; the server is told by whoever calls it.
    pub fn muted(&mut self, room: RoomId, level: MuteLevel) -> Vec<Effect> {
        self.rooms.muted(room, level);
        vec![Effect::Changed(Part::Rooms)]
    }

    /// The text field of a conversation changed.
    pub fn typed(&mut self, room: RoomId, empty: bool, now: Millis) -> Vec<Effect> {
        if !self.online {
            return Vec::new();
        }
        let notice = self.notifier.typed(room, empty, now);
        notice.map(|on| send(ClientMessage::Typing(TypingNotice { room, on }))).into_iter().collect()
    }

    /// Time passed: whoever has not been heard of is no longer typing.
    pub fn tick(&mut self, now: Millis) -> Vec<Effect> {
        self.typing.expire(now).into_iter().map(|room| Effect::Changed(Part::Typing(room))).collect()
    }

    /// When `tick` is next worth calling.
    #[must_use]
    pub fn next_tick(&self) -> Option<Millis> {
        self.typing.next_expiry()
    }

    /// Sends what waits, after a pause the server asked for.
    pub fn try_queue(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.send_due(&mut effects);
        effects
    }

    /// The connection is gone. What was on its way counts as not arrived; nobody is known to be typing.
    pub fn connection_lost(&mut self) -> Vec<Effect> {
        self.online = false;
        self.requests.clear();
        self.queue.connection_lost();
        self.edits_interrupted();
        self.typing.clear();
        self.notifier.sent();
        for timeline in self.timelines.values_mut() {
            timeline.connection_lost();
        }
        let open = self.open.into_iter();
        open.flat_map(|room| [Part::Timeline(room), Part::Typing(room)]).map(Effect::Changed).collect()
    }

    /// The newest messages and the people of a conversation the user is in.
    pub(super) fn load(&mut self, room: RoomId, effects: &mut Vec<Effect>) {
        if !self.online || self.rooms.get(room).is_none() {
            return;
        }
        let unread = self.rooms.get(room).map_or(0, |summary| summary.unread);
        let mut around = self.looked_at.filter(|_| self.open == Some(room));
        if self.timelines.entry(room).or_default().wants_newest() {
            let limit = Some(self.page().max(unread.saturating_add(10)).min(self.limits.max_history_page));
            let page = HistoryRequest { room, before: None, after: None, limit };
            self.ask(Asked::Newest(room), ClientMessage::History(page), effects);
            // It may have been opened before it was known.
            if self.open == Some(room) && self.unread_after.is_none() {
                let summary = self.rooms.get(room).filter(|summary| summary.unread > 0);
                self.unread_after = summary.map(|summary| summary.read_seq);
            }
            // More is unread than the newest page holds: it begins elsewhere.
            let unread_after = self.unread_after.filter(|_| unread.saturating_add(10) > self.limits.max_history_page);
            around = around.or(unread_after.filter(|_| self.open == Some(room)).map(Seq::next));
        }
        self.load_around(room, around, effects);
        if !room.is_pair() && !self.members.contains_key(&room) {
            effects.push(send(ClientMessage::Members(RoomAction { room: Destination::Room(room) })));
        }
    }

    fn load_around(&mut self, room: RoomId, around: Option<Seq>, effects: &mut Vec<Effect>) {
        let Some(seq) = around else { return };
        if self.timelines.get_mut(&room).is_some_and(|timeline| timeline.wants_around(seq)) {
            let after = Some(Seq(seq.0.saturating_sub(u64::from(self.page() / 2))));
            let page = HistoryRequest { room, before: None, after, limit: Some(self.page()) };
            self.ask(Asked::Around(room), ClientMessage::History(page), effects);
        }
    }

    pub(super) fn send_due(&mut self, effects: &mut Vec<Effect>) {
        if !self.online {
            return;
        }
        let due = self.queue.due();
        if !due.is_empty() {
            effects.extend(due.into_iter().map(send));
            self.queue_changed(effects);
        }
    }

    pub(super) fn queue_changed(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::KeepQueue);
        effects.extend(self.open.map(|room| Effect::Changed(Part::Timeline(room))));
    }

    fn page(&self) -> u32 {
        Self::PAGE.min(self.limits.max_history_page)
    }
}
