//! What may come from one address over all of its connections, also where it closes them and opens others: so much a
//! second, and after connections that had to be closed for flooding, for a while no new one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;
use shared::Limits;

use super::networks::network;
use super::{Hub, Refusal};

/// A frame weighs one, and one more for each whole one of these, in bytes: what has to be read costs before anybody
/// knows what it says.
const HEAVY: usize = 16 * 1_024;

/// How many connections of an address may be closed for flooding before it is held off …
const FORGIVEN: u32 = 10;

/// … and how long it takes until one of them is forgotten.
const FORGIVES_EVERY: Duration = Duration::from_secs(10);

/// The longest an address is held off, unless the first time is set to be longer.
const LONGEST: Duration = Duration::from_secs(300);

/// What was before then is forgotten: who comes again begins with the shortest time.
const FORGETS_AFTER: Duration = Duration::from_secs(600);

/// From so many addresses on, those are forgotten of which nothing is to be known.
const TIDY_FROM: usize = 1_024;

/// Of so many addresses something is known, beside those with connections.
const MOST_KNOWN: usize = 65_536;

/// What a frame of so many bytes weighs.
#[must_use]
pub fn weight(bytes: usize) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(u32::try_from(bytes / HEAVY).unwrap_or(u32::MAX))
}

/// What comes from each address. An IPv6 /64 is one.
pub struct Brake {
    pace: Quota,
    pause: Option<Duration>,
    known: Mutex<Known>,
}

struct Known {
    by_network: HashMap<IpAddr, Arc<Track>>,
    tidy_at: usize,
}

/// What comes from one address; each of its connections has it.
#[derive(Debug)]
pub struct Track {
    pace: DefaultDirectRateLimiter,
    burst: NonZeroU32,
    closed: DefaultDirectRateLimiter,
    pause: Option<Duration>,
    hold: Mutex<Hold>,
}

#[derive(Debug, Default)]
struct Hold {
    /// How often in a row.
    times: u32,
    until: Option<Instant>,
    /// When a connection was closed last.
    closed: Option<Instant>,
}

impl Brake {
    /// Allows an address so many times what a connection may, and holds it off for `pause` at first, or never.
    #[must_use]
    pub fn new(limits: &Limits, paces: NonZeroU32, pause: Option<Duration>) -> Self {
        let times = |limit| number(limit).saturating_mul(paces);
        let pace = Quota::per_second(times(limits.messages_per_second)).allow_burst(times(limits.message_burst));
        Self { pace, pause, known: Mutex::new(Known { by_network: HashMap::new(), tidy_at: TIDY_FROM }) }
    }

    /// What comes from that address.
    fn track(&self, address: IpAddr, now: Instant) -> Arc<Track> {
        let mut known = self.known.lock();
        if let Some(track) = known.by_network.get(&network(address)) {
            return Arc::clone(track);
        }
        if known.by_network.len() >= known.tidy_at {
            known.tidy(now);
        }
        let track = Arc::new(Track::new(self.pace, self.pause));
        known.by_network.insert(network(address), Arc::clone(&track));
        track
    }
}

impl Known {
    fn tidy(&mut self, now: Instant) {
        let in_use = |track: &Arc<Track>| Arc::strong_count(track) > 1;
        self.by_network.retain(|_, track| in_use(track) || !track.is_clean(now));
        if self.by_network.len() >= MOST_KNOWN {
            self.by_network.retain(|_, track| in_use(track));
        }
        self.by_network.shrink_to_fit();
        self.tidy_at = (2 * self.by_network.len()).clamp(TIDY_FROM, MOST_KNOWN.max(self.by_network.len() + TIDY_FROM));
    }
}

impl Track {
    fn new(pace: Quota, pause: Option<Duration>) -> Self {
        let closed = Quota::with_period(FORGIVES_EVERY).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
        let closed = RateLimiter::direct(closed.allow_burst(number(FORGIVEN)));
        Self { pace: RateLimiter::direct(pace), burst: pace.burst_size(), closed, pause, hold: Mutex::default() }
    }

    /// An address that may send so much at once.
    #[cfg(test)]
    pub fn of(burst: u32) -> Self {
        Self::new(Quota::per_second(NonZeroU32::MIN).allow_burst(number(burst)), None)
    }

    /// Counts a frame of that weight. False: the address sends too much.
    pub fn take(&self, weight: NonZeroU32) -> bool {
        matches!(self.pace.check_n(weight.min(self.burst)), Ok(Ok(())))
    }

    /// A connection from there had to be closed for flooding.
    pub fn note_closed(&self, now: Instant) {
        self.hold.lock().closed = Some(now);
        if let (Some(pause), Err(_)) = (self.pause, self.closed.check()) {
            self.hold_off(now, pause);
        }
    }

    fn hold_off(&self, now: Instant, pause: Duration) {
        let mut hold = self.hold.lock();
        match hold.until {
            Some(until) if now < until => return,
            Some(until) if now < until + FORGETS_AFTER => hold.times += 1,
            Some(_) | None => hold.times = 1,
        }
        let doubled = pause.saturating_mul(2_u32.saturating_pow(hold.times - 1));
        hold.until = Some(now + doubled.min(LONGEST.max(pause)));
        metrics::counter!("confab_addresses_held_off_total").increment(1);
    }

