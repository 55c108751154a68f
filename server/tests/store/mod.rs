//! What the store's trait guarantees, checked against every engine that implements it.
//!
//! A check is a function of a [`Place`]; the table in `contract` names each once, and it runs once per engine with a
//! fresh place. A new engine needs a [`Place`] and a line in [`on_every_engine!`].

// The functions of this folder are test code through and through, but only those marked `#[test]` count as such.

mod amendments;
mod contract;
mod finding;
mod messages;
mod model;
mod names;
mod nodes;
mod order;
mod people;
mod positions;
mod postgres;
mod programs;
mod rooms;
mod seats;
mod sessions;
mod sqlite;
mod strangers;
mod turns;
mod whole;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use server::store::{
    Act, Amended, Amendment, Appended, Extent, Marks, Message, NewMessage, NewRoom, Page, PostgresStore, Query, Quote,
    Removal, Room, Since, SqliteStore, Store, Timestamp, User,
};
use shared::{ClientId, MessageId, MessageKind, MetadataMap, RoomId, RoomKind, RoomName, Seq, Username};
use tempfile::TempDir;

use crate::support::postgres::Database;

/// Where a store lies, empty at first; opening it again finds what was there.
#[async_trait]
trait Place: Send + Sync {
    async fn open(&self) -> Arc<dyn Store>;
    /// Another one of the same kind with nothing in it.
    async fn elsewhere(&self) -> Box<dyn Place>;
}

/// A directory for the embedded store.
struct Directory(TempDir);

impl Directory {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

#[async_trait]
impl Place for Directory {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.0.path()).await.unwrap())
    }

    async fn elsewhere(&self) -> Box<dyn Place> {
        Box::new(Self::new())
    }
}

/// A database on PostgreSQL.
#[async_trait]
impl Place for Database {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(PostgresStore::open(self.url()).await.unwrap())
    }

    async fn elsewhere(&self) -> Box<dyn Place> {
        Box::new(self.beside().await)
    }
}

/// Makes each named check a test per engine.
macro_rules! on_every_engine {
    ($($subject:ident { $($check:ident,)+ })+) => {
        mod postgres {
            $(mod $subject {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    if let Some(database) = crate::support::postgres::Database::new().await {
                        crate::store::$subject::$check(&database).await;
                    }
                })+
            })+
        }
        mod sqlite {
            $(mod $subject {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    crate::store::$subject::$check(&crate::store::Directory::new()).await;
                })+
            })+
        }
    };
}
use on_every_engine;

/// A moment in the tests' own time.
const NOW: Timestamp = Timestamp(1_764_000_000_123);

fn later(milliseconds: i64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

fn room_name(text: &str) -> RoomName {
    text.parse().unwrap()
}

/// An id as the server makes them, a different one each time.
fn fresh_id() -> MessageId {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    MessageId(format!("019ab4d7-5c5b-7000-8000-{number:012x}"))
}

fn said(room: RoomId, sender: &str, body: &str) -> NewMessage {
    NewMessage {
        room,
        id: fresh_id(),
        sender: name(sender),
        body: body.to_owned(),
        time: NOW,
        kind: MessageKind::Chat,
        metadata: MetadataMap::new(),
        client_id: None,
        reply_to: None,
    }
}

fn notice(room: RoomId, sender: &str, body: &str) -> NewMessage {
    NewMessage { kind: MessageKind::Notification, ..said(room, sender, body) }
}

/// The same under the sender's own name for it.
fn called(client_id: &str, message: NewMessage) -> NewMessage {
    NewMessage { client_id: Some(client_id.parse::<ClientId>().unwrap()), ..message }
}

fn at(time: Timestamp, message: NewMessage) -> NewMessage {
    NewMessage { time, ..message }
}

fn stored(seq: u64) -> Appended {
    Appended::Stored(Seq(seq))
}

/// Stores one message and says where.
async fn say(store: &dyn Store, message: NewMessage) -> Seq {
    match store.append(&[message]).await.unwrap().as_slice() {
        [Appended::Stored(seq)] => *seq,
        other => panic!("not stored: {other:?}"),
    }
}

const ALL: Page = Page { after: Seq::ZERO, before: None, limit: 10_000, newest: false };

async fn everything(store: &dyn Store, room: RoomId) -> Vec<Message> {
    store.page(room, ALL).await.unwrap()
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_str()).collect()
}

/// The kinds of conversations that have mail.
const OF_BOTH: &[RoomKind] = &[RoomKind::Direct, RoomKind::Group];

async fn mail(store: &dyn Store, user: &str) -> Vec<String> {
    store.mail(&name(user), OF_BOTH, 1_000).await.unwrap().into_iter().map(|message| message.body).collect()
}

async fn lobby(store: &dyn Store) -> Room {
    store.room_by_name(&RoomName::lobby()).await.unwrap().expect("there is always a lobby")
}

async fn make(store: &dyn Store, kind: RoomKind, text: &str, owner: &str) -> Room {
    let new = NewRoom { kind, name: room_name(text), topic: String::new(), owner: Some(name(owner)), now: NOW };
    store.create_room(&new).await.unwrap().expect("the name is free")
}

async fn direct(store: &dyn Store, one: &str, other: &str) -> RoomId {
    store.ensure_direct(&name(one), &name(other), NOW).await.unwrap().id
}

async fn add(store: &dyn Store, room: RoomId, user: &str) -> bool {
    store.add_member(room, &name(user), NOW).await.unwrap()
}

async fn member_names(store: &dyn Store, room: RoomId) -> Vec<String> {
    store.members(room, 1000).await.unwrap().iter().map(|member| member.user.to_string()).collect()
}

/// Something done to a message.
fn act(room: RoomId, seq: u64, by: &str, act: Act) -> Amendment {
    Amendment { room, seq: Seq(seq), by: name(by), time: later(seq.cast_signed() * 1000), act, deed: None }
}

fn edit(room: RoomId, seq: u64, body: &str) -> Amendment {
    self::act(room, seq, "alice", Act::Edit(body.to_owned()))
}

fn react(room: RoomId, seq: u64, by: &str, emoji: &str) -> Amendment {
    self::act(room, seq, by, Act::React(emoji.parse().unwrap()))
}

/// Amends and says what the message is now.
async fn amend(store: &dyn Store, amendment: Amendment) -> Message {
    match store.amend(&[amendment]).await.unwrap().pop() {
        Some(Amended::Done(message)) => *message,
        other => panic!("not amended: {other:?}"),
    }
}

/// No positions; the base for those a test sets.
fn marks(room: RoomId, user: &str) -> Marks {
    Marks { room, user: name(user), read: Seq::ZERO, delivered: Seq::ZERO, noticed: Seq::ZERO }
}

async fn delivered(store: &dyn Store, room: RoomId, user: &str, seq: u64) {
    store.advance(&[Marks { delivered: Seq(seq), ..marks(room, user) }]).await.unwrap();
}

async fn user(store: &dyn Store, text: &str) -> Option<User> {
    store.user(&name(text)).await.unwrap()
}
