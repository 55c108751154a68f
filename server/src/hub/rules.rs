//! What is in force: who administers the server, who keeps order where, and whom they keep out or silent. Read whole
//! from the store, so that speaking asks nobody; a server that is not the one to change it sees by its count that it
//! did.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;
use shared::{RoomId, RoomKind, SanctionKind, Username};

use super::numbered::Numbered;
use super::permission::Relation;
use super::{Refusal, Terms};
use crate::store::{Order, Sanction, Target, Timestamp};

/// What is in force.
#[derive(Debug, Default)]
pub struct Rules {
    count: u64,
    admins: HashSet<Username>,
    disabled: HashSet<Username>,
    banned: HashMap<Username, Sanction>,
    networks: Vec<(IpNet, Sanction)>,
    rooms: Numbered<RoomId, RoomRules>,
}

/// What is in force in one room.
#[derive(Debug, Default)]
struct RoomRules {
    moderators: HashSet<Username>,
    banned: HashMap<Username, Sanction>,
    silenced: HashMap<Username, Sanction>,
}

/// What somebody is in a room beside member and owner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Keeps order.
    pub moderator: bool,
    /// To say nothing, under these terms.
    pub silenced: Option<Box<Terms>>,
}

impl From<Order> for Rules {
    fn from(order: Order) -> Self {
        let Order { count, sanctions, moderators, admins, disabled } = order;
        let mut rules = Self {
            count,
            admins: admins.into_iter().collect(),
            disabled: disabled.into_iter().collect(),
            ..Self::default()
        };
        for (room, user) in moderators {
            rules.rooms.entry(room).or_default().moderators.insert(user);
        }
        for (_, sanction) in sanctions {
            rules.add(sanction);
        }
        rules
    }
}

impl Rules {
    fn add(&mut self, sanction: Sanction) {
        match (sanction.room, sanction.whom.clone()) {
            (None, Target::User(user)) => {
                self.banned.insert(user, sanction);
            }
            (None, Target::Network(network)) => self.networks.push((network, sanction)),
            (Some(room), Target::User(user)) => {
                let room = self.rooms.entry(room).or_default();
                let those = match sanction.kind {
                    SanctionKind::Ban => &mut room.banned,
                    SanctionKind::Silence => &mut room.silenced,
                };
                those.insert(user, sanction);
            }
            // The store holds none.
            (Some(_), Target::Network(_)) => {}
        }
    }

    /// How many changes led here.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether somebody administers the server.
    #[must_use]
    pub fn is_admin(&self, name: &Username) -> bool {
        self.admins.contains(name)
    }

    /// Whether an account may not log in.
    #[must_use]
    pub fn is_disabled(&self, name: &Username) -> bool {
        self.disabled.contains(name)
    }

    /// Whether somebody from there is let in to the server.
    ///
    /// # Errors
    /// [`Refusal::BannedHere`].
    pub fn admit(&self, name: Option<&Username>, address: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        let address = address.to_canonical();
        let by_name = name.and_then(|name| self.banned.get(name)).filter(|ban| ban.holds(now));
        let by_network = || {
            let here = self.networks.iter().filter(|(network, _)| network.contains(&address));
            here.map(|(_, ban)| ban).find(|ban| ban.holds(now))
        };
        by_name.or_else(by_network).map_or(Ok(()), |ban| Err(Refusal::BannedHere(Terms::of(ban))))
    }

    /// What somebody is to a room, given what he is to it by membership and ownership.
    #[must_use]
    pub fn relation(
        &self,
        name: Option<&Username>,
        (room, kind): (RoomId, RoomKind),
        by_place: Relation,
        now: Timestamp,
    ) -> Relation {
        let Some(name) = name else { return by_place };
        let outside = by_place == Relation::Outsider;
        if kind == RoomKind::Public && self.is_admin(name) {
            return if outside { Relation::Outsider } else { Relation::Admin };
        }
        let Some(rules) = self.rooms.get(&room).filter(|_| by_place != Relation::Owner) else { return by_place };
        if in_force(&rules.banned, name, now).is_some() {
            Relation::Banned
        } else if !outside && in_force(&rules.silenced, name, now).is_some() {
            Relation::Silenced
        } else if by_place == Relation::Member && rules.moderators.contains(name) {
            Relation::Moderator
        } else {
            by_place
        }
    }

    /// The refusal with the terms of the ban or silence that it is for.
    #[must_use]
    pub fn explain(&self, refusal: Refusal, name: Option<&Username>, room: RoomId, now: Timestamp) -> Refusal {
        let rules = self.rooms.get(&room).zip(name);
        let terms = |those: fn(&RoomRules) -> &HashMap<Username, Sanction>| {
            rules.and_then(|(rules, name)| in_force(those(rules), name, now)).map(Terms::of).unwrap_or_default()
        };
        match refusal {
            Refusal::Banned(_) => Refusal::Banned(terms(|rules| &rules.banned)),
            Refusal::Silenced(_) => Refusal::Silenced(terms(|rules| &rules.silenced)),
            other => other,
        }
    }

    /// Whether somebody is kept out of a room.
    #[must_use]
    pub fn is_banned_from(&self, room: RoomId, name: &Username, now: Timestamp) -> bool {
        self.rooms.get(&room).is_some_and(|rules| in_force(&rules.banned, name, now).is_some())
    }

