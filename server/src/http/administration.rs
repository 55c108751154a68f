//! Keeping order on the whole server over HTTP, for those who administer it: bans, reports, and what was done by whom.

use std::net::IpAddr;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use shared::{ErrorBody, Username};
use utoipa::{IntoParams, ToSchema};

use super::HttpState;
use super::asking::{ApiRefusal, Asker, Body};
use crate::hub::{Refusal, Terms};
use crate::store::{self, Deed, FiledReport, Sanction, Target, Timestamp};

/// The most a body here may hold, in bytes.
const MAX_BODY: usize = 4_096;

/// How many entries are told of which nothing else was said.
const ENTRIES: u32 = 100;

/// The addresses.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/bans", get(bans).post(ban))
        .route("/api/bans/{id}", delete(lift))
        .route("/api/reports", get(reports))
        .route("/api/reports/{id}/resolve", post(resolve))
        .route("/api/audit", get(audit))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// A user or network that the server keeps out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ban {
    /// By what it can be lifted.
    id: i64,
    /// Whom it keeps out; one of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    /// When it ends: UTC, RFC 3339 with milliseconds. Without it, when it is lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Who imposed it; without it, the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Since when.
    since: String,
}

/// Whom the server keeps out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bans {
    /// Oldest first.
    bans: Vec<Ban>,
}

/// A ban to be imposed, on a user or on a network.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewBan {
    /// A username.
    user: Option<String>,
    /// An address or a network.
    #[schema(example = "203.0.113.0/24")]
    network: Option<String>,
    /// When it ends: RFC 3339. Without it, when it is lifted.
    until: Option<String>,
    /// Why, at most 500 bytes in one line; it is told to whom it concerns.
    reason: Option<String>,
}

/// What somebody reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    /// By what it can be resolved.
    id: i64,
    /// When: UTC, RFC 3339 with milliseconds.
    time: String,
    /// Who reports.
    reporter: String,
    /// Whom.
    reported: String,
    /// In his words.
    note: String,
    /// What was said, as far as it was attached.
    messages: Vec<Attached>,
    /// Who has dealt with it, where somebody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved: Option<Resolved>,
}

/// A message that is part of a report, as it was then.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attached {
    /// The conversation.
    room: u64,
    /// Its place there.
    seq: u64,
    /// Who said it.
    from: String,
    /// What was said.
    body: String,
    /// When.
    time: String,
}

/// Who has dealt with a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resolved {
    /// Who.
    by: String,
    /// When.
    at: String,
}

/// What was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reports {
    /// Newest first.
    reports: Vec<Report>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// When: UTC, RFC 3339 with milliseconds.
    time: String,
    /// What, such as `banned` or `message_deleted`.
    act: &'static str,
    /// Who did it; without it, the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    whom: Option<String>,
    /// In which room.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Until when and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entries {
    /// Newest first.
    entries: Vec<Entry>,
}

/// Which part of what was done is to be told.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Part {
    /// Only what was done since then: RFC 3339
    #[param(example = "2026-11-21T09:30:00Z")]
    since: Option<String>,
    /// The most entries wanted, at most 1000; 100, where nothing is said
    #[param(example = 100)]
    limit: Option<u32>,
}

/// `GET /api/bans`
#[utoipa::path(get, path = "/api/bans", tag = "administration", summary = "Whom the server keeps out",
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "The bans in force", body = Bans),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing", body = ErrorBody)))]
pub async fn bans(State(state): State<HttpState>, Asker(caller): Asker) -> Result<Json<Bans>, ApiRefusal> {
    let bans = state.hub.server_bans(&caller).await?.into_iter().map(shown_ban).collect();
    Ok(Json(Bans { bans }))
}

/// `POST /api/bans`: connections it concerns are closed with 4403.
#[utoipa::path(post, path = "/api/bans", tag = "administration", summary = "Keeps a user or a network out",
    description = "In every dialect and over HTTP. Connections it concerns are closed at once, with code 4403. A ban on \
        the same user or network is replaced.",
    request_body(content = NewBan, example = json!({ "network": "203.0.113.0/24", "reason": "spam" })),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 201, description = "The ban", body = Ban),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing, or who is meant administers the server too", body = ErrorBody),
        (status = 404, description = "There is no such user", body = ErrorBody),
        (status = 422, description = "A field is wrong", body = ErrorBody)))]
