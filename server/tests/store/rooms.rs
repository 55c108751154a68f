//! Rooms, and who is in them.

use super::*;
use server::store::unread;
use shared::MuteLevel;

pub(super) async fn the_lobby_always_exists_and_belongs_to_nobody(place: &dyn Place) {
    let store = place.open().await;
    let first = lobby(&*store).await;
    assert_eq!((first.kind, first.owner.as_ref(), first.last_seq), (RoomKind::Public, None, Seq::ZERO));
    assert_eq!(store.room(first.id).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.directory(10).await.unwrap().len(), 1);
    drop(store);
    assert_eq!(lobby(&*place.open().await).await, first, "opening again makes no second one");
}

pub(super) async fn a_room_starts_with_its_owner(place: &dyn Place) {
    let store = place.open().await;
    for (kind, text) in [(RoomKind::Public, "Book club"), (RoomKind::Group, "Ärzte")] {
        let new = NewRoom {
            kind,
            name: room_name(text),
            topic: "what it is about".to_owned(),
            owner: Some(name("Alice")),
            now: NOW,
        };
        let made = store.create_room(&new).await.unwrap().unwrap();
        let expected = Room {
            id: made.id,
            kind,
            name: Some(room_name(text)),
            parties: None,
            topic: "what it is about".to_owned(),
            owner: Some(name("alice")),
            last_seq: Seq::ZERO,
            created_at: NOW,
            active_at: NOW,
            change: shared::Change::ZERO,
        };
        assert_eq!(made, expected);
        assert_eq!(made.name.as_ref().unwrap().as_str(), text);
        assert_eq!(store.room(made.id).await.unwrap(), Some(expected));
        assert_eq!(member_names(&*store, made.id).await, ["Alice"]);
    }
    assert!(user(&*store, "alice").await.is_some());
}

pub(super) async fn a_room_without_owner_starts_empty(place: &dyn Place) {
    let store = place.open().await;
    let new = NewRoom { kind: RoomKind::Public, name: room_name("news"), topic: String::new(), owner: None, now: NOW };
    let made = store.create_room(&new).await.unwrap().unwrap();
    assert_eq!(made.owner, None);
    assert!(member_names(&*store, made.id).await.is_empty());
}

pub(super) async fn a_name_is_taken_in_every_spelling(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "Ärzte", "alice").await;
    for (kind, text) in [(RoomKind::Group, "Ärzte"), (RoomKind::Public, "äRZTE"), (RoomKind::Public, "Lobby")] {
        let new = NewRoom { kind, name: room_name(text), topic: String::new(), owner: Some(name("bob")), now: NOW };
        assert_eq!(store.create_room(&new).await.unwrap(), None, "{text}");
    }
    assert_eq!(store.room_by_name(&room_name("ÄRZTE")).await.unwrap(), Some(club));
    assert_eq!(store.room_by_name(&room_name("nurses")).await.unwrap(), None);
    assert_eq!(user(&*store, "bob").await, None, "what was refused leaves nothing behind");
}

pub(super) async fn a_rooms_number_never_comes_back(place: &dyn Place) {
    let store = place.open().await;
    let first = make(&*store, RoomKind::Group, "club", "alice").await.id;
    say(&*store, said(first, "alice", "secret")).await;
    assert!(store.delete_room(first).await.unwrap());
    drop(store);
    let store = place.open().await;
    let second = make(&*store, RoomKind::Group, "club", "bob").await.id;
    assert!(second > first);
    assert!(everything(&*store, second).await.is_empty());
}

pub(super) async fn two_users_have_one_direct_conversation(place: &dyn Place) {
    let store = place.open().await;
    let room = store.ensure_direct(&name("Alice"), &name("bob"), NOW).await.unwrap();
    assert_eq!((room.kind, room.name.as_ref(), room.owner.as_ref()), (RoomKind::Direct, None, None));
    assert_eq!(room.parties, Some((name("alice"), name("bob"))));
    say(&*store, at(later(1), said(room.id, "bob", "hi"))).await;
    for (one, other) in [("alice", "bob"), ("BOB", "ALICE")] {
        let again = store.ensure_direct(&name(one), &name(other), later(9)).await.unwrap();
        assert_eq!((again.id, again.last_seq, again.created_at, again.active_at), (room.id, Seq(1), NOW, later(1)));
        assert_eq!(again.parties, room.parties);
    }
    assert_eq!(member_names(&*store, room.id).await, ["Alice", "bob"]);
    assert_ne!(direct(&*store, "alice", "carol").await, room.id);
}

