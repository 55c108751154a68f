//! What is known of uploads.

use std::collections::HashSet;

use shared::{RoomId, Username};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::fault::Fault;
use super::rows::{json, room_number, unplace, unsigned, username};
use super::{SqliteStore, people};
use crate::store::{StoredFile, Timestamp};

/// What [`file`] reads.
macro_rules! file_columns {
    () => {
        "SELECT f.id, f.room_id, u.name AS user, f.place, f.name, f.size, f.media_type, f.width, f.height, f.created_at
         FROM files f CROSS JOIN users u ON u.id = f.user_id "
    };
}

fn file(row: &SqliteRow) -> Result<StoredFile, Fault> {
    let place: Option<i64> = row.try_get("place")?;
    Ok(StoredFile {
        id: row.try_get("id")?,
        room: RoomId(unsigned(row.try_get("room_id")?)?),
        user: username(row, "user")?,
        said: place.map(unplace).transpose()?.map(|(_, seq)| seq),
        name: row.try_get("name")?,
        size: unsigned(row.try_get("size")?)?,
        media_type: row.try_get("media_type")?,
        width: row.try_get("width")?,
        height: row.try_get("height")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

pub(super) async fn add(store: &SqliteStore, file: &StoredFile) -> Result<bool, Fault> {
    let mut tx = store.write().await?;
    let user = people::id(&mut tx, &file.user, file.created_at).await?;
    let added = sqlx::query(
        "INSERT INTO files (id, room_id, user_id, name, size, media_type, width, height, created_at)
         SELECT ?1, r.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM rooms r WHERE r.id = ?2",
    )
    .bind(file.id.as_str())
    .bind(room_number(file.room))
    .bind(user)
    .bind(file.name.as_str())
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.media_type.as_str())
    .bind(file.width)
    .bind(file.height)
    .bind(file.created_at.0)
    .execute(&mut *tx)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Knows a file again that an imported message names; the first of them is the one it belongs to.
pub(super) async fn restore(db: &mut SqliteConnection, place: i64, user: i64, file: &StoredFile) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO files (id, room_id, user_id, place, name, size, media_type, width, height, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
    )
    .bind(file.id.as_str())
    .bind(room_number(file.room))
    .bind(user)
    .bind(place)
    .bind(file.name.as_str())
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.media_type.as_str())
    .bind(file.width)
    .bind(file.height)
    .bind(file.created_at.0)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn get(store: &SqliteStore, ids: &[String]) -> Result<Vec<StoredFile>, Fault> {
    const GET: &str = concat!(file_columns!(), "WHERE f.id IN (SELECT value FROM jsonb_each(?1))");
    let rows = sqlx::query(GET).bind(json(ids)?).fetch_all(&mut *store.read().await?).await?;
    rows.iter().map(file).collect()
}

pub(super) async fn used_by(store: &SqliteStore, user: &Username) -> Result<u64, Fault> {
    let used: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(f.size), 0) FROM users u CROSS JOIN files f ON f.user_id = u.id WHERE u.key = ?1",
    )
    .bind(user.key())
    .fetch_one(&mut *store.read().await?)
    .await?;
    unsigned(used)
}

/// Files of one batch of messages: where each was said, its id, and who said it.
pub(super) async fn say(db: &mut SqliteConnection, said: &[(i64, String, i64)]) -> Result<(), Fault> {
    if said.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE files SET place = given.value ->> 0 FROM jsonb_each(?1) AS given
         WHERE files.id = given.value ->> 1 AND files.user_id = given.value ->> 2
             AND files.room_id = (given.value ->> 0) >> 32 AND files.place IS NULL",
    )
    .bind(json(said)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn forget(store: &SqliteStore, id: &str, user: &Username) -> Result<bool, Fault> {
    let forgotten = sqlx::query(
        "DELETE FROM files WHERE id = ?1 AND place IS NULL AND user_id = (SELECT u.id FROM users u WHERE u.key = ?2)",
    )
    .bind(id)
    .bind(user.key())
    .execute(&store.writer)
    .await?;
    Ok(forgotten.rows_affected() > 0)
}

pub(super) async fn forget_unsaid(store: &SqliteStore, before: Timestamp) -> Result<u64, Fault> {
    let forgotten = sqlx::query("DELETE FROM files WHERE place IS NULL AND created_at < ?1")
        .bind(before.0)
        .execute(&store.writer)
        .await?;
    Ok(forgotten.rows_affected())
}

pub(super) async fn known(store: &SqliteStore, ids: &[String]) -> Result<HashSet<String>, Fault> {
    let known: Vec<String> = sqlx::query_scalar("SELECT id FROM files WHERE id IN (SELECT value FROM jsonb_each(?1))")
        .bind(json(ids)?)
        .fetch_all(&mut *store.read().await?)
        .await?;
    Ok(HashSet::from_iter(known))
}
