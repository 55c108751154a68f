//! Roles, bans and silences, and what was done.

use server::store::{Deed, DeedKind, Order, Sanction, SessionKind, Target};
use shared::SanctionKind;

use super::*;

/// Something alice did to somebody.
pub(super) fn deed(act: DeedKind, whom: &str) -> Deed {
    Deed {
        time: NOW,
        act,
        by: Some(name("alice")),
        whom: Some(whom.to_owned()),
        room: Some("lobby".to_owned()),
        address: Some("192.0.2.1".parse().unwrap()),
        note: None,
    }
}

pub(super) fn ban(room: Option<RoomId>, whom: Target) -> Sanction {
    let (reason, by) = (Some("spam".to_owned()), Some(name("alice")));
    Sanction { kind: SanctionKind::Ban, room, whom, until: Some(later(1_000)), reason, by, since: NOW }
}

pub(super) fn silence(room: RoomId, whom: &str) -> Sanction {
    let whom = Target::User(name(whom));
    Sanction { kind: SanctionKind::Silence, until: None, ..ban(Some(room), whom) }
}

fn user(text: &str) -> Target {
    Target::User(name(text))
}

fn in_force(order: Order) -> Vec<Sanction> {
    order.sanctions.into_iter().map(|(_, sanction)| sanction).collect()
}

async fn admins(store: &dyn Store) -> Vec<Username> {
    store.order().await.unwrap().admins
}

async fn account(store: &dyn Store, text: &str) -> User {
    store.set_password(&name(text), Some("$argon2id$x"), NOW, None).await.unwrap()
}

pub(super) async fn the_first_account_administers_the_server(place: &dyn Place) {
    let store = place.open().await;
    store.ensure_user(&name("guest"), NOW).await.unwrap();
    assert!(account(&*store, "Alice").await.admin);
    assert!(!account(&*store, "bob").await.admin);
    assert!(account(&*store, "alice").await.admin, "another password changes nothing");
    assert_eq!(admins(&*store).await, [name("alice")]);
    store.set_password(&name("alice"), None, NOW, None).await.unwrap();
    assert!(admins(&*store).await.is_empty(), "a guest administers nothing");
}

pub(super) async fn only_an_account_administers_the_server(place: &dyn Place) {
    let store = place.open().await;
    for text in ["alice", "bob"] {
        account(&*store, text).await;
    }
    store.ensure_user(&name("guest"), NOW).await.unwrap();
    let made = deed(DeedKind::AdminMade, "bob");
    assert!(store.set_admin(&name("Bob"), true, &made).await.unwrap());
    assert!(!store.set_admin(&name("guest"), true, &made).await.unwrap());
    assert!(!store.set_admin(&name("nobody"), true, &made).await.unwrap());
    assert_eq!(admins(&*store).await, [name("alice"), name("bob")]);
    assert!(store.set_admin(&name("bob"), false, &made).await.unwrap());
    assert_eq!(admins(&*store).await, [name("alice")]);
    assert_eq!(store.deeds(NOW, 10).await.unwrap().len(), 2, "what was refused is not noted");
}

pub(super) async fn a_member_keeps_order_until_he_leaves(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "Bob").await;
    let made = deed(DeedKind::ModeratorMade, "bob");
    assert!(store.set_moderator(club, &name("bob"), true, &made).await.unwrap());
    assert!(!store.set_moderator(club, &name("bob"), true, &made).await.unwrap(), "he does already");
    assert!(!store.set_moderator(club, &name("carol"), true, &made).await.unwrap(), "she is no member");
    assert_eq!(store.order().await.unwrap().moderators, [(club, name("bob"))]);
    store.remove_member(club, &name("bob"), None).await.unwrap();
    add(&*store, club, "bob").await;
    assert!(store.order().await.unwrap().moderators.is_empty());
    assert_eq!(store.deeds(NOW, 10).await.unwrap(), [made]);
}