pub(super) async fn a_direct_conversation_made_at_once_by_many_is_one(place: &dyn Place) {
    let store = place.open().await;
    let tries: Vec<_> = (0..16)
        .map(|nth| {
            let store = Arc::clone(&store);
            let (one, other) = if nth % 2 == 0 { ("alice", "bob") } else { ("bob", "alice") };
            tokio::spawn(async move { direct(&*store, one, other).await })
        })
        .collect();
    let mut rooms = Vec::new();
    for room in tries {
        rooms.push(room.await.unwrap());
    }
    rooms.dedup();
    assert_eq!(rooms.len(), 1);
    assert_eq!(store.members(rooms[0], 10).await.unwrap().len(), 2);
}

pub(super) async fn one_may_talk_to_oneself(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "ALICE").await;
    assert_eq!(direct(&*store, "alice", "alice").await, room);
    assert_eq!(member_names(&*store, room).await, ["alice"]);
    say(&*store, said(room, "alice", "milk, bread")).await;
    let membership = store.membership(room, &name("alice")).await.unwrap().unwrap();
    assert_eq!((membership.members, membership.room.parties), (1, Some((name("alice"), name("alice")))));
}

pub(super) async fn a_direct_conversation_takes_nobody_else(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    assert!(!add(&*store, room, "carol").await);
    assert_eq!(member_names(&*store, room).await, ["alice", "bob"]);
}

pub(super) async fn leaving_a_direct_conversation_and_writing_again_brings_one_back(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    say(&*store, said(room, "alice", "old")).await;
    assert_eq!(store.remove_member(room, &name("bob")).await.unwrap(), left(1, None));
    assert_eq!(direct(&*store, "alice", "bob").await, room);
    say(&*store, said(room, "alice", "new")).await;
    assert_eq!(mail(&*store, "bob").await, ["new"]);
}

pub(super) async fn a_deleted_room_is_gone_with_all_in_it(place: &dyn Place) {
    let store = place.open().await;
    let (before, club, after) = (
        make(&*store, RoomKind::Public, "before", "alice").await.id,
        make(&*store, RoomKind::Group, "club", "alice").await.id,
        make(&*store, RoomKind::Public, "after", "alice").await.id,
    );
    add(&*store, club, "bob").await;
    let batch: Vec<_> = [before, club, after].map(|room| called(&room.to_string(), said(room, "alice", "x"))).into();
    store.append(&batch).await.unwrap();
    assert!(store.delete_room(club).await.unwrap());
    assert!(!store.delete_room(club).await.unwrap());
    assert_eq!(store.room(club).await.unwrap(), None);
    assert_eq!(store.room_by_name(&room_name("club")).await.unwrap(), None);
    assert!(everything(&*store, club).await.is_empty());
    assert!(store.members(club, 10).await.unwrap().is_empty());
    assert_eq!(store.membership(club, &name("bob")).await.unwrap(), None);
    assert!(mail(&*store, "bob").await.is_empty());
    assert_eq!(store.append(&batch[1..2]).await.unwrap(), [Appended::NoSuchRoom]);
    for kept in [before, after] {
        assert_eq!(everything(&*store, kept).await.len(), 1);
    }
}

pub(super) async fn members_are_listed_in_the_order_they_joined(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "zoe").await.id;
    for user in ["mike", "alice", "bob"] {
        assert!(add(&*store, club, user).await);
    }
    store.remove_member(club, &name("mike")).await.unwrap();
    assert!(add(&*store, club, "mike").await);
    assert_eq!(member_names(&*store, club).await, ["zoe", "alice", "bob", "mike"]);
    assert_eq!(store.members(club, 2).await.unwrap().len(), 2);
    let profile = server::store::Profile { display_name: Some("Alice A.".into()), phone: Some("+46 1".into()) };
    store.set_profile(&name("alice"), &profile, NOW).await.unwrap();
    store.set_last_seen(&name("alice"), later(7)).await.unwrap();
    let alice = store.members(club, 2).await.unwrap().pop().unwrap();
    assert_eq!(
        (alice.display_name, alice.phone, alice.last_seen_at),
        (profile.display_name, profile.phone, Some(later(7)))
    );
}

pub(super) async fn joining_twice_is_no_joining(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    assert!(add(&*store, lobby, "alice").await);
    assert!(!add(&*store, lobby, "Alice").await);
    assert!(!add(&*store, RoomId(999), "bob").await);
    assert!(!add(&*store, RoomId(u64::MAX), "bob").await);
    assert_eq!(member_names(&*store, lobby).await, ["alice"]);
    assert_eq!(user(&*store, "bob").await, None);
}

