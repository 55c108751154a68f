//! What messages are found by: their words, and whom they name.

use shared::{RoomId, Username, mentioned};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::fault::Fault;
use super::insertion::NewRow;
use super::rows::{json, place};
use super::{SqliteStore, backlog};
use crate::store::{Message, Query, Timestamp};

/// A message's place and the key of a user whom it names.
pub(super) type Mention = (i64, String);

/// Whom a message names, its sender apart.
pub(super) fn mentions_of(place: i64, sender: &Username, body: &str) -> impl Iterator<Item = Mention> {
    let sender = sender.key();
    mentioned(body).into_iter().map(|name| name.key()).filter(move |key| *key != sender).map(move |key| (place, key))
}

/// Notes whom messages name, where there are such users.
pub(super) async fn mention(db: &mut SqliteConnection, mentions: &[Mention]) -> Result<(), Fault> {
    if mentions.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO mentions (user_id, place)
         SELECT u.id, given.value ->> 0 FROM jsonb_each(?1) AS given CROSS JOIN users u ON u.key = given.value ->> 1
         WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(json(mentions)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Makes messages findable.
pub(super) async fn add(db: &mut SqliteConnection, rows: &[&NewRow<'_>]) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let bodies: Vec<(i64, &str)> = rows.iter().map(|row| (row.place(), row.body())).collect();
    sqlx::query("INSERT INTO words (rowid, body) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?1)")
        .bind(json(&bodies)?)
        .execute(db)
        .await?;
    Ok(())
}

/// Makes the next messages of a room findable, behind those that are: how many it were.
pub(super) async fn add_next(db: &mut SqliteConnection, room: i64, most: usize) -> Result<usize, Fault> {
    let added = sqlx::query(
        "INSERT INTO words (rowid, body)
         SELECT x.place, x.body FROM messages x
         WHERE x.place > (SELECT coalesce(max(w.id), ?1 << 32) FROM words_docsize w
                          WHERE w.id > ?1 << 32 AND w.id < (?1 + 1) << 32)
             AND x.place < (?1 + 1) << 32
         ORDER BY x.place LIMIT ?2",
    )
    .bind(room)
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .execute(db)
    .await?;
    Ok(usize::try_from(added.rows_affected()).unwrap_or(usize::MAX))
}

/// Takes out what messages from one place to another were found by.
pub(super) async fn remove(db: &mut SqliteConnection, first: i64, last: i64) -> Result<(), Fault> {
    for forget in [
        "DELETE FROM words WHERE rowid >= ?1 AND rowid <= ?2",
        "DELETE FROM mentions WHERE place >= ?1 AND place <= ?2",
    ] {
        sqlx::query(forget).bind(first).bind(last).execute(&mut *db).await?;
    }
    Ok(())
}

/// A message has another body, which may be empty; its row in `words` stays, since [`add_next`] goes by the last.
pub(super) async fn replace(db: &mut SqliteConnection, at: i64, sender: &Username, body: &str) -> Result<(), Fault> {
    let findable: Option<i64> =
        sqlx::query_scalar("SELECT id FROM words_docsize WHERE id = ?1").bind(at).fetch_optional(&mut *db).await?;
    remove(db, at, at).await?;
    if findable.is_some() {
        sqlx::query("INSERT INTO words (rowid, body) VALUES (?1, ?2)").bind(at).bind(body).execute(&mut *db).await?;
    }
    mention(db, &Vec::from_iter(mentions_of(at, sender, body))).await
}

/// Room by room, the newest that fit; of these the newest of all. A room is not asked where what was found already is
/// newer than all that was said there.
pub(super) async fn search(store: &SqliteStore, query: &Query) -> Result<Vec<Message>, Fault> {
    let (Some(matching), Some(last)) = (matching(&query.words), (query.limit as usize).checked_sub(1)) else {
        return Ok(Vec::new());
    };
    backlog::before_search(store, query.rooms.iter().map(|(room, _)| *room)).await?;
    let mut db = store.read().await?;
    let mut found: Vec<(Timestamp, i64)> = Vec::new();
    for (active_at, after, before) in rooms(&mut db, query).await? {
        if found.get(last).is_some_and(|(time, _)| *time > active_at) {
            break;
        }
        found.extend(hits(&mut db, query, &matching, after, before).await?);
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.truncate(last + 1);
    }
    let mut messages = Vec::with_capacity(found.len());
    for (_, place) in found {
        messages.extend(super::messages::find(&mut db, place).await?);
    }
    Ok(messages)
}

/// The rooms to look through, latest active first: when that was, and between which places.
async fn rooms(db: &mut SqliteConnection, query: &Query) -> Result<Vec<(Timestamp, i64, i64)>, Fault> {
    let given: Vec<(RoomId, i64)> =
        query.rooms.iter().filter_map(|(room, hidden)| Some((*room, place(*room, *hidden)?))).collect();
    let rows = sqlx::query(
        "SELECT r.active_at, given.value ->> 1 AS after, (r.id + 1) << 32 AS before
         FROM jsonb_each(?1) AS given CROSS JOIN rooms r ON r.id = given.value ->> 0 ORDER BY r.active_at DESC",
    )
    .bind(json(&given)?)
    .fetch_all(db)
    .await?;
    let bounds = |row: &SqliteRow| {
        Ok((Timestamp(row.try_get("active_at")?), row.try_get_unchecked("after")?, row.try_get_unchecked("before")?))
    };
    rows.iter().map(bounds).collect()
}

async fn hits(
    db: &mut SqliteConnection,
    query: &Query,
    matching: &str,
    after: i64,
    before: i64,
) -> Result<Vec<(Timestamp, i64)>, Fault> {
    let (behind_time, behind_place) =
        query.behind.and_then(|(time, room, seq)| Some((time.0, place(room, seq)?))).unwrap_or((i64::MAX, i64::MAX));
    let rows = sqlx::query(
        "SELECT x.place, x.time FROM words CROSS JOIN messages x ON x.place = words.rowid
         WHERE words MATCH ?1 AND words.rowid > ?2 AND words.rowid < ?3
             AND x.time >= ?4 AND x.time < ?5 AND (x.time, x.place) < (?6, ?7)
             AND (?8 IS NULL OR x.sender_id = (SELECT id FROM users WHERE key = ?8))
         ORDER BY words.rowid DESC LIMIT ?9",
    )
    .bind(matching)
    .bind(after)
    .bind(before)
    .bind(query.after.map_or(i64::MIN, |time| time.0))
    .bind(query.before.map_or(i64::MAX, |time| time.0))
    .bind(behind_time)
    .bind(behind_place)
    .bind(query.sender.as_ref().map(Username::key))
    .bind(query.limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((Timestamp(row.try_get("time")?), row.try_get("place")?))).collect()
}

/// The words in the engine's own language, each quoted so that nothing in it means anything else. `None`: no words.
fn matching(words: &[String]) -> Option<String> {
    let quoted: Vec<_> = words
        .iter()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"", word.replace('"', " ")))
        .collect();
    if quoted.is_empty() { None } else { Some(format!("{}*", quoted.join(" "))) }
}
