//! What SQLite says, and how it is told outside.

use std::path::Path;

use sqlx::migrate::MigrateError;

pub(super) use crate::store::fault::Fault;

use crate::store::StoreError;

/// A fault in the words of the store's callers. `file` is the database.
pub(super) fn explain(fault: Fault, file: &Path) -> StoreError {
    match fault {
        Fault::Sql(error) => explain_sql(error, file),
        Fault::Damaged(detail) => StoreError::Damaged { database: file.display().to_string(), detail },
        Fault::BadDump(detail) => StoreError::BadDump(detail),
    }
}

/// What a failed migration means.
pub(super) fn explain_migration(error: MigrateError, file: &Path, known: i64) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => explain_sql(error, file),
        MigrateError::VersionMissing(found) => StoreError::Newer { database: file.display().to_string(), found, known },
        other => StoreError::Damaged { database: file.display().to_string(), detail: other.to_string() },
    }
}

fn explain_sql(error: sqlx::Error, file: &Path) -> StoreError {
    let damaged = |detail: String| StoreError::Damaged { database: file.display().to_string(), detail };
    match &error {
        sqlx::Error::PoolTimedOut => StoreError::TimedOut,
        sqlx::Error::PoolClosed => StoreError::Closed,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => damaged(error.to_string()),
        sqlx::Error::Database(reported) => {
            let code = reported.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
            match Meaning::of(code) {
                Meaning::Busy => StoreError::TimedOut,
                Meaning::NotWritable => StoreError::NotWritable(error),
                Meaning::Damaged => damaged(reported.message().to_owned()),
                Meaning::Other => StoreError::Engine(error),
            }
        }
        _ => StoreError::Engine(error),
    }
}

/// What SQLite's result codes come down to. <https://www.sqlite.org/rescode.html>
#[derive(Debug, PartialEq)]
enum Meaning {
    Busy,
    NotWritable,
    Damaged,
    Other,
}

impl Meaning {
    fn of(extended: i32) -> Self {
        const IOERR_DATA: i32 = 8202;
        const IOERR_CORRUPTFS: i32 = 8458;
        match (extended & 0xff, extended) {
            // BUSY, LOCKED, PROTOCOL (lock contention on the WAL)
            (5 | 6 | 15, _) => Self::Busy,
            // CORRUPT, NOTADB
            (11 | 26, _) | (_, IOERR_DATA | IOERR_CORRUPTFS) => Self::Damaged,
            // PERM, READONLY, IOERR, FULL, CANTOPEN
            (3 | 8 | 10 | 13 | 14, _) => Self::NotWritable,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn extended_codes_mean_what_their_primary_code_means() {
        assert_eq!(Meaning::of(13), Meaning::NotWritable, "FULL");
        assert_eq!(Meaning::of(1032), Meaning::NotWritable, "READONLY_DBMOVED");
        assert_eq!(Meaning::of(778), Meaning::NotWritable, "IOERR_WRITE");
        assert_eq!(Meaning::of(517), Meaning::Busy, "BUSY_SNAPSHOT");
        assert_eq!(Meaning::of(26), Meaning::Damaged, "NOTADB");
        assert_eq!(Meaning::of(8458), Meaning::Damaged, "IOERR_CORRUPTFS");
        assert_eq!(Meaning::of(2067), Meaning::Other, "CONSTRAINT_UNIQUE");
    }
}
