//! The embedded store: one SQLite file in the data directory.
//!
//! All writing goes through one connection, so writers wait for each other in memory and never in the file; reading
//! has connections of its own and, with the write-ahead log, waits for nobody; one more writes that log back. A commit
//! is on disk when it returns (`synchronous=FULL`). SQL texts are constants, so each is prepared once per connection;
//! lists go in as one JSON parameter, so a batch costs the same few statements whatever its size.

mod amend;
mod backlog;
mod checkpoint;
mod dump;
mod fault;
mod files;
mod insertion;
mod load;
mod messages;
mod names;
mod open;
mod order;
mod people;
mod rooms;
mod rows;
mod sessions;
mod strangers;
#[cfg(test)]
mod tests;
mod values;
mod webhooks;
mod words;

use std::collections::HashSet;
use std::path::PathBuf;

use async_trait::async_trait;
use shared::{Change, MuteLevel, RoomId, RoomKind, RoomName, SanctionKind, Seq, Username};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool, Transaction};

use self::backlog::Backlog;
use self::checkpoint::Checkpoints;
use self::fault::Fault;
use super::{
    Amended, Amendment, Appended, Deed, Dump, Extent, FiledReport, Line, Listing, Marks, MemberRecord, Membership,
    Message, NewMessage, NewRoom, Order, Page, Profile, Progress, Query, Removal, Report, Resolved, Room, Sanction,
    SessionRecord, Store, StoreError, StoredFile, Target, Timestamp, TokenHash, User, Version, Webhook,
};

/// The embedded store.
#[derive(Debug)]
pub struct SqliteStore {
    /// The database file, for messages about it.
    file: PathBuf,
    /// One connection.
    writer: SqlitePool,
    /// A few connections that cannot write.
    readers: SqlitePool,
    /// What writes the log back.
    checkpoints: Checkpoints,
    /// Rooms with messages whose words are not yet found.
    backlog: Backlog,
}

impl SqliteStore {
    async fn read(&self) -> Result<PoolConnection<Sqlite>, Fault> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that holds the right to write from its start, so it never has to give up half way.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        self.checkpoints.wrote_before();
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    fn told<T>(&self, result: Result<T, Fault>) -> Result<T, StoreError> {
        result.map_err(|fault| fault::explain(fault, &self.file))
    }

