//! Uploading files, and fetching them. What was uploaded is shown to nobody but who may read the message it belongs to,
//! and in no way that could run in this server's name.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use shared::{ErrorBody, FileInfo};
use tokio::time::Instant;
use utoipa::ToSchema;

use super::HttpState;
use super::asking::{ApiRefusal, Asker};
use super::webhooks::Place;
use crate::config::UploadPace;
use crate::hub::{Allowed, Caller, Hub, Refusal, Uploaded};
use crate::uploads::{Upload, UploadError, is_shown};

/// What a file may do that a browser shows by itself: nothing.
const POLICY: &str = "default-src 'none'; sandbox";

/// The addresses. Uploads have a limit of their own, which is counted as they come.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/files", get(limits).post(upload))
        .route("/api/files/{id}", delete(take_back))
        .route("/files/{id}/{name}", get(fetch))
        .layer(DefaultBodyLimit::disable())
}

/// What uploading is limited to.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadLimits {
    /// Who may: `on`: everybody, `accounts`, or `off`: nobody.
    uploads: String,
    /// The largest file, in bytes.
    max_bytes: u64,
    /// How much one user may have in all, in bytes.
    quota_bytes: u64,
    /// How much of that is used.
    used_bytes: u64,
}

/// What an upload is for.
#[derive(Debug, Deserialize)]
pub struct UploadQuery {
    room: String,
    name: String,
}

/// How a file is wanted.
#[derive(Debug, Deserialize)]
pub struct FetchQuery {
    download: Option<String>,
}

/// `GET /api/files`
#[utoipa::path(get, path = "/api/files", tag = "files", summary = "What uploading is limited to",
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "The limits", body = UploadLimits),
        (status = 401, description = "Nobody is signed in", body = ErrorBody)))]
pub async fn limits(State(state): State<HttpState>, Asker(caller): Asker) -> Result<Json<UploadLimits>, ApiRefusal> {
    let settings = state.hub.upload_settings();
    Ok(Json(UploadLimits {
        uploads: settings.who.to_string(),
        max_bytes: settings.max_bytes,
        quota_bytes: settings.quota_bytes,
        used_bytes: state.hub.uploaded_by(&caller.name).await?,
    }))
}

/// `POST /api/files?room=…&name=…`: the body is the file itself.
#[utoipa::path(post, path = "/api/files", tag = "files", summary = "Uploads a file for a room",
    description = "The body is the file itself. What it holds is told by its bytes: images, texts, documents, archives, \
        sound and film are taken. The answer's `id` is then said with a message; without one it is gone after a day.",
    params(("room" = String, Query, description = "The room's number, or its name", example = "ops"),
        ("name" = String, Query, description = "What it is called", example = "plan.pdf")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 201, description = "It is on disk", body = FileInfo),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "Not for this user, or not in this room", body = ErrorBody),
        (status = 404, description = "There is no such room", body = ErrorBody),
        (status = 413, description = "It is too large, or the quota is used up", body = ErrorBody),
        (status = 422, description = "The name is wrong, or the file is of a kind that is not taken", body = ErrorBody)))]
pub async fn upload(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Query(UploadQuery { room, name }): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiRefusal> {
    let Place(place) = room.parse()?;
    let allowed = state.hub.allow_upload(&caller, &place, &name).await?;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > allowed.limit) {
        return Err(too_large(&allowed).into());
    }
    let mut writing = state.uploads.begin(&allowed.id).await.map_err(|error| not_written(&error))?;
    receive(body.into_data_stream(), &mut writing, &allowed, &state.hub, &caller).await?;
    let refused = Refusal::BadField { field: "file", problem: "is of a kind that is not taken here, or empty" };
    let kind = writing.kind().ok_or(refused)?;
    let uploaded = Uploaded { size: writing.size(), media_type: kind.media_type, dimensions: kind.dimensions };
    writing.finish().await.map_err(|error| not_written(&error))?;
    let id = allowed.id.clone();
    match state.hub.keep_file(&caller, allowed, uploaded).await {
        Ok(file) => Ok((StatusCode::CREATED, Json(file)).into_response()),
        Err(refusal) => {
            clear_away(&state, &id).await;
            Err(refusal.into())
        }
    }
}

