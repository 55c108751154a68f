//! Messages: storing them in batches, reading pages and mail, moving positions.

use std::collections::{HashMap, HashSet};

use shared::{Change, FileInfo, RoomId, Seq, Username};
use sqlx::{Row, SqliteConnection};

use super::backlog::{self, Backlog, Progress};
use super::fault::Fault;
use super::rows::{compact, json, message, message_columns, message_id, message_joins, place, position, unplace};
use super::{SqliteStore, files, people, words};
use crate::store::parts::Parts;
use crate::store::plan::{Known, Plan};
use crate::store::{Appended, Marks, Message, NewMessage, Page, Timestamp};

pub(super) async fn append(store: &SqliteStore, batch: &[NewMessage]) -> Result<Vec<Appended>, Fault> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = batch.iter().map(|message| message.sender.key()).collect();
    let mut tx = store.write().await?;
    let known = Known {
        rooms: last_seqs(&mut tx, batch).await?,
        senders: people::ids(&mut tx, keys.iter().map(String::as_str)).await?,
        firsts: Vec::new(),
    };
    let firsts = firsts(&mut tx, batch, &keys, &known.senders).await?;
    let plan = Plan::draw(batch, &keys, Known { firsts, ..known });
    if !plan.stored.is_empty() {
        let progress = carry_out(&mut tx, &store.backlog, batch, &keys, &plan).await?;
        store.backlog.commit(tx, progress).await?;
    }
    Ok(plan.outcomes)
}

/// The last sequence numbers of those of the batch's rooms that exist.
async fn last_seqs(db: &mut SqliteConnection, batch: &[NewMessage]) -> Result<HashMap<RoomId, Seq>, Fault> {
    let rooms: HashSet<RoomId> = batch.iter().map(|message| message.room).filter(|room| !room.is_pair()).collect();
    let rows = sqlx::query(
        "SELECT (r.id << 32) | r.last_seq AS place FROM jsonb_each(?1) AS given CROSS JOIN rooms r ON r.id = given.value",
    )
    .bind(json(&Vec::from_iter(rooms))?)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| unplace(row.try_get("place")?)).collect()
}

/// For each of the batch, what its sender said under the same `client_id` before.
async fn firsts(
    db: &mut SqliteConnection,
    batch: &[NewMessage],
    keys: &[String],
    senders: &HashMap<String, i64>,
) -> Result<Vec<Option<Appended>>, Fault> {
    let mut firsts = vec![None; batch.len()];
    let asked: Vec<_> = batch
        .iter()
        .zip(keys)
        .enumerate()
        .filter_map(|(index, (message, key))| Some((index, senders.get(key)?, message.client_id.as_ref()?)))
        .collect();
    if asked.is_empty() {
        return Ok(firsts);
    }
    let rows = sqlx::query(
        "SELECT given.value ->> 0 AS asked, x.place, x.id, x.time FROM jsonb_each(?1) AS given
         CROSS JOIN messages x ON x.sender_id = given.value ->> 1 AND x.client_id = given.value ->> 2",
    )
    .bind(json(&asked)?)
    .fetch_all(db)
    .await?;
    for row in &rows {
        let (room, seq) = unplace(row.try_get("place")?)?;
        let asked: i64 = row.try_get_unchecked("asked")?;
        let first =
            Appended::Duplicate { room, seq, id: message_id(row, "id")?, time: super::rows::time(row, "time")? };
        if let Some(slot) = usize::try_from(asked).ok().and_then(|asked| firsts.get_mut(asked)) {
            *slot = Some(first);
        }
    }
    Ok(firsts)
}

