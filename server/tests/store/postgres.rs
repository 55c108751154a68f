//! What is PostgreSQL's own: what is told where it cannot be used, and what several nodes at one database must not
//! break. What every engine guarantees is in `contract`.

use server::store::StoreError;
use url::Url;

use super::*;

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

#[tokio::test]
async fn a_schema_of_a_newer_version_is_left_alone() {
    let Some(database) = Database::new().await else { return };
    database.open().await.close().await;
    let pool = sqlx::PgPool::connect(database.url().as_str()).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (4711, 'from the future', true, '', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    let error = PostgresStore::open(database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 4711, known, .. } if known < 4711), "{error:?}");
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
        assert_eq!(moved.mail(&user).await.unwrap(), embedded.mail(&user).await.unwrap());
    }
    let back = after.open().await;
    back.load(&whole::lines(&*moved, 5).await).await.unwrap();
    assert_eq!(whole::lines(&*back, 1000).await, whole::lines(&*embedded, 1000).await);
}
