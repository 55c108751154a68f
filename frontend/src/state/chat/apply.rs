//! What the server says.

use shared::{
    Accepted, Account, Change, ChatMessage, ClientMessage, Destination, ErrorCode, FileInfo, History, Member,
    MemberChange, MessageKind, MetadataMap, MuteLevel, ReadPosition, Refused, ReplyTo, Resume, Resumed, RoomAction,
    RoomGone, RoomGoneReason, RoomId, RoomName, RoomSummary, Seen, Seq, ServerMessage, Username, Welcome, gist,
    mentioned,
};

use super::files::stopped;
use super::{Asked, ChatState, Effect, Part, send};
use crate::state::clock::Millis;
use crate::state::markdown::plain;
use crate::state::rooms::in_short;
use crate::state::timeline::Timeline;
use crate::words;

/// How long a message waits that the server could not take at the moment.
const PAUSE: Millis = 1_000;

impl ChatState {
    /// Takes a frame and says what to do about it.
    pub fn apply(&mut self, message: ServerMessage, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(id) = answered_request(&message) {
            effects.push(Effect::Answered(id, Ok(Box::new(message.clone()))));
        }
        match message {
            ServerMessage::Welcome(welcome) => self.welcome(*welcome, &mut effects),
            ServerMessage::Accepted(accepted) => self.accepted(accepted, &mut effects),
            ServerMessage::Error(refused) => self.refused(refused, &mut effects),
            ServerMessage::Message(message) => self.said(message, now, &mut effects),
            ServerMessage::History(history) => self.history(history, &mut effects),
            ServerMessage::Resumed(resumed) => self.resumed(resumed, &mut effects),
            ServerMessage::Room { id, room } => self.room(id, room, &mut effects),
            ServerMessage::RoomGone(gone) => self.room_gone(gone, &mut effects),
            ServerMessage::Directory { rooms, .. } => {
                self.directory = Some(rooms);
                effects.push(Effect::Changed(Part::Directory));
            }
            ServerMessage::Members { room, members, .. } => {
                self.members.insert(room, members);
                effects.push(Effect::Changed(Part::Members(room)));
            }
            ServerMessage::MemberJoined(change) => self.member_joined(change, &mut effects),
            ServerMessage::MemberLeft(change) => self.member_left(&change, &mut effects),
            ServerMessage::Presence(presence) => self.presence(&presence.user, presence.online, &mut effects),
            ServerMessage::Typing(typing) => {
                let of_others = typing.user != self.me.username;
                if of_others && self.typing.note(typing.room, &typing.user, typing.on, now) {
                    effects.push(Effect::Changed(Part::Typing(typing.room)));
                }
            }
            ServerMessage::Read(position) => self.read(&position, &mut effects),
            ServerMessage::Stranger(stranger) => self.meet(stranger, &mut effects),
            ServerMessage::Resync {} => self.resume(&mut effects),
            ServerMessage::Goodbye(goodbye) => effects.push(Effect::Farewell(goodbye.message)),
            ServerMessage::Changed(message) => self.amend(&message, &mut effects),
            ServerMessage::RoomChanged(change) => {
                self.rooms.changed(change);
                effects.push(Effect::Changed(Part::Rooms));
            }
            ServerMessage::Muted { room, level } => effects.extend(self.muted(room, level)),
            ServerMessage::MemberChanged(change) => {
                let members = self.members.get_mut(&change.room).into_iter().flatten();
                members.filter(|member| member.username == change.user).for_each(|it| it.moderator = change.moderator);
                effects.push(Effect::Changed(Part::Members(change.room)));
            }
            ServerMessage::Standing(standing) => {
                self.rooms.stands(standing);
                effects.push(Effect::Changed(Part::Rooms));
            }
            ServerMessage::Ok { id: Some(id) } => self.carried_out(id, &mut effects),
            ServerMessage::Edits { .. }
            | ServerMessage::Found(_)
            | ServerMessage::Profile { .. }
            | ServerMessage::Sanctions(_)
            | ServerMessage::Ok { id: None }
            | ServerMessage::Pong { .. } => {}
        }
        effects
    }

    /// Takes on an account that was told by other means, as after a guest has claimed the name.
    pub fn become_account(&mut self, account: Account) -> Vec<Effect> {
        self.me = account;
        vec![Effect::Changed(Part::Me)]
    }

