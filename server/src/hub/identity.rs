//! Who a session is: claims are checked here, in every dialect alike, and names given and taken back.

use std::net::IpAddr;
use std::time::Duration;

use shared::Username;

use super::cluster::Hold;
use super::people::Standing;
use super::{Claim, Credentials, Hub, Identified, Refusal, SessionId, Who, tokens, views};
use crate::store::{Ground, SessionKind, SessionRecord, Timestamp, TokenHash, User};

/// How long a login in a browser lasts.
pub(super) const BROWSER_SESSION: Duration = Duration::from_secs(30 * 24 * 3_600);

/// How long a guest can prove to be the same guest.
pub(super) const GUEST_SESSION: Duration = Duration::from_secs(7 * 24 * 3_600);

/// How exactly it is kept when a session was last used, in milliseconds.
const USE_NOTED_EVERY: i64 = 10 * 60 * 1_000;

/// A claim that was checked.
pub(super) struct Proven {
    pub(super) name: Username,
    pub(super) standing: Standing,
    pub(super) user: Option<User>,
    /// The session the claim was proved with.
    pub(super) login: Option<TokenHash>,
    /// When that is over, and with it an account's connection.
    pub(super) ends: Option<Timestamp>,
    /// A guest who is not known to be the one who bore the name before.
    pub(super) newcomer: bool,
    /// The session is an API token.
    pub(super) by_token: bool,
    /// The secret to give the guest, by which he proves next time to be the same.
    pub(super) secret: Option<String>,
    /// This node's hold on the name, where it had to be had before.
    pub(super) hold: Option<Hold>,
}

impl Proven {
    /// The hash that is kept of the password by which it was proved.
    fn password(&self) -> Option<Box<str>> {
        let by_password = self.standing == Standing::Account && self.login.is_none();
        self.user.as_ref().and_then(|user| user.password_hash.as_deref()).filter(|_| by_password).map(Box::from)
    }
}

impl Hub {
    pub(super) async fn identify(&self, session: SessionId, claim: Claim) -> Result<Identified, Refusal> {
        let phone = match &claim.who {
            Who::Phone { phone, .. } => Some(phone.clone()),
            Who::Bearer | Who::Name(_) => None,
        };
        let proven = self.prove(session, claim).await?;
        if let Some(phone) = &phone {
            self.replace_phone(session, &proven.name, phone);
        }
        let hold = self.hold_name(session, &proven, proven.standing.into()).await?;
        // The name he had before is free then.
        self.settle_marks(session).await;
        if let Some(gone) = self.take_name(session, &proven, phone, hold)? {
            self.note_last_seen(&gone, self.now()).await;
        }
        self.sit_again(session, &proven.name, proven.newcomer).await;
        if proven.newcomer && proven.user.is_some() {
            self.renew_guest(&proven.name).await?;
        }
        if let (Some(secret), Some(hash)) = (&proven.secret, proven.login) {
            debug_assert_eq!(tokens::hash(secret), hash);
            self.keep_session(&proven.name, hash, SessionKind::Guest, "connection", GUEST_SESSION).await?;
        }
        let rooms = if proven.user.is_some() { self.settle_in(session, &proven.name).await? } else { Vec::new() };
        let live = self.inner.live.lock();
        Ok(Identified {
            guest: proven.standing.is_guest(),
            admin: live.rules.is_admin(&proven.name),
            profile: proven.user.map(|user| user.profile).unwrap_or_default(),
            session: proven.secret,
            rooms,
            stranger: live.pairs.state(session),
            username: proven.name,
        })
    }

    /// Gives a service's connection its name, which proves nothing and keeps what was the name's before.
    pub(super) async fn name_service(&self, session: SessionId, name: Username) -> Result<(), Refusal> {
        let user = self.user(&name).await?;
        if user.as_ref().is_some_and(|user| !user.is_guest()) {
            return Err(Refusal::CredentialsNeeded(name));
        }
        let name = user.as_ref().map_or(name, |user| user.name.clone());
        let standing = Standing::Guest(None);
        let (login, secret, hold) = (None, None, None);
        let proven = Proven { name, standing, user, login, ends: None, newcomer: false, by_token: false, secret, hold };
        let hold = self.hold_name(session, &proven, Ground::Service).await?;
        self.take_name(session, &proven, None, hold)?;
        if proven.user.is_some() {
            self.settle_in(session, &proven.name).await?;
        }
        Ok(())
    }

