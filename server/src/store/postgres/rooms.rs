//! Rooms and their members.

use shared::{MuteLevel, RoomId, RoomName, Seq, Username};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{
    change, count, excerpt, mute_level, mute_number, optional_time, optional_username, optionally_written, room,
    room_columns, room_joins, room_kind_number, room_number, seq, time, unsigned, username,
};
use super::text::put;
use super::{PostgresStore, names, order, people};
use crate::store::{Deed, Extent, Glimpse, Listing, MemberRecord, Membership, NewRoom, Removal, Room, Timestamp};

async fn find(db: &mut PgConnection, id: i64) -> Result<Option<Room>, Fault> {
    const BY_ID: &str = concat!("SELECT ", room_columns!(), " FROM rooms r", room_joins!(), "WHERE r.id = $1");
    sqlx::query(BY_ID).bind(id).fetch_optional(db).await?.as_ref().map(room).transpose()
}

/// A room that was just seen or made in the same transaction.
async fn found(db: &mut PgConnection, id: i64) -> Result<Room, Fault> {
    find(db, id).await?.ok_or_else(|| Fault::Sql(sqlx::Error::RowNotFound))
}

pub(super) async fn by_id(store: &PostgresStore, room: RoomId) -> Result<Option<Room>, Fault> {
    match room_number(room) {
        Some(id) => find(&mut *store.pool.acquire().await?, id).await,
        None => Ok(None),
    }
}

pub(super) async fn by_name(store: &PostgresStore, name: &RoomName) -> Result<Option<Room>, Fault> {
    const BY_KEY: &str = concat!("SELECT ", room_columns!(), " FROM rooms r", room_joins!(), "WHERE r.key = $1");
    let row = sqlx::query(BY_KEY).bind(name.key()).fetch_optional(&store.pool).await?;
    row.as_ref().map(room).transpose()
}

pub(super) async fn extents(store: &PostgresStore, rooms: &[RoomId]) -> Result<Vec<Extent>, Fault> {
    let asked: Vec<_> = rooms.iter().filter_map(|room| room_number(*room)).collect();
    let rows = sqlx::query("SELECT id, last_seq, change FROM rooms WHERE id = ANY ($1)")
        .bind(asked)
        .fetch_all(&store.pool)
        .await?;
    let extent = |row: &PgRow| {
        let room = RoomId(unsigned(row.try_get("id")?)?);
        Ok(Extent { room, last_seq: seq(row, "last_seq")?, change: change(row)? })
    };
    rows.iter().map(extent).collect()
}

