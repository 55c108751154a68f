//! Who is connected to other nodes: fed by what those say, and set right by what stands in the store, which counts every
//! change of a node's names. Plain state under the lock of `live`; what is to be told because of it is collected here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::Username;
use tokio::sync::Notify;

use crate::hub::people::People;
use crate::store::{Held, HeldName, Lease, Stay};

/// Who is connected to other nodes.
#[derive(Debug, Default)]
pub struct Elsewhere {
    nodes: HashMap<Lease, Seen>,
    people: HashMap<String, Connected>,
    turned: HashMap<String, Turned>,
    /// Rings when somebody came online or went.
    bell: Arc<Notify>,
}

/// What is known of a node's names.
#[derive(Debug, Default)]
struct Seen {
    changes: u64,
    names: HashMap<String, HeldName>,
}

/// Somebody on at least one other node; the counts are of nodes.
#[derive(Debug)]
struct Connected {
    name: Username,
    nodes: usize,
    direct: usize,
    services: usize,
}

/// Somebody who came online or went elsewhere, of which nobody here has been told yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    /// Who.
    pub name: Username,
    /// Whether he was online when somebody was told last.
    pub was_online: bool,
}

impl Elsewhere {
    /// Whether somebody is connected to another node.
    #[must_use]
    pub fn is_online(&self, name: &Username) -> bool {
        !self.people.is_empty() && self.people.contains_key(&name.key())
    }

    /// Whether a connection on another node takes direct messages for him.
    #[must_use]
    pub fn takes_direct(&self, name: &Username) -> bool {
        !self.people.is_empty() && self.people.get(&name.key()).is_some_and(|person| person.direct > 0)
    }

    /// The users who are connected to other nodes, in no order; services are not listed.
    pub fn users(&self) -> impl Iterator<Item = &Username> {
        self.people.values().filter(|person| person.services < person.nodes).map(|person| &person.name)
    }

    /// Rings when somebody came online or went.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// Who came online or went since this was asked last.
    pub fn take_turned(&mut self) -> Vec<Turned> {
        std::mem::take(&mut self.turned).into_values().collect()
    }

    /// A node says what changed. False: something before that was missed, or the node is not known, and it is to be read
    /// what stands in the store. `here`: who is connected to this node, of whom nothing is to be told.
    pub fn change(
        &mut self,
        lease: Lease,
        changes: u64,
        came: Vec<HeldName>,
        went: &[Username],
        here: &People,
    ) -> bool {
        let Some(seen) = self.nodes.get(&lease) else { return false };
        if changes <= seen.changes {
            return true;
        }
        if changes != seen.changes + 1 {
            return false;
        }
        for name in went {
            self.remove(lease, &name.key(), here);
        }
        for name in came {
            self.insert(lease, name, here);
        }
        if let Some(seen) = self.nodes.get_mut(&lease) {
            seen.changes = changes;
        }
        true
    }

    /// Forgets the nodes that are not among those that live.
    pub fn keep(&mut self, living: &[Stay], here: &People) {
        let over: Vec<Lease> =
            self.nodes.keys().filter(|lease| living.iter().all(|stay| stay.lease != **lease)).copied().collect();
        for lease in over {
            let keys = self.nodes.get(&lease).map(|seen| seen.names.keys().cloned().collect::<Vec<_>>());
            for key in keys.unwrap_or_default() {
                self.remove(lease, &key, here);
            }
            self.nodes.remove(&lease);
        }
    }

    /// Whether more is in the store of a node's names than is known here.
    #[must_use]
    pub fn lags(&self, stay: &Stay) -> bool {
        self.nodes.get(&stay.lease).is_none_or(|seen| seen.changes < stay.changes)
    }

    /// What stood in the store of a node's names, unless more is known already.
    pub fn set(&mut self, lease: Lease, held: Held, here: &People) {
        let Held { changes, names } = held;
        let seen = self.nodes.entry(lease).or_default();
        if changes < seen.changes {
            return;
        }
        let now: HashSet<String> = names.iter().map(|held| held.name.key()).collect();
        let gone: Vec<String> = seen.names.keys().filter(|key| !now.contains(*key)).cloned().collect();
        for key in gone {
            self.remove(lease, &key, here);
        }
        for name in names {
            self.insert(lease, name, here);
        }
        if let Some(seen) = self.nodes.get_mut(&lease) {
            seen.changes = changes;
        }
    }

    fn insert(&mut self, lease: Lease, held: HeldName, here: &People) {
        let key = held.name.key();
        let (name, direct, service) = (held.name.clone(), held.direct, held.service);
        let before = self.nodes.entry(lease).or_default().names.insert(key.clone(), held);
        if before.is_none() && !self.people.contains_key(&key) {
            self.turn(&key, &name, false, here);
        }
        let fresh = || Connected { name, nodes: 0, direct: 0, services: 0 };
        let person = self.people.entry(key).or_insert_with(fresh);
        if let Some(before) = before {
            person.leave(&before);
        }
        person.nodes += 1;
        person.direct += usize::from(direct);
        person.services += usize::from(service);
    }

