//! How long to wait before coming back after a lost connection.

use std::time::Duration;

/// Pauses that grow with each failure and differ between clients, so that a restarted server is not met by all
/// of them in the same moment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The first pause is up to this long.
    const FIRST: Duration = Duration::from_millis(300);
    /// No pause is longer.
    const LONGEST: Duration = Duration::from_secs(20);

    /// The pause before the next attempt: at least `at_least`, which is what the server asked for, and otherwise
    /// a random part of a span that doubles each time. `random` is from 0 up to 1.
    #[must_use]
    pub fn next(&mut self, at_least: Duration, random: f64) -> Duration {
        let span = Self::FIRST.saturating_mul(1 << self.failures.min(10)).min(Self::LONGEST);
        self.failures += 1;
        let lower = if self.failures == 1 { Duration::ZERO } else { span / 2 };
        at_least + lower + (span - lower).mul_f64(random.clamp(0.0, 1.0))
    }

    /// The connection stands: the next failure is the first again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How many attempts have failed since the connection last stood.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(random: f64) -> Vec<u128> {
        let mut backoff = Backoff::default();
        (0..9).map(|_| backoff.next(Duration::ZERO, random).as_millis()).collect()
    }

    #[test]
    fn the_first_return_is_nearly_at_once_and_later_ones_take_longer_up_to_a_bound() {
        assert_eq!(pauses(1.0), [300, 600, 1200, 2400, 4800, 9600, 19200, 20000, 20000]);
        assert_eq!(pauses(0.0), [0, 300, 600, 1200, 2400, 4800, 9600, 10000, 10000]);
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it() {
        assert!(Backoff::default().next(Duration::from_secs(5), 0.0) >= Duration::from_secs(5));
    }

    #[test]
    fn a_connection_that_stood_starts_the_count_anew() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            let _ = backoff.next(Duration::ZERO, 0.5);
        }
        backoff.reset();
        assert_eq!(backoff.next(Duration::ZERO, 0.0), Duration::ZERO);
    }
}
