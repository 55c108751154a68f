//! Roles, bans and silences, and what was done.

use shared::{RoomId, SanctionKind, Username};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{optional_time, optional_username, optionally_written, room_number, time, unsigned, username};
use super::text::put;
use super::{PostgresStore, people};
use crate::store::codes::{sanction_kind, sanction_number};
use crate::store::{Deed, DeedKind, Order, Sanction, Target, Timestamp};

/// What [`sanction`] reads.
macro_rules! sanction_columns {
    () => {
        "SELECT s.id AS row, s.kind, s.room_id, u.name AS user, s.network, s.until, s.reason, who.name AS imposed_by,
                s.imposed_at
         FROM sanctions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN users who ON who.id = s.imposed_by "
    };
}
pub(super) use sanction_columns;

pub(super) fn sanction(row: &PgRow) -> Result<Sanction, Fault> {
    let damaged = || Fault::Damaged("a sanction on nobody".to_owned());
    let whom = match optional_username(row, "user")? {
        Some(user) => Target::User(user),
        None => {
            let network: Option<&str> = row.try_get("network")?;
            Target::Network(network.and_then(|network| network.parse().ok()).ok_or_else(damaged)?)
        }
    };
    let room: Option<i64> = row.try_get("room_id")?;
    Ok(Sanction {
        kind: sanction_kind(row.try_get("kind")?)?,
        room: room.map(unsigned).transpose()?.map(RoomId),
        whom,
        until: optional_time(row, "until")?,
        reason: optionally_written(row, "reason")?,
        by: optional_username(row, "imposed_by")?,
        since: time(row, "imposed_at")?,
    })
}

/// How far changes have been counted.
async fn counted(db: &mut PgConnection) -> Result<u64, Fault> {
    unsigned(sqlx::query_scalar("SELECT count FROM order_changes").fetch_one(db).await?)
}

pub(super) async fn count(store: &PostgresStore) -> Result<u64, Fault> {
    counted(&mut *store.pool.acquire().await?).await
}

pub(super) async fn order(store: &PostgresStore) -> Result<Order, Fault> {
    const ALL: &str = concat!(sanction_columns!(), "ORDER BY s.id");
    let mut tx = store.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    let count = counted(&mut tx).await?;
    let sanctions = sqlx::query(ALL).fetch_all(&mut *tx).await?;
    let moderators = sqlx::query(
        "SELECT m.room_id, u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.moderator ORDER BY m.id",
    )
    .fetch_all(&mut *tx)
    .await?;
    let noted =
        sqlx::query("SELECT name, admin, disabled FROM users WHERE admin OR disabled ORDER BY key").fetch_all(&mut *tx);
    let noted = noted.await?;
    let those = |column: &str| -> Result<Vec<Username>, Fault> {
        let mut names = Vec::new();
        for row in &noted {
            if row.try_get(column)? {
                names.push(username(row, "name")?);
            }
        }
        Ok(names)
    };
    Ok(Order {
        count,
        sanctions: sanctions
            .iter()
            .map(|row| Ok((row.try_get("row")?, sanction(row)?)))
            .collect::<Result<_, Fault>>()?,
        moderators: moderators
            .iter()
            .map(|row| Ok((RoomId(unsigned(row.try_get("room_id")?)?), username(row, "name")?)))
            .collect::<Result<_, Fault>>()?,
        admins: those("admin")?,
        disabled: those("disabled")?,
    })
}

pub(super) async fn impose(store: &PostgresStore, sanction: &Sanction, deed: &Deed) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    sqlx::query("DELETE FROM sanctions WHERE until <= $1").bind(sanction.since.0).execute(&mut *tx).await?;
    remove(&mut tx, sanction.kind, sanction.room, &sanction.whom).await?;
    if !insert(&mut tx, sanction).await? {
        return Ok(false);
    }
    note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

/// False: the room is not there.
pub(super) async fn insert(db: &mut PgConnection, sanction: &Sanction) -> Result<bool, Fault> {
    let (mut user, mut network) = (None, None);
    match &sanction.whom {
        Target::User(name) => user = Some(people::id(db, name, sanction.since).await?),
        Target::Network(whole) => network = Some(whole.trunc().to_string()),
    }
    let by = match &sanction.by {
        Some(by) => Some(people::id(db, by, sanction.since).await?),
        None => None,
    };
    let made = sqlx::query(
        "INSERT INTO sanctions (kind, room_id, user_id, network, until, reason, imposed_by, imposed_at)
         SELECT $1::bigint, $2::bigint, $3::bigint, $4::text, $5::bigint, $6::text, $7::bigint, $8::bigint
         WHERE $9::boolean OR EXISTS (SELECT 1 FROM rooms WHERE rooms.id = $2 AND rooms.kind IN (0, 1))
         ON CONFLICT DO NOTHING",
    )
    .bind(sanction_number(sanction.kind))
    .bind(sanction.room.and_then(room_number))
    .bind(user)
    .bind(network)
    .bind(sanction.until.map(|until| until.0))
    .bind(sanction.reason.as_deref().map(put))
    .bind(by)
    .bind(sanction.since.0)
    .bind(sanction.room.is_none())
    .execute(db)
    .await?;
    Ok(made.rows_affected() > 0)
}

