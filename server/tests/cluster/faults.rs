//! Nodes die, stand still and lose their way to each other and to the database, one after the other, while everybody
//! talks in every dialect. Whatever was acknowledged is there once; numbers have no gap; every node tells them in order; and
//! who comes back gets exactly what he missed.

use std::time::Duration;

use super::evening::{A_WHILE, Evening};

/// How soon who was told to come back is back at another node.
const BACK_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn nothing_acknowledged_is_lost_whatever_fails() {
    let Some(mut evening) = Evening::begins().await else { return };
    evening.goes_on(A_WHILE).await;

    evening.cluster.nodes[1].kill().await;
    evening.goes_on(A_WHILE).await;
    evening.a_node_starts_at(1).await;

    evening.cluster.nodes[2].stands_still().await;
    evening.goes_on(A_WHILE).await;
    evening.cluster.nodes[2].goes_on().await;
    evening.goes_on(A_WHILE).await;

    evening.cluster.nats.goes_away().await;
    evening.goes_on(A_WHILE).await;
    evening.cluster.nats.comes_back().await;
    evening.cluster.hears_all().await;
    evening.goes_on(A_WHILE).await;

    evening.is_cut_from_the_database(0).await;
    evening.ends_whole().await;
}

#[tokio::test]
async fn nodes_are_replaced_one_after_the_other_and_nobody_misses_anything() {
    let Some(mut evening) = Evening::begins().await else { return };
    for number in 0..evening.cluster.nodes.len() {
        evening.goes_on(A_WHILE).await;
        assert!(evening.cluster.nodes[number].stop().await.success());
        evening.goes_on(A_WHILE).await;
        evening.a_node_starts_at(number).await;
    }
    let longest = *evening.longest_absence.lock();
    assert!(longest < BACK_WITHIN, "somebody was away for {longest:?}");
    evening.ends_whole().await;
}
