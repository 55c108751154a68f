//! Webhooks and files.

use server::store::{Act, Amendment, Progress, StoredFile, TokenHash, Way, Webhook};
use shared::FileInfo;

use super::*;

pub(super) fn incoming(id: &str, room: RoomId, maker: &str, speaker: &str) -> Webhook {
    let way = Way::In { name: name(speaker), hash: TokenHash([id.len() as u8; 32]), used_at: None };
    Webhook { id: id.to_owned(), room, made_by: name(maker), made_at: NOW, way }
}

pub(super) fn outgoing(id: &str, room: RoomId, progress: Progress) -> Webhook {
    let way = Way::Out { url: "https://chat.example/".to_owned(), secret: "whsec_x".to_owned(), progress };
    Webhook { id: id.to_owned(), room, made_by: name("alice"), made_at: NOW, way }
}

pub(super) async fn a_webhook_is_there_until_it_or_its_room_is_removed(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    let (way_in, way_out) = (incoming("in", room, "alice", "Deploys"), outgoing("out", room, Progress::default()));
    assert!(store.add_webhook(&way_in).await.unwrap() && store.add_webhook(&way_out).await.unwrap());
    assert_eq!(store.webhooks_of(room).await.unwrap(), [way_in.clone(), way_out.clone()]);
    assert_eq!(store.outgoing_webhooks().await.unwrap(), [way_out]);
    assert_eq!(store.webhook_by_secret(&TokenHash([2; 32])).await.unwrap(), Some(way_in));
    assert!(user(&*store, "deploys").await.unwrap().reserved);
    assert!(store.remove_webhook(room, "in").await.unwrap());
    assert!(!store.remove_webhook(room, "in").await.unwrap());
    assert!(!user(&*store, "deploys").await.unwrap().reserved, "the name is free again");
    store.delete_room(room, None).await.unwrap();
    assert!(store.outgoing_webhooks().await.unwrap().is_empty());
    assert!(!store.add_webhook(&incoming("late", room, "alice", "late")).await.unwrap());
}

pub(super) async fn a_webhook_does_not_take_the_name_of_another(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    store.set_password(&name("carol"), Some("$argon2id$x"), NOW, None).await.unwrap();
    assert!(!store.add_webhook(&incoming("a", room, "alice", "Carol")).await.unwrap());
    assert!(store.add_webhook(&incoming("ab", room, "alice", "deploys")).await.unwrap());
    assert!(!store.add_webhook(&incoming("abc", room, "bob", "Deploys")).await.unwrap());
    assert!(store.add_webhook(&incoming("abcd", room, "alice", "deploys")).await.unwrap());
}

pub(super) async fn how_far_a_webhook_has_come_is_there_after_opening_again(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    store.add_webhook(&outgoing("out", room, Progress::default())).await.unwrap();
    let progress = Progress {
        delivered: Seq(7),
        delivered_at: Some(later(1)),
        failing_since: Some(later(2)),
        reason: Some("it answered 500".to_owned()),
        disabled: true,
    };
    store.note_progress("out", &progress).await.unwrap();
    store.note_progress("nothing", &progress).await.unwrap();
    store.close().await;
    assert_eq!(place.open().await.outgoing_webhooks().await.unwrap(), [outgoing("out", room, progress)]);
}

pub(super) fn file(id: &str, room: RoomId, owner: &str, size: u64) -> StoredFile {
    StoredFile {
        id: id.to_owned(),
        room,
        user: name(owner),
        said: None,
        name: format!("{id}.png"),
        size,
        media_type: "image/png".to_owned(),
        width: Some(2),
        height: Some(1),
        created_at: NOW,
    }
}

/// A message with files.
pub(super) fn with_files(ids: &[&str], message: NewMessage) -> NewMessage {
    let info = |id: &&str| FileInfo {
        id: (*id).to_owned(),
        name: (*id).to_owned(),
        size: 1,
        media_type: String::new(),
        width: None,
        height: None,
        url: String::new(),
    };
    let mut metadata = MetadataMap::new();
    FileInfo::attach(&ids.iter().map(info).collect::<Vec<_>>(), &mut metadata);
    NewMessage { metadata, ..message }
}

