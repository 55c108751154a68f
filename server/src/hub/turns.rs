//! Which outgoing webhooks this node delivers: every one where it is alone; among several, those whose turn it has by the
//! store's word. A node whose stay is over has none, whatever it believes, and notes nothing.

use super::{Hub, Refusal};
use crate::store::{Progress, Turn, Way};

impl Hub {
    /// Whether there are other nodes that deliver, too.
    #[must_use]
    pub fn shares_turns(&self) -> bool {
        false
    }

    /// The outgoing webhooks that are this node's to deliver; those whose node is gone are from now on.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn take_turns(&self) -> Result<Vec<Turn>, Refusal> {
        let webhooks = self.inner.store.outgoing_webhooks().await.map_err(|error| Self::unavailable(&error))?;
        let turn = |webhook: crate::store::Webhook| match webhook.way {
            Way::Out { url, secret, progress } if !progress.disabled => {
                Some(Turn { id: webhook.id, room: webhook.room, url, secret, progress, waits: false })
            }
            Way::Out { .. } | Way::In { .. } => None,
        };
        Ok(webhooks.into_iter().filter_map(turn).collect())
    }

    /// Whether a webhook is still this node's to deliver.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn has_turn(&self, id: &str) -> Result<bool, Refusal> {
        let _ = id;
        Ok(true)
    }

    /// Notes how far a webhook has come. False: it is not this node's to deliver any more, and nothing was noted.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn note_delivered(&self, id: &str, progress: &Progress) -> Result<bool, Refusal> {
        let noted = self.inner.store.note_progress(id, progress).await.map(|()| true);
        noted.map_err(|error| Self::unavailable(&error))
    }

    /// Leaves a webhook to whoever takes it next.
    pub async fn give_back_turn(&self, id: &str) {
        let _ = id;
    }
}