    fn welcome(&mut self, welcome: Welcome, effects: &mut Vec<Effect>) {
        self.online = true;
        self.me = welcome.you;
        self.limits = welcome.limits;
        self.typing.clear();
        for room in &welcome.rooms {
            self.seen_by_other.extend(room.with_read_seq.map(|seq| (room.room, seq)));
        }
        self.rooms.replace(welcome.rooms);
        self.members.clear();
        self.meet(welcome.stranger, effects);
        let rooms = &self.rooms;
        self.timelines.retain(|room, _| rooms.get(*room).is_some());
        if self.rooms.is_empty() {
            let lobby = RoomAction { room: Destination::Named(RoomName::lobby()) };
            self.ask(Asked::Lobby, ClientMessage::Join(lobby), effects);
        }
        self.resume(effects);
        if let Some(room) = self.open {
            self.load(room, effects);
            effects.push(Effect::Changed(Part::Timeline(room)));
        }
        self.send_due(effects);
        effects.extend([Part::Me, Part::Rooms].map(Effect::Changed));
    }

    /// Asks for what was missed in every conversation of which something is here.
    fn resume(&self, effects: &mut Vec<Effect>) {
        let seen = self.timelines.iter().filter_map(|(&room, timeline)| seen(room, timeline));
        let mut seen: Vec<Seen> = seen.collect();
        seen.sort_unstable_by_key(|seen| seen.room);
        if !seen.is_empty() {
            effects.push(send(ClientMessage::Resume(Resume { seen })));
        }
    }

    fn accepted(&mut self, accepted: Accepted, effects: &mut Vec<Effect>) {
        let Some(outgoing) = accepted.client_id.as_ref().and_then(|id| self.queue.accepted(id)) else { return };
        let mut metadata = MetadataMap::new();
        let files: Vec<FileInfo> = outgoing.files.iter().filter_map(|file| file.info().cloned()).collect();
        if !files.is_empty() {
            FileInfo::attach(&files, &mut metadata);
        }
        let message = ChatMessage {
            room: accepted.room,
            seq: accepted.seq,
            id: accepted.message_id,
            from: self.me.username.clone(),
            time: accepted.time,
            kind: MessageKind::Chat,
            metadata,
            client_id: accepted.client_id,
            reply_to: outgoing.reply_to.and_then(|seq| self.quote(accepted.room, seq)),
            mentions: mentioned(&outgoing.body),
            body: outgoing.body,
            edited_at: None,
            deleted: false,
            reactions: Vec::new(),
            change: Change::ZERO,
        };
        self.rooms.said(&message, &self.me.username);
        effects.extend([Effect::Changed(Part::Rooms), Effect::KeepQueue]);
        self.add(message, effects);
        self.send_due(effects);
    }

    fn refused(&mut self, refused: Refused, effects: &mut Vec<Effect>) {
        let told = words::refused(refused.code, &refused.message);
        if let Some(client_id) = &refused.client_id {
            let passes = matches!(refused.code, ErrorCode::TooFast | ErrorCode::Unavailable | ErrorCode::ShuttingDown);
            if passes {
                self.queue.postponed(client_id);
                effects.push(Effect::TryQueueIn(PAUSE));
            } else {
                self.queue.refused(client_id, told);
                self.send_due(effects);
            }
            self.queue_changed(effects);
            return;
        }
        let Some(id) = refused.id else {
            effects.push(if self.online { Effect::Notice(told) } else { Effect::SignedOut(told) });
            return;
        };
        match self.requests.remove(&id) {
            Some(Asked::Newest(room) | Asked::Older(room) | Asked::Newer(room) | Asked::Around(room)) => {
                if let Some(timeline) = self.timelines.get_mut(&room) {
                    timeline.page_failed();
                }
                effects.extend([Effect::Changed(Part::Timeline(room)), Effect::Notice(told)]);
            }
            Some(Asked::Edit(room, seq)) => self.edit_refused(id, (room, seq), told, effects),
            Some(Asked::Lobby) => effects.push(Effect::Notice(told)),
            None => effects.push(Effect::Answered(id, Err(refused))),
        }
    }

