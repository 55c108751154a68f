//! Who is connected, and who holds which name: at most one holder a name, however many connections he has.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use shared::{CloseCode, Username};

use super::cluster::Hold;
use super::networks::{Networks, network};
use super::numbered::Numbered;
use super::outbox::OutboxSender;
use super::{SessionId, SessionTraits};
use crate::store::{Ground, Timestamp, TokenHash};

/// On what ground a name is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// While connected; with the session's proof another connection is the same guest.
    Guest(Option<TokenHash>),
    /// By password, token or login: any number of connections.
    Account,
}

impl Standing {
    /// Whether the name is held only while connected.
    #[must_use]
    pub fn is_guest(self) -> bool {
        matches!(self, Self::Guest(_))
    }

    /// Whether both are the same user: accounts are, once each has proved it; guests by the same proof.
    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Account, Self::Account) => true,
            (Self::Guest(Some(one)), Self::Guest(Some(other))) => one == other,
            _ => false,
        }
    }
}

impl From<Standing> for Ground {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Guest(proof) => Self::Guest(proof),
            Standing::Account => Self::Account,
        }
    }
}

/// A live connection.
#[derive(Debug)]
pub struct Connection {
    /// Where it is told things.
    pub outbox: OutboxSender,
    /// What it can do.
    pub traits: SessionTraits,
    /// The name it speaks under, once it has one.
    pub name: Option<Username>,
    /// The secret by which the session was opened, so that revoking it closes the connection.
    pub login: Option<TokenHash>,
    /// When that login is over, where the connection ends with it.
    pub ends: Option<Timestamp>,
    /// Where it was opened by a password, the hash that was kept of it.
    pub password: Option<Box<str>>,
    /// The phone it claimed; another connection that claims the same replaces it.
    pub phone: Option<String>,
    /// Its part in what its node holds of the name, where there are other nodes.
    pub hold: Option<Hold>,
    /// A program inside the server, which is no user to be counted or listed.
    service: bool,
}

#[derive(Debug)]
struct Holder {
    name: Username,
    standing: Standing,
    sessions: Vec<SessionId>,
}

/// Somebody holds the name who is not the one who claims it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NameHeld;

/// All connections and all names held.
#[derive(Debug, Default)]
pub struct People {
    connections: Numbered<SessionId, Connection>,
    /// How many of the connections are services'.
    services: usize,
    /// The names of programs inside.
    programs: HashSet<String>,
    /// Where the others come from.
    networks: Networks,
    holders: HashMap<String, Holder>,
}

impl People {
    /// A connection without a name.
    pub fn connect(&mut self, session: SessionId, traits: SessionTraits, outbox: OutboxSender) {
        self.networks.add(traits.address);
        self.insert(session, traits, outbox, false);
    }

    /// A connection of a program inside the server: it is neither counted nor listed, and nobody else gets its name here
    /// from now on, also while another node's program has it.
    pub fn connect_service(
        &mut self,
        session: SessionId,
        name: &Username,
        traits: SessionTraits,
        outbox: OutboxSender,
    ) {
        self.programs.insert(name.key());
        self.insert(session, traits, outbox, true);
        self.services += 1;
    }

    /// No program gets this name.
    pub fn free_of_programs(&mut self, name: &Username) {
        self.programs.remove(&name.key());
    }

    /// Whether a program inside the server has the name, or waits for it.
    #[must_use]
    pub fn is_a_programs(&self, name: &Username) -> bool {
        !self.programs.is_empty() && self.programs.contains(&name.key())
    }

    fn insert(&mut self, session: SessionId, traits: SessionTraits, outbox: OutboxSender, service: bool) {
        let (name, login, ends, password, phone, hold) = (None, None, None, None, None, None);
        let connection = Connection { outbox, traits, name, login, ends, password, phone, hold, service };
        self.connections.insert(session, connection);
    }

