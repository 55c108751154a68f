//! Nodes of two versions beside each other, as they are while an update rolls over them. There is only one program here, so
//! the newer one is played: what its migration does to the database, and what it says on the bus, the test does.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::evening::{A_WHILE, Evening};
use crate::support::cluster::Cluster;
use crate::support::{Server, in_time};

/// What the newer version's first migration adds, in the order in which everybody takes these tables.
const EXPANDS: [&str; 5] = [
    "ALTER TABLE rooms ADD COLUMN colour TEXT",
    "ALTER TABLE users ADD COLUMN motto TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",
    "CREATE INDEX messages_mood ON messages (mood)",
    "CREATE TABLE moods (place BIGINT PRIMARY KEY REFERENCES messages (place) ON DELETE CASCADE, mood TEXT NOT NULL)",
];

/// A node of a newer version.
struct Newer {
    database: PgPool,
    bus: async_nats::Client,
    /// Where all nodes hear.
    subject: String,
}

impl Newer {
    async fn beside(cluster: &Cluster) -> Self {
        let database = PgPool::connect(cluster.database.url().as_str()).await.expect("a connection");
        let bus = async_nats::connect(cluster.nats.url()).await.expect("a connection");
        let community: String =
            sqlx::query_scalar("SELECT id FROM community").fetch_one(&database).await.expect("a community");
        Self { database, bus, subject: format!("confab.{community}.all") }
    }

    /// Starts: it brings the database up to its version, in one step, and is started again where that did not work.
    async fn starts(&self) {
        let migrated = async { while self.migrates().await.is_err() {} };
        in_time("the database to be of the newer version", migrated).await;
    }

    async fn migrates(&self) -> Result<(), sqlx::Error> {
        let mut tx = self.database.begin().await?;
        for statement in EXPANDS {
            sqlx::query(statement).execute(&mut *tx).await?;
        }
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (4711, 'moods', true, '', 0)",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Writes what the others do not know of, into rows of theirs.
    async fn writes(&self) {
        let written =
            sqlx::query("UPDATE messages SET mood = 'happy' WHERE place % 2 = 0").execute(&self.database).await;
        assert!(written.expect("rows").rows_affected() > 0);
    }

    /// Tells the others what they do not know, and more than they know of what they do.
    async fn says(&self) {
        let unknown = json!({"mood": {"room": 1, "mood": "happy"}});
        let richer = json!({"typing": {"room": 1, "user": "newer", "on": true, "how": "fast"}});
        for note in [unknown, richer] {
            let letter: Value = json!({"from": 4711, "sent_at": 0, "note": note, "version": 2});
            self.bus.publish(self.subject.clone(), letter.to_string().into()).await.expect("the bus is there");
        }
        self.bus.flush().await.expect("the bus is there");
    }

    /// How many messages it finds, with what it takes for granted of each.
    async fn finds(&self) -> i64 {
        let found = sqlx::query_scalar("SELECT count(*) FROM messages WHERE mood IN ('calm', 'happy')");
        found.fetch_one(&self.database).await.expect("a number")
    }
}

/// Waits until a node has passed over a note that it does not know.
async fn has_passed_over_a_note(node: &Server) {
    let passed_over = async {
        loop {
            let metrics = node.get("/metrics").await.body;
            let count = metrics.lines().find_map(|line| line.strip_prefix("confab_bus_unknown_total "));
            if count.is_some_and(|count| count != "0") {
                return;
            }
        }
    };
    in_time("a note to be passed over", passed_over).await;
}

#[tokio::test]
async fn nodes_of_the_version_before_go_on_and_start_beside_a_newer_one() {
    let Some(mut evening) = Evening::begins().await else { return };
    evening.goes_on(A_WHILE).await;

    let newer = Newer::beside(&evening.cluster).await;
    newer.starts().await;
    newer.says().await;
    newer.writes().await;
    evening.goes_on(A_WHILE).await;
    for node in &evening.cluster.nodes {
        has_passed_over_a_note(node).await;
    }

    // There is a way back: whoever is started again is of the version before.
    assert!(evening.cluster.nodes[1].stop().await.success());
    evening.a_node_starts_at(1).await;
    newer.says().await;
    evening.goes_on(A_WHILE).await;
    has_passed_over_a_note(&evening.cluster.nodes[1]).await;

    let (_cluster, stored) = evening.ends_whole().await;
    assert_eq!(usize::try_from(newer.finds().await), Ok(stored), "what older nodes stored is right for the newer one");
}
