//! What somebody may do with his own account, without a connection: see and end sessions, make and revoke API tokens,
//! change the password.

use std::net::IpAddr;
use std::time::Duration;

use shared::Username;

use super::identity::BROWSER_SESSION;
use super::passwords::check_password_rules;
use super::{Claim, Hub, LoggedIn, Note, Refusal, texts, tokens};
use crate::store::{Deed, DeedKind, SessionKind, SessionRecord, Timestamp, TokenHash};

/// The most API tokens one account has.
const MAX_TOKENS: usize = 50;

/// The longest name of a token, in characters.
const MAX_TOKEN_NAME: usize = 100;

/// How long a token may last, in days.
const MAX_TOKEN_DAYS: u32 = 3_650;

/// Somebody who asks without a connection, and has proved who he is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub name: Username,
    /// Whether the name is held only while connected.
    pub guest: bool,
    /// Where he asks from.
    pub address: IpAddr,
    /// The session or token he proved it with.
    login: Option<TokenHash>,
    /// An API token is for chatting: it does not make others, nor change the password.
    by_token: bool,
}

/// A session or token as its owner sees it.
#[derive(Clone, Debug)]
pub struct KnownLogin {
    /// By what it can be ended.
    pub id: String,
    /// What it is for.
    pub kind: SessionKind,
    /// What its owner calls it, or the program that made it.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used, to some minutes.
    pub used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The one by which its owner asks now.
    pub current: bool,
}

impl Caller {
    /// # Errors
    /// [`Refusal::AccountNeeded`] and [`Refusal::SignInNeeded`].
    fn must_be_signed_in(&self) -> Result<(), Refusal> {
        if self.guest {
            return Err(Refusal::AccountNeeded);
        }
        if self.by_token { Err(Refusal::SignInNeeded) } else { Ok(()) }
    }
}

impl Hub {
    /// Who it is that asks with these credentials.
    ///
    /// # Errors
    /// [`Refusal::NotIdentified`] without any, [`Refusal::WrongCredentials`] where they prove nothing.
    pub async fn caller(&self, claim: Claim, address: IpAddr) -> Result<Caller, Refusal> {
        if matches!(claim.credentials, super::Credentials::None) {
            return Err(Refusal::NotIdentified);
        }
        let proven = self.prove_at(address, claim).await?;
        let guest = proven.standing.is_guest();
        Ok(Caller { name: proven.name, guest, address, login: proven.login, by_token: proven.by_token })
    }