async fn carry_out(
    db: &mut SqliteConnection,
    backlog: &Backlog,
    batch: &[NewMessage],
    keys: &[String],
    plan: &Plan,
) -> Result<Progress, Fault> {
    let senders = people::add(db, &plan.newcomers(batch, keys)).await?;
    let id_of = |index: usize| plan.sender(&keys[index]).or_else(|| senders.get(&keys[index]).copied());
    let mut rows: Vec<NewRow<'_>> = Vec::with_capacity(plan.stored.len());
    let mut reads = HashMap::new();
    let (mut files, mut mentions) = (Vec::new(), Vec::new());
    for &(index, seq) in &plan.stored {
        let said = &batch[index];
        let Some((place, sender)) = place(said.room, seq).zip(id_of(index)) else { continue };
        files.extend(FileInfo::of(&said.metadata).into_iter().map(|file| (place, file.id, sender)));
        mentions.extend(words::mentions_of(place, &said.sender, &said.body));
        rows.push(NewRow::of(place, sender, Parts::from(said)));
        reads.insert((said.room, sender), seq);
    }
    rows.sort_unstable_by_key(NewRow::place);
    insert(db, &rows).await?;
    let progress = backlog::add(db, backlog, &rows).await?;
    files::say(db, &files).await?;
    words::mention(db, &mentions).await?;
    raise(db, &plan.ends).await?;
    let reads: Vec<_> = reads.into_iter().map(|((room, sender), seq)| (room, sender, seq)).collect();
    sqlx::query(
        "UPDATE members SET read = max(read, given.value ->> 2) FROM jsonb_each(?1) AS given
         WHERE members.room_id = given.value ->> 0 AND members.user_id = given.value ->> 1",
    )
    .bind(json(&reads)?)
    .execute(db)
    .await?;
    Ok(progress)
}

/// A row of `messages` as it goes in: place, sender, time, kind, id as UUID, id as text, body, metadata, client id,
/// what it answers, and what became of it.
#[derive(serde::Serialize)]
pub(super) struct NewRow<'a>(
    i64,
    i64,
    Timestamp,
    i64,
    Option<String>,
    Option<&'a str>,
    &'a str,
    Option<String>,
    Option<&'a str>,
    Option<Seq>,
    Change,
    Option<Timestamp>,
    bool,
);

impl<'a> NewRow<'a> {
    pub(super) fn of(place: i64, sender: i64, parts: Parts<'a>) -> Self {
        let uuid = compact(parts.id);
        let text = if uuid.is_some() { None } else { Some(parts.id.0.as_str()) };
        let metadata = if parts.metadata.is_empty() { None } else { serde_json::to_string(parts.metadata).ok() };
        let Parts { time, kind, body, client_id, reply_to, change, edited_at, deleted, .. } = parts;
        Self(place, sender, time, kind, uuid, text, body, metadata, client_id, reply_to, change, edited_at, deleted)
    }
}

impl NewRow<'_> {
    /// Where the message lies.
    pub(super) fn place(&self) -> i64 {
        self.0
    }

    /// What it says.
    pub(super) fn body(&self) -> &str {
        self.6
    }
}

/// Inserts rows in one statement. They are ordered as the table is, so that it is walked through once.
pub(super) async fn insert(db: &mut SqliteConnection, rows: &[NewRow<'_>]) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO messages (place, sender_id, time, kind, id, body, metadata, client_id, reply_seq, change, edited_at,
                               deleted)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, coalesce(unhex(value ->> 4), value ->> 5),
                value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
         FROM jsonb_each(?1)",
    )
    .bind(json(rows)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Moves rooms to their new last sequence number and time of activity.
pub(super) async fn raise(db: &mut SqliteConnection, ends: &HashMap<RoomId, (Seq, Timestamp)>) -> Result<(), Fault> {
    let ends: Vec<_> = ends.iter().map(|(room, (seq, time))| (room, seq, time)).collect();
    sqlx::query(
        "UPDATE rooms SET last_seq = given.value ->> 1, active_at = max(active_at, given.value ->> 2)
         FROM jsonb_each(?1) AS given WHERE rooms.id = given.value ->> 0",
    )
    .bind(json(&ends)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn page(store: &SqliteStore, room: RoomId, page: Page) -> Result<Vec<Message>, Fault> {
    const OLDEST: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place > ?1 AND x.place < ?2 ORDER BY x.place LIMIT ?3"
    );
    const NEWEST: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place > ?1 AND x.place < ?2 ORDER BY x.place DESC LIMIT ?3"
    );
    // Nothing has the last place a room could have, so it serves as the end.
    let Some((after, before)) = place(room, page.after).zip(place(room, page.before.unwrap_or(Seq(u64::MAX)))) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query(if page.newest { NEWEST } else { OLDEST })
        .bind(after)
        .bind(before)
        .bind(page.limit)
        .fetch_all(&mut *store.read().await?)
        .await?;
    let mut messages: Vec<Message> = rows.iter().map(message).collect::<Result<_, _>>()?;
    if page.newest {
        messages.reverse();
    }
    Ok(messages)
}

pub(super) async fn one(store: &SqliteStore, room: RoomId, seq: Seq) -> Result<Option<Message>, Fault> {
    match place(room, seq) {
        Some(place) => find(&mut *store.read().await?, place).await,
        None => Ok(None),
    }
}

pub(super) async fn find(db: &mut SqliteConnection, place: i64) -> Result<Option<Message>, Fault> {
    const ONE: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place = ?1"
    );
    sqlx::query(ONE).bind(place).fetch_optional(db).await?.as_ref().map(message).transpose()
}

