//! Who on this node holds which name: counted by connections, so that the node knows when it holds a name no more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use shared::Username;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::store::{Ground, Lease, NameClaim};

/// A connection's part in a name that its node holds. The node gives it back with the last of them.
#[derive(Debug)]
pub struct Hold {
    key: String,
    direct: bool,
    holdings: Arc<Holdings>,
}

impl Hold {
    /// Another connection's part in the same. `direct`: it takes direct messages.
    #[must_use]
    pub fn another(&self, direct: bool) -> Self {
        let state = &mut *self.holdings.state.lock();
        if let Some(holding) = state.held.get_mut(&self.key) {
            holding.holds += 1;
            holding.direct += usize::from(direct);
            if direct && holding.direct == 1 {
                state.turned.insert(self.key.clone());
                self.holdings.stirred.notify_one();
            }
        }
        Self { key: self.key.clone(), direct, holdings: Arc::clone(&self.holdings) }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let state = &mut *self.holdings.state.lock();
        let Some(holding) = state.held.get_mut(&self.key) else { return };
        holding.holds -= 1;
        if self.direct {
            holding.direct -= 1;
        }
        if holding.holds == 0 {
            if let Some(holding) = state.held.remove(&self.key) {
                state.left.insert(std::mem::take(&mut self.key), holding.name);
            }
        } else if self.direct && holding.direct == 0 {
            state.turned.insert(self.key.clone());
        } else {
            return;
        }
        self.holdings.stirred.notify_one();
    }
}

/// What is held here. Its lock is taken after that of `live`, where both are.
#[derive(Debug)]
pub struct Holdings {
    state: Mutex<State>,
    /// Rings when something is to be given back or noted.
    stirred: Notify,
    /// Until when the node's word counts, in milliseconds from `began`. Beside the lock, since every command asks.
    until: AtomicU64,
    began: Instant,
}

#[derive(Debug)]
struct State {
    held: HashMap<String, Holding>,
    /// Nobody here holds them any more, and they are still to be given back.
    left: HashMap<String, Username>,
    /// Whether they take direct messages here is still to be noted.
    turned: HashSet<String>,
    /// The node's stay.
    lease: Lease,
}

#[derive(Debug)]
struct Holding {
    name: Username,
    ground: Ground,
    holds: usize,
    direct: usize,
}

impl Holding {
    fn claim(&self) -> NameClaim {
        NameClaim { name: self.name.clone(), ground: self.ground, direct: self.direct > 0 }
    }
}

impl Holdings {
    /// Nothing yet.
    #[must_use]
    pub fn new(lease: Lease) -> Self {
        let (held, left, turned) = (HashMap::new(), HashMap::new(), HashSet::new());
        let state = Mutex::new(State { held, left, turned, lease });
        Self { state, stirred: Notify::new(), until: AtomicU64::new(0), began: Instant::now() }
    }

    /// The node's stay.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.state.lock().lease
    }

    /// Goes on in another stay, in which nothing is to be given back. The one before.
    pub fn enter(&self, lease: Lease) -> Lease {
        let mut state = self.state.lock();
        state.left.clear();
        std::mem::replace(&mut state.lease, lease)
    }

    /// The node's word counts until then.
    pub fn renew(&self, until: Instant) {
        self.until.store(self.since_began(until), Ordering::Relaxed);
    }

    /// Whether others may have taken what is held here.
    #[must_use]
    pub fn are_doubtful(&self) -> bool {
        self.until.load(Ordering::Relaxed) <= self.since_began(Instant::now())
    }

    /// Waits until something is to be given back or noted.
    pub async fn stirred(&self) {
        self.stirred.notified().await;
    }

    /// Every name that is held.
    #[must_use]
    pub fn held(&self) -> Vec<NameClaim> {
        self.state.lock().held.values().map(Holding::claim).collect()
    }

    /// The names that nobody here holds any more since this was asked last.
    pub fn take_left(&self) -> Vec<Username> {
        std::mem::take(&mut self.state.lock().left).into_values().collect()
    }

    /// These are to be given back, unless somebody here holds them.
    pub fn leave(&self, names: impl Iterator<Item = Username>) {
        let state = &mut *self.state.lock();
        for name in names {
            if !state.held.contains_key(&name.key()) {
                state.left.insert(name.key(), name);
            }
        }
    }

    /// Of whom it is to be noted whether they take direct messages here, since this was asked last.
    pub fn take_turned(&self) -> Vec<NameClaim> {
        let state = &mut *self.state.lock();
        let held = state.turned.drain().filter_map(|key| state.held.get(&key));
        held.map(Holding::claim).collect()
    }

    /// Of these it is still to be noted.
    pub fn turn(&self, claims: &[NameClaim]) {
        self.state.lock().turned.extend(claims.iter().map(|claim| claim.name.key()));
    }

    fn since_began(&self, then: Instant) -> u64 {
        u64::try_from(then.saturating_duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    /// One more connection that holds a name which was granted.
    pub fn grant(self: &Arc<Self>, claim: NameClaim) -> Hold {
        let NameClaim { name, ground, direct } = claim;
        let key = name.key();
        let state = &mut *self.state.lock();
        let holding = state.held.entry(key.clone()).or_insert_with(|| Holding { name, ground, holds: 0, direct: 0 });
        holding.holds += 1;
        holding.direct += usize::from(direct);
        holding.ground = ground;
        if !direct && holding.direct > 0 {
            // Two came at once, and the claim of this one said otherwise.
            state.turned.insert(key.clone());
        }
        Hold { key, direct, holdings: Arc::clone(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::name;

    fn holdings() -> Arc<Holdings> {
        Arc::new(Holdings::new(Lease(1)))
    }

    fn ann(direct: bool) -> NameClaim {
        NameClaim { name: name("Ann"), ground: Ground::Account, direct }
    }

    fn left(holdings: &Holdings) -> Vec<Username> {
        holdings.take_left()
    }

    fn turns(holdings: &Holdings) -> bool {
        !holdings.take_turned().is_empty()
    }

    #[test]
    fn a_name_is_given_back_with_the_last_connection_that_has_it() {
        let holdings = holdings();
        let first = holdings.grant(ann(true));
        let (second, third) = (first.another(true), holdings.grant(ann(true)));
        drop(first);
        drop(third);
        assert!(left(&holdings).is_empty());
        drop(second);
        assert_eq!(left(&holdings), [name("Ann")]);
    }

    #[test]
    fn it_is_noted_when_the_first_takes_direct_messages_and_when_the_last_goes_who_did() {
        let holdings = holdings();
        let first = holdings.grant(ann(false));
        assert!(!turns(&holdings), "it was said with the claim");
        let (second, third) = (first.another(true), first.another(true));
        assert!(turns(&holdings));
        drop(second);
        assert!(!turns(&holdings));
        drop(third);
        assert!(turns(&holdings));
        drop(first);
        assert!(!turns(&holdings) && left(&holdings) == [name("Ann")]);
    }
}
