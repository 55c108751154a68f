//! The Postman collection (format 2.1): every request of the OpenAPI document, ready to be sent, and in its description
//! the WebSocket addresses, which that format has no requests for.

use std::fmt::Write as _;

use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};

use super::super::here::{Here, Ports};
use super::{async_api, open_api};
use crate::dialect::description::{Address, Description, FrameKind, Listener};

/// The format, by the address of its schema.
const FORMAT: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The collection, for a server that is here.
pub fn collection(here: &Here, ports: Ports) -> Value {
    let document = open_api::document(here);
    let tags = document.tags.unwrap_or_default();
    let folders = tags.iter().filter(|tag| tag.name != "sockets").map(|tag| {
        let requests: Vec<_> = document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| operations(item).map(move |(method, operation)| (path, method, operation)))
            .filter(|(_, _, operation)| operation.tags.as_ref().is_some_and(|tags| tags.contains(&tag.name)))
            .map(|(path, method, operation)| request(here, path, method, operation))
            .collect();
        json!({ "name": tag.name, "description": tag.description, "item": requests })
    });
    json!({
        "info": { "name": "Confab", "schema": FORMAT, "description": about(here, ports) },
        "item": folders.collect::<Vec<_>>(),
    })
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let get = item.get.as_ref().map(|operation| ("GET", operation));
    let post = item.post.as_ref().map(|operation| ("POST", operation));
    let delete = item.delete.as_ref().map(|operation| ("DELETE", operation));
    get.into_iter().chain(post).chain(delete)
}

fn request(here: &Here, path: &str, method: &str, operation: &Operation) -> Value {
    let (segments, variables) = path_of(path, operation);
    let (protocol, host) = (here.http(), here.host());
    let protocol = protocol.split("://").next().unwrap_or("http");
    let (name, port) = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).unwrap_or((host, ""));
    let mut url = json!({
        "raw": format!("{protocol}://{host}/{}", segments.join("/")),
        "protocol": protocol,
        "host": name.split('.').collect::<Vec<_>>(),
        "path": segments,
    });
    if !port.is_empty() {
        url["port"] = json!(port);
    }
    if !variables.is_empty() {
        url["variable"] = json!(variables);
    }
    let mut request = json!({
        "method": method,
        "description": operation.description,
        "header": [],
        "url": url,
    });
    if let Some(example) = example(operation) {
        request["header"] = json!([{ "key": "Content-Type", "value": "application/json" }]);
        let raw = serde_json::to_string_pretty(example).unwrap_or_default();
        request["body"] = json!({ "mode": "raw", "raw": raw, "options": { "raw": { "language": "json" } } });
    }
    let name = operation.summary.clone().unwrap_or_else(|| path.to_owned());
    json!({ "name": name, "request": request, "response": [] })
}

fn example(operation: &Operation) -> Option<&Value> {
    let RefOr::T(body) = operation.request_body.as_ref()? else { return None };
    let RefOr::T(content) = body.content.get("application/json")? else { return None };
    content.example.as_ref()
}

/// A path as Postman writes it, with `:name` for `{name}`, and what the names stand for: their examples.
fn path_of(path: &str, operation: &Operation) -> (Vec<String>, Vec<Value>) {
    let mut variables = Vec::new();
    let segments = path.trim_start_matches('/').split('/').map(|segment| {
        let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) else {
            return segment.to_owned();
        };
        let mut parameters = operation.parameters.iter().flatten();
        let described = parameters.find_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.name == name && parameter.parameter_in == ParameterIn::Path => {
                Some(parameter)
            }
            RefOr::T(_) | RefOr::Ref(_) => None,
        });
        // What a parameter's example is, it tells only as JSON.
        let described = described.and_then(|parameter| serde_json::to_value(parameter).ok()).unwrap_or_default();
        let (example, description) = (&described["example"], &described["description"]);
        // Postman knows texts alone.
        let example = if example.is_number() { json!(example.to_string()) } else { example.clone() };
        variables.push(json!({ "key": name, "value": example, "description": description }));
        format!(":{name}")
    });
    (segments.collect(), variables)
}

fn about(here: &Here, ports: Ports) -> String {
    let mut text = format!("{}\n\nThis collection holds every HTTP request. ", async_api::ABOUT);
    text += "For the rest choose *New → WebSocket* in Postman, paste an address, and connect.\n";
    for dialect in crate::dialect::descriptions() {
        describe(&dialect, here, ports, &mut text);
    }
    text
}

fn describe(dialect: &Description, here: &Here, ports: Ports, text: &mut String) {
    let addresses: Vec<_> = dialect.addresses.iter().filter_map(|address| shown(address, here, ports)).collect();
    if addresses.is_empty() {
        return;
    }
    // Writing to a text cannot fail.
    let _ = writeln!(text, "\n## {}\n\n{}\n", dialect.title, dialect.summary);
    for address in addresses {
        let _ = writeln!(text, "- `{address}`");
    }
    for (who, kinds) in [("Send", &dialect.client), ("Receive", &dialect.server)] {
        let _ = writeln!(text, "\n{who}:\n\n```");
        let samples = kinds.iter().flat_map(|kind: &FrameKind| kind.samples.iter());
        for sample in samples {
            let _ = writeln!(text, "{sample}");
        }
        text.push_str("```\n");
    }
}

/// An address as people paste it, if it is on.
fn shown(address: &Address, here: &Here, ports: Ports) -> Option<String> {
    let path = address.path.replace("{username}", "alice");
    Some(match address.listener {
        Listener::Http => format!("{}://{}{path}", here.socket_protocol(), here.host()),
        Listener::Tmp => format!("ws://{}{path}", here.host_at(ports.tmp?)),
        Listener::Line => format!("tcp://{}", here.host_at(ports.line?)),
    })
}
