//! The store as a whole: out as lines and in again, health, the end.

use server::store::{DeedKind, Line, Profile, Progress, SessionKind, StoreError, Target, TokenHash, User};

use super::programs::{incoming, outgoing};
use super::sessions::session;
use super::*;

/// A store with some of everything.
pub(super) async fn fill(store: &dyn Store) {
    let lobby = lobby(store).await.id;
    let gone = make(store, RoomKind::Group, "gone", "alice").await.id;
    let club = make(store, RoomKind::Group, "Club", "Alice").await.id;
    let room = direct(store, "bob", "alice").await;
    direct(store, "bob", "bob").await;
    store.delete_room(gone, None).await.unwrap();
    add(store, lobby, "bob").await;
    add(store, club, "bob").await;
    store.set_password(&name("alice"), Some("$argon2id$x"), NOW, None).await.unwrap();
    let profile = Profile { display_name: Some("Bob B.".into()), phone: Some("+1".into()) };
    store.set_profile(&name("bob"), &profile, NOW).await.unwrap();
    store.set_last_seen(&name("bob"), later(3)).await.unwrap();
    store.set_disabled(&name("bob"), true, None).await.unwrap();
    for nth in 0..7 {
        let rooms = [lobby, club, room];
        let batch = rooms.map(|room| at(later(nth), called(&format!("{room} {nth}"), said(room, "alice", "x"))));
        store.append(&batch).await.unwrap();
    }
    let metadata = serde_json::json!({"a": [1, {"b": null}]}).as_object().unwrap().clone();
    say(store, NewMessage { metadata, ..notice(room, "Carol", "with metadata") }).await;
    let marks = Marks { read: Seq(2), delivered: Seq(4), noticed: Seq(1), ..marks(room, "bob") };
    store.advance(&[marks]).await.unwrap();
    let quote = Quote { seq: Seq(1), sender: name("alice"), excerpt: Some("x".to_owned()) };
    say(store, NewMessage { reply_to: Some(quote), ..said(club, "alice", "see @bob") }).await;
    let acts = [
        edit(club, 2, "better"),
        edit(club, 2, "best"),
        act(club, 3, "alice", Act::Delete),
        react(club, 1, "bob", "👍"),
        react(club, 1, "alice", "🎉"),
        react(club, 1, "alice", "👍"),
    ];
    store.amend(&acts).await.unwrap();
    store.add_report(&super::strangers::report("rude")).await.unwrap();
    for blocked in ["bob", "carol"] {
        store.add_block(&name("alice"), &name(blocked), NOW).await.unwrap();
    }
    store.set_mute(club, &name("bob"), shared::MuteLevel::Nothing).await.unwrap();
    let deed = super::order::deed(DeedKind::Banned, "bob");
    store.set_moderator(club, &name("bob"), true, &deed).await.unwrap();
    for sanction in [
        super::order::silence(club, "carol"),
        super::order::ban(None, Target::User(name("bob"))),
        super::order::ban(None, Target::Network("192.0.2.0/24".parse().unwrap())),
    ] {
        store.impose(&sanction, &deed).await.unwrap();
    }
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    let progress = Progress {
        delivered: Seq(5),
        delivered_at: Some(later(6)),
        failing_since: Some(later(7)),
        reason: Some("it answered 500".to_owned()),
        disabled: true,
    };
    let webhooks = [incoming("into", club, "alice", "Deploys"), outgoing("fresh", lobby, Progress::default())];
    for webhook in [&webhooks[..], &[outgoing("out", club, progress)]].concat() {
        assert!(store.add_webhook(&webhook).await.unwrap());
    }
    store.touch_webhook("into", later(8)).await.unwrap();
    for (number, kind) in [(1, SessionKind::Browser), (2, SessionKind::Token), (3, SessionKind::Token)] {
        store.add_session(&session(number, "alice", kind)).await.unwrap();
    }
}

pub(super) async fn lines(store: &dyn Store, limit: u32) -> Vec<Line> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (lines, next) = store.dump(after, limit).await.unwrap();
        assert!(lines.len() <= limit as usize);
        if lines.is_empty() {
            assert_eq!(next, None);
            return all;
        }
        assert!(next.is_some(), "only the end has no continuation");
        all.extend(lines);
        after = next;
    }
}

pub(super) async fn a_dump_taken_in_elsewhere_is_the_same(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    let dumped = lines(&*store, 1000).await;
    copy.load(&dumped).await.unwrap();
    assert_eq!(lines(&*copy, 1000).await, dumped);
    for user in ["alice", "bob", "carol"] {
        assert_eq!(copy.memberships(&name(user)).await.unwrap(), store.memberships(&name(user)).await.unwrap());
        assert_eq!(
            copy.mail(&name(user), OF_BOTH, 99).await.unwrap(),
            store.mail(&name(user), OF_BOTH, 99).await.unwrap()
        );
        assert_eq!(copy.user(&name(user)).await.unwrap(), store.user(&name(user)).await.unwrap());
    }
    assert_eq!(copy.directory(10).await.unwrap(), store.directory(10).await.unwrap());
    assert_eq!(copy.outgoing_webhooks().await.unwrap(), store.outgoing_webhooks().await.unwrap());
    let secret = TokenHash([4; 32]);
    assert!(copy.webhook_by_secret(&secret).await.unwrap().is_some_and(|webhook| webhook.id == "into"));
    let sessions = copy.sessions_of(&name("alice")).await.unwrap();
    let labels: Vec<_> = sessions.iter().map(|session| session.label.as_str()).collect();
    assert_eq!(labels, ["session 3", "session 2"], "tokens come along, a browser's login does not");
}

