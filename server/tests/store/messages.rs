//! Storing messages and reading them again.

use serde_json::json;

use super::*;

pub(super) async fn sequence_numbers_count_up_per_room_without_gaps(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    assert_eq!(say(&*store, said(lobby, "alice", "1")).await, Seq(1));
    let batch = [said(lobby, "bob", "2"), said(club, "alice", "1"), said(lobby, "alice", "3"), said(club, "bob", "2")];
    assert_eq!(store.append(&batch).await.unwrap(), [stored(2), stored(1), stored(3), stored(2)]);
    assert_eq!(say(&*store, said(lobby, "alice", "4")).await, Seq(4));
    assert_eq!(bodies(&everything(&*store, lobby).await), ["1", "2", "3", "4"]);
    assert_eq!(bodies(&everything(&*store, club).await), ["1", "2"]);
}

pub(super) async fn a_batch_is_answered_in_its_own_order(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let first = called("x", said(lobby, "alice", "first"));
    let batch = [
        said(RoomId(999), "alice", "nowhere"),
        first.clone(),
        called("x", said(lobby, "alice", "again")),
        said(lobby, "bob", "second"),
    ];
    let again = Appended::Duplicate { room: lobby, seq: Seq(1), id: first.id, time: NOW };
    assert_eq!(store.append(&batch).await.unwrap(), [Appended::NoSuchRoom, stored(1), again, stored(2)]);
}

pub(super) async fn a_message_comes_back_as_it_was_given(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let kinds = [MessageKind::Chat, MessageKind::Command, MessageKind::Notification, MessageKind::Subscription];
    for (nth, kind) in (0..).zip(kinds) {
        let mut given = called(&format!("own {nth}"), at(later(nth), said(lobby, "Alice", "hej\n\"du\" \\ 🌡")));
        given.kind = kind;
        given.metadata =
            json!({"temps": [22.7, -3, null], "unit": "°C", "deep": {"er": [true]}}).as_object().unwrap().clone();
        let seq = say(&*store, given.clone()).await;
        let expected = Message {
            room: lobby,
            seq,
            id: given.id,
            sender: given.sender,
            body: given.body,
            time: given.time,
            kind,
            metadata: given.metadata,
            client_id: given.client_id,
            reply_to: None,
            since: Since::default(),
        };
        assert_eq!(everything(&*store, lobby).await.pop(), Some(expected));
    }
}

pub(super) async fn an_id_that_is_no_uuid_comes_back_letter_by_letter(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let ids = [
        "019ab4d7-5c5b-7000-8000-0123456789ab",
        "019AB4D7-5C5B-7000-8000-0123456789AB",
        "019ab4d75c5b700080000123456789ab",
        "{019ab4d7-5c5b-7000-8000-0123456789ab}",
        "sixteen bytes ok",
        "42",
        "",
    ];
    for id in ids {
        say(&*store, NewMessage { id: MessageId(id.to_owned()), ..said(lobby, "alice", "") }).await;
    }
    let found: Vec<String> = everything(&*store, lobby).await.into_iter().map(|message| message.id.0).collect();
    assert_eq!(found, ids);
}

pub(super) async fn any_text_comes_back_as_it_was_given(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let long = "ä".repeat(100_000);
    let texts = [
        "",
        " ",
        "\t\r\n\u{b}\u{1b}[31m",
        "'; DROP TABLE messages; --",
        "null",
        "123",
        "[1,2]",
        "\u{feff}\u{202e}𝄞",
        "\\u0041",
        &long,
    ];
    for text in texts {
        say(&*store, said(lobby, "alice", text)).await;
    }
    assert_eq!(bodies(&everything(&*store, lobby).await), texts);
}

pub(super) async fn sixteen_writers_at_once_leave_no_gap_and_no_double(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut seqs = Vec::new();
                for round in 0..20 {
                    let sender = format!("writer{writer}");
                    let batch: Vec<_> =
                        (0..5).map(|nth| said(lobby, &sender, &format!("{writer} {round} {nth}"))).collect();
                    for (outcome, message) in store.append(&batch).await.unwrap().into_iter().zip(batch) {
                        let Appended::Stored(seq) = outcome else { panic!("{outcome:?}") };
                        seqs.push((seq, message.body));
                    }
                }
                assert!(seqs.is_sorted(), "a writer's own messages keep their order");
                seqs
            })
        })
        .collect();
    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.await.unwrap());
    }
    told.sort();
    let found = everything(&*store, lobby).await.into_iter().map(|message| (message.seq, message.body));
    assert!(found.eq(told), "every writer was told the truth");
    let seqs: Vec<u64> = everything(&*store, lobby).await.iter().map(|message| message.seq.0).collect();
    assert_eq!(seqs, Vec::from_iter(1..=1600));
}

