//! Settings' values that are more than a number: each reads from and prints as the text a person writes.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

/// Where to listen, or that nothing listens: `127.0.0.1:5000` or `off`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listen {
    /// At this address; port 0 picks a free one.
    On(SocketAddr),
    /// Not at all.
    Off,
}

/// Whether people without an account get in: `allow` or `deny`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Guests {
    /// They do.
    Allow,
    /// They do not, in any dialect.
    Deny,
}

/// Who may upload files: `on`, `accounts` or `off`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Uploads {
    /// Everybody, guests too.
    On,
    /// Whoever has an account.
    Accounts,
    /// Nobody.
    Off,
}

/// Whether outgoing webhooks may lead to private addresses: `allow` or `deny`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrivateTargets {
    /// They may; for servers whose room owners are trusted with the network the server is in.
    Allow,
    /// They may not.
    Deny,
}

/// A length of time, as `100s`, `5m` or `1h 30m`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Interval(pub Duration);

/// The built-in thermometer: `on`, `off`, or how often it tells its subscribers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Thermometer {
    /// At its usual interval.
    On,
    /// Its name is free.
    Off,
    /// At this interval.
    Every(Interval),
}

/// A time to stay away: `off`, or how long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pause {
    /// None.
    Off,
    /// So long.
    Of(Interval),
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

impl Interval {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl Pause {
    /// How long. `None`: not at all.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Of(interval) => Some(interval.0),
        }
    }
}

impl Thermometer {
    /// How often it tells its subscribers; `None`: off.
    #[must_use]
    pub fn interval(self) -> Option<Duration> {
        match self {
            Self::On => Some(Duration::from_secs(100)),
            Self::Off => None,
            Self::Every(interval) => Some(interval.0),
        }
    }
}

/// A text that is not what the setting takes.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{given:?} is not {expected}")]
pub struct BadValue {
    given: String,
    expected: &'static str,
}

impl BadValue {
    fn new(given: &str, expected: &'static str) -> Self {
        Self { given: given.to_owned(), expected }
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

impl FromStr for Guests {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err(BadValue::new(text, "allow or deny")),
        }
    }
}

impl fmt::Display for Guests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

impl FromStr for Uploads {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "on" => Ok(Self::On),
            "accounts" => Ok(Self::Accounts),
            "off" => Ok(Self::Off),
            _ => Err(BadValue::new(text, "on, accounts or off")),
        }
    }
}

impl fmt::Display for Uploads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Accounts => "accounts",
            Self::Off => "off",
        })
    }
}

impl FromStr for PrivateTargets {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err(BadValue::new(text, "allow or deny")),
        }
    }
}

impl fmt::Display for PrivateTargets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

impl FromStr for Interval {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let bad = || BadValue::new(text, "a length of time, such as 100s or 5m");
        let duration: jiff::SignedDuration = text.parse().map_err(|_| bad())?;
        let duration = Duration::try_from(duration).map_err(|_| bad())?;
        if duration.is_zero() { Err(bad()) } else { Ok(Self(duration)) }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1_000) { write!(f, "{}s", millis / 1_000) } else { write!(f, "{millis}ms") }
    }
}

impl FromStr for Pause {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "off" => Ok(Self::Off),
            interval => {
                interval.parse().map(Self::Of).map_err(|_| BadValue::new(text, "off, or a length of time such as 10s"))
            }
        }
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Of(interval) => interval.fmt(f),
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

impl FromStr for Thermometer {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            interval => interval
                .parse()
                .map(Self::Every)
                .map_err(|_| BadValue::new(text, "on, off, or a length of time such as 100s")),
        }
    }
}

impl fmt::Display for Thermometer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On => f.write_str("on"),
            Self::Off => f.write_str("off"),
            Self::Every(interval) => interval.fmt(f),
        }
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

as_text!(DatabaseUrl, NatsUrl, Listen, Guests, Uploads, PrivateTargets, Interval, Pause, Proxies, Thermometer);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        for text in ["off", "127.0.0.1:0", "[::1]:5000"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["on", "off", "100s", "1500ms"] {
            assert_eq!(text.parse::<Thermometer>().unwrap().to_string(), text);
        }
        for text in ["off", "2s"] {
            assert_eq!(text.parse::<Pause>().unwrap().to_string(), text);
        }
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

    #[test]
    fn a_bad_value_says_what_would_be_a_good_one() {
        let error = "5000".parse::<Listen>().unwrap_err().to_string();
        assert_eq!(error, "\"5000\" is not an address with a port, such as 127.0.0.1:5000, or off");
        assert!("0s".parse::<Interval>().is_err());
        assert!("-5s".parse::<Interval>().is_err());
    }
}