    fn said(&mut self, message: ChatMessage, now: Millis, effects: &mut Vec<Effect>) {
        let room = message.room;
        if message.client_id.as_ref().and_then(|id| self.queue.accepted(id)).is_some() {
            effects.push(Effect::KeepQueue);
            self.send_due(effects);
        }
        if self.typing.note(room, &message.from, false, now) {
            effects.push(Effect::Changed(Part::Typing(room)));
        }
        let mine = message.from == self.me.username;
        let was_read = self.rooms.get(room).is_some_and(|summary| summary.unread == 0);
        let news = self.rooms.get(room).is_some_and(|summary| message.seq > summary.last_seq);
        if news && !mine && self.open == Some(room) {
            if was_read && !self.attentive {
                self.unread_after = Some(Seq(message.seq.0.saturating_sub(1)));
            }
            effects.push(Effect::Said(message.from.clone(), plain(&gist(&message.body, &message.metadata))));
        }
        let wanted = match self.rooms.get(room).map(|summary| summary.mute).unwrap_or_default() {
            MuteLevel::All => true,
            MuteLevel::Mentions => message.mentions.contains(&self.me.username),
            MuteLevel::Nothing => false,
        };
        if news && wanted && !mine && !(self.attentive && self.open == Some(room)) {
            effects.push(Effect::News(room, message.from.clone(), plain(&gist(&message.body, &message.metadata))));
        }
        self.rooms.said(&message, &self.me.username);
        effects.push(Effect::Changed(Part::Rooms));
        self.add(message, effects);
    }

    /// Puts a message where it belongs, and asks for what is missing before it.
    fn add(&mut self, message: ChatMessage, effects: &mut Vec<Effect>) {
        let room = message.room;
        effects.push(Effect::Changed(Part::Timeline(room)));
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        timeline.add(message);
        self.heal(room, effects);
    }

    /// A message is not what it was.
    fn amend(&mut self, message: &ChatMessage, effects: &mut Vec<Effect>) {
        self.edit_arrived(message);
        if self.rooms.amended(message) {
            effects.push(Effect::Changed(Part::Rooms));
        }
        if self.timelines.get_mut(&message.room).is_some_and(|timeline| timeline.amend(message)) {
            effects.push(Effect::Changed(Part::Timeline(message.room)));
        }
    }

    /// A message as another one that answers it shows it.
    fn quote(&self, room: RoomId, seq: Seq) -> Option<ReplyTo> {
        let message = self.message(room, seq)?;
        let excerpt = (!message.deleted).then(|| in_short(message));
        Some(ReplyTo { seq, from: message.from.clone(), excerpt })
    }

    fn heal(&mut self, room: RoomId, effects: &mut Vec<Effect>) {
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        if let Some(seq) = timeline.wants_healing() {
            let seen = vec![Seen { room, seq, change: Some(timeline.change()) }];
            effects.push(send(ClientMessage::Resume(Resume { seen })));
        }
    }

    fn history(&mut self, history: History, effects: &mut Vec<Effect>) {
        let asked = history.id.and_then(|id| self.requests.remove(&id));
        let (room, more) = (history.room, history.more);
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        match asked {
            Some(Asked::Newest(asked)) if asked == room => {
                if let Some(last) = history.messages.last() {
                    self.rooms.previewed(last);
                    effects.push(Effect::Changed(Part::Rooms));
                }
                timeline.add_newest(history.messages, more);
                timeline.know(self.rooms.get(room).map_or(Change::ZERO, |room| room.change));
            }
            Some(Asked::Older(asked)) if asked == room => timeline.add_older(history.messages, more),
            Some(Asked::Newer(asked)) if asked == room => timeline.add_newer(history.messages, more),
            Some(Asked::Around(asked)) if asked == room => timeline.add_around(history.messages, more),
            _ => return,
        }
        effects.push(Effect::Changed(Part::Timeline(room)));
        self.heal(room, effects);
    }

    fn resumed(&mut self, resumed: Resumed, effects: &mut Vec<Effect>) {
        let room = resumed.room;
        resumed.changed.iter().for_each(|message| self.edit_arrived(message));
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        for id in resumed.messages.iter().filter_map(|message| message.client_id.as_ref()) {
            if self.queue.accepted(id).is_some() {
                effects.push(Effect::KeepQueue);
            }
        }
        timeline.resumed(resumed.recovered, resumed.messages);
        for message in &resumed.changed {
            timeline.amend(message);
        }
        timeline.know(resumed.change);
        if self.open == Some(room) && !timeline.is_loaded() {
            self.load(room, effects);
        }
        self.heal(room, effects);
        self.send_due(effects);
        effects.push(Effect::Changed(Part::Timeline(room)));
    }

