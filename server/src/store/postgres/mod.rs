//! The store on PostgreSQL, which several nodes may share.
//!
//! The database decides what must hold between nodes: rows are held while they are changed, in one order everywhere, and
//! unique indexes refuse what is there already. Where two were in each other's way the whole of it is tried again.
//! Lists go in as arrays, so a batch costs the same few statements whatever its size. A commit is on disk when it
//! returns (`synchronous_commit=on`, whatever the server's own setting is).

mod amend;
mod dump;
mod fault;
mod file_bytes;
mod files;
mod held;
mod load;
mod messages;
mod names;
mod nodes;
mod open;
mod order;
mod patience;
mod people;
mod rooms;
mod rows;
mod seats;
mod sessions;
mod spent;
mod strangers;
mod text;
mod turns;
mod webhooks;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use shared::{Change, MuteLevel, RoomId, RoomKind, RoomName, SanctionKind, Seq, Username};
use sqlx::PgPool;

use self::fault::Fault;
use self::patience::Patience;
use super::{
    Amended, Amendment, Appended, Deed, Dump, Extent, FileBytes, FiledReport, Line, Listing, Marks, MemberRecord,
    Membership, Message, NewMessage, NewRoom, Order, Page, Profile, Progress, Query, Removal, Report, Resolved, Room,
    Sanction, SessionRecord, Store, StoreError, StoredFile, Target, Timestamp, TokenHash, User, Version, Webhook,
};

/// How often something is tried where somebody else was in the way each time.
const TRIES: u32 = 8;

/// The store on PostgreSQL.
#[derive(Debug)]
pub struct PostgresStore {
    pool: PgPool,
    patience: Arc<Patience>,
    /// The address without its password, for messages about it.
    database: String,
}

impl PostgresStore {
    /// Waits for an answer as long as one may take.
    async fn told<T>(&self, answer: impl Future<Output = Result<T, Fault>>) -> Result<T, StoreError> {
        self.patience.wait(answer).await.map_or(Err(StoreError::TimedOut), |answer| self.explained(answer))
    }

    fn explained<T>(&self, answer: Result<T, Fault>) -> Result<T, StoreError> {
        answer.map_err(|fault| fault::explain(fault, &self.database))
    }

    /// Does something that changes rows, again where somebody else was in the way: it failed whole then.
    async fn settled<T, Work>(&self, mut attempt: impl FnMut() -> Work) -> Result<T, StoreError>
    where
        Work: Future<Output = Result<T, Fault>>,
    {
        let settled = async {
            let mut result = attempt().await;
            for _ in 1..TRIES {
                match &result {
                    Err(fault) if fault::is_collision(fault) => result = attempt().await,
                    _ => break,
                }
            }
            result
        };
        self.told(settled).await
    }

