//! Opening: the address, the schema, the lobby.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shared::RoomName;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, SqlSafeStr};
use url::Url;

use super::fault::{Fault, explain, explain_migration};
use super::{Patience, PostgresStore, names};
use crate::store::StoreError;

/// How many connections a node has. A database server takes a hundred by itself, so that is room for six nodes.
const CONNECTIONS: u32 = 16;
/// How long to wait for the database server to answer at all.
const REACHED_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait for a connection that others of this process use.
const WAIT: Duration = Duration::from_secs(5);

/// All there ever were, oldest first, each beside SQLite's of the same number. What has been released is never edited,
/// only added to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../migrations/postgres/0001_first.sql")),
    (2, "amendments", include_str!("../migrations/postgres/0002_amendments.sql")),
    (3, "programs", include_str!("../migrations/postgres/0003_programs.sql")),
    (4, "order", include_str!("../migrations/postgres/0004_order.sql")),
    (5, "names", include_str!("../migrations/postgres/0005_names.sql")),
    (6, "nodes", include_str!("../migrations/postgres/0006_nodes.sql")),
    (7, "seats", include_str!("../migrations/postgres/0007_seats.sql")),
    (8, "bytes", include_str!("../migrations/postgres/0008_bytes.sql")),
    (9, "side by side", include_str!("../migrations/postgres/0009_side_by_side.sql")),
    (12, "community", include_str!("../migrations/postgres/0012_community.sql")),
];

fn migrator() -> Migrator {
    let migration = |&(number, name, text): &(i64, &'static str, &'static str)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect());
    // What a newer node has added is no concern of ours; whether it did more has been looked at before.
    migrator.set_ignore_missing(true);
    migrator
}

impl PostgresStore {
    /// Opens the store in a database that is there. One that is empty or of an older version is brought up to this
    /// one, by one node at a time; to one of a newer version that has only added to it, this program is still right. The
    /// room `lobby` is there afterwards.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] where it cannot be used, [`StoreError::Newer`] where a newer program has taken
    /// something away, and [`StoreError::Damaged`] where the database is not one that can hold this.
    pub async fn open(url: &Url) -> Result<Self, StoreError> {
        let database = without_password(url);
        let options = options(url).map_err(|fault| explain(fault, &database))?;
        // The pool would go on trying for long, and then say only that it took long.
        let unhurried = options.clone().options([("statement_timeout", "0")]);
        let first = tokio::time::timeout(REACHED_WITHIN, PgConnection::connect_with(&unhurried)).await;
        let mut first = first
            .unwrap_or_else(|late| Err(sqlx::Error::Io(late.into())))
            .map_err(|error| explain(Fault::Sql(error), &database))?;
        let found = version(&mut first).await.map_err(|fault| explain(fault, &database))?;
        let known = MIGRATIONS.iter().map(|(number, ..)| *number).max().unwrap_or_default();
        if found > known {
            let needs = needs(&mut first).await.map_err(|fault| explain(fault, &database))?;
            if needs.is_none_or(|needs| needs > known) {
                return Err(StoreError::Newer { database, found, known });
            }
            tracing::info!(found, known, "the database is of a newer version, which this program can work with");
        }
        // What a migration changes may take as long as it takes; that it waits for others is bounded all the same.
        // (`run` takes no borrowed connection in a future that is sent.)
        migrator()
            .run_direct(None, &mut first, false)
            .await
            .map_err(|error| explain_migration(error, &database, known))?;
        // Whether it says goodbye is all the same.
        let _ = first.close().await;
        let patience = Patience::new();
        let store = Self { pool: pool(options, &patience), patience, database };
        store.told(store.make_lobby()).await?;
        Ok(store)
    }

    /// What the nodes on this database call their community, where they meet and others do too.
    ///
    /// # Errors
    /// What the database said.
    pub async fn community(&self) -> Result<String, StoreError> {
        self.told(async { Ok(sqlx::query_scalar("SELECT id FROM community").fetch_one(&self.pool).await?) }).await
    }

    async fn make_lobby(&self) -> Result<(), Fault> {
        let mut tx = self.pool.begin().await?;
        insert_lobby(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// The address as it may be shown.
fn without_password(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.to_string()
}

fn options(url: &Url) -> Result<PgConnectOptions, Fault> {
    let options = PgConnectOptions::from_url(url)?;
    Ok(options.application_name("confab").statement_cache_capacity(256).options([
        // A server or role may be set to answer before a commit is on disk; acknowledged means stored.
        ("synchronous_commit", "on"),
        ("default_transaction_isolation", "read committed"),
        // Both are over before a call is given up here (`patience`).
        ("statement_timeout", "10s"),
        ("lock_timeout", "8s"),
        // A node that stands still half way holds up the rooms it was storing in. The others wait longer than this.
        ("idle_in_transaction_session_timeout", "5s"),
    ]))
}

fn pool(options: PgConnectOptions, patience: &Arc<Patience>) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(WAIT).max_lifetime(None);
    Arc::clone(patience).watch(pool).connect_lazy_with(options)
}

/// The newest migration that was applied; 0: none.
async fn version(db: &mut PgConnection) -> Result<i64, Fault> {
    let encoding: String = sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(&mut *db).await?;
    if encoding != "UTF8" {
        return Err(Fault::Damaged(format!("its encoding is {encoding}, and UTF8 is needed")));
    }
    let any: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *db).await?;
    if !any {
        return Ok(0);
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(db).await?;
    Ok(newest.unwrap_or_default())
}

/// The newest migration that a program must know. `None`: the database does not say.
async fn needs(db: &mut PgConnection) -> Result<Option<i64>, Fault> {
    let said: bool = sqlx::query_scalar("SELECT to_regclass('schema_needs') IS NOT NULL").fetch_one(&mut *db).await?;
    if !said {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT version FROM schema_needs").fetch_optional(db).await?)
}

/// Makes the lobby where it is missing.
pub(super) async fn insert_lobby(db: &mut PgConnection) -> Result<(), Fault> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let lobby = RoomName::lobby();
    let made: Option<i64> = sqlx::query_scalar(
        "INSERT INTO rooms (kind, key, name, created_at, active_at) SELECT 0, $1, $2, $3, $3
         WHERE NOT EXISTS (SELECT 1 FROM rooms WHERE key = $1) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(lobby.key())
    .bind(lobby.as_str())
    .bind(i64::try_from(now).unwrap_or_default())
    .fetch_optional(&mut *db)
    .await?;
    match made {
        Some(id) => names::keep_room(db, id, &lobby).await,
        None => Ok(()),
    }
}
