//! How records lie in this engine's rows: 16 bytes for a UUID, lists as JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::{Change, ClientId, MessageId, MetadataMap, RoomId, RoomName, Seq, Username};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, TypeInfo, ValueRef};
use uuid::Uuid;

use super::fault::Fault;
pub(super) use crate::store::codes::{
    by_emoji, count, message_kind, mute_level, mute_number, place, position, room_kind, room_kind_number, room_number,
    session_kind, session_kind_number, unplace, unsigned,
};
use crate::store::{Message, Quote, Room, Since, Timestamp};

/// The hexadecimal form of an id's 16 bytes, where it is a UUID in the usual spelling and so comes back the same.
pub(super) fn compact(id: &MessageId) -> Option<String> {
    let uuid = Uuid::try_parse(&id.0).ok()?;
    if uuid.as_hyphenated().to_string() == id.0 { Some(uuid.as_simple().to_string()) } else { None }
}

pub(super) fn message_id(row: &SqliteRow, column: &str) -> Result<MessageId, Fault> {
    let is_text = row.try_get_raw(column)?.type_info().name() == "TEXT";
    if is_text {
        return Ok(MessageId(row.try_get_unchecked(column)?));
    }
    let bytes: &[u8] = row.try_get_unchecked(column)?;
    let uuid = Uuid::from_slice(bytes).map_err(|_| Fault::Damaged("a message id that is none".to_owned()))?;
    Ok(MessageId(uuid.as_hyphenated().to_string()))
}

pub(super) fn username(row: &SqliteRow, column: &str) -> Result<Username, Fault> {
    Ok(Username::kept(row.try_get(column)?))
}

pub(super) fn optional_username(row: &SqliteRow, column: &str) -> Result<Option<Username>, Fault> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(Username::kept))
}

pub(super) fn time(row: &SqliteRow, column: &str) -> Result<Timestamp, Fault> {
    Ok(Timestamp(row.try_get(column)?))
}

pub(super) fn seq(row: &SqliteRow, column: &str) -> Result<Seq, Fault> {
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
         iif(x.change > 0, (SELECT json_group_array(json_array(r.emoji, v.name) ORDER BY r.nth)
             FROM reactions r CROSS JOIN users v ON v.id = r.user_id WHERE r.place = x.place), NULL) AS reactions"
    };
}

/// What belongs to `messages x`: the message that it answers.
macro_rules! message_joins {
    () => {
        " LEFT JOIN messages q ON q.place = (x.room_id << 32) | x.reply_seq
          LEFT JOIN users quoted ON quoted.id = q.sender_id "
    };
}

pub(super) use {message_columns, message_joins, room_columns, room_joins};

pub(super) fn room(row: &SqliteRow) -> Result<Room, Fault> {
    let name: Option<String> = row.try_get("name")?;
    let one = optional_username(row, "one")?;
    let other = optional_username(row, "other")?;
    Ok(Room {
        id: RoomId(unsigned(row.try_get("id")?)?),
        kind: room_kind(row.try_get("kind")?)?,
        name: name.map(RoomName::kept),
        parties: one.zip(other),
        topic: row.try_get("topic")?,
        owner: optional_username(row, "owner")?,
        last_seq: seq(row, "last_seq")?,
        created_at: time(row, "created_at")?,
        active_at: time(row, "active_at")?,
        change: change(row)?,
    })
}

pub(super) fn message(row: &SqliteRow) -> Result<Message, Fault> {
    let (room, seq) = unplace(row.try_get("place")?)?;
    let metadata: Option<String> = row.try_get("metadata")?;
    let client_id: Option<String> = row.try_get("client_id")?;
    let damaged = |what: &str| Fault::Damaged(format!("{what} of message {seq} in room {room}"));
    Ok(Message {
        room,
        seq,
        id: message_id(row, "id")?,
        sender: username(row, "sender")?,
        body: row.try_get("body")?,
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
            edited_at: row.try_get::<Option<i64>, _>("edited_at")?.map(Timestamp),
            deleted: row.try_get("deleted")?,
            reactions: match row.try_get::<Option<String>, _>("reactions")? {
                Some(text) => by_emoji(serde_json::from_str(&text).map_err(|_| damaged("the reactions"))?),
                None => Vec::new(),
            },
        },
    })
}

pub(super) fn change(row: &SqliteRow) -> Result<Change, Fault> {
    Ok(Change(unsigned(row.try_get("change")?)?))
}

fn quote(row: &SqliteRow) -> Result<Option<Quote>, Fault> {
    let Some(sender) = optional_username(row, "quoted")? else { return Ok(None) };
    let deleted: bool = row.try_get("quote_deleted")?;
    let excerpt = if deleted { None } else { Some(shared::excerpt(row.try_get("quote")?)) };
    Ok(Some(Quote { seq: seq(row, "reply_seq")?, sender, excerpt }))
}

/// A list as one parameter.
pub(super) fn json<T: Serialize>(list: &[T]) -> Result<String, Fault> {
    serde_json::to_string(list).map_err(|error| Fault::Sql(sqlx::Error::Encode(Box::new(error))))
}

/// A list that a row's one column holds.
pub(super) fn listed<T: DeserializeOwned>(row: &SqliteRow) -> Result<Vec<T>, Fault> {
    let text: &str = row.try_get_unchecked(0)?;
    serde_json::from_str(text).map_err(|error| Fault::Damaged(format!("a list: {error}")))
}
