//! Doing here what other nodes say has happened.

use std::sync::Arc;

use shared::{Change, RoomGoneReason, RoomId, Seq, Username};
use tokio::sync::mpsc;

use super::Note;
use crate::bus::Heard;
use crate::hub::telling::Post;
use crate::hub::{Event, Hub, Refusal, RoomRef};
use crate::store::{Extent, Message};

/// How many notes may wait that make it necessary to ask the store.
const ATTENDED: usize = 1_024;

impl Hub {
    /// Hears the other nodes, and finds in the store what was not heard. Runs as long as the node does.
    pub async fn keep_together(self, heard: mpsc::Receiver<Heard>) {
        let Some(cluster) = self.inner.cluster.clone() else { return };
        let (attend, attended) = mpsc::channel(ATTENDED);
        tokio::join!(
            self.hear_all(heard, attend),
            self.attend_to_all(attended),
            self.follow_rooms(&cluster),
            self.heal_rooms(),
            self.look_around(&cluster),
            self.sweep(&cluster),
            self.keep_meeting(),
            self.keep_living(&cluster),
            self.tell_turned(),
            self.tell_attendance(&cluster),
        );
    }

    /// Does at once what can be done at once. What has to ask the store is done beside that, in its own order, so that
    /// no message waits for it.
    async fn hear_all(&self, mut heard: mpsc::Receiver<Heard>, attend: mpsc::Sender<Note>) {
        while let Some(Heard { from, note, .. }) = heard.recv().await {
            if let Note::Pair(note) = note {
                self.hear_pair(from, note);
                continue;
            }
            if let Some(note) = self.hear(note).await
                && attend.try_send(note).is_err()
            {
                // The sweep finds it.
                metrics::counter!("confab_bus_dropped_total", "why" => "store").increment(1);
            }
        }
    }

    /// Hands back what has to ask the store.
    async fn hear(&self, note: Note) -> Option<Note> {
        match note {
            Note::Said { room, last, messages } => {
                if messages.is_empty() {
                    self.learn(&[Extent { room, last_seq: last, change: Change::ZERO }]);
                }
                self.note_delay(messages.last());
                let said = |room: &Arc<_>, message| Event::Message { room: Arc::clone(room), message, origin: None };
                self.pass(room, messages, said).await;
            }
            Note::Changed { room, change, messages } => {
                if messages.is_empty() {
                    self.learn(&[Extent { room, last_seq: Seq::ZERO, change }]);
                }
                let changed = |room: &Arc<_>, message| Event::Changed { room: Arc::clone(room), message };
                self.pass(room, messages, changed).await;
            }
            Note::Names { lease, changes, came, went } => self.hear_names(lease, changes, came, &went),
            Note::Phone { user, phone } => self.hear_phone(&user, &phone),
            Note::Present { lease, rooms } => self.hear_present(lease, rooms),
            Note::Typing { room, user, on } => self.inner.live.lock().tell_typing(room, &user, on),
            Note::Read { room, user, seq, unread, mentions } => {
                self.inner.live.lock().tell_read(room, &user, seq, (unread, mentions), None);
            }
            Note::Muted { room, user, level } => {
                self.inner.live.lock().tell_user(&user, Event::Muted { room, level }, None);
            }
            Note::SessionEnded { login } => self.inner.live.lock().people.end(login),
            Note::PasswordChanged { user, stay } => self.inner.live.lock().people.keep_only(&user, &stay),
            Note::Promoted { user, before, login } => self.inner.live.lock().people.promote(&user, before, login),
            Note::Gained { .. }
            | Note::Joined { .. }
            | Note::Left { .. }
            | Note::Out { .. }
            | Note::RoomChanged { .. }
            | Note::RoomGone { .. }
            | Note::Rules { .. } => return Some(note),
            // Heard before.
            Note::Pair(_) => {}
        }
        None
    }

    async fn attend_to_all(&self, mut attended: mpsc::Receiver<Note>) {
        while let Some(note) = attended.recv().await {
            if let Err(refusal) = self.attend_to(note).await {
                tracing::warn!(%refusal, "what another node said could not be done here; it is looked at again");
            }
        }
    }