    /// Closes to a newcomer what the name's earlier bearer was told, all of it.
    pub(super) async fn renew_guest(&self, name: &Username) -> Result<(), Refusal> {
        self.flush_marks().await;
        self.inner.store.renew_guest(name, self.now()).await.map_err(|error| Self::unavailable(&error))
    }

    /// Checks a claim, and finds out whose it is where only credentials or a phone say so.
    async fn prove(&self, session: SessionId, claim: Claim) -> Result<Proven, Refusal> {
        let address = {
            let live = self.inner.live.lock();
            live.people.connection(session).map(|connection| connection.traits.address).ok_or(Refusal::ShuttingDown)?
        };
        self.prove_at(address, claim).await
    }

    pub(super) async fn prove_at(&self, address: IpAddr, claim: Claim) -> Result<Proven, Refusal> {
        let Claim { who, credentials, remember } = claim;
        match who {
            Who::Bearer => {
                let Credentials::Token(token) = &credentials else { return Err(Refusal::NotIdentified) };
                let record = self.session_record(token).await?.ok_or(Refusal::WrongCredentials)?;
                self.prove_name(record.user, credentials, remember, address).await
            }
            Who::Name(name) => self.prove_name(name, credentials, remember, address).await,
            Who::Phone { phone, display_name } => self.prove_phone(phone, display_name, credentials, address).await,
        }
    }

    /// Checks a claim to a name, and that neither the name nor the address is banned, which is said only to who has proved
    /// the name to be his.
    pub(super) async fn prove_name(
        &self,
        name: Username,
        credentials: Credentials,
        remember: bool,
        address: IpAddr,
    ) -> Result<Proven, Refusal> {
        let proven = self.prove_by(name, credentials, remember, address).await?;
        // Another program may have made him an administrator just now.
        if proven.user.as_ref().is_some_and(|user| user.admin != self.is_admin(&user.name)) {
            self.learn_rules().await.map_err(|error| Self::unavailable(&error))?;
        }
        self.inner.live.lock().rules.admit(Some(&proven.name), address, self.now())?;
        Ok(proven)
    }

    async fn prove_by(
        &self,
        name: Username,
        credentials: Credentials,
        remember: bool,
        address: IpAddr,
    ) -> Result<Proven, Refusal> {
        let user = self.user(&name).await?;
        let account = user.as_ref().is_some_and(|user| !user.is_guest());
        let name = user.as_ref().map_or(name, |user| user.name.clone());
        if user.as_ref().is_some_and(|user| user.reserved) || self.inner.live.lock().people.is_a_programs(&name) {
            return Err(Refusal::NameTaken(name));
        }
        match credentials {
            Credentials::Password(password) => {
                self.check_password(&name, user.as_ref(), password, address).await?;
                let (standing, login, secret, hold) = (Standing::Account, None, None, None);
                Ok(Proven { name, standing, user, login, ends: None, newcomer: false, by_token: false, secret, hold })
            }
            Credentials::Token(token) => {
                let record = self.session_record(&token).await?.ok_or(Refusal::WrongCredentials)?;
                let disabled = user.as_ref().is_some_and(|user| user.disabled);
                if record.user != name || disabled || account == (record.kind == SessionKind::Guest) {
                    return Err(Refusal::WrongCredentials);
                }
                let standing = if account { Standing::Account } else { Standing::Guest(Some(record.hash)) };
                let (login, by_token) = (Some(record.hash), record.kind == SessionKind::Token);
                let ends = account.then_some(record.expires_at);
                Ok(Proven { name, standing, user, login, ends, newcomer: false, by_token, secret: None, hold: None })
            }
            Credentials::None if account => Err(Refusal::CredentialsNeeded(name)),
            Credentials::None if !self.inner.settings.guests => Err(Refusal::GuestsNotAllowed),
            Credentials::None => {
                self.check_looks(&name).await?;
                let secret = if remember { Some(tokens::secret().ok_or(Refusal::Unavailable)?) } else { None };
                let login = secret.as_deref().map(tokens::hash);
                let standing = Standing::Guest(login);
                Ok(Proven {
                    name,
                    standing,
                    user,
                    login,
                    ends: None,
                    newcomer: true,
                    by_token: false,
                    secret,
                    hold: None,
                })
            }
        }
    }

