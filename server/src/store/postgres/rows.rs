//! How records lie in this engine's rows.

use shared::Seq;
use shared::{Change, ClientId, Emoji, MessageId, MetadataMap, RoomId, RoomName, Username};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::fault::Fault;
use super::text;
pub(super) use crate::store::codes::{
    by_emoji, count, message_kind, mute_level, mute_number, place, position, room_kind, room_kind_number, room_number,
    session_kind, session_kind_number, unplace, unsigned,
};
use crate::store::{Message, Quote, Room, Since, Timestamp};

pub(super) fn username(row: &PgRow, column: &str) -> Result<Username, Fault> {
    Ok(Username::kept(row.try_get(column)?))
}

pub(super) fn optional_username(row: &PgRow, column: &str) -> Result<Option<Username>, Fault> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(Username::kept))
}

/// A text that somebody wrote.
pub(super) fn written(row: &PgRow, column: &str) -> Result<String, Fault> {
    Ok(text::take(row.try_get(column)?))
}

/// A text that somebody may have written.
pub(super) fn optionally_written(row: &PgRow, column: &str) -> Result<Option<String>, Fault> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(text::take))
}

pub(super) fn time(row: &PgRow, column: &str) -> Result<Timestamp, Fault> {
    Ok(Timestamp(row.try_get(column)?))
}

pub(super) fn optional_time(row: &PgRow, column: &str) -> Result<Option<Timestamp>, Fault> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp))
}

pub(super) fn seq(row: &PgRow, column: &str) -> Result<Seq, Fault> {
    Ok(Seq(unsigned(row.try_get(column)?)?))
}

/// What [`room`] reads, from `rooms r` with [`room_joins!`].
macro_rules! room_columns {
    () => {
        "r.id, r.kind, r.name, r.topic, r.last_seq, r.members, r.created_at, r.active_at, r.change,
         owner.name AS owner, one.name AS one, other.name AS other"
    };
}

/// The names that belong to `rooms r`.
macro_rules! room_joins {
    () => {
        " LEFT JOIN users owner ON owner.id = r.owner_id
          LEFT JOIN users one ON one.id = r.one_id
          LEFT JOIN users other ON other.id = r.other_id "
    };
}

/// What [`message`] reads, from `messages x` and its sender `users u` with [`message_joins!`].
macro_rules! message_columns {
    () => {
        "x.place, x.id, u.name AS sender, x.body, x.time, x.kind, x.metadata, x.client_id, x.change, x.edited_at,
         x.deleted, x.reply_seq, quoted.name AS quoted, q.deleted AS quote_deleted, q.body AS quote,
         CASE WHEN x.change > 0 THEN (SELECT json_agg(json_build_array(a.emoji, v.name) ORDER BY a.nth)
             FROM reactions a JOIN users v ON v.id = a.user_id WHERE a.place = x.place)::text END AS reactions"
    };
}

/// What belongs to `messages x`: the message that it answers.
macro_rules! message_joins {
    () => {
        " LEFT JOIN messages q ON q.place = (((x.place >> 32) << 32) | x.reply_seq)
          LEFT JOIN users quoted ON quoted.id = q.sender_id "
    };
}

pub(super) use {message_columns, message_joins, room_columns, room_joins};

pub(super) fn room(row: &PgRow) -> Result<Room, Fault> {
    let name: Option<String> = row.try_get("name")?;
    let one = optional_username(row, "one")?;
    let other = optional_username(row, "other")?;
    Ok(Room {
        id: RoomId(unsigned(row.try_get("id")?)?),
        kind: room_kind(row.try_get("kind")?)?,
        name: name.map(RoomName::kept),
        parties: one.zip(other),
        topic: written(row, "topic")?,
        owner: optional_username(row, "owner")?,
        last_seq: seq(row, "last_seq")?,
        created_at: time(row, "created_at")?,
        active_at: time(row, "active_at")?,
        change: change(row)?,
    })
}

pub(super) fn message(row: &PgRow) -> Result<Message, Fault> {
    let (room, seq) = unplace(row.try_get("place")?)?;
    let metadata: Option<String> = row.try_get("metadata")?;
    let client_id = optionally_written(row, "client_id")?;
    let reactions: Option<String> = row.try_get("reactions")?;
    let damaged = |what: &str| Fault::Damaged(format!("{what} of message {seq} in room {room}"));
    let reactions: Vec<(Emoji, String)> = match reactions {
        Some(text) => serde_json::from_str(&text).map_err(|_| damaged("the reactions"))?,
        None => Vec::new(),
    };
    Ok(Message {
        room,
        seq,
        id: MessageId(written(row, "id")?),
        sender: username(row, "sender")?,
        body: written(row, "body")?,
        time: time(row, "time")?,
        kind: message_kind(row.try_get("kind")?)?,
        metadata: match metadata {
            Some(text) => serde_json::from_str(&text).map_err(|_| damaged("the metadata"))?,
            None => MetadataMap::new(),
        },
        client_id: client_id.map(ClientId::try_from).transpose().map_err(|_| damaged("the client_id"))?,
        reply_to: quote(row)?,
        since: Since {
            change: change(row)?,
            edited_at: optional_time(row, "edited_at")?,
            deleted: row.try_get("deleted")?,
            reactions: by_emoji(reactions),
        },
    })
}

pub(super) fn change(row: &PgRow) -> Result<Change, Fault> {
    Ok(Change(unsigned(row.try_get("change")?)?))
}

fn quote(row: &PgRow) -> Result<Option<Quote>, Fault> {
    let Some(sender) = optional_username(row, "quoted")? else { return Ok(None) };
    let deleted: bool = row.try_get("quote_deleted")?;
    let excerpt = if deleted { None } else { Some(shared::excerpt(&written(row, "quote")?)) };
    Ok(Some(Quote { seq: seq(row, "reply_seq")?, sender, excerpt }))
}