pub(super) async fn a_ban_or_silence_is_there_until_it_is_lifted(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let network = Target::Network("192.0.2.0/24".parse().unwrap());
    let given = [ban(Some(lobby), user("Bob")), silence(lobby, "bob"), ban(None, user("bob")), ban(None, network)];
    for sanction in &given {
        assert!(store.impose(sanction, &deed(DeedKind::Banned, "bob")).await.unwrap());
    }
    store.close().await;
    let store = place.open().await;
    assert_eq!(in_force(store.order().await.unwrap()), given);
    for Sanction { kind, room, whom, .. } in &given {
        assert!(store.lift(*kind, *room, whom, &deed(DeedKind::Unbanned, "bob")).await.unwrap());
        assert!(!store.lift(*kind, *room, whom, &deed(DeedKind::Unbanned, "bob")).await.unwrap());
    }
    assert!(in_force(store.order().await.unwrap()).is_empty());
    assert_eq!(store.deeds(NOW, 100).await.unwrap().len(), 8);
}

pub(super) async fn another_ban_takes_the_place_of_the_first(place: &dyn Place) {
    let store = place.open().await;
    let lobby = lobby(&*store).await.id;
    let first = ban(Some(lobby), user("bob"));
    store.impose(&first, &deed(DeedKind::Banned, "bob")).await.unwrap();
    let second = Sanction { reason: None, since: later(1), until: Some(later(2)), ..first };
    store.impose(&second, &deed(DeedKind::Banned, "bob")).await.unwrap();
    assert_eq!(in_force(store.order().await.unwrap()), [second]);
    let third = Sanction { since: later(2), ..ban(Some(lobby), user("carol")) };
    store.impose(&third, &deed(DeedKind::Banned, "carol")).await.unwrap();
    assert_eq!(in_force(store.order().await.unwrap()), [third], "what was over is forgotten");
}

pub(super) async fn a_rooms_bans_go_with_it(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    let direct = direct(&*store, "alice", "bob").await;
    assert!(store.impose(&silence(club, "bob"), &deed(DeedKind::Silenced, "bob")).await.unwrap());
    assert!(!store.impose(&silence(direct, "bob"), &deed(DeedKind::Silenced, "bob")).await.unwrap());
    store.delete_room(club, None).await.unwrap();
    assert!(!store.impose(&silence(club, "bob"), &deed(DeedKind::Silenced, "bob")).await.unwrap());
    assert!(in_force(store.order().await.unwrap()).is_empty());
    assert_eq!(store.deeds(NOW, 10).await.unwrap().len(), 1);
}

pub(super) async fn every_change_is_counted(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    for text in ["alice", "bob"] {
        account(&*store, text).await;
    }
    let mut count = store.order_count().await.unwrap();
    let mut counts_up = async |what: &str| {
        let now = store.order_count().await.unwrap();
        assert!(now > count, "{what} is not counted");
        assert_eq!(store.order().await.unwrap().count, now);
        count = now;
    };
    let done = deed(DeedKind::Banned, "bob");
    store.set_admin(&name("bob"), true, &done).await.unwrap();
    counts_up("an administrator").await;
    store.set_disabled(&name("bob"), true, None).await.unwrap();
    counts_up("a disabled account").await;
    store.set_moderator(club, &name("bob"), true, &done).await.unwrap();
    counts_up("a moderator").await;
    store.remove_member(club, &name("bob"), None).await.unwrap();
    counts_up("a moderator who left").await;
    store.impose(&silence(club, "bob"), &done).await.unwrap();
    counts_up("a silence").await;
    store.lift(SanctionKind::Silence, Some(club), &user("bob"), &done).await.unwrap();
    counts_up("speaking again").await;
    add(&*store, club, "carol").await;
    assert_eq!(store.order_count().await.unwrap(), count, "a new member changes nothing");
}

