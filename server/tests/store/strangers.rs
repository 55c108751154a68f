//! What is kept of the random chat.

use server::store::Report;

use super::*;

/// What bob said to alice, who reports it.
pub(super) fn report(note: &str) -> Report {
    let NewMessage { id, sender, body, time, kind, metadata, client_id, reply_to, .. } =
        said(RoomId(RoomId::FIRST_PAIR), "bob", "you fool");
    let (room, seq, since) = (RoomId(RoomId::FIRST_PAIR), Seq(3), Since::default());
    let message = Message { room, seq, id, sender, body, time, kind, metadata, client_id, reply_to, since };
    Report { time: NOW, reporter: name("alice"), reported: name("bob"), note: note.to_owned(), messages: vec![message] }
}

pub(super) async fn reports_are_listed_as_they_came(place: &dyn Place) {
    let store = place.open().await;
    assert!(store.reports().await.unwrap().is_empty());
    let reports = [report("rude"), Report { messages: Vec::new(), ..report("again") }];
    for report in &reports {
        store.add_report(report).await.unwrap();
    }
    assert_eq!(store.reports().await.unwrap(), reports);
}

pub(super) async fn who_is_blocked_stays_blocked(place: &dyn Place) {
    let store = place.open().await;
    for (user, blocked) in [("alice", "Carol"), ("Alice", "bob"), ("alice", "carol"), ("bob", "alice")] {
        store.add_block(&name(user), &name(blocked), NOW).await.unwrap();
    }
    assert_eq!(store.blocks(&name("ALICE")).await.unwrap(), [name("bob"), name("carol")]);
    assert!(store.blocks(&name("carol")).await.unwrap().is_empty());
    assert!(store.blocks(&name("nobody")).await.unwrap().is_empty());
}
