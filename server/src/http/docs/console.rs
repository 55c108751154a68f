//! The console on a dialect's page: its addresses on this server and the sample frames of its description, for
//! `docs.js` to bring to life. Without a program the page still says what there is to send.

use frontend::docs::Console;

use super::html::{Escaped, attribute};
use crate::dialect::description::{Address, Description, FrameKind, Listener};
use crate::http::here::{Here, Ports};

/// The console of a dialect that is spoken over WebSocket on the main port; other dialects have none.
pub fn for_sockets(words: &Console, description: &Description, here: &Here) -> Option<String> {
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
    let query = query_hint(words, description);
    let Console { heading, how, connection, spoken_at, address, connect, not_connected, .. } = words;
    let Console { frames, sample, frame, send, another, .. } = words;
    Some(format!(
        "<section class=\"try\" aria-labelledby=\"try\"><h2 id=\"try\">{heading}</h2>\
         <p>{how} {query}</p>\
         <div class=\"consoles\"></div>\
         <template><article class=\"console\" aria-label=\"{connection}\">\
         <form class=\"console-connect\">\
         <label>{spoken_at} <select name=\"where\">{addresses}</select></label>\
         <label class=\"wide\">{address} <input name=\"address\" autocomplete=\"off\" spellcheck=\"false\" required></label>\
         <button class=\"primary\">{connect}</button></form>\
         <p class=\"console-state\" role=\"status\">{not_connected}</p>\
         <div class=\"console-log\" role=\"log\" aria-label=\"{frames}\" tabindex=\"0\"></div>\
         <form class=\"console-send\">\
         <label>{sample} <select name=\"sample\">{samples}</select></label>\
         <label class=\"wide\">{frame} <textarea name=\"frame\" rows=\"2\" autocomplete=\"off\" spellcheck=\"false\"></textarea></label>\
         <button>{send}</button></form>\
         </article></template>\
         <p><button type=\"button\" class=\"console-more\" hidden>{another}</button></p></section>"
    ))
}

/// How a raw TCP dialect is reached, which no page can do by itself.
pub fn for_lines(words: &Console, here: &Here, ports: Ports) -> String {
    match ports.line {
        Some(port) => {
            let there = here.host_at(port).replacen(&format!(":{port}"), &format!(" {port}"), 1);
            format!(
                "<section class=\"try\"><h2>{}</h2><p>{}</p><pre><code>nc {}</code></pre></section>",
                words.in_a_terminal,
                words.no_tcp_in_pages,
                Escaped(&there)
            )
        }
        None => {
            let off = words.line_is_off.with(["<code>--line-listen off</code>"]);
            format!("<section class=\"try\"><p>{off}</p></section>")
        }
    }
}

/// Requests of the message API, sent by the page itself.
pub fn for_requests(words: &Console) -> String {
    let Console { send, answer, body: label, .. } = words;
    let sample =
        r#"{"sender":"thermo","destination":"alice","message":"22.7","type":"notification","metadata":{"unit":"C"}}"#;
    let requests: String = [("POST", "/messages/", sample), ("GET", "/messages/alice", "")]
        .into_iter()
        .map(|(method, path, body)| {
            format!(
                "<form class=\"request\" data-method=\"{method}\">\
                 <label class=\"wide\">{method} <input name=\"path\" value=\"{path}\" autocomplete=\"off\" spellcheck=\"false\"></label>{}\
                 <button class=\"primary\">{send}</button><output class=\"wide\" aria-label=\"{answer}\"></output></form>",
                if body.is_empty() {
                    String::new()
                } else {
                    format!(
                        "<label class=\"wide\">{label} <textarea name=\"body\" rows=\"3\" spellcheck=\"false\">{}</textarea></label>",
                        Escaped(body)
                    )
                }
            )
        })
        .collect();
    format!("<section class=\"try\"><h2>{}</h2><p>{}</p>{requests}</section>", words.heading, words.requests)
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

fn query_hint(words: &Console, description: &Description) -> String {
    let Some(query) = description.addresses.first().map(|address| address.query).filter(|query| !query.is_empty())
    else {
        return String::new();
    };
    let hints: Vec<String> = query
        .iter()
        .map(|(name, meaning)| format!("<code>?{}=</code> {}", Escaped(name), Escaped(&meaning.replace('`', ""))))
        .collect();
    format!("{} {}", words.takes, hints.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use crate::http::docs::Reader;

    fn words() -> &'static Console {
        &Reader::of("en").words.console
    }

    #[test]
    fn every_websocket_dialect_has_a_console_with_all_its_samples() {
        let here = Here::of("chat.example");
        for description in dialect::descriptions() {
            let console = for_sockets(words(), &description, &here);
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
        assert!(for_lines(words(), &here, Ports { line: Some(6000), tmp: None }).contains("nc chat.example 6000"));
        assert!(for_lines(words(), &here, Ports::default()).contains("--line-listen off"));
    }
}