    /// The caller's sessions and tokens that are valid, newest first.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn logins(&self, caller: &Caller) -> Result<Vec<KnownLogin>, Refusal> {
        let (records, now) = (self.session_records(&caller.name).await?, self.now());
        let shown = records.into_iter().filter(|record| record.expires_at > now);
        Ok(shown.map(|record| shown_login(record, caller.login)).collect())
    }

    /// Ends one of the caller's sessions or tokens, and closes its connections.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`]; [`Refusal::SignInNeeded`] for an API token that would end another than itself.
    pub async fn end_login(&self, caller: &Caller, id: &str, token: bool) -> Result<(), Refusal> {
        let records = self.session_records(&caller.name).await?;
        let is_it =
            |record: &&SessionRecord| tokens::id(&record.hash) == id && token == (record.kind == SessionKind::Token);
        let hash = records.iter().find(is_it).ok_or(Refusal::NoSuch("session"))?.hash;
        if caller.by_token && caller.login != Some(hash) {
            return Err(Refusal::SignInNeeded);
        }
        let deed = token.then(|| self.deed_of(caller, DeedKind::TokenRevoked).to(&caller.name));
        self.end_session(&hash, deed.as_ref()).await
    }

    /// Makes an API token. Its secret is told this once.
    ///
    /// # Errors
    /// [`Refusal::AccountNeeded`] for a guest, [`Refusal::SignInNeeded`] for a token, [`Refusal::BadField`].
    pub async fn make_token(&self, caller: &Caller, name: &str, days: u32) -> Result<(KnownLogin, String), Refusal> {
        caller.must_be_signed_in()?;
        let fits = |name: &str| (1..=MAX_TOKEN_NAME).contains(&name.chars().count());
        let name = &texts::one_line(name.trim(), "name", "is 1 to 100 characters", fits)?;
        if days == 0 || days > MAX_TOKEN_DAYS {
            return Err(Refusal::BadField { field: "days", problem: "is 1 to 3650" });
        }
        let held = self.logins(caller).await?.iter().filter(|login| login.kind == SessionKind::Token).count();
        if held >= MAX_TOKENS {
            return Err(Refusal::BadField { field: "name", problem: "is one too many: revoke a token first" });
        }
        let secret = tokens::secret().ok_or(Refusal::Unavailable)?;
        let lasts = Duration::from_secs(u64::from(days) * 24 * 3_600);
        let record = self.session_to_keep(&caller.name, tokens::hash(&secret), SessionKind::Token, name, lasts);
        let deed = self.deed_of(caller, DeedKind::TokenMade).to(&caller.name);
        let kept = self.inner.store.add_sessions(std::slice::from_ref(&record), Some(&deed)).await;
        kept.map_err(|error| Self::unavailable(&error))?;
        Ok((shown_login(record, None), secret))
    }

    /// Changes the caller's password. His other sessions end and with them their connections, those opened by the
    /// old password too; API tokens stay. `Some`: the session he asks by goes on under a new secret.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`] where `old` is not the password, [`Refusal::BadField`] for a new one that will
    /// not do, and as [`Hub::make_token`].
    pub async fn change_password(
        &self,
        caller: &Caller,
        old: String,
        new: String,
        label: &str,
    ) -> Result<Option<LoggedIn>, Refusal> {
        caller.must_be_signed_in()?;
        check_password_rules(&new, "new")?;
        let user = self.user(&caller.name).await?;
        self.check_password(&caller.name, user.as_ref(), old, caller.address).await?;
        let hash = self.hash_password(new).await?;
        let deed = self.deed_of(caller, DeedKind::PasswordChanged);
        let set = self.inner.store.set_password(&caller.name, Some(&hash), self.now(), Some(&deed)).await;
        set.map_err(|error| Self::unavailable(&error))?;
        let (tokens, sessions): (Vec<_>, Vec<_>) =
            self.session_records(&caller.name).await?.into_iter().partition(|record| record.kind == SessionKind::Token);
        let renewed = match caller.login {
            Some(login) => Some(self.renew_session(caller, login, label).await?),
            None => None,
        };
        for session in sessions {
            let removed = self.inner.store.remove_session(&session.hash, None).await;
            removed.map_err(|error| Self::unavailable(&error))?;
        }
        let mut stay: Vec<_> = tokens.iter().map(|token| token.hash).collect();
        stay.extend(renewed.as_ref().map(|renewed| tokens::hash(&renewed.secret)));
        self.inner.live.lock().people.keep_only(&caller.name, &stay);
        self.tell_others(|| Note::PasswordChanged { user: caller.name.clone(), stay });
        Ok(renewed)
    }

    /// A user's session goes on as an account's under another secret, and so do its connections.
    pub(super) fn promote(&self, user: &Username, before: TokenHash, login: TokenHash) {
        self.inner.live.lock().people.promote(user, before, login);
        self.tell_others(|| Note::Promoted { user: user.clone(), before, login });
    }

    /// Gives a session a new secret; connections opened with the old one belong to it.
    async fn renew_session(&self, caller: &Caller, login: TokenHash, label: &str) -> Result<LoggedIn, Refusal> {
        let secret = tokens::secret().ok_or(Refusal::Unavailable)?;
        let renewed = tokens::hash(&secret);
        self.keep_session(&caller.name, renewed, SessionKind::Browser, label, BROWSER_SESSION).await?;
        self.promote(&caller.name, login, renewed);
        Ok(LoggedIn { account: self.account(caller.name.clone(), false), secret, lasts: BROWSER_SESSION })
    }

    /// Ends a session, notes that, and closes the connections that were opened with it.
    pub(super) async fn end_session(&self, hash: &TokenHash, deed: Option<&Deed>) -> Result<(), Refusal> {
        self.inner.store.remove_session(hash, deed).await.map_err(|error| Self::unavailable(&error))?;
        self.inner.live.lock().people.end(*hash);
        self.tell_others(|| Note::SessionEnded { login: *hash });
        Ok(())
    }

    async fn session_records(&self, user: &Username) -> Result<Vec<SessionRecord>, Refusal> {
        self.inner.store.sessions_of(user).await.map_err(|error| Self::unavailable(&error))
    }
}

fn shown_login(record: SessionRecord, current: Option<TokenHash>) -> KnownLogin {
    KnownLogin {
        id: tokens::id(&record.hash),
        kind: record.kind,
        name: record.label,
        made_at: record.created_at,
        used_at: record.used_at,
        expires_at: record.expires_at,
        current: current == Some(record.hash),
    }
}
