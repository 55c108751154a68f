//! What every answer tells browsers to be careful about: which scripts and styles are this server's own, that its pages
//! belong in nobody's frame, that a file is what its type says.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::forwarded;

/// Headers that say the same everywhere.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// For a year, this host is asked over TLS only.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What a page may load, and from where.
#[derive(Clone, Debug)]
pub struct ContentPolicy(Option<HeaderValue>);

impl ContentPolicy {
    /// None: pages that are rendered here for development bring scripts of their own.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Everything comes from this server, but for what stands in this page itself: its scripts and styles are let in
    /// by their hashes.
    #[must_use]
    pub fn of_page(html: &str) -> Self {
        let (scripts, styles) = (hashes(html, "script"), hashes(html, "style"));
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
             img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
             manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        Self(HeaderValue::from_str(&policy).ok())
    }
}

/// Adds the headers; what a handler has said itself stays.
pub async fn add(State(policy): State<Arc<ContentPolicy>>, request: Request, next: Next) -> Response {
    let secure = forwarded::is_secure(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if secure {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(TLS_ONLY);
    }
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if let (true, Some(policy)) = (is_page, &policy.0) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy.clone());
    }
    response
}

/// ` 'sha256-…'` for each element of that name with something in it.
fn hashes(html: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let parts = html.split(&open).skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let is_element = attributes.is_empty() || attributes.starts_with(char::is_whitespace);
        let (content, _) = rest.split_once(&close)?;
        (is_element && !content.is_empty()).then_some(content)
    });
    parts.map(|content| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(content)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_page_is_let_in_and_nothing_else_inline() {
        let html = "<script type=\"module\">alert(1)</script><script src=\"/a.js\"></script><style>a{}</style>\
                    <styled>no</styled>";
        let ContentPolicy(Some(policy)) = ContentPolicy::of_page(html) else { panic!("a policy") };
        let policy = policy.to_str().unwrap();
        assert!(
            policy.contains(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';"
            ),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256").count(), 2, "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }

    /// As it goes into the bundle; trunk puts a script of its own beside ours.
    const PAGE: &str = include_str!("../../../index.html");

    #[test]
    fn every_inline_script_of_the_apps_own_page_has_its_hash() {
        let ContentPolicy(Some(policy)) = ContentPolicy::of_page(PAGE) else { panic!("a policy") };
        let policy = policy.to_str().unwrap();
        let scripts = policy.split(';').find(|rule| rule.trim().starts_with("script-src")).unwrap();
        let inline: Vec<_> =
            PAGE.split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect();
        assert!(!inline.is_empty(), "the page sets the theme before anything is drawn");
        for script in &inline {
            let hash = STANDARD.encode(Sha256::digest(script));
            assert!(scripts.contains(&format!("'sha256-{hash}'")), "{scripts}");
        }
        assert_eq!(scripts.matches("'sha256-").count(), inline.len());
    }
}
