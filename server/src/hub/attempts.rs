//! How often somebody may try to log in: counted by network and by name, so that neither one machine with many names
//! nor many machines with one name get far.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use shared::Username;

use super::Refusal;
use super::networks::network;
use super::paces::Paces;

/// How many of the attempts over the limit are noted a minute.
const NOTED: u32 = 10;

/// The attempts of the last minute.
pub struct Attempts {
    by_network: Paces<IpAddr>,
    by_name: Paces<String>,
    noted: DefaultDirectRateLimiter,
}

impl Attempts {
    /// Allows so many a minute from one network, and so many for one name.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let quota = Quota::per_minute(per_minute);
        let (by_network, by_name) = (Paces::new(quota), Paces::new(quota));
        let noted = Quota::per_minute(NonZeroU32::new(NOTED).unwrap_or(NonZeroU32::MIN));
        Self { by_network, by_name, noted: RateLimiter::direct(noted) }
    }

    /// Whether one over the limit is to be noted, so that noting them all fills nothing.
    #[must_use]
    pub fn is_worth_noting(&self) -> bool {
        self.noted.check().is_ok()
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`].
    pub fn count(&self, address: IpAddr, name: &Username) -> Result<(), Refusal> {
        let allowed = self.by_network.take(&network(address)) && self.by_name.take(&name.key());
        if allowed { Ok(()) } else { Err(Refusal::TooManyAttempts) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::name;

    fn attempts() -> Attempts {
        Attempts::new(NonZeroU32::new(2).unwrap())
    }

    fn from(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn a_network_has_so_many_attempts_whatever_the_name() {
        let attempts = attempts();
        assert!(attempts.count(from("2001:db8::1"), &name("a")).is_ok());
        assert!(attempts.count(from("2001:db8::ffff:2"), &name("b")).is_ok());
        assert_eq!(attempts.count(from("2001:db8::3"), &name("c")), Err(Refusal::TooManyAttempts));
        assert!(attempts.count(from("2001:db8:0:1::1"), &name("c")).is_ok());
    }

    #[test]
    fn a_name_has_so_many_attempts_from_wherever() {
        let attempts = attempts();
        assert!(attempts.count(from("192.0.2.1"), &name("alice")).is_ok());
        assert!(attempts.count(from("192.0.2.2"), &name("Alice")).is_ok());
        assert_eq!(attempts.count(from("192.0.2.3"), &name("ALICE")), Err(Refusal::TooManyAttempts));
    }
}
