//! Messages: storing them in batches, reading pages and mail, moving positions.
//!
//! Whoever stores messages of a room holds the room's row until his commit, whichever node he is on. So the next
//! sequence number is read from the row, and there is no gap and no double.

use std::collections::{BTreeSet, HashMap};

use shared::{FileInfo, RoomId, RoomKind, Seq, Username};
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{message, message_columns, message_joins, place, position, room_kind_number, time, unplace, written};
use super::text::put;
use super::{PostgresStore, files, people, words};
use crate::store::parts::Parts;
use crate::store::plan::{Known, Plan};
use crate::store::{Appended, Marks, Message, NewMessage, Page, Timestamp};

pub(super) async fn append(store: &PostgresStore, batch: &[NewMessage]) -> Result<Vec<Appended>, Fault> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = batch.iter().map(|message| message.sender.key()).collect();
    let mut tx = store.pool.begin().await?;
    let known = Known {
        rooms: hold_rooms(&mut tx, batch).await?,
        senders: people::ids(&mut tx, keys.iter().map(String::as_str)).await?,
        firsts: Vec::new(),
    };
    let firsts = firsts(&mut tx, batch, &keys, &known.senders).await?;
    let plan = Plan::draw(batch, &keys, Known { firsts, ..known });
    if !plan.stored.is_empty() {
        carry_out(&mut tx, batch, &keys, &plan).await?;
        tx.commit().await?;
    }
    Ok(plan.outcomes)
}

/// The last sequence numbers of those of the batch's rooms that exist; nobody else stores there until the commit.
/// Everybody takes rooms in the same order, so nobody waits for who waits for him.
async fn hold_rooms(db: &mut PgConnection, batch: &[NewMessage]) -> Result<HashMap<RoomId, Seq>, Fault> {
    let rooms: BTreeSet<i64> = batch.iter().filter_map(|message| super::rows::room_number(message.room)).collect();
    let rows = sqlx::query(
        "SELECT (id << 32) | last_seq AS place FROM rooms WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE",
    )
    .bind(Vec::from_iter(rooms))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| unplace(row.try_get("place")?)).collect()
}

/// For each of the batch, what its sender said under the same `client_id` before.
async fn firsts(
    db: &mut PgConnection,
    batch: &[NewMessage],
    keys: &[String],
    senders: &HashMap<String, i64>,
) -> Result<Vec<Option<Appended>>, Fault> {
    let mut firsts = vec![None; batch.len()];
    let (mut asked, mut ids, mut own_names) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (message, key)) in batch.iter().zip(keys).enumerate() {
        if let Some((id, own_name)) = senders.get(key).zip(message.client_id.as_ref()) {
            asked.push(i64::try_from(index).unwrap_or_default());
            ids.push(*id);
            own_names.push(put(own_name.as_str()).into_owned());
        }
    }
    if asked.is_empty() {
        return Ok(firsts);
    }
    let rows = sqlx::query(
        "SELECT given.asked, x.place, x.id, x.time
         FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS given (asked, sender, client_id)
         JOIN messages x ON x.sender_id = given.sender AND x.client_id = given.client_id",
    )
    .bind(asked)
    .bind(ids)
    .bind(own_names)
    .fetch_all(db)
    .await?;
    for row in &rows {
        let (room, seq) = unplace(row.try_get("place")?)?;
        let asked: i64 = row.try_get("asked")?;
        let id = shared::MessageId(written(row, "id")?);
        let first = Appended::Duplicate { room, seq, id, time: time(row, "time")? };
        if let Some(slot) = usize::try_from(asked).ok().and_then(|asked| firsts.get_mut(asked)) {
            *slot = Some(first);
        }
    }
    Ok(firsts)
}

async fn carry_out(db: &mut PgConnection, batch: &[NewMessage], keys: &[String], plan: &Plan) -> Result<(), Fault> {
    let senders = people::add(db, &plan.newcomers(batch, keys)).await?;
    let id_of = |index: usize| plan.sender(&keys[index]).or_else(|| senders.get(&keys[index]).copied());
    let mut rows = NewRows::default();
    let mut reads = HashMap::new();
    let (mut said_files, mut mentions) = (Vec::new(), Vec::new());
    for &(index, seq) in &plan.stored {
        let said = &batch[index];
        let Some((place, sender)) = place(said.room, seq).zip(id_of(index)) else { continue };
        said_files.extend(FileInfo::of(&said.metadata).into_iter().map(|file| (place, file.id, sender)));
        mentions.extend(words::mentions_of(place, &said.sender, &said.body));
        rows.push(place, sender, Parts::from(said));
        reads.insert((said.room, sender), seq);
    }
    insert(db, rows).await?;
    files::say(db, said_files).await?;
    words::mention(db, mentions).await?;
    raise(db, &plan.ends).await?;
    read_own(db, reads).await
}