    async fn attend_to(&self, note: Note) -> Result<(), Refusal> {
        match note {
            Note::Gained { room, user } => self.gain(room, &user).await?,
            Note::Joined { room, user, members } => self.see_joined(room, &user, members).await?,
            Note::Left { room, user, members, reason } => self.see_left(room, &user, members, reason).await?,
            Note::Out { room, user, reason } => {
                let mut live = self.inner.live.lock();
                if let Some(reference) = live.rooms.get(room).map(|in_room| Arc::clone(&in_room.room)) {
                    live.evict(&user, &reference, reason);
                }
            }
            Note::RoomChanged { room, topic, owner } => {
                self.inner.live.lock().tell_room_changed(room, topic, owner);
            }
            Note::RoomGone { room } => self.inner.live.lock().close_room(room),
            Note::Rules { count } if count > self.inner.live.lock().rules.count() => {
                self.learn_rules().await.map_err(|error| Self::unavailable(&error))?;
            }
            // Done at once where it was heard.
            _ => {}
        }
        Ok(())
    }

    /// Brings a user's connections here into a conversation that he has elsewhere already.
    pub(super) async fn gain(&self, room: RoomId, user: &Username) -> Result<(), Refusal> {
        if !self.inner.live.lock().is_missing(user, room) {
            return Ok(());
        }
        let found = self.inner.store.room(room).await.map_err(|error| Self::unavailable(&error))?;
        match found {
            Some(room) => self.show_direct(user, &room).await,
            None => Ok(()),
        }
    }

    async fn see_joined(&self, room: RoomId, user: &Username, members: u32) -> Result<(), Refusal> {
        self.gain(room, user).await?;
        if self.inner.live.lock().rooms.get(room).is_none() {
            return Ok(());
        }
        let found = self.inner.store.room(room).await.map_err(|error| Self::unavailable(&error))?;
        let Some(found) = found else { return Ok(()) };
        let member = self.person(user, Some(&found)).await?;
        if let Some(in_room) = self.inner.live.lock().rooms.get(room) {
            in_room.tell(Event::Joined { room: Arc::clone(&in_room.room), member, members });
        }
        Ok(())
    }

    async fn see_left(
        &self,
        room: RoomId,
        user: &Username,
        members: u32,
        reason: RoomGoneReason,
    ) -> Result<(), Refusal> {
        if self.inner.live.lock().rooms.get(room).is_none() {
            return Ok(());
        }
        let member = self.person(user, None).await?;
        let mut live = self.inner.live.lock();
        let Some(reference) = live.rooms.get(room).map(|in_room| Arc::clone(&in_room.room)) else { return Ok(()) };
        if let Some(in_room) = live.rooms.get(room) {
            in_room.tell(Event::Left { room: Arc::clone(&reference), member, members });
        }
        live.evict(user, &reference, reason);
        Ok(())
    }

    /// Tells a room what another node's commit brought it, as far as it is next.
    async fn pass(
        &self,
        room: RoomId,
        messages: Vec<Arc<Message>>,
        event: impl Fn(&Arc<RoomRef>, Arc<Message>) -> Event,
    ) {
        let post = {
            let mut live = self.inner.live.lock();
            let Some(reference) = live.rooms.get(room).map(|in_room| Arc::clone(&in_room.room)) else { return };
            let events = messages.into_iter().map(|message| event(&reference, message)).collect();
            let events = live.rooms.pass(room, events);
            Post::of(&live, room, events)
        };
        self.carry(post).await;
    }

    /// Has a room told, and notes whom it reached where that decides what is mail.
    pub(super) async fn carry(&self, post: Option<Post>) {
        let (Some(post), Some(cluster)) = (post, &self.inner.cluster) else { return };
        let _telling = cluster.telling.lock().await;
        let mut reached = Vec::new();
        post.carry(|marks| reached.push(marks));
        for marks in reached {
            self.mark(marks).await;
        }
    }

    /// Measures how long it took from being accepted at one node to being told at another.
    fn note_delay(&self, last: Option<&Arc<Message>>) {
        if let Some(message) = last {
            // Clocks of two machines may differ by more than it took.
            let delay = self.now().0.saturating_sub(message.time.0).max(0);
            metrics::histogram!("confab_bus_delivery_seconds").record(delay as f64 / 1_000.0);
        }
    }
}
