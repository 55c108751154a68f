//! Names that look like others.

use super::*;

async fn like(store: &dyn Store, text: &str) -> Option<String> {
    store.like_users(&[name(text)]).await.unwrap().remove(0).map(String::from)
}

async fn like_room(store: &dyn Store, text: &str) -> Option<String> {
    store.like_room(&room_name(text)).await.unwrap().map(String::from)
}

pub(super) async fn a_name_that_looks_like_an_account_is_found(place: &dyn Place) {
    let store = place.open().await;
    store.ensure_user(&name("alice"), NOW).await.unwrap();
    assert_eq!(like(&*store, "аlice").await, None, "a guest's name is nobody's");
    store.set_password(&name("Alice"), Some("hash"), NOW, None).await.unwrap();
    store.set_password(&name("иван"), Some("hash"), NOW, None).await.unwrap();
    let asked = ["bob", "аlice", "ALICE", "а1ice", "иван"].map(name);
    let alices = Some(name("alice"));
    let found = store.like_users(&asked).await.unwrap();
    assert_eq!(found, [None, alices.clone(), None, alices, None], "each in its place, and nobody looks like himself");
    store.set_password(&name("alice"), None, NOW, None).await.unwrap();
    assert_eq!(like(&*store, "аlice").await, None, "no account any more");
}

pub(super) async fn a_name_that_looks_like_a_room_is_found(place: &dyn Place) {
    let store = place.open().await;
    assert_eq!(like_room(&*store, "lоbby").await.as_deref(), Some("lobby"));
    assert_eq!(like_room(&*store, "Lobby").await, None, "the room itself");
    let club = make(&*store, RoomKind::Group, "Book club", "alice").await.id;
    assert_eq!(like_room(&*store, "Bооk club").await.as_deref(), Some("Book club"));
    store.delete_room(club, None).await.unwrap();
    assert_eq!(like_room(&*store, "Bооk club").await, None);
}

pub(super) async fn looks_are_kept_with_what_was_loaded(place: &dyn Place) {
    let (one, elsewhere) = (place.open().await, place.elsewhere().await);
    one.set_password(&name("alice"), Some("hash"), NOW, None).await.unwrap();
    make(&*one, RoomKind::Public, "club", "alice").await;
    let (mut after, other) = (None, elsewhere.open().await);
    loop {
        let (lines, next) = one.dump(after, 100).await.unwrap();
        other.load(&lines).await.unwrap();
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(like(&*other, "аlice").await.as_deref(), Some("alice"));
    assert_eq!(like_room(&*other, "сlub").await.as_deref(), Some("club"));
    assert_eq!(like_room(&*other, "lоbby").await.as_deref(), Some("lobby"));
}
