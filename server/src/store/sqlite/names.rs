//! What names look like, kept beside accounts and rooms so that their look-alikes are found.

use std::collections::HashMap;

use shared::{RoomName, Username};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::SqliteStore;
use super::fault::Fault;
use super::rows::{json, username};
use crate::store::likeness::looks;

/// Keeps what an account's name looks like. It stays with one that is a guest again; who looks for it asks for accounts.
pub(super) async fn keep_user(db: &mut SqliteConnection, id: i64, name: &Username) -> Result<(), Fault> {
    const KEEP: &str = "INSERT INTO user_looks (look, user_id) SELECT value, ?2 FROM jsonb_each(?1) WHERE true
         ON CONFLICT DO NOTHING";
    keep(db, KEEP, id, name.as_str(), &name.key()).await
}

/// Keeps what a room's name looks like.
pub(super) async fn keep_room(db: &mut SqliteConnection, id: i64, name: &RoomName) -> Result<(), Fault> {
    const KEEP: &str = "INSERT INTO room_looks (look, room_id) SELECT value, ?2 FROM jsonb_each(?1) WHERE true
         ON CONFLICT DO NOTHING";
    keep(db, KEEP, id, name.as_str(), &name.key()).await
}

async fn keep(
    db: &mut SqliteConnection,
    statement: &'static str,
    id: i64,
    spelt: &str,
    key: &str,
) -> Result<(), Fault> {
    sqlx::query(statement).bind(json(&looks(spelt, key))?).bind(id).execute(db).await?;
    Ok(())
}

pub(super) async fn like_users(store: &SqliteStore, names: &[Username]) -> Result<Vec<Option<Username>>, Fault> {
    let asked: Vec<(usize, String, String)> = names
        .iter()
        .enumerate()
        .flat_map(|(index, name)| {
            let key = name.key();
            looks(name.as_str(), &key).into_iter().map(move |look| (index, look, key.clone()))
        })
        .collect();
    let rows = sqlx::query(
        "SELECT given.value ->> 0 AS asked, u.name FROM jsonb_each(?1) AS given
         CROSS JOIN user_looks l ON l.look = given.value ->> 1 CROSS JOIN users u ON u.id = l.user_id
         WHERE u.password_hash IS NOT NULL AND u.key <> given.value ->> 2",
    )
    .bind(json(&asked)?)
    .fetch_all(&mut *store.read().await?)
    .await?;
    let like = |row: &SqliteRow| Ok((row.try_get_unchecked::<i64, _>("asked")?, username(row, "name")?));
    let mut found: HashMap<i64, Username> = rows.iter().map(like).collect::<Result<_, Fault>>()?;
    Ok((0..).zip(names).map(|(index, _)| found.remove(&index)).collect())
}

pub(super) async fn like_room(store: &SqliteStore, name: &RoomName) -> Result<Option<RoomName>, Fault> {
    let key = name.key();
    let found: Option<String> = sqlx::query_scalar(
        "SELECT r.name FROM jsonb_each(?1) AS given CROSS JOIN room_looks l ON l.look = given.value
         CROSS JOIN rooms r ON r.id = l.room_id WHERE r.key <> ?2 ORDER BY r.id LIMIT 1",
    )
    .bind(json(&looks(name.as_str(), &key))?)
    .bind(key)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    Ok(found.map(RoomName::kept))
}

/// Does for a database of an older version what its migration cannot: names get the form that they are found by now,
/// where that is free, and their looks are kept. The lobby has looks once this was done.
pub(super) async fn catch_up(store: &SqliteStore) -> Result<(), Fault> {
    let mut tx = store.write().await?;
    let done: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM room_looks)").fetch_one(&mut *tx).await?;
    if done {
        return Ok(());
    }
    let users: Vec<(i64, String, bool)> =
        sqlx::query_as("SELECT id, name, password_hash IS NOT NULL FROM users").fetch_all(&mut *tx).await?;
    for (id, text, account) in users {
        let name = match Username::try_from(text.clone()) {
            Ok(name) if name.as_str() != text && rename(&mut tx, USER, id, name.as_str(), &name.key()).await? => name,
            _ => Username::kept(text),
        };
        if account {
            keep_user(&mut tx, id, &name).await?;
        }
    }
    let rooms: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, name FROM rooms WHERE name IS NOT NULL").fetch_all(&mut *tx).await?;
    for (id, text) in rooms {
        let name = match RoomName::try_from(text.clone()) {
            Ok(name) if name.as_str() != text && rename(&mut tx, ROOM, id, name.as_str(), &name.key()).await? => name,
            _ => RoomName::kept(text),
        };
        keep_room(&mut tx, id, &name).await?;
    }
    tx.commit().await?;
    Ok(())
}

const USER: &str = "UPDATE OR IGNORE users SET name = ?2, key = ?3 WHERE id = ?1";
const ROOM: &str = "UPDATE OR IGNORE rooms SET name = ?2, key = ?3 WHERE id = ?1";

/// False: somebody else has the name.
async fn rename(
    db: &mut SqliteConnection,
    statement: &'static str,
    id: i64,
    name: &str,
    key: &str,
) -> Result<bool, Fault> {
    let renamed = sqlx::query(statement).bind(id).bind(name).bind(key).execute(db).await?;
    Ok(renamed.rows_affected() > 0)
}
