//! People at different nodes meet as if there were one.

use crate::support::cluster::Cluster;

#[tokio::test]
async fn what_is_said_at_one_node_is_seen_at_another() {
    let Some(cluster) = Cluster::of(2).await else { return };
    let mut alice = cluster.nodes[0].native("alice").await;
    let mut bob = cluster.nodes[1].native("bob").await;
    alice.joins("#lobby").await;
    bob.joins("#lobby").await;
    let said = alice.says("#lobby", "over there?").await;
    assert_eq!(bob.sees("alice", "over there?").await.seq, said.seq);
    bob.says("#lobby", "over here!").await;
    alice.sees("alice", "over there?").await;
    alice.sees("bob", "over here!").await;
}
