//! What PostgreSQL says, and how it is told outside.

use sqlx::migrate::MigrateError;

use crate::store::StoreError;
pub(super) use crate::store::fault::Fault;

/// Whether the same may succeed when it is tried again: somebody else was in the way, and is not any more.
pub(super) fn is_collision(fault: &Fault) -> bool {
    let Fault::Sql(sqlx::Error::Database(reported)) = fault else { return false };
    // serialization_failure, deadlock_detected; unique_violation: somebody made it in between.
    reported.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01" | "23505"))
}

/// A fault in the words of the store's callers. `database` is its address without the password.
pub(super) fn explain(fault: Fault, database: &str) -> StoreError {
    match fault {
        Fault::Sql(error) => explain_sql(error, database),
        Fault::Damaged(detail) => StoreError::Damaged { database: database.to_owned(), detail },
        Fault::BadDump(detail) => StoreError::BadDump(detail),
    }
}

/// What a failed migration means.
pub(super) fn explain_migration(error: MigrateError, database: &str, known: i64) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => explain_sql(error, database),
        MigrateError::VersionMissing(found) => StoreError::Newer { database: database.to_owned(), found, known },
        other => StoreError::Damaged { database: database.to_owned(), detail: other.to_string() },
    }
}

fn explain_sql(error: sqlx::Error, database: &str) -> StoreError {
    let unreachable = |source| StoreError::Unreachable { database: database.to_owned(), source };
    match &error {
        sqlx::Error::PoolTimedOut => StoreError::TimedOut,
        sqlx::Error::PoolClosed => StoreError::Closed,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            StoreError::Damaged { database: database.to_owned(), detail: error.to_string() }
        }
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => unreachable(error),
        sqlx::Error::Database(reported) => match Meaning::of(reported.code().as_deref().unwrap_or_default()) {
            Meaning::Busy => StoreError::TimedOut,
            Meaning::NotWritable => StoreError::NotWritable(error),
            Meaning::Unreachable => unreachable(error),
            Meaning::Other => StoreError::Engine(error),
        },
        _ => StoreError::Engine(error),
    }
}

/// What PostgreSQL's codes come down to. <https://www.postgresql.org/docs/15/errcodes-appendix.html>
#[derive(Debug, PartialEq)]
enum Meaning {
    Busy,
    NotWritable,
    Unreachable,
    Other,
}

impl Meaning {
    fn of(code: &str) -> Self {
        match code {
            // lock_not_available, query_canceled (statement_timeout)
            "55P03" | "57014" => Self::Busy,
            // read_only_sql_transaction, disk_full, insufficient_privilege
            "25006" | "53100" | "42501" => Self::NotWritable,
            // too_many_connections, *_shutdown, cannot_connect_now, no such database, no right to come in
            "53300" | "57P01" | "57P02" | "57P03" | "3D000" | "28000" | "28P01" => Self::Unreachable,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn codes_mean_what_an_operator_can_do_about_them() {
        assert_eq!(Meaning::of("53100"), Meaning::NotWritable, "disk_full");
        assert_eq!(Meaning::of("57014"), Meaning::Busy, "query_canceled");
        assert_eq!(Meaning::of("28P01"), Meaning::Unreachable, "invalid_password");
        assert_eq!(Meaning::of("23503"), Meaning::Other, "foreign_key_violation");
    }
}
