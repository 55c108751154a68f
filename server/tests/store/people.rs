//! Users, accounts, and guests who follow other guests.

use server::store::{Profile, SessionKind, SessionRecord, TokenHash};

use super::*;

pub(super) async fn the_first_spelling_stays(place: &dyn Place) {
    let store = place.open().await;
    let made = store.ensure_user(&name("Älice"), NOW).await.unwrap();
    assert_eq!((made.name.as_str(), made.created_at, made.is_guest(), made.disabled), ("Älice", NOW, true, false));
    let again = store.ensure_user(&name("äLICE"), later(5)).await.unwrap();
    assert_eq!(again, made);
    assert_eq!(again.name.as_str(), "Älice");
    assert_eq!(user(&*store, "ÄLICE").await, Some(made));
    assert_eq!(user(&*store, "alice").await, None);
}

pub(super) async fn a_user_is_made_once_by_many_at_once(place: &dyn Place) {
    let store = place.open().await;
    let tries: Vec<_> = (0..16)
        .map(|nth| {
            let store = Arc::clone(&store);
            let spelling = if nth % 2 == 0 { "alice" } else { "Alice" };
            tokio::spawn(async move { store.ensure_user(&name(spelling), later(nth)).await.unwrap() })
        })
        .collect();
    let mut users = Vec::new();
    for user in tries {
        users.push(user.await.unwrap());
    }
    users.dedup_by(|one, next| one == next && one.name.as_str() == next.name.as_str());
    assert_eq!(users.len(), 1);
}

pub(super) async fn a_password_makes_an_account_and_none_a_guest_again(place: &dyn Place) {
    let store = place.open().await;
    store.ensure_user(&name("Alice"), NOW).await.unwrap();
    let account = store.set_password(&name("alice"), Some("$argon2id$1"), later(1), None).await.unwrap();
    assert_eq!((account.name.as_str(), account.created_at, account.is_guest()), ("Alice", NOW, false));
    assert_eq!(user(&*store, "alice").await, Some(account));
    let made = store.set_password(&name("bob"), Some("$argon2id$2"), later(2), None).await.unwrap();
    assert_eq!((made.password_hash.as_deref(), made.created_at), (Some("$argon2id$2"), later(2)));
    assert!(store.set_password(&name("alice"), None, later(3), None).await.unwrap().is_guest());
}

pub(super) async fn a_rehash_replaces_only_the_hash_it_was_made_of(place: &dyn Place) {
    let store = place.open().await;
    store.set_password(&name("alice"), Some("old"), NOW, None).await.unwrap();
    store.rehash_password(&name("ALICE"), "old", "new").await.unwrap();
    store.rehash_password(&name("alice"), "old", "late").await.unwrap();
    assert_eq!(user(&*store, "alice").await.unwrap().password_hash.as_deref(), Some("new"));
}

fn profile(display_name: Option<&str>, phone: Option<&str>) -> Profile {
    Profile { display_name: display_name.map(str::to_owned), phone: phone.map(str::to_owned) }
}

pub(super) async fn a_phone_belongs_to_one_user(place: &dyn Place) {
    let store = place.open().await;
    let alices = profile(Some("Alice Liddell 🐇"), Some("+46 70"));
    assert!(store.set_profile(&name("alice"), &alices, NOW).await.unwrap());
    assert!(store.set_profile(&name("ALICE"), &alices, NOW).await.unwrap(), "her own phone is no other's");
    assert!(!store.set_profile(&name("bob"), &profile(None, Some("+46 70")), NOW).await.unwrap());
    let found = store.user_by_phone("+46 70").await.unwrap().unwrap();
    assert_eq!((found.name, found.profile), (name("alice"), alices));
    assert!(store.set_profile(&name("alice"), &profile(None, None), NOW).await.unwrap());
    assert_eq!(store.user_by_phone("+46 70").await.unwrap(), None);
    assert!(store.set_profile(&name("bob"), &profile(None, Some("+46 70")), NOW).await.unwrap());
    assert!(store.set_profile(&name("carol"), &profile(None, None), NOW).await.unwrap(), "many may have none");
}

pub(super) async fn a_refused_profile_changes_nothing(place: &dyn Place) {
    let store = place.open().await;
    store.set_profile(&name("alice"), &profile(None, Some("1")), NOW).await.unwrap();
    store.set_profile(&name("bob"), &profile(Some("Bob"), Some("2")), NOW).await.unwrap();
    let before = user(&*store, "bob").await;
    for other in ["bob", "carol"] {
        assert!(!store.set_profile(&name(other), &profile(Some("Eve"), Some("1")), NOW).await.unwrap());
    }
    assert_eq!(user(&*store, "bob").await, before);
    assert_eq!(user(&*store, "carol").await, None);
}