    async fn answers(&self) -> Result<(), Fault> {
        sqlx::query("SELECT count(*) FROM rooms WHERE id = 1").fetch_one(&mut *self.read().await?).await?;
        // Changes nothing, but goes all the way to the disk.
        sqlx::query("UPDATE rooms SET topic = topic WHERE id = (SELECT min(id) FROM rooms)")
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, batch: &[NewMessage]) -> Result<Vec<Appended>, StoreError> {
        self.told(messages::append(self, batch).await)
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<Vec<Message>, StoreError> {
        self.told(messages::page(self, room, page).await)
    }

    async fn message(&self, room: RoomId, seq: Seq) -> Result<Option<Message>, StoreError> {
        self.told(messages::one(self, room, seq).await)
    }

    async fn amend(&self, batch: &[Amendment]) -> Result<Vec<Amended>, StoreError> {
        self.told(amend::amend(self, batch).await)
    }

    async fn amended(&self, room: RoomId, after: Change, until: Seq, limit: u32) -> Result<Vec<Message>, StoreError> {
        self.told(amend::amended(self, room, after, until, limit).await)
    }

    async fn versions(&self, room: RoomId, seq: Seq, limit: u32) -> Result<Vec<Version>, StoreError> {
        self.told(amend::versions(self, room, seq, limit).await)
    }

    async fn catch_up(&self) -> Result<bool, StoreError> {
        self.told(backlog::catch_up(self).await)
    }

    async fn search(&self, query: &Query) -> Result<Vec<Message>, StoreError> {
        self.told(words::search(self, query).await)
    }

    async fn mail(&self, user: &Username, kinds: &[RoomKind], limit: u32) -> Result<Vec<Message>, StoreError> {
        self.told(messages::mail(self, user, kinds, limit).await)
    }

    async fn advance(&self, marks: &[Marks]) -> Result<(), StoreError> {
        self.told(messages::advance(self, marks).await)
    }

    async fn room(&self, room: RoomId) -> Result<Option<Room>, StoreError> {
        self.told(rooms::by_id(self, room).await)
    }

    async fn extents(&self, rooms: &[RoomId]) -> Result<Vec<Extent>, StoreError> {
        self.told(rooms::extents(self, rooms).await)
    }

    async fn room_by_name(&self, name: &RoomName) -> Result<Option<Room>, StoreError> {
        self.told(rooms::by_name(self, name).await)
    }

    async fn like_room(&self, name: &RoomName) -> Result<Option<RoomName>, StoreError> {
        self.told(names::like_room(self, name).await)
    }

    async fn create_room(&self, room: &NewRoom) -> Result<Option<Room>, StoreError> {
        self.told(rooms::create(self, room).await)
    }

    async fn ensure_direct(&self, one: &Username, other: &Username, now: Timestamp) -> Result<Room, StoreError> {
        self.told(rooms::ensure_direct(self, one, other, now).await)
    }

    async fn delete_room(&self, room: RoomId, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.told(rooms::delete(self, room, deed).await)
    }

    async fn add_member(&self, room: RoomId, user: &Username, now: Timestamp) -> Result<bool, StoreError> {
        self.told(rooms::add_member(self, room, user, now).await)
    }

    async fn set_topic(&self, room: RoomId, topic: &str) -> Result<bool, StoreError> {
        self.told(rooms::set_topic(self, room, topic).await)
    }

    async fn set_mute(&self, room: RoomId, user: &Username, level: MuteLevel) -> Result<bool, StoreError> {
        self.told(rooms::set_mute(self, room, user, level).await)
    }

    async fn remove_member(&self, room: RoomId, user: &Username, deed: Option<&Deed>) -> Result<Removal, StoreError> {
        self.told(rooms::remove_member(self, room, user, deed).await)
    }

    async fn members(&self, room: RoomId, limit: u32) -> Result<Vec<MemberRecord>, StoreError> {
        self.told(rooms::members(self, room, limit).await)
    }

    async fn memberships(&self, user: &Username) -> Result<Vec<Membership>, StoreError> {
        self.told(rooms::memberships(self, user).await)
    }

    async fn membership(&self, room: RoomId, user: &Username) -> Result<Option<Membership>, StoreError> {
        self.told(rooms::membership(self, room, user).await)
    }

    async fn places(&self, users: &[Username]) -> Result<Vec<(Username, RoomId)>, StoreError> {
        self.told(rooms::places(self, users).await)
    }

    async fn directory(&self, limit: u32) -> Result<Vec<Listing>, StoreError> {
        self.told(rooms::directory(self, limit).await)
    }

    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError> {
        self.told(people::by_name(self, name).await)
    }

    async fn users(&self, names: &[Username]) -> Result<Vec<Option<User>>, StoreError> {
        self.told(people::by_names(self, names).await)
    }

    async fn like_users(&self, names: &[Username]) -> Result<Vec<Option<Username>>, StoreError> {
        self.told(names::like_users(self, names).await)
    }

    async fn user_by_phone(&self, phone: &str) -> Result<Option<User>, StoreError> {
        self.told(people::by_phone(self, phone).await)
    }

    async fn ensure_user(&self, name: &Username, now: Timestamp) -> Result<User, StoreError> {
        self.told(people::ensure(self, name, now).await)
    }

    async fn set_password(
        &self,
        name: &Username,
        hash: Option<&str>,
        now: Timestamp,
        deed: Option<&Deed>,
    ) -> Result<User, StoreError> {
        self.told(people::set_password(self, name, hash, now, deed).await)
    }

    async fn rehash_password(&self, name: &Username, from: &str, to: &str) -> Result<(), StoreError> {
        self.told(people::rehash_password(self, name, from, to).await)
    }

    async fn set_profile(&self, name: &Username, profile: &Profile, now: Timestamp) -> Result<bool, StoreError> {
        self.told(people::set_profile(self, name, profile, now).await)
    }

    async fn set_disabled(&self, name: &Username, disabled: bool, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.told(people::set_disabled(self, name, disabled, deed).await)
    }

    async fn set_last_seen(&self, name: &Username, at: Timestamp) -> Result<(), StoreError> {
        self.told(people::set_last_seen(self, name, at).await)
    }

    async fn renew_guest(&self, name: &Username, now: Timestamp) -> Result<(), StoreError> {
        self.told(people::renew_guest(self, name, now).await)
    }

    async fn accounts(&self) -> Result<Vec<User>, StoreError> {
        self.told(people::accounts(self).await)
    }

    async fn add_report(&self, report: &Report) -> Result<(), StoreError> {
        self.told(strangers::add_report(self, report).await)
    }

    async fn reports(&self) -> Result<Vec<FiledReport>, StoreError> {
        self.told(strangers::reports(self).await)
    }

    async fn resolve_report(&self, id: i64, resolved: &Resolved, deed: &Deed) -> Result<bool, StoreError> {
        self.told(strangers::resolve(self, id, resolved, deed).await)
    }

    async fn add_block(&self, user: &Username, blocked: &Username, now: Timestamp) -> Result<(), StoreError> {
        self.told(strangers::add_block(self, user, blocked, now).await)
    }

    async fn blocks(&self, user: &Username) -> Result<Vec<Username>, StoreError> {
        self.told(strangers::blocks(self, user).await)
    }

    async fn order(&self) -> Result<Order, StoreError> {
        self.told(order::order(self).await)
    }

    async fn order_count(&self) -> Result<u64, StoreError> {
        self.told(order::count(self).await)
    }

    async fn impose(&self, sanction: &Sanction, deed: &Deed) -> Result<bool, StoreError> {
        self.told(order::impose(self, sanction, deed).await)
    }

    async fn lift(
        &self,
        kind: SanctionKind,
        room: Option<RoomId>,
        whom: &Target,
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        self.told(order::lift(self, kind, room, whom, deed).await)
    }

    async fn set_moderator(&self, room: RoomId, user: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError> {
        self.told(order::set_moderator(self, room, user, on, deed).await)
    }

    async fn set_admin(&self, name: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError> {
        self.told(order::set_admin(self, name, on, deed).await)
    }

    async fn record(&self, deed: &Deed) -> Result<(), StoreError> {
        self.told(order::record(self, deed).await)
    }

    async fn deeds(&self, since: Timestamp, limit: u32) -> Result<Vec<Deed>, StoreError> {
        self.told(order::deeds(self, since, limit).await)
    }

    async fn forget_deeds(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.told(order::forget_deeds(self, before).await)
    }

    async fn add_sessions(&self, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), StoreError> {
        self.told(sessions::add(self, sessions, deed).await)
    }

    async fn session(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRecord>, StoreError> {
        self.told(sessions::get(self, hash, now).await)
    }

    async fn touch_session(&self, hash: &TokenHash, now: Timestamp) -> Result<(), StoreError> {
        self.told(sessions::touch(self, hash, now).await)
    }

    async fn remove_session(&self, hash: &TokenHash, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.told(sessions::remove(self, hash, deed).await)
    }

    async fn sessions_of(&self, user: &Username) -> Result<Vec<SessionRecord>, StoreError> {
        self.told(sessions::of(self, user).await)
    }

    async fn add_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        self.told(webhooks::add(self, webhook).await)
    }

    async fn webhooks_of(&self, room: RoomId) -> Result<Vec<Webhook>, StoreError> {
        self.told(webhooks::of(self, room).await)
    }

    async fn outgoing_webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.told(webhooks::outgoing(self).await)
    }

    async fn webhook_by_secret(&self, hash: &TokenHash) -> Result<Option<Webhook>, StoreError> {
        self.told(webhooks::by_secret(self, hash).await)
    }

    async fn touch_webhook(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        self.told(webhooks::touch(self, id, now).await)
    }

    async fn note_progress(&self, id: &str, progress: &Progress) -> Result<(), StoreError> {
        self.told(webhooks::note_progress(self, id, progress).await)
    }

    async fn remove_webhook(&self, room: RoomId, id: &str) -> Result<bool, StoreError> {
        self.told(webhooks::remove(self, room, id).await)
    }

    async fn add_file(&self, file: &StoredFile) -> Result<bool, StoreError> {
        self.told(files::add(self, file).await)
    }

    async fn files(&self, ids: &[String]) -> Result<Vec<StoredFile>, StoreError> {
        self.told(files::get(self, ids).await)
    }

    async fn uploaded_by(&self, user: &Username) -> Result<u64, StoreError> {
        self.told(files::used_by(self, user).await)
    }

    async fn forget_file(&self, id: &str, user: &Username) -> Result<bool, StoreError> {
        self.told(files::forget(self, id, user).await)
    }

    async fn forget_unsaid_files(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.told(files::forget_unsaid(self, before).await)
    }

    async fn known_files(&self, ids: &[String]) -> Result<HashSet<String>, StoreError> {
        self.told(files::known(self, ids).await)
    }

    async fn dump(&self, after: Option<Dump>, limit: u32) -> Result<(Vec<Line>, Option<Dump>), StoreError> {
        self.told(dump::dump(self, after, limit).await)
    }

    async fn load(&self, lines: &[Line]) -> Result<(), StoreError> {
        self.told(load::load(self, lines).await)
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.told(self.answers().await)
    }

    async fn close(&self) {
        self.readers.close().await;
        // The last connection to go writes the log back into the database file and removes it.
        self.checkpoints.close().await;
        self.writer.close().await;
    }
}
