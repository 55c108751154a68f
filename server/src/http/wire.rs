//! The wire, for people who want to see it: how a message reads in every dialect.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use shared::{ErrorBody, Seq};
use utoipa::ToSchema;

use super::HttpState;
use super::asking::{ApiRefusal, Asker};
use super::webhooks::Place;
use crate::dialect::readings::{self, readings};

/// The address.
pub fn routes() -> Router<HttpState> {
    Router::new().route("/api/rooms/{room}/messages/{seq}/wire", get(wire))
}

/// How a message reads in a dialect.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// The dialect, as its page under `/docs` is named.
    dialect: &'static str,
    /// What people call it.
    title: String,
    /// The frame as it is sent; null: that dialect cannot show this message.
    frame: Option<String>,
}

/// How a message reads in every dialect.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readings {
    /// One a dialect.
    readings: Vec<Reading>,
}

/// `GET /api/rooms/{room}/messages/{seq}/wire`
#[utoipa::path(get, path = "/api/rooms/{room}/messages/{seq}/wire", tag = "messages",
    summary = "How a message reads in every dialect", description = "Made by the dialects' own encoders.",
    params(("room" = String, Path, description = "The room's number, or its name", example = "lobby"),
        ("seq" = u64, Path, description = "The message's place in it", example = 1)),
    security(("basic" = []), ("bearer" = []), ("token" = []), ("cookie" = [])),
    responses((status = 200, description = "One a dialect", body = Readings),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 404, description = "There is no such message, or not for this user", body = ErrorBody)))]
pub async fn wire(
    State(state): State<HttpState>,
    Asker(caller): Asker,
    Path((room, seq)): Path<(String, u64)>,
) -> Result<Json<Readings>, ApiRefusal> {
    let Place(place) = room.parse()?;
    let told = state.hub.message(&caller, &place, Seq(seq)).await?;
    let readings = readings(&told.room, &told.message, &told.members, &caller.name).into_iter();
    let readings = readings.map(|readings::Reading { dialect, title, frame }| Reading { dialect, title, frame });
    Ok(Json(Readings { readings: readings.collect() }))
}
