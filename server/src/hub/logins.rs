//! Logins over HTTP: a session is kept whose secret proves from then on who somebody is, until it ends or is ended.

use std::net::IpAddr;
use std::time::Duration;

use shared::{Account, Username};

use super::identity::{BROWSER_SESSION, GUEST_SESSION};
use super::passwords::check_password_rules;
use super::{Credentials, Hub, Refusal, tokens};
use crate::store::{DeedKind, SessionKind};

/// What a login over HTTP asks for.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub username: Username,
    /// The account's password; without one, a guest.
    pub password: Option<String>,
    /// Where it comes from.
    pub address: IpAddr,
    /// What the session is called in a list of sessions: the program that asks.
    pub label: String,
}

/// A login that worked.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// Who.
    pub account: Account,
    /// The session's secret.
    pub secret: String,
    /// How long it lasts.
    pub lasts: Duration,
}

impl Hub {
    /// Logs somebody in over HTTP: a session is kept whose secret proves who he is from then on.
    ///
    /// # Errors
    /// As a session's claim of that name.
    pub async fn log_in(&self, login: Login) -> Result<LoggedIn, Refusal> {
        let Login { username, password, address, label } = login;
        let credentials = password.map_or(Credentials::None, Credentials::Password);
        let proven = self.prove_name(username, credentials, true, address).await?;
        self.check_free(&proven.name, proven.standing).await?;
        if proven.newcomer && proven.user.is_some() {
            self.renew_guest(&proven.name).await?;
        }
        let guest = proven.standing.is_guest();
        let (kind, lasts) =
            if guest { (SessionKind::Guest, GUEST_SESSION) } else { (SessionKind::Browser, BROWSER_SESSION) };
        let secret = match proven.secret {
            Some(secret) => secret,
            None => tokens::secret().ok_or(Refusal::Unavailable)?,
        };
        self.keep_session(&proven.name, tokens::hash(&secret), kind, &label, lasts).await?;
        Ok(LoggedIn { account: self.account(proven.name, guest), secret, lasts })
    }

    /// A user as he himself sees it.
    pub(super) fn account(&self, username: Username, guest: bool) -> Account {
        let admin = !guest && self.is_admin(&username);
        Account { username, guest, admin }
    }

    /// Ends a session and closes the connections that were opened with it.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn log_out(&self, secret: &str) -> Result<(), Refusal> {
        self.end_session(&tokens::hash(secret), None).await
    }

    /// Whose a session is, if it is valid.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub async fn who_is(&self, secret: &str) -> Result<Option<Account>, Refusal> {
        let Some(record) = self.session_record(secret).await? else { return Ok(None) };
        let user = self.user(&record.user).await?;
        let account = user.as_ref().is_some_and(|user| !user.is_guest() && !user.disabled);
        let guest = record.kind == SessionKind::Guest;
        Ok((account != guest).then(|| self.account(record.user, guest)))
    }

    /// Turns the guest of a session into an account: from now on the name asks for this password everywhere. The
    /// session goes on as the account's, under a new secret.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`] where the session is not a guest's; [`Refusal::BadField`] for a password that
    /// is too short or too long; [`Refusal::TooManyAttempts`]; [`Refusal::LooksLikeAccount`].
    pub async fn claim_name(
        &self,
        secret: &str,
        password: &str,
        address: IpAddr,
        label: &str,
    ) -> Result<LoggedIn, Refusal> {
        check_password_rules(password, "password")?;
        let record = self.session_record(secret).await?.ok_or(Refusal::WrongCredentials)?;
        self.inner.live.lock().rules.admit(Some(&record.user), address, self.now())?;
        self.count_attempt(address, &record.user).await?;
        let user = self.user(&record.user).await?;
        if record.kind != SessionKind::Guest || user.is_some_and(|user| !user.is_guest()) {
            return Err(Refusal::WrongCredentials);
        }
        // It may have been his as a guest before the account was made that it looks like.
        self.check_looks(&record.user).await?;
        let hash = self.hash_password(password.to_owned()).await?;
        let store = &self.inner.store;
        let now = self.now();
        let made = self.deed_at(&record.user, address, DeedKind::AccountMade);
        let set = store.set_password(&record.user, Some(&hash), now, Some(&made)).await;
        let user = set.map_err(|error| Self::unavailable(&error))?;
        let secret = tokens::secret().ok_or(Refusal::Unavailable)?;
        let login = tokens::hash(&secret);
        self.keep_session(&user.name, login, SessionKind::Browser, label, BROWSER_SESSION).await?;
        store.remove_session(&record.hash, None).await.map_err(|error| Self::unavailable(&error))?;
        self.promote(&user.name, record.hash, login);
        self.hold_as_account(&user.name).await?;
        // The first account administers the server.
        self.change_rules().await.map_err(|error| Self::unavailable(&error))?;
        let account = self.account(user.name, false);
        Ok(LoggedIn { account, secret, lasts: BROWSER_SESSION })
    }
}
