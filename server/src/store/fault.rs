//! What went wrong inside an engine, before it is told in the words of the store's callers.

/// Why a method of an engine failed, before it is known to which database it happened.
#[derive(Debug)]
pub(super) enum Fault {
    /// The engine said no.
    Sql(sqlx::Error),
    /// The engine handed out something that was never put in.
    Damaged(String),
    /// A line of a dump does not fit.
    BadDump(String),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}
