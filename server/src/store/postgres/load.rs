//! Import: the lines of a dump into an empty store.

use std::collections::HashMap;
use std::mem::discriminant;

use shared::{RoomId, RoomKind, RoomName, Seq};
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::messages::{self, NewRows};
use super::open::insert_lobby;
use super::rows::{mute_number, place, position, room_kind_number, room_number, unplace};
use super::text::put;
use super::{PostgresStore, amend, files, names, order, people, sessions, strangers, webhooks, words};
use crate::store::parts::Parts;
use crate::store::{Line, Message, Room, StoredFile, Timestamp, User};

pub(super) async fn load(store: &PostgresStore, lines: &[Line]) -> Result<(), Fault> {
    let mut tx = store.pool.begin().await?;
    for run in lines.chunk_by(|one, next| discriminant(one) == discriminant(next)) {
        make_way(&mut tx, run).await?;
        let mut said = Vec::new();
        for line in run {
            match line {
                Line::User(user) => load_user(&mut tx, user).await?,
                Line::Room(room) => load_room(&mut tx, room).await?,
                Line::Member { .. } => load_member(&mut tx, line).await?,
                Line::Message(message) => said.push(message),
                Line::Report(report) => {
                    if !strangers::insert_report(&mut tx, report).await? {
                        return Err(bad(format!("there is this report of {} already", report.reported)));
                    }
                }
                Line::Block { user, blocked } => {
                    if !strangers::insert_block(&mut tx, user, blocked, Timestamp::default()).await? {
                        return Err(bad(format!("{user} does not want to meet {blocked} already")));
                    }
                }
                Line::Sanction(sanction) => {
                    if !order::insert(&mut tx, sanction).await? {
                        return Err(bad(format!(
                            "{} is banned or silenced there already, or there is no such room",
                            sanction.whom
                        )));
                    }
                }
                Line::Webhook(webhook) => {
                    if !webhooks::insert(&mut tx, webhook).await? {
                        return Err(bad(format!(
                            "there is the webhook {} already, or its name is somebody else's, or there is no such room",
                            webhook.id
                        )));
                    }
                }
                Line::Token(token) => {
                    if !sessions::insert(&mut tx, token).await? {
                        return Err(bad(format!("there is this token of {} already", token.user)));
                    }
                }
                Line::Version { room, seq, body, time } => load_version(&mut tx, (*room, *seq), *time, body).await?,
            }
        }
        load_messages(&mut tx, &said).await?;
    }
    insert_lobby(&mut tx).await?;
    // Numbers go on behind those that were taken in.
    sqlx::query("SELECT setval(pg_get_serial_sequence('rooms', 'id'), GREATEST(max(id), nextval(pg_get_serial_sequence('rooms', 'id')))) FROM rooms").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

fn bad(why: impl Into<String>) -> Fault {
    Fault::BadDump(why.into())
}

/// Takes out the lobby that a new store comes with, where nobody was in it yet and the dump's own lobby, or another
/// of its rooms, needs its name or number.
async fn make_way(db: &mut PgConnection, run: &[Line]) -> Result<(), Fault> {
    let rooms = || run.iter().filter_map(|line| if let Line::Room(room) = line { Some(room) } else { None });
    let ids: Vec<i64> = rooms().filter_map(|room| room_number(room.id)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let lobby = RoomName::lobby();
    sqlx::query(
        "DELETE FROM rooms WHERE key = $1 AND last_seq = 0 AND members = 0 AND owner_id IS NULL
             AND ($2 OR id IN (SELECT unnest($3::bigint[])))",
    )
    .bind(lobby.key())
    .bind(rooms().any(|room| room.name.as_ref() == Some(&lobby)))
    .bind(ids)
    .execute(db)
    .await?;
    Ok(())
}

async fn load_user(db: &mut PgConnection, user: &User) -> Result<(), Fault> {
    let made: Option<i64> = sqlx::query_scalar(
        "INSERT INTO users (key, name, password_hash, display_name, phone, disabled, created_at, last_seen_at,
                            renewed_at, admin)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(user.name.key())
    .bind(user.name.as_str())
    .bind(user.password_hash.as_deref())
    .bind(user.profile.display_name.as_deref().map(put))
    .bind(user.profile.phone.as_deref().map(put))
    .bind(user.disabled)
    .bind(user.created_at.0)
    .bind(user.last_seen_at.map(|at| at.0))
    .bind(user.renewed_at.map(|at| at.0))
    .bind(user.admin)
    .fetch_optional(&mut *db)
    .await?;
    let Some(id) = made else {
        return Err(bad(format!("there is a user {} already, or one with the same phone", user.name)));
    };
    if user.is_guest() { Ok(()) } else { names::keep_user(db, id, &user.name).await }
}

async fn load_room(db: &mut PgConnection, room: &Room) -> Result<(), Fault> {
    let id = room_number(room.id).ok_or_else(|| bad(format!("a room cannot have the number {}", room.id)))?;
    let kind = room_kind_number(room.kind).ok_or_else(|| bad("a random pair is never stored"))?;
    let is_direct = room.kind == RoomKind::Direct;
    if is_direct != room.name.is_none() || is_direct != room.parties.is_some() {
        return Err(bad(format!("room {} needs a name, or its two users if it is direct", room.id)));
    }
    let mut ids = [None; 3];
    let (one, other) = room.parties.as_ref().map(|(one, other)| (one, other)).unzip();
    for (id, name) in ids.iter_mut().zip([room.owner.as_ref(), one, other]) {
        if let Some(name) = name {
            *id = Some(people::id(db, name, room.created_at).await?);
        }
    }
    let [owner, one, other] = ids;
    // Its last sequence number comes with its messages, so that it is never ahead of them.
    let made = sqlx::query(
        "INSERT INTO rooms (id, kind, key, name, one_id, other_id, topic, owner_id, created_at, active_at, change)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(kind)
    .bind(room.name.as_ref().map(RoomName::key))
    .bind(room.name.as_ref().map(RoomName::as_str))
    .bind(one)
    .bind(other)
    .bind(put(&room.topic))
    .bind(owner)
    .bind(room.created_at.0)
    .bind(room.active_at.0)
    .bind(i64::try_from(room.change.0).unwrap_or(i64::MAX))
    .execute(&mut *db)
    .await?;
    if made.rows_affected() == 0 {
        return Err(bad(format!("there is a room {} already, or one of the same name or users", room.id)));
    }
    match &room.name {
        Some(name) => names::keep_room(db, id, name).await,
        None => Ok(()),
    }
}

async fn load_member(db: &mut PgConnection, line: &Line) -> Result<(), Fault> {
    let Line::Member { room, user, joined_at, read, delivered, noticed, hidden, mute, moderator } = line else {
        return Ok(());
    };
    let user_id = people::id(db, user, *joined_at).await?;
    let made = sqlx::query(
        "INSERT INTO members (room_id, user_id, joined_at, read, delivered, noticed, hidden, mute, moderator)
         SELECT id, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::boolean
         FROM rooms WHERE id = $1 ON CONFLICT DO NOTHING",
    )
    .bind(room_number(*room))
    .bind(user_id)
    .bind(joined_at.0)
    .bind(position(*read))
    .bind(position(*delivered))
    .bind(position(*noticed))
    .bind(position(*hidden))
    .bind(mute_number(*mute))
    .bind(moderator)
    .execute(db)
    .await?;
    if made.rows_affected() == 0 {
        return Err(bad(format!("{user} is in room {room} already, or there is no such room")));
    }
    Ok(())
}

async fn load_messages(db: &mut PgConnection, said: &[&Message]) -> Result<(), Fault> {
    if said.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = said.iter().map(|message| message.sender.key()).collect();
    let mut senders = people::ids(db, keys.iter().map(String::as_str)).await?;
    let mut newcomers = HashMap::new();
    for (message, key) in said.iter().zip(&keys).filter(|(_, key)| !senders.contains_key(*key)) {
        newcomers.entry(key).or_insert((&message.sender, message.time));
    }
    senders.extend(people::add(db, &Vec::from_iter(newcomers.into_values())).await?);
    let mut ends = last_seqs(db, said).await?;
    let mut rows = NewRows::default();
    for (message, key) in said.iter().zip(&keys) {
        let (room, seq) = (message.room, message.seq);
        let (end, time) = ends.get_mut(&room).ok_or_else(|| bad(format!("there is no room {room}")))?;
        if seq != end.next() {
            return Err(bad(format!("message {seq} of room {room} comes after message {end}")));
        }
        (*end, *time) = (seq, message.time.max(*time));
        if let Some((place, sender)) = place(room, seq).zip(senders.get(key)) {
            rows.push(place, *sender, Parts::from(*message));
        }
    }
    messages::insert(db, rows).await.map_err(|fault| match fault {
        Fault::Sql(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            bad("a sender has used the same client_id for two messages")
        }
        other => other,
    })?;
    let mentions = said.iter().filter_map(|message| {
        Some(words::mentions_of(place(message.room, message.seq)?, &message.sender, &message.body))
    });
    words::mention(db, mentions.flatten().collect()).await?;
    load_reactions(db, said).await?;
    load_files(db, said, &senders).await?;
    messages::raise(db, &ends).await?;
    // Where the store was in use, messages may have been amended after the rooms' turn.
    let (rooms, changes): (Vec<i64>, Vec<i64>) = said
        .iter()
        .filter_map(|message| Some((room_number(message.room)?, i64::try_from(message.since.change.0).ok()?)))
        .unzip();
    sqlx::query(
        "UPDATE rooms SET change = given.change
         FROM (SELECT room, max(change) AS change FROM unnest($1::bigint[], $2::bigint[]) AS all_of (room, change)
               GROUP BY room) AS given
         WHERE rooms.id = given.room AND rooms.change < given.change",
    )
    .bind(rooms)
    .bind(changes)
    .execute(db)
    .await?;
    Ok(())
}

/// The order in which reactions came is that of the dump.
async fn load_reactions(db: &mut PgConnection, said: &[&Message]) -> Result<(), Fault> {
    for message in said {
        let Some(at) = place(message.room, message.seq) else { continue };
        let mut nth = 0;
        for (emoji, users) in &message.since.reactions {
            for user in users {
                nth += 1;
                let user = people::id(db, user, message.time).await?;
                amend::put_under(db, at, emoji, user, nth).await?;
            }
        }
    }
    Ok(())
}

/// What is known of files stands in the messages that name them.
async fn load_files(db: &mut PgConnection, said: &[&Message], senders: &HashMap<String, i64>) -> Result<(), Fault> {
    for message in said {
        let place = place(message.room, message.seq);
        let Some((place, sender)) = place.zip(senders.get(&message.sender.key())) else { continue };
        for file in StoredFile::said_with(message) {
            files::restore(db, place, *sender, &file).await?;
        }
    }
    Ok(())
}

async fn load_version(
    db: &mut PgConnection,
    (room, seq): (RoomId, Seq),
    time: Timestamp,
    body: &str,
) -> Result<(), Fault> {
    // Where the store was in use, the message may have come after the messages' turn.
    let Some(at) = place(room, seq) else { return Ok(()) };
    if messages::find(db, at).await?.is_none() {
        return Ok(());
    }
    if !amend::keep_version(db, at, time, body).await? {
        return Err(bad(format!("there is this version of message {seq} of room {room} already")));
    }
    Ok(())
}

/// How far the rooms of these messages have come.
async fn last_seqs(db: &mut PgConnection, said: &[&Message]) -> Result<HashMap<RoomId, (Seq, Timestamp)>, Fault> {
    let mut rooms: Vec<i64> = said.iter().filter_map(|message| room_number(message.room)).collect();
    rooms.dedup();
    let rows = sqlx::query("SELECT (r.id << 32) | r.last_seq AS place, r.active_at FROM rooms r WHERE r.id = ANY ($1)")
        .bind(rooms)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let (room, seq) = unplace(row.try_get("place")?)?;
            Ok((room, (seq, Timestamp(row.try_get("active_at")?))))
        })
        .collect()
}
