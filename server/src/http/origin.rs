//! Whether a request comes from one of this server's own pages. Browsers say where a page came from; other programs
//! say nothing, and bring their own credentials in place of a cookie.

use axum::http::uri::Scheme;
use axum::http::{HeaderMap, Uri, header};

use super::forwarded;

/// Whether the request may use the browser's cookie: it names this very server as its origin or, where it names none,
/// does not say that it comes from another. Over TLS, that origin is one over TLS as well.
#[must_use]
pub fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let Some(origin) = origin else { return false };
    // What is asked over TLS is no business of a page that anybody on the way could have written.
    let as_safe = origin.scheme() == Some(&Scheme::HTTPS) || !forwarded::came_by_tls(headers);
    match (origin.authority(), host) {
        (Some(origin), Some(host)) => as_safe && origin.as_str().eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "chat.example:8000".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_own(&headers)
    }

    #[test]
    fn a_request_without_origin_that_another_site_made_does_not_pass() {
        let from = |site: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", site.parse().unwrap());
            is_own(&headers)
        };
        assert!(from("same-origin") && from("none"));
        assert!(!from("same-site") && !from("cross-site"));
    }

    #[test]
    fn over_tls_only_a_page_that_came_by_it_passes() {
        let from = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "chat.example".parse().unwrap());
            headers.insert("x-forwarded-proto", "https".parse().unwrap());
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            is_own(&headers)
        };
        assert!(from("https://chat.example") && !from("http://chat.example"));
    }

    #[test]
    fn programs_and_own_pages_pass_and_foreign_pages_do_not() {
        assert!(own(None));
        assert!(own(Some("http://chat.example:8000")));
        for foreign in ["http://chat.example", "http://evil.example", "null", "http://chat.example:8000.evil.example"] {
            assert!(!own(Some(foreign)), "{foreign}");
        }
    }
}