pub(super) async fn the_last_one_out_of_a_group_deletes_it(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    say(&*store, said(club, "alice", "x")).await;
    assert_eq!(store.remove_member(club, &name("carol")).await.unwrap(), Removal::NotAMember);
    assert_eq!(store.remove_member(club, &name("ALICE")).await.unwrap(), left(1, Some("bob")));
    assert_eq!(store.remove_member(club, &name("alice")).await.unwrap(), Removal::NotAMember);
    assert_eq!(store.remove_member(club, &name("bob")).await.unwrap(), Removal::RoomDeleted);
    assert_eq!(store.remove_member(club, &name("bob")).await.unwrap(), Removal::NotAMember);
    assert_eq!(store.room(club).await.unwrap(), None);
    assert!(everything(&*store, club).await.is_empty());
}

pub(super) async fn a_public_room_stays_when_everybody_has_left(place: &dyn Place) {
    let store = place.open().await;
    let news = make(&*store, RoomKind::Public, "news", "alice").await.id;
    say(&*store, said(news, "alice", "x")).await;
    assert_eq!(store.remove_member(news, &name("alice")).await.unwrap(), left(0, None));
    assert_eq!(bodies(&everything(&*store, news).await), ["x"]);
}

pub(super) async fn a_member_who_returns_starts_at_the_end(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    store.append(&[said(club, "alice", "old"), notice(club, "alice", "old")]).await.unwrap();
    store.remove_member(club, &name("bob")).await.unwrap();
    assert!(mail(&*store, "bob").await.is_empty(), "who is no member gets no mail");
    add(&*store, club, "bob").await;
    let bob = store.membership(club, &name("bob")).await.unwrap().unwrap();
    assert_eq!((bob.read, bob.hidden), (Seq(2), Seq::ZERO), "earlier messages may be read, but are not new");
    assert!(mail(&*store, "bob").await.is_empty());
    say(&*store, said(club, "alice", "new")).await;
    assert_eq!(mail(&*store, "bob").await, ["new"]);
}

pub(super) async fn a_users_conversations_come_latest_active_first(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let club = make(&*store, RoomKind::Group, "club", "bob").await.id;
    let room = direct(&*store, "alice", "bob").await;
    let news = make(&*store, RoomKind::Public, "news", "bob").await.id;
    make(&*store, RoomKind::Group, "not bobs", "alice").await;
    let times = [(news, 1), (room, 3), (club, 2)];
    let batch: Vec<_> = times.into_iter().map(|(room, time)| at(later(time), said(room, "alice", "x"))).collect();
    store.append(&batch).await.unwrap();
    let found: Vec<_> =
        store.memberships(&name("Bob")).await.unwrap().into_iter().map(|membership| membership.room.id).collect();
    assert_eq!(found, [room, club, news]);
    assert!(store.memberships(&name("nobody")).await.unwrap().is_empty());
    assert_eq!(store.membership(lobby, &name("bob")).await.unwrap(), None);
}

pub(super) async fn a_membership_counts_members_and_unread(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await;
    for user in ["bob", "carol"] {
        add(&*store, club.id, user).await;
    }
    for nth in 0..5 {
        say(&*store, said(club.id, "alice", &nth.to_string())).await;
    }
    store.advance(&[Marks { read: Seq(2), ..marks(club.id, "bob") }]).await.unwrap();
    let bob = store.membership(club.id, &name("bob")).await.unwrap().unwrap();
    assert_eq!((bob.members, unread(bob.room.last_seq, bob.read, bob.hidden)), (3, 3));
    assert_eq!(store.memberships(&name("bob")).await.unwrap(), [bob]);
    store.remove_member(club.id, &name("carol")).await.unwrap();
    assert_eq!(store.membership(club.id, &name("bob")).await.unwrap().unwrap().members, 2);
}

pub(super) async fn the_directory_lists_public_rooms_by_members(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for (kind, text) in [(RoomKind::Public, "b"), (RoomKind::Public, "A"), (RoomKind::Group, "hidden")] {
        make(&*store, kind, text, "alice").await;
    }
    direct(&*store, "alice", "bob").await;
    for user in ["alice", "bob", "carol"] {
        add(&*store, lobby, user).await;
    }
    let listed = store.directory(10).await.unwrap();
    let names: Vec<_> =
        listed.iter().map(|listing| (listing.room.name.as_ref().unwrap().as_str(), listing.members)).collect();
    assert_eq!(names, [("lobby", 3), ("A", 1), ("b", 1)]);
    assert_eq!(store.directory(1).await.unwrap(), listed[..1]);
}

fn left(members: u32, heir: Option<&str>) -> Removal {
    Removal::Left { members, heir: heir.map(name) }
}

