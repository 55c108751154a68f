//! What is done to messages after they were said.

use shared::{Change, Emoji};

use super::*;

async fn one(store: &dyn Store, room: RoomId, seq: u64) -> Message {
    store.message(room, Seq(seq)).await.unwrap().unwrap()
}

async fn versions(store: &dyn Store, room: RoomId, seq: u64, limit: u32) -> Vec<(String, Timestamp)> {
    let versions = store.versions(room, Seq(seq), limit).await.unwrap();
    versions.into_iter().map(|version| (version.body, version.time)).collect()
}

/// The emoji under a message with their users, as `👍 alice bob`.
fn under(message: &Message) -> Vec<String> {
    let line = |(emoji, users): &(Emoji, Vec<Username>)| {
        users.iter().fold(emoji.to_string(), |line, user| format!("{line} {user}"))
    };
    message.since.reactions.iter().map(line).collect()
}

pub(super) async fn an_edit_keeps_what_was_said(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let first = called("mine", said(lobby, "alice", "helo"));
    say(&*store, first.clone()).await;
    for body in ["hello", "hello, all"] {
        let now = amend(&*store, edit(lobby, 1, body)).await;
        assert_eq!((now.body.as_str(), now.time, now.since.edited_at), (body, NOW, Some(later(1000))));
        assert_eq!(one(&*store, lobby, 1).await, now);
    }
    let was = [("helo".to_owned(), NOW), ("hello".to_owned(), later(1000))];
    assert_eq!(versions(&*store, lobby, 1, 10).await, was);
    assert_eq!(versions(&*store, lobby, 1, 1).await, was[1..]);
    let again = store.append(&[first]).await.unwrap();
    assert!(matches!(again[..], [Appended::Duplicate { seq: Seq(1), .. }]), "its client_id is used");
    assert_eq!(everything(&*place.open().await, lobby).await, everything(&*store, lobby).await);
}

pub(super) async fn a_deletion_leaves_the_place_and_nothing_else(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let metadata = serde_json::json!({"secret": 1}).as_object().unwrap().clone();
    say(&*store, NewMessage { metadata, ..called("mine", said(lobby, "alice", "secret")) }).await;
    say(&*store, said(lobby, "bob", "next")).await;
    let acts = [edit(lobby, 1, "secrets"), react(lobby, 1, "bob", "👍"), act(lobby, 1, "alice", Act::Delete)];
    store.amend(&acts).await.unwrap();
    let left = one(&*store, lobby, 1).await;
    assert!(left.since.deleted && left.body.is_empty() && left.metadata.is_empty() && under(&left).is_empty());
    assert_eq!((left.sender, left.time, left.since.change), (name("alice"), NOW, Change(3)));
    assert!(versions(&*store, lobby, 1, 10).await.is_empty());
    let later = [edit(lobby, 1, "back"), react(lobby, 1, "bob", "👍"), act(lobby, 1, "alice", Act::Delete)];
    assert_eq!(store.amend(&later).await.unwrap(), vec![Amended::NoSuchMessage; 3]);
    let again = store.append(&[called("mine", said(lobby, "alice", "secret"))]).await.unwrap();
    assert!(matches!(again[..], [Appended::Duplicate { seq: Seq(1), .. }]));
}

pub(super) async fn reactions_stand_in_the_order_in_which_they_came(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "x")).await;
    for (by, emoji) in [("bob", "🎉"), ("alice", "👍"), ("Carol", "🎉"), ("bob", "👍")] {
        amend(&*store, react(lobby, 1, by, emoji)).await;
    }
    assert_eq!(under(&one(&*store, lobby, 1).await), ["🎉 bob Carol", "👍 alice bob"]);
    let now = amend(&*store, act(lobby, 1, "BOB", Act::Unreact("🎉".parse().unwrap()))).await;
    assert_eq!(under(&now), ["👍 alice bob", "🎉 Carol"]);
}

pub(super) async fn twenty_kinds_of_emoji_fit_under_a_message(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "x")).await;
    let kinds: Vec<String> = ('\u{1f600}'..).take(21).map(String::from).collect();
    for emoji in &kinds[..20] {
        amend(&*store, react(lobby, 1, "bob", emoji)).await;
    }
    assert_eq!(store.amend(&[react(lobby, 1, "alice", &kinds[20])]).await.unwrap(), [Amended::TooManyKinds]);
    amend(&*store, react(lobby, 1, "alice", &kinds[3])).await;
}

pub(super) async fn what_is_so_already_changes_nothing(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "x")).await;
    amend(&*store, react(lobby, 1, "bob", "👍")).await;
    let unreact = act(lobby, 1, "alice", Act::Unreact("👍".parse().unwrap()));
    let acts = [edit(lobby, 1, "x"), react(lobby, 1, "Bob", "👍"), unreact];
    assert_eq!(store.amend(&acts).await.unwrap(), vec![Amended::Unchanged; 3]);
    assert_eq!(one(&*store, lobby, 1).await.since.change, Change(1));
}