pub(super) async fn create(store: &PostgresStore, new: &NewRoom) -> Result<Option<Room>, Fault> {
    let mut tx = store.pool.begin().await?;
    let owner = match &new.owner {
        Some(owner) => Some(people::id(&mut tx, owner, new.now).await?),
        None => None,
    };
    let made: Option<i64> = sqlx::query_scalar(
        "INSERT INTO rooms (kind, key, name, topic, owner_id, created_at, active_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING id",
    )
    .bind(room_kind_number(new.kind))
    .bind(new.name.key())
    .bind(new.name.as_str())
    .bind(put(&new.topic))
    .bind(owner)
    .bind(new.now.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = made else { return Ok(None) };
    names::keep_room(&mut tx, id, &new.name).await?;
    if let Some(owner) = owner {
        join(&mut tx, id, owner, new.now).await?;
    }
    let room = found(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Some(room))
}

pub(super) async fn ensure_direct(
    store: &PostgresStore,
    one: &Username,
    other: &Username,
    now: Timestamp,
) -> Result<Room, Fault> {
    if let Some(room) = direct(&mut *store.pool.acquire().await?, one, other).await? {
        return Ok(room);
    }
    let mut tx = store.pool.begin().await?;
    let (one, other) = people::two(&mut tx, one, other, now).await?;
    sqlx::query(
        "INSERT INTO rooms (kind, one_id, other_id, created_at, active_at) VALUES (2, $1, $2, $3, $3)
         ON CONFLICT (LEAST(one_id, other_id), GREATEST(one_id, other_id)) WHERE one_id IS NOT NULL DO NOTHING",
    )
    .bind(one)
    .bind(other)
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    let id: i64 = sqlx::query_scalar(
        "SELECT id FROM rooms WHERE LEAST(one_id, other_id) = LEAST($1::bigint, $2) AND GREATEST(one_id, other_id) = GREATEST($1::bigint, $2)
             AND one_id IS NOT NULL",
    )
    .bind(one)
    .bind(other)
    .fetch_one(&mut *tx)
    .await?;
    join(&mut tx, id, one, now).await?;
    join(&mut tx, id, other, now).await?;
    let room = found(&mut tx, id).await?;
    tx.commit().await?;
    Ok(room)
}

/// The direct conversation of two users where there is one that both are in.
async fn direct(db: &mut PgConnection, one: &Username, other: &Username) -> Result<Option<Room>, Fault> {
    const PAIR: &str = concat!(
        "SELECT ",
        room_columns!(),
        " FROM users a JOIN users b ON b.key = $2 JOIN rooms r
            ON LEAST(r.one_id, r.other_id) = LEAST(a.id, b.id)
               AND GREATEST(r.one_id, r.other_id) = GREATEST(a.id, b.id) AND r.one_id IS NOT NULL",
        room_joins!(),
        "WHERE a.key = $1 AND r.members = CASE WHEN a.id = b.id THEN 1 ELSE 2 END"
    );
    let row = sqlx::query(PAIR).bind(one.key()).bind(other.key()).fetch_optional(db).await?;
    row.as_ref().map(room).transpose()
}

/// Makes a user a member, with all that was said so far counted as read and delivered. False: was one already, or the
/// room does not take him.
async fn join(db: &mut PgConnection, room: i64, user: i64, now: Timestamp) -> Result<bool, Fault> {
    let joined = sqlx::query(
        "INSERT INTO members (room_id, user_id, joined_at, read, delivered, noticed)
         SELECT id, $2::bigint, $3::bigint, last_seq, last_seq, last_seq FROM rooms
         WHERE id = $1 AND (kind <> 2 OR $2::bigint IN (one_id, other_id))
         ON CONFLICT DO NOTHING",
    )
    .bind(room)
    .bind(user)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(joined.rows_affected() > 0)
}

pub(super) async fn delete(store: &PostgresStore, room: RoomId, deed: Option<&Deed>) -> Result<bool, Fault> {
    let Some(id) = room_number(room) else { return Ok(false) };
    let mut tx = store.pool.begin().await?;
    let deleted = erase(&mut tx, id).await?;
    if deleted {
        order::note_any(&mut tx, deed).await?;
    }
    tx.commit().await?;
    Ok(deleted)
}

/// Deletes a room with all that belongs to it.
async fn erase(db: &mut PgConnection, id: i64) -> Result<bool, Fault> {
    sqlx::query("DELETE FROM messages WHERE place > $1::bigint << 32 AND place < ($1::bigint + 1) << 32")
        .bind(id)
        .execute(&mut *db)
        .await?;
    let deleted = sqlx::query("DELETE FROM rooms WHERE id = $1").bind(id).execute(db).await?;
    Ok(deleted.rows_affected() > 0)
}

pub(super) async fn add_member(
    store: &PostgresStore,
    room: RoomId,
    user: &Username,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(room) = room_number(room) else { return Ok(false) };
    let mut tx = store.pool.begin().await?;
    let user = people::id(&mut tx, user, now).await?;
    let joined = join(&mut tx, room, user, now).await?;
    if joined {
        tx.commit().await?;
    }
    Ok(joined)
}

pub(super) async fn remove_member(
    store: &PostgresStore,
    room: RoomId,
    user: &Username,
    deed: Option<&Deed>,
) -> Result<Removal, Fault> {
    let Some(room) = room_number(room) else { return Ok(Removal::NotAMember) };
    let mut tx = store.pool.begin().await?;
    // Held, so that two who leave at once are not both the last but one.
    sqlx::query("SELECT 1 FROM rooms WHERE id = $1 FOR NO KEY UPDATE").bind(room).execute(&mut *tx).await?;
    let gone =
        sqlx::query("DELETE FROM members WHERE room_id = $1 AND user_id = (SELECT id FROM users WHERE key = $2)")
            .bind(room)
            .bind(user.key())
            .execute(&mut *tx)
            .await?;
    if gone.rows_affected() == 0 {
        return Ok(Removal::NotAMember);
    }
    order::note_any(&mut tx, deed).await?;
    let heir = bequeath(&mut tx, room, user).await?;
    let (kind, left): (i64, i64) =
        sqlx::query_as("SELECT kind, members FROM rooms WHERE id = $1").bind(room).fetch_one(&mut *tx).await?;
    let is_group = Some(kind) == room_kind_number(shared::RoomKind::Group);
    let removal = if is_group && left == 0 {
        erase(&mut tx, room).await?;
        Removal::RoomDeleted
    } else {
        Removal::Left { members: count(left)?, heir }
    };
    tx.commit().await?;
    Ok(removal)
}

/// Passes a room whose owner went to the moderator who is in it the longest, else the member, who may speak from then
/// on whatever was before. The new owner, where there is one.
async fn bequeath(db: &mut PgConnection, room: i64, gone: &Username) -> Result<Option<Username>, Fault> {
    let heir = sqlx::query(
        "UPDATE rooms SET owner_id = heir.user_id
         FROM (SELECT user_id FROM members WHERE room_id = $1 ORDER BY moderator DESC, id LIMIT 1) AS heir
         WHERE rooms.id = $1 AND rooms.owner_id = (SELECT id FROM users WHERE key = $2)
         RETURNING (SELECT name FROM users WHERE users.id = rooms.owner_id) AS name",
    )
    .bind(room)
    .bind(gone.key())
    .fetch_optional(&mut *db)
    .await?;
    let Some(heir) = heir.as_ref().map(|row| username(row, "name")).transpose()? else { return Ok(None) };
    sqlx::query("DELETE FROM sanctions WHERE room_id = $1 AND user_id = (SELECT id FROM users WHERE key = $2)")
        .bind(room)
        .bind(heir.key())
        .execute(db)
        .await?;
    Ok(Some(heir))
}

pub(super) async fn set_topic(store: &PostgresStore, room: RoomId, topic: &str) -> Result<bool, Fault> {
    let set = sqlx::query("UPDATE rooms SET topic = $2 WHERE id = $1")
        .bind(room_number(room))
        .bind(put(topic))
        .execute(&store.pool)
        .await?;
    Ok(set.rows_affected() > 0)
}

pub(super) async fn set_mute(
    store: &PostgresStore,
    room: RoomId,
    user: &Username,
    level: MuteLevel,
) -> Result<bool, Fault> {
    let set = sqlx::query(
        "UPDATE members SET mute = $3 WHERE room_id = $1 AND user_id = (SELECT id FROM users WHERE key = $2)",
    )
    .bind(room_number(room))
    .bind(user.key())
    .bind(mute_number(level))
    .execute(&store.pool)
    .await?;
    Ok(set.rows_affected() > 0)
}

pub(super) async fn members(store: &PostgresStore, room: RoomId, limit: u32) -> Result<Vec<MemberRecord>, Fault> {
    let Some(room) = room_number(room) else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "SELECT u.name, u.display_name, u.phone, u.last_seen_at
         FROM members m JOIN users u ON u.id = m.user_id
         WHERE m.room_id = $1 ORDER BY m.id LIMIT $2",
    )
    .bind(room)
    .bind(i64::from(limit))
    .fetch_all(&store.pool)
    .await?;
    let member = |row: &PgRow| {
        Ok(MemberRecord {
            user: username(row, "name")?,
            display_name: optionally_written(row, "display_name")?,
            phone: optionally_written(row, "phone")?,
            last_seen_at: optional_time(row, "last_seen_at")?,
        })
    };
    rows.iter().map(member).collect()
}

