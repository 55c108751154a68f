//! Export: everything as lines, a part after the other.

use shared::RoomId;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{
    message, message_columns, message_joins, mute_level, room, room_columns, room_joins, room_number, seq, time,
    unplace, unsigned, username, written,
};
use super::{PostgresStore, order, people, sessions, strangers, webhooks};
use crate::store::{Dump, Line};

const USERS: u8 = 0;
const ROOMS: u8 = 1;
const MEMBERS: u8 = 2;
const WEBHOOKS: u8 = 3;
const MESSAGES: u8 = 4;
const VERSIONS: u8 = 5;
const REPORTS: u8 = 6;
const BLOCKS: u8 = 7;
const SANCTIONS: u8 = 8;
const TOKENS: u8 = 9;

pub(super) async fn dump(
    store: &PostgresStore,
    after: Option<Dump>,
    limit: u32,
) -> Result<(Vec<Line>, Option<Dump>), Fault> {
    let mut db = store.pool.acquire().await?;
    let mut at = after.unwrap_or(Dump { part: USERS, row: 0, key: String::new(), newest_room: RoomId(0) });
    while limit > 0 && at.part <= TOKENS {
        let rows = part(&mut db, &at, limit).await?;
        if let Some(last) = rows.last() {
            match at.part {
                WEBHOOKS | TOKENS => at.key = last.try_get("id")?,
                _ => at.row = last.try_get("row")?,
            }
            if at.part == ROOMS {
                at.newest_room = RoomId(unsigned(at.row)?);
            }
            let lines = rows.iter().map(|row| line(at.part, row)).collect::<Result<_, _>>()?;
            return Ok((lines, Some(at)));
        }
        at = Dump { part: at.part + 1, row: 0, key: String::new(), ..at };
    }
    Ok((Vec::new(), None))
}

/// The next rows of the part `at` is in. What belongs to rooms made after the rooms' turn is left out, so that a dump
/// of a store in use holds together.
async fn part(db: &mut PgConnection, at: &Dump, limit: u32) -> Result<Vec<PgRow>, Fault> {
    const USERS_AFTER: &str = concat!(people::user_columns!(), "WHERE id > $1 ORDER BY id LIMIT $2");
    const ROOMS_AFTER: &str = concat!(
        "SELECT r.id AS row, ",
        room_columns!(),
        " FROM rooms r",
        room_joins!(),
        "WHERE r.id > $1 ORDER BY r.id LIMIT $2"
    );
    const MEMBERS_AFTER: &str =
        "SELECT m.id AS row, m.room_id, u.name, m.joined_at, m.read, m.delivered, m.noticed, m.hidden, m.mute,
                m.moderator
         FROM members m JOIN users u ON u.id = m.user_id WHERE m.id > $1 AND m.room_id <= $3 ORDER BY m.id LIMIT $2";
    const MESSAGES_AFTER: &str = concat!(
        "SELECT x.place AS row, ",
        message_columns!(),
        " FROM messages x JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place > $1 AND x.place < ($3::bigint + 1) << 32 ORDER BY x.place LIMIT $2"
    );
    const VERSIONS_AFTER: &str = "SELECT id AS row, place, body, time FROM versions
         WHERE id > $1 AND place < ($3::bigint + 1) << 32 ORDER BY id LIMIT $2";
    const REPORTS_AFTER: &str = concat!(strangers::report_columns!(), "WHERE r.id > $1 ORDER BY r.id LIMIT $2");
    // The two together, so that a row has a number to go on from; users are below 2^31.
    const BLOCKS_AFTER: &str = "SELECT (b.user_id << 32) | b.blocked_id AS row, u.name AS blocker, o.name AS blocked
         FROM blocks b JOIN users u ON u.id = b.user_id JOIN users o ON o.id = b.blocked_id
         WHERE (b.user_id, b.blocked_id) > ($1::bigint >> 32, $1::bigint & 4294967295) ORDER BY b.user_id, b.blocked_id LIMIT $2";
    const SANCTIONS_AFTER: &str =
        concat!(order::sanction_columns!(), "WHERE s.id > $1 AND COALESCE(s.room_id, 0) <= $3 ORDER BY s.id LIMIT $2");
    let query = match at.part {
        USERS => sqlx::query(USERS_AFTER).bind(at.row).bind(i64::from(limit)),
        ROOMS => sqlx::query(ROOMS_AFTER).bind(at.row).bind(i64::from(limit)),
        MEMBERS => sqlx::query(MEMBERS_AFTER).bind(at.row).bind(i64::from(limit)).bind(room_number(at.newest_room)),
        WEBHOOKS => {
            sqlx::query(webhooks::AFTER).bind(at.key.as_str()).bind(i64::from(limit)).bind(room_number(at.newest_room))
        }
        TOKENS => sqlx::query(sessions::TOKENS_AFTER).bind(at.key.as_str()).bind(i64::from(limit)),
        MESSAGES => sqlx::query(MESSAGES_AFTER).bind(at.row).bind(i64::from(limit)).bind(room_number(at.newest_room)),
        VERSIONS => sqlx::query(VERSIONS_AFTER).bind(at.row).bind(i64::from(limit)).bind(room_number(at.newest_room)),
        REPORTS => sqlx::query(REPORTS_AFTER).bind(at.row).bind(i64::from(limit)),
        BLOCKS => sqlx::query(BLOCKS_AFTER).bind(at.row).bind(i64::from(limit)),
        _ => sqlx::query(SANCTIONS_AFTER).bind(at.row).bind(i64::from(limit)).bind(room_number(at.newest_room)),
    };
    Ok(query.fetch_all(db).await?)
}

fn line(part: u8, row: &PgRow) -> Result<Line, Fault> {
    match part {
        USERS => people::user(row).map(Line::User),
        ROOMS => room(row).map(Line::Room),
        MEMBERS => Ok(Line::Member {
            room: RoomId(unsigned(row.try_get("room_id")?)?),
            user: username(row, "name")?,
            joined_at: time(row, "joined_at")?,
            read: seq(row, "read")?,
            delivered: seq(row, "delivered")?,
            noticed: seq(row, "noticed")?,
            hidden: seq(row, "hidden")?,
            mute: mute_level(row.try_get("mute")?)?,
            moderator: row.try_get("moderator")?,
        }),
        WEBHOOKS => webhooks::webhook(row).map(Line::Webhook),
        MESSAGES => message(row).map(Line::Message),
        REPORTS => strangers::report(row).map(Line::Report),
        SANCTIONS => order::sanction(row).map(Line::Sanction),
        TOKENS => sessions::session(row).map(Line::Token),
        BLOCKS => Ok(Line::Block { user: username(row, "blocker")?, blocked: username(row, "blocked")? }),
        _ => {
            let (room, seq) = unplace(row.try_get("place")?)?;
            Ok(Line::Version { room, seq, body: written(row, "body")?, time: time(row, "time")? })
        }
    }
}