    /// What somebody is in a room beside member and owner.
    #[must_use]
    pub fn standing(&self, room: RoomId, name: &Username, now: Timestamp) -> Standing {
        let Some(rules) = self.rooms.get(&room) else { return Standing::default() };
        Standing {
            moderator: rules.moderators.contains(name),
            silenced: in_force(&rules.silenced, name, now).map(|silence| Box::new(Terms::of(silence))),
        }
    }

    /// Whether somebody keeps order in a room.
    #[must_use]
    pub fn is_moderator(&self, room: RoomId, name: &Username) -> bool {
        self.rooms.get(&room).is_some_and(|rules| rules.moderators.contains(name))
    }

    /// Everybody in any room of whom something is in force here.
    pub fn concerned(&self) -> impl Iterator<Item = (RoomId, &Username)> {
        self.rooms.iter().flat_map(|(room, rules)| {
            let names = rules.moderators.iter().chain(rules.banned.keys()).chain(rules.silenced.keys());
            names.map(|name| (*room, name))
        })
    }
}

fn in_force<'a>(those: &'a HashMap<Username, Sanction>, name: &Username, now: Timestamp) -> Option<&'a Sanction> {
    if those.is_empty() {
        return None;
    }
    those.get(name).filter(|sanction| sanction.holds(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::name;

    const NOW: Timestamp = Timestamp(1_000);
    const ROOM: RoomId = RoomId(7);

    fn imposed(kind: SanctionKind, room: Option<RoomId>, whom: Target, until: Option<i64>) -> Sanction {
        let (reason, since) = (Some("spam".to_owned()), Timestamp(0));
        Sanction { kind, room, whom, until: until.map(Timestamp), reason, by: None, since }
    }

    fn user(text: &str) -> Target {
        Target::User(name(text))
    }

    fn rules(sanctions: Vec<Sanction>) -> Rules {
        Rules::from(Order {
            count: 1,
            sanctions: (1..).zip(sanctions).collect(),
            moderators: vec![(ROOM, name("mod"))],
            admins: vec![name("root")],
            disabled: vec![name("off")],
        })
    }

    fn relation(rules: &Rules, who: &str, kind: RoomKind, by_place: Relation) -> Relation {
        rules.relation(Some(&name(who)), (ROOM, kind), by_place, NOW)
    }

    #[test]
    fn who_administers_the_server_does_so_in_public_rooms_he_is_in() {
        let rules = rules(vec![imposed(SanctionKind::Ban, Some(ROOM), user("root"), None)]);
        assert_eq!(relation(&rules, "root", RoomKind::Public, Relation::Present), Relation::Admin);
        assert_eq!(relation(&rules, "root", RoomKind::Public, Relation::Outsider), Relation::Outsider);
        assert_eq!(relation(&rules, "Root", RoomKind::Direct, Relation::Outsider), Relation::Banned);
        assert_eq!(relation(&rules, "ann", RoomKind::Public, Relation::Member), Relation::Member);
    }

    #[test]
    fn a_ban_or_silence_holds_until_it_is_over() {
        let over = imposed(SanctionKind::Ban, Some(ROOM), user("ann"), Some(1_000));
        let silence = imposed(SanctionKind::Silence, Some(ROOM), user("ben"), Some(1_001));
        let rules = rules(vec![over, silence, imposed(SanctionKind::Ban, Some(ROOM), user("cat"), None)]);
        assert_eq!(relation(&rules, "ann", RoomKind::Group, Relation::Outsider), Relation::Outsider);
        assert_eq!(relation(&rules, "ben", RoomKind::Group, Relation::Member), Relation::Silenced);
        assert_eq!(relation(&rules, "ben", RoomKind::Public, Relation::Outsider), Relation::Outsider);
        assert_eq!(relation(&rules, "cat", RoomKind::Public, Relation::Outsider), Relation::Banned);
        assert_eq!(relation(&rules, "cat", RoomKind::Group, Relation::Owner), Relation::Owner);
        assert_eq!(relation(&rules, "mod", RoomKind::Group, Relation::Member), Relation::Moderator);
        assert_eq!(relation(&rules, "mod", RoomKind::Group, Relation::Outsider), Relation::Outsider);
    }

    #[test]
    fn a_refusal_says_until_when_and_why() {
        let rules = rules(vec![imposed(SanctionKind::Silence, Some(ROOM), user("ben"), Some(2_000))]);
        let refusal = rules.explain(Refusal::Silenced(Terms::default()), Some(&name("ben")), ROOM, NOW);
        assert_eq!(refusal.to_string(), "you may read here and say nothing until 1970-01-01T00:00:02.000Z: spam");
    }

    #[test]
    fn a_banned_network_is_kept_out_in_either_notation_whoever_comes() {
        let network = Target::Network("192.0.2.0/24".parse().unwrap());
        let rules = rules(vec![
            imposed(SanctionKind::Ban, None, network, None),
            imposed(SanctionKind::Ban, None, user("ann"), None),
        ]);
        let admit = |who: Option<&str>, address: &str| {
            rules.admit(who.map(name).as_ref(), address.parse().unwrap(), NOW).is_ok()
        };
        assert!(!admit(None, "192.0.2.9") && !admit(Some("ben"), "::ffff:192.0.2.9"));
        assert!(!admit(Some("Ann"), "198.51.100.1") && admit(Some("ben"), "198.51.100.1"));
    }
}
