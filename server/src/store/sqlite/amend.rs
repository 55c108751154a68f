//! What is done to messages after they were said.

use shared::{Change, Emoji, RoomId, Seq};
use sqlx::{Row, SqliteConnection};

use super::fault::Fault;
use super::rows::{message, message_columns, message_joins, place, room_number, time};
use super::{SqliteStore, messages, order, people, words};
use crate::store::{Act, Amended, Amendment, Message, Timestamp, Version};

pub(super) async fn amend(store: &SqliteStore, batch: &[Amendment]) -> Result<Vec<Amended>, Fault> {
    let mut tx = store.write().await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for amendment in batch {
        outcomes.push(amend_one(&mut tx, amendment).await?);
    }
    if outcomes.iter().any(|outcome| matches!(outcome, Amended::Done(_))) {
        tx.commit().await?;
    }
    Ok(outcomes)
}

async fn amend_one(db: &mut SqliteConnection, amendment: &Amendment) -> Result<Amended, Fault> {
    let Some(at) = place(amendment.room, amendment.seq) else { return Ok(Amended::NoSuchMessage) };
    let Some(message) = messages::find(db, at).await? else { return Ok(Amended::NoSuchMessage) };
    if let Some(refused) = amendment.refused(&message) {
        return Ok(refused);
    }
    let change: i64 = sqlx::query_scalar("UPDATE rooms SET change = change + 1 WHERE id = ?1 RETURNING change")
        .bind(room_number(amendment.room))
        .fetch_one(&mut *db)
        .await?;
    match &amendment.act {
        Act::Edit(body) => edit(db, at, &message, body, amendment.time).await?,
        Act::Delete => delete(db, at, &message).await?,
        Act::React(_) | Act::Unreact(_) => react(db, at, amendment, change).await?,
    }
    sqlx::query("UPDATE messages SET change = ?2 WHERE place = ?1").bind(at).bind(change).execute(&mut *db).await?;
    order::note_any(&mut *db, amendment.deed.as_ref()).await?;
    let now = messages::find(db, at).await?;
    Ok(now.map_or(Amended::NoSuchMessage, |message| Amended::Done(Box::new(message))))
}

async fn edit(db: &mut SqliteConnection, at: i64, before: &Message, body: &str, now: Timestamp) -> Result<(), Fault> {
    let since = before.since.edited_at.unwrap_or(before.time);
    keep_version(db, at, since, &before.body).await?;
    sqlx::query("UPDATE messages SET body = ?2, edited_at = ?3 WHERE place = ?1")
        .bind(at)
        .bind(body)
        .bind(now.0)
        .execute(&mut *db)
        .await?;
    words::replace(db, at, &before.sender, body).await
}

/// Keeps what a message said. False: just that is kept already.
pub(super) async fn keep_version(
    db: &mut SqliteConnection,
    at: i64,
    time: Timestamp,
    body: &str,
) -> Result<bool, Fault> {
    let kept = sqlx::query(
        "INSERT INTO versions (place, time, body) SELECT ?1, ?2, ?3
         WHERE NOT EXISTS (SELECT 1 FROM versions WHERE place = ?1 AND time = ?2 AND body = ?3)",
    )
    .bind(at)
    .bind(time.0)
    .bind(body)
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}

async fn delete(db: &mut SqliteConnection, at: i64, before: &Message) -> Result<(), Fault> {
    words::replace(db, at, &before.sender, "").await?;
    forget_acts(db, at, at).await?;
    sqlx::query("UPDATE messages SET body = '', metadata = NULL, deleted = 1 WHERE place = ?1")
        .bind(at)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes out what belongs to the messages from one place to another, the messages themselves apart.
pub(super) async fn forget(db: &mut SqliteConnection, first: i64, last: i64) -> Result<(), Fault> {
    words::remove(db, first, last).await?;
    forget_acts(db, first, last).await
}

async fn forget_acts(db: &mut SqliteConnection, first: i64, last: i64) -> Result<(), Fault> {
    for forget in [
        "DELETE FROM versions WHERE place >= ?1 AND place <= ?2",
        "DELETE FROM reactions WHERE place >= ?1 AND place <= ?2",
    ] {
        sqlx::query(forget).bind(first).bind(last).execute(&mut *db).await?;
    }
    Ok(())
}

async fn react(db: &mut SqliteConnection, at: i64, amendment: &Amendment, nth: i64) -> Result<(), Fault> {
    let user = people::id(db, &amendment.by, amendment.time).await?;
    match &amendment.act {
        Act::React(emoji) => put(db, at, emoji, user, nth).await,
        Act::Unreact(emoji) => {
            sqlx::query("DELETE FROM reactions WHERE place = ?1 AND emoji = ?2 AND user_id = ?3")
                .bind(at)
                .bind(emoji.as_str())
                .bind(user)
                .execute(db)
                .await?;
            Ok(())
        }
        Act::Edit(_) | Act::Delete => Ok(()),
    }
}

pub(super) async fn put(db: &mut SqliteConnection, at: i64, emoji: &Emoji, user: i64, nth: i64) -> Result<(), Fault> {
    sqlx::query("INSERT INTO reactions (place, emoji, user_id, nth) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        .bind(at)
        .bind(emoji.as_str())
        .bind(user)
        .bind(nth)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn amended(
    store: &SqliteStore,
    room: RoomId,
    after: Change,
    until: Seq,
    limit: u32,
) -> Result<Vec<Message>, Fault> {
    const AMENDED: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x INDEXED BY messages_amended CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.room_id = ?1 AND x.change > 0 AND x.change > ?2 AND x.place <= ?3 ORDER BY x.place LIMIT ?4"
    );
    let Some((room, until)) = room_number(room).zip(place(room, until)) else { return Ok(Vec::new()) };
    let rows = sqlx::query(AMENDED)
        .bind(room)
        .bind(i64::try_from(after.0).unwrap_or(i64::MAX))
        .bind(until)
        .bind(limit)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(message).collect()
}

pub(super) async fn versions(store: &SqliteStore, room: RoomId, seq: Seq, limit: u32) -> Result<Vec<Version>, Fault> {
    let rows = sqlx::query("SELECT body, time FROM versions WHERE place = ?1 ORDER BY id DESC LIMIT ?2")
        .bind(place(room, seq))
        .bind(limit)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().rev().map(|row| Ok(Version { body: row.try_get("body")?, time: time(row, "time")? })).collect()
}
