//! `confab user`: accounts, managed without the web app. Works on the store; a running server sees another password at
//! the next login, and within a few seconds who is disabled or an administrator.

use std::io::{BufRead, IsTerminal};

use clap::Subcommand;
use shared::Username;

use super::CommandError;
use crate::app;
use crate::config::Settings;
use crate::hub::{self, Refusal, Sources};
use crate::store::{Deed, DeedKind, Store, User};

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make an account, or turn a guest's name into one; the password is read from standard input
    Add {
        /// The username
        name: Username,
        /// Have it administer the server; the first account does so anyway
        #[arg(long)]
        admin: bool,
    },
    /// List the accounts
    List,
    /// Set an account's password, read from standard input
    Passwd {
        /// The username
        name: Username,
    },
    /// Have an account administer the server, or no longer
    Admin {
        /// The username
        name: Username,
        /// No longer
        #[arg(long)]
        undo: bool,
    },
    /// Forbid an account to log in, which ends its connections, or allow it again
    Disable {
        /// The username
        name: Username,
        /// Allow it again
        #[arg(long)]
        undo: bool,
    },
}

/// Why an account could not be managed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The account exists.
    #[error("{0} is an account already; `confab user passwd {0}` sets another password")]
    Exists(Username),
    /// It could be taken for another account.
    #[error("that name looks like {0}, which is an account; choose another name")]
    LooksLike(Username),
    /// There is no such account.
    #[error("there is no account {0}; `confab user list` shows them")]
    Unknown(Username),
    /// The password does not do.
    #[error("{0}")]
    Password(Refusal),
    /// No password was given.
    #[error("no password was given; write it on one line of standard input")]
    NoPassword,
}

/// Carries out one action.
pub async fn run(settings: &Settings, action: Action) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    let result = act(&*store, action).await;
    store.close().await;
    super::print(&result?)
}

async fn act(store: &dyn Store, action: Action) -> Result<String, CommandError> {
    match action {
        Action::Add { name, admin } => {
            if is_account(store, &name).await? {
                return Err(UserError::Exists(name).into());
            }
            let alike = store.like_users(std::slice::from_ref(&name)).await?;
            if let Some(account) = alike.into_iter().flatten().next() {
                return Err(UserError::LooksLike(account).into());
            }
            let user = set_password(store, &name, DeedKind::AccountMade).await?;
            let admin = admin && store.set_admin(&name, true, &done(DeedKind::AdminMade, &user.name)).await?;
            let what =
                if admin || user.admin { "an account now, and administers the server" } else { "an account now" };
            Ok(format!("{} is {what}\n", user.name))
        }
        Action::Admin { name, undo } => {
            let act = if undo { DeedKind::AdminUnmade } else { DeedKind::AdminMade };
            if !store.set_admin(&name, !undo, &done(act, &name)).await? {
                return Err(UserError::Unknown(name).into());
            }
            Ok(format!("{name} administers the server{}\n", if undo { " no longer" } else { "" }))
        }
        Action::Passwd { name } => {
            if !is_account(store, &name).await? {
                return Err(UserError::Unknown(name).into());
            }
            let user = set_password(store, &name, DeedKind::PasswordChanged).await?;
            Ok(format!("{} has a new password\n", user.name))
        }
        Action::List => Ok(store.accounts().await?.iter().map(line).collect()),
        Action::Disable { name, undo } => {
            let act = if undo { DeedKind::AccountEnabled } else { DeedKind::AccountDisabled };
            let deed = done(act, &name);
            if !is_account(store, &name).await? || !store.set_disabled(&name, !undo, Some(&deed)).await? {
                return Err(UserError::Unknown(name).into());
            }
            Ok(format!("{name} may {}log in\n", if undo { "" } else { "no longer " }))
        }
    }
}

fn done(act: DeedKind, whom: &Username) -> Deed {
    Deed::by_operator((Sources::default().now)(), act).to(whom)
}

async fn is_account(store: &dyn Store, name: &Username) -> Result<bool, CommandError> {
    Ok(store.user(name).await?.is_some_and(|user| !user.is_guest()))
}

async fn set_password(store: &dyn Store, name: &Username, act: DeedKind) -> Result<User, CommandError> {
    let password = read_password(name)?;
    let hash = hub::password_hash(&password).map_err(UserError::Password)?;
    let deed = done(act, name);
    Ok(store.set_password(name, Some(&hash), deed.time, Some(&deed)).await?)
}

fn read_password(name: &Username) -> Result<String, CommandError> {
    let input = std::io::stdin();
    if input.is_terminal() {
        super::print(&format!("Password for {name}: "))?;
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    let bytes = read.map_err(|source| CommandError::Io { what: "standard input cannot be read".to_owned(), source })?;
    let password = line.trim_end_matches(['\r', '\n']);
    if bytes == 0 || password.is_empty() { Err(UserError::NoPassword.into()) } else { Ok(password.to_owned()) }
}

fn line(user: &User) -> String {
    let state = if user.disabled { "\tdisabled" } else { "" };
    let role = if user.admin { "\tadministers the server" } else { "" };
    format!("{}\tsince {}{role}{state}\n", user.name, user.created_at)
}
