//! Search.

use super::*;

/// Looks for words in rooms, all of them to be read from the start.
fn looking(words: &str, rooms: &[RoomId]) -> Query {
    Query {
        words: words.split(' ').map(str::to_owned).collect(),
        rooms: rooms.iter().map(|room| (*room, Seq::ZERO)).collect(),
        sender: None,
        after: None,
        before: None,
        behind: None,
        limit: 100,
    }
}

async fn found(store: &dyn Store, query: Query) -> Vec<String> {
    store.search(&query).await.unwrap().into_iter().map(|message| message.body).collect()
}

pub(super) async fn words_are_found_in_any_order_and_the_last_by_its_start(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for body in ["The Quick brown fox", "quick-silver", "Žluťoučký kůň", "nothing"] {
        say(&*store, said(lobby, "alice", body)).await;
    }
    for (words, bodies) in [
        ("quick", vec!["quick-silver", "The Quick brown fox"]),
        ("fox qui", vec!["The Quick brown fox"]),
        ("qui fox", vec![]),
        ("silv", vec!["quick-silver"]),
        ("zlutoucky kun", vec!["Žluťoučký kůň"]),
        ("absent", vec![]),
    ] {
        assert_eq!(found(&*store, looking(words, &[lobby])).await, bodies, "{words}");
    }
}

pub(super) async fn nothing_in_a_text_means_anything_to_the_engine(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "NOT this AND that, body: NEAR")).await;
    for words in
        ["NOT", "AND that", "OR", "NEAR(", "body:", "\"", "\"this", "*", "-this", "^NOT", "{body}", "\0", "", "😀"]
    {
        store.search(&looking(words, &[lobby])).await.unwrap();
    }
    assert_eq!(found(&*store, looking("not and", &[lobby])).await.len(), 1);
    assert!(found(&*store, looking("\"", &[lobby])).await.is_empty());
}

pub(super) async fn what_is_found_comes_newest_first_and_in_pages(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let other = direct(&*store, "alice", "bob").await;
    for nth in 0..20 {
        let room = if nth % 3 == 0 { other } else { lobby };
        say(&*store, at(later(nth / 2), said(room, "alice", &format!("word {nth}")))).await;
    }
    let all = store.search(&looking("word", &[lobby, other])).await.unwrap();
    let order: Vec<_> = all.iter().map(|message| (message.time, message.room, message.seq)).collect();
    assert!(order.is_sorted_by(|newer, older| newer > older) && order.len() == 20, "{order:?}");
    let mut pages = Vec::new();
    let mut behind = None;
    loop {
        let page = store.search(&Query { behind, limit: 3, ..looking("word", &[other, lobby]) }).await.unwrap();
        let Some(last) = page.last() else { break };
        behind = Some((last.time, last.room, last.seq));
        pages.extend(page);
    }
    assert_eq!(pages, all);
    assert!(found(&*store, Query { limit: 0, ..looking("word", &[lobby]) }).await.is_empty());
}

pub(super) async fn only_what_may_be_read_is_found(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let other = direct(&*store, "alice", "bob").await;
    for body in ["word 1", "word 2", "word 3"] {
        say(&*store, said(lobby, "alice", body)).await;
    }
    say(&*store, said(other, "alice", "word elsewhere")).await;
    let hidden = Query { rooms: vec![(lobby, Seq(2))], ..looking("word", &[]) };
    assert_eq!(found(&*store, hidden).await, ["word 3"]);
    assert!(found(&*store, looking("word", &[])).await.is_empty());
    assert!(found(&*store, looking("word", &[RoomId(999), RoomId(u64::MAX)])).await.is_empty());
}

pub(super) async fn sender_and_time_narrow_what_is_found(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for (nth, sender) in (0..).zip(["alice", "bob", "alice", "bob"]) {
        say(&*store, at(later(nth), said(lobby, sender, &format!("word {nth}")))).await;
    }
    let query = || looking("word", &[lobby]);
    let of_bob = Query { sender: Some(name("BOB")), ..query() };
    assert_eq!(found(&*store, of_bob).await, ["word 3", "word 1"]);
    let between = Query { after: Some(later(1)), before: Some(later(3)), ..query() };
    assert_eq!(found(&*store, between).await, ["word 2", "word 1"]);
    assert!(found(&*store, Query { sender: Some(name("nobody")), ..query() }).await.is_empty());
}

pub(super) async fn what_is_edited_or_deleted_is_found_as_it_is_now(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    for body in ["early", "gone"] {
        say(&*store, said(lobby, "alice", body)).await;
    }
    store.amend(&[edit(lobby, 1, "late"), act(lobby, 2, "alice", Act::Delete)]).await.unwrap();
    for (word, bodies) in [("early", vec![]), ("late", vec!["late"]), ("gone", vec![])] {
        assert_eq!(found(&*store, looking(word, &[lobby])).await, bodies, "{word}");
    }
}

pub(super) async fn what_was_loaded_is_found(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "carried over")).await;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    let mut after = None;
    while let (lines, Some(next)) = store.dump(after, 1000).await.unwrap() {
        copy.load(&lines).await.unwrap();
        after = Some(next);
    }
    assert_eq!(found(&*copy, looking("carried", &[lobby])).await, ["carried over"]);
}

pub(super) async fn what_was_said_in_a_rush_is_found_too(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let other = direct(&*store, "alice", "bob").await;
    let rush = |from: u64| {
        let said = |nth| said(if nth % 3 == 0 { other } else { lobby }, "alice", &format!("word{nth} all"));
        (from..from + 700).map(said).collect::<Vec<_>>()
    };
    store.append(&rush(0)).await.unwrap();
    say(&*store, said(lobby, "alice", "afterwards all")).await;
    let acts = [edit(lobby, 460, "edited all"), edit(lobby, 2, "early all"), act(other, 200, "alice", Act::Delete)];
    store.amend(&acts).await.unwrap();
    store.close().await;

    let store = place.open().await;
    store.append(&rush(700)).await.unwrap();
    for (word, hits) in
        [("word699", 1), ("word1399", 1), ("afterwards", 1), ("edited", 1), ("early", 1), ("word597", 0)]
    {
        assert_eq!(found(&*store, looking(word, &[lobby, other])).await.len(), hits, "{word}");
    }
    let all = Query { limit: 2000, ..looking("all", &[lobby, other]) };
    assert_eq!(found(&*store, all).await.len(), 1400);
    while store.catch_up().await.unwrap() {}
    assert_eq!(found(&*store, looking("word1398", &[other])).await, ["word1398 all"]);
}