/// A user's memberships, up to what belongs behind `WHERE u.key = $1`.
macro_rules! memberships {
    ($tail:literal) => {
        concat!(
            "SELECT ",
            room_columns!(),
            ", m.read, m.hidden, m.mute, said.name AS last_sender, l.body AS last_body,
               l.metadata AS last_metadata, l.time AS last_time,
               (SELECT p.read FROM members p WHERE r.kind = 2 AND p.room_id = r.id
                    AND p.user_id = CASE WHEN r.one_id = m.user_id THEN r.other_id ELSE r.one_id END) AS partner_read,
               (SELECT count(*) FROM mentions n WHERE n.user_id = m.user_id
                    AND n.place > (m.room_id << 32) + GREATEST(m.read, m.hidden)
                    AND n.place < (m.room_id + 1) << 32) AS mentions
               FROM users u JOIN members m ON m.user_id = u.id JOIN rooms r ON r.id = m.room_id
               LEFT JOIN messages l ON l.place = ((r.id << 32) | r.last_seq) AND r.last_seq > m.hidden
               LEFT JOIN users said ON said.id = l.sender_id",
            room_joins!(),
            "WHERE u.key = $1 ",
            $tail
        )
    };
}

fn member_of(row: &PgRow) -> Result<Membership, Fault> {
    let partner_read: Option<i64> = row.try_get("partner_read")?;
    let last = optional_username(row, "last_sender")?;
    Ok(Membership {
        room: room(row)?,
        members: count(row.try_get("members")?)?,
        read: seq(row, "read")?,
        hidden: seq(row, "hidden")?,
        mentions: count(row.try_get("mentions")?)?,
        mute: mute_level(row.try_get("mute")?)?,
        partner_read: partner_read.map(unsigned).transpose()?.map(Seq),
        last: match last {
            Some(sender) => Some(Glimpse {
                sender,
                excerpt: excerpt(row, "last_body", "last_metadata")?,
                time: time(row, "last_time")?,
            }),
            None => None,
        },
    })
}

