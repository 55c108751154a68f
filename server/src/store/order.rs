//! Records of keeping order: who may, whom they keep out or silent, and what was done by whom.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use shared::{RoomId, SanctionKind, Username};

use super::{Message, Timestamp};

/// On whom something is imposed.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A user, by name.
    User(Username),
    /// Whoever comes from there; of the whole server only.
    Network(#[serde(with = "network_as_text")] IpNet),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => name.fmt(f),
            Self::Network(network) => network.fmt(f),
        }
    }
}

/// A ban or silence.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Sanction {
    /// Which of the two.
    pub kind: SanctionKind,
    /// In which room; `None`: on the whole server, where there are bans only.
    pub room: Option<RoomId>,
    /// On whom.
    #[serde(flatten)]
    pub whom: Target,
    /// When it ends; `None`: when it is lifted.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// Who imposed it; `None`: the operator.
    #[serde(default)]
    pub by: Option<Username>,
    /// Since when.
    pub since: Timestamp,
}

impl Sanction {
    /// Whether it is in force at that time.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// All that decides who may do what beside memberships and ownership.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// Counts up with every change.
    pub count: u64,
    /// Bans and silences, each with its number; some may be over.
    pub sanctions: Vec<(i64, Sanction)>,
    /// Who keeps order in which room.
    pub moderators: Vec<(RoomId, Username)>,
    /// Who administers the server.
    pub admins: Vec<Username>,
    /// Accounts that may not log in.
    pub disabled: Vec<Username>,
}

/// What was done by whom to whom. It never holds what was said, nor a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deed {
    /// When.
    pub time: Timestamp,
    /// What.
    pub act: DeedKind,
    /// Who did it; `None`: the operator, at the command line.
    pub by: Option<Username>,
    /// To whom: a username or a network.
    pub whom: Option<String>,
    /// In which room: its name, or its number where it has none.
    pub room: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
    /// Why and until when, in the words of who did it.
    pub note: Option<String>,
}

/// What the administrators were told of somebody.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Report {
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub reporter: Username,
    /// Of whom.
    pub reported: Username,
    /// What happened, in the reporter's words.
    pub note: String,
    /// What was said, as far as the reporter attached it.
    pub messages: Vec<Message>,
    /// Who has dealt with it, where somebody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
}

/// A report, and by what it is named.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledReport {
    /// Its number.
    pub id: i64,
    /// What was reported.
    pub report: Report,
}

/// A report that somebody has dealt with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Resolved {
    /// Who.
    pub by: Username,
    /// When.
    pub at: Timestamp,
}

macro_rules! deed_kinds {
    ($($(#[$about:meta])+ $kind:ident = $name:literal,)+) => {
        /// What can be done that is noted.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum DeedKind {
            $($(#[$about])+ $kind,)+
        }

        impl DeedKind {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// The word that stands for it in lists and in the store.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

deed_kinds! {
    /// A guest's name became an account.
    AccountMade = "account_made",
    /// An account may no longer log in.
    AccountDisabled = "account_disabled",
    /// An account may log in again.
    AccountEnabled = "account_enabled",
    /// An account has another password.
    PasswordChanged = "password_changed",
    /// An API token was made.
    TokenMade = "token_made",
    /// An API token was revoked.
    TokenRevoked = "token_revoked",
    /// More logins failed than are allowed.
    LoginsLimited = "logins_limited",
    /// An account administers the server.
    AdminMade = "admin_made",
    /// It does so no longer.
    AdminUnmade = "admin_unmade",
    /// A member keeps order in a room.
    ModeratorMade = "moderator_made",
    /// He does so no longer.
    ModeratorUnmade = "moderator_unmade",
    /// A room passed to another member.
    OwnerChanged = "owner_changed",
    /// A room was deleted.
    RoomDeleted = "room_deleted",
    /// A member was taken out of a room.
    Kicked = "kicked",
    /// Somebody is kept out of a room.
    Banned = "banned",
    /// He may come again.
    Unbanned = "unbanned",
    /// Somebody may say nothing in a room.
    Silenced = "silenced",
    /// He may speak again.
    Unsilenced = "unsilenced",
    /// Somebody is kept out of the server.
    ServerBanned = "server_banned",
    /// He may come again.
    ServerUnbanned = "server_unbanned",
    /// What somebody else said was deleted.
    MessageDeleted = "message_deleted",
    /// A report was dealt with.
    ReportResolved = "report_resolved",
}

mod network_as_text {
    //! A network in a line of an export.

    use ipnet::IpNet;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(network: &IpNet, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(network)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IpNet, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
