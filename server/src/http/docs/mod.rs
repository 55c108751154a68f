//! `/docs`: how to connect from each dialect. The pages are those of `docs/dialects/`, whose transcripts the tests
//! play, with the addresses of this very server in them and a console to try each dialect in the page. The pages of
//! `docs/` are in English; what stands around them is in the reader's language, from `frontend/src/words/docs.rs`.

mod console;
mod html;
mod reader;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag};

use self::html::{Escaped, attribute};
use self::reader::Reader;
use super::HttpState;
use super::here::{Here, Ports};
use crate::dialect::{self, description::Listener};

/// A page: its name in the address, its title, its text.
type Page = (&'static str, &'static str, &'static str);

/// Every page, in the order in which a newcomer wants them.
const PAGES: [Page; 9] = [
    ("postman", "Postman chat", include_str!("../../../../docs/dialects/postman.md")),
    ("native", "The native protocol", include_str!("../../../../docs/dialects/native.md")),
    ("pair_chat", "Public and private chat", include_str!("../../../../docs/dialects/pair_chat.md")),
    ("tmp", "TMP", include_str!("../../../../docs/dialects/tmp.md")),
    ("random_chat", "RandomChat", include_str!("../../../../docs/dialects/random_chat.md")),
    ("line", "Line chat", include_str!("../../../../docs/dialects/line.md")),
    ("messages", "The message API", include_str!("../../../../docs/dialects/messages.md")),
    ("webhooks", "Webhooks", include_str!("../../../../docs/webhooks.md")),
    ("files", "Files", include_str!("../../../../docs/files.md")),
];

/// The app's own colours, and what a page of text needs beside them.
const STYLE: &str = concat!(
    include_str!("../../../../style/values.css"),
    include_str!("../../../../style/roles.css"),
    include_str!("docs.css"),
);

/// What brings the pages to life.
const PROGRAM: &str = include_str!("docs.js");

/// The pages' policy: everything they need comes from here, and consoles connect to this server only.
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A page with the policy that holds for it.
type Shown = ([(header::HeaderName, &'static str); 2], Html<String>);

/// `GET /docs`: what there is to connect with.
#[utoipa::path(get, path = "/docs", tag = "documents", summary = "How to connect, for people",
    params(("language" = Option<String>, Query, description = "In which language, else the browser's", example = "de")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub async fn index(State(state): State<HttpState>, reader: Reader, here: Here) -> Shown {
    let ways: String = PAGES.iter().map(|page| way(page, &reader, &here, state.ports)).collect();
    let words = &reader.words.index;
    let lead = words.lead.with([&format!("<code>{}</code>", here.http())]);
    let body = format!(
        "<h1>{}</h1><p>{lead}</p><ul class=\"ways\" role=\"list\">{ways}</ul>\
         <h2>{}</h2>\
         <ul><li><a href=\"/postman.json\">{}</a></li>\
         <li><a href=\"/api/asyncapi.json\">AsyncAPI</a>: {}</li>\
         <li><a href=\"/api/openapi.json\">OpenAPI</a>: {}</li></ul>",
        words.heading, words.for_programs, words.postman, words.async_api, words.open_api
    );
    page(words.heading, None, &reader, &body)
}

/// `GET /docs/{dialect}`: one dialect's page.
#[utoipa::path(get, path = "/docs/{dialect}", tag = "documents", summary = "How to connect in one dialect",
    params(("dialect" = String, Path, description = "Its name", example = "postman"),
        ("language" = Option<String>, Query, description = "In which language, else the browser's", example = "de")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String),
        (status = 404, description = "No such dialect")))]
pub async fn dialect(
    State(state): State<HttpState>,
    Path(dialect): Path<String>,
    reader: Reader,
    here: Here,
) -> Response {
    let Some((name, title, text)) = PAGES.iter().find(|(name, ..)| *name == dialect) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let text = rendered(&with_addresses(text, &here, state.ports), &reader);
    let console = console_of(name, &reader, &here, state.ports);
    // The console stands where the page's introduction ends.
    let (introduction, rest) = text.find("<h2>").map_or((text.as_str(), ""), |place| text.split_at(place));
    let body = format!("{}{console}{}", in_english(introduction, &reader), in_english(rest, &reader));
    let note = reader.words.in_english;
    let note = if note.is_empty() { String::new() } else { format!("<p class=\"note\">{note}</p>") };
    let title = reader.page(name).map_or(*title, |(title, _)| title);
    page(title, Some(name), &reader, &format!("{note}{body}")).into_response()
}

/// A part of a protocol's own document, marked as English for readers of another language.
fn in_english(html: &str, reader: &Reader) -> String {
    if reader.words.in_english.is_empty() || html.is_empty() {
        return html.to_owned();
    }
    format!("<div lang=\"en\">{html}</div>")
}

/// `GET /docs/style.css`
#[utoipa::path(get, path = "/docs/style.css", tag = "documents", summary = "What these pages look like",
    responses((status = 200, description = "A style sheet", content_type = "text/css", body = String)))]
pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
}

/// `GET /docs/docs.js`
#[utoipa::path(get, path = "/docs/docs.js", tag = "documents", summary = "What brings these pages to life",
    responses((status = 200, description = "A script", content_type = "text/javascript", body = String)))]
pub async fn program() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], PROGRAM)
}

