//! Webhooks: a program's way into a room, and a room's way to a program. Who may make them, what comes in by them, and
//! how far those that lead out have come; the posting itself is `crate::webhooks`.

use std::num::NonZeroU32;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rand::TryRngCore;
use shared::{Destination, RoomId, Seq, Username};
use tokio::sync::broadcast;

use super::bell::Ring;
use super::permission::Action;
use super::{Accepted, Caller, Hub, Refusal, RoomRef, Say, tokens};
use crate::store::{Message, Page, Progress, Room, Way, Webhook};

/// The most webhooks a room has, both ways together.
const MAX_OF_ROOM: usize = 20;

/// The longest address, in bytes.
const MAX_URL: usize = 2_048;

/// What stands before the secret that deliveries are signed with.
const SIGNING_PREFIX: &str = "whsec_";

/// How many messages an incoming webhook may say a second, over time.
const PER_SECOND: u32 = 5;

/// And how many at once after a rest.
const BURST: u32 = 30;

/// The pace of incoming webhooks, by their ids.
pub type WebhookPace = DefaultKeyedRateLimiter<String>;

/// How fast incoming webhooks may speak.
#[must_use]
pub fn pace() -> WebhookPace {
    let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_second(number(PER_SECOND)).allow_burst(number(BURST)))
}

impl Hub {
    /// A room's webhooks, oldest first.
    ///
    /// # Errors
    /// [`Refusal::NotTheOwner`], [`Refusal::NotInThisKind`], [`Refusal::NoSuchRoom`].
    pub async fn webhooks(&self, caller: &Caller, place: &Destination) -> Result<Vec<Webhook>, Refusal> {
        let room = self.room_to_connect(caller, place).await?;
        self.webhooks_of(&room).await
    }

    /// Makes a way into a room, under a name that nobody else gets while it is there. Its secret is told this once.
    ///
    /// # Errors
    /// As [`Hub::webhooks`]; [`Refusal::NameTaken`] where the name is an account's, held now, or another's webhook's;
    /// [`Refusal::LooksLikeAccount`].
    pub async fn make_incoming(
        &self,
        caller: &Caller,
        place: &Destination,
        name: Username,
    ) -> Result<(Webhook, String), Refusal> {
        let room = self.room_to_connect(caller, place).await?;
        if self.inner.live.lock().is_online(&name) {
            return Err(Refusal::NameTaken(name));
        }
        self.check_looks(&name).await?;
        let secret = tokens::secret().ok_or(Refusal::Unavailable)?;
        let name = self.user(&name).await?.map_or(name, |user| user.name);
        let way = Way::In { name: name.clone(), hash: tokens::hash(&secret), used_at: None };
        let webhook = self.keep_webhook(caller, &room, way).await?.ok_or(Refusal::NameTaken(name))?;
        Ok((webhook, secret))
    }

    /// Makes a way out of a room. What it signs with is told this once; what was said before is not delivered.
    ///
    /// # Errors
    /// As [`Hub::webhooks`]; [`Refusal::BadField`] for an address that is too long.
    pub async fn make_outgoing(
        &self,
        caller: &Caller,
        place: &Destination,
        url: String,
    ) -> Result<(Webhook, String), Refusal> {
        if url.len() > MAX_URL {
            return Err(Refusal::BadField { field: "url", problem: "has at most 2048 bytes" });
        }
        let room = self.room_to_connect(caller, place).await?;
        let mut bytes = [0u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|_| Refusal::Unavailable)?;
        let secret = format!("{SIGNING_PREFIX}{}", STANDARD.encode(bytes));
        let progress = Progress { delivered: room.last_seq, ..Progress::default() };
        let way = Way::Out { url, secret: secret.clone(), progress };
        let webhook = self.keep_webhook(caller, &room, way).await?.ok_or(Refusal::NoSuchRoom)?;
        self.inner.bell.ring(Ring::Webhooks);
        Ok((webhook, secret))
    }

    /// Takes a webhook out of a room.
    ///
    /// # Errors
    /// As [`Hub::webhooks`]; [`Refusal::NoSuch`].
    pub async fn remove_webhook(&self, caller: &Caller, place: &Destination, id: &str) -> Result<(), Refusal> {
        let room = self.room_to_connect(caller, place).await?;
        let removed = self.inner.store.remove_webhook(room.id, id).await;
        if !removed.map_err(|error| Self::unavailable(&error))? {
            return Err(Refusal::NoSuch("webhook"));
        }
        self.inner.bell.ring(Ring::Webhooks);
        Ok(())
    }

