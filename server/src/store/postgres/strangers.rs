//! What is kept of the random chat: reports, and who does not want to meet whom again.

use shared::Username;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::fault::Fault;
use super::rows::{optional_username, time, username, written};
use super::text::put;
use super::{PostgresStore, order, people};
use crate::store::{Deed, FiledReport, Report, Resolved, Timestamp};

/// What [`report`] reads.
macro_rules! report_columns {
    () => {
        "SELECT r.id AS row, r.time, one.name AS reporter, other.name AS reported, r.note, r.messages, r.resolved_at,
                who.name AS resolved_by
         FROM reports r JOIN users one ON one.id = r.reporter_id JOIN users other ON other.id = r.reported_id
         LEFT JOIN users who ON who.id = r.resolved_by "
    };
}
pub(super) use report_columns;

pub(super) fn report(row: &PgRow) -> Result<Report, Fault> {
    let messages: &str = row.try_get("messages")?;
    let damaged = |_| Fault::Damaged("the messages of a report".to_owned());
    Ok(Report {
        time: time(row, "time")?,
        reporter: username(row, "reporter")?,
        reported: username(row, "reported")?,
        note: written(row, "note")?,
        messages: serde_json::from_str(messages).map_err(damaged)?,
        resolved: match optional_username(row, "resolved_by")? {
            Some(by) => Some(Resolved { by, at: time(row, "resolved_at")? }),
            None => None,
        },
    })
}

pub(super) async fn add_report(store: &PostgresStore, report: &Report) -> Result<(), Fault> {
    let mut tx = store.pool.begin().await?;
    insert_report(&mut tx, report).await?;
    tx.commit().await?;
    Ok(())
}

/// False: just that is kept already.
pub(super) async fn insert_report(db: &mut PgConnection, report: &Report) -> Result<bool, Fault> {
    let (reporter, reported) = people::two(db, &report.reporter, &report.reported, report.time).await?;
    let messages =
        serde_json::to_string(&report.messages).map_err(|error| Fault::Sql(sqlx::Error::Encode(Box::new(error))))?;
    let resolved_by = match &report.resolved {
        Some(resolved) => Some(people::id(db, &resolved.by, resolved.at).await?),
        None => None,
    };
    let kept = sqlx::query(
        "INSERT INTO reports (time, reporter_id, reported_id, note, messages, resolved_at, resolved_by)
         SELECT $1, $2, $3, $4, $5, $6::bigint, $7::bigint
         WHERE NOT EXISTS (SELECT 1 FROM reports
                           WHERE time = $1 AND reporter_id = $2 AND reported_id = $3 AND note = $4 AND messages = $5)",
    )
    .bind(report.time.0)
    .bind(reporter)
    .bind(reported)
    .bind(put(&report.note))
    .bind(messages)
    .bind(report.resolved.as_ref().map(|resolved| resolved.at.0))
    .bind(resolved_by)
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}

pub(super) async fn reports(store: &PostgresStore) -> Result<Vec<FiledReport>, Fault> {
    const REPORTS: &str = concat!(report_columns!(), "ORDER BY r.id");
    let rows = sqlx::query(REPORTS).fetch_all(&store.pool).await?;
    rows.iter().map(|row| Ok(FiledReport { id: row.try_get("row")?, report: report(row)? })).collect()
}

pub(super) async fn resolve(store: &PostgresStore, id: i64, resolved: &Resolved, deed: &Deed) -> Result<bool, Fault> {
    let mut tx = store.pool.begin().await?;
    let by = people::id(&mut tx, &resolved.by, resolved.at).await?;
    let set = sqlx::query("UPDATE reports SET resolved_at = $2, resolved_by = $3 WHERE id = $1")
        .bind(id)
        .bind(resolved.at.0)
        .bind(by)
        .execute(&mut *tx)
        .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    order::note(&mut tx, deed).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn add_block(
    store: &PostgresStore,
    user: &Username,
    blocked: &Username,
    now: Timestamp,
) -> Result<(), Fault> {
    let mut tx = store.pool.begin().await?;
    insert_block(&mut tx, user, blocked, now).await?;
    tx.commit().await?;
    Ok(())
}

/// False: it is so already.
pub(super) async fn insert_block(
    db: &mut PgConnection,
    user: &Username,
    blocked: &Username,
    now: Timestamp,
) -> Result<bool, Fault> {
    let (user, blocked) = people::two(db, user, blocked, now).await?;
    let made = sqlx::query("INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(user)
        .bind(blocked)
        .execute(db)
        .await?;
    Ok(made.rows_affected() > 0)
}

pub(super) async fn blocks(store: &PostgresStore, user: &Username) -> Result<Vec<Username>, Fault> {
    let rows = sqlx::query(
        "SELECT other.name FROM users u JOIN blocks b ON b.user_id = u.id
         JOIN users other ON other.id = b.blocked_id WHERE u.key = $1 ORDER BY other.key",
    )
    .bind(user.key())
    .fetch_all(&store.pool)
    .await?;
    rows.iter().map(|row| username(row, "name")).collect()
}
