//! What those ask over HTTP who administer the server: reports, bans, and the log of what was done.

use gloo_net::http::Method;
use serde::Deserialize;
use serde_json::json;
use shared::{RoomId, Seq};

use crate::http_api::{exchange, read};
use crate::server_api::ApiError;

/// What somebody reported.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Report {
    /// By what it is resolved.
    pub id: u64,
    /// When: UTC, RFC 3339.
    pub time: String,
    /// Who reported.
    pub reporter: String,
    /// Whom.
    pub reported: String,
    /// What the reporter says of it.
    #[serde(default)]
    pub note: String,
    /// The messages, as they were then.
    #[serde(default)]
    pub messages: Vec<Attached>,
    /// There where somebody has dealt with it.
    #[serde(default)]
    pub resolved: Option<Resolved>,
}

/// A message of a report.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Attached {
    /// Its conversation, where that still exists.
    #[serde(default)]
    pub room: Option<RoomId>,
    /// Its number there.
    #[serde(default)]
    pub seq: Option<Seq>,
    /// Who said it.
    pub from: String,
    /// What was said.
    pub body: String,
}

/// Who dealt with a report.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Resolved {
    /// Who.
    pub by: String,
    /// When: UTC, RFC 3339.
    pub at: String,
}

/// Somebody, or a network, that is kept out of the server.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Ban {
    /// By what it is lifted.
    pub id: u64,
    /// Whom.
    #[serde(default)]
    pub user: Option<String>,
    /// From where.
    #[serde(default)]
    pub network: Option<String>,
    /// When it ends: UTC, RFC 3339. Without it, when it is lifted.
    #[serde(default)]
    pub until: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// Since when: UTC, RFC 3339.
    pub since: String,
}

/// Something that was done to keep order.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Deed {
    /// When: UTC, RFC 3339.
    pub time: String,
    /// By whom; nobody where the operator did it at the server itself.
    #[serde(default)]
    pub by: Option<String>,
    /// What, as `room_ban`.
    pub act: String,
    /// To whom.
    #[serde(default)]
    pub whom: Option<String>,
    /// Where.
    #[serde(default)]
    pub room: Option<String>,
    /// Why, or more of it.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Deserialize)]
struct Reports {
    reports: Vec<Report>,
}

#[derive(Deserialize)]
struct Bans {
    bans: Vec<Ban>,
}

#[derive(Deserialize)]
struct Entries {
    entries: Vec<Deed>,
}

/// What was reported, newest first.
///
/// # Errors
/// `not_an_admin`; so for all that follow.
pub async fn reports() -> Result<Vec<Report>, ApiError> {
    let all: Reports = read(&exchange(Method::GET, "/api/reports", None).await?)?;
    Ok(all.reports)
}

/// Marks a report as dealt with.
///
/// # Errors
/// As [`reports`].
pub async fn resolve(id: u64) -> Result<(), ApiError> {
    exchange(Method::POST, &format!("/api/reports/{id}/resolve"), None).await.map(drop)
}

/// Who is kept out of the server.
///
/// # Errors
/// As [`reports`].
pub async fn bans() -> Result<Vec<Ban>, ApiError> {
    let all: Bans = read(&exchange(Method::GET, "/api/bans", None).await?)?;
    Ok(all.bans)
}

/// Whom to keep out of the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Whom {
    /// Somebody, by name.
    User,
    /// Everybody from an address or a network, as `203.0.113.0/24`.
    Network,
}

/// Keeps a user or a network out of the server; connections from there close at once. Without an end it holds until it
/// is lifted.
///
/// # Errors
/// As [`reports`], and `bad_field`.
pub async fn ban(whom: Whom, name: &str, until: Option<String>, reason: &str) -> Result<(), ApiError> {
    let key = match whom {
        Whom::User => "user",
        Whom::Network => "network",
    };
    let mut ban = json!({ key: name });
    if let Some(until) = until {
        ban["until"] = json!(until);
    }
    if !reason.is_empty() {
        ban["reason"] = json!(reason);
    }
    exchange(Method::POST, "/api/bans", Some(ban)).await.map(drop)
}

/// Lets somebody in again.
///
/// # Errors
/// As [`reports`].
pub async fn lift(id: u64) -> Result<(), ApiError> {
    exchange(Method::DELETE, &format!("/api/bans/{id}"), None).await.map(drop)
}

/// What was done to keep order, newest first.
///
/// # Errors
/// As [`reports`].
pub async fn audit() -> Result<Vec<Deed>, ApiError> {
    let all: Entries = read(&exchange(Method::GET, "/api/audit?limit=200", None).await?)?;
    Ok(all.entries)
}
