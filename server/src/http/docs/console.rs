//! The console on a dialect's page: its addresses on this server and the sample frames of its description, for
//! `docs.js` to bring to life. Without a program the page still says what there is to send.

use super::html::{Escaped, attribute};
use crate::dialect::description::{Address, Description, FrameKind, Listener};
use crate::http::here::{Here, Ports};

/// The console of a dialect that is spoken over WebSocket on the main port; other dialects have none.
pub fn for_sockets(description: &Description, here: &Here) -> Option<String> {
    let main = description.addresses.iter().filter(|address| address.listener == Listener::Http);
    let addresses: String = main
        .map(|address| {
            let url = socket(address, here);
            format!("<option value=\"{}\">{}</option>", attribute(&url), Escaped(address.summary))
        })
        .collect();
    if addresses.is_empty() {
        return None;
    }
    let samples: String = description.client.iter().flat_map(samples_of).collect();
    let query = query_hint(description);
    Some(format!(
        "<section class=\"try\" aria-labelledby=\"try\"><h2 id=\"try\">Try it here</h2>\
         <p>Connect, pick a sample, change it as you like, send it, and read what comes back. With a second connection \
         you are both sides of a conversation. {query}</p>\
         <div class=\"consoles\"></div>\
         <template><article class=\"console\" aria-label=\"Connection\">\
         <form class=\"console-connect\">\
         <label>Spoken at <select name=\"where\">{addresses}</select></label>\
         <label class=\"wide\">Address <input name=\"address\" autocomplete=\"off\" spellcheck=\"false\" required></label>\
         <button class=\"primary\">Connect</button></form>\
         <p class=\"console-state\" role=\"status\">Not connected.</p>\
         <div class=\"console-log\" role=\"log\" aria-label=\"Frames\" tabindex=\"0\"></div>\
         <form class=\"console-send\">\
         <label>Sample <select name=\"sample\">{samples}</select></label>\
         <label class=\"wide\">Frame <textarea name=\"frame\" rows=\"2\" autocomplete=\"off\" spellcheck=\"false\"></textarea></label>\
         <button>Send</button></form>\
         </article></template>\
         <p><button type=\"button\" class=\"console-more\" hidden>Add another connection</button></p></section>"
    ))
}

/// How a raw TCP dialect is reached, which no page can do by itself.
pub fn for_lines(here: &Here, ports: Ports) -> String {
    match ports.line {
        Some(port) => {
            let there = here.host_at(port).replacen(&format!(":{port}"), &format!(" {port}"), 1);
            format!(
                "<section class=\"try\"><h2>Try it in a terminal</h2>\
                 <p>A page cannot open a plain TCP connection, but every terminal can:</p>\
                 <pre><code>nc {}</code></pre></section>",
                Escaped(&there)
            )
        }
        None => {
            "<section class=\"try\"><p>This server runs with <code>--line-listen off</code>.</p></section>".to_owned()
        }
    }
}

/// Requests of the message API, sent by the page itself.
pub fn for_requests() -> String {
    let sample =
        r#"{"sender":"thermo","destination":"alice","message":"22.7","type":"notification","metadata":{"unit":"C"}}"#;
    let requests: String = [("POST", "/messages/", sample), ("GET", "/messages/alice", "")]
        .into_iter()
        .map(|(method, path, body)| {
            format!(
                "<form class=\"request\" data-method=\"{method}\">\
                 <label class=\"wide\">{method} <input name=\"path\" value=\"{path}\" autocomplete=\"off\" spellcheck=\"false\"></label>{}\
                 <button class=\"primary\">Send</button><output class=\"wide\" aria-label=\"Answer\"></output></form>",
                if body.is_empty() {
                    String::new()
                } else {
                    format!(
                        "<label class=\"wide\">Body <textarea name=\"body\" rows=\"3\" spellcheck=\"false\">{}</textarea></label>",
                        Escaped(body)
                    )
                }
            )
        })
        .collect();
    format!(
        "<section class=\"try\"><h2>Try it here</h2>\
         <p>Send a message, then ask for what waits. Asking marks it as seen.</p>{requests}</section>"
    )
}

/// An address on this server. What stands in braces the page fills in.
pub fn socket(address: &Address, here: &Here) -> String {
    format!("{}://{}{}", here.socket_protocol(), here.host(), address.path)
}

fn samples_of(kind: &FrameKind) -> impl Iterator<Item = String> {
    kind.samples
        .iter()
        .map(|sample| format!("<option value=\"{}\">{}</option>", attribute(sample), Escaped(&kind.name)))
}

fn query_hint(description: &Description) -> String {
    let Some(query) = description.addresses.first().map(|address| address.query).filter(|query| !query.is_empty())
    else {
        return String::new();
    };
    let hints: Vec<String> = query
        .iter()
        .map(|(name, meaning)| format!("<code>?{}=</code> {}", Escaped(name), Escaped(&meaning.replace('`', ""))))
        .collect();
    format!("The address takes {}", hints.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;

    #[test]
    fn every_websocket_dialect_has_a_console_with_all_its_samples() {
        let here = Here::of("chat.example");
        for description in dialect::descriptions() {
            let console = for_sockets(&description, &here);
            let spoken = description.addresses.iter().any(|address| address.listener == Listener::Http);
            assert_eq!(console.is_some(), spoken, "{}", description.name);
            let samples: usize = description.client.iter().map(|kind| kind.samples.len()).sum();
            let options = console.iter().flat_map(|html| html.matches("<option value")).count();
            let places = description.addresses.iter().filter(|address| address.listener == Listener::Http).count();
            assert_eq!(options, if spoken { samples + places } else { 0 }, "{}", description.name);
        }
    }

    #[test]
    fn what_cannot_be_tried_in_a_page_is_said_with_the_line_to_type() {
        let here = Here::of("chat.example:8000");
        assert!(for_lines(&here, Ports { line: Some(6000), tmp: None }).contains("nc chat.example 6000"));
        assert!(for_lines(&here, Ports::default()).contains("--line-listen off"));
    }
}
