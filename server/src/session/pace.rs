//! How fast one connection may ask for things: some at once after a rest, then a steady number a second. Who keeps
//! on past that is refused, and at last closed.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use shared::Limits;

/// Refusals in a row, as a multiple of the burst, after which a connection counts as flooding.
const PATIENCE: u32 = 5;

/// A connection's pace.
#[derive(Debug)]
pub struct Pace {
    limiter: DefaultDirectRateLimiter,
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
        let limiter = RateLimiter::direct(Quota::per_second(rate).allow_burst(burst));
        Self { limiter, refused: 0, most_refused: burst.get().saturating_mul(PATIENCE) }
    }

    /// Counts one request.
    pub fn check(&mut self) -> Verdict {
        if self.limiter.check().is_ok() {
            self.refused = 0;
            return Verdict::Go;
        }
        metrics::counter!("confab_requests_too_fast_total").increment(1);
        self.refused += 1;
        if self.refused > self.most_refused { Verdict::Flood } else { Verdict::TooFast }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_some_are_refused_then_it_is_a_flood() {
        let mut pace = Pace::new(&Limits { messages_per_second: 1, message_burst: 3, ..Limits::default() });
        let verdicts: Vec<_> = (0..25).map(|_| pace.check()).collect();
        assert_eq!(verdicts[..3], [Verdict::Go; 3]);
        assert_eq!(verdicts[3], Verdict::TooFast);
        assert_eq!(verdicts.last(), Some(&Verdict::Flood));
    }
}
