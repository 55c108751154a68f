//! `confab ban`: users and networks that the server keeps out. Works on the store; a running server acts on it within a
//! few seconds, and closes the connections it concerns.

use std::net::IpAddr;

use clap::Subcommand;
use ipnet::IpNet;
use shared::{SanctionKind, Username};

use super::CommandError;
use super::reports::plain;
use crate::app;
use crate::config::Settings;
use crate::hub::{Sources, Terms};
use crate::store::{Deed, DeedKind, Sanction, Store, Target, Timestamp};

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Keep a user or a network out
    Add {
        /// A username, or an address or network such as 203.0.113.0/24
        #[arg(value_parser = target)]
        whom: Target,
        /// Until when, such as 2026-12-01T00:00:00Z; without it, until it is lifted
        #[arg(long, value_name = "TIME", value_parser = time)]
        until: Option<Timestamp>,
        /// Why; it is told to whom it concerns
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let a user or a network in again
    Lift {
        /// As it was given
        #[arg(value_parser = target)]
        whom: Target,
    },
    /// List who is kept out
    List,
}

/// Why nobody was banned, or let in again.
#[derive(Debug, thiserror::Error)]
pub enum BanError {
    /// There is no such user.
    #[error("there is no user {0}")]
    Unknown(Username),
    /// There is no such ban.
    #[error("{0} is not banned; `confab ban list` shows who is")]
    NotBanned(Target),
}

/// What looks like an address or network is one; `@` before it makes it a name.
fn target(text: &str) -> Result<Target, String> {
    if let Ok(network) = text.parse::<IpNet>() {
        return Ok(Target::Network(network.trunc()));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Target::Network(address.to_canonical().into()));
    }
    let name = text.strip_prefix('@').unwrap_or(text);
    name.parse().map(Target::User).map_err(|error: shared::InvalidUsername| error.to_string())
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "is a time such as 2026-12-01T00:00:00Z".to_owned())
}

/// Carries out one action.
pub async fn run(settings: &Settings, action: Action) -> Result<(), CommandError> {
    let store = app::open_store(settings).await?;
    let result = act(&*store, action).await;
    store.close().await;
    super::print(&result?)
}

async fn act(store: &dyn Store, action: Action) -> Result<String, CommandError> {
    let since = (Sources::default().now)();
    match action {
        Action::Add { whom, until, reason } => {
            if let Target::User(name) = &whom
                && store.user(name).await?.is_none()
            {
                return Err(BanError::Unknown(name.clone()).into());
            }
            let terms = Terms { until, reason };
            let deed = Deed::by_operator(since, DeedKind::ServerBanned).to(&whom).because(&terms);
            let said = format!("{whom} is banned{terms}\n");
            let Terms { until, reason } = terms;
            let sanction = Sanction { kind: SanctionKind::Ban, room: None, whom, until, reason, by: None, since };
            store.impose(&sanction, &deed).await?;
            Ok(said)
        }
        Action::Lift { whom } => {
            let deed = Deed::by_operator(since, DeedKind::ServerUnbanned).to(&whom);
            if !store.lift(SanctionKind::Ban, None, &whom, &deed).await? {
                return Err(BanError::NotBanned(whom).into());
            }
            Ok(format!("{whom} may come again\n"))
        }
        Action::List => {
            let sanctions = store.order().await?.sanctions.into_iter().map(|(_, sanction)| sanction);
            let bans = sanctions.filter(|sanction| sanction.room.is_none() && sanction.holds(since));
            let text: String = bans.map(|ban| line(&ban)).collect();
            Ok(if text.is_empty() { "nobody is banned\n".to_owned() } else { text })
        }
    }
}

fn line(ban: &Sanction) -> String {
    let by = ban.by.as_ref().map_or("the operator", |by| by.as_str());
    plain(&format!("{} since {} by {by}{}", ban.whom, ban.since, Terms::of(ban))) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_network_and_everything_else_a_name() {
        let shown = |text: &str| target(text).map(|target| (target.to_string(), matches!(target, Target::User(_))));
        assert_eq!(shown("203.0.113.7"), Ok(("203.0.113.7/32".to_owned(), false)));
        assert_eq!(shown("203.0.113.7/24"), Ok(("203.0.113.0/24".to_owned(), false)));
        assert_eq!(shown("2001:db8::/64"), Ok(("2001:db8::/64".to_owned(), false)));
        assert_eq!(shown("@203.0.113.7"), Ok(("203.0.113.7".to_owned(), true)));
        assert_eq!(shown("bob"), Ok(("bob".to_owned(), true)));
        assert!(shown("a b").is_err());
    }
}