/// `DELETE /api/files/{id}`
#[utoipa::path(delete, path = "/api/files/{id}", tag = "files", summary = "Takes back a file that was not said",
    description = "It is gone at once and no longer counts against the quota. A file that belongs to a message goes \
        with the message.",
    params(("id" = String, Path, description = "The file", example = "4b1ed0af31a4bb9d3f0c1a2b5c6d7e8f")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "It is gone"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 404, description = "This user has no such file, or has said it", body = ErrorBody)))]
pub async fn take_back(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    state.hub.take_back_file(&caller, &id).await?;
    clear_away(&state, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the bytes of an upload away that nobody knows any more.
async fn clear_away(state: &HttpState, id: &str) {
    if let Err(error) = state.uploads.remove(id).await {
        tracing::warn!(%error, "an upload that is not kept could not be taken away; it is swept away");
    }
}

/// `GET /files/{id}/{name}`
#[utoipa::path(get, path = "/files/{id}/{name}", tag = "files", summary = "Fetches a file",
    description = "For whoever may read the message it belongs to. Images are shown, all else is saved.",
    params(("id" = String, Path, description = "The file", example = "4b1ed0af31a4bb9d3f0c1a2b5c6d7e8f"),
        ("name" = String, Path, description = "Any name", example = "plan.pdf"),
        ("download" = Option<String>, Query, description = "An image is saved too")),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The part that was asked for", content_type = "application/octet-stream",
            body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 404, description = "There is none, or not for this user", body = ErrorBody),
        (status = 416, description = "It has no such part")))]
pub async fn fetch(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path((id, _)): Path<(String, String)>,
    Query(FetchQuery { download }): Query<FetchQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiRefusal> {
    let info = state.hub.file(&caller, &id).await?;
    let part = match headers.get(header::RANGE).and_then(|range| range.to_str().ok()) {
        Some(range) => part_of(range, info.size),
        None => Part::Whole,
    };
    let (first, last, status) = match part {
        Part::Whole => (0, info.size.saturating_sub(1), StatusCode::OK),
        Part::Of(first, last) => (first, last, StatusCode::PARTIAL_CONTENT),
        Part::None => {
            let all = [(header::CONTENT_RANGE, format!("bytes */{}", info.size))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, all).into_response());
        }
    };
    let length = last + 1 - first;
    let reading = state.uploads.read(&info.id, first, length).await.map_err(|error| not_read(&info, &error))?;
    let mut response = Body::from_stream(reading).into_response();
    *response.status_mut() = status;
    let shown = is_shown(&info.media_type) && download.is_none();
    let range = (status == StatusCode::PARTIAL_CONTENT).then(|| format!("bytes {first}-{last}/{}", info.size));
    describe(response.headers_mut(), &info, shown, length, range);
    Ok(response)
}

/// Writes what comes, as far and as long as it may.
async fn receive(
    mut body: BodyDataStream,
    writing: &mut Upload,
    allowed: &Allowed,
    hub: &Hub,
    caller: &Caller,
) -> Result<(), ApiRefusal> {
    let (pace, begun) = (hub.upload_settings().pace, Instant::now());
    loop {
        let patience_ends = patience_ends(pace, begun, Instant::now(), writing.size());
        let Ok(part) = tokio::time::timeout_at(patience_ends, body.next()).await else {
            metrics::counter!("confab_uploads_refused_total", "why" => "slow").increment(1);
            return Err(Refusal::BadField { field: "file", problem: "came too slowly" }.into());
        };
        let Some(part) = part else { return Ok(()) };
        let part = part.map_err(|_| Refusal::BadField { field: "file", problem: "did not come whole" })?;
        hub.count_upload(caller, writing.size(), part.len())?;
        if writing.size() + part.len() as u64 > allowed.limit {
            return Err(too_large(allowed).into());
        }
        writing.write(&part).await.map_err(|error| not_written(&error))?;
    }
}