pub(super) async fn mail(store: &SqliteStore, user: &Username) -> Result<Vec<Message>, Fault> {
    // A clock that was set back must not turn a conversation's order around: within a room a message counts as no
    // older than those before it.
    const MAIL: &str = concat!(
        "WITH mine AS MATERIALIZED (
             SELECT m.user_id, m.room_id << 32 AS base, m.delivered, m.noticed, r.last_seq
             FROM users u CROSS JOIN members m ON m.user_id = u.id CROSS JOIN rooms r ON r.id = m.room_id
             WHERE u.key = ?1 AND r.kind IN (1, 2) AND r.last_seq > min(m.delivered, m.noticed)
         ), waiting AS (
             SELECT x.place FROM mine CROSS JOIN messages x
                 ON x.place > mine.base + mine.delivered AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (0, 1) AND x.sender_id <> mine.user_id AND x.deleted = 0
             UNION ALL
             SELECT x.place FROM mine CROSS JOIN messages x INDEXED BY messages_notices
                 ON x.place > mine.base + mine.noticed AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (2, 3) AND x.sender_id <> mine.user_id AND x.deleted = 0
         )
         SELECT ",
        message_columns!(),
        ", max(x.time) OVER (PARTITION BY x.room_id ORDER BY x.place) AS stored
         FROM waiting CROSS JOIN messages x ON x.place = waiting.place CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "ORDER BY stored, x.place"
    );
    let rows = sqlx::query(MAIL).bind(user.key()).fetch_all(&mut *store.read().await?).await?;
    rows.iter().map(message).collect()
}

pub(super) async fn advance(store: &SqliteStore, marks: &[Marks]) -> Result<(), Fault> {
    // One row per member, since an update from several takes any one of them.
    let mut furthest: HashMap<(RoomId, String), [i64; 3]> = HashMap::new();
    for mark in marks.iter().filter(|mark| !mark.room.is_pair()) {
        let positions = furthest.entry((mark.room, mark.user.key())).or_default();
        for (position, seq) in positions.iter_mut().zip([mark.read, mark.delivered, mark.noticed]) {
            *position = self::position(seq).max(*position);
        }
    }
    if furthest.is_empty() {
        return Ok(());
    }
    let given: Vec<_> = furthest.iter().map(|((room, key), to)| (room, key, to)).collect();
    // No position passes the room's end, or what is said next would count as read.
    sqlx::query(
        "WITH moves AS MATERIALIZED (
             SELECT m.id AS member, min(r.last_seq, given.value ->> '$[2][0]') AS to_read,
                    min(r.last_seq, given.value ->> '$[2][1]') AS to_delivered,
                    min(r.last_seq, given.value ->> '$[2][2]') AS to_noticed
             FROM jsonb_each(?1) AS given CROSS JOIN users u ON u.key = given.value ->> 1
                  CROSS JOIN members m ON m.room_id = given.value ->> 0 AND m.user_id = u.id
                  CROSS JOIN rooms r ON r.id = m.room_id
         )
         UPDATE members SET read = max(read, to_read), delivered = max(delivered, to_delivered),
                            noticed = max(noticed, to_noticed)
         FROM moves
         WHERE members.id = member AND (read < to_read OR delivered < to_delivered OR noticed < to_noticed)",
    )
    .bind(json(&given)?)
    .execute(&store.writer)
    .await?;
    Ok(())
}