async fn owner(store: &dyn Store, room: RoomId) -> Option<String> {
    store.room(room).await.unwrap().unwrap().owner.map(String::from)
}

pub(super) async fn a_room_passes_to_who_is_in_it_the_longest(place: &dyn Place) {
    let store = place.open().await;
    for kind in [RoomKind::Public, RoomKind::Group] {
        let room = make(&*store, kind, &format!("{kind:?}"), "alice").await.id;
        for user in ["carol", "bob"] {
            add(&*store, room, user).await;
        }
        assert_eq!(store.remove_member(room, &name("bob")).await.unwrap(), left(2, None));
        add(&*store, room, "bob").await;
        assert_eq!(store.remove_member(room, &name("alice")).await.unwrap(), left(2, Some("carol")));
        assert_eq!(owner(&*store, room).await.as_deref(), Some("carol"));
    }
    let empty = make(&*store, RoomKind::Public, "empty", "alice").await.id;
    assert_eq!(store.remove_member(empty, &name("alice")).await.unwrap(), left(0, None));
    assert_eq!(owner(&*store, empty).await.as_deref(), Some("alice"), "nobody else was there");
}

pub(super) async fn a_new_guest_inherits_no_public_room(place: &dyn Place) {
    let store = place.open().await;
    let news = make(&*store, RoomKind::Public, "news", "bob").await.id;
    let empty = make(&*store, RoomKind::Public, "empty", "bob").await.id;
    add(&*store, news, "alice").await;
    store.renew_guest(&name("bob"), later(9)).await.unwrap();
    assert_eq!(owner(&*store, news).await.as_deref(), Some("alice"));
    assert_eq!(owner(&*store, empty).await, None);
    assert_eq!(user(&*store, "bob").await.unwrap().renewed_at, Some(later(9)));
}

pub(super) async fn a_topic_is_set(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    assert!(store.set_topic(lobby, "Tea").await.unwrap());
    assert_eq!(store.room(lobby).await.unwrap().unwrap().topic, "Tea");
    assert!(!store.set_topic(RoomId(999), "Tea").await.unwrap());
}

pub(super) async fn a_member_mutes_for_himself(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for user in ["alice", "bob"] {
        add(&*store, lobby, user).await;
    }
    assert!(store.set_mute(lobby, &name("Alice"), MuteLevel::Mentions).await.unwrap());
    assert!(!store.set_mute(lobby, &name("carol"), MuteLevel::Mentions).await.unwrap());
    for (user, level) in [("alice", MuteLevel::Mentions), ("bob", MuteLevel::All)] {
        assert_eq!(store.membership(lobby, &name(user)).await.unwrap().unwrap().mute, level);
    }
}

pub(super) async fn a_membership_shows_the_last_message_and_how_far_the_other_has_read(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    let of_alice = || async { store.membership(room, &name("alice")).await.unwrap().unwrap() };
    assert_eq!((of_alice().await.last, of_alice().await.partner_read), (None, Some(Seq::ZERO)));
    say(&*store, at(later(1), said(room, "alice", "one\ntwo"))).await;
    store.advance(&[Marks { read: Seq(1), ..marks(room, "bob") }]).await.unwrap();
    let last = of_alice().await.last.unwrap();
    assert_eq!((last.sender, last.excerpt.as_str(), last.time), (name("alice"), "one two", later(1)));
    assert_eq!(of_alice().await.partner_read, Some(Seq(1)));
    let lobby = lobby(&*store).await.id;
    add(&*store, lobby, "alice").await;
    assert_eq!(store.membership(lobby, &name("alice")).await.unwrap().unwrap().partner_read, None);
}

pub(super) async fn it_is_known_how_far_rooms_have_come_and_who_is_where(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let den = make(&*store, RoomKind::Group, "den", "alice").await.id;
    for text in ["one", "two"] {
        say(&*store, said(den, "alice", text)).await;
    }
    amend(&*store, edit(den, 1, "first")).await;
    let mut extents = store.extents(&[den, lobby, RoomId(4_000)]).await.unwrap();
    extents.sort_by_key(|extent| extent.room);
    let extent = |room, last_seq, change| Extent { room, last_seq: Seq(last_seq), change: shared::Change(change) };
    assert_eq!(extents, [extent(lobby, 0, 0), extent(den, 2, 1)], "a room that is not there is left out");

    store.add_member(lobby, &name("alice"), NOW).await.unwrap();
    store.add_member(lobby, &name("bob"), NOW).await.unwrap();
    let mut places = store.places(&[name("ALICE"), name("nobody")]).await.unwrap();
    places.sort_by_key(|(_, room)| *room);
    assert_eq!(places, [(name("alice"), lobby), (name("alice"), den)]);
}
