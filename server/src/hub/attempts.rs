//! How often somebody may try to log in: counted by network and by name, so that neither one machine with many names
//! nor many machines with one name get far.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use shared::Username;

use super::Refusal;
use super::networks::network;

/// After so many attempts those are forgotten that count no more.
const FORGET_AFTER: u32 = 1_024;

/// How many of the attempts over the limit are noted a minute.
const NOTED: u32 = 10;

/// The attempts of the last minute.
pub struct Attempts {
    by_network: DefaultKeyedRateLimiter<IpAddr>,
    by_name: DefaultKeyedRateLimiter<String>,
    noted: DefaultDirectRateLimiter,
    counted: AtomicU32,
}

impl Attempts {
    /// Allows so many a minute from one network, and so many for one name.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let quota = Quota::per_minute(per_minute);
        let (by_network, by_name) = (RateLimiter::keyed(quota), RateLimiter::keyed(quota));
        let noted = Quota::per_minute(NonZeroU32::new(NOTED).unwrap_or(NonZeroU32::MIN));
        Self { by_network, by_name, noted: RateLimiter::direct(noted), counted: AtomicU32::new(0) }
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
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.by_network.retain_recent();
            self.by_name.retain_recent();
        }
        self.by_network.check_key(&network(address)).map_err(|_| Refusal::TooManyAttempts)?;
        self.by_name.check_key(&name.key()).map_err(|_| Refusal::TooManyAttempts)
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