pub(super) async fn a_client_id_is_stored_once_over_batches(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let first = called("a", said(lobby, "alice", "first"));
    assert_eq!(store.append(&[said(lobby, "bob", "hi"), first.clone()]).await.unwrap(), [stored(1), stored(2)]);
    let duplicate = Appended::Duplicate { room: lobby, seq: Seq(2), id: first.id, time: NOW };
    let again = at(later(5), called("a", said(lobby, "alice", "other words")));
    assert_eq!(store.append(std::slice::from_ref(&again)).await.unwrap(), std::slice::from_ref(&duplicate));
    let store = place.open().await;
    assert_eq!(store.append(&[said(lobby, "bob", "ho"), again]).await.unwrap(), [stored(3), duplicate]);
    assert_eq!(bodies(&everything(&*store, lobby).await), ["hi", "first", "ho"]);
}

pub(super) async fn a_client_id_is_stored_once_within_a_batch(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let batch: Vec<_> = (0..3).map(|nth| at(later(nth), called("a", said(lobby, "alice", "a")))).collect();
    let duplicate = Appended::Duplicate { room: lobby, seq: Seq(1), id: batch[0].id.clone(), time: NOW };
    assert_eq!(store.append(&batch).await.unwrap(), [stored(1), duplicate.clone(), duplicate]);
    assert_eq!(store.room(lobby).await.unwrap().unwrap().last_seq, Seq(1));
}

pub(super) async fn a_client_id_is_its_senders_own(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let batch = [called("a", said(lobby, "alice", "hers")), called("a", said(lobby, "bob", "his"))];
    assert_eq!(store.append(&batch).await.unwrap(), [stored(1), stored(2)]);
    assert_eq!(store.append(&[called("A", said(lobby, "bob", "another"))]).await.unwrap(), [stored(3)]);
}

pub(super) async fn a_client_id_counts_in_every_spelling_of_the_name_and_every_room(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    let first = called("a", said(lobby, "Alice", "first"));
    say(&*store, first.clone()).await;
    let duplicate = Appended::Duplicate { room: lobby, seq: Seq(1), id: first.id, time: NOW };
    let batch = [
        called("a", said(club, "aLICE", "elsewhere")),
        called("a", said(RoomId(999), "alice", "the room is gone by now")),
    ];
    assert_eq!(store.append(&batch).await.unwrap(), [duplicate.clone(), duplicate]);
}

