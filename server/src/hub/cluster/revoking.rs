//! Closing what was ended at another node, where the note that said so got lost: connections whose session or token there
//! is no more, and those that were opened by a password which is another now.

use std::collections::HashSet;
use std::time::Duration;

use shared::{CloseCode, Username};
use tokio::time::sleep;

use super::Cluster;
use crate::hub::live::Live;
use crate::hub::{Hub, Refusal, SessionId, passwords};
use crate::store::TokenHash;

/// How long a session that seems to be over may take to be one that has just begun, or goes on under another secret, of
/// which a note is on its way.
const CROSSING: Duration = Duration::from_secs(1);

/// By what a connection was opened.
#[derive(Debug)]
struct Opened {
    by: Username,
    session: SessionId,
    proof: Proof,
}

#[derive(Debug)]
enum Proof {
    Login(TokenHash),
    Password(Box<str>),
}

impl Hub {
    /// Closes the connections of these people whose proof is good for nothing any more.
    pub(super) async fn close_revoked(&self, cluster: &Cluster, people: &[Username]) -> Result<(), Refusal> {
        let (suspects, sessions): (HashSet<_>, HashSet<_>) = self.revoked(cluster, people).await?.into_iter().unzip();
        if sessions.is_empty() {
            return Ok(());
        }
        sleep(CROSSING).await;
        let still = self.revoked(cluster, &Vec::from_iter(suspects)).await?;
        let live = self.inner.live.lock();
        for (_, session) in still.into_iter().filter(|(_, session)| sessions.contains(session)) {
            if let Some(connection) = live.people.connection(session) {
                connection.outbox.close(CloseCode::Revoked);
            }
        }
        Ok(())
    }

    /// The connections of these people that seem to be over, with whose they are.
    async fn revoked(&self, cluster: &Cluster, people: &[Username]) -> Result<Vec<(Username, SessionId)>, Refusal> {
        let opened = self.inner.live.lock().opened_by(people);
        let ended = self.ended_logins(cluster, &opened).await?;
        let changed = self.changed_passwords(&opened).await?;
        let is_over = |opened: &Opened| match &opened.proof {
            Proof::Login(login) => ended.contains(login),
            Proof::Password(_) => changed.contains(&opened.session),
        };
        Ok(opened.into_iter().filter(is_over).map(|opened| (opened.by, opened.session)).collect())
    }

    async fn ended_logins(&self, cluster: &Cluster, opened: &[Opened]) -> Result<HashSet<TokenHash>, Refusal> {
        let logins: HashSet<TokenHash> = opened.iter().filter_map(Opened::login).collect();
        if logins.is_empty() {
            return Ok(HashSet::new());
        }
        let ended = cluster.nodes.ended(&Vec::from_iter(logins)).await;
        Ok(ended.map_err(|error| Self::unavailable(&error))?.into_iter().collect())
    }

    /// The connections that were opened by a password which is another now.
    async fn changed_passwords(&self, opened: &[Opened]) -> Result<HashSet<SessionId>, Refusal> {
        let by_password: Vec<(&Opened, &str)> =
            opened.iter().filter_map(|opened| Some((opened, opened.password()?))).collect();
        if by_password.is_empty() {
            return Ok(HashSet::new());
        }
        let names: Vec<Username> = by_password.iter().map(|(opened, _)| opened.by.clone()).collect();
        let users = self.inner.store.users(&names).await.map_err(|error| Self::unavailable(&error))?;
        let mut changed = HashSet::new();
        for ((opened, known), user) in by_password.into_iter().zip(users) {
            let kept = user.and_then(|user| user.password_hash);
            if kept.as_deref() == Some(known) {
                continue;
            }
            match kept {
                // The same password may have been hashed anew.
                Some(kept) if passwords::is_outdated(known) => {
                    if let Some(connection) = self.inner.live.lock().people.connection_mut(opened.session) {
                        connection.password = Some(kept.into());
                    }
                }
                Some(_) | None => drop(changed.insert(opened.session)),
            }
        }
        Ok(changed)
    }
}

impl Opened {
    fn login(&self) -> Option<TokenHash> {
        if let Proof::Login(login) = &self.proof { Some(*login) } else { None }
    }

    fn password(&self) -> Option<&str> {
        if let Proof::Password(hash) = &self.proof { Some(hash) } else { None }
    }
}

impl Live {
    /// The connections of these people that were opened by something which may end.
    fn opened_by(&self, people: &[Username]) -> Vec<Opened> {
        let connections = people.iter().flat_map(|by| self.people.sessions_of(by).map(move |found| (by, found)));
        let opened = connections.filter_map(|(by, (session, connection))| {
            let by_password = || connection.password.clone().map(Proof::Password);
            let proof = connection.login.map(Proof::Login).or_else(by_password)?;
            Some(Opened { by: by.clone(), session, proof })
        });
        opened.collect()
    }
}