/// Whoever speaks has read what he said.
async fn read_own(db: &mut PgConnection, reads: HashMap<(RoomId, i64), Seq>) -> Result<(), Fault> {
    let (mut rooms, mut users, mut seqs) = (Vec::new(), Vec::new(), Vec::new());
    for ((room, user), seq) in reads {
        rooms.extend(super::rows::room_number(room));
        users.push(user);
        seqs.push(position(seq));
    }
    sqlx::query(
        "UPDATE members SET read = given.seq
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS given (room, sender, seq)
         WHERE members.room_id = given.room AND members.user_id = given.sender AND members.read < given.seq",
    )
    .bind(rooms)
    .bind(users)
    .bind(seqs)
    .execute(db)
    .await?;
    Ok(())
}

/// Rows of `messages` as they go in, a list for each column.
#[derive(Default)]
pub(super) struct NewRows {
    places: Vec<i64>,
    senders: Vec<i64>,
    times: Vec<i64>,
    kinds: Vec<i64>,
    ids: Vec<String>,
    bodies: Vec<String>,
    metadata: Vec<Option<String>>,
    client_ids: Vec<Option<String>>,
    replies: Vec<Option<i64>>,
    changes: Vec<i64>,
    edits: Vec<Option<i64>>,
    deleted: Vec<bool>,
    words: Vec<String>,
}

impl NewRows {
    pub(super) fn push(&mut self, place: i64, sender: i64, parts: Parts<'_>) {
        let metadata = if parts.metadata.is_empty() { None } else { serde_json::to_string(parts.metadata).ok() };
        self.places.push(place);
        self.senders.push(sender);
        self.times.push(parts.time.0);
        self.kinds.push(parts.kind);
        self.ids.push(put(&parts.id.0).into_owned());
        self.bodies.push(put(parts.body).into_owned());
        self.metadata.push(metadata);
        self.client_ids.push(parts.client_id.map(|own_name| put(own_name).into_owned()));
        self.replies.push(parts.reply_to.map(position));
        self.changes.push(i64::try_from(parts.change.0).unwrap_or(i64::MAX));
        self.edits.push(parts.edited_at.map(|at| at.0));
        self.deleted.push(parts.deleted);
        self.words.push(words::words_of(parts.body));
    }
}

/// Inserts rows in one statement.
pub(super) async fn insert(db: &mut PgConnection, rows: NewRows) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO messages (place, sender_id, time, kind, id, body, metadata, client_id, reply_seq, change, edited_at,
                               deleted, words)
         SELECT place, sender, time, kind, id, body, metadata, client_id, reply, change, edited, deleted, words::tsvector
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::boolean[], $13::text[])
              AS given (place, sender, time, kind, id, body, metadata, client_id, reply, change, edited, deleted, words)",
    )
    .bind(rows.places)
    .bind(rows.senders)
    .bind(rows.times)
    .bind(rows.kinds)
    .bind(rows.ids)
    .bind(rows.bodies)
    .bind(rows.metadata)
    .bind(rows.client_ids)
    .bind(rows.replies)
    .bind(rows.changes)
    .bind(rows.edits)
    .bind(rows.deleted)
    .bind(rows.words)
    .execute(db)
    .await?;
    Ok(())
}

/// Moves rooms to their new last sequence number and time of activity.
pub(super) async fn raise(db: &mut PgConnection, ends: &HashMap<RoomId, (Seq, Timestamp)>) -> Result<(), Fault> {
    let (mut rooms, mut seqs, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for (room, (seq, time)) in ends {
        rooms.extend(super::rows::room_number(*room));
        seqs.push(position(*seq));
        times.push(time.0);
    }
    sqlx::query(
        "UPDATE rooms SET last_seq = given.seq, active_at = GREATEST(active_at, given.time)
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS given (room, seq, time) WHERE rooms.id = given.room",
    )
    .bind(rooms)
    .bind(seqs)
    .bind(times)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn page(store: &PostgresStore, room: RoomId, page: Page) -> Result<Vec<Message>, Fault> {
    const OLDEST: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place > $1 AND x.place < $2 ORDER BY x.place LIMIT $3"
    );
    const NEWEST: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place > $1 AND x.place < $2 ORDER BY x.place DESC LIMIT $3"
    );
    // Nothing has the last place a room could have, so it serves as the end.
    let Some((after, before)) = place(room, page.after).zip(place(room, page.before.unwrap_or(Seq(u64::MAX)))) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query(if page.newest { NEWEST } else { OLDEST })
        .bind(after)
        .bind(before)
        .bind(i64::from(page.limit))
        .fetch_all(&store.pool)
        .await?;
    let mut messages: Vec<Message> = rows.iter().map(message).collect::<Result<_, _>>()?;
    if page.newest {
        messages.reverse();
    }
    Ok(messages)
}