    async fn answers(&self) -> Result<(), Fault> {
        // Changes nothing that matters, but goes all the way to the disk.
        sqlx::query("UPDATE pulse SET at = now()").execute(&self.pool).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn append(&self, batch: &[NewMessage]) -> Result<Vec<Appended>, StoreError> {
        self.settled(|| messages::append(self, batch)).await
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<Vec<Message>, StoreError> {
        self.told(messages::page(self, room, page)).await
    }

    async fn message(&self, room: RoomId, seq: Seq) -> Result<Option<Message>, StoreError> {
        self.told(messages::one(self, room, seq)).await
    }

    async fn amend(&self, batch: &[Amendment]) -> Result<Vec<Amended>, StoreError> {
        self.settled(|| amend::amend(self, batch)).await
    }

    async fn amended(&self, room: RoomId, after: Change, until: Seq, limit: u32) -> Result<Vec<Message>, StoreError> {
        self.told(amend::amended(self, room, after, until, limit)).await
    }

    async fn versions(&self, room: RoomId, seq: Seq, limit: u32) -> Result<Vec<Version>, StoreError> {
        self.told(amend::versions(self, room, seq, limit)).await
    }

    async fn catch_up(&self) -> Result<bool, StoreError> {
        // Words are found from the commit on.
        Ok(false)
    }

    async fn search(&self, query: &Query) -> Result<Vec<Message>, StoreError> {
        self.told(words::search(self, query)).await
    }

    async fn mail(&self, user: &Username, kinds: &[RoomKind], limit: u32) -> Result<Vec<Message>, StoreError> {
        self.told(messages::mail(self, user, kinds, limit)).await
    }

    async fn advance(&self, marks: &[Marks]) -> Result<(), StoreError> {
        self.settled(|| messages::advance(self, marks)).await
    }

    async fn room(&self, room: RoomId) -> Result<Option<Room>, StoreError> {
        self.told(rooms::by_id(self, room)).await
    }

    async fn extents(&self, rooms: &[RoomId]) -> Result<Vec<Extent>, StoreError> {
        self.told(rooms::extents(self, rooms)).await
    }

    async fn room_by_name(&self, name: &RoomName) -> Result<Option<Room>, StoreError> {
        self.told(rooms::by_name(self, name)).await
    }

    async fn like_room(&self, name: &RoomName) -> Result<Option<RoomName>, StoreError> {
        self.told(names::like_room(self, name)).await
    }

    async fn create_room(&self, room: &NewRoom) -> Result<Option<Room>, StoreError> {
        self.settled(|| rooms::create(self, room)).await
    }

    async fn ensure_direct(&self, one: &Username, other: &Username, now: Timestamp) -> Result<Room, StoreError> {
        self.settled(|| rooms::ensure_direct(self, one, other, now)).await
    }

    async fn delete_room(&self, room: RoomId, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.settled(|| rooms::delete(self, room, deed)).await
    }

    async fn add_member(&self, room: RoomId, user: &Username, now: Timestamp) -> Result<bool, StoreError> {
        self.settled(|| rooms::add_member(self, room, user, now)).await
    }

    async fn set_topic(&self, room: RoomId, topic: &str) -> Result<bool, StoreError> {
        self.settled(|| rooms::set_topic(self, room, topic)).await
    }

    async fn set_mute(&self, room: RoomId, user: &Username, level: MuteLevel) -> Result<bool, StoreError> {
        self.settled(|| rooms::set_mute(self, room, user, level)).await
    }

    async fn remove_member(&self, room: RoomId, user: &Username, deed: Option<&Deed>) -> Result<Removal, StoreError> {
        self.settled(|| rooms::remove_member(self, room, user, deed)).await
    }

    async fn members(&self, room: RoomId, limit: u32) -> Result<Vec<MemberRecord>, StoreError> {
        self.told(rooms::members(self, room, limit)).await
    }

    async fn memberships(&self, user: &Username) -> Result<Vec<Membership>, StoreError> {
        self.told(rooms::memberships(self, user)).await
    }

    async fn membership(&self, room: RoomId, user: &Username) -> Result<Option<Membership>, StoreError> {
        self.told(rooms::membership(self, room, user)).await
    }

    async fn places(&self, users: &[Username]) -> Result<Vec<(Username, RoomId)>, StoreError> {
        self.told(rooms::places(self, users)).await
    }

    async fn directory(&self, limit: u32) -> Result<Vec<Listing>, StoreError> {
        self.told(rooms::directory(self, limit)).await
    }

    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError> {
        self.told(people::by_name(self, name)).await
    }

    async fn users(&self, names: &[Username]) -> Result<Vec<Option<User>>, StoreError> {
        self.told(people::by_names(self, names)).await
    }

    async fn like_users(&self, names: &[Username]) -> Result<Vec<Option<Username>>, StoreError> {
        self.told(names::like_users(self, names)).await
    }

    async fn user_by_phone(&self, phone: &str) -> Result<Option<User>, StoreError> {
        self.told(people::by_phone(self, phone)).await
    }

    async fn ensure_user(&self, name: &Username, now: Timestamp) -> Result<User, StoreError> {
        self.settled(|| people::ensure(self, name, now)).await
    }

    async fn set_password(
        &self,
        name: &Username,
        hash: Option<&str>,
        now: Timestamp,
        deed: Option<&Deed>,
    ) -> Result<User, StoreError> {
        self.settled(|| people::set_password(self, name, hash, now, deed)).await
    }

    async fn rehash_password(&self, name: &Username, from: &str, to: &str) -> Result<(), StoreError> {
        self.settled(|| people::rehash_password(self, name, from, to)).await
    }

    async fn set_profile(&self, name: &Username, profile: &Profile, now: Timestamp) -> Result<bool, StoreError> {
        self.settled(|| people::set_profile(self, name, profile, now)).await
    }

    async fn set_disabled(&self, name: &Username, disabled: bool, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.settled(|| people::set_disabled(self, name, disabled, deed)).await
    }

    async fn set_last_seen(&self, name: &Username, at: Timestamp) -> Result<(), StoreError> {
        self.settled(|| people::set_last_seen(self, name, at)).await
    }

    async fn renew_guest(&self, name: &Username, now: Timestamp) -> Result<(), StoreError> {
        self.settled(|| people::renew_guest(self, name, now)).await
    }

    async fn accounts(&self) -> Result<Vec<User>, StoreError> {
        self.told(people::accounts(self)).await
    }

    async fn add_report(&self, report: &Report) -> Result<(), StoreError> {
        self.settled(|| strangers::add_report(self, report)).await
    }

    async fn reports(&self) -> Result<Vec<FiledReport>, StoreError> {
        self.told(strangers::reports(self)).await
    }

    async fn resolve_report(&self, id: i64, resolved: &Resolved, deed: &Deed) -> Result<bool, StoreError> {
        self.settled(|| strangers::resolve(self, id, resolved, deed)).await
    }

    async fn add_block(&self, user: &Username, blocked: &Username, now: Timestamp) -> Result<(), StoreError> {
        self.settled(|| strangers::add_block(self, user, blocked, now)).await
    }

    async fn blocks(&self, user: &Username) -> Result<Vec<Username>, StoreError> {
        self.told(strangers::blocks(self, user)).await
    }

    async fn order(&self) -> Result<Order, StoreError> {
        self.told(order::order(self)).await
    }

    async fn order_count(&self) -> Result<u64, StoreError> {
        self.told(order::count(self)).await
    }

    async fn impose(&self, sanction: &Sanction, deed: &Deed) -> Result<bool, StoreError> {
        self.settled(|| order::impose(self, sanction, deed)).await
    }

    async fn lift(
        &self,
        kind: SanctionKind,
        room: Option<RoomId>,
        whom: &Target,
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        self.settled(|| order::lift(self, kind, room, whom, deed)).await
    }

    async fn set_moderator(&self, room: RoomId, user: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError> {
        self.settled(|| order::set_moderator(self, room, user, on, deed)).await
    }

    async fn set_admin(&self, name: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError> {
        self.settled(|| order::set_admin(self, name, on, deed)).await
    }

    async fn record(&self, deed: &Deed) -> Result<(), StoreError> {
        self.settled(|| order::record(self, deed)).await
    }

    async fn deeds(&self, since: Timestamp, limit: u32) -> Result<Vec<Deed>, StoreError> {
        self.told(order::deeds(self, since, limit)).await
    }

    async fn forget_deeds(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.settled(|| order::forget_deeds(self, before)).await
    }

    async fn add_sessions(&self, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), StoreError> {
        self.settled(|| sessions::add(self, sessions, deed)).await
    }

    async fn session(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRecord>, StoreError> {
        self.told(sessions::get(self, hash, now)).await
    }

    async fn touch_session(&self, hash: &TokenHash, now: Timestamp) -> Result<(), StoreError> {
        self.settled(|| sessions::touch(self, hash, now)).await
    }

    async fn remove_session(&self, hash: &TokenHash, deed: Option<&Deed>) -> Result<bool, StoreError> {
        self.settled(|| sessions::remove(self, hash, deed)).await
    }

    async fn sessions_of(&self, user: &Username) -> Result<Vec<SessionRecord>, StoreError> {
        self.told(sessions::of(self, user)).await
    }

    async fn add_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        self.settled(|| webhooks::add(self, webhook)).await
    }

    async fn webhooks_of(&self, room: RoomId) -> Result<Vec<Webhook>, StoreError> {
        self.told(webhooks::of(self, room)).await
    }

    async fn outgoing_webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.told(webhooks::outgoing(self)).await
    }

    async fn webhook_by_secret(&self, hash: &TokenHash) -> Result<Option<Webhook>, StoreError> {
        self.told(webhooks::by_secret(self, hash)).await
    }

    async fn touch_webhook(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        self.settled(|| webhooks::touch(self, id, now)).await
    }

    async fn note_progress(&self, id: &str, progress: &Progress) -> Result<(), StoreError> {
        self.settled(|| webhooks::note_progress(self, id, progress)).await
    }

    async fn remove_webhook(&self, room: RoomId, id: &str) -> Result<bool, StoreError> {
        self.settled(|| webhooks::remove(self, room, id)).await
    }

    async fn add_file(&self, file: &StoredFile) -> Result<bool, StoreError> {
        self.settled(|| files::add(self, file)).await
    }

    async fn files(&self, ids: &[String]) -> Result<Vec<StoredFile>, StoreError> {
        self.told(files::get(self, ids)).await
    }

    async fn uploaded_by(&self, user: &Username) -> Result<u64, StoreError> {
        self.told(files::used_by(self, user)).await
    }

    async fn forget_file(&self, id: &str, user: &Username) -> Result<bool, StoreError> {
        self.settled(|| files::forget(self, id, user)).await
    }

    async fn forget_unsaid_files(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.settled(|| files::forget_unsaid(self, before)).await
    }

    async fn known_files(&self, ids: &[String]) -> Result<HashSet<String>, StoreError> {
        self.told(files::known(self, ids)).await
    }

    fn file_bytes(self: Arc<Self>) -> Option<Arc<dyn FileBytes>> {
        Some(self)
    }

    async fn dump(&self, after: Option<Dump>, limit: u32) -> Result<(Vec<Line>, Option<Dump>), StoreError> {
        self.told(dump::dump(self, after, limit)).await
    }

    async fn load(&self, lines: &[Line]) -> Result<(), StoreError> {
        // As long as it takes: nobody waits for a connection meanwhile.
        self.explained(load::load(self, lines).await)
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.told(self.answers()).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
