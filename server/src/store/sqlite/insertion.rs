//! New rows of `messages`, many with one statement.

use std::sync::LazyLock;

use shared::MessageId;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, SqliteConnection};
use uuid::Uuid;

use super::fault::Fault;
use super::values::{self, MOST, Texts};
use crate::store::parts::Parts;

/// How many values a row has.
const COLUMNS: usize = 12;

/// Where rooms end, from a list of theirs.
pub(super) const RAISE: &str =
    "UPDATE rooms SET last_seq = given.value ->> 1, active_at = max(active_at, given.value ->> 2)
    FROM jsonb_each(?) AS given WHERE rooms.id = given.value ->> 0";

/// How far senders have read, from a list of rooms and users.
const READ: &str = "UPDATE members SET read = max(read, given.value ->> 2) FROM jsonb_each(?) AS given
    WHERE members.room_id = given.value ->> 0 AND members.user_id = given.value ->> 1";

static INSERT: LazyLock<Texts> = LazyLock::new(|| Texts::new(insert));

/// What [`RAISE`] and [`READ`] do, and then the same.
static STORE: LazyLock<Texts> = LazyLock::new(|| Texts::new(|rows| format!("{RAISE}; {READ}; {}", insert(rows))));

fn insert(rows: usize) -> String {
    format!(
        "INSERT INTO messages (place, sender_id, time, kind, id, body, metadata, client_id, reply_seq, change, edited_at,
                               deleted)
         SELECT * FROM {} WHERE column1 IS NOT NULL",
        values::table(rows, COLUMNS)
    )
}

/// A row of `messages` as it goes in.
pub(super) struct NewRow<'a> {
    place: i64,
    sender: i64,
    parts: Parts<'a>,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(place: i64, sender: i64, parts: Parts<'a>) -> Self {
        Self { place, sender, parts }
    }

    /// Where the message lies.
    pub(super) fn place(&self) -> i64 {
        self.place
    }

    /// What it says.
    pub(super) fn body(&self) -> &'a str {
        self.parts.body
    }

    /// Adds its values, in the order of the columns.
    fn add_to(&self, values: &mut SqliteArguments) -> Result<(), BoxDynError> {
        let Parts { time, kind, id, body, metadata, client_id, reply_to, change, edited_at, deleted } = self.parts;
        values.add(self.place)?;
        values.add(self.sender)?;
        values.add(time.0)?;
        values.add(kind)?;
        match compact(id) {
            Some(uuid) => values.add(&uuid.as_bytes()[..])?,
            None => values.add(id.0.as_str())?,
        }
        values.add(body)?;
        values.add(if metadata.is_empty() { None } else { Some(serde_json::to_string(metadata)?) })?;
        values.add(client_id)?;
        values.add(reply_to.map(|seq| i64::try_from(seq.0)).transpose()?)?;
        values.add(i64::try_from(change.0)?)?;
        values.add(edited_at.map(|time| time.0))?;
        values.add(deleted)
    }
}

/// An id as a UUID, where it is one in the usual spelling and so comes back the same.
fn compact(id: &MessageId) -> Option<Uuid> {
    let uuid = Uuid::try_parse(&id.0).ok()?;
    let mut usual = Uuid::encode_buffer();
    (*uuid.as_hyphenated().encode_lower(&mut usual) == *id.0).then_some(uuid)
}

/// Inserts rows. They are ordered as the table is, so that it is walked through once.
pub(super) async fn insert_all(db: &mut SqliteConnection, rows: &[NewRow<'_>]) -> Result<(), Fault> {
    for rows in rows.chunks(MOST) {
        let values = values::collect(|values| add_all(rows, values))?;
        sqlx::query_with(INSERT.of(rows.len()), values).execute(&mut *db).await?;
    }
    Ok(())
}

/// Inserts rows, and moves on where rooms end and how far their senders have read, as the two lists say; with one trip to
/// the engine's thread, where there are not very many.
pub(super) async fn store(db: &mut SqliteConnection, rows: &[NewRow<'_>], moves: [String; 2]) -> Result<(), Fault> {
    let (first, last) = rows.split_at(rows.len().saturating_sub(1) / MOST * MOST);
    insert_all(db, first).await?;
    let values = values::collect(|values| {
        moves.into_iter().try_for_each(|list| values.add(list))?;
        add_all(last, values)
    })?;
    sqlx::query_with(STORE.of(last.len()), values).execute(db).await?;
    Ok(())
}

fn add_all(rows: &[NewRow<'_>], values: &mut SqliteArguments) -> Result<(), BoxDynError> {
    values.reserve(rows.len() * COLUMNS, 0);
    rows.iter().try_for_each(|row| row.add_to(values))
}