pub(super) async fn one(store: &PostgresStore, room: RoomId, seq: Seq) -> Result<Option<Message>, Fault> {
    match place(room, seq) {
        Some(place) => find(&mut *store.pool.acquire().await?, place).await,
        None => Ok(None),
    }
}

pub(super) async fn find(db: &mut PgConnection, place: i64) -> Result<Option<Message>, Fault> {
    const ONE: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages x JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.place = $1"
    );
    sqlx::query(ONE).bind(place).fetch_optional(db).await?.as_ref().map(message).transpose()
}

pub(super) async fn mail(
    store: &PostgresStore,
    user: &Username,
    kinds: &[RoomKind],
    limit: u32,
) -> Result<Vec<Message>, Fault> {
    // A clock that was set back must not turn a conversation's order around: within a room a message counts as no
    // older than those before it.
    const MAIL: &str = concat!(
        "WITH mine AS (
             SELECT m.user_id, m.room_id << 32 AS base, m.delivered, m.noticed, r.last_seq
             FROM users u JOIN members m ON m.user_id = u.id JOIN rooms r ON r.id = m.room_id
             WHERE u.key = $1 AND r.kind = ANY ($2) AND r.kind IN (1, 2) AND r.last_seq > LEAST(m.delivered, m.noticed)
         ), waiting AS (
             SELECT x.place FROM mine JOIN messages x
                 ON x.place > mine.base + mine.delivered AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (0, 1) AND x.sender_id <> mine.user_id AND NOT x.deleted
             UNION ALL
             SELECT x.place FROM mine JOIN messages x
                 ON x.place > mine.base + mine.noticed AND x.place <= mine.base + mine.last_seq
             WHERE x.kind IN (2, 3) AND x.sender_id <> mine.user_id AND NOT x.deleted
         ), firsts AS (
             SELECT x.place, max(x.time) OVER (PARTITION BY x.place >> 32 ORDER BY x.place) AS stored
             FROM waiting JOIN messages x ON x.place = waiting.place ORDER BY stored, x.place LIMIT $3
         )
         SELECT ",
        message_columns!(),
        " FROM firsts f JOIN messages x ON x.place = f.place JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "ORDER BY f.stored, x.place"
    );
    let kinds: Vec<i64> = kinds.iter().filter_map(|kind| room_kind_number(*kind)).collect();
    let query = sqlx::query(MAIL).bind(user.key()).bind(kinds).bind(i64::from(limit));
    query.fetch_all(&store.pool).await?.iter().map(message).collect()
}

pub(super) async fn advance(store: &PostgresStore, marks: &[Marks]) -> Result<(), Fault> {
    // One row per member, since an update from several takes any one of them.
    let mut furthest: HashMap<(i64, String), [i64; 3]> = HashMap::new();
    for mark in marks {
        let Some(room) = super::rows::room_number(mark.room) else { continue };
        let positions = furthest.entry((room, mark.user.key())).or_default();
        for (position, seq) in positions.iter_mut().zip([mark.read, mark.delivered, mark.noticed]) {
            *position = self::position(seq).max(*position);
        }
    }
    if furthest.is_empty() {
        return Ok(());
    }
    let (mut rooms, mut keys, mut to) = (Vec::new(), Vec::new(), [const { Vec::new() }; 3]);
    for ((room, key), positions) in furthest {
        rooms.push(room);
        keys.push(key);
        for (list, position) in to.iter_mut().zip(positions) {
            list.push(position);
        }
    }
    let [read, delivered, noticed] = to;
    // No position passes the room's end, or what is said next would count as read. Members are taken in one order, so
    // nobody waits for who waits for him.
    sqlx::query(
        "WITH moves AS (
             SELECT m.id AS member, LEAST(r.last_seq, given.read) AS to_read,
                    LEAST(r.last_seq, given.delivered) AS to_delivered, LEAST(r.last_seq, given.noticed) AS to_noticed
             FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
                  AS given (room, key, read, delivered, noticed)
             JOIN users u ON u.key = given.key JOIN members m ON m.room_id = given.room AND m.user_id = u.id
             JOIN rooms r ON r.id = m.room_id
             WHERE m.read < LEAST(r.last_seq, given.read) OR m.delivered < LEAST(r.last_seq, given.delivered)
                 OR m.noticed < LEAST(r.last_seq, given.noticed)
             ORDER BY m.id FOR NO KEY UPDATE OF m
         )
         UPDATE members SET read = GREATEST(read, to_read), delivered = GREATEST(delivered, to_delivered),
                            noticed = GREATEST(noticed, to_noticed)
         FROM moves WHERE members.id = member",
    )
    .bind(rooms)
    .bind(keys)
    .bind(read)
    .bind(delivered)
    .bind(noticed)
    .execute(&store.pool)
    .await?;
    Ok(())
}
