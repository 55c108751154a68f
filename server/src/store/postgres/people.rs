//! Users.

use std::collections::{HashMap, HashSet};

use shared::Username;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{optional_time, optionally_written, time, username};
use super::text::put;
use super::{PostgresStore, names, order};
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

pub(super) fn user(row: &PgRow) -> Result<User, Fault> {
    Ok(User {
        name: username(row, "name")?,
        password_hash: row.try_get("password_hash")?,
        profile: Profile {
            display_name: optionally_written(row, "display_name")?,
            phone: optionally_written(row, "phone")?,
        },
        disabled: row.try_get("disabled")?,
        admin: row.try_get("admin")?,
        created_at: time(row, "created_at")?,
        last_seen_at: optional_time(row, "last_seen_at")?,
        renewed_at: optional_time(row, "renewed_at")?,
        reserved: row.try_get("reserved")?,
    })
}

const BY_KEY: &str = concat!(user_columns!(), "WHERE key = $1");

/// The ids of those users that exist, by key.
pub(super) async fn ids(
    db: &mut PgConnection,
    keys: impl Iterator<Item = &str>,
) -> Result<HashMap<String, i64>, Fault> {
    let keys: HashSet<String> = keys.map(str::to_owned).collect();
    let rows =
        sqlx::query("SELECT key, id FROM users WHERE key = ANY ($1)").bind(Vec::from_iter(keys)).fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("key")?, row.try_get("id")?))).collect()
}

