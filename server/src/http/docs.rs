//! `/docs`: how to connect from each dialect. The pages are those of `docs/dialects/`, whose transcripts the tests
//! play, with the addresses of this very server in them.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

use super::HttpState;
use super::here::{Here, Ports};

/// A page: its name in the address, its title, its text.
type Page = (&'static str, &'static str, &'static str);

/// Every page, in the order in which a newcomer wants them.
const PAGES: [Page; 9] = [
    ("postman", "Postman chat", include_str!("../../../docs/dialects/postman.md")),
    ("native", "The native protocol", include_str!("../../../docs/dialects/native.md")),
    ("pair_chat", "Public and private chat", include_str!("../../../docs/dialects/pair_chat.md")),
    ("tmp", "TMP", include_str!("../../../docs/dialects/tmp.md")),
    ("random_chat", "RandomChat", include_str!("../../../docs/dialects/random_chat.md")),
    ("line", "Line chat", include_str!("../../../docs/dialects/line.md")),
    ("messages", "The message API", include_str!("../../../docs/dialects/messages.md")),
    ("webhooks", "Webhooks", include_str!("../../../docs/webhooks.md")),
    ("files", "Files", include_str!("../../../docs/files.md")),
];

/// The app's own colours, and what a page of text needs beside them.
const STYLE: &str = concat!(
    include_str!("../../../style/values.css"),
    include_str!("../../../style/roles.css"),
    include_str!("docs.css"),
);

/// `GET /docs`: what there is to connect with.
#[utoipa::path(get, path = "/docs", tag = "documents", summary = "How to connect, for people",
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub async fn index(here: Here) -> Html<String> {
    let items: String =
        PAGES.iter().map(|(name, title, _)| format!("<li><a href=\"/docs/{name}\">{title}</a></li>")).collect();
    let address = here.http();
    let body = format!(
        "<h1>Talk to this server</h1>\
         <p>It runs at <code>{address}</code>. Whatever you speak, you meet the same people in the same rooms.</p>\
         <ul>{items}</ul>\
         <h2>For programs</h2>\
         <ul><li><a href=\"/postman.json\">A collection for Postman</a></li>\
         <li><a href=\"/api/asyncapi.json\">AsyncAPI</a>: every dialect that is spoken over sockets</li>\
         <li><a href=\"/api/openapi.json\">OpenAPI</a>: every HTTP request</li></ul>"
    );
    Html(page("Talk to this server", &body))
}

/// `GET /docs/{dialect}`: one dialect's page.
#[utoipa::path(get, path = "/docs/{dialect}", tag = "documents", summary = "How to connect in one dialect",
    params(("dialect" = String, Path, description = "Its name", example = "postman")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String),
        (status = 404, description = "No such dialect")))]
pub async fn dialect(State(state): State<HttpState>, Path(dialect): Path<String>, here: Here) -> Response {
    let Some((_, title, text)) = PAGES.iter().find(|(name, ..)| *name == dialect) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    Html(page(title, &rendered(&with_addresses(text, &here, state.ports)))).into_response()
}

/// `GET /docs/style.css`
#[utoipa::path(get, path = "/docs/style.css", tag = "documents", summary = "What these pages look like",
    responses((status = 200, description = "A style sheet", content_type = "text/css", body = String)))]
pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Confab</title><link rel=\"stylesheet\" href=\"/docs/style.css\"></head>\
         <body><nav aria-label=\"Documentation\"><a href=\"/\">Confab</a> <a href=\"/docs\">All ways to connect</a></nav>\
         <main>{body}</main></body></html>"
    )
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
fn rendered(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let page = dest_url.strip_suffix(".md").filter(|path| !path.contains("://"));
            let name = page.and_then(|path| path.rsplit('/').next());
            let dest_url = name.map_or_else(|| dest_url.clone(), |name| format!("/docs/{name}").into());
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::CodeBlock(_)) => {
            Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(CowStr::Borrowed("text"))))
        }
        other => other,
    });
    let mut html = String::with_capacity(text.len() * 2);
    html::push_html(&mut html, events);
    // Wide tables and frames scroll by themselves; whoever has no mouse must be able to reach them.
    html.replace("<pre>", "<pre tabindex=\"0\">")
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
        assert_eq!(rendered("<b>x</b>"), "<p>&lt;b&gt;x&lt;/b&gt;</p>\n");
        assert_eq!(rendered("[line](line.md)"), "<p><a href=\"/docs/line\">line</a></p>\n");
        assert_eq!(rendered("[line](dialects/line.md)"), "<p><a href=\"/docs/line\">line</a></p>\n");
    }
}
