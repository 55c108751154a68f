//! Several nodes of one community, as processes of their own: on one PostgreSQL, with one NATS server between them.

use futures_util::future::join_all;

use super::nats::Nats;
use super::postgres::Database;
use super::{Server, in_time};

/// The nodes, and what they share.
pub struct Cluster {
    /// In the order they were started.
    pub nodes: Vec<Server>,
    /// Between them.
    pub nats: Nats,
    /// What they share.
    pub database: Database,
}

impl Cluster {
    /// So many nodes, which hear each other. `None`: the tests are told to do without PostgreSQL or NATS.
    pub async fn of(nodes: usize) -> Option<Self> {
        Self::with(nodes, &[]).await
    }

    /// The same with more flags.
    pub async fn with(nodes: usize, flags: &[&str]) -> Option<Self> {
        Self::on(Nats::new().await?, nodes, flags).await
    }

    /// The same with a NATS server between them that the test may do anything to.
    pub async fn with_own_nats(nodes: usize, flags: &[&str]) -> Option<Self> {
        if Nats::is_left_out() { None } else { Self::on(Nats::own().await, nodes, flags).await }
    }

    async fn on(nats: Nats, nodes: usize, flags: &[&str]) -> Option<Self> {
        let database = Database::new().await?;
        let start = || Server::node(database.url().as_str(), nats.url(), flags);
        // The first makes the tables; the others then start together.
        let mut started = vec![start().await];
        started.extend(join_all((1..nodes).map(|_| start())).await);
        let cluster = Self { nodes: started, nats, database };
        cluster.hears_all().await;
        Some(cluster)
    }

    /// Waits until every node hears the others.
    pub async fn hears_all(&self) {
        join_all(self.nodes.iter().map(Server::hears_others)).await;
    }
}

impl Server {
    /// A node of a community.
    pub async fn node(database: &str, nats: &str, flags: &[&str]) -> Self {
        Self::start_with(&[&["--database-url", database, "--nats-url", nats][..], flags].concat()).await
    }

    /// Waits until this node hears the others.
    pub async fn hears_others(&self) {
        let hears = async { while self.get("/readyz").await.body != "ready\n" {} };
        in_time("a node to hear the others", hears).await;
    }
}
