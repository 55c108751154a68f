//! What is done to messages after they were said: editing, deleting, reacting. The right is checked here; the journal
//! stores and tells.

use shared::{Destination, Emoji, RoomId, Seq};
use tokio::sync::oneshot;

use super::journal::Change;
use super::permission::{self, MessageAction};
use super::{Hub, Refusal, Reply, RoomRef, SessionId};
use crate::store::{Act, Amendment, Deed, Message, Room};

/// The most earlier versions of a message that are told.
const VERSIONS: u32 = 100;

impl Hub {
    pub(super) async fn edit(&self, session: SessionId, room: RoomId, seq: Seq, body: String) -> Result<(), Refusal> {
        self.check_text(&body)?;
        let (stored, message) = self.message_for(MessageAction::Edit, session, room, seq).await?;
        if !message.kind.is_chat() {
            return Err(Refusal::NotInThisKind);
        }
        self.amend(session, &stored, seq, Act::Edit(body), None).await
    }

    pub(super) async fn delete_message(&self, session: SessionId, room: RoomId, seq: Seq) -> Result<(), Refusal> {
        let (stored, message) = self.message_for(MessageAction::Delete, session, room, seq).await?;
        let own = self.is_own(session, &message).await?;
        let deed = (!own).then(|| self.deletion(session, &stored, &message));
        self.amend(session, &stored, seq, Act::Delete, deed).await
    }

    pub(super) async fn react(
        &self,
        session: SessionId,
        room: RoomId,
        seq: Seq,
        emoji: Emoji,
        on: bool,
    ) -> Result<(), Refusal> {
        let (stored, _) = self.message_for(MessageAction::React, session, room, seq).await?;
        self.amend(session, &stored, seq, if on { Act::React(emoji) } else { Act::Unreact(emoji) }, None).await
    }

    pub(super) async fn versions(&self, session: SessionId, room: RoomId, seq: Seq) -> Result<Reply, Refusal> {
        self.message_for(MessageAction::ReadVersions, session, room, seq).await?;
        let versions = self.inner.store.versions(room, seq, VERSIONS).await;
        Ok(Reply::Versions { room, seq, versions: versions.map_err(|error| Self::unavailable(&error))? })
    }

    /// A message with which a session may do that, and where it is.
    pub(super) async fn message_for(
        &self,
        action: MessageAction,
        session: SessionId,
        room: RoomId,
        seq: Seq,
    ) -> Result<(Room, Message), Refusal> {
        let stored = self.find_room(&Destination::Room(room)).await?;
        let relation = self.inner.live.lock().relation_with_owner(session, &stored, self.now());
        // Whether he may know of the room at all comes first.
        let checked = permission::check_message(action, stored.kind, relation, true);
        checked.map_err(|refusal| self.explain(refusal, session, room))?;
        let hidden = self.readable_after(session, room).await?;
        let found = self.inner.store.message(room, seq).await.map_err(|error| Self::unavailable(&error))?;
        let there = found.filter(|message| message.seq > hidden && !message.since.deleted);
        let message = there.ok_or(Refusal::NoSuchMessage)?;
        permission::check_message(action, stored.kind, relation, self.is_own(session, &message).await?)?;
        Ok((stored, message))
    }

    /// Whether a session's user said it: under that name, and not another guest who bore it before.
    async fn is_own(&self, session: SessionId, message: &Message) -> Result<bool, Refusal> {
        let me = self.name_of(session)?;
        if me != message.sender {
            return Ok(false);
        }
        let user = self.user(&me).await?;
        Ok(user.and_then(|user| user.renewed_at).is_none_or(|renewed_at| message.time >= renewed_at))
    }

    async fn amend(
        &self,
        session: SessionId,
        room: &Room,
        seq: Seq,
        act: Act,
        deed: Option<Deed>,
    ) -> Result<(), Refusal> {
        let amendment = Amendment { room: room.id, seq, by: self.name_of(session)?, time: self.now(), act, deed };
        let (done, stored) = oneshot::channel();
        self.journal()?.amend(Change { amendment, room: RoomRef::of(room), done }).await?;
        stored.await.map_err(|_| Refusal::ShuttingDown)?
    }
}
