//! What several nodes at one database hold together: which of them live, who is connected where, what is limited for
//! all. A node's word counts for as long as its lease runs, and time is the database's.

use std::num::NonZeroU32;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shared::Username;

use super::{Progress, StoreError, TokenHash, Turn};

/// How long a node may be unheard of before its people are nobody's.
pub const LEASE: Duration = Duration::from_secs(10);

/// How often a node says that it lives.
pub const BEAT: Duration = Duration::from_secs(2);

/// The number of a node's stay, by which it holds what it holds. It is over once it ran out or was given up, and its
/// number never comes back.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Lease(pub i64);

/// A stay that is not over.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// Its number.
    pub lease: Lease,
    /// By what the node is known on the bus.
    pub node: String,
    /// How often the names it holds changed. Whoever knows them at that count knows them now.
    pub changes: u64,
    /// Its people are on their way to other nodes, and hinder nobody who comes under their names.
    pub stopping: bool,
}

/// On what ground a name is held by a node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ground {
    /// While connected; by the same proof it is the same guest.
    Guest(Option<TokenHash>),
    /// By password, token or login, on any number of nodes.
    Account,
    /// A program inside a node, of which there is one for all nodes.
    Service,
}

/// A name that a node asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct NameClaim {
    /// The name.
    pub name: Username,
    /// On what ground.
    pub ground: Ground,
    /// A connection there takes direct messages.
    pub direct: bool,
}

/// What became of claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// [`Stay::changes`] now.
    pub changes: u64,
    /// Which were granted, in the order of the claims.
    pub granted: Vec<bool>,
}

/// The names that a node holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// [`Stay::changes`] at that moment.
    pub changes: u64,
    /// The names.
    pub names: Vec<HeldName>,
}

/// A name that a node holds.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct HeldName {
    /// The name.
    pub name: Username,
    /// A program's inside that node, which is no user to be listed.
    pub service: bool,
    /// A connection there takes direct messages.
    pub direct: bool,
}

/// Something limited for all nodes together.
#[derive(Clone, Debug, PartialEq)]
pub struct Spending {
    /// What is limited: a kind and a name, say.
    pub key: String,
    /// How often a minute; so often it may be at once.
    pub per_minute: NonZeroU32,
}

/// What several nodes hold together. Every method is one statement or may be broken off between two, so a node that
/// stands still in the middle hinders no other.
#[async_trait]
pub trait Nodes: Send + Sync + 'static {
    /// Begins a stay, which is over unless [`Nodes::beat`] is called each time before it has lasted so long. An earlier
    /// one of the same node is over.
    async fn join(&self, node: &str, lasts: Duration) -> Result<Lease, StoreError>;

    /// Says that a node lives, ends the stays of others that ran out, and frees what was held in them; when those people
    /// were last seen is noted. A node that is late itself ends none. All stays that are not over. `None`: this one is
    /// over, and nothing of it is held any more.
    async fn beat(&self, lease: Lease) -> Result<Option<Vec<Stay>>, StoreError>;

    /// The node's people are on their way to others: it goes on holding its names, which hinders nobody, and is
    /// granted no other.
    async fn stop(&self, lease: Lease) -> Result<(), StoreError>;

    /// Ends a stay.
    async fn leave(&self, lease: Lease) -> Result<(), StoreError>;

    /// Takes names, each at most once among the claims. One is granted unless it is held as somebody else's by a node
    /// whose stay is neither over nor stopping: accounts are the same everywhere, guests by the same proof. Of several
    /// who ask at once, one is granted it. `None`: this stay is over or stopping, and nothing was granted.
    async fn claim_names(&self, lease: Lease, claims: &[NameClaim]) -> Result<Option<Claimed>, StoreError>;

    /// Which of these claims would be granted now.
    async fn may_claim(&self, claims: &[NameClaim]) -> Result<Vec<bool>, StoreError>;

    /// Gives names back; those that are not held are passed over. [`Stay::changes`] now; `None`: the stay is over.
    async fn release_names(&self, lease: Lease, names: &[Username]) -> Result<Option<u64>, StoreError>;

    /// Notes whether a connection takes direct messages there, for names that are held. [`Stay::changes`] now; `None`:
    /// the stay is over.
    async fn note_direct(&self, lease: Lease, names: &[(Username, bool)]) -> Result<Option<u64>, StoreError>;

    /// Who holds this name as a guest holds it as an account from now on, wherever he is connected.
    async fn promote_name(&self, name: &Username) -> Result<(), StoreError>;

    /// The names held in a stay. `None`: it is over.
    async fn held(&self, lease: Lease) -> Result<Option<Held>, StoreError>;

    /// Which of these sessions and tokens there are no more.
    async fn ended(&self, logins: &[TokenHash]) -> Result<Vec<TokenHash>, StoreError>;

    /// Spends one of each, where there is one left, and says for each whether there was.
    async fn spend(&self, spendings: &[Spending]) -> Result<Vec<bool>, StoreError>;

    /// Takes the outgoing webhooks that no node has whose stay is not over, unless this one's is over or stopping. All
    /// that this stay has, and that are not disabled.
    async fn take_turns(&self, lease: Lease) -> Result<Vec<Turn>, StoreError>;

    /// Whether a webhook is still this stay's to deliver: not disabled, and taken by nobody since.
    async fn has_turn(&self, lease: Lease, webhook: &str) -> Result<bool, StoreError>;

    /// Notes how far a webhook has come. False: it is not this stay's any more, and nothing was noted.
    async fn note_delivered(&self, lease: Lease, webhook: &str, progress: &Progress) -> Result<bool, StoreError>;

    /// Leaves a webhook to whoever takes it next. Passed over where it is not this stay's.
    async fn give_back_turn(&self, lease: Lease, webhook: &str) -> Result<(), StoreError>;
}