    fn remove(&mut self, lease: Lease, key: &str, here: &People) {
        let Some(held) = self.nodes.get_mut(&lease).and_then(|seen| seen.names.remove(key)) else { return };
        let Some(person) = self.people.get_mut(key) else { return };
        person.leave(&held);
        if person.nodes == 0 {
            self.people.remove(key);
            self.turn(key, &held.name, true, here);
        }
    }

    /// Somebody came or went. Where he is connected here too, nothing changes for anybody.
    fn turn(&mut self, key: &str, name: &Username, was_online: bool, here: &People) {
        if here.is_online(name) {
            return;
        }
        self.turned.entry(key.to_owned()).or_insert_with(|| Turned { name: name.clone(), was_online });
        self.bell.notify_one();
    }
}

impl Connected {
    fn leave(&mut self, held: &HeldName) {
        self.nodes -= 1;
        self.direct -= usize::from(held.direct);
        self.services -= usize::from(held.service);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::name;

    const ONE: Lease = Lease(1);
    const OTHER: Lease = Lease(2);

    fn held(text: &str) -> HeldName {
        HeldName { name: name(text), service: false, direct: true }
    }

    fn names(texts: &[&str]) -> Vec<Username> {
        texts.iter().map(|text| name(text)).collect()
    }

    fn stay(lease: Lease, changes: u64) -> Stay {
        Stay { lease, node: String::new(), changes, stopping: false }
    }

    /// Two nodes with nobody on them.
    fn two() -> (Elsewhere, People) {
        let (mut elsewhere, here) = (Elsewhere::default(), People::default());
        for lease in [ONE, OTHER] {
            elsewhere.set(lease, Held::default(), &here);
        }
        (elsewhere, here)
    }

    fn online(elsewhere: &Elsewhere) -> Vec<String> {
        let mut names: Vec<_> = elsewhere.users().map(Username::to_string).collect();
        names.sort();
        names
    }

    #[test]
    fn somebody_on_two_nodes_is_gone_once_he_has_left_both() {
        let (mut elsewhere, here) = two();
        assert!(elsewhere.change(ONE, 1, vec![held("ann")], &[], &here));
        assert!(elsewhere.change(OTHER, 1, vec![held("Ann")], &[], &here));
        assert_eq!(elsewhere.take_turned(), [Turned { name: name("ann"), was_online: false }]);
        assert!(elsewhere.change(ONE, 2, Vec::new(), &names(&["ann"]), &here));
        assert!(elsewhere.is_online(&name("ANN")) && elsewhere.take_turned().is_empty());
        assert!(elsewhere.change(OTHER, 2, Vec::new(), &names(&["ann"]), &here));
        assert!(!elsewhere.is_online(&name("ann")));
        assert_eq!(elsewhere.take_turned(), [Turned { name: name("ann"), was_online: true }]);
    }

    #[test]
    fn what_was_missed_is_read_and_what_is_old_changes_nothing() {
        let (mut elsewhere, here) = two();
        assert!(!elsewhere.change(ONE, 2, vec![held("bob")], &[], &here));
        assert!(!elsewhere.change(Lease(3), 1, vec![held("bob")], &[], &here));
        assert!(elsewhere.lags(&stay(ONE, 2)) && elsewhere.lags(&stay(Lease(3), 0)));
        elsewhere.set(ONE, Held { changes: 2, names: vec![held("ann"), held("bob")] }, &here);
        assert!(!elsewhere.lags(&stay(ONE, 2)));
        assert!(elsewhere.change(ONE, 2, Vec::new(), &names(&["bob"]), &here));
        elsewhere.set(ONE, Held { changes: 1, names: vec![held("ann")] }, &here);
        assert_eq!(online(&elsewhere), ["ann", "bob"]);
        elsewhere.set(ONE, Held { changes: 3, names: vec![held("bob")] }, &here);
        assert_eq!(online(&elsewhere), ["bob"]);
    }

    #[test]
    fn a_node_that_is_over_takes_its_people_with_it() {
        let (mut elsewhere, here) = two();
        elsewhere.change(ONE, 1, vec![held("ann"), held("bob")], &[], &here);
        elsewhere.change(OTHER, 1, vec![held("bob")], &[], &here);
        elsewhere.take_turned();
        elsewhere.keep(&[stay(OTHER, 1)], &here);
        assert_eq!(online(&elsewhere), ["bob"]);
        assert_eq!(elsewhere.take_turned(), [Turned { name: name("ann"), was_online: true }]);
        assert!(!elsewhere.change(ONE, 2, vec![held("ann")], &[], &here));
    }

    #[test]
    fn who_takes_direct_messages_may_change_and_services_are_not_listed() {
        let (mut elsewhere, here) = two();
        let clock = HeldName { service: true, ..held("clock") };
        elsewhere.change(ONE, 1, vec![HeldName { direct: false, ..held("ann") }, clock], &[], &here);
        assert!(!elsewhere.takes_direct(&name("ann")));
        elsewhere.change(ONE, 2, vec![held("ann")], &[], &here);
        assert!(elsewhere.takes_direct(&name("ann")));
        assert_eq!(online(&elsewhere), ["ann"]);
        assert!(elsewhere.is_online(&name("clock")));
    }
}