async fn remove(db: &mut PgConnection, kind: SanctionKind, room: Option<RoomId>, whom: &Target) -> Result<bool, Fault> {
    let (user, network) = match whom {
        Target::User(name) => (Some(name.key()), None),
        Target::Network(network) => (None, Some(network.trunc().to_string())),
    };
    let removed = sqlx::query(
        "DELETE FROM sanctions WHERE kind = $1 AND room_id IS NOT DISTINCT FROM $2 AND network IS NOT DISTINCT FROM $4
             AND user_id IS NOT DISTINCT FROM (SELECT id FROM users WHERE key = $3)",
    )
    .bind(sanction_number(kind))
    .bind(room.and_then(room_number))
    .bind(user)
    .bind(network)
    .execute(db)
    .await?;
    Ok(removed.rows_affected() > 0)
}

pub(super) async fn lift(
    store: &PostgresStore,
    kind: SanctionKind,
    room: Option<RoomId>,
    whom: &Target,
    deed: &Deed,
) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    if !remove(&mut tx, kind, room, whom).await? {
        return Ok(false);
    }
    note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn set_moderator(
    store: &PostgresStore,
    room: RoomId,
    user: &Username,
    on: bool,
    deed: &Deed,
) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let set = sqlx::query(
        "UPDATE members SET moderator = $3
         WHERE room_id = $1 AND user_id = (SELECT id FROM users WHERE key = $2) AND moderator <> $3",
    )
    .bind(room_number(room))
    .bind(user.key())
    .bind(on)
    .execute(&mut *tx)
    .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn set_admin(store: &PostgresStore, name: &Username, on: bool, deed: &Deed) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let set = sqlx::query("UPDATE users SET admin = $2 WHERE key = $1 AND password_hash IS NOT NULL")
        .bind(name.key())
        .bind(on)
        .execute(&mut *tx)
        .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn record(store: &PostgresStore, deed: &Deed) -> Result<(), Fault> {
    let mut tx = store.pool.begin().await?;
    note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes what was done, where that is to be noted.
pub(super) async fn note_any(db: &mut PgConnection, deed: Option<&Deed>) -> Result<(), Fault> {
    match deed {
        Some(deed) => note(db, deed).await,
        None => Ok(()),
    }
}

/// Notes what was done, with what was done.
pub(super) async fn note(db: &mut PgConnection, deed: &Deed) -> Result<(), Fault> {
    sqlx::query("INSERT INTO deeds (time, act, by, whom, room, address, note) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(deed.time.0)
        .bind(deed.act.name())
        .bind(deed.by.as_ref().map(Username::as_str))
        .bind(deed.whom.as_deref())
        .bind(deed.room.as_deref())
        .bind(deed.address.map(|address| address.to_string()))
        .bind(deed.note.as_deref().map(put))
        .execute(db)
        .await?;
    Ok(())
}

fn deed(row: &PgRow) -> Result<Deed, Fault> {
    let act: &str = row.try_get("act")?;
    let known = DeedKind::ALL.iter().find(|kind| kind.name() == act);
    let address: Option<&str> = row.try_get("address")?;
    Ok(Deed {
        time: time(row, "time")?,
        act: *known.ok_or_else(|| Fault::Damaged(format!("something done that is called {act}")))?,
        by: optional_username(row, "by")?,
        whom: row.try_get("whom")?,
        room: row.try_get("room")?,
        address: address.and_then(|address| address.parse().ok()),
        note: optionally_written(row, "note")?,
    })
}

pub(super) async fn deeds(store: &PostgresStore, since: Timestamp, limit: u32) -> Result<Vec<Deed>, Fault> {
    let rows = sqlx::query(
        "SELECT time, act, by, whom, room, address, note FROM deeds WHERE time >= $1 ORDER BY time DESC, id DESC LIMIT $2",
    )
    .bind(since.0)
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(deed).collect()
}

pub(super) async fn forget_deeds(store: &PostgresStore, before: Timestamp) -> Result<u64, Fault> {
    let gone = sqlx::query("DELETE FROM deeds WHERE time < $1").bind(before.0).execute(&store.pool).await?;
    Ok(gone.rows_affected())
}
