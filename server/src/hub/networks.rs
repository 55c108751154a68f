//! How many connections come from where. An IPv6 customer has a whole /64 of addresses, so that is one place.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

/// The place an address belongs to: itself, or its /64.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Connections counted by the place they come from.
#[derive(Debug, Default)]
pub struct Networks {
    counts: HashMap<IpAddr, usize>,
}

impl Networks {
    /// How many come from the same place as this address.
    #[must_use]
    pub fn count(&self, address: IpAddr) -> usize {
        self.counts.get(&network(address)).copied().unwrap_or_default()
    }

    /// One more.
    pub fn add(&mut self, address: IpAddr) {
        *self.counts.entry(network(address)).or_default() += 1;
    }

    /// One less; a place from which none is left is forgotten.
    pub fn remove(&mut self, address: IpAddr) {
        let place = network(address);
        if let Some(count) = self.counts.get_mut(&place) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_64_is_one_place_and_so_is_an_address_in_either_notation() {
        let mut networks = Networks::default();
        for text in ["2001:db8::1", "2001:db8::2:3", "192.0.2.1", "::ffff:192.0.2.1"] {
            networks.add(address(text));
        }
        assert_eq!(networks.count(address("2001:db8::9")), 2);
        assert_eq!(networks.count(address("2001:db8:0:1::9")), 0);
        assert_eq!(networks.count(address("192.0.2.1")), 2);
        networks.remove(address("192.0.2.1"));
        networks.remove(address("192.0.2.1"));
        assert_eq!((networks.count(address("192.0.2.1")), networks.counts.len()), (0, 1));
    }
}
