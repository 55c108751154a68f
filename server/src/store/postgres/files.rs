//! What is known of uploads.

use std::collections::HashSet;

use shared::{RoomId, Username};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{count, room_number, unplace, unsigned, username, written};
use super::text::put;
use super::{PostgresStore, people};
use crate::store::{StoredFile, Timestamp};

/// What [`file`] reads.
macro_rules! file_columns {
    () => {
        "SELECT f.id, f.room_id, u.name AS user, f.place, f.name, f.size, f.media_type, f.width, f.height, f.created_at
         FROM files f JOIN users u ON u.id = f.user_id "
    };
}

fn file(row: &PgRow) -> Result<StoredFile, Fault> {
    let place: Option<i64> = row.try_get("place")?;
    Ok(StoredFile {
        id: row.try_get("id")?,
        room: RoomId(unsigned(row.try_get("room_id")?)?),
        user: username(row, "user")?,
        said: place.map(unplace).transpose()?.map(|(_, seq)| seq),
        name: written(row, "name")?,
        size: unsigned(row.try_get("size")?)?,
        media_type: row.try_get("media_type")?,
        width: pixels(row, "width")?,
        height: pixels(row, "height")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

fn pixels(row: &PgRow, column: &str) -> Result<Option<u32>, Fault> {
    row.try_get::<Option<i64>, _>(column)?.map(count).transpose()
}

pub(super) async fn add(store: &PostgresStore, file: &StoredFile) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let user = people::id(&mut tx, &file.user, file.created_at).await?;
    let added = sqlx::query(
        "INSERT INTO files (id, room_id, user_id, name, size, media_type, width, height, created_at)
         SELECT $1, r.id, $3, $4, $5, $6, $7, $8, $9 FROM rooms r WHERE r.id = $2",
    )
    .bind(file.id.as_str())
    .bind(room_number(file.room))
    .bind(user)
    .bind(put(&file.name))
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.media_type.as_str())
    .bind(file.width.map(i64::from))
    .bind(file.height.map(i64::from))
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
pub(super) async fn restore(db: &mut PgConnection, place: i64, user: i64, file: &StoredFile) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO files (id, room_id, user_id, place, name, size, media_type, width, height, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(file.id.as_str())
    .bind(room_number(file.room))
    .bind(user)
    .bind(place)
    .bind(put(&file.name))
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.media_type.as_str())
    .bind(file.width.map(i64::from))
    .bind(file.height.map(i64::from))
    .bind(file.created_at.0)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn get(store: &PostgresStore, ids: &[String]) -> Result<Vec<StoredFile>, Fault> {
    const GET: &str = concat!(file_columns!(), "WHERE f.id = ANY ($1)");
    let rows = sqlx::query(GET).bind(ids).fetch_all(&store.pool).await?;
    rows.iter().map(file).collect()
}

pub(super) async fn used_by(store: &PostgresStore, user: &Username) -> Result<u64, Fault> {
    let used: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(f.size), 0)::bigint FROM users u JOIN files f ON f.user_id = u.id WHERE u.key = $1",
    )
    .bind(user.key())
    .fetch_one(&store.pool)
    .await?;
    unsigned(used)
}

/// Files of one batch of messages: where each was said, its id, and who said it.
pub(super) async fn say(db: &mut PgConnection, said: Vec<(i64, String, i64)>) -> Result<(), Fault> {
    if said.is_empty() {
        return Ok(());
    }
    let (mut places, mut ids, mut users) = (Vec::new(), Vec::new(), Vec::new());
    for (place, id, user) in said {
        places.push(place);
        ids.push(id);
        users.push(user);
    }
    sqlx::query(
        "UPDATE files SET place = given.place
         FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS given (place, id, sender)
         WHERE files.id = given.id AND files.user_id = given.sender AND files.room_id = given.place >> 32
             AND files.place IS NULL",
    )
    .bind(places)
    .bind(ids)
    .bind(users)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn forget(store: &PostgresStore, id: &str, user: &Username) -> Result<bool, Fault> {
    let forgotten = sqlx::query(
        "DELETE FROM files WHERE id = $1 AND place IS NULL AND user_id = (SELECT u.id FROM users u WHERE u.key = $2)",
    )
    .bind(id)
    .bind(user.key())
    .execute(&store.pool)
    .await?;
    Ok(forgotten.rows_affected() > 0)
}

pub(super) async fn forget_unsaid(store: &PostgresStore, before: Timestamp) -> Result<u64, Fault> {
    let forgotten = sqlx::query("DELETE FROM files WHERE place IS NULL AND created_at < $1")
        .bind(before.0)
        .execute(&store.pool)
        .await?;
    Ok(forgotten.rows_affected())
}

pub(super) async fn known(store: &PostgresStore, ids: &[String]) -> Result<HashSet<String>, Fault> {
    let known: Vec<String> =
        sqlx::query_scalar("SELECT id FROM files WHERE id = ANY ($1)").bind(ids).fetch_all(&store.pool).await?;
    Ok(HashSet::from_iter(known))
}