    /// Gives the session its name, after its earlier one, if any, was taken back. The earlier one, where nobody has
    /// it any more and others are to be shown when that was.
    fn take_name(
        &self,
        session: SessionId,
        proven: &Proven,
        phone: Option<String>,
        hold: Option<Hold>,
    ) -> Result<Option<Username>, Refusal> {
        let now = self.now();
        let mut live = self.inner.live.lock();
        let before = live.people.connection(session).and_then(|connection| connection.name.clone());
        if before.as_ref() == Some(&proven.name) {
            return Ok(None);
        }
        let held = |_| Refusal::NameTaken(proven.name.clone());
        live.people.may_take(&proven.name, proven.standing).map_err(held)?;
        let mut left = None;
        if before.is_some() {
            let missed = live.is_missed(session);
            left = live.release_name(session, now).filter(|(_, gone)| *gone && missed).map(|(name, _)| name);
            live.leave_memberships(session);
        }
        let came = live.people.take(session, &proven.name, proven.standing).map_err(held)?;
        if let Some(connection) = live.people.connection_mut(session) {
            (connection.login, connection.ends) = (proven.login, proven.ends);
            connection.password = proven.password();
            connection.phone = phone;
            connection.hold = hold;
        }
        live.rooms.rename(session, &proven.name);
        if came && proven.newcomer {
            let changes = live.pairs.forget_absent(&proven.name);
            live.tell_changes(changes, None);
        }
        let changes = if live.pairs.room_of(session).is_some() {
            live.rename_in_pair(session, &proven.name)
        } else if live.people.connection(session).is_some_and(|connection| connection.traits.seat_grace.is_some()) {
            live.pairs.rejoin(session, &proven.name)
        } else {
            Vec::new()
        };
        live.tell_changes(changes, Some(session.into()));
        Ok(left)
    }

    /// Brings a session into the rooms its user is a member of, and tells those who are there.
    async fn settle_in(&self, session: SessionId, name: &Username) -> Result<Vec<super::RoomView>, Refusal> {
        self.flush_marks().await;
        let memberships = self.memberships(name).await?;
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        {
            let mut live = self.inner.live.lock();
            for membership in &memberships {
                live.place(session, &membership.room, true);
            }
            if live.people.sessions_of(name).count() == 1 && !live.elsewhere.is_online(name) {
                live.tell_presence(session, name, None);
            }
        }
        // Read again: what was said between the first reading and being there is counted now.
        let memberships = self.memberships(name).await?;
        let (live, now) = (self.inner.live.lock(), self.now());
        Ok(memberships.into_iter().map(|membership| views::room_view(&live, name, membership, now)).collect())
    }

    pub(super) async fn user(&self, name: &Username) -> Result<Option<User>, Refusal> {
        self.inner.users.ask(name.clone()).await
    }

    /// Whether a message may be sent under a name without a connection of that name: an account's with its credentials, a
    /// guest's by anyone, and while he is connected to this node, from where he is.
    ///
    /// # Errors
    /// [`Refusal::CredentialsNeeded`], [`Refusal::WrongCredentials`] and [`Refusal::NameTaken`].
    pub async fn vouch(&self, name: Username, credentials: Credentials, address: IpAddr) -> Result<Username, Refusal> {
        let Proven { name, standing, .. } = self.prove_name(name, credentials, false, address).await?;
        let live = self.inner.live.lock();
        let his = live.people.may_take(&name, standing).is_ok() || live.people.is_from(&name, address);
        drop(live);
        if his { Ok(name) } else { Err(Refusal::NameTaken(name)) }
    }

    pub(super) async fn session_record(&self, secret: &str) -> Result<Option<SessionRecord>, Refusal> {
        let now = self.now();
        let found = self.inner.store.session(&tokens::hash(secret), now).await;
        let found = found.map_err(|error| Self::unavailable(&error))?;
        if let Some(record) = &found
            && now.0.saturating_sub(record.used_at.0) > USE_NOTED_EVERY
            && let Err(error) = self.inner.store.touch_session(&record.hash, now).await
        {
            tracing::warn!(%error, "when a session was used could not be noted");
        }
        Ok(found)
    }

    pub(super) async fn keep_session(
        &self,
        user: &Username,
        hash: TokenHash,
        kind: SessionKind,
        label: &str,
        lasts: Duration,
    ) -> Result<SessionRecord, Refusal> {
        let record = self.session_to_keep(user, hash, kind, label, lasts);
        self.inner.newcomers.ask(record.clone()).await?;
        Ok(record)
    }

    /// A session that begins now.
    pub(super) fn session_to_keep(
        &self,
        user: &Username,
        hash: TokenHash,
        kind: SessionKind,
        label: &str,
        lasts: Duration,
    ) -> SessionRecord {
        let now = self.now();
        let expires_at = Timestamp(now.0.saturating_add(i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX)));
        let label = label.chars().take(100).collect();
        let user = user.clone();
        SessionRecord { hash, user, kind, label, created_at: now, used_at: now, expires_at }
    }
}
