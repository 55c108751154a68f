//! How far members have come, and the mail that follows from it.

use super::*;

async fn read_of(store: &dyn Store, room: RoomId, user: &str) -> Seq {
    store.membership(room, &name(user)).await.unwrap().unwrap().read
}

pub(super) async fn speaking_moves_only_the_senders_read_position(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    let batch = [said(club, "bob", "1"), said(club, "ALICE", "2"), said(club, "bob", "3"), said(club, "stranger", "4")];
    store.append(&batch).await.unwrap();
    assert_eq!(read_of(&*store, club, "alice").await, Seq(2));
    assert_eq!(read_of(&*store, club, "bob").await, Seq(3));
    assert_eq!(mail(&*store, "alice").await, ["1", "3", "4"], "what came before his own words may still wait");
}

pub(super) async fn positions_only_move_forward(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    for nth in 1..=4 {
        say(&*store, said(room, "alice", &nth.to_string())).await;
    }
    let to = |read, delivered| Marks { read: Seq(read), delivered: Seq(delivered), ..marks(room, "BOB") };
    store.advance(&[to(2, 0), to(3, 1), to(1, 2)]).await.unwrap();
    assert_eq!((read_of(&*store, room, "bob").await, mail(&*store, "bob").await.len()), (Seq(3), 2));
    store.advance(&[to(0, 1)]).await.unwrap();
    store.advance(&[to(1, 0)]).await.unwrap();
    assert_eq!((read_of(&*store, room, "bob").await, mail(&*store, "bob").await.len()), (Seq(3), 2));
    assert_eq!(read_of(&*store, room, "alice").await, Seq(4));
}

pub(super) async fn positions_stop_at_the_rooms_end(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    say(&*store, said(room, "alice", "1")).await;
    let far = Seq(u64::MAX);
    store.advance(&[Marks { read: far, delivered: far, noticed: far, ..marks(room, "bob") }]).await.unwrap();
    assert_eq!(read_of(&*store, room, "bob").await, Seq(1));
    store.append(&[said(room, "alice", "2"), notice(room, "alice", "3")]).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["2", "3"]);
}

pub(super) async fn unknown_rooms_and_members_are_passed_over(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    say(&*store, said(room, "alice", "1")).await;
    let unknown = [marks(RoomId(999), "bob"), marks(room, "carol"), marks(RoomId(u64::MAX), "bob")];
    let mut given: Vec<_> =
        unknown.into_iter().map(|marks| Marks { read: Seq(1), delivered: Seq(1), ..marks }).collect();
    given.push(Marks { delivered: Seq(1), ..marks(room, "bob") });
    store.advance(&given).await.unwrap();
    store.advance(&[]).await.unwrap();
    assert!(mail(&*store, "bob").await.is_empty());
    assert_eq!(user(&*store, "carol").await, None);
}

pub(super) async fn mail_is_what_was_never_delivered(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "Bob").await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    store.append(&[said(room, "alice", "d1"), said(club, "alice", "g1"), said(room, "alice", "d2")]).await.unwrap();
    assert_eq!(store.mail(&name("bob"), OF_BOTH, 1_000).await.unwrap().len(), 3);
    delivered(&*store, room, "bob", 1).await;
    delivered(&*store, club, "bob", 1).await;
    let waiting = store.mail(&name("BOB"), OF_BOTH, 1_000).await.unwrap();
    assert_eq!(bodies(&waiting), ["d2"]);
    assert_eq!(waiting, everything(&*store, room).await[1..], "mail is the message itself");
    delivered(&*store, room, "bob", 2).await;
    assert!(mail(&*store, "bob").await.is_empty());
    assert_eq!(everything(&*store, room).await.len(), 2, "what was delivered stays in the history");
}

pub(super) async fn mail_comes_in_parts_of_the_kinds_asked_for(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    store.append(&[said(club, "alice", "g1"), said(room, "alice", "d1"), said(room, "alice", "d2")]).await.unwrap();
    let part = |kinds: &'static [RoomKind], limit| {
        let store = Arc::clone(&store);
        async move {
            let part = store.mail(&name("bob"), kinds, limit).await.unwrap();
            part.into_iter().map(|message| message.body).collect::<Vec<_>>()
        }
    };
    assert_eq!(part(&[RoomKind::Group], 9).await, ["g1"]);
    assert_eq!(part(&[RoomKind::Direct], 1).await, ["d1"]);
    assert_eq!(part(OF_BOTH, 2).await.len(), 2);
    delivered(&*store, room, "bob", 1).await;
    assert_eq!(part(&[RoomKind::Direct], 1).await, ["d2"], "the next part, once the first was delivered");
    assert!(part(&[RoomKind::Public], 9).await.is_empty() && part(&[], 9).await.is_empty());
}