pub(super) async fn disabling_and_last_seen_stay(place: &dyn Place) {
    let store = place.open().await;
    store.ensure_user(&name("alice"), NOW).await.unwrap();
    assert!(store.set_disabled(&name("Alice"), true, None).await.unwrap());
    assert!(!store.set_disabled(&name("bob"), true, None).await.unwrap());
    store.set_last_seen(&name("ALICE"), later(9)).await.unwrap();
    store.set_last_seen(&name("bob"), later(9)).await.unwrap();
    let alice = user(&*store, "alice").await.unwrap();
    assert_eq!((alice.disabled, alice.last_seen_at), (true, Some(later(9))));
    assert_eq!(user(&*store, "bob").await, None);
    assert!(store.set_disabled(&name("alice"), false, None).await.unwrap());
    assert!(!user(&*store, "alice").await.unwrap().disabled);
}

pub(super) async fn accounts_are_listed_by_name(place: &dyn Place) {
    let store = place.open().await;
    for account in ["mike", "Zoe", "alice"] {
        store.set_password(&name(account), Some("hash"), NOW, None).await.unwrap();
    }
    store.ensure_user(&name("guest"), NOW).await.unwrap();
    let names: Vec<_> = store.accounts().await.unwrap().iter().map(|user| user.name.to_string()).collect();
    assert_eq!(names, ["alice", "mike", "Zoe"]);
}

pub(super) async fn a_new_guest_is_in_no_public_room(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let club = make(&*store, RoomKind::Group, "club", "bob").await.id;
    add(&*store, lobby, "bob").await;
    add(&*store, lobby, "alice").await;
    store.renew_guest(&name("BOB"), NOW).await.unwrap();
    assert_eq!(member_names(&*store, lobby).await, ["alice"]);
    assert_eq!(member_names(&*store, club).await, ["bob"]);
    store.renew_guest(&name("nobody"), NOW).await.unwrap();
}

async fn hidden(store: &dyn Store, room: RoomId, user: &str) -> Seq {
    store.membership(room, &name(user)).await.unwrap().unwrap().hidden
}

pub(super) async fn a_new_guest_reads_nothing_that_was_delivered_before(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    store.append(&[said(room, "alice", "1"), said(room, "bob", "2"), notice(room, "alice", "3")]).await.unwrap();
    store.advance(&[Marks { delivered: Seq(3), noticed: Seq(3), ..marks(room, "bob") }]).await.unwrap();
    say(&*store, said(room, "bob", "4")).await;
    let empty = direct(&*store, "carol", "bob").await;
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert_eq!(hidden(&*store, room, "bob").await, Seq(4));
    assert_eq!(hidden(&*store, empty, "bob").await, Seq::ZERO);
    assert_eq!(hidden(&*store, room, "alice").await, Seq::ZERO, "the other's history is his own");
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert_eq!(hidden(&*store, room, "bob").await, Seq(4));
}

pub(super) async fn a_new_guest_gets_the_mail_that_waits(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    let batch = ["1", "2", "3", "4"].map(|body| said(room, "alice", body));
    store.append(&batch).await.unwrap();
    delivered(&*store, room, "bob", 2).await;
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert_eq!(hidden(&*store, room, "bob").await, Seq(2));
    assert_eq!(mail(&*store, "bob").await, ["3", "4"]);
}

pub(super) async fn a_waiting_notice_does_not_lay_open_what_was_delivered(place: &dyn Place) {
    let store = place.open().await;
    let room = direct(&*store, "alice", "bob").await;
    store.append(&[notice(room, "alice", "waits"), said(room, "alice", "was delivered")]).await.unwrap();
    delivered(&*store, room, "bob", 2).await;
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert_eq!(hidden(&*store, room, "bob").await, Seq(2));
    assert_eq!(mail(&*store, "bob").await, ["waits"]);
}

pub(super) async fn a_new_guest_has_no_sessions(place: &dyn Place) {
    let store = place.open().await;
    for (number, user) in [(1, "bob"), (2, "Bob"), (3, "alice")] {
        let session = SessionRecord {
            hash: TokenHash([number; 32]),
            user: name(user),
            kind: SessionKind::Guest,
            label: String::new(),
            created_at: NOW,
            used_at: NOW,
            expires_at: later(1000),
        };
        store.add_session(&session).await.unwrap();
    }
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert!(store.sessions_of(&name("bob")).await.unwrap().is_empty());
    assert_eq!(store.session(&TokenHash([1; 32]), NOW).await.unwrap(), None);
    assert_eq!(store.sessions_of(&name("alice")).await.unwrap().len(), 1);
}

pub(super) async fn an_account_is_never_renewed(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    add(&*store, lobby, "bob").await;
    store.set_password(&name("bob"), Some("hash"), NOW, None).await.unwrap();
    let room = direct(&*store, "alice", "bob").await;
    say(&*store, said(room, "alice", "1")).await;
    delivered(&*store, room, "bob", 1).await;
    store.renew_guest(&name("bob"), NOW).await.unwrap();
    assert_eq!(hidden(&*store, room, "bob").await, Seq::ZERO);
    assert_eq!(member_names(&*store, lobby).await, ["bob"]);
}