pub(super) async fn a_message_that_is_not_there_hinders_no_other(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "x")).await;
    let acts = [edit(lobby, 2, "no"), edit(RoomId(999), 1, "no"), edit(RoomId(u64::MAX), 1, "no"), edit(lobby, 1, "y")];
    let outcomes = store.amend(&acts).await.unwrap();
    assert_eq!(outcomes[..3], vec![Amended::NoSuchMessage; 3]);
    assert!(matches!(&outcomes[3], Amended::Done(message) if message.body == "y"));
    assert_eq!(store.message(lobby, Seq(2)).await.unwrap(), None);
    assert_eq!(store.amend(&[]).await.unwrap(), []);
}

pub(super) async fn an_answer_quotes_the_message_as_it_is_now(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "first\nof all")).await;
    let given = Quote { seq: Seq(1), sender: name("alice"), excerpt: Some("first of all".to_owned()) };
    say(&*store, NewMessage { reply_to: Some(given.clone()), ..said(lobby, "bob", "indeed") }).await;
    let quote = || async { one(&*store, lobby, 2).await.reply_to.unwrap() };
    assert_eq!(quote().await, given);
    amend(&*store, edit(lobby, 1, "at last")).await;
    assert_eq!(quote().await.excerpt.as_deref(), Some("at last"));
    amend(&*store, act(lobby, 1, "alice", Act::Delete)).await;
    assert_eq!(quote().await, Quote { excerpt: None, ..given });
}

pub(super) async fn amendments_are_counted_and_told_since_a_count(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let other = direct(&*store, "alice", "bob").await;
    for nth in 0..4 {
        store.append(&[said(lobby, "alice", &nth.to_string()), said(other, "alice", "x")]).await.unwrap();
    }
    let acts =
        [edit(lobby, 3, "a"), edit(other, 1, "y"), edit(lobby, 1, "b"), edit(lobby, 3, "c"), edit(lobby, 4, "d")];
    store.amend(&acts).await.unwrap();
    assert_eq!(store.room(lobby).await.unwrap().unwrap().change, Change(4));
    let since = |change, until, limit| {
        let store = &store;
        async move {
            let amended = store.amended(lobby, Change(change), Seq(until), limit).await.unwrap();
            amended.iter().map(|message| (message.seq.0, message.since.change.0)).collect::<Vec<_>>()
        }
    };
    assert_eq!(since(0, 10, 10).await, [(1, 2), (3, 3), (4, 4)]);
    assert_eq!(since(2, 3, 10).await, [(3, 3)]);
    assert_eq!(since(0, 10, 1).await, [(1, 2)]);
    assert_eq!(since(4, 10, 10).await, []);
    assert_eq!(since(u64::MAX, u64::MAX, 10).await, []);
}

pub(super) async fn a_deleted_message_is_no_mail(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    for message in [said(room, "alice", "oops"), notice(room, "alice", "oops"), said(room, "alice", "hi")] {
        say(&*store, message).await;
    }
    store.amend(&[act(room, 1, "alice", Act::Delete), act(room, 2, "alice", Act::Delete)]).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["hi"]);
}

pub(super) async fn whom_a_message_names_has_a_mention_to_read(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for user in ["alice", "bob", "carol"] {
        add(&*store, lobby, user).await;
    }
    let counts = || async {
        let mut counts = Vec::new();
        for user in ["alice", "bob", "carol"] {
            counts.push(store.membership(lobby, &name(user)).await.unwrap().unwrap().mentions);
        }
        counts
    };
    for body in ["@Bob and @nobody", "@bob, @alice: hi", "`@bob`"] {
        say(&*store, said(lobby, "alice", body)).await;
    }
    assert_eq!(counts().await, [0, 2, 0], "nobody names himself");
    store.advance(&[Marks { read: Seq(1), ..marks(lobby, "bob") }]).await.unwrap();
    assert_eq!(counts().await, [0, 1, 0]);
    amend(&*store, edit(lobby, 2, "@carol")).await;
    assert_eq!(counts().await, [0, 0, 1]);
    amend(&*store, act(lobby, 2, "alice", Act::Delete)).await;
    assert_eq!(counts().await, [0, 0, 0]);
}

pub(super) async fn a_deleted_room_takes_all_that_was_done_in_it(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    say(&*store, said(club, "alice", "word @bob")).await;
    store.amend(&[edit(club, 1, "words @bob"), react(club, 1, "bob", "👍")]).await.unwrap();
    store.delete_room(club, None).await.unwrap();
    assert_eq!(store.message(club, Seq(1)).await.unwrap(), None);
    assert!(versions(&*store, club, 1, 10).await.is_empty());
    assert!(store.amended(club, Change::ZERO, Seq(9), 10).await.unwrap().is_empty());
}