    fn room(&mut self, id: Option<shared::RequestId>, room: RoomSummary, effects: &mut Vec<Effect>) {
        let number = room.room;
        let new = self.rooms.get(number).is_none();
        self.rooms.put(room);
        effects.push(Effect::Changed(Part::Rooms));
        if id.and_then(|id| self.requests.remove(&id)) == Some(Asked::Lobby) {
            effects.push(Effect::Landed(number));
        }
        if new && self.open == Some(number) {
            self.load(number, effects);
        }
    }

    fn room_gone(&mut self, gone: RoomGone, effects: &mut Vec<Effect>) {
        if let Some(summary) = self.forget(gone.room, effects)
            && gone.reason != RoomGoneReason::Left
        {
            effects.push(Effect::Gone(summary, gone.reason));
        }
    }

    pub(super) fn forget(&mut self, room: RoomId, effects: &mut Vec<Effect>) -> Option<RoomSummary> {
        self.timelines.remove(&room);
        self.members.remove(&room);
        self.seen_by_other.remove(&room);
        self.edits.retain(|(of, _), _| *of != room);
        let written = self.queue.discard_room(room);
        effects.extend(written.iter().flat_map(|message| stopped(&message.files)));
        effects.extend(stopped(&self.attachments.take(room)));
        effects.extend([Effect::KeepFiles(room)]);
        effects.extend([Effect::KeepQueue, Effect::Changed(Part::Rooms), Effect::Changed(Part::Timeline(room))]);
        self.rooms.remove(room)
    }

    fn member_joined(&mut self, change: MemberChange, effects: &mut Vec<Effect>) {
        self.rooms.members(change.room, change.members);
        if let Some(members) = self.members.get_mut(&change.room)
            && members.iter().all(|member| member.username != change.user)
        {
            members.push(Member { username: change.user, online: true, owner: false, moderator: false });
        }
        effects.extend([Effect::Changed(Part::Rooms), Effect::Changed(Part::Members(change.room))]);
    }

    fn member_left(&mut self, change: &MemberChange, effects: &mut Vec<Effect>) {
        self.rooms.members(change.room, change.members);
        if let Some(members) = self.members.get_mut(&change.room) {
            members.retain(|member| member.username != change.user);
        }
        effects.extend([Effect::Changed(Part::Rooms), Effect::Changed(Part::Members(change.room))]);
    }

    fn presence(&mut self, user: &Username, online: bool, effects: &mut Vec<Effect>) {
        if self.rooms.presence(user, online) {
            effects.push(Effect::Changed(Part::Rooms));
        }
        for (room, members) in &mut self.members {
            for member in members.iter_mut().filter(|member| member.username == *user && member.online != online) {
                member.online = online;
                effects.push(Effect::Changed(Part::Members(*room)));
            }
        }
    }

    fn read(&mut self, position: &ReadPosition, effects: &mut Vec<Effect>) {
        if position.user == self.me.username {
            if self.rooms.read(position.room, position.seq, position.unread, position.mentions) {
                effects.push(Effect::Changed(Part::Rooms));
            }
        } else {
            let seen = self.seen_by_other.entry(position.room).or_default();
            *seen = position.seq.max(*seen);
            effects.push(Effect::Changed(Part::Timeline(position.room)));
        }
    }
}

/// How far a conversation is known here, amendments included.
fn seen(room: RoomId, timeline: &Timeline) -> Option<Seen> {
    Some(Seen { room, seq: timeline.seen()?, change: Some(timeline.change()) })
}

/// The id of the request a frame answers, where a caller may wait for it.
fn answered_request(message: &ServerMessage) -> Option<shared::RequestId> {
    match message {
        ServerMessage::Ok { id } | ServerMessage::Room { id, .. } => *id,
        ServerMessage::Directory { id, .. } | ServerMessage::Members { id, .. } => *id,
        ServerMessage::Edits { id, .. } | ServerMessage::Profile { id, .. } => *id,
        ServerMessage::Found(found) => found.id,
        ServerMessage::Sanctions(sanctions) => sanctions.id,
        _ => None,
    }
}
