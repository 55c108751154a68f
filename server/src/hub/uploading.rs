//! How much is uploaded from where: a guest who takes another name has a quota of his own, but not another address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::Quota;

use super::Refusal;
use super::networks::network;
use super::paces::Paces;

/// In how long an address has its whole allowance again.
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What was uploaded from each network in the last day, in KiB.
pub struct Uploading {
    by_network: Paces<IpAddr>,
}

impl Uploading {
    /// Allows so many bytes a day from one network.
    #[must_use]
    pub fn new(bytes_a_day: u64) -> Self {
        let kib = u32::try_from(bytes_a_day / 1_024).unwrap_or(u32::MAX);
        let kib = NonZeroU32::new(kib).unwrap_or(NonZeroU32::MIN);
        let each = (DAY / kib.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(kib)).allow_burst(kib);
        Self { by_network: Paces::new(quota) }
    }

    /// Counts what came of an upload that has `had` bytes by now.
    ///
    /// # Errors
    /// [`Refusal::UploadedEnough`].
    pub fn count(&self, address: IpAddr, had: u64, came: usize) -> Result<(), Refusal> {
        // Each upload counts as one KiB at least.
        let before = if had == 0 { 0 } else { 1 + had / 1_024 };
        let begun = 1 + (had + came as u64) / 1_024 - before;
        let Some(begun) = u32::try_from(begun).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        if self.by_network.take_some(&network(address), begun) {
            return Ok(());
        }
        metrics::counter!("confab_uploads_refused_total", "why" => "address").increment(1);
        Err(Refusal::UploadedEnough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_uploads_so_much_a_day_in_parts_of_any_size() {
        let uploading = Uploading::new(10 * 1_024);
        let (here, neighbour): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        let mut had = 0;
        while uploading.count(here, had, 100).is_ok() {
            had += 100;
        }
        assert_eq!(had / 1_024, 9, "the part that would begin the eleventh KiB is refused");
        assert_eq!(uploading.count(neighbour, 0, 1), Err(Refusal::UploadedEnough), "a /64 is one address");
        assert_eq!(uploading.count("192.0.2.1".parse().unwrap(), 0, 9_000), Ok(()));
        assert_eq!(uploading.count("192.0.2.2".parse().unwrap(), 0, 90_000), Err(Refusal::UploadedEnough));
    }
}
