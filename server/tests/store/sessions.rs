//! Sessions and tokens.

use server::store::{SessionKind, SessionRecord, TokenHash};

use super::*;

pub(super) fn session(number: u8, user: &str, kind: SessionKind) -> SessionRecord {
    SessionRecord {
        hash: TokenHash([number; 32]),
        user: name(user),
        kind,
        label: format!("session {number}"),
        created_at: later(i64::from(number)),
        used_at: later(i64::from(number)),
        expires_at: later(1000 + i64::from(number)),
    }
}

pub(super) async fn a_session_is_found_until_it_expires(place: &dyn Place) {
    let store = place.open().await;
    for (number, kind) in (1..).zip([SessionKind::Guest, SessionKind::Browser, SessionKind::Token]) {
        let given = session(number, "Alice", kind);
        store.add_session(&given).await.unwrap();
        assert_eq!(store.session(&given.hash, later(999)).await.unwrap(), Some(given.clone()));
        let end = given.expires_at;
        assert!(store.session(&given.hash, Timestamp(end.0 - 1)).await.unwrap().is_some());
        assert_eq!(store.session(&given.hash, end).await.unwrap(), None);
    }
    assert_eq!(store.session(&TokenHash([9; 32]), NOW).await.unwrap(), None);
    let alice = user(&*store, "alice").await.unwrap();
    assert_eq!(
        (alice.name.as_str(), alice.created_at),
        ("Alice", later(1)),
        "a session's user comes into being with it"
    );
    drop(store);
    assert!(place.open().await.session(&TokenHash([1; 32]), NOW).await.unwrap().is_some());
}

pub(super) async fn a_session_ends_when_it_is_removed(place: &dyn Place) {
    let store = place.open().await;
    let given = session(1, "alice", SessionKind::Token);
    store.add_session(&given).await.unwrap();
    assert!(store.remove_session(&given.hash, None).await.unwrap());
    assert!(!store.remove_session(&given.hash, None).await.unwrap());
    assert_eq!(store.session(&given.hash, NOW).await.unwrap(), None);
}

pub(super) async fn a_sessions_last_use_is_noted(place: &dyn Place) {
    let store = place.open().await;
    let given = session(1, "alice", SessionKind::Token);
    store.add_session(&given).await.unwrap();
    store.touch_session(&given.hash, later(500)).await.unwrap();
    store.touch_session(&TokenHash([9; 32]), later(500)).await.unwrap();
    let used = SessionRecord { used_at: later(500), ..given };
    assert_eq!(store.session(&used.hash, later(600)).await.unwrap(), Some(used));
}

pub(super) async fn sessions_are_listed_newest_first_and_by_user(place: &dyn Place) {
    let store = place.open().await;
    for (number, user) in [(2, "alice"), (3, "ALICE"), (1, "alice"), (4, "bob")] {
        store.add_session(&session(number, user, SessionKind::Browser)).await.unwrap();
    }
    let labels: Vec<_> =
        store.sessions_of(&name("Alice")).await.unwrap().into_iter().map(|session| session.label).collect();
    assert_eq!(labels, ["session 3", "session 2", "session 1"]);
    assert!(store.sessions_of(&name("nobody")).await.unwrap().is_empty());
}

pub(super) async fn sessions_that_are_over_are_forgotten_in_time(place: &dyn Place) {
    let store = place.open().await;
    store.add_session(&session(1, "alice", SessionKind::Browser)).await.unwrap();
    let next = SessionRecord {
        created_at: later(5000),
        used_at: later(5000),
        expires_at: later(9000),
        ..session(2, "bob", SessionKind::Browser)
    };
    store.add_session(&next).await.unwrap();
    assert!(store.sessions_of(&name("alice")).await.unwrap().is_empty());
    assert_eq!(store.sessions_of(&name("bob")).await.unwrap(), [next]);
}
