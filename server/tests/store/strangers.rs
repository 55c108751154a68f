//! What is kept of the random chat.

use server::store::{DeedKind, Report, Resolved};

use super::*;

/// What bob said to alice, who reports it.
pub(super) fn report(note: &str) -> Report {
    let NewMessage { id, sender, body, time, kind, metadata, client_id, reply_to, .. } =
        said(RoomId(RoomId::FIRST_PAIR), "bob", "you fool");
    let (room, seq, since) = (RoomId(RoomId::FIRST_PAIR), Seq(3), Since::default());
    let message = Message { room, seq, id, sender, body, time, kind, metadata, client_id, reply_to, since };
    let (reporter, reported, messages) = (name("alice"), name("bob"), vec![message]);
    Report { time: NOW, reporter, reported, note: note.to_owned(), messages, resolved: None }
}

pub(super) async fn reports_are_listed_as_they_came(place: &dyn Place) {
    let store = place.open().await;
    assert!(store.reports().await.unwrap().is_empty());
    let reports = [report("rude"), Report { messages: Vec::new(), ..report("again") }];
    for report in &reports {
        store.add_report(report).await.unwrap();
    }
    let listed: Vec<_> = store.reports().await.unwrap().into_iter().map(|filed| filed.report).collect();
    assert_eq!(listed, reports);
}

pub(super) async fn a_report_is_resolved_once_somebody_has_dealt_with_it(place: &dyn Place) {
    let store = place.open().await;
    store.add_report(&report("rude")).await.unwrap();
    let id = store.reports().await.unwrap()[0].id;
    let resolved = Resolved { by: name("root"), at: later(1) };
    let deed = super::order::deed(DeedKind::ReportResolved, "bob");
    assert!(store.resolve_report(id, &resolved, &deed).await.unwrap());
    assert!(!store.resolve_report(id + 1, &resolved, &deed).await.unwrap());
    assert_eq!(store.reports().await.unwrap()[0].report.resolved, Some(resolved));
    assert_eq!(store.deeds(NOW, 10).await.unwrap(), [deed]);
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
