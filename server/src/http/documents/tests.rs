//! That the documents leave nothing out. That they are valid is tried by their ecosystems' own tools, in `e2e/`.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use utoipa::openapi::OpenApi;

use super::super::here::{Here, Ports};
use super::{async_api, open_api, postman};

const PORTS: Ports = Ports { line: Some(5000), tmp: Some(5050) };

/// The files that list routes.
const ROUTES: [&str; 8] = [
    include_str!("../mod.rs"),
    include_str!("../account.rs"),
    include_str!("../administration.rs"),
    include_str!("../files.rs"),
    include_str!("../messages.rs"),
    include_str!("../sockets.rs"),
    include_str!("../webhooks.rs"),
    include_str!("../wire.rs"),
];

/// What one route stands for that is told in others' names.
const SERVER_FUNCTIONS: &str = "/api/{*function}";

fn open_api() -> OpenApi {
    open_api::document(&Here::of("chat.example:8000"))
}

/// The paths in `.route("…"` of a file, up to where TMP's own port begins.
fn routes(file: &str) -> BTreeSet<String> {
    let main = file.split("pub fn tmp_routes").next().unwrap_or_default();
    main.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_route_is_described() {
    let described: BTreeSet<_> =
        open_api().paths.paths.keys().map(|path| path.trim_end_matches('/').to_owned()).collect();
    let mut listed: BTreeSet<_> = ROUTES.into_iter().flat_map(routes).collect();
    assert!(listed.remove(SERVER_FUNCTIONS), "server functions have their route");
    listed.extend(server_fn_paths().map(|(path, _)| path.to_owned()));
    let listed: BTreeSet<_> = listed.iter().map(|path| path.trim_end_matches('/').to_owned()).collect();
    assert_eq!(described, listed, "paths(…) in http/documents/open_api.rs names what http/mod.rs serves");
}

#[test]
fn every_websocket_route_is_an_address_of_a_dialect() {
    let upgrades: BTreeSet<_> = open_api()
        .paths
        .paths
        .iter()
        .filter(|(_, item)| item.get.as_ref().is_some_and(|get| get.responses.responses.contains_key("101")))
        .map(|(path, _)| path.clone())
        .collect();
    let document = async_api::document(&Here::of("chat.example:8000"), PORTS);
    let channels = document["channels"].as_object().unwrap().values();
    let main = channels.filter(|channel| channel["servers"][0]["$ref"] == "#/servers/main");
    let addresses: BTreeSet<_> = main.map(|channel| channel["address"].as_str().unwrap().to_owned()).collect();
    assert_eq!(addresses, upgrades);
}

#[test]
fn every_kind_of_frame_has_a_sample() {
    for dialect in crate::dialect::descriptions() {
        assert!(!dialect.client.is_empty() && !dialect.server.is_empty(), "{}", dialect.name);
        for kind in dialect.client.iter().chain(&dialect.server) {
            assert!(!kind.samples.is_empty(), "{} of {} has no sample", kind.name, dialect.name);
        }
    }
}

#[test]
fn what_does_not_listen_is_in_no_document() {
    let here = Here::of("chat.example:8000");
    let document = async_api::document(&here, Ports::default());
    assert!(document["servers"].get("tmp").is_none() && document["channels"].get("line").is_none());
    let about = postman::collection(&here, Ports::default())["info"]["description"].to_string();
    assert!(about.contains("ws://chat.example:8000/ws/alice") && !about.contains("tcp://"), "{about}");
}

#[test]
fn a_collection_holds_every_request_that_is_no_upgrade() {
    let collection = postman::collection(&Here::of("chat.example:8000"), PORTS);
    let folders = collection["item"].as_array().unwrap();
    let requests: Vec<_> = folders.iter().flat_map(|folder| folder["item"].as_array().unwrap()).collect();
    let urls: BTreeSet<_> = requests.iter().map(|request| request["request"]["url"]["raw"].as_str().unwrap()).collect();
    for variable in requests.iter().flat_map(|request| request["request"]["url"]["variable"].as_array()).flatten() {
        assert!(variable["value"].is_string(), "the path's parameter {variable} has no example");
    }
    let paths = open_api().paths.paths;
    let upgrades =
        paths.values().filter(|item| item.get.as_ref().is_some_and(|get| get.responses.responses.contains_key("101")));
    assert_eq!(urls.len(), paths.len() - upgrades.count());
    assert!(urls.contains("http://chat.example:8000/messages/:username"), "{urls:?}");
}
