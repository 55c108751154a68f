//! Names among several nodes: what a node alone decides by itself, the store decides for all.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use shared::Username;
use tokio::time::timeout;

use super::{Cluster, Hold};
use crate::hub::identity::Proven;
use crate::hub::networks::network;
use crate::hub::people::Standing;
use crate::hub::{Hub, Refusal, SessionId};
use crate::store::{Ground, NameClaim, Spending};

/// How long who leaves waits until it is noted what was delivered to him.
const NOTED_WITHIN: Duration = Duration::from_secs(1);

impl Hub {
    /// This node's hold on a name for a connection that is to take it. `None`: it speaks under it already, or there are
    /// no other nodes.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`] where somebody else holds it on whatever node.
    pub(in crate::hub) async fn hold_name(
        &self,
        session: SessionId,
        proven: &Proven,
        ground: Ground,
    ) -> Result<Option<Hold>, Refusal> {
        let Some(cluster) = &self.inner.cluster else { return Ok(None) };
        let (name, direct, taken) = {
            let live = self.inner.live.lock();
            let connection = live.people.connection(session).ok_or(Refusal::ShuttingDown)?;
            if connection.name.as_ref() == Some(&proven.name) {
                return Ok(None);
            }
            let direct = connection.traits.direct;
            let taken = live.people.may_take(&proven.name, proven.standing).is_err();
            if let Some(hold) = live.people.hold(&proven.name).or(proven.hold.as_ref()).filter(|_| !taken) {
                return Ok(Some(hold.another(direct)));
            }
            (proven.name.clone(), direct, taken)
        };
        if taken && ground != Ground::Account {
            return Err(Refusal::NameTaken(name));
        }
        let hold = cluster.hold(&name, ground, direct).await?;
        if taken {
            // He became an account on another node, whose note was lost.
            self.inner.live.lock().people.is_account_now(&name);
        }
        Ok(Some(hold))
    }

    /// Whether a name could be taken on that ground, on whatever node.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`].
    pub(in crate::hub) async fn check_free(&self, name: &Username, standing: Standing) -> Result<(), Refusal> {
        let taken = || Refusal::NameTaken(name.clone());
        let Some(cluster) = &self.inner.cluster else {
            return self.inner.live.lock().people.may_take(name, standing).map_err(|_| taken());
        };
        let claim = NameClaim { name: name.clone(), ground: standing.into(), direct: false };
        let free = cluster.nodes.may_claim(&[claim]).await.map_err(|error| Self::unavailable(&error))?;
        if free.first() == Some(&true) { Ok(()) } else { Err(taken()) }
    }

    /// Who is connected as a guest, on whatever node, holds his name as an account from now on.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub(in crate::hub) async fn hold_as_account(&self, name: &Username) -> Result<(), Refusal> {
        let Some(cluster) = &self.inner.cluster else { return Ok(()) };
        cluster.nodes.promote_name(name).await.map_err(|error| Self::unavailable(&error))
    }

    /// Waits a moment until what was delivered to a connection that goes, or takes another name, is noted where other nodes
    /// look, so that it is not delivered once more to who comes to one of them next.
    pub(in crate::hub) async fn settle_marks(&self, session: SessionId) {
        let Some(cluster) = &self.inner.cluster else { return };
        if !self.inner.live.lock().is_missed(session) {
            return;
        }
        // Boxed, or each connection at rest would keep room for it.
        let settled = Box::pin(timeout(NOTED_WITHIN, async {
            drop(cluster.telling.lock().await);
            self.flush_marks().await;
        }));
        // Else it is noted a moment later.
        let _ = settled.await;
    }

    /// Counts an attempt to log in among those at all nodes; those at this one were within the limit.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`].
    pub(in crate::hub) async fn count_everywhere(&self, address: IpAddr, name: &Username) -> Result<(), Refusal> {
        let keys = [format!("login from {}", network(address)), format!("login as {}", name.key())];
        let within = self.spend_everywhere(keys, self.inner.settings.logins_per_minute).await?;
        if within { Ok(()) } else { Err(Refusal::TooManyAttempts) }
    }

    /// Counts a random partner whom somebody leaves among those he left at all nodes; those at this one were within the
    /// limit.
    ///
    /// # Errors
    /// [`Refusal::TooManyPartners`].
    pub(in crate::hub) async fn count_partner_everywhere(&self, name: &Username) -> Result<(), Refusal> {
        let keys = [format!("partner of {}", name.key())];
        let within = self.spend_everywhere(keys, self.inner.settings.partners_per_minute).await?;
        if within { Ok(()) } else { Err(Refusal::TooManyPartners) }
    }

    /// Whether one of each is left to all nodes together; a node alone has counted for itself.
    async fn spend_everywhere<const KEYS: usize>(
        &self,
        keys: [String; KEYS],
        per_minute: NonZeroU32,
    ) -> Result<bool, Refusal> {
        let Some(cluster) = &self.inner.cluster else { return Ok(true) };
        let spendings = keys.map(|key| Spending { key, per_minute });
        let spent = cluster.nodes.spend(&spendings).await.map_err(|error| Self::unavailable(&error))?;
        Ok(spent.iter().all(|spent| *spent))
    }
}

impl Cluster {
    /// Takes a name for this node.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`]; [`Refusal::Unavailable`] where the store does not answer.
    pub(in crate::hub) async fn hold(&self, name: &Username, ground: Ground, direct: bool) -> Result<Hold, Refusal> {
        self.names.claim(NameClaim { name: name.clone(), ground, direct }).await
    }

    /// Waits a moment until the names that nobody here holds any more are free on every node.
    pub(in crate::hub) async fn settle(&self) {
        self.names.settle().await;
    }
}
