//! Words that are still to be made findable. One message by one that costs more than storing them does, so under load
//! only some commits do a bounded piece of it for all before them, and what is left is for quieter times, or for who
//! searches.
//!
//! In each room the words of a first part of the messages are in the table `words`, a row for each, and those of the
//! others are not: what is left is what lies behind the last row.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use shared::RoomId;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::fault::Fault;
use super::insertion::NewRow;
use super::rows::{room_number, unplace, unsigned};
use super::{SqliteStore, words};
use crate::store::Timestamp;

/// How many messages' words a commit of new messages adds.
const WITH_A_COMMIT: usize = 256;

/// How long between two commits that add any, in milliseconds of the messages' own time. The engine's index is written
/// piece by piece, and a piece for each commit would be many small ones, to be put together again.
const EVERY: i64 = 250;

/// How many one transaction adds that does nothing else.
const AT_A_TIME: usize = 2_000;

/// How many are added for who searches.
const FOR_A_SEARCH: usize = 20_000;

/// The rooms with messages whose words are still to be added. A room may be named that has none.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    rooms: Mutex<BTreeSet<RoomId>>,
    /// When a commit added words last.
    added_at: AtomicI64,
}

/// What a transaction did about the backlog.
#[derive(Debug, Default)]
pub(super) struct Progress {
    behind: Vec<RoomId>,
    done: Vec<RoomId>,
}

impl Backlog {
    fn names(&self, room: RoomId) -> bool {
        self.rooms.lock().contains(&room)
    }

    fn some(&self) -> Vec<RoomId> {
        self.rooms.lock().iter().take(8).copied().collect()
    }

    /// Whether a commit at that time is to add words; then the next ones are not.
    fn is_due(&self, now: Timestamp) -> bool {
        let due = now.0.abs_diff(self.added_at.load(Ordering::Relaxed)) >= EVERY.unsigned_abs();
        if due {
            self.added_at.store(now.0, Ordering::Relaxed);
        }
        due
    }

    /// Commits, and notes what was done about the backlog: before anybody else can write, who would go by it.
    pub(super) async fn commit(&self, tx: Transaction<'_, Sqlite>, progress: Progress) -> Result<(), Fault> {
        {
            let mut rooms = self.rooms.lock();
            for room in &progress.done {
                rooms.remove(room);
            }
            rooms.extend(progress.behind);
        }
        let mut undo = Undo { backlog: self, done: progress.done };
        tx.commit().await?;
        undo.done.clear();
        Ok(())
    }
}

/// Names rooms again whose words were not added after all, also where nobody waits for the commit any more.
struct Undo<'a> {
    backlog: &'a Backlog,
    done: Vec<RoomId>,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        self.backlog.rooms.lock().extend(self.done.drain(..));
    }
}

/// Adds the words of new messages, where it is time for that and as far as it is not too much at once; what time is left
/// goes to older ones. The rows are in the order of their places.
pub(super) async fn add(
    db: &mut SqliteConnection,
    backlog: &Backlog,
    rows: &[NewRow<'_>],
    now: Timestamp,
) -> Result<Progress, Fault> {
    let mut progress = Progress::default();
    if !backlog.is_due(now) {
        for row in rows {
            let (room, _) = unplace(row.place())?;
            if progress.behind.last() != Some(&room) {
                progress.behind.push(room);
            }
        }
        return Ok(progress);
    }
    let mut fresh = Vec::with_capacity(rows.len().min(WITH_A_COMMIT));
    for row in rows {
        let (room, _) = unplace(row.place())?;
        if backlog.names(room) {
            continue;
        }
        if fresh.len() < WITH_A_COMMIT {
            fresh.push(row);
        } else if progress.behind.last() != Some(&room) {
            progress.behind.push(room);
        }
    }
    words::add(db, &fresh).await?;
    let left = WITH_A_COMMIT - fresh.len();
    if left > 0 {
        progress.done = work_off(db, &backlog.some(), left).await?.0;
    }
    Ok(progress)
}

/// Adds words room by room until so many messages are done: the rooms of which nothing is left, and how many it were.
async fn work_off(db: &mut SqliteConnection, rooms: &[RoomId], most: usize) -> Result<(Vec<RoomId>, usize), Fault> {
    let (mut done, mut added) = (Vec::new(), 0);
    for &room in rooms {
        if added >= most {
            break;
        }
        let left = most - added;
        let now = match room_number(room) {
            Some(number) => words::add_next(db, number, left).await?,
            None => 0,
        };
        added += now;
        if now < left {
            done.push(room);
        }
    }
    Ok((done, added))
}

/// Adds the words of some messages in a transaction of its own: how many it were.
async fn some_of(store: &SqliteStore, rooms: &[RoomId]) -> Result<usize, Fault> {
    let mut tx = store.write().await?;
    let (done, added) = work_off(&mut tx, rooms, AT_A_TIME).await?;
    store.backlog.commit(tx, Progress { done, ..Progress::default() }).await?;
    Ok(added)
}

pub(super) async fn catch_up(store: &SqliteStore) -> Result<bool, Fault> {
    let rooms = store.backlog.some();
    if rooms.is_empty() {
        return Ok(false);
    }
    some_of(store, &rooms).await?;
    Ok(!store.backlog.some().is_empty())
}

/// Works off what is left in the rooms to be searched, within limits.
pub(super) async fn before_search(store: &SqliteStore, rooms: impl Iterator<Item = RoomId>) -> Result<(), Fault> {
    let mut rooms: Vec<RoomId> = rooms.filter(|room| store.backlog.names(*room)).collect();
    let mut added = 0;
    while !rooms.is_empty() && added < FOR_A_SEARCH {
        added += some_of(store, &rooms).await?;
        rooms.retain(|room| store.backlog.names(*room));
    }
    Ok(())
}

/// Finds what an earlier process left.
pub(super) async fn find(store: &SqliteStore) -> Result<(), Fault> {
    let behind: Vec<i64> = sqlx::query_scalar(
        "SELECT r.id FROM rooms r WHERE (r.id << 32) + r.last_seq > (SELECT coalesce(max(w.id), r.id << 32)
             FROM words_docsize w WHERE w.id > r.id << 32 AND w.id < (r.id + 1) << 32)",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    for room in behind {
        store.backlog.rooms.lock().insert(RoomId(unsigned(room)?));
    }
    Ok(())
}