/// A dialect's card: what it is for, and its first address to copy.
fn way((name, title, _): &Page, reader: &Reader, here: &Here, ports: Ports) -> String {
    let described = dialect::descriptions().into_iter().find(|description| description.name == *name);
    let address = match &described {
        Some(description) => {
            let main = description.addresses.iter().find(|address| address.listener == Listener::Http);
            let line = ports
                .line
                .map(|port| format!("nc {} {port}", here.host_at(port).trim_end_matches(&format!(":{port}"))));
            main.map(|address| console::socket(address, here)).or(line)
        }
        None => Some(format!("{}/{}/", here.http(), if *name == "webhooks" { "hooks" } else { *name })),
    };
    let address =
        address.map(|address| format!("<code data-copy=\"{}\">{}</code>", attribute(&address), Escaped(&address)));
    let own = (*title, described.map_or("", |description| description.summary));
    let (title, summary) = reader.page(name).unwrap_or(own);
    format!(
        "<li class=\"way\"><h2><a href=\"{}\">{title}</a></h2><p>{}</p>{}</li>",
        reader.path(Some(name)),
        with_code(summary),
        address.unwrap_or_default()
    )
}

/// A sentence in which what stands between backticks is code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(place, part)| match place % 2 {
        0 => Escaped(part).to_string(),
        _ => format!("<code>{}</code>", Escaped(part)),
    });
    parts.collect()
}

fn console_of(name: &str, reader: &Reader, here: &Here, ports: Ports) -> String {
    let words = &reader.words.console;
    match name {
        "line" => console::for_lines(words, here, ports),
        "messages" => console::for_requests(words),
        _ => {
            let described = dialect::descriptions().into_iter().find(|description| description.name == name);
            described.and_then(|description| console::for_sockets(words, &description, here)).unwrap_or_default()
        }
    }
}

fn page(title: &str, here: Option<&str>, reader: &Reader, body: &str) -> Shown {
    let links: String = PAGES
        .iter()
        .map(|(name, title, _)| {
            let current = if here == Some(name) { " aria-current=\"page\"" } else { "" };
            let title = reader.page(name).map_or(*title, |(title, _)| title);
            format!("<a href=\"{}\"{current}>{title}</a>", reader.path(Some(name)))
        })
        .collect();
    let words = reader.words;
    let script: String = words
        .script
        .iter()
        .map(|(name, text)| format!(" data-{}=\"{}\"", name.replace('_', "-"), attribute(text)))
        .collect();
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"description\" content=\"{}\">\
         <title>{title} · Confab</title><link rel=\"stylesheet\" href=\"/docs/style.css\">\
         <script src=\"/docs/docs.js\"></script></head>\
         <body{script}><nav aria-label=\"{}\"><a class=\"home\" href=\"/\">Confab</a>\
         <a href=\"{}\">{}</a>{links}</nav><main>{body}</main></body></html>",
        words.tag,
        words.about,
        words.navigation,
        reader.path(None),
        words.all_ways
    );
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::VARY, "accept-language")], Html(html))
}

/// The page's text with this server's addresses in place of the default ones.
fn with_addresses(text: &str, here: &Here, ports: Ports) -> String {
    let mut text = text
        .replace("ws://127.0.0.1:8000", &format!("{}://{}", here.socket_protocol(), here.host()))
        .replace("http://127.0.0.1:8000", &here.http())
        .replace("127.0.0.1:8000", here.host());
    for (default, port) in [(5000, ports.line), (5050, ports.tmp)] {
        if let Some(port) = port {
            let there = here.host_at(port);
            let spaced = there.replacen(&format!(":{port}"), &format!(" {port}"), 1);
            text = text.replace(&format!("127.0.0.1:{default}"), &there);
            text = text.replace(&format!("127.0.0.1 {default}"), &spaced);
        }
    }
    text
}

/// Markdown as HTML. What is HTML in it is shown as text, and links to other pages lead to their addresses here.
fn rendered(text: &str, reader: &Reader) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let page = dest_url.strip_suffix(".md").filter(|path| !path.contains("://"));
            let name = page.and_then(|path| path.rsplit('/').next());
            let dest_url = name.map_or_else(|| dest_url.clone(), |name| reader.path(Some(name)).into());
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::CodeBlock(_)) => {
            Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(CowStr::Borrowed("text"))))
        }
        other => other,
    });
    let mut html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events);
    // Wide tables and frames scroll by themselves; whoever has no mouse must be able to reach them.
    // A corner of a table that says nothing heads nothing.
    html.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<th></th>", "<td></td>")
        .replace("<table>", "<div class=\"scrolls\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_this_servers_own_addresses() {
        let ports = Ports { line: Some(6000), tmp: None };
        let text = "ws://127.0.0.1:8000/ws/a http://127.0.0.1:8000/ nc 127.0.0.1 5000 127.0.0.1:5050";
        let shown = with_addresses(text, &Here::of("chat.example"), ports);
        assert_eq!(shown, "ws://chat.example/ws/a http://chat.example/ nc chat.example 6000 127.0.0.1:5050");
    }

    #[test]
    fn html_in_a_page_is_text_and_links_stay_here() {
        let english = Reader::of("en");
        assert_eq!(rendered("<b>x</b>", &english), "<p>&lt;b&gt;x&lt;/b&gt;</p>\n");
        for link in ["[line](line.md)", "[line](dialects/line.md)"] {
            assert_eq!(rendered(link, &english), "<p><a href=\"/docs/line?language=en\">line</a></p>\n");
        }
    }
}
