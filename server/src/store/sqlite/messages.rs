//! Messages: storing them in batches, reading pages and mail, moving positions.

use std::collections::{HashMap, HashSet};

use shared::{FileInfo, RoomId, RoomKind, Seq, Username};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::backlog::{self, Backlog, Progress};
use super::fault::Fault;
use super::insertion::{self, NewRow};
use super::rows::{
    json, listed, message, message_columns, message_id, message_joins, place, position, room_kind_number, unplace,
};
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
    let plan = Plan::draw(batch, &keys, known(&mut tx, batch, &keys).await?);
    if !plan.stored.is_empty() {
        let progress = carry_out(&mut tx, &store.backlog, batch, &keys, &plan).await?;
        store.backlog.commit(tx, progress).await?;
        store.checkpoints.wrote(plan.stored.iter().map(|&(index, _)| batch[index].body.as_str()));
    }
    Ok(plan.outcomes)
}

/// What is known of a batch. The three questions make one trip to the engine's thread, which costs more than they do;
/// for the same reason the first two are answered by one row each.
async fn known(db: &mut SqliteConnection, batch: &[NewMessage], keys: &[String]) -> Result<Known, Fault> {
    const KNOWN: &str = "
        SELECT json_group_array(json_array(r.id, r.last_seq)) FROM jsonb_each(?1) AS given
            CROSS JOIN rooms r ON r.id = given.value;
        SELECT json_group_array(json_array(u.key, u.id)) FROM jsonb_each(?2) AS given
            CROSS JOIN users u ON u.key = given.value;
        SELECT given.value ->> 0 AS asked, x.place, x.id, x.time FROM jsonb_each(?3) AS given
            CROSS JOIN users u ON u.key = given.value ->> 1
            CROSS JOIN messages x ON x.sender_id = u.id AND x.client_id = given.value ->> 2";
    let rooms: HashSet<RoomId> = batch.iter().map(|message| message.room).filter(|room| !room.is_pair()).collect();
    let senders: HashSet<&String> = keys.iter().collect();
    let sent = batch.iter().zip(keys).enumerate();
    let named = sent.filter_map(|(index, (message, key))| Some((index, key, message.client_id.as_ref()?)));
    let rows = sqlx::query(KNOWN)
        .bind(json(&Vec::from_iter(rooms))?)
        .bind(json(&Vec::from_iter(senders))?)
        .bind(json(&Vec::from_iter(named))?)
        .fetch_all(db)
        .await?;
    let [rooms, senders, sent_before @ ..] = &rows[..] else { return Ok(Known::default()) };
    Ok(Known {
        rooms: listed(rooms)?.into_iter().collect(),
        senders: listed(senders)?.into_iter().collect(),
        firsts: firsts(sent_before, batch.len())?,
    })
}

/// For each of so many messages, what its sender said under the same `client_id` before.
fn firsts(rows: &[SqliteRow], messages: usize) -> Result<Vec<Option<Appended>>, Fault> {
    let mut firsts = vec![None; messages];
    for row in rows {
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
    let reads: Vec<_> = reads.into_iter().map(|((room, sender), seq)| (room, sender, seq)).collect();
    insertion::store(db, &rows, [json(&ends_of(&plan.ends))?, json(&reads)?]).await?;
    files::say(db, &files).await?;
    words::mention(db, &mentions).await?;
    let now = batch.last().map(|newest| newest.time).unwrap_or_default();
    backlog::add(db, backlog, &rows, now).await
}

/// Moves rooms to their new last sequence number and time of activity.
pub(super) async fn raise(db: &mut SqliteConnection, ends: &HashMap<RoomId, (Seq, Timestamp)>) -> Result<(), Fault> {
    sqlx::query(insertion::RAISE).bind(json(&ends_of(ends))?).execute(db).await?;
    Ok(())
}

fn ends_of(ends: &HashMap<RoomId, (Seq, Timestamp)>) -> Vec<(RoomId, Seq, Timestamp)> {
    ends.iter().map(|(room, (seq, time))| (*room, *seq, *time)).collect()
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

pub(super) async fn mail(
    store: &SqliteStore,
    user: &Username,
    kinds: &[RoomKind],
    limit: u32,
) -> Result<Vec<Message>, Fault> {
    // A clock that was set back must not turn a conversation's order around: within a room a message counts as no
    // older than those before it.
    const MAIL: &str = concat!(
        "WITH mine AS MATERIALIZED (
             SELECT m.user_id, m.room_id << 32 AS base, m.delivered, m.noticed, r.last_seq
             FROM users u CROSS JOIN members m ON m.user_id = u.id CROSS JOIN rooms r ON r.id = m.room_id
             WHERE u.key = ?1 AND r.kind IN (SELECT value FROM jsonb_each(?2)) AND r.kind IN (1, 2)
                 AND r.last_seq > min(m.delivered, m.noticed)
         ), waiting AS (
             SELECT x.place FROM mine CROSS JOIN messages x
                 ON x.place > mine.base + mine.delivered AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (0, 1) AND x.sender_id <> mine.user_id AND x.deleted = 0
             UNION ALL
             SELECT x.place FROM mine CROSS JOIN messages x INDEXED BY messages_notices
                 ON x.place > mine.base + mine.noticed AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (2, 3) AND x.sender_id <> mine.user_id AND x.deleted = 0
         ), firsts AS MATERIALIZED (
             SELECT x.place, max(x.time) OVER (PARTITION BY x.place >> 32 ORDER BY x.place) AS stored
             FROM waiting CROSS JOIN messages x ON x.place = waiting.place ORDER BY stored, x.place LIMIT ?3
         )
         SELECT ",
        message_columns!(),
        " FROM firsts f CROSS JOIN messages x ON x.place = f.place CROSS JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "ORDER BY f.stored, x.place"
    );
    let kinds: Vec<_> = kinds.iter().filter_map(|kind| room_kind_number(*kind)).collect();
    let query = sqlx::query(MAIL).bind(user.key()).bind(json(&kinds)?).bind(limit);
    query.fetch_all(&mut *store.read().await?).await?.iter().map(message).collect()
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
