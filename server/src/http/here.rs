//! Where the server is, as who asks sees it: the addresses that documents and pages show.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::forwarded;

/// Ports beside the main one, of listeners that are on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// Line chat's.
    pub line: Option<u16>,
    /// TMP's own.
    pub tmp: Option<u16>,
}

/// The server's address in a request.
#[derive(Clone, Debug)]
pub struct Here {
    authority: Authority,
    secure: bool,
}

impl<S: Sync> FromRequestParts<S> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = host.and_then(|host| host.parse().ok());
        let authority = authority.unwrap_or_else(|| Authority::from_static("127.0.0.1:8000"));
        Ok(Self { authority, secure: forwarded::is_secure(&parts.headers) })
    }
}

impl Here {
    /// A server at this host, without TLS.
    #[cfg(test)]
    pub fn of(host: &'static str) -> Self {
        Self { authority: Authority::from_static(host), secure: false }
    }

    /// Host and port: `127.0.0.1:8000`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// The same host with another port.
    #[must_use]
    pub fn host_at(&self, port: u16) -> String {
        format!("{}:{port}", self.authority.host())
    }

    /// `http://127.0.0.1:8000`
    #[must_use]
    pub fn http(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }

    /// `ws`, or `wss` where the request came over TLS.
    #[must_use]
    pub fn socket_protocol(&self) -> &'static str {
        if self.secure { "wss" } else { "ws" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn here(headers: &[(&str, &str)]) -> Here {
        let mut request = axum::http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let Ok(here) = Here::from_request_parts(&mut parts, &()).await;
        here
    }

    #[tokio::test]
    async fn addresses_are_those_of_the_request() {
        let plain = here(&[("host", "chat.example:8080")]).await;
        assert_eq!((plain.http().as_str(), plain.socket_protocol()), ("http://chat.example:8080", "ws"));
        assert_eq!(plain.host_at(5000), "chat.example:5000");
        let secure = here(&[("host", "chat.example"), ("x-forwarded-proto", "https")]).await;
        assert_eq!((secure.http().as_str(), secure.socket_protocol()), ("https://chat.example", "wss"));
        assert_eq!(here(&[("host", "[::1]:8000")]).await.host_at(5050), "[::1]:5050");
        assert_eq!(here(&[("host", "a b\"")]).await.host(), "127.0.0.1:8000");
    }
}
