//! What one node does for all: posting to webhooks, and the thermometer. Another goes on when that one is gone.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::program::webhooks::{Owner, to};
use crate::support::cluster::Cluster;
use crate::support::{Native, Receiver, Server};

/// How soon another node goes on with what one did that died: its lease runs out, the others see that at their next beat,
/// and what it did is looked for again and again.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(15);

const FLAGS: [&str; 4] = ["--webhook-private-targets", "allow", "--webhook-retry", "10ms"];

/// A room with a webhook, its owner at the first node and somebody else at the second.
struct Posting {
    cluster: Cluster,
    receiver: Receiver,
    alice: Owner,
    bob: Native,
}

impl Posting {
    async fn start(flags: &[&str]) -> Option<Self> {
        let cluster = Cluster::with(2, flags).await?;
        let receiver = Receiver::start().await;
        let alice = Owner::of(&cluster.nodes[0], "alice", "ops", false).await;
        alice.makes(&cluster.nodes[0], "ops", to(&receiver)).await;
        let mut bob = cluster.nodes[1].native("bob").await;
        bob.joins("#ops").await;
        Some(Self { cluster, receiver, alice, bob })
    }

    /// Both say something, one after the other, so many times. What was said.
    async fn talk(&mut self, times: usize, about: &str) -> Vec<String> {
        let mut said = Vec::new();
        for time in 0..times {
            let [one, other] = ["one", "other"].map(|node| format!("{about} {time} at {node}"));
            self.alice.native.says("#ops", &one).await;
            self.bob.says("#ops", &other).await;
            said.extend([one, other]);
        }
        said
    }

    /// The node that posts.
    async fn posting(&self) -> usize {
        let posts = async |node: &Server| {
            let metrics = node.get("/metrics").await.body;
            !metrics.contains("\nconfab_webhook_deliveries_total 0\n")
        };
        let both = [posts(&self.cluster.nodes[0]).await, posts(&self.cluster.nodes[1]).await];
        assert_ne!(both[0], both[1], "one of the two posts");
        usize::from(both[1])
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_at_any_node_is_posted_once_and_in_order() {
    let Some(mut posting) = Posting::start(&FLAGS).await else { return };
    let said = posting.talk(10, "number").await;
    assert_eq!(posting.receiver.gets_said(said.len()).await, said);
    posting.posting().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_posts_when_that_one_is_killed() {
    let Some(mut posting) = Posting::start(&FLAGS).await else { return };
    let before = posting.talk(2, "before").await;
    assert_eq!(posting.receiver.gets_said(before.len()).await, before);
    let one = posting.posting().await;
    posting.cluster.nodes[one].kill().await;
    let left = if one == 0 { &mut posting.bob } else { &mut posting.alice.native };
    for text in ["first", "second"] {
        left.says("#ops", text).await;
    }
    let posted = timeout(TAKEN_OVER_WITHIN, posting.receiver.gets_said(2)).await.expect("another node goes on in time");
    assert_eq!(posted, ["first", "second"], "nothing twice, and nothing lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_leaves_its_webhooks_to_another_at_once() {
    let Some(mut posting) = Posting::start(&FLAGS).await else { return };
    let before = posting.talk(2, "before").await;
    assert_eq!(posting.receiver.gets_said(before.len()).await, before);
    let one = posting.posting().await;
    assert!(posting.cluster.nodes[one].stop().await.success());
    let left = if one == 0 { &mut posting.bob } else { &mut posting.alice.native };
    left.says("#ops", "after").await;
    assert_eq!(posting.receiver.gets_said(1).await, ["after"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_thermometer_runs_and_another_node_goes_on_with_its_subscribers() {
    let Some(mut cluster) = Cluster::with(2, &["--thermometer", "200ms"]).await else { return };
    let mut alice = cluster.nodes[1].native("alice").await;
    let heard = |body: &'static str| {
        move |message: &shared::ServerMessage| match message {
            shared::ServerMessage::Message(said) if said.from.as_str() == "thermometer1" && said.body == body => {
                Some(said.seq)
            }
            _ => None,
        }
    };
    alice.says("@thermometer1", "subscribe").await;
    alice.until(heard("Subscription confirmed.")).await;
    alice.until(heard("Temperature update")).await;

    // The first node was there first.
    cluster.nodes[0].kill().await;
    let last = alice.says("@thermometer1", "range").await;
    let answer = timeout(TAKEN_OVER_WITHIN, alice.until(heard("Temperature range data"))).await;
    let answer = answer.expect("another node goes on in time");
    assert!(answer > last.seq);
    alice.until(heard("Temperature update")).await;
    let history = alice.history(json!({"room": last.room, "limit": 100})).await.messages;
    let answers = history.iter().filter(|said| said.body == "Temperature range data").count();
    assert_eq!(answers, 1, "{history:?}");
}