    /// Has an outgoing webhook that gave up try again, from where it stopped.
    ///
    /// # Errors
    /// As [`Hub::remove_webhook`].
    pub async fn resume_webhook(&self, caller: &Caller, place: &Destination, id: &str) -> Result<(), Refusal> {
        let room = self.room_to_connect(caller, place).await?;
        let webhooks = self.webhooks_of(&room).await?;
        let webhook = webhooks.into_iter().find(|webhook| webhook.id == id).ok_or(Refusal::NoSuch("webhook"))?;
        let Way::Out { progress, .. } = webhook.way else { return Err(Refusal::NoSuch("webhook")) };
        let fresh = Progress { failing_since: None, reason: None, disabled: false, ..progress };
        self.note_progress(id, &fresh).await?;
        self.inner.bell.ring(Ring::Webhooks);
        Ok(())
    }

    /// Says in a room what was posted to an incoming webhook of it; `say` makes it of its destination and the
    /// webhook's id.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] for a secret that is none, [`Refusal::TooFast`], and what any message is refused for.
    pub async fn say_by_webhook(
        &self,
        secret: &str,
        say: impl FnOnce(Destination, &str) -> Say + Send,
    ) -> Result<Accepted, Refusal> {
        let hash = tokens::hash(secret);
        let found = self.inner.store.webhook_by_secret(&hash).await.map_err(|error| Self::unavailable(&error))?;
        let webhook = found.ok_or(Refusal::NoSuch("webhook"))?;
        let Way::In { name, .. } = webhook.way else { return Err(Refusal::NoSuch("webhook")) };
        self.inner.webhook_pace.check_key(&webhook.id).map_err(|_| Refusal::TooFast)?;
        let place = Destination::Room(webhook.room);
        let room = RoomRef::of(&self.find_room(&place).await?);
        let accepted = self.say_for(name, room, say(place, &webhook.id)).await?;
        if let Err(error) = self.inner.store.touch_webhook(&webhook.id, self.now()).await {
            tracing::warn!(%error, "when a webhook was used could not be noted");
        }
        Ok(accepted)
    }

    /// Hears where something is new.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Ring> {
        self.inner.bell.listen()
    }

    /// Every outgoing webhook, disabled ones too.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn outgoing_webhooks(&self) -> Result<Vec<Webhook>, Refusal> {
        self.inner.store.outgoing_webhooks().await.map_err(|error| Self::unavailable(&error))
    }

    /// A room, and what was said in it after a place, oldest first, at most `limit` messages.
    ///
    /// # Errors
    /// [`Refusal::NoSuchRoom`] and [`Refusal::Unavailable`].
    pub async fn said_after(
        &self,
        room: RoomId,
        after: Seq,
        limit: u32,
    ) -> Result<(Arc<RoomRef>, Vec<Message>), Refusal> {
        let room = RoomRef::of(&self.find_room(&Destination::Room(room)).await?);
        let page = Page { after, before: None, limit, newest: false };
        let messages = self.inner.store.page(room.id, page).await.map_err(|error| Self::unavailable(&error))?;
        Ok((room, messages))
    }

    /// Notes how far an outgoing webhook has come.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn note_progress(&self, id: &str, progress: &Progress) -> Result<(), Refusal> {
        self.inner.store.note_progress(id, progress).await.map_err(|error| Self::unavailable(&error))
    }

    async fn webhooks_of(&self, room: &Room) -> Result<Vec<Webhook>, Refusal> {
        self.inner.store.webhooks_of(room.id).await.map_err(|error| Self::unavailable(&error))
    }

    async fn keep_webhook(&self, caller: &Caller, room: &Room, way: Way) -> Result<Option<Webhook>, Refusal> {
        if self.webhooks_of(room).await?.len() >= MAX_OF_ROOM {
            let field = if matches!(way, Way::In { .. }) { "name" } else { "url" };
            return Err(Refusal::BadField { field, problem: "is one too many: this room has 20 webhooks already" });
        }
        let id = tokens::random_id().ok_or(Refusal::Unavailable)?;
        let webhook = Webhook { id, room: room.id, made_by: caller.name.clone(), made_at: self.now(), way };
        let added = self.inner.store.add_webhook(&webhook).await.map_err(|error| Self::unavailable(&error))?;
        Ok(added.then_some(webhook))
    }

    async fn room_to_connect(&self, caller: &Caller, place: &Destination) -> Result<Room, Refusal> {
        let room = self.find_room(place).await?;
        self.allow_user(Action::Connect, &caller.name, &room).await?;
        Ok(room)
    }
}