pub(super) async fn memberships(store: &PostgresStore, user: &Username) -> Result<Vec<Membership>, Fault> {
    let rows = sqlx::query(memberships!("ORDER BY r.active_at DESC, r.id DESC"))
        .bind(user.key())
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(member_of).collect()
}

pub(super) async fn membership(
    store: &PostgresStore,
    room: RoomId,
    user: &Username,
) -> Result<Option<Membership>, Fault> {
    let Some(room) = room_number(room) else { return Ok(None) };
    let row =
        sqlx::query(memberships!("AND m.room_id = $2")).bind(user.key()).bind(room).fetch_optional(&store.pool).await?;
    row.as_ref().map(member_of).transpose()
}

pub(super) async fn places(store: &PostgresStore, users: &[Username]) -> Result<Vec<(Username, RoomId)>, Fault> {
    let keys: Vec<_> = users.iter().map(Username::key).collect();
    let rows =
        sqlx::query("SELECT u.name, m.room_id FROM users u JOIN members m ON m.user_id = u.id WHERE u.key = ANY ($1)")
            .bind(keys)
            .fetch_all(&store.pool)
            .await?;
    let place = |row: &PgRow| Ok((username(row, "name")?, RoomId(unsigned(row.try_get("room_id")?)?)));
    rows.iter().map(place).collect()
}

pub(super) async fn directory(store: &PostgresStore, limit: u32) -> Result<Vec<Listing>, Fault> {
    const DIRECTORY: &str = concat!(
        "SELECT ",
        room_columns!(),
        " FROM rooms r",
        room_joins!(),
        "WHERE r.kind = 0 ORDER BY r.members DESC, r.key LIMIT $1"
    );
    let rows = sqlx::query(DIRECTORY).bind(i64::from(limit)).fetch_all(&store.pool).await?;
    let listing = |row: &PgRow| Ok(Listing { room: room(row)?, members: count(row.try_get("members")?)? });
    rows.iter().map(listing).collect()
}
