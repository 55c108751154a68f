//! The AsyncAPI 3.0 document: a channel for every address of every dialect.

use serde_json::{Map, Value, json};

use super::super::here::{Here, Ports};
use crate::dialect::description::{Address, Description, FrameKind, Listener};

/// What documents call the program.
pub const ABOUT: &str = "One chat server that everything can talk to. Every dialect leads to the same rooms and the same \
                         people: what is said in one is read in all others.";

/// The document, for a server that is here.
pub fn document(here: &Here, ports: Ports) -> Value {
    let dialects = crate::dialect::descriptions();
    let mut parts = Parts::default();
    for dialect in &dialects {
        parts.add(dialect, ports);
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Confab",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE") },
            "externalDocs": { "description": "The same for people", "url": format!("{}/docs", here.http()) },
        },
        "defaultContentType": "application/json",
        "servers": servers(here, ports),
        "channels": parts.channels,
        "operations": parts.operations,
        "components": { "messages": parts.messages, "schemas": parts.schemas },
    })
}

/// Whether a listener is on.
pub fn is_on(listener: Listener, ports: Ports) -> bool {
    match listener {
        Listener::Http => true,
        Listener::Tmp => ports.tmp.is_some(),
        Listener::Line => ports.line.is_some(),
    }
}

fn servers(here: &Here, ports: Ports) -> Value {
    let protocol = here.socket_protocol();
    let mut servers = json!({
        "main": { "host": here.host(), "protocol": protocol, "description": "The web app, the API and WebSocket dialects" },
    });
    if let Some(port) = ports.tmp {
        servers["tmp"] = json!({ "host": here.host_at(port), "protocol": "ws", "description": "TMP on its own port" });
    }
    if let Some(port) = ports.line {
        servers["line"] = json!({ "host": here.host_at(port), "protocol": "tcp", "description": "Line chat" });
    }
    servers
}

fn server_of(listener: Listener) -> &'static str {
    match listener {
        Listener::Http => "#/servers/main",
        Listener::Tmp => "#/servers/tmp",
        Listener::Line => "#/servers/line",
    }
}

/// The document's parts, as dialects add to them.
#[derive(Default)]
struct Parts {
    channels: Map<String, Value>,
    operations: Map<String, Value>,
    messages: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Parts {
    fn add(&mut self, dialect: &Description, ports: Ports) {
        let addresses: Vec<_> = dialect.addresses.iter().filter(|address| is_on(address.listener, ports)).collect();
        if addresses.is_empty() {
            return;
        }
        self.schemas.extend(dialect.shapes.clone());
        let client: Vec<_> = dialect.client.iter().map(|kind| self.message(dialect, "client", kind)).collect();
        let server: Vec<_> = dialect.server.iter().map(|kind| self.message(dialect, "server", kind)).collect();
        for address in addresses {
            self.channel(dialect, address, &client, &server);
        }
    }

    /// Adds a message; gives its name among the dialect's.
    fn message(&mut self, dialect: &Description, side: &str, kind: &FrameKind) -> String {
        let name = format!("{side}_{}", kind.name);
        let examples: Vec<_> = kind.samples.iter().map(|sample| json!({ "payload": payload(kind, sample) })).collect();
        let message = json!({
            "name": kind.name,
            "title": format!("{} {}", dialect.title, kind.name),
            "summary": kind.summary,
            "contentType": if kind.json { "application/json" } else { "text/plain" },
            "payload": kind.shape,
            "examples": examples,
        });
        self.messages.insert(format!("{}.{name}", dialect.name), message);
        name
    }

    fn channel(&mut self, dialect: &Description, address: &Address, client: &[String], server: &[String]) {
        let messages: Map<_, _> = client
            .iter()
            .chain(server)
            .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{}.{name}", dialect.name) })))
            .collect();
        let mut channel = json!({
            "address": address.path,
            "title": dialect.title,
            "summary": address.summary,
            "description": dialect.summary,
            "servers": [{ "$ref": server_of(address.listener) }],
            "messages": messages,
        });
        if !address.parameters.is_empty() {
            let parameters = address.parameters.iter();
            channel["parameters"] =
                parameters.map(|(name, what)| ((*name).to_owned(), json!({ "description": what }))).collect();
        }
        if address.listener != Listener::Line {
            channel["bindings"] =
                json!({ "ws": { "method": "GET", "query": query(address), "bindingVersion": "0.1.0" } });
        }
        self.channels.insert(address.id.to_owned(), channel);
        for (action, title, names) in [("receive", "A client sends", client), ("send", "The server sends", server)] {
            let reference = |name: &String| json!({ "$ref": format!("#/channels/{}/messages/{name}", address.id) });
            let operation = json!({
                "action": action,
                "title": title,
                "summary": format!("{title}: {}", address.summary),
                "channel": { "$ref": format!("#/channels/{}", address.id) },
                "messages": names.iter().map(reference).collect::<Vec<_>>(),
            });
            self.operations.insert(format!("{}_{action}", address.id), operation);
        }
    }
}

fn payload(kind: &FrameKind, sample: &str) -> Value {
    let text = || Value::String(sample.to_owned());
    if kind.json { serde_json::from_str(sample).unwrap_or_else(|_| text()) } else { text() }
}

fn query(address: &Address) -> Value {
    let token = ("token", "An account's API token, in place of HTTP Basic or bearer authorization.");
    let parameters = address.query.iter().chain(std::iter::once(&token));
    let properties: Map<_, _> =
        parameters.map(|(name, what)| ((*name).to_owned(), json!({ "type": "string", "description": what }))).collect();
    json!({ "type": "object", "properties": properties })
}
