//! What is watched is measured.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use super::{text, yaml};
use crate::support::Server;
use crate::support::cluster::Cluster;

/// The names of metrics in all that is asked of Prometheus in there.
fn asked(value: &Value) -> BTreeSet<String> {
    let name = Regex::new("confab_[a-z_]+").expect("an expression");
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(text) if key == "expr" => {
                    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
                }
                other => asked(other),
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(asked).collect(),
        _ => BTreeSet::new(),
    }
}

/// The names that a server shows.
async fn shown(server: &Server) -> BTreeSet<String> {
    let metrics = server.get("/metrics").await.body;
    let name = |line: &str| line.split(['{', ' ']).next().map(str::to_owned);
    metrics.lines().filter(|line| !line.starts_with('#')).filter_map(name).collect()
}

/// The names of metrics that the dashboard and the alerts ask for.
fn all_asked() -> BTreeSet<String> {
    let dashboard: Value = serde_json::from_str(&text("monitoring/dashboard.json")).expect("JSON");
    let asked: BTreeSet<_> = asked(&dashboard).into_iter().chain(asked(&yaml("monitoring/alerts.yml"))).collect();
    assert!(asked.len() > 10, "{asked:?}");
    asked
}

/// What only one node among several measures.
fn is_about_others(name: &str) -> bool {
    ["confab_bus_", "confab_gap"].iter().any(|start| name.starts_with(start))
}

#[tokio::test]
async fn what_is_watched_is_shown_by_a_server_that_just_started() {
    let shown = shown(&Server::start().await).await;
    let missing: Vec<_> =
        all_asked().into_iter().filter(|name| !is_about_others(name) && !shown.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} is asked for and not shown; there is {shown:?}");
    assert!(!shown.contains("confab_bus_up"), "who is alone has not lost anybody");
}

#[tokio::test]
async fn what_is_watched_of_several_nodes_is_shown_by_each() {
    let Some(cluster) = Cluster::of(2).await else { return };
    for node in &cluster.nodes {
        let shown = shown(node).await;
        let missing: Vec<_> = all_asked().into_iter().filter(|name| !shown.contains(name)).collect();
        assert!(missing.is_empty(), "{missing:?} is asked for and not shown; there is {shown:?}");
        assert!(node.get("/metrics").await.body.contains("confab_bus_up 1"));
    }
}

#[test]
fn a_panel_has_its_own_place_and_asks_the_chosen_source() {
    let dashboard: Value = serde_json::from_str(&text("monitoring/dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut ids = BTreeSet::new();
    let mut places = BTreeSet::new();
    for panel in panels {
        let at = &panel["gridPos"];
        assert!(ids.insert(panel["id"].as_u64()), "{panel}");
        assert!(places.insert((at["x"].as_u64(), at["y"].as_u64())), "{panel}");
        for target in panel["targets"].as_array().expect("targets") {
            assert_eq!(target["datasource"]["uid"], "${source}", "{target}");
        }
    }
}

#[test]
fn every_alert_says_what_is_wrong_and_what_to_do_and_is_tried_out() {
    let alerts = yaml("monitoring/alerts.yml");
    let tried = text("monitoring/alerts.test.yml");
    for rule in alerts["groups"][0]["rules"].as_array().expect("rules") {
        let name = rule["alert"].as_str().expect("a name");
        assert!(tried.contains(&format!("alertname: {name}\n")), "{name} is not tried in alerts.test.yml");
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("page" | "ticket")), "{rule}");
        assert!(rule["annotations"]["summary"].is_string() && rule["annotations"]["description"].is_string(), "{rule}");
    }
}
