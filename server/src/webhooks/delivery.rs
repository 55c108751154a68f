//! One outgoing webhook's life: the message after the last one that was taken, again and again, with pauses that grow
//! while it is not taken, until it has failed for too long.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use shared::{ChatMessage, RoomId, RoomKind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::WebhookSettings;
use super::post::{Failure, Poster};
use super::signature::sign;
use crate::dialect::native;
use crate::hub::{Hub, Refusal, RoomRef, Sources};
use crate::store::{Message, Progress};

/// How many messages are read at once.
const PAGE: u32 = 50;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// A webhook on its way.
pub struct Delivery {
    pub(super) hub: Hub,
    pub(super) sources: Sources,
    pub(super) poster: Arc<Poster>,
    pub(super) settings: WebhookSettings,
    pub(super) id: String,
    pub(super) room: RoomId,
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) progress: Progress,
    /// How often in a row it was not taken.
    pub(super) attempts: u32,
}

/// What is posted, in the form of Standard Webhooks.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    room: Room<'a>,
    message: ChatMessage,
}

#[derive(Serialize)]
struct Room<'a> {
    id: RoomId,
    kind: RoomKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// It delivers no more: it gave up, another node does it, or it is to stop.
struct Over;

impl Delivery {
    /// Delivers until it gives up, its room is gone, another node does it, or it is to stop. Then what is being posted
    /// is still waited for, and noted.
    pub async fn live(mut self, bell: &Notify, stop: &CancellationToken) {
        while self.deliver_next(bell, stop).await.is_ok() {}
        self.hub.give_back_turn(&self.id).await;
    }

    /// Delivers what is there, else waits for more.
    async fn deliver_next(&mut self, bell: &Notify, stop: &CancellationToken) -> Result<(), Over> {
        match self.read().await {
            Ok(Some((_, messages))) if messages.is_empty() => wait(bell.notified(), stop).await,
            Ok(Some((room, messages))) => self.deliver_all(&room, &messages, stop).await,
            Ok(None) | Err(Refusal::NoSuchRoom) => Err(Over),
            Err(refusal) => {
                tracing::warn!(webhook = self.id, %refusal, "what to deliver could not be read");
                wait(tokio::time::sleep(self.settings.retry), stop).await
            }
        }
    }

    /// What is next. `None`: another node delivers it.
    async fn read(&self) -> Result<Option<(Arc<RoomRef>, Vec<Message>)>, Refusal> {
        if !self.hub.has_turn(&self.id).await? {
            return Ok(None);
        }
        self.hub.said_after(self.room, self.progress.delivered, PAGE).await.map(Some)
    }

    async fn deliver_all(
        &mut self,
        room: &RoomRef,
        messages: &[Message],
        stop: &CancellationToken,
    ) -> Result<(), Over> {
        for message in messages {
            self.deliver(room, message, stop).await?;
            // Another node would begin behind what is noted, so there each is; one node alone notes a page at a time.
            if self.hub.shares_turns() {
                self.note().await?;
            }
            if stop.is_cancelled() {
                break;
            }
        }
        self.note().await?;
        if stop.is_cancelled() { Err(Over) } else { Ok(()) }
    }

    /// Tries until the message is taken.
    async fn deliver(&mut self, room: &RoomRef, message: &Message, stop: &CancellationToken) -> Result<(), Over> {
        // What was taken back before it could be delivered is nobody's business any more.
        while !message.since.deleted
            && let Err(failure) = self.post(room, message).await
        {
            let now = (self.sources.now)();
            let since = *self.progress.failing_since.get_or_insert(now);
            let failed_for = Duration::from_millis(u64::try_from(now.0 - since.0).unwrap_or_default());
            self.progress.disabled = failure == Failure::Gone || failed_for >= self.settings.give_up;
            self.progress.reason = Some(failure.to_string());
            metrics::counter!("confab_webhook_failures_total").increment(1);
            self.note().await?;
            if self.progress.disabled {
                tracing::warn!(webhook = self.id, %failure, "a webhook is disabled");
                return Err(Over);
            }
            self.attempts = self.attempts.saturating_add(1);
            let pause = pause(self.settings.retry, self.attempts, (self.sources.random)());
            wait(tokio::time::sleep(pause), stop).await?;
        }
        metrics::counter!("confab_webhook_deliveries_total").increment(1);
        let recovered = self.progress.failing_since.take().is_some();
        self.progress.reason = None;
        self.attempts = 0;
        self.progress.delivered = message.seq;
        self.progress.delivered_at = Some((self.sources.now)());
        if recovered { self.note().await } else { Ok(()) }
    }

    async fn post(&self, room: &RoomRef, message: &Message) -> Result<(), Failure> {
        let data = Data {
            room: Room { id: room.id, kind: room.kind, name: room.name.as_ref().map(shared::RoomName::as_str) },
            message: native::shown(message),
        };
        let payload = Payload { r#type: "message.created", timestamp: message.time.rfc3339(), data };
        // Plain texts, numbers and objects: writing them cannot fail.
        let body = serde_json::to_vec(&payload).unwrap_or_default();
        let seconds = (self.sources.now)().0 / 1_000;
        let headers = sign(&self.secret, &message.id.0, seconds, &body).ok_or(Failure::BadSecret)?;
        self.poster.post(&self.url, self.settings.reach, headers, body).await
    }

    async fn note(&self) -> Result<(), Over> {
        match self.hub.note_delivered(&self.id, &self.progress).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Over),
            Err(refusal) => {
                tracing::warn!(webhook = self.id, %refusal, "what was delivered could not be noted; it may come again");
                Ok(())
            }
        }
    }
}

/// Waits, unless it is to stop.
async fn wait(what: impl Future<Output = ()>, stop: &CancellationToken) -> Result<(), Over> {
    stop.run_until_cancelled(what).await.ok_or(Over)
}

/// The pause after so many failures in a row: it doubles, up to an hour, and is made uneven so that webhooks that
/// failed together do not come back together.
fn pause(first: Duration, attempts: u32, random: u64) -> Duration {
    let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(LONGEST_PAUSE);
    doubled.mul_f64(0.75 + (random % 1_000) as f64 / 2_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_no_further() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(second, 1, 500), second);
        assert_eq!(pause(second, 4, 500), second * 8);
        assert_eq!(pause(second, 40, 500), LONGEST_PAUSE);
        assert!(pause(second, 1, 0) < second && pause(second, 1, 999) > second);
    }
}
