//! Users.

use std::collections::{HashMap, HashSet};

use shared::Username;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::fault::Fault;
use super::rows::{json, time, username};
use super::{SqliteStore, names, order};
use crate::store::{Deed, Profile, Timestamp, User};

/// What [`user`] reads.
macro_rules! user_columns {
    () => {
        "SELECT id AS row, name, password_hash, display_name, phone, disabled, admin, created_at, last_seen_at,
         renewed_at,
         EXISTS (SELECT 1 FROM webhooks WHERE webhooks.speaker_id = users.id) AS reserved FROM users "
    };
}
pub(super) use user_columns;

pub(super) fn user(row: &SqliteRow) -> Result<User, Fault> {
    Ok(User {
        name: username(row, "name")?,
        password_hash: row.try_get("password_hash")?,
        profile: Profile { display_name: row.try_get("display_name")?, phone: row.try_get("phone")? },
        disabled: row.try_get("disabled")?,
        admin: row.try_get("admin")?,
        created_at: time(row, "created_at")?,
        last_seen_at: row.try_get::<Option<i64>, _>("last_seen_at")?.map(Timestamp),
        renewed_at: row.try_get::<Option<i64>, _>("renewed_at")?.map(Timestamp),
        reserved: row.try_get("reserved")?,
    })
}

const BY_KEY: &str = concat!(user_columns!(), "WHERE key = ?1");

async fn find(db: &mut SqliteConnection, name: &Username) -> Result<Option<User>, Fault> {
    sqlx::query(BY_KEY).bind(name.key()).fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// The ids of those users that exist, by key.
pub(super) async fn ids(
    db: &mut SqliteConnection,
    keys: impl Iterator<Item = &str>,
) -> Result<HashMap<String, i64>, Fault> {
    let keys: HashSet<&str> = keys.collect();
    let rows = sqlx::query("SELECT u.key, u.id FROM jsonb_each(?1) AS given CROSS JOIN users u ON u.key = given.value")
        .bind(json(&Vec::from_iter(keys))?)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, row.try_get("id")?))).collect()
}

/// Makes guests that do not exist yet, and says their ids by key.
pub(super) async fn add(
    db: &mut SqliteConnection,
    newcomers: &[(&Username, Timestamp)],
) -> Result<HashMap<String, i64>, Fault> {
    if newcomers.is_empty() {
        return Ok(HashMap::new());
    }
    let given: Vec<_> = newcomers.iter().map(|(name, now)| (name.key(), name.as_str(), now)).collect();
    let rows = sqlx::query(
        "INSERT INTO users (key, name, created_at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?1)
         RETURNING key, id",
    )
    .bind(json(&given)?)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, row.try_get("id")?))).collect()
}

/// The id of a user, made as a guest if there is none.
pub(super) async fn id(db: &mut SqliteConnection, name: &Username, now: Timestamp) -> Result<i64, Fault> {
    let found =
        sqlx::query_scalar("SELECT id FROM users WHERE key = ?1").bind(name.key()).fetch_optional(&mut *db).await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let made = sqlx::query_scalar("INSERT INTO users (key, name, created_at) VALUES (?1, ?2, ?3) RETURNING id")
        .bind(name.key())
        .bind(name.as_str())
        .bind(now.0)
        .fetch_one(db)
        .await?;
    Ok(made)
}

pub(super) async fn by_name(store: &SqliteStore, name: &Username) -> Result<Option<User>, Fault> {
    find(&mut *store.read().await?, name).await
}

pub(super) async fn by_names(store: &SqliteStore, names: &[Username]) -> Result<Vec<Option<User>>, Fault> {
    const BY_KEYS: &str = concat!(user_columns!(), "WHERE key IN (SELECT value FROM jsonb_each(?1))");
    let keys: HashSet<String> = names.iter().map(Username::key).collect();
    let rows = sqlx::query(BY_KEYS).bind(json(&Vec::from_iter(keys))?).fetch_all(&mut *store.read().await?).await?;
    let users = rows.iter().map(|row| user(row).map(|user| (user.name.clone(), user)));
    let users: HashMap<Username, User> = users.collect::<Result<_, _>>()?;
    Ok(names.iter().map(|name| users.get(name).cloned()).collect())
}

pub(super) async fn by_phone(store: &SqliteStore, phone: &str) -> Result<Option<User>, Fault> {
    const BY_PHONE: &str = concat!(user_columns!(), "WHERE phone = ?1");
    let row = sqlx::query(BY_PHONE).bind(phone).fetch_optional(&mut *store.read().await?).await?;
    row.as_ref().map(user).transpose()
}