    /// How many connections there are, those of services not counted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.len() - self.services
    }

    /// How many of them come from the same place as this address.
    #[must_use]
    pub fn connections_from(&self, address: IpAddr) -> usize {
        self.networks.count(address)
    }

    /// All connections.
    pub fn all(&self) -> impl Iterator<Item = &Connection> {
        self.connections.values()
    }

    /// All connections but those of services.
    pub fn users(&self) -> impl Iterator<Item = &Connection> {
        self.connections.values().filter(|connection| !connection.service)
    }

    /// A connection.
    #[must_use]
    pub fn connection(&self, session: SessionId) -> Option<&Connection> {
        self.connections.get(&session)
    }

    /// A connection, to note something about it.
    pub fn connection_mut(&mut self, session: SessionId) -> Option<&mut Connection> {
        self.connections.get_mut(&session)
    }

    /// Whether the name could be taken on that ground.
    ///
    /// # Errors
    /// [`NameHeld`] where somebody else holds it now.
    pub fn may_take(&self, name: &Username, standing: Standing) -> Result<(), NameHeld> {
        match self.holders.get(&name.key()) {
            Some(holder) if !holder.standing.is_same(standing) => Err(NameHeld),
            _ => Ok(()),
        }
    }

    /// Gives a connection a name. True: its holder came online with it.
    ///
    /// # Errors
    /// [`NameHeld`] where somebody else holds it now; nothing changes then.
    pub fn take(&mut self, session: SessionId, name: &Username, standing: Standing) -> Result<bool, NameHeld> {
        self.may_take(name, standing)?;
        let Some(connection) = self.connections.get_mut(&session) else { return Ok(false) };
        connection.name = Some(name.clone());
        let holder = self.holders.entry(name.key()).or_insert_with(|| Holder {
            name: name.clone(),
            standing,
            sessions: Vec::new(),
        });
        holder.standing = standing;
        let came = holder.sessions.is_empty();
        holder.sessions.push(session);
        Ok(came)
    }

    /// Takes a connection's name from it. The name, and whether nobody holds it any more.
    pub fn release(&mut self, session: SessionId) -> Option<(Username, bool)> {
        let connection = self.connections.get_mut(&session)?;
        let name = connection.name.take()?;
        connection.hold = None;
        let key = name.key();
        let holder = self.holders.get_mut(&key)?;
        holder.sessions.retain(|other| *other != session);
        let gone = holder.sessions.is_empty();
        if gone {
            self.holders.remove(&key);
        }
        Some((name, gone))
    }

    /// Forgets a connection, whose name was released before.
    pub fn disconnect(&mut self, session: SessionId) {
        match self.connections.remove(&session) {
            Some(connection) if connection.service => self.services -= 1,
            Some(connection) => self.networks.remove(connection.traits.address),
            None => {}
        }
    }

    /// A guest who is connected set a password: from now on he is an account, and the connections he proved to be
    /// his go on under the account's login.
    pub fn promote(&mut self, name: &Username, guest: TokenHash, login: TokenHash) {
        let Some(holder) = self.holders.get_mut(&name.key()) else { return };
        holder.standing = Standing::Account;
        for session in &holder.sessions {
            if let Some(connection) = self.connections.get_mut(session)
                && connection.login == Some(guest)
            {
                (connection.login, connection.ends) = (Some(login), None);
            }
        }
    }

    /// A session was ended: so are the connections that were opened with it.
    pub fn end(&self, login: TokenHash) {
        for connection in self.all().filter(|connection| connection.login == Some(login)) {
            connection.outbox.close(CloseCode::Revoked);
        }
    }

    /// Logins and tokens are over in time: so are the connections that were opened with them.
    pub fn end_what_is_over(&self, now: Timestamp) {
        for connection in self.all().filter(|connection| connection.ends.is_some_and(|ends| ends <= now)) {
            connection.outbox.close(CloseCode::Revoked);
        }
    }

    /// An account has another password: its connections end, but for those opened with one of these.
    pub fn keep_only(&self, name: &Username, stay: &[TokenHash]) {
        for (_, connection) in self.sessions_of(name) {
            if !connection.login.is_some_and(|login| stay.contains(&login)) {
                connection.outbox.close(CloseCode::Revoked);
            }
        }
    }

    /// The name is an account's by now, whatever its holder came as.
    pub fn is_account_now(&mut self, name: &Username) {
        if let Some(holder) = self.holders.get_mut(&name.key()) {
            holder.standing = Standing::Account;
        }
    }

    /// Whether a connection speaks under a guest's name.
    #[must_use]
    pub fn is_guest(&self, session: SessionId) -> bool {
        let name = self.connections.get(&session).and_then(|connection| connection.name.as_ref());
        let holder = name.and_then(|name| self.holders.get(&name.key()));
        holder.is_some_and(|holder| holder.standing.is_guest())
    }

    /// A part in what this node holds of the name already.
    #[must_use]
    pub fn hold(&self, name: &Username) -> Option<&Hold> {
        self.sessions_of(name).find_map(|(_, connection)| connection.hold.as_ref())
    }

    /// Whether any connection speaks under the name.
    #[must_use]
    pub fn is_online(&self, name: &Username) -> bool {
        self.holders.contains_key(&name.key())
    }

    /// The connections of a user.
    pub fn sessions_of(&self, name: &Username) -> impl Iterator<Item = (SessionId, &Connection)> {
        let sessions = self.holders.get(&name.key()).map_or(&[][..], |holder| &holder.sessions);
        sessions.iter().filter_map(|session| Some((*session, self.connections.get(session)?)))
    }

    /// Whether one of a user's connections comes from the same place as this address.
    #[must_use]
    pub fn is_from(&self, name: &Username, address: IpAddr) -> bool {
        self.sessions_of(name).any(|(_, connection)| network(connection.traits.address) == network(address))
    }

    /// Every name that is held, in any order.
    #[must_use]
    pub fn names(&self) -> Vec<Username> {
        self.holders.values().map(|holder| holder.name.clone()).collect()
    }

    /// Who is online, sorted by name; services are not listed.
    #[must_use]
    pub fn online(&self) -> Vec<Username> {
        let service = |session| self.connections.get(session).is_some_and(|connection| connection.service);
        let users = self.holders.values().filter(|holder| !holder.sessions.iter().all(service));
        let mut names: Vec<_> = users.map(|holder| holder.name.clone()).collect();
        names.sort_by_key(Username::key);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::{name, outbox, traits};

    fn people(sessions: u64) -> People {
        let mut people = People::default();
        for session in 1..=sessions {
            people.connect(SessionId(session), traits(), outbox());
        }
        people
    }

    #[test]
    fn a_guest_holds_his_name_until_his_last_connection_goes() {
        let mut people = people(3);
        let mine = Standing::Guest(Some(TokenHash([1; 32])));
        assert_eq!(people.take(SessionId(1), &name("ann"), mine), Ok(true));
        assert_eq!(people.take(SessionId(2), &name("Ann"), mine), Ok(false));
        assert_eq!(people.take(SessionId(3), &name("ANN"), Standing::Guest(None)), Err(NameHeld));
        assert_eq!(people.release(SessionId(1)), Some((name("ann"), false)));
        assert_eq!(people.release(SessionId(2)), Some((name("ann"), true)));
        assert_eq!(people.take(SessionId(3), &name("ANN"), Standing::Guest(None)), Ok(true));
    }

    #[test]
    fn two_guests_without_proof_are_never_the_same() {
        let mut people = people(2);
        people.take(SessionId(1), &name("ann"), Standing::Guest(None)).unwrap();
        assert_eq!(people.take(SessionId(2), &name("ann"), Standing::Guest(None)), Err(NameHeld));
    }

    #[test]
    fn an_account_is_connected_as_often_as_it_likes() {
        let mut people = people(2);
        assert_eq!(people.take(SessionId(1), &name("ann"), Standing::Account), Ok(true));
        assert_eq!(people.take(SessionId(2), &name("ann"), Standing::Account), Ok(false));
        assert_eq!(people.sessions_of(&name("ann")).count(), 2);
    }

    #[test]
    fn who_came_by_a_token_stays_no_longer_than_it_holds() {
        let mut people = people(1);
        let (sender, outbox) = crate::hub::outbox::outbox(16);
        people.connect(SessionId(2), traits(), sender);
        people.connection_mut(SessionId(2)).unwrap().ends = Some(Timestamp(1_000));
        let closed = || {
            let mut told = Vec::new();
            outbox.take(&mut told);
            !told.is_empty()
        };
        people.end_what_is_over(Timestamp(999));
        assert!(!closed());
        people.end_what_is_over(Timestamp(1_000));
        assert!(closed());
    }

    #[test]
    fn a_service_holds_its_name_and_is_neither_counted_nor_listed() {
        let mut people = people(1);
        people.connect_service(SessionId(9), &name("clock"), traits(), outbox());
        assert!(people.is_a_programs(&name("Clock")) && !people.is_a_programs(&name("ann")));
        people.take(SessionId(9), &name("clock"), Standing::Guest(None)).unwrap();
        assert_eq!(people.take(SessionId(1), &name("clock"), Standing::Guest(None)), Err(NameHeld));
        people.take(SessionId(1), &name("ann"), Standing::Guest(None)).unwrap();
        assert_eq!((people.connections(), people.online()), (1, vec![name("ann")]));
        assert!(people.is_online(&name("clock")));
        people.release(SessionId(9));
        people.disconnect(SessionId(9));
        assert_eq!(people.connections(), 1);
    }
}
