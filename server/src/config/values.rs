//! Settings' values that are more than a number: each reads from and prints as the text a person writes.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::addresses::{DatabaseUrl, Listen, NatsUrl, Proxies};

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
    pub(super) fn new(given: &str, expected: &'static str) -> Self {
        Self { given: given.to_owned(), expected }
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
        for text in ["on", "off", "100s", "1500ms"] {
            assert_eq!(text.parse::<Thermometer>().unwrap().to_string(), text);
        }
        for text in ["off", "2s"] {
            assert_eq!(text.parse::<Pause>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_bad_value_says_what_would_be_a_good_one() {
        let error = "5".parse::<Pause>().unwrap_err().to_string();
        assert_eq!(error, "\"5\" is not off, or a length of time such as 10s");
        assert!("0s".parse::<Interval>().is_err());
        assert!("-5s".parse::<Interval>().is_err());
    }
}