    /// For how long no connection is opened from there. `None`: one may be.
    fn held_for(&self, now: Instant) -> Option<Duration> {
        self.hold.lock().until.and_then(|until| until.checked_duration_since(now)).filter(|left| !left.is_zero())
    }

    /// Nothing is to be known of it: no connection was closed or held off lately, and it has its whole allowance. Asking
    /// may take that, so this is asked of those only who are forgotten with it.
    fn is_clean(&self, now: Instant) -> bool {
        let hold = self.hold.lock();
        let long_ago = |time: Option<Instant>| time.is_none_or(|time| time + FORGETS_AFTER <= now);
        long_ago(hold.until) && long_ago(hold.closed) && self.take(self.burst)
    }
}

impl Hub {
    /// What comes from an address, for a connection that is opened there; that counts as well.
    ///
    /// # Errors
    /// [`Refusal::HeldOff`].
    pub fn track(&self, address: IpAddr) -> Result<Arc<Track>, Refusal> {
        let now = Instant::now();
        let track = self.inner.brake.track(address, now);
        let held = track.held_for(now).or_else(|| (!track.take(NonZeroU32::MIN)).then_some(Duration::from_secs(1)));
        match held {
            None => Ok(track),
            Some(left) => {
                metrics::counter!("confab_connections_refused_total", "why" => "flooding").increment(1);
                Err(Refusal::HeldOff { seconds: left.as_secs() + u64::from(left.subsec_nanos() > 0) })
            }
        }
    }

    /// Counts a request that says something without a connection, with a body of so many bytes.
    ///
    /// # Errors
    /// [`Refusal::TooFast`].
    pub fn count_request(&self, address: IpAddr, bytes: usize) -> Result<(), Refusal> {
        if self.inner.brake.track(address, Instant::now()).take(weight(bytes)) {
            return Ok(());
        }
        metrics::counter!("confab_requests_too_fast_total", "by" => "address").increment(1);
        Err(Refusal::TooFast)
    }
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(1);

    fn brake() -> Brake {
        let limits = Limits { messages_per_second: 1, message_burst: 2, ..Limits::default() };
        Brake::new(&limits, number(2), Some(PAUSE))
    }

    fn from(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    fn is_closed_again_and_again(track: &Track, now: Instant) {
        for _ in 0..=FORGIVEN {
            track.note_closed(now);
        }
    }

    #[test]
    fn who_comes_back_finds_what_he_has_used_up() {
        let (brake, now) = (brake(), Instant::now());
        let taken = (0..10).filter(|_| brake.track(from("2001:db8::1"), now).take(NonZeroU32::MIN)).count();
        assert_eq!(taken, 4);
        assert!(!brake.track(from("2001:db8::2"), now).take(NonZeroU32::MIN), "a /64 is one address");
        assert!(brake.track(from("192.0.2.1"), now).take(NonZeroU32::MIN));
    }

    #[test]
    fn what_is_large_weighs_more_and_nothing_weighs_more_than_there_is() {
        assert_eq!((weight(0).get(), weight(HEAVY - 1).get(), weight(60 * 1_024).get()), (1, 1, 4));
        let (brake, now) = (brake(), Instant::now());
        assert!(brake.track(from("192.0.2.1"), now).take(weight(1 << 30)));
        assert!(!brake.track(from("192.0.2.1"), now).take(weight(0)));
    }

    #[test]
    fn some_closed_connections_are_forgiven_and_then_each_time_is_twice_as_long() {
        let (brake, mut now) = (brake(), Instant::now());
        let track = brake.track(from("192.0.2.1"), now);
        for _ in 0..FORGIVEN {
            track.note_closed(now);
        }
        assert_eq!(track.held_for(now), None);
        for doubled in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            is_closed_again_and_again(&track, now);
            assert_eq!(track.held_for(now), Some(PAUSE * doubled));
            is_closed_again_and_again(&track, now);
            now += PAUSE * doubled;
            assert_eq!(track.held_for(now), None);
        }
        now += FORGETS_AFTER;
        is_closed_again_and_again(&track, now);
        assert_eq!(track.held_for(now), Some(PAUSE));
    }

    #[test]
    fn who_did_nothing_is_forgotten_and_who_did_is_remembered_for_a_while() {
        let (brake, now) = (brake(), Instant::now());
        is_closed_again_and_again(&brake.track(from("203.0.113.9"), now), now);
        let here = brake.track(from("203.0.113.10"), now);
        for number in 0..10 * TIDY_FROM as u32 {
            brake.track(IpAddr::from(number.to_be_bytes()), now);
        }
        let known = brake.known.lock().by_network.len();
        assert!(known <= TIDY_FROM + 2, "{known}");
        assert!(Arc::ptr_eq(&here, &brake.track(from("203.0.113.10"), now)));
        assert!(brake.track(from("203.0.113.9"), now).held_for(now).is_some());
    }

    #[test]
    fn who_comes_from_very_many_addresses_fills_no_memory() {
        let (brake, now) = (brake(), Instant::now());
        for number in 0..2 * MOST_KNOWN as u32 {
            brake.track(IpAddr::from(number.to_be_bytes()), now).take(NonZeroU32::MIN);
        }
        let known = brake.known.lock().by_network.len();
        assert!(known <= MOST_KNOWN, "{known}");
    }
}