pub(super) async fn ensure(store: &SqliteStore, name: &Username, now: Timestamp) -> Result<User, Fault> {
    if let Some(user) = by_name(store, name).await? {
        return Ok(user);
    }
    let mut tx = store.write().await?;
    id(&mut tx, name, now).await?;
    let user = sqlx::query(BY_KEY).bind(name.key()).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    self::user(&user)
}

pub(super) async fn set_password(
    store: &SqliteStore,
    name: &Username,
    hash: Option<&str>,
    now: Timestamp,
    deed: Option<&Deed>,
) -> Result<User, Fault> {
    let mut tx = store.write().await?;
    let id = id(&mut tx, name, now).await?;
    sqlx::query(
        "UPDATE users SET password_hash = ?2,
             admin = ?2 IS NOT NULL AND (admin OR NOT EXISTS (SELECT 1 FROM users WHERE password_hash IS NOT NULL))
         WHERE id = ?1",
    )
    .bind(id)
    .bind(hash)
    .execute(&mut *tx)
    .await?;
    let row = sqlx::query(BY_KEY).bind(name.key()).fetch_one(&mut *tx).await?;
    let user = self::user(&row)?;
    names::keep_user(&mut tx, id, &user.name).await?;
    order::note_any(&mut tx, deed.map(|deed| deed.about(&user)).as_ref()).await?;
    tx.commit().await?;
    Ok(user)
}

pub(super) async fn rehash_password(store: &SqliteStore, name: &Username, from: &str, to: &str) -> Result<(), Fault> {
    sqlx::query("UPDATE users SET password_hash = ?3 WHERE key = ?1 AND password_hash = ?2")
        .bind(name.key())
        .bind(from)
        .bind(to)
        .execute(&store.writer)
        .await?;
    Ok(())
}

pub(super) async fn set_profile(
    store: &SqliteStore,
    name: &Username,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool, Fault> {
    let mut tx = store.write().await?;
    let id = id(&mut tx, name, now).await?;
    let set = sqlx::query(
        "UPDATE users SET display_name = ?2, phone = ?3 WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.phone = ?3 AND others.id <> ?1)",
    )
    .bind(id)
    .bind(profile.display_name.as_deref())
    .bind(profile.phone.as_deref())
    .execute(&mut *tx)
    .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn set_disabled(
    store: &SqliteStore,
    name: &Username,
    disabled: bool,
    deed: Option<&Deed>,
) -> Result<bool, Fault> {
    let mut tx = store.write().await?;
    let set = sqlx::query("UPDATE users SET disabled = ?2 WHERE key = ?1")
        .bind(name.key())
        .bind(disabled)
        .execute(&mut *tx)
        .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    order::note_any(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn set_last_seen(store: &SqliteStore, name: &Username, at: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE users SET last_seen_at = ?2 WHERE key = ?1")
        .bind(name.key())
        .bind(at.0)
        .execute(&store.writer)
        .await?;
    Ok(())
}

pub(super) async fn renew_guest(store: &SqliteStore, name: &Username, now: Timestamp) -> Result<(), Fault> {
    let mut tx = store.write().await?;
    let guest: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE key = ?1 AND password_hash IS NULL")
        .bind(name.key())
        .fetch_optional(&mut *tx)
        .await?;
    let Some(guest) = guest else { return Ok(()) };
    sqlx::query(
        "DELETE FROM members WHERE user_id = ?1
             AND EXISTS (SELECT 1 FROM rooms WHERE rooms.id = members.room_id AND rooms.kind = 0)",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE rooms SET owner_id = (SELECT m.user_id FROM members m WHERE m.room_id = rooms.id
                                      ORDER BY m.moderator DESC, m.id LIMIT 1)
         WHERE owner_id = ?1 AND kind = 0",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE users SET renewed_at = ?2 WHERE id = ?1").bind(guest).bind(now.0).execute(&mut *tx).await?;
    // Everything before the first chat message that waits; where none waits, everything.
    sqlx::query(
        "UPDATE members SET hidden = max(hidden, coalesce(
             (SELECT x.seq - 1 FROM messages x
              WHERE x.place > (members.room_id << 32) + members.delivered
                  AND x.place < (members.room_id + 1) << 32 AND x.kind IN (0, 1) AND x.sender_id <> ?1
              ORDER BY x.place LIMIT 1),
             (SELECT last_seq FROM rooms WHERE rooms.id = members.room_id)))
         WHERE user_id = ?1",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM sessions WHERE user_id = ?1").bind(guest).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn accounts(store: &SqliteStore) -> Result<Vec<User>, Fault> {
    const ACCOUNTS: &str = concat!(user_columns!(), "WHERE password_hash IS NOT NULL ORDER BY key");
    let rows = sqlx::query(ACCOUNTS).fetch_all(&mut *store.read().await?).await?;
    rows.iter().map(user).collect()
}
