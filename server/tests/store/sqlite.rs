//! Opening the embedded store: what is there may be unusable in many ways, and each is told apart.

use std::fs;
use std::path::Path;

use server::store::StoreError;
use sqlx::{Connection, SqliteConnection};

use super::*;

async fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path).await
}

/// A store with something in it, closed.
async fn used(path: &Path) {
    let store = open(path).await.unwrap();
    let lobby = lobby(&store).await.id;
    let batch: Vec<_> = (0..500).map(|nth| said(lobby, "alice", &format!("message {nth}"))).collect();
    store.append(&batch).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn the_directory_is_made_with_all_above_it() {
    let place = Directory::new();
    let path = place.0.path().join("a/b");
    let store = open(&path).await.unwrap();
    assert!(path.join("confab.db").exists());
    store.close().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("confab.db"))), (0o700, 0o600), "password hashes are nobody else's");
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let place = Directory::new();
    let file = place.0.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.join("data"), file.clone()] {
        let error = open(&path).await.unwrap_err();
        assert!(matches!(&error, StoreError::DataDir { path: named, .. } if *named == path), "{error:?}");
        assert!(error.to_string().contains("--data-dir"));
    }
}

#[tokio::test]
async fn a_directory_in_the_databases_place_is_no_store() {
    let place = Directory::new();
    fs::create_dir(place.0.path().join("confab.db")).unwrap();
    assert!(matches!(open(place.0.path()).await, Err(StoreError::DataDir { .. })));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let place = Directory::new();
    used(place.0.path()).await;
    let file = place.0.path().join("confab.db");
    let mut db = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (4711, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    let before = fs::read(&file).unwrap();
    let error = open(place.0.path()).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Newer { database, found: 4711, known } if *database == file.display().to_string() && *known < 4711),
        "{error:?}"
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let place = Directory::new();
    let file = place.0.path().join("confab.db");
    let letter = "Dear diary, ".repeat(1000);
    fs::write(&file, &letter).unwrap();
    let error = open(place.0.path()).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Damaged { database, .. } if *database == file.display().to_string()),
        "{error:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), letter);
}

#[tokio::test]
async fn a_database_cut_short_is_refused() {
    let place = Directory::new();
    used(place.0.path()).await;
    let file = fs::OpenOptions::new().write(true).open(place.0.path().join("confab.db")).unwrap();
    file.set_len(8192).unwrap();
    let error = open(place.0.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn damage_found_while_reading_is_told_as_such() {
    let place = Directory::new();
    used(place.0.path()).await;
    let path = place.0.path().join("confab.db");
    let mut bytes = fs::read(&path).unwrap();
    for page in bytes.chunks_mut(4096).skip(1) {
        if page.windows(10).any(|part| part == b"message 25") {
            page.fill(0xAA);
        }
    }
    fs::write(&path, bytes).unwrap();
    let store = open(place.0.path()).await.unwrap();
    let lobby = lobby(&store).await.id;
    let error = store.page(lobby, ALL).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn closing_leaves_one_file() {
    let place = Directory::new();
    used(place.0.path()).await;
    let left: Vec<_> = fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["confab.db"], "the log was written back");
}

#[tokio::test]
async fn two_processes_may_share_the_file() {
    let place = Directory::new();
    let (one, other) = (open(place.0.path()).await.unwrap(), open(place.0.path()).await.unwrap());
    let lobby = lobby(&one).await.id;
    for (nth, store) in (1..).zip([&one, &other, &one, &other]) {
        assert_eq!(say(store, said(lobby, "alice", "x")).await, Seq(nth));
    }
    assert_eq!(everything(&one, lobby).await, everything(&other, lobby).await);
}

#[tokio::test]
async fn even_the_zero_character_comes_back() {
    let place = Directory::new();
    let store = open(place.0.path()).await.unwrap();
    let lobby = lobby(&store).await.id;
    let given = called("id", said(lobby, "alice", "\0a\0b\0"));
    say(&store, given.clone()).await;
    let found = everything(&store, lobby).await.remove(0);
    assert_eq!((&found.body, &found.client_id), (&given.body, &given.client_id));
    assert!(matches!(store.append(&[given]).await.unwrap()[..], [Appended::Duplicate { .. }]));
}

#[tokio::test]
async fn names_of_an_older_version_get_their_form_and_their_looks() {
    let place = Directory::new();
    let store = open(place.0.path()).await.unwrap();
    for account in ["alice", "bob"] {
        store.set_password(&name(account), Some("hash"), NOW, None).await.unwrap();
    }
    let lobby = lobby(&store).await.id;
    say(&store, said(lobby, "alice", "hello")).await;
    say(&store, said(lobby, "bob", "hello")).await;
    store.close().await;
    let file = place.0.path().join("confab.db");
    let mut db = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    // As they could be taken then: an e and its dots by themselves, and a character that is none.
    let older = "DELETE FROM user_looks; DELETE FROM room_looks;
                 UPDATE users SET name = 'zoe\u{308}', key = 'zoe\u{308}' WHERE key = 'alice';
                 UPDATE users SET name = 'x\u{E000}', key = 'x\u{E000}' WHERE key = 'bob'";
    sqlx::raw_sql(older).execute(&mut db).await.unwrap();
    db.close().await.unwrap();

    let store = open(place.0.path()).await.unwrap();
    assert!(!user(&store, "zoë").await.unwrap().is_guest());
    assert_eq!(store.like_users(&[name("zоë")]).await.unwrap(), [Some(name("zoë"))]);
    assert_eq!(store.like_room(&room_name("lоbby")).await.unwrap(), Some(RoomName::lobby()));
    let senders: Vec<_> = everything(&store, lobby).await.into_iter().map(|message| message.sender).collect();
    assert_eq!(senders, [name("zoë"), Username::kept("x\u{E000}".to_owned())], "what was said stays readable");
}
