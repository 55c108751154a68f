//! Opening: the directory, the file, its schema, the lobby.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use shared::RoomName;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlSafeStr, SqliteConnection, SqlitePool};

use super::backlog::{self, Backlog};
use super::checkpoint::Checkpoints;
use super::fault::{Fault, explain_migration};
use super::{SqliteStore, names};
use crate::store::StoreError;

/// The database's name in the data directory.
const FILE: &str = "confab.db";
/// Enough to keep all cores busy reading; each has a cache and a thread of its own.
const READERS: u32 = 4;
/// How long another process (an `import`, a backup) may hold the file before we give up.
const BUSY: Duration = Duration::from_secs(5);
/// How long to wait for a connection that others of this process use.
const WAIT: Duration = Duration::from_secs(15);

/// All there ever were, oldest first: number, name, text. What has been released is never edited, only added to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../migrations/sqlite/0001_first.sql")),
    (2, "amendments", include_str!("../migrations/sqlite/0002_amendments.sql")),
    (3, "programs", include_str!("../migrations/sqlite/0003_programs.sql")),
    (4, "order", include_str!("../migrations/sqlite/0004_order.sql")),
    (5, "names", include_str!("../migrations/sqlite/0005_names.sql")),
    (6, "nodes", include_str!("../migrations/sqlite/0006_nodes.sql")),
    (7, "seats", include_str!("../migrations/sqlite/0007_seats.sql")),
    (8, "bytes", include_str!("../migrations/sqlite/0008_bytes.sql")),
    (9, "side by side", include_str!("../migrations/sqlite/0009_side_by_side.sql")),
    (12, "community", include_str!("../migrations/sqlite/0012_community.sql")),
];

fn migrator() -> Migrator {
    let migration = |&(number, name, text): &(i64, &'static str, &'static str)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect())
}

impl SqliteStore {
    /// Opens the store in a directory and makes both where they are missing. A database of an older version is
    /// brought up to this one; the room `lobby` is there afterwards.
    ///
    /// # Errors
    /// [`StoreError::DataDir`], [`StoreError::Newer`] and [`StoreError::Damaged`] say what is wrong with what is
    /// there; nothing of it is changed then.
    pub async fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let file = data_dir.join(FILE);
        make_file(data_dir, &file).map_err(|source| StoreError::DataDir { path: data_dir.to_owned(), source })?;
        let checkpoints = Checkpoints::by(log_keeper(&file));
        let backlog = Backlog::default();
        let store = Self { writer: writer(&file), readers: readers(&file), checkpoints, backlog, file };
        let known = MIGRATIONS.iter().map(|(number, ..)| *number).max().unwrap_or_default();
        let found = store.told(store.version().await)?;
        if found > known {
            return Err(StoreError::Newer { database: store.file.display().to_string(), found, known });
        }
        migrator().run(&store.writer).await.map_err(|error| explain_migration(error, &store.file, known))?;
        store.told(names::catch_up(&store).await)?;
        store.told(store.make_lobby().await)?;
        store.told(backlog::find(&store).await)?;
        Ok(store)
    }

    /// The newest migration that was applied; 0: none.
    async fn version(&self) -> Result<i64, Fault> {
        let any: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&self.writer)
            .await?;
        if any == 0 {
            return Ok(0);
        }
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&self.writer).await?;
        Ok(newest.unwrap_or_default())
    }

    async fn make_lobby(&self) -> Result<(), Fault> {
        let mut tx = self.write().await?;
        if insert_lobby(&mut tx).await? {
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Makes the lobby where it is missing. False: it was there.
pub(super) async fn insert_lobby(db: &mut SqliteConnection) -> Result<bool, Fault> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let lobby = RoomName::lobby();
    let made: Option<i64> = sqlx::query_scalar(
        "INSERT INTO rooms (kind, key, name, created_at, active_at) VALUES (0, ?1, ?2, ?3, ?3)
         ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING id",
    )
    .bind(lobby.key())
    .bind(lobby.as_str())
    .bind(i64::try_from(now).unwrap_or_default())
    .fetch_optional(&mut *db)
    .await?;
    let Some(id) = made else { return Ok(false) };
    names::keep_room(db, id, &lobby).await?;
    Ok(true)
}

/// Password hashes live here, so what we make is the owner's alone. Opening the file for writing before the engine
/// does brings out the system's own words where that is not allowed; an empty file is an empty database.
fn make_file(data_dir: &Path, file: &Path) -> io::Result<()> {
    let mut dir = fs::DirBuilder::new();
    dir.recursive(true);
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        dir.mode(0o700);
        options.mode(0o600);
    }
    dir.create(data_dir)?;
    options.open(file).map(drop)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(128)
}

/// Connections that stay: no age, no idleness ends them.
fn pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new().acquire_timeout(WAIT).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

fn writer(file: &Path) -> SqlitePool {
    let options = options(file)
        .thread_name(|_| "confab-write".to_owned())
        .pragma("cache_size", "-65536")
        // Where 64 MiB of log were not written back beside this connection, it does so itself; the log's file is cut
        // down again after a rush.
        .pragma("wal_autocheckpoint", "16384")
        .pragma("journal_size_limit", "67108864");
    // Where the disk is full SQLite itself rolls back, which leaves sqlx believing in a transaction that is gone. Such
    // a connection is replaced; one that was given up half way is still to roll back, and is waited for.
    let pool = pool().max_connections(1).after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                connection.ping().await?;
            }
            Ok(!connection.is_in_transaction())
        })
    });
    pool.connect_lazy_with(options)
}

/// The connection that writes the log back.
fn log_keeper(file: &Path) -> SqlitePool {
    let options = options(file).thread_name(|_| "confab-log".to_owned()).pragma("wal_autocheckpoint", "0");
    pool().max_connections(1).connect_lazy_with(options)
}

fn readers(file: &Path) -> SqlitePool {
    let options = options(file)
        .thread_name(|id| format!("confab-read-{id}"))
        .pragma("cache_size", "-16384")
        .pragma("query_only", "ON")
        .row_buffer_size(256);
    pool().max_connections(READERS).connect_lazy_with(options)
}
