//! Who asks, where a proxy stands before the server. Only a proxy that the settings name is believed: what anybody
//! else says in its headers is taken off the request, so that everything behind may read them as they are.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::Proxies;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Notes in the request from which address it comes, and whether it came over TLS.
pub fn attribute(request: &mut Request, peer: SocketAddr, over_tls: bool, proxies: &Proxies) {
    let headers = request.headers_mut();
    let mut client = peer;
    if proxies.trust(peer.ip()) {
        if let Some(address) = client_of(headers, proxies) {
            client = SocketAddr::new(address, 0);
        }
    } else {
        for name in [FORWARDED_FOR, FORWARDED_PROTO, header::FORWARDED] {
            headers.remove(name);
        }
    }
    if over_tls {
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static("https"));
    }
    request.extensions_mut().insert(ConnectInfo(client));
}

/// Whether the request came over TLS, to this server or to a proxy that is believed; or from a page that did.
#[must_use]
pub fn is_secure(headers: &HeaderMap) -> bool {
    came_by_tls(headers) || headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}

/// Whether the request itself came over TLS, as far as is known.
#[must_use]
pub fn came_by_tls(headers: &HeaderMap) -> bool {
    headers.get(FORWARDED_PROTO).is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The last address in the chain that is no proxy of ours: those before it may be made up by whoever asks.
fn client_of(headers: &HeaderMap, proxies: &Proxies) -> Option<IpAddr> {
    let mut chain = chain(headers, &FORWARDED_FOR, address);
    if chain.is_empty() {
        chain = self::chain(headers, &header::FORWARDED, forwarded_for);
    }
    let mut farthest = None;
    for step in chain.into_iter().rev() {
        // What cannot be read ends what can be believed.
        let address = step?;
        farthest = Some(address);
        if !proxies.trust(address) {
            break;
        }
    }
    farthest
}

/// The header's elements, over all of its lines, nearest last.
fn chain(headers: &HeaderMap, name: &HeaderName, read: fn(&str) -> Option<IpAddr>) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(|element| read(element.trim())).collect()
}

/// `for=192.0.2.1;proto=https`, of the header that RFC 7239 made.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    address(value.trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(socket).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked_by(peer: &str, headers: &[(&str, &str)]) -> (String, bool) {
        let proxies: Proxies = "127.0.0.1, 10.0.0.0/8".parse().unwrap();
        let mut request = Request::new(Body::empty());
        for (name, value) in headers {
            request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        attribute(&mut request, SocketAddr::new(peer.parse().unwrap(), 9), false, &proxies);
        let ConnectInfo(client) = request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap();
        (client.ip().to_string(), is_secure(request.headers()))
    }

    #[test]
    fn a_proxy_that_is_named_is_believed_and_nobody_else() {
        let said = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        assert_eq!(asked_by("127.0.0.1", &said), ("192.0.2.1".to_owned(), true));
        assert_eq!(asked_by("198.51.100.7", &said), ("198.51.100.7".to_owned(), false));
        assert_eq!(asked_by("127.0.0.1", &[]), ("127.0.0.1".to_owned(), false));
    }

    #[test]
    fn what_the_client_made_up_before_the_first_proxy_is_passed_over() {
        let said = [("x-forwarded-for", "1.1.1.1, 192.0.2.1"), ("x-forwarded-for", "10.1.2.3")];
        assert_eq!(asked_by("127.0.0.1", &said).0, "192.0.2.1");
        assert_eq!(asked_by("127.0.0.1", &[("x-forwarded-for", "192.0.2.1, nonsense")]).0, "127.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_too() {
        let said = [("forwarded", r#"for=1.1.1.1, For="[2001:db8::1]:4711";proto=https"#)];
        assert_eq!(asked_by("10.0.0.1", &said).0, "2001:db8::1");
        assert_eq!(asked_by("10.0.0.1", &[("forwarded", "for=_hidden")]).0, "10.0.0.1");
    }
}
