//! What names look like, kept beside accounts and rooms so that their look-alikes are found.

use std::collections::HashMap;

use shared::{RoomName, Username};
use sqlx::{PgConnection, Row};

use super::PostgresStore;
use super::fault::Fault;
use super::rows::username;
use crate::store::likeness::looks;

/// Keeps what an account's name looks like. It stays with one that is a guest again; who looks for it asks for accounts.
pub(super) async fn keep_user(db: &mut PgConnection, id: i64, name: &Username) -> Result<(), Fault> {
    const KEEP: &str = "INSERT INTO user_looks (look, user_id) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING";
    sqlx::query(KEEP).bind(looks(name.as_str(), &name.key())).bind(id).execute(db).await?;
    Ok(())
}

/// Keeps what a room's name looks like.
pub(super) async fn keep_room(db: &mut PgConnection, id: i64, name: &RoomName) -> Result<(), Fault> {
    const KEEP: &str = "INSERT INTO room_looks (look, room_id) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING";
    sqlx::query(KEEP).bind(looks(name.as_str(), &name.key())).bind(id).execute(db).await?;
    Ok(())
}

pub(super) async fn like_users(store: &PostgresStore, names: &[Username]) -> Result<Vec<Option<Username>>, Fault> {
    let (mut asked, mut shapes, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (index, name) in (0_i64..).zip(names) {
        let key = name.key();
        for look in looks(name.as_str(), &key) {
            asked.push(index);
            shapes.push(look);
            keys.push(key.clone());
        }
    }
    let rows = sqlx::query(
        "SELECT given.asked, u.name FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (asked, look, key)
         JOIN user_looks l ON l.look = given.look JOIN users u ON u.id = l.user_id
         WHERE u.password_hash IS NOT NULL AND u.key <> given.key",
    )
    .bind(asked)
    .bind(shapes)
    .bind(keys)
    .fetch_all(&store.pool)
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        found.insert(row.try_get::<i64, _>("asked")?, username(row, "name")?);
    }
    Ok((0..).zip(names).map(|(index, _)| found.remove(&index)).collect())
}

pub(super) async fn like_room(store: &PostgresStore, name: &RoomName) -> Result<Option<RoomName>, Fault> {
    let key = name.key();
    let found: Option<String> = sqlx::query_scalar(
        "SELECT r.name FROM room_looks l JOIN rooms r ON r.id = l.room_id
         WHERE l.look = ANY ($1) AND r.key <> $2 ORDER BY r.id LIMIT 1",
    )
    .bind(looks(name.as_str(), &key))
    .bind(key)
    .fetch_optional(&store.pool)
    .await?;
    Ok(found.map(RoomName::kept))
}