/// Until when the next part must have come: soon, and as soon as the whole is to be fast. However large, what moves goes on.
fn patience_ends(pace: UploadPace, begun: Instant, now: Instant, size: u64) -> Instant {
    let earned = Duration::from_secs_f64(size as f64 / f64::from(pace.per_second.get()));
    (now + pace.stall).min(begun + pace.stall + earned)
}

fn too_large(allowed: &Allowed) -> Refusal {
    let limit = allowed.limit;
    if allowed.by_quota { Refusal::QuotaUsed { limit } } else { Refusal::FileTooLarge { limit } }
}

fn not_written(error: &UploadError) -> Refusal {
    tracing::error!(%error, "uploads cannot be written");
    Refusal::Unavailable
}

/// What is not there any more is gone for good; a database that is away comes back.
fn not_read(info: &FileInfo, error: &UploadError) -> Refusal {
    tracing::error!(%error, file = info.id, "a file that is known cannot be read");
    match error {
        UploadError::Database(_) => Refusal::Unavailable,
        UploadError::Directory(_) | UploadError::NotThere | UploadError::Unknown(_) => Refusal::NoSuch("file"),
    }
}

fn describe(headers: &mut HeaderMap, info: &FileInfo, shown: bool, length: u64, range: Option<String>) {
    let kind = if info.media_type == "text/plain" { "text/plain; charset=utf-8" } else { &info.media_type };
    let disposition =
        if shown { "inline".to_owned() } else { format!("attachment; filename*=UTF-8''{}", last(&info.url)) };
    for (name, value) in [
        (header::CONTENT_TYPE, Some(kind.to_owned())),
        (header::CONTENT_LENGTH, Some(length.to_string())),
        (header::CONTENT_RANGE, range),
        (header::CONTENT_DISPOSITION, Some(disposition)),
        (header::ACCEPT_RANGES, Some("bytes".to_owned())),
        (header::CACHE_CONTROL, Some("private, max-age=3600".to_owned())),
        (header::CONTENT_SECURITY_POLICY, Some(POLICY.to_owned())),
        (header::X_CONTENT_TYPE_OPTIONS, Some("nosniff".to_owned())),
        (header::HeaderName::from_static("cross-origin-resource-policy"), Some("same-origin".to_owned())),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
}

/// The last segment of an address, which is the file's name as a path spells it.
fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// Which part of a file is wanted.
#[derive(Debug, Eq, PartialEq)]
enum Part {
    /// All of it; also where a range is not understood, as HTTP wants it.
    Whole,
    /// From one byte to another, both included.
    Of(u64, u64),
    /// One that is not there.
    None,
}

fn part_of(range: &str, size: u64) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Part::Whole;
    };
    let end = size.saturating_sub(1);
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) if last.is_empty() => (first, end),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => (size.saturating_sub(count), end),
        _ => return Part::Whole,
    };
    if first > last || first >= size { Part::None } else { Part::Of(first, last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_may_take_its_time_and_what_stalls_may_not() {
        let pace = UploadPace { stall: Duration::from_secs(30), per_second: 1_000.try_into().unwrap() };
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let ends = |at, size| patience_ends(pace, begun, after(at), size) - begun;
        assert_eq!(ends(0, 0), Duration::from_secs(30));
        assert_eq!(ends(9_000, 10_000_000), Duration::from_secs(9_030), "fast enough for hours");
        assert_eq!(ends(29, 1), Duration::from_secs_f64(30.001), "a byte now and then is not");
    }

    #[test]
    fn a_range_is_read_as_http_says() {
        for (range, part) in [
            ("bytes=0-3", Part::Of(0, 3)),
            ("bytes=7-", Part::Of(7, 9)),
            ("bytes=-4", Part::Of(6, 9)),
            ("bytes=-40", Part::Of(0, 9)),
            ("bytes=3-40", Part::Of(3, 9)),
            ("bytes=10-", Part::None),
            ("bytes=5-3", Part::None),
            ("bytes=0-1,4-5", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part_of(range, 10), part, "{range}");
        }
    }
}
