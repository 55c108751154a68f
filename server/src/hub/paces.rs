//! A pace for each of many: who rests is forgotten, so that many who came once fill no memory.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// After so many checks those are forgotten who have their whole allowance again.
const FORGET_AFTER: u32 = 1_024;

/// How fast each of many may go on.
pub struct Paces<K: Clone + Eq + Hash> {
    each: DefaultKeyedRateLimiter<K>,
    checks: AtomicU32,
}

impl<K: Clone + Eq + Hash> Paces<K> {
    /// The same allowance for each.
    #[must_use]
    pub fn new(quota: Quota) -> Self {
        Self { each: RateLimiter::keyed(quota), checks: AtomicU32::new(0) }
    }

    /// Takes one of what somebody is allowed. False: nothing is left at the moment.
    pub fn take(&self, who: &K) -> bool {
        self.take_some(who, NonZeroU32::MIN)
    }

    /// Takes several at once, or nothing.
    pub fn take_some(&self, who: &K, count: NonZeroU32) -> bool {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.each.retain_recent();
            self.each.shrink_to_fit();
        }
        matches!(self.each.check_key_n(who, count), Ok(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_has_an_allowance_of_his_own() {
        let paces = Paces::new(Quota::per_hour(NonZeroU32::MIN));
        assert!(paces.take(&"ann") && paces.take(&"bob"));
        assert!(!paces.take(&"ann"));
    }

    #[test]
    fn many_who_come_once_are_forgotten() {
        let at_once = Quota::with_period(Duration::from_nanos(1)).unwrap();
        let paces = Paces::new(at_once);
        for who in 0..10 * FORGET_AFTER {
            paces.take(&who);
        }
        assert!(paces.each.len() <= FORGET_AFTER as usize, "{}", paces.each.len());
    }
}