pub(super) async fn the_same_client_id_sent_at_once_by_many_is_stored_once(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.append(&[called("a", said(lobby, "alice", "once"))]).await.unwrap() })
        })
        .collect();
    let mut fresh = 0;
    for outcome in tries {
        match outcome.await.unwrap().as_slice() {
            [Appended::Stored(Seq(1))] => fresh += 1,
            [Appended::Duplicate { seq: Seq(1), .. }] => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(fresh, 1);
    assert_eq!(everything(&*store, lobby).await.len(), 1);
}

pub(super) async fn a_client_id_that_was_not_stored_is_still_free(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let batch = [called("a", said(RoomId(999), "alice", "nowhere")), called("a", said(lobby, "alice", "here"))];
    assert_eq!(store.append(&batch).await.unwrap(), [Appended::NoSuchRoom, stored(1)]);
}

pub(super) async fn a_message_to_no_room_hinders_no_other(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let nowhere = [RoomId(0), RoomId(999), RoomId(1 << 33), RoomId(RoomId::FIRST_PAIR), RoomId(u64::MAX)];
    let mut batch: Vec<_> = nowhere.into_iter().map(|room| said(room, "carol", "hello?")).collect();
    batch.push(said(lobby, "alice", "hello"));
    let mut expected = vec![Appended::NoSuchRoom; 5];
    expected.push(stored(1));
    assert_eq!(store.append(&batch).await.unwrap(), expected);
    assert_eq!(user(&*store, "carol").await, None, "who said nothing that was kept is nobody yet");
}

pub(super) async fn a_batch_of_nothing_is_nothing(place: &dyn Place) {
    let store = place.open().await;
    assert_eq!(store.append(&[]).await.unwrap(), []);
}

pub(super) async fn a_sender_not_seen_before_becomes_a_guest(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let batch = [at(later(1), said(lobby, "Alice", "1")), at(later(2), said(lobby, "ALICE", "2"))];
    store.append(&batch).await.unwrap();
    let alice = user(&*store, "alice").await.unwrap();
    assert_eq!((alice.name.as_str(), alice.is_guest(), alice.created_at), ("Alice", true, later(1)));
    let spellings: Vec<_> = everything(&*store, lobby).await.iter().map(|message| message.sender.to_string()).collect();
    assert_eq!(spellings, ["Alice", "Alice"]);
}

pub(super) async fn speaking_moves_the_rooms_end_and_activity(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    store.append(&[at(later(10), said(club, "alice", "1")), at(later(20), said(club, "alice", "2"))]).await.unwrap();
    let room = store.room(club).await.unwrap().unwrap();
    assert_eq!((room.last_seq, room.created_at, room.active_at), (Seq(2), NOW, later(20)));
}

async fn ten_messages(store: &dyn Store) -> RoomId {
    let lobby = lobby(store).await.id;
    let other = make(store, RoomKind::Public, "other", "alice").await.id;
    let batch: Vec<_> =
        (1..=10).flat_map(|nth| [said(lobby, "alice", &nth.to_string()), said(other, "bob", "x")]).collect();
    store.append(&batch).await.unwrap();
    lobby
}

fn between(after: u64, before: Option<u64>, limit: u32, newest: bool) -> Page {
    Page { after: Seq(after), before: before.map(Seq), limit, newest }
}

pub(super) async fn a_page_lies_between_its_bounds(place: &dyn Place) {
    let store = place.open().await;
    let room = ten_messages(&*store).await;
    for newest in [false, true] {
        let cases = [
            (between(7, None, 100, newest), Vec::from_iter(8..=10)),
            (between(0, Some(3), 100, newest), vec![1, 2]),
            (between(3, Some(6), 2, newest), vec![4, 5]),
            (between(3, Some(4), 100, newest), vec![]),
            (between(9, Some(2), 100, newest), vec![]),
            (between(10, None, 100, newest), vec![]),
            (between(u64::MAX, Some(u64::MAX), 100, newest), vec![]),
            (between(0, Some(u64::MAX), 100, newest), Vec::from_iter(1..=10)),
        ];
        for (page, expected) in cases {
            let found: Vec<u64> = store.page(room, page).await.unwrap().iter().map(|message| message.seq.0).collect();
            assert_eq!(found, expected, "{page:?}");
        }
    }
}

pub(super) async fn a_page_that_is_too_small_takes_the_near_end(place: &dyn Place) {
    let store = place.open().await;
    let room = ten_messages(&*store).await;
    let cases = [
        (between(2, None, 3, false), vec![3, 4, 5]),
        (between(2, Some(9), 3, false), vec![3, 4, 5]),
        (between(2, None, 3, true), vec![8, 9, 10]),
        (between(2, Some(9), 3, true), vec![6, 7, 8]),
        (between(2, Some(9), 0, true), vec![]),
    ];
    for (page, expected) in cases {
        let found: Vec<u64> = store.page(room, page).await.unwrap().iter().map(|message| message.seq.0).collect();
        assert_eq!(found, expected, "{page:?}");
    }
}

pub(super) async fn a_page_of_no_room_is_empty(place: &dyn Place) {
    let store = place.open().await;
    ten_messages(&*store).await;
    for room in [0, 999, 1 << 33, RoomId::FIRST_PAIR, u64::MAX] {
        assert_eq!(everything(&*store, RoomId(room)).await, []);
        assert_eq!(store.room(RoomId(room)).await.unwrap(), None);
    }
}

pub(super) async fn what_was_stored_is_there_after_opening_again(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "Book club", "alice").await;
    add(&*store, club.id, "bob").await;
    say(&*store, said(club.id, "alice", "kept")).await;
    store.set_password(&name("bob"), Some("$argon2id$hash"), NOW, None).await.unwrap();
    let before = (
        everything(&*store, club.id).await,
        store.memberships(&name("bob")).await.unwrap(),
        user(&*store, "bob").await,
    );
    // As after a crash: nobody said goodbye.
    drop(store);
    let store = place.open().await;
    let after = (
        everything(&*store, club.id).await,
        store.memberships(&name("bob")).await.unwrap(),
        user(&*store, "bob").await,
    );
    assert_eq!(after, before);
    assert_eq!(mail(&*store, "bob").await, ["kept"]);
    assert_eq!(say(&*store, said(club.id, "bob", "on we go")).await, Seq(2));
}