async fn said_in(store: &dyn Store, id: &str) -> Option<Seq> {
    store.files(&[id.to_owned()]).await.unwrap().pop().and_then(|file| file.said)
}

pub(super) async fn a_file_is_said_with_its_senders_message_and_goes_with_it(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    let other = make(&*store, RoomKind::Group, "other", "alice").await.id;
    for given in [file("hers", room, "alice", 5), file("bobs", room, "bob", 7), file("elsewhere", other, "alice", 3)] {
        assert!(store.add_file(&given).await.unwrap());
        assert_eq!(store.files(std::slice::from_ref(&given.id)).await.unwrap(), [given]);
    }
    assert_eq!(store.uploaded_by(&name("Alice")).await.unwrap(), 8);
    let seq = say(&*store, with_files(&["hers", "bobs", "elsewhere"], said(room, "alice", "look"))).await;
    assert_eq!(said_in(&*store, "hers").await, Some(seq));
    assert_eq!((said_in(&*store, "bobs").await, said_in(&*store, "elsewhere").await), (None, None));
    say(&*store, with_files(&["hers"], said(room, "alice", "again"))).await;
    assert_eq!(said_in(&*store, "hers").await, Some(seq), "the first message is the one it belongs to");

    let deletion = Amendment { room, seq, by: name("alice"), act: Act::Delete, time: NOW, deed: None };
    store.amend(&[deletion]).await.unwrap();
    assert!(store.files(&["hers".to_owned()]).await.unwrap().is_empty());
    store.delete_room(other, None).await.unwrap();
    let ids = ["hers", "bobs", "elsewhere"].map(str::to_owned);
    assert_eq!(store.known_files(&ids).await.unwrap().into_iter().collect::<Vec<_>>(), ["bobs"]);
    assert_eq!(store.uploaded_by(&name("alice")).await.unwrap(), 0);
}

pub(super) async fn a_message_without_text_is_shown_by_its_files(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    let silent = with_files(&["plan.pdf", "map.png"], said(room, "alice", ""));
    let seq = say(&*store, silent).await;
    let last = store.membership(room, &name("alice")).await.unwrap().unwrap().last.unwrap();
    assert_eq!(last.excerpt, "plan.pdf, map.png");
    let quote = Quote { seq, sender: name("alice"), excerpt: Some("plan.pdf, map.png".to_owned()) };
    let answer = say(&*store, NewMessage { reply_to: Some(quote.clone()), ..said(room, "bob", "thanks") }).await;
    assert_eq!(store.message(room, answer).await.unwrap().unwrap().reply_to, Some(quote));
}

pub(super) async fn a_file_is_taken_back_by_its_uploader_until_it_is_said(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    for id in ["said", "unsaid"] {
        store.add_file(&file(id, room, "alice", 1)).await.unwrap();
    }
    say(&*store, with_files(&["said"], said(room, "alice", "look"))).await;
    for (id, user, forgotten) in
        [("said", "alice", false), ("unsaid", "bob", false), ("unsaid", "Alice", true), ("unsaid", "alice", false)]
    {
        assert_eq!(store.forget_file(id, &name(user)).await.unwrap(), forgotten, "{id} of {user}");
    }
    assert_eq!(store.uploaded_by(&name("alice")).await.unwrap(), 1);
}

pub(super) async fn a_file_that_was_never_said_is_forgotten_in_time(place: &dyn Place) {
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    store.add_file(&file("said", room, "alice", 1)).await.unwrap();
    store.add_file(&file("unsaid", room, "alice", 1)).await.unwrap();
    say(&*store, with_files(&["said"], said(room, "alice", "look"))).await;
    assert_eq!(store.forget_unsaid_files(NOW).await.unwrap(), 0);
    assert_eq!(store.forget_unsaid_files(later(1)).await.unwrap(), 1);
    let left = store.known_files(&["said".to_owned(), "unsaid".to_owned()]).await.unwrap();
    assert!(left.contains("said") && left.len() == 1);
}
