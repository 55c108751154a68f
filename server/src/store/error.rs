//! Why the store could not do something, in its callers' words.

use std::path::PathBuf;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory cannot be made or written.
    #[error("the data directory {} cannot be written: {source}; give it to this user or choose another with --data-dir", path.display())]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database was written by a newer version of the program.
    #[error(
        "the database in {database} is of a newer version (schema {found}, this program knows {known}); run the newer program, or restore a backup"
    )]
    Newer {
        /// Where it is: a file, or an address without its password.
        database: String,
        /// The schema it has.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// What is there is no database of ours, or damaged.
    #[error("the database in {database} is damaged or no database: {detail}; restore a backup")]
    Damaged {
        /// Where it is.
        database: String,
        /// What the engine said.
        detail: String,
    },
    /// The database server cannot be reached, or does not let us in.
    #[error("the database at {database} cannot be used: {source}; is it running, and is --database-url right?")]
    Unreachable {
        /// Its address without its password.
        database: String,
        /// What was said.
        source: sqlx::Error,
    },
    /// No room on the disk, or the file system does not take writes. Nothing of the request was kept.
    #[error("the store cannot be written: {0}")]
    NotWritable(#[source] sqlx::Error),
    /// The engine did not answer in time.
    #[error("the store did not answer in time")]
    TimedOut,
    /// [`close`](super::Store::close) was called before.
    #[error("the store is closed")]
    Closed,
    /// A dump that cannot be taken in.
    #[error("this dump cannot be imported: {0}")]
    BadDump(String),
    /// Anything else the engine refused.
    #[error("the store failed: {0}")]
    Engine(#[source] sqlx::Error),
}