pub async fn ban(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Body(new): Body<NewBan>,
) -> Result<(StatusCode, Json<Ban>), ApiRefusal> {
    let NewBan { user, network, until, reason } = new;
    let whom = match (user, network) {
        (Some(user), None) => {
            let name: Username =
                user.parse().map_err(|error| ApiRefusal::from(Refusal::BadUsername(error)).at("user"))?;
            Target::User(name)
        }
        (None, Some(network)) => Target::Network(parse_network(&network)?),
        (None, None) | (Some(_), Some(_)) => {
            return Err(Refusal::BadField { field: "user", problem: "or network is needed, one of the two" }.into());
        }
    };
    let until = until.map(|until| time("until", &until)).transpose()?;
    let imposed = state.hub.ban_from_server(&caller, whom, Terms { until, reason }).await?;
    Ok((StatusCode::CREATED, Json(shown_ban(imposed))))
}

/// `DELETE /api/bans/{id}`
#[utoipa::path(delete, path = "/api/bans/{id}", tag = "administration", summary = "Lets a user or a network in again",
    params(("id" = i64, Path, description = "Which", example = 3)),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "It is lifted"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing", body = ErrorBody),
        (status = 404, description = "There is no such ban", body = ErrorBody)))]
pub async fn lift(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    let id = id.parse().map_err(|_| Refusal::NoSuch("ban"))?;
    state.hub.lift_server_ban(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/reports`
#[utoipa::path(get, path = "/api/reports", tag = "administration", summary = "What was reported",
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "Every report, those dealt with too", body = Reports),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing", body = ErrorBody)))]
pub async fn reports(State(state): State<HttpState>, Asker(caller): Asker) -> Result<Json<Reports>, ApiRefusal> {
    let reports = state.hub.reports(&caller).await?.into_iter().map(shown_report).collect();
    Ok(Json(Reports { reports }))
}

/// `POST /api/reports/{id}/resolve`
#[utoipa::path(post, path = "/api/reports/{id}/resolve", tag = "administration", summary = "Says that a report is dealt with",
    params(("id" = i64, Path, description = "Which", example = 1)),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "It is noted"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing", body = ErrorBody),
        (status = 404, description = "There is no such report", body = ErrorBody)))]
pub async fn resolve(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    let id = id.parse().map_err(|_| Refusal::NoSuch("report"))?;
    state.hub.resolve_report(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/audit`
#[utoipa::path(get, path = "/api/audit", tag = "administration", summary = "Who did what to whom",
    description = "It never holds what was said, nor a password or token.", params(Part),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "What was done", body = Entries),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Who asks administers nothing", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody)))]
pub async fn audit(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Query(part): Query<Part>,
) -> Result<Json<Entries>, ApiRefusal> {
    let since = part.since.map_or(Ok(Timestamp(i64::MIN)), |since| time("since", &since))?;
    let deeds = state.hub.deeds(&caller, since, part.limit.unwrap_or(ENTRIES)).await?;
    Ok(Json(Entries { entries: deeds.into_iter().map(entry).collect() }))
}

fn parse_network(text: &str) -> Result<IpNet, Refusal> {
    let address = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    let network = text.parse::<IpNet>().or_else(|_| address());
    let problem = "is an address or a network, such as 203.0.113.0/24";
    network.map(|network| network.trunc()).map_err(|_| Refusal::BadField { field: "network", problem })
}

fn time(field: &'static str, text: &str) -> Result<Timestamp, Refusal> {
    Timestamp::parse(text).ok_or(Refusal::BadField { field, problem: "is a time such as 2026-11-21T09:30:00Z" })
}

fn shown_ban((id, ban): (i64, Sanction)) -> Ban {
    let (user, network) = match ban.whom {
        Target::User(name) => (Some(name.into()), None),
        Target::Network(network) => (None, Some(network.to_string())),
    };
    let (until, by) = (ban.until.map(Timestamp::rfc3339), ban.by.map(String::from));
    Ban { id, user, network, until, reason: ban.reason, by, since: ban.since.rfc3339() }
}

fn shown_report(filed: FiledReport) -> Report {
    let FiledReport { id, report: store::Report { time, reporter, reported, note, messages, resolved } } = filed;
    let attached = messages.into_iter().map(|message| Attached {
        room: message.room.0,
        seq: message.seq.0,
        from: message.sender.into(),
        body: message.body,
        time: message.time.rfc3339(),
    });
    Report {
        id,
        time: time.rfc3339(),
        reporter: reporter.into(),
        reported: reported.into(),
        note,
        messages: attached.collect(),
        resolved: resolved.map(|resolved| Resolved { by: resolved.by.into(), at: resolved.at.rfc3339() }),
    }
}

fn entry(deed: Deed) -> Entry {
    let Deed { time, act, by, whom, room, address, note } = deed;
    let (by, address) = (by.map(String::from), address.map(|address| address.to_string()));
    Entry { time: time.rfc3339(), act: act.name(), by, whom, room, address, note }
}
