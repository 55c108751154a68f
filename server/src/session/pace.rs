//! How fast one connection may ask for things: some at once after a rest, then a steady number a second. Who keeps
//! on past that is refused, and at last closed.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use shared::Limits;

use crate::hub::Track;

/// Refusals in a row, as a multiple of the burst, after which a connection counts as flooding.
const PATIENCE: u32 = 5;

/// A connection's pace.
#[derive(Debug)]
pub struct Pace {
    limiter: DefaultDirectRateLimiter,
    /// Signs of life ask for nothing, and leave what may be asked as it is.
    signs: DefaultDirectRateLimiter,
    burst: NonZeroU32,
    refused: u32,
    most_refused: u32,
}

/// What a connection may do now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Go on.
    Go,
    /// This request is refused.
    TooFast,
    /// It has been refused too often: close.
    Flood,
}

impl Pace {
    /// The pace that the limits allow.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let rate = NonZeroU32::new(limits.messages_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(limits.message_burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(rate).allow_burst(burst);
        let (limiter, signs) = (RateLimiter::direct(quota), RateLimiter::direct(quota));
        Self { limiter, signs, burst, refused: 0, most_refused: burst.get().saturating_mul(PATIENCE) }
    }

    /// Counts one request of that weight, for this connection and for the address it comes from.
    pub fn check(&mut self, weight: NonZeroU32, address: &Track) -> Verdict {
        let goes = matches!(self.limiter.check_n(weight.min(self.burst)), Ok(Ok(())));
        if goes && address.take(weight) {
            self.refused = 0;
            return Verdict::Go;
        }
        self.refuse(weight, goes)
    }

    /// Counts a ping or the answer to one: as many are taken as requests are, beside those. One too many is passed over,
    /// until it is a flood.
    pub fn check_sign(&mut self, address: &Track) -> Verdict {
        let goes = self.signs.check().is_ok();
        if goes && address.take(NonZeroU32::MIN) {
            return Verdict::Go;
        }
        match self.refuse(NonZeroU32::MIN, goes) {
            Verdict::Go | Verdict::TooFast => Verdict::Go,
            Verdict::Flood => Verdict::Flood,
        }
    }

    fn refuse(&mut self, weight: NonZeroU32, by_address: bool) -> Verdict {
        let by = if by_address { "address" } else { "connection" };
        metrics::counter!("confab_requests_too_fast_total", "by" => by).increment(1);
        self.refused = self.refused.saturating_add(weight.get());
        if self.refused > self.most_refused { Verdict::Flood } else { Verdict::TooFast }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::weight;

    #[test]
    fn a_burst_passes_then_some_are_refused_then_it_is_a_flood() {
        let mut pace = Pace::new(&Limits { messages_per_second: 1, message_burst: 3, ..Limits::default() });
        let address = Track::of(1_000);
        let verdicts: Vec<_> = (0..25).map(|_| pace.check(NonZeroU32::MIN, &address)).collect();
        assert_eq!(verdicts[..3], [Verdict::Go; 3]);
        assert_eq!(verdicts[3], Verdict::TooFast);
        assert_eq!(verdicts.last(), Some(&Verdict::Flood));
    }

    #[test]
    fn pings_leave_what_may_be_asked_and_are_a_flood_themselves() {
        let mut pace = Pace::new(&Limits { messages_per_second: 1, message_burst: 3, ..Limits::default() });
        let address = Track::of(1_000);
        assert!((0..4).all(|_| pace.check_sign(&address) == Verdict::Go));
        assert_eq!(pace.check(NonZeroU32::MIN, &address), Verdict::Go);
        assert!((0..25).any(|_| pace.check_sign(&address) == Verdict::Flood));
    }

    #[test]
    fn what_is_large_is_a_flood_sooner() {
        let mut pace = Pace::new(&Limits { messages_per_second: 1, message_burst: 8, ..Limits::default() });
        let (address, weight) = (Track::of(1_000), weight(60 * 1_024));
        let verdicts: Vec<_> = (0..13).map(|_| pace.check(weight, &address)).collect();
        assert_eq!(verdicts[..3], [Verdict::Go, Verdict::Go, Verdict::TooFast]);
        assert_eq!(verdicts.last(), Some(&Verdict::Flood));
    }

    #[test]
    fn a_second_connection_from_an_address_finds_what_the_first_has_left() {
        let limits = Limits { messages_per_second: 1, message_burst: 3, ..Limits::default() };
        let address = Track::of(4);
        let goes = |pace: &mut Pace| (0..3).filter(|_| pace.check(NonZeroU32::MIN, &address) == Verdict::Go).count();
        assert_eq!((goes(&mut Pace::new(&limits)), goes(&mut Pace::new(&limits))), (3, 1));
    }
}
