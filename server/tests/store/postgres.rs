//! What is PostgreSQL's own: what is told where it cannot be used, and what several nodes at one database must not
//! break. What every engine guarantees is in `contract`.

use server::store::{FileBytes, StoreError};
use url::Url;

use super::*;
use crate::support::in_time;

async fn refusal(url: &str) -> String {
    PostgresStore::open(&url.parse::<Url>().unwrap()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let said = refusal("postgres://confab:secret@127.0.0.1:1/chat").await;
    assert!(said.contains("postgres://confab@127.0.0.1:1/chat") && said.contains("--database-url"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let Some(database) = Database::new().await else { return };
    let mut url = database.url().clone();
    url.set_path("/nothing");
    let said = refusal(url.as_str()).await;
    assert!(said.contains("/nothing") && said.contains("does not exist"), "{said}");
}

/// A newer program was there, and did this.
async fn migrates(database: &Database, number: i64, statement: &'static str) {
    let pool = sqlx::PgPool::connect(database.url().as_str()).await.unwrap();
    sqlx::query(statement).execute(&pool).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES ($1, 'from the future', true, '', 0)",
    )
    .bind(number)
    .execute(&pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_database_that_a_newer_version_has_added_to_is_worked_with() {
    let Some(database) = Database::new().await else { return };
    let running = database.open().await;
    migrates(&database, 4711, "ALTER TABLE rooms ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'").await;
    let started = database.open().await;
    let lobby = lobby(&*started).await.id;
    for (store, seq) in [(&running, 1), (&started, 2)] {
        assert_eq!(say(&**store, said(lobby, "alice", "still here")).await, Seq(seq));
    }
    assert!(make(&*running, RoomKind::Group, "new", "alice").await.id > lobby);
}

#[tokio::test]
async fn a_database_that_a_newer_version_has_taken_from_is_left_alone() {
    let Some(database) = Database::new().await else { return };
    database.open().await.close().await;
    migrates(&database, 4711, "UPDATE schema_needs SET version = 4710").await;
    let error = PostgresStore::open(database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 4711, known, .. } if known < 4710), "{error:?}");
    let pool = sqlx::PgPool::connect(database.url().as_str()).await.unwrap();
    sqlx::query("DROP TABLE schema_needs").execute(&pool).await.unwrap();
    let error = PostgresStore::open(database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error:?}");
}

/// Bytes that came in two pieces.
async fn bytes(store: &Arc<dyn Store>, id: &str, whole: bool) -> Arc<dyn FileBytes> {
    let bytes = Arc::clone(store).file_bytes().expect("this engine has them");
    assert!(bytes.begin(id).await.unwrap());
    for (begins, piece) in [(0, "one "), (4, "two")] {
        assert!(bytes.add_piece(id, begins, piece.as_bytes()).await.unwrap());
    }
    assert!(!whole || bytes.finish(id).await.unwrap());
    bytes
}

#[tokio::test]
async fn a_files_bytes_are_on_every_node_once_they_are_whole() {
    let Some(database) = Database::new().await else { return };
    let [one, other] = two_nodes(&database).await;
    let (written, read) = (bytes(&one, "a", false).await, Arc::clone(&other).file_bytes().expect("bytes"));
    assert_eq!(read.piece("a", 0).await.unwrap(), None, "half of it is nothing");
    assert!(written.finish("a").await.unwrap());
    for (from, there) in [(0, Some("one ")), (3, Some(" ")), (4, Some("two")), (6, Some("o")), (7, None)] {
        let piece = read.piece("a", from).await.unwrap().map(|piece| String::from_utf8(piece).unwrap());
        assert_eq!(piece.as_deref(), there, "from {from}");
    }
    assert!(!read.begin("a").await.unwrap() && !read.add_piece("a", 7, b"more").await.unwrap());
    read.remove("a").await.unwrap();
    assert_eq!(written.piece("a", 0).await.unwrap(), None);
    assert!(!written.finish("a").await.unwrap());
}

#[tokio::test]
async fn an_upload_that_broke_off_is_begun_anew() {
    let Some(database) = Database::new().await else { return };
    let store = database.open().await;
    bytes(&store, "a", false).await;
    let again = bytes(&store, "a", true).await;
    assert_eq!(again.piece("a", 4).await.unwrap().as_deref(), Some(&b"two"[..]));
}

#[tokio::test]
async fn bytes_that_nobody_knows_are_swept_away_in_time() {
    let Some(database) = Database::new().await else { return };
    let [one, other] = two_nodes(&database).await;
    let room = lobby(&*one).await.id;
    for (id, whole) in [("known", true), ("unknown", true), ("half", false)] {
        bytes(&one, id, whole).await;
    }
    assert!(one.add_file(&super::programs::file("known", room, "alice", 7)).await.unwrap());
    let sweeping = Arc::clone(&other).file_bytes().expect("bytes");
    assert_eq!(sweeping.sweep().await.unwrap(), 0, "they came just now");
    let pool = sqlx::PgPool::connect(database.url().as_str()).await.unwrap();
    for (ago, swept) in [("11 minutes", 1), ("25 hours", 1), ("25 hours", 0)] {
        let earlier = "UPDATE file_bytes SET touched_at = now() - $1::text::interval";
        sqlx::query(earlier).bind(ago).execute(&pool).await.unwrap();
        assert_eq!(sweeping.sweep().await.unwrap(), swept, "{ago} later");
    }
    assert!(sweeping.piece("known", 0).await.unwrap().is_some());
    assert!(sweeping.piece("unknown", 0).await.unwrap().is_none());
}

/// Two nodes that know nothing of each other.
async fn two_nodes(database: &Database) -> [Arc<dyn Store>; 2] {
    let (one, other) = tokio::join!(database.open(), database.open());
    [one, other]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_once_make_one_schema_and_one_lobby() {
    let Some(database) = Database::new().await else { return };
    let [one, other] = two_nodes(&database).await;
    assert_eq!(lobby(&*one).await, lobby(&*other).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_store_at_once_leave_no_gap_and_no_double() {
    let Some(database) = Database::new().await else { return };
    let nodes = two_nodes(&database).await;
    let rooms = [lobby(&*nodes[0]).await.id, make(&*nodes[1], RoomKind::Group, "club", "alice").await.id];
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = Arc::clone(&nodes[writer % 2]);
            tokio::spawn(async move {
                for nth in 0..20 {
                    // New people and known ones, in both rooms, in either order.
                    let mut batch =
                        Vec::from(rooms.map(|room| {
                            called(&format!("{writer} {nth} {room}"), said(room, &format!("user{nth}"), "x"))
                        }));
                    if writer % 3 == 0 {
                        batch.reverse();
                    }
                    store.append(&batch).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for room in rooms {
        let seqs: Vec<u64> = everything(&*nodes[0], room).await.iter().map(|message| message.seq.0).collect();
        assert_eq!(seqs, Vec::from_iter(1..=160), "room {room}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_id_sent_to_both_nodes_in_two_rooms_is_stored_once() {
    let Some(database) = Database::new().await else { return };
    let nodes = two_nodes(&database).await;
    let rooms = [lobby(&*nodes[0]).await.id, make(&*nodes[1], RoomKind::Group, "club", "alice").await.id];
    for nth in 0..20 {
        let [one, other] = [0, 1].map(|at| called(&format!("own {nth}"), said(rooms[at], "alice", "once")));
        let (one, other) =
            tokio::join!(nodes[0].append(std::slice::from_ref(&one)), nodes[1].append(std::slice::from_ref(&other)));
        let outcomes = [one.unwrap().remove(0), other.unwrap().remove(0)];
        let stored = outcomes.iter().filter(|outcome| matches!(outcome, Appended::Stored(_))).count();
        assert_eq!(stored, 1, "{outcomes:?}");
    }
}

#[tokio::test]
async fn a_text_with_a_nul_comes_back_as_it_was_given() {
    let Some(database) = Database::new().await else { return };
    let store = database.open().await;
    let lobby = lobby(&*store).await.id;
    let given = called("i\u{1a}d", said(lobby, "alice", "\0a\u{1a}0b\0"));
    say(&*store, given.clone()).await;
    let found = everything(&*store, lobby).await.remove(0);
    assert_eq!((&found.body, &found.client_id), (&given.body, &given.client_id));
    assert!(matches!(store.append(&[given]).await.unwrap()[..], [Appended::Duplicate { .. }]));
}

#[tokio::test]
async fn a_community_moves_over_message_by_message_and_back() {
    let Some(database) = Database::new().await else { return };
    let (before, after) = (Directory::new(), Directory::new());
    let embedded = before.open().await;
    whole::fill(&*embedded).await;
    let moved = database.open().await;
    moved.load(&whole::lines(&*embedded, 7).await).await.unwrap();
    assert_eq!(whole::lines(&*moved, 1000).await, whole::lines(&*embedded, 1000).await);
    for user in ["alice", "bob", "carol"] {
        let user = name(user);
        assert_eq!(moved.memberships(&user).await.unwrap(), embedded.memberships(&user).await.unwrap());
        assert_eq!(moved.mail(&user, OF_BOTH, 99).await.unwrap(), embedded.mail(&user, OF_BOTH, 99).await.unwrap());
    }
    let back = after.open().await;
    back.load(&whole::lines(&*moved, 5).await).await.unwrap();
    assert_eq!(whole::lines(&*back, 1000).await, whole::lines(&*embedded, 1000).await);
}

/// As many as a store has connections.
const CALLS: i64 = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_falls_silent_in_the_middle_is_given_up_and_used_again_when_it_is_back() {
    let Some(database) = Database::new().await else { return };
    let (proxy, url) = database.by_proxy().await;
    let store: Arc<dyn Store> = Arc::new(PostgresStore::open(&url).await.unwrap());
    let lobby = lobby(&*store).await.id;
    let pool = sqlx::PgPool::connect(database.url().as_str()).await.unwrap();
    let mut holder = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM rooms FOR UPDATE").execute(&mut *holder).await.unwrap();
    let calls = (0..CALLS).map(|nth| {
        let (store, message) = (Arc::clone(&store), said(lobby, "alice", &nth.to_string()));
        tokio::spawn(async move { store.append(&[message]).await })
    });
    let calls = Vec::from_iter(calls);
    in_time("all of them to wait", async { while waiting(&pool).await < CALLS {} }).await;

    proxy.falls_silent();
    holder.rollback().await.unwrap();
    for call in calls {
        let answer = in_time("an answer", call).await.unwrap();
        assert!(matches!(answer, Err(StoreError::TimedOut)), "{answer:?}");
    }
    proxy.is_mended();
    let back = async { while store.append(&[said(lobby, "alice", "again")]).await.is_err() {} };
    in_time("the store to be of use again", back).await;
    assert_eq!(everything(&*store, lobby).await.last().unwrap().body, "again");
}

/// How many wait for what somebody else holds.
async fn waiting(pool: &sqlx::PgPool) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confab' AND wait_event_type = 'Lock'";
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}
