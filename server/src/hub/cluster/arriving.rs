//! Who is brought into a conversation at this node a moment after he became a member of it at another: what was told here
//! meanwhile to those who were in it already is told to him too.

use std::sync::Arc;

use shared::{RoomId, Seq, Username};

use crate::hub::live::Live;
use crate::hub::outbox::Delivery;
use crate::hub::{Event, Hub, News, Refusal, SessionId};
use crate::store::{Message, Page};

/// How much of that is told. Past it, who arrives is to read for himself.
const MOST: u32 = 256;

impl Hub {
    /// What a room was told here after a place, if anything.
    pub(in crate::hub) async fn told_since(&self, room: RoomId, after: Seq) -> Result<Vec<Message>, Refusal> {
        let told = self.inner.live.lock().rooms.told(room);
        if told.is_none_or(|told| told <= after) {
            return Ok(Vec::new());
        }
        let page = Page { after, before: None, limit: MOST, newest: false };
        self.inner.store.page(room, page).await.map_err(|error| Self::unavailable(&error))
    }
}

impl Live {
    /// The connections of a user that are not in a room.
    pub(in crate::hub) fn arriving(&self, user: &Username, room: RoomId) -> Vec<SessionId> {
        let is_in = |session| self.rooms.get(room).is_some_and(|live| live.present(session).is_some());
        self.people.sessions_of(user).map(|(session, _)| session).filter(|session| !is_in(*session)).collect()
    }

    /// Tells those who arrived what the room was told after that place before they came. `messages` are what was found of
    /// it; where that is not all, they are to read for themselves.
    pub(in crate::hub) fn catch_up(&self, arrived: &[SessionId], room: RoomId, after: Seq, messages: Vec<Message>) {
        let Some(told) = self.rooms.told(room).filter(|told| *told > after) else { return };
        let Some(reference) = self.rooms.get(room).map(|live| Arc::clone(&live.room)) else { return };
        let arrived = arrived.iter().copied();
        if messages.last().is_none_or(|last| last.seq < told) {
            return arrived.for_each(|session| self.tell(session, Event::Lagged));
        }
        let said = |message| Event::Message { room: Arc::clone(&reference), message: Arc::new(message), origin: None };
        let missed = messages.into_iter().filter(|message| message.seq <= told);
        let news = Arc::new(News::all(missed.map(said)));
        for connection in arrived.filter_map(|session| self.people.connection(session)) {
            connection.outbox.push(Delivery::Shared(Arc::clone(&news)));
        }
    }
}