pub(super) async fn a_moderator_inherits_before_other_members_and_may_speak(place: &dyn Place) {
    let store = place.open().await;
    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    for member in ["bob", "carol", "dan"] {
        add(&*store, club, member).await;
    }
    let done = deed(DeedKind::ModeratorMade, "carol");
    store.set_moderator(club, &name("carol"), true, &done).await.unwrap();
    store.impose(&silence(club, "bob"), &done).await.unwrap();
    let left = store.remove_member(club, &name("alice"), None).await.unwrap();
    assert_eq!(left, Removal::Left { members: 3, heir: Some(name("carol")) });
    assert_eq!(in_force(store.order().await.unwrap()).len(), 1);
    let left = store.remove_member(club, &name("carol"), None).await.unwrap();
    assert_eq!(left, Removal::Left { members: 2, heir: Some(name("bob")) });
    assert!(in_force(store.order().await.unwrap()).is_empty(), "whose room it is may speak in it");
}

pub(super) async fn what_is_done_is_noted_with_it_and_what_is_not_done_is_not(place: &dyn Place) {
    let store = place.open().await;
    let mut expected = Vec::new();
    let mut noted = |act, whom: &str, note: Option<&str>| {
        let deed = Deed { note: note.map(str::to_owned), ..deed(act, whom) };
        expected.insert(0, deed.clone());
        deed
    };
    let hash = Some("$argon2id$x");
    for (account, note) in [("Root", Some("the first, and so an administrator")), ("bob", None)] {
        let made = Deed { note: None, ..noted(DeedKind::AccountMade, account, note) };
        store.set_password(&name(account), hash, NOW, Some(&made)).await.unwrap();
    }
    let disabled = noted(DeedKind::AccountDisabled, "bob", None);
    assert!(store.set_disabled(&name("bob"), true, Some(&disabled)).await.unwrap());
    assert!(!store.set_disabled(&name("nobody"), true, Some(&disabled)).await.unwrap());
    let token = super::sessions::session(1, "bob", SessionKind::Token);
    let made = noted(DeedKind::TokenMade, "bob", None);
    store.add_sessions(std::slice::from_ref(&token), Some(&made)).await.unwrap();
    let revoked = noted(DeedKind::TokenRevoked, "bob", None);
    assert!(store.remove_session(&token.hash, Some(&revoked)).await.unwrap());
    assert!(!store.remove_session(&token.hash, Some(&revoked)).await.unwrap());

    let club = make(&*store, RoomKind::Group, "club", "alice").await.id;
    add(&*store, club, "bob").await;
    say(&*store, said(club, "bob", "spam")).await;
    let deleted = noted(DeedKind::MessageDeleted, "bob", None);
    let deletion = Amendment { deed: Some(deleted), ..act(club, 1, "alice", Act::Delete) };
    amend(&*store, deletion.clone()).await;
    assert_eq!(store.amend(&[deletion]).await.unwrap(), [Amended::NoSuchMessage]);
    let kicked = noted(DeedKind::Kicked, "bob", None);
    store.remove_member(club, &name("bob"), Some(&kicked)).await.unwrap();
    assert_eq!(store.remove_member(club, &name("bob"), Some(&kicked)).await.unwrap(), Removal::NotAMember);
    let gone = noted(DeedKind::RoomDeleted, "club", None);
    assert!(store.delete_room(club, Some(&gone)).await.unwrap());
    assert!(!store.delete_room(club, Some(&gone)).await.unwrap());
    assert_eq!(store.deeds(NOW, 100).await.unwrap(), expected);
}

pub(super) async fn what_was_done_is_listed_newest_first_and_forgotten_in_time(place: &dyn Place) {
    let store = place.open().await;
    let [first, second] =
        [(NOW, "bob"), (later(5), "carol")].map(|(time, whom)| Deed { time, ..deed(DeedKind::Kicked, whom) });
    let by_operator = Deed { by: None, address: None, room: None, note: Some("why".to_owned()), ..second.clone() };
    for done in [&first, &second, &by_operator] {
        store.record(done).await.unwrap();
    }
    assert_eq!(store.deeds(NOW, 10).await.unwrap(), [by_operator.clone(), second.clone(), first]);
    assert_eq!(store.deeds(later(1), 1).await.unwrap(), std::slice::from_ref(&by_operator));
    assert_eq!(store.forget_deeds(later(5)).await.unwrap(), 1);
    assert_eq!(store.deeds(NOW, 10).await.unwrap(), [by_operator, second]);
}