pub(super) async fn the_files_of_messages_are_known_after_a_load(place: &dyn Place) {
    let (id, no_id) = ("0123456789abcdef0123456789abcdef", "../../confab.db");
    let store = place.open().await;
    let room = make(&*store, RoomKind::Group, "ops", "alice").await.id;
    for _ in 0..2 {
        say(&*store, super::programs::with_files(&[id, no_id], said(room, "alice", "look"))).await;
    }
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    copy.load(&lines(&*store, 1000).await).await.unwrap();
    let known = copy.files(&[id.to_owned(), no_id.to_owned()]).await.unwrap();
    let known: Vec<_> = known.iter().map(|file| (file.id.as_str(), file.room, file.said, file.user.as_str())).collect();
    assert_eq!(known, [(id, room, Some(Seq(1)), "alice")]);
}

pub(super) async fn a_dump_comes_in_parts_of_any_size(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let whole = lines(&*store, 1000).await;
    for limit in [1, 2, 3, 7] {
        assert_eq!(lines(&*store, limit).await, whole);
    }
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    for line in &whole {
        copy.load(std::slice::from_ref(line)).await.unwrap();
    }
    assert_eq!(lines(&*copy, 1000).await, whole);
}

pub(super) async fn a_dump_taken_while_people_talk_holds_together(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let lobby = lobby(&*store).await.id;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    let mut after = None;
    for nth in 0.. {
        let (lines, next) = store.dump(after, 1).await.unwrap();
        if lines.is_empty() {
            break;
        }
        copy.load(&lines).await.unwrap();
        after = next;
        if nth < 20 {
            let newcomer = format!("newcomer{nth}");
            let room = make(&*store, RoomKind::Group, &format!("room {nth}"), &newcomer).await.id;
            add(&*store, lobby, &newcomer).await;
            store.append(&[said(room, &newcomer, "new"), said(lobby, &newcomer, "hi")]).await.unwrap();
        }
    }
    let copied = everything(&*copy, lobby).await;
    assert_eq!(copied, everything(&*store, lobby).await[..copied.len()]);
    assert_eq!(copy.room(lobby).await.unwrap().unwrap().last_seq, Seq(copied.len() as u64));
}

pub(super) async fn a_store_goes_on_counting_after_a_load(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    copy.load(&lines(&*store, 1000).await).await.unwrap();
    let club = copy.room_by_name(&room_name("club")).await.unwrap().unwrap();
    assert_eq!(say(&*copy, said(club.id, "bob", "next")).await, club.last_seq.next());
    let again = called(&format!("{} 0", club.id), said(club.id, "alice", "again"));
    assert!(matches!(copy.append(&[again]).await.unwrap()[..], [Appended::Duplicate { seq: Seq(1), .. }]));
    let new = make(&*copy, RoomKind::Group, "new", "alice").await.id;
    assert!(lines(&*store, 1000).await.iter().all(|line| !matches!(line, Line::Room(room) if room.id >= new)));
}

fn is_bad_dump(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::BadDump(_)))
}

pub(super) async fn a_line_that_is_there_already_is_refused(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    for line in lines(&*store, 1000).await {
        let result = store.load(std::slice::from_ref(&line)).await;
        assert!(is_bad_dump(&result), "{line:?}: {result:?}");
    }
}

pub(super) async fn a_gap_between_messages_is_refused(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    let mut dumped = lines(&*store, 1000).await;
    let second = dumped.iter().position(|line| matches!(line, Line::Message(said) if said.seq == Seq(2))).unwrap();
    dumped.remove(second);
    assert!(is_bad_dump(&copy.load(&dumped).await));
    let unknown = Message { room: RoomId(999), ..everything(&*store, lobby(&*store).await.id).await.remove(0) };
    assert!(is_bad_dump(&copy.load(&[Line::Message(unknown)]).await));
}

pub(super) async fn a_refused_load_leaves_nothing_behind(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let elsewhere = place.elsewhere().await;
    let copy = elsewhere.open().await;
    let before = lines(&*copy, 1000).await;
    let mut dumped = lines(&*store, 1000).await;
    dumped.extend(dumped.last().cloned());
    assert!(is_bad_dump(&copy.load(&dumped).await));
    assert_eq!(lines(&*copy, 1000).await, before);
}

pub(super) async fn lines_go_through_json_unchanged(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    for line in lines(&*store, 1000).await {
        let text = serde_json::to_string(&line).unwrap();
        let read: Line = serde_json::from_str(&text).unwrap();
        // That a webhook speaks under a name stands in the webhook's line.
        let line = match line {
            Line::User(user) => Line::User(User { reserved: false, ..user }),
            other => other,
        };
        assert_eq!(read, line, "{text}");
    }
}

pub(super) async fn a_store_that_works_says_so(place: &dyn Place) {
    let store = place.open().await;
    fill(&*store).await;
    let before = lines(&*store, 1000).await;
    store.check().await.unwrap();
    assert_eq!(lines(&*store, 1000).await, before, "asking changes nothing");
}

pub(super) async fn a_closed_store_says_so(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    say(&*store, said(lobby, "alice", "last words")).await;
    store.close().await;
    store.close().await;
    assert!(matches!(store.check().await, Err(StoreError::Closed)));
    assert!(matches!(store.append(&[said(lobby, "alice", "too late")]).await, Err(StoreError::Closed)));
    assert_eq!(bodies(&everything(&*place.open().await, lobby).await), ["last words"]);
}
