//! What runs in containers: the settings are this program's, and who is called by a name and a port is there.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use super::{path, text, yaml};
use crate::support::in_time;
use crate::support::server::confab;

/// HTTP, line chat, TMP.
const PORTS: [&str; 3] = ["8000", "5000", "5050"];

const NODES: [&str; 2] = ["node1", "node2"];

/// What compose puts in place of `${…}` where only what must be given is given.
fn filled_in(text: &str) -> String {
    let variable = Regex::new(r"\$\{[A-Z_]+:(?:-([^}]*)|\?[^}]*)\}").expect("an expression");
    variable
        .replace_all(text, |found: &regex::Captures<'_>| {
            found.get(1).map_or("secret", |default| default.as_str()).to_owned()
        })
        .into_owned()
}

/// `ENV` of the container file, and what its last stage says for `instruction`.
fn said_by_container(instruction: &str) -> Vec<String> {
    let text = text("Containerfile").replace("\\\n", " ");
    let stage = text.rsplit("\nFROM ").next().expect("a stage").to_owned();
    let lines = stage.lines().filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
    lines.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_settings_in_the_containers_are_settings() {
    let compose = yaml("cluster/compose.yaml");
    for node in NODES {
        let mut command = confab();
        command.env_remove("CONFAB_LINE_LISTEN").env_remove("CONFAB_TMP_LISTEN").args(["serve", "--print-config"]);
        for setting in said_by_container("ENV") {
            let (name, value) = setting.split_once('=').expect("a setting");
            command.env(name, value);
        }
        let environment = compose["services"][node]["environment"].as_object().expect("an environment");
        for (name, value) in environment {
            command.env(name, filled_in(value.as_str().expect("a text")));
        }
        let output = in_time("the settings", command.output()).await.expect("it runs");
        assert!(output.status.success(), "{node}");
        let printed = String::from_utf8(output.stdout).expect("text");
        let names = environment.keys().map(|name| name.trim_start_matches("CONFAB_").to_lowercase());
        for name in names.chain(["listen = \"0.0.0.0:8000\"".to_owned()]) {
            assert!(printed.contains(&name), "{name} is not in {printed}");
        }
    }
}

#[test]
fn the_container_has_what_it_runs_and_no_right_it_does_not_need() {
    let whole = text("Containerfile");
    assert!(whole.contains("AS build\n") && whole.contains("COPY --from=build /src/target/release/confab "));
    assert_eq!(said_by_container("USER"), ["10001:10001"]);
    assert_eq!(said_by_container("EXPOSE"), PORTS);
    assert_eq!(said_by_container("ENTRYPOINT"), [r#"["/usr/local/bin/confab"]"#]);
    assert!(said_by_container("HEALTHCHECK").iter().any(|word| word.contains(":8000/readyz")));
    let xtask = std::fs::read_to_string(path("../xtask/src/commands.rs")).expect("xtask's commands");
    assert!(whole.contains("cargo xtask bundle") && xtask.contains("\"bundle\" =>"));
}

#[test]
fn who_is_called_is_there_and_listens() {
    let compose = yaml("cluster/compose.yaml");
    let services: BTreeSet<&str> =
        compose["services"].as_object().expect("services").keys().map(String::as_str).collect();
    let called = Regex::new(r"\b(node\d+|database|bus)(?::(\d+))?\b").expect("an expression");
    for (file, ports) in [
        ("cluster/Caddyfile", &["8000", "5050"][..]),
        ("cluster/lines.cfg", &["5000"]),
        ("monitoring/prometheus.yml", &["8000"]),
    ] {
        let uncommented: String = text(file).lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let mut nodes = BTreeSet::new();
        for found in called.captures_iter(&uncommented) {
            assert!(services.contains(&found[1]), "{file} calls {}", &found[0]);
            if let Some(port) = found.get(2) {
                nodes.insert((found[1].to_owned(), port.as_str().to_owned()));
            }
        }
        let all = NODES.iter().flat_map(|node| ports.iter().map(move |port| ((*node).to_owned(), (*port).to_owned())));
        assert_eq!(nodes, all.collect(), "{file}");
    }
}

#[test]
fn what_is_mounted_is_there_and_what_is_waited_for_is_asked_how_it_is() {
    let compose = yaml("cluster/compose.yaml");
    for (name, service) in compose["services"].as_object().expect("services") {
        for mount in service["volumes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let from = mount.split(':').next().expect("a source");
            let known = compose["volumes"].as_object().expect("volumes").contains_key(from);
            assert!(known || path("cluster").join(from).exists(), "{name} mounts {from}");
        }
        for (awaited, how) in service["depends_on"].as_object().into_iter().flatten() {
            assert_eq!(how["condition"], "service_healthy", "{name}");
            assert!(compose["services"][awaited]["healthcheck"]["test"].is_array(), "{name} waits for {awaited}");
        }
        for network in service["networks"].as_array().expect("networks").iter().filter_map(Value::as_str) {
            assert!(compose["networks"][network].is_object(), "{name} is in {network}");
        }
    }
    let proxies = &compose["services"]["node1"]["environment"]["CONFAB_TRUSTED_PROXIES"];
    assert_eq!(*proxies, compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]);
}