pub(super) async fn notices_and_chat_are_delivered_apart(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "thermometer1", "bob").await;
    let of = |kind, body| NewMessage { kind, ..said(room, "thermometer1", body) };
    let batch = [
        of(MessageKind::Chat, "chat 1"),
        of(MessageKind::Notification, "notice 2"),
        of(MessageKind::Subscription, "update 3"),
        of(MessageKind::Command, "command 4"),
        of(MessageKind::Chat, "chat 5"),
        of(MessageKind::Subscription, "update 6"),
    ];
    store.append(&batch).await.unwrap();
    delivered(&*store, room, "bob", 4).await;
    assert_eq!(mail(&*store, "bob").await, ["notice 2", "update 3", "chat 5", "update 6"]);
    store.advance(&[Marks { noticed: Seq(3), ..marks(room, "bob") }]).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["chat 5", "update 6"]);
    store.advance(&[Marks { noticed: Seq(6), ..marks(room, "bob") }]).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["chat 5"]);
}

pub(super) async fn mail_comes_in_the_order_it_was_stored(place: &dyn Place) {
    let store = place.open().await;
    let one = direct(&*store, "alice", "bob").await;
    let other = direct(&*store, "carol", "bob").await;
    let batch = [
        at(later(3), said(other, "carol", "c3")),
        at(later(1), said(one, "alice", "a1")),
        at(later(4), said(other, "carol", "c4")),
        at(later(3), said(one, "alice", "a3")),
        at(later(9), notice(one, "alice", "n9")),
        at(later(9), said(other, "carol", "c9")),
        at(later(9), said(one, "alice", "a9")),
    ];
    store.append(&batch).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["a1", "a3", "c3", "c4", "n9", "a9", "c9"]);
}

pub(super) async fn a_clock_set_back_does_not_turn_a_conversation_around(place: &dyn Place) {
    let store = place.open().await;
    let one = direct(&*store, "alice", "bob").await;
    let other = direct(&*store, "carol", "bob").await;
    let batch = [
        at(later(100), said(one, "alice", "a first")),
        at(later(50), said(other, "carol", "c")),
        at(later(10), said(one, "alice", "a second")),
    ];
    store.append(&batch).await.unwrap();
    assert_eq!(mail(&*store, "bob").await, ["c", "a first", "a second"]);
    assert_eq!(store.room(one).await.unwrap().unwrap().active_at, later(100));
}

pub(super) async fn public_rooms_and_own_messages_are_never_mail(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    add(&*store, lobby, "bob").await;
    let room = direct(&*store, "alice", "bob").await;
    let own = direct(&*store, "bob", "bob").await;
    let batch = [
        said(lobby, "alice", "lobby"),
        said(room, "Bob", "mine"),
        notice(room, "bob", "mine"),
        said(own, "bob", "note"),
    ];
    store.append(&batch).await.unwrap();
    assert!(mail(&*store, "bob").await.is_empty());
    assert_eq!(mail(&*store, "alice").await, ["mine", "mine"]);
}

pub(super) async fn mail_waits_for_a_user_not_seen_before(place: &dyn Place) {
    let store = place.open().await;
    assert!(mail(&*store, "bob").await.is_empty());
    let room = direct(&*store, "alice", "bob").await;
    say(&*store, said(room, "alice", "are you there?")).await;
    drop(store);
    assert_eq!(mail(&*place.open().await, "bob").await, ["are you there?"]);
}

pub(super) async fn what_was_said_before_joining_is_no_mail(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    store.append(&[said(club, "alice", "before"), notice(club, "alice", "before")]).await.unwrap();
    add(&*store, club, "bob").await;
    say(&*store, said(club, "alice", "after")).await;
    assert_eq!(mail(&*store, "bob").await, ["after"]);
}
