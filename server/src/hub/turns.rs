//! Which outgoing webhooks this node delivers: every one where it is alone; among several, those whose turn it has by the
//! store's word. A node whose stay is over has none, whatever it believes, and notes nothing.

use super::{Hub, Refusal};
use crate::store::{Progress, Turn, Way};

impl Hub {
    /// Whether there are other nodes that deliver, too.
    #[must_use]
    pub fn shares_turns(&self) -> bool {
        self.inner.cluster.is_some()
    }

    /// The outgoing webhooks that are this node's to deliver; those whose node is gone are from now on.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn take_turns(&self) -> Result<Vec<Turn>, Refusal> {
        if let Some(cluster) = &self.inner.cluster {
            let (nodes, lease) = cluster.stay();
            return nodes.take_turns(lease).await.map_err(|error| Self::unavailable(&error));
        }
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
        let Some(cluster) = &self.inner.cluster else { return Ok(true) };
        let (nodes, lease) = cluster.stay();
        nodes.has_turn(lease, id).await.map_err(|error| Self::unavailable(&error))
    }

    /// Notes how far a webhook has come. False: it is not this node's to deliver any more, and nothing was noted.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn note_delivered(&self, id: &str, progress: &Progress) -> Result<bool, Refusal> {
        let noted = match &self.inner.cluster {
            Some(cluster) => {
                let (nodes, lease) = cluster.stay();
                nodes.note_delivered(lease, id, progress).await
            }
            None => self.inner.store.note_progress(id, progress).await.map(|()| true),
        };
        noted.map_err(|error| Self::unavailable(&error))
    }

    /// Leaves a webhook to whoever takes it next.
    pub async fn give_back_turn(&self, id: &str) {
        let Some(cluster) = &self.inner.cluster else { return };
        let (nodes, lease) = cluster.stay();
        if let Err(error) = nodes.give_back_turn(lease, id).await {
            tracing::warn!(%error, "a webhook could not be left to another node; it is taken over when this one is gone");
        }
    }
}
