//! Which addresses webhooks may be posted to. Whoever makes one chooses where this server connects to; so unless its
//! operator allows it, that is nowhere a stranger could not connect to himself.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use url::{Host, Url};

/// Whether addresses inside networks may be posted to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Addresses anyone can reach.
    Public,
    /// Private, loopback and link-local addresses too.
    Anywhere,
}

/// An address that can be posted to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Whether over TLS.
    pub secure: bool,
    /// Where.
    pub host: Host,
    /// At which port.
    pub port: u16,
    /// Host and port as a request names them, the port only where it is not the usual one.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

/// Why an address cannot be posted to, as the end of a sentence.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadTarget {
    /// Not `http://…` or `https://…`, or with a name and password in it.
    #[error("is no http or https address, without a name and password in it")]
    NoAddress,
    /// Nobody outside reaches it.
    #[error("is a private address; the server's setting --webhook-private-targets allows those")]
    Private,
    /// No such host.
    #[error("names a host that cannot be found")]
    NoSuchHost,
}

impl FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let url: Url = text.parse().map_err(|_| BadTarget::NoAddress)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(BadTarget::NoAddress),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadTarget::NoAddress);
        }
        let host = url.host().ok_or(BadTarget::NoAddress)?.to_owned();
        let port = url.port_or_known_default().ok_or(BadTarget::NoAddress)?;
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { secure, host, port, authority, path })
    }
}

impl Target {
    /// What can be said of it without asking anybody: an address that is written out is checked at once.
    ///
    /// # Errors
    /// [`BadTarget::Private`].
    pub fn check(&self, reach: Reach) -> Result<(), BadTarget> {
        let address = match &self.host {
            Host::Ipv4(address) => IpAddr::V4(*address),
            Host::Ipv6(address) => IpAddr::V6(*address),
            Host::Domain(_) => return Ok(()),
        };
        if reach == Reach::Anywhere || is_public(address) { Ok(()) } else { Err(BadTarget::Private) }
    }

    /// The addresses to connect to: found now, and checked, so that a name cannot lead elsewhere afterwards.
    ///
    /// # Errors
    /// [`BadTarget::NoSuchHost`] and [`BadTarget::Private`].
    pub async fn addresses(&self, reach: Reach) -> Result<Vec<SocketAddr>, BadTarget> {
        let found: Vec<SocketAddr> = match &self.host {
            Host::Ipv4(address) => vec![SocketAddr::from((*address, self.port))],
            Host::Ipv6(address) => vec![SocketAddr::from((*address, self.port))],
            Host::Domain(name) => match tokio::net::lookup_host((name.as_str(), self.port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(BadTarget::NoSuchHost),
            },
        };
        if found.is_empty() {
            return Err(BadTarget::NoSuchHost);
        }
        let allowed = |address: &SocketAddr| reach == Reach::Anywhere || is_public(address.ip());
        let allowed: Vec<_> = found.into_iter().filter(allowed).collect();
        if allowed.is_empty() { Err(BadTarget::Private) } else { Ok(allowed) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", if self.secure { "https" } else { "http" }, self.authority, self.path)
    }
}

/// Whether anyone on the internet could reach the address.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        // This network, shared by carriers, protocol assignments, benchmarks, reserved.
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _) | (240..=255, ..)
    );
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

/// Global unicast is all that is given out, and of it what leads back into IPv4 or is for documents is left out.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_anyone_can_reach_is_public() {
        for public in ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn an_address_in_any_spelling_is_checked() {
        for private in ["http://127.0.0.1/x", "https://[::1]:8443/", "http://2130706433/", "http://0x7f.1/"] {
            let target: Target = private.parse().unwrap();
            assert_eq!(target.check(Reach::Public), Err(BadTarget::Private), "{private}");
            assert_eq!(target.check(Reach::Anywhere), Ok(()));
        }
        for bad in ["", "chat.example", "ftp://chat.example/", "http://a:b@chat.example/", "file:///x"] {
            assert_eq!(bad.parse::<Target>().err(), Some(BadTarget::NoAddress), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_where_it_leads() {
        let target: Target = "http://localhost:9/x?y=1".parse().unwrap();
        assert_eq!(target.check(Reach::Public), Ok(()));
        assert_eq!(target.addresses(Reach::Public).await, Err(BadTarget::Private));
        assert_eq!((target.authority.as_str(), target.path.as_str()), ("localhost:9", "/x?y=1"));
    }
}
