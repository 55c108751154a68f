//! Settings that say where something is: listeners, proxies, the database, the bus.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

use super::values::BadValue;

/// Where to listen, or that nothing listens: `127.0.0.1:5000` or `off`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listen {
    /// At this address; port 0 picks a free one.
    On(SocketAddr),
    /// Not at all.
    Off,
}

/// Proxies whose word counts on where a request comes from: addresses and networks, as `127.0.0.1, 10.0.0.0/8`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Proxies(Vec<IpNet>);

/// The address of a PostgreSQL database: `postgres://user:password@host/database`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DatabaseUrl(pub Url);

/// NATS servers of one cluster, by commas: `nats://a.example:4222, tls://user:password@b.example`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NatsUrl(pub Vec<Url>);

impl Proxies {
    /// Whether there is such a proxy at this address.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Listen {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "off" => Ok(Self::Off),
            address => address
                .parse()
                .map(Self::On)
                .map_err(|_| BadValue::new(text, "an address with a port, such as 127.0.0.1:5000, or off")),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(address) => address.fmt(f),
            Self::Off => f.write_str("off"),
        }
    }
}

impl FromStr for Proxies {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let network = |part: &str| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| BadValue::new(text, "a list of addresses and networks, such as 127.0.0.1, 10.0.0.0/8"))
    }
}

impl FromStr for DatabaseUrl {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        // What was given may hold a password, and is not said again.
        let bad = || BadValue::new("…", "a PostgreSQL address, such as postgres://user:password@host/database");
        let url: Url = text.parse().map_err(|_| bad())?;
        if matches!(url.scheme(), "postgres" | "postgresql") { Ok(Self(url)) } else { Err(bad()) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for NatsUrl {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        // What was given may hold a password, and is not said again.
        let bad = || BadValue::new("…", "a NATS address, such as nats://host:4222 or tls://host, or several by commas");
        let one = |part: &str| part.parse::<Url>().ok().filter(is_nats).ok_or_else(bad);
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let urls: Vec<Url> = parts.map(one).collect::<Result<_, _>>()?;
        if urls.is_empty() { Err(bad()) } else { Ok(Self(urls)) }
    }
}

fn is_nats(url: &Url) -> bool {
    matches!(url.scheme(), "nats" | "tls") && url.has_host() && matches!(url.path(), "" | "/")
}

impl fmt::Display for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, url) in self.0.iter().enumerate() {
            write!(f, "{}{url}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, network) in self.0.iter().enumerate() {
            write!(f, "{}{network}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_an_address_or_off() {
        for text in ["off", "127.0.0.1:0", "[::1]:5000"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        let error = "5000".parse::<Listen>().unwrap_err().to_string();
        assert_eq!(error, "\"5000\" is not an address with a port, such as 127.0.0.1:5000, or off");
    }

    #[test]
    fn a_proxy_is_one_address_or_a_network_in_either_notation() {
        let proxies: Proxies = "127.0.0.1, 10.0.0.0/8".parse().unwrap();
        assert_eq!(proxies.to_string(), "127.0.0.1/32, 10.0.0.0/8");
        for address in ["127.0.0.1", "10.9.8.7", "::ffff:10.9.8.7"] {
            assert!(proxies.trust(address.parse().unwrap()), "{address}");
        }
        assert!(!proxies.trust("127.0.0.2".parse().unwrap()));
        assert_eq!("".parse::<Proxies>().unwrap(), Proxies::default());
        assert!("somewhere".parse::<Proxies>().is_err());
    }

    #[test]
    fn nats_servers_are_one_or_several_and_a_bad_address_is_not_said_again() {
        for text in ["nats://127.0.0.1:4222", "nats://a:4222, tls://ann:secret@b"] {
            assert_eq!(text.parse::<NatsUrl>().unwrap().to_string(), text);
        }
        for text in ["", "127.0.0.1:4222", "http://ann:secret@a", "nats://", "nats://a,ann:secret@b"] {
            let error = text.parse::<NatsUrl>().unwrap_err().to_string();
            assert!(error.contains("nats://host:4222") && !error.contains("secret"), "{error}");
        }
    }
}