/// Makes guests that do not exist yet, and says their ids by key. Where another node makes one of them at the same
/// moment, this waits for it and takes that one. They are made in the order of their keys, so nobody waits for who
/// waits for him.
pub(super) async fn add(
    db: &mut PgConnection,
    newcomers: &[(&Username, Timestamp)],
) -> Result<HashMap<String, i64>, Fault> {
    if newcomers.is_empty() {
        return Ok(HashMap::new());
    }
    let mut given: Vec<_> = newcomers.iter().map(|(name, now)| (name.key(), name.as_str().to_owned(), now.0)).collect();
    // Where two spellings of a name come, the first stays the first.
    given.sort_by(|one, next| one.0.cmp(&next.0));
    let (mut keys, mut names, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for (key, name, now) in given {
        keys.push(key);
        names.push(name);
        times.push(now);
    }
    sqlx::query(
        "INSERT INTO users (key, name, created_at)
         SELECT key, name, time FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (key, name, time)
         ON CONFLICT DO NOTHING",
    )
    .bind(&keys)
    .bind(names)
    .bind(times)
    .execute(&mut *db)
    .await?;
    ids(db, keys.iter().map(String::as_str)).await
}

/// The id of a user, made as a guest if there is none.
pub(super) async fn id(db: &mut PgConnection, name: &Username, now: Timestamp) -> Result<i64, Fault> {
    const BY_NAME: &str = "SELECT id FROM users WHERE key = $1";
    if let Some(id) = sqlx::query_scalar(BY_NAME).bind(name.key()).fetch_optional(&mut *db).await? {
        return Ok(id);
    }
    sqlx::query("INSERT INTO users (key, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(name.key())
        .bind(name.as_str())
        .bind(now.0)
        .execute(&mut *db)
        .await?;
    Ok(sqlx::query_scalar(BY_NAME).bind(name.key()).fetch_one(db).await?)
}

/// The ids of two users, each made as a guest if there is none.
pub(super) async fn two(
    db: &mut PgConnection,
    one: &Username,
    other: &Username,
    now: Timestamp,
) -> Result<(i64, i64), Fault> {
    let ids = add(db, &[(one, now), (other, now)]).await?;
    let id = |name: &Username| ids.get(&name.key()).copied().ok_or(Fault::Sql(sqlx::Error::RowNotFound));
    Ok((id(one)?, id(other)?))
}

pub(super) async fn by_name(store: &PostgresStore, name: &Username) -> Result<Option<User>, Fault> {
    sqlx::query(BY_KEY).bind(name.key()).fetch_optional(&store.pool).await?.as_ref().map(user).transpose()
}

pub(super) async fn by_names(store: &PostgresStore, names: &[Username]) -> Result<Vec<Option<User>>, Fault> {
    const BY_KEYS: &str = concat!(user_columns!(), "WHERE key = ANY ($1)");
    let keys: HashSet<String> = names.iter().map(Username::key).collect();
    let rows = sqlx::query(BY_KEYS).bind(Vec::from_iter(keys)).fetch_all(&store.pool).await?;
    let users = rows.iter().map(|row| user(row).map(|user| (user.name.clone(), user)));
    let users: HashMap<Username, User> = users.collect::<Result<_, _>>()?;
    Ok(names.iter().map(|name| users.get(name).cloned()).collect())
}

pub(super) async fn by_phone(store: &PostgresStore, phone: &str) -> Result<Option<User>, Fault> {
    const BY_PHONE: &str = concat!(user_columns!(), "WHERE phone = $1");
    sqlx::query(BY_PHONE).bind(put(phone)).fetch_optional(&store.pool).await?.as_ref().map(user).transpose()
}

pub(super) async fn ensure(store: &PostgresStore, name: &Username, now: Timestamp) -> Result<User, Fault> {
    if let Some(user) = by_name(store, name).await? {
        return Ok(user);
    }
    let mut tx = store.pool.begin().await?;
    id(&mut tx, name, now).await?;
    let user = sqlx::query(BY_KEY).bind(name.key()).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    self::user(&user)
}

pub(super) async fn set_password(
    store: &PostgresStore,
    name: &Username,
    hash: Option<&str>,
    now: Timestamp,
    deed: Option<&Deed>,
) -> Result<User, Fault> {
    let mut tx = store.pool.begin().await?;
    let id = id(&mut tx, name, now).await?;
    // Held, so that two who come at once are not both the first.
    sqlx::query("SELECT 1 FROM order_changes FOR NO KEY UPDATE").execute(&mut *tx).await?;
    sqlx::query(
        "UPDATE users SET password_hash = $2::text,
             admin = $2::text IS NOT NULL
                 AND (admin OR NOT EXISTS (SELECT 1 FROM users WHERE password_hash IS NOT NULL))
         WHERE id = $1",
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

pub(super) async fn rehash_password(store: &PostgresStore, name: &Username, from: &str, to: &str) -> Result<(), Fault> {
    sqlx::query("UPDATE users SET password_hash = $3 WHERE key = $1 AND password_hash = $2")
        .bind(name.key())
        .bind(from)
        .bind(to)
        .execute(&store.pool)
        .await?;
    Ok(())
}

pub(super) async fn set_profile(
    store: &PostgresStore,
    name: &Username,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool, Fault> {
    let phone = profile.phone.as_deref().map(put);
    let mut tx = store.pool.begin().await?;
    let id = id(&mut tx, name, now).await?;
    let set = sqlx::query(
        "UPDATE users SET display_name = $2, phone = $3 WHERE id = $1
             AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.phone = $3 AND others.id <> $1)",
    )
    .bind(id)
    .bind(profile.display_name.as_deref().map(put))
    .bind(phone)
    .execute(&mut *tx)
    .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn set_disabled(
    store: &PostgresStore,
    name: &Username,
    disabled: bool,
    deed: Option<&Deed>,
) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let set = sqlx::query("UPDATE users SET disabled = $2 WHERE key = $1")
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

pub(super) async fn set_last_seen(store: &PostgresStore, name: &Username, at: Timestamp) -> Result<(), Fault> {
    sqlx::query("UPDATE users SET last_seen_at = $2 WHERE key = $1")
        .bind(name.key())
        .bind(at.0)
        .execute(&store.pool)
        .await?;
    Ok(())
}

pub(super) async fn renew_guest(store: &PostgresStore, name: &Username, now: Timestamp) -> Result<(), Fault> {
    let mut tx = store.pool.begin().await?;
    let guest: Option<i64> =
        sqlx::query_scalar("SELECT id FROM users WHERE key = $1 AND password_hash IS NULL FOR NO KEY UPDATE")
            .bind(name.key())
            .fetch_optional(&mut *tx)
            .await?;
    let Some(guest) = guest else { return Ok(()) };
    sqlx::query(
        "DELETE FROM members WHERE user_id = $1
             AND EXISTS (SELECT 1 FROM rooms WHERE rooms.id = members.room_id AND rooms.kind = 0)",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE rooms SET owner_id = (SELECT m.user_id FROM members m WHERE m.room_id = rooms.id
                                      ORDER BY m.moderator DESC, m.id LIMIT 1)
         WHERE owner_id = $1 AND kind = 0",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE users SET renewed_at = $2 WHERE id = $1").bind(guest).bind(now.0).execute(&mut *tx).await?;
    // Everything before the first chat message that waits; where none waits, everything.
    sqlx::query(
        "UPDATE members SET hidden = GREATEST(hidden, COALESCE(
             (SELECT (x.place & 4294967295) - 1 FROM messages x
              WHERE x.place > (members.room_id << 32) + members.delivered
                  AND x.place < (members.room_id + 1) << 32 AND x.kind IN (0, 1) AND x.sender_id <> $1
              ORDER BY x.place LIMIT 1),
             (SELECT last_seq FROM rooms WHERE rooms.id = members.room_id)))
         WHERE user_id = $1",
    )
    .bind(guest)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(guest).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn accounts(store: &PostgresStore) -> Result<Vec<User>, Fault> {
    const ACCOUNTS: &str = concat!(user_columns!(), "WHERE password_hash IS NOT NULL ORDER BY key");
    sqlx::query(ACCOUNTS).fetch_all(&store.pool).await?.iter().map(user).collect()
}
