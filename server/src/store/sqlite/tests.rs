//! What can only be provoked from inside: a disk that is full, a file that somebody else holds, and a log that is long.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use shared::{MessageId, MessageKind, MetadataMap, RoomName, Seq};

use super::SqliteStore;
use crate::store::{Appended, NewMessage, Page, Room, Store, StoreError, Timestamp};

async fn open(directory: &tempfile::TempDir) -> (SqliteStore, Room) {
    let store = SqliteStore::open(directory.path()).await.unwrap();
    let lobby = store.room_by_name(&RoomName::lobby()).await.unwrap().unwrap();
    (store, lobby)
}

fn long(room: &Room, nth: usize) -> NewMessage {
    NewMessage {
        room: room.id,
        id: MessageId(nth.to_string()),
        sender: format!("user{nth}").parse().unwrap(),
        body: "long ".repeat(2000),
        time: Timestamp(0),
        kind: MessageKind::Chat,
        metadata: MetadataMap::new(),
        client_id: None,
        reply_to: None,
    }
}

async fn limit_pages(store: &SqliteStore, pages: i64) {
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma).execute(&store.writer).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_whole_batches_and_hurts_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (store, lobby) = open(&directory).await;
    let batch: Vec<_> = (0..20).map(|nth| long(&lobby, nth)).collect();
    store.append(&batch).await.unwrap();
    let used: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
    limit_pages(&store, used + 10).await;
    for _ in 0..3 {
        let error = store.append(&batch).await.unwrap_err();
        assert!(matches!(error, StoreError::NotWritable(_)), "{error:?}");
        // The connection that met the full disk is replaced, and the new one knows no limit.
        limit_pages(&store, used + 10).await;
    }
    let all = Page { after: Seq::ZERO, before: None, limit: 1000, newest: false };
    assert_eq!(store.page(lobby.id, all).await.unwrap().len(), 20, "what was told is there, and no part of the rest");
    limit_pages(&store, 1_000_000).await;
    assert_eq!(store.append(&batch).await.unwrap()[0], Appended::Stored(Seq(21)));
    store.check().await.unwrap();
}

/// Polls a future so many times, or to its end.
async fn poll_times<T>(future: impl Future<Output = T>, times: usize) {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|context| {
        left -= 1;
        if future.as_mut().poll(context).is_ready() || left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_is_given_up_half_way_is_stored_whole_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let (store, lobby) = open(&directory).await;
    let batch: Vec<_> = (0..20).map(|nth| long(&lobby, nth)).collect();
    for times in 1..40 {
        poll_times(store.append(&batch), times).await;
        store.check().await.unwrap();
        let last = store.room(lobby.id).await.unwrap().unwrap().last_seq;
        assert_eq!(last.0 % 20, 0);
    }
}

#[tokio::test]
async fn a_file_that_somebody_else_holds_is_waited_for_and_then_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let (store, lobby) = open(&directory).await;
    sqlx::query("PRAGMA busy_timeout = 50").execute(&store.writer).await.unwrap();
    let (other, _) = open(&directory).await;
    let holding = other.write().await.unwrap();
    let error = store.append(&[long(&lobby, 1)]).await.unwrap_err();
    assert!(matches!(error, StoreError::TimedOut), "{error:?}");
    drop(holding);
    other.check().await.unwrap();
    assert_eq!(store.append(&[long(&lobby, 1)]).await.unwrap(), [Appended::Stored(Seq(1))]);
}

#[tokio::test]
async fn readers_cannot_write() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = open(&directory).await;
    let refused = sqlx::query("DELETE FROM rooms").execute(&store.readers).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = open(&directory).await;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&store.writer).await.unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&store.writer).await.unwrap();
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
}

#[tokio::test]
async fn a_long_log_is_written_back_by_a_connection_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let (store, lobby) = open(&directory).await;
    let length = || std::fs::metadata(directory.path().join("confab.db")).unwrap().len();
    let (before, batch) = (length(), (0..100).map(|nth| long(&lobby, nth)).collect::<Vec<_>>());
    for _ in 0..16 {
        store.append(&batch).await.unwrap();
    }
    assert_eq!(length(), before, "so far all of it is in the log, and nobody had to wait");
    store.append(&batch).await.unwrap();
    while store.checkpoints.are_under_way() {
        tokio::task::yield_now().await;
    }
    assert!(length() > before + 16_000_000, "{} bytes, {before} before", length());
}
