//! The only chat: what is allowed and what happens. Sessions hand it commands and it tells their outboxes events;
//! it knows nothing of wires, and asks the store for all that outlasts a connection.
//!
//! Two owners hold the state: [`live`] what lasts as long as its connections (one lock, never held across a wait),
//! [`journal`] the messages on their way to disk. A message is stored first and told then; the journal's order is
//! the order everybody sees.

mod accounts;
mod administration;
mod amending;
mod attempts;
mod batcher;
mod bell;
mod brake;
mod cluster;
mod command;
mod conversations;
mod deeds;
mod event;
mod files;
mod identity;
mod journal;
mod lane;
mod live;
mod logins;
mod moderation;
mod naming;
mod networks;
mod news;
mod numbered;
mod outbox;
mod paces;
mod pairing;
mod passwords;
mod people;
mod permission;
mod reading;
mod refusal;
mod rooms;
mod rules;
mod searching;
mod speaking;
mod strangers;
mod telling;
#[cfg(test)]
mod testing;
mod texts;
mod tokens;
mod turns;
mod uploading;
mod views;
mod webhooks;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use governor::Quota;
use parking_lot::Mutex;
use shared::{CloseCode, Limits, MessageId, Username};
use tokio_util::task::TaskTracker;

pub use accounts::{Caller, KnownLogin};
pub use bell::Ring;
pub use brake::{Track, weight};
pub use cluster::{Cluster, NodeId, Note};
pub use command::{Claim, Command, Credentials, Person as PersonRef, Say, Search, SessionId, SessionTraits, Tag, Who};
pub use event::{
    Accepted, Encoding, Envelope, Event, Identified, Listed, Person, Portrait, Recovery, Reply, RoomRef, RoomView,
};
pub use files::{Allowed, Told, Uploaded};
pub use identity::password_hash;
pub use lane::{Lane, Reading, Written};
pub use logins::{LoggedIn, Login};
pub use networks::Networks;
pub use news::News;
pub use outbox::{Delivery, Outbox};
pub use refusal::{Refusal, Terms};
pub use rules::Standing;
pub use speaking::Speaker;

use crate::config::HubSettings;
use crate::store::{Marks, MessageClass, Seats, SessionRecord, Store, StoreError, Timestamp, User};
use attempts::Attempts;
use batcher::Batcher;
use bell::Bell;
use brake::Brake;
use cluster::Meeting;
use journal::Journal;
use live::Live;
use paces::Paces;
use rooms::Rooms;
use rules::Rules;
use uploading::Uploading;

fn users(store: Arc<dyn Store>) -> Batcher<Username, Option<User>> {
    Batcher::start(move |names: Vec<Username>| {
        let store = Arc::clone(&store);
        async move { store.users(&names).await }
    })
}

fn alike(store: Arc<dyn Store>) -> Batcher<Username, Option<Username>> {
    Batcher::start(move |names: Vec<Username>| {
        let store = Arc::clone(&store);
        async move { store.like_users(&names).await }
    })
}

fn newcomers(store: Arc<dyn Store>) -> Batcher<SessionRecord, ()> {
    Batcher::start(move |sessions: Vec<SessionRecord>| {
        let store = Arc::clone(&store);
        async move { store.add_sessions(&sessions, None).await.map(|()| vec![(); sessions.len()]) }
    })
}

/// Where time and randomness come from, so that tests can hold them.
#[derive(Clone)]
pub struct Sources {
    /// What time it is.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A number from 0 to the largest, evenly.
    pub random: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            now: Arc::new(|| Timestamp(jiff::Timestamp::now().as_millisecond())),
            random: Arc::new(rand::random::<u64>),
        }
    }
}

/// The hub; a clone is another handle to the same one.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    live: Arc<Mutex<Live>>,
    store: Arc<dyn Store>,
    /// Users by name, for all who come at the same moment.
    users: Batcher<Username, Option<User>>,
    /// The accounts whose names look like these, for all who come at the same moment.
    alike: Batcher<Username, Option<Username>>,
    /// Sessions to be kept, of all who come at the same moment.
    newcomers: Batcher<SessionRecord, ()>,
    /// `None`: this node is alone.
    cluster: Option<Cluster>,
    /// Where strangers of other nodes are met, where there are any.
    meeting: Option<Meeting>,
    /// Gone once the hub is shut down.
    journal: Mutex<Option<Journal>>,
    settings: HubSettings,
    sources: Sources,
    attempts: Attempts,
    /// How fast random partners are left, by the person's name, or the connection where there is none.
    partners: Paces<String>,
    brake: Brake,
    uploading: Uploading,
    bell: Bell,
    webhook_pace: webhooks::WebhookPace,
    hashing: tokio::sync::Semaphore,
    /// One at a time makes a username for a phone not seen before.
    naming: tokio::sync::Semaphore,
    sessions: AtomicU64,
    stopping: AtomicBool,
    tasks: TaskTracker,
}

impl Hub {
    /// Starts a hub over a store; its journal's task runs until [`Hub::shut_down`]. One node among several has
    /// [`Hub::keep_together`] run too.
    ///
    /// # Errors
    /// What the store said, where it could not be read what is in force.
    pub async fn start(
        store: Arc<dyn Store>,
        cluster: Option<Cluster>,
        seats: Option<Arc<dyn Seats>>,
        settings: HubSettings,
        sources: Sources,
    ) -> Result<Self, StoreError> {
        let rules = Rules::from(store.order().await?);
        let rooms = Rooms::new(cluster.is_some());
        let live = Arc::new(Mutex::new(Live { rules, rooms, ..Live::default() }));
        let meeting = cluster.clone().zip(seats).map(|(cluster, seats)| Meeting::new(cluster, seats));
        if let Some(meeting) = &meeting {
            meeting.open(&mut live.lock());
        }
        let bell = Bell::default();
        let (journal, writing) = Journal::new(Arc::clone(&store), cluster.clone(), Arc::clone(&live), bell.clone());
        let tasks = TaskTracker::new();
        tasks.spawn(writing);
        let attempts = Attempts::new(settings.logins_per_minute);
        let uploading = Uploading::new(settings.uploads.bytes_per_address);
        let partners = Paces::new(Quota::per_minute(settings.partners_per_minute));
        let brake = Brake::new(&settings.limits, settings.paces_per_address, settings.flood_pause);
        Ok(Self {
            inner: Arc::new(Inner {
                live,
                users: users(Arc::clone(&store)),
                alike: alike(Arc::clone(&store)),
                newcomers: newcomers(Arc::clone(&store)),
                store,
                cluster,
                meeting,
                journal: Mutex::new(Some(journal)),
                settings,
                sources,
                attempts,
                partners,
                brake,
                uploading,
                bell,
                webhook_pace: webhooks::pace(),
                hashing: tokio::sync::Semaphore::new(2),
                naming: tokio::sync::Semaphore::new(1),
                sessions: AtomicU64::new(1),
                stopping: AtomicBool::new(false),
                tasks,
            }),
        })
    }

    /// Lets a connection in, still without a name.
    ///
    /// # Errors
    /// [`Refusal::Full`], [`Refusal::Crowded`], [`Refusal::BannedHere`] and [`Refusal::ShuttingDown`].
    pub fn connect(&self, traits: SessionTraits) -> Result<(SessionId, Outbox), Refusal> {
        let refused = |why, refusal| {
            metrics::counter!("confab_connections_refused_total", "why" => why).increment(1);
            Err(refusal)
        };
        if self.inner.stopping.load(Ordering::Acquire) {
            return refused("stopping", Refusal::ShuttingDown);
        }
        let settings = &self.inner.settings;
        let mut live = self.inner.live.lock();
        if live.people.connections() >= settings.max_connections {
            return refused("full", Refusal::Full);
        }
        if live.people.connections_from(traits.address) >= settings.max_connections_per_address {
            return refused("address", Refusal::Crowded);
        }
        if let Err(banned) = live.rules.admit(None, traits.address, self.now()) {
            return refused("banned", banned);
        }
        let session = SessionId(self.inner.sessions.fetch_add(1, Ordering::Relaxed));
        let (sender, outbox) = outbox::outbox(self.inner.settings.outbox_capacity);
        live.people.connect(session, traits, sender);
        metrics::gauge!("confab_connections").set(live.people.connections() as f64);
        Ok((session, outbox))
    }

    /// Lets a program inside the server in under a name, which it holds as a guest does, whether or not guests get
    /// in. It counts for no limit, and is not listed among the users online.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`], [`Refusal::CredentialsNeeded`] where the name is an account, and
    /// [`Refusal::ShuttingDown`].
    pub async fn connect_service(&self, name: Username) -> Result<(SessionId, Outbox), Refusal> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(Refusal::ShuttingDown);
        }
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let traits = SessionTraits { address, direct: true, presence: false, attendance: false, seat_grace: None };
        let session = SessionId(self.inner.sessions.fetch_add(1, Ordering::Relaxed));
        let (sender, outbox) = outbox::outbox(self.inner.settings.outbox_capacity);
        self.inner.live.lock().people.connect_service(session, &name, traits, sender);
        if let Err(refusal) = self.name_service(session, name.clone()).await {
            self.disconnect(session, false).await;
            if matches!(refusal, Refusal::CredentialsNeeded(_)) {
                self.inner.live.lock().people.free_of_programs(&name);
            }
            return Err(refusal);
        }
        Ok((session, outbox))
    }

    /// Does what a session asks. `None`: the answer comes through its outbox, in its place among the events.
    pub async fn execute(&self, session: SessionId, tag: Tag, command: Command) -> Option<Result<Reply, Refusal>> {
        if let Err(refusal) = self.check_hold(session) {
            return Some(Err(refusal));
        }
        let done = |result: Result<(), Refusal>| result.map(|()| Reply::Done);
        let result = match command {
            Command::Say(say) => return self.say_in_session(session, tag, say).await,
            Command::Identify(claim) => {
                self.identify(session, claim).await.map(|identified| Reply::Identified(Box::new(identified)))
            }
            Command::Edit { room, seq, body } => done(self.edit(session, room, seq, body).await),
            Command::DeleteMessage { room, seq } => done(self.delete_message(session, room, seq).await),
            Command::React { room, seq, emoji, on } => done(self.react(session, room, seq, emoji, on).await),
            Command::Versions { room, seq } => self.versions(session, room, seq).await,
            Command::Search(search) => self.search(session, search).await,
            Command::SetTopic { room, topic } => done(self.set_topic(session, &room, topic).await),
            Command::Mute { room, level } => done(self.mute(session, room, level).await),
            Command::Profile(user) => self.profile(session, &user).await,
            Command::Typing { room, on } => done(self.typing(session, room, on)),
            Command::Enter(room) => self.enter(session, &room).await.map(|room| Reply::Room(Box::new(room))),
            Command::Join(room) => self.join(session, &room).await.map(|room| Reply::Room(Box::new(room))),
            Command::Leave(room) => done(self.leave(session, &room).await),
            Command::CreateRoom { kind, name, topic } => {
                self.create_room(session, kind, name, topic).await.map(|room| Reply::Room(Box::new(room)))
            }
            Command::DeleteRoom(room) => done(self.delete_room(session, &room).await),
            Command::AddMember { room, person } => done(self.add_member(session, &room, person).await),
            Command::RemoveMember { room, person } => done(self.remove_member(session, &room, person).await),
            Command::Impose { kind, room, user, terms } => done(self.impose(session, kind, &room, user, terms).await),
            Command::Lift { kind, room, user } => done(self.lift(session, kind, &room, user).await),
            Command::SetModerator { room, user, on } => done(self.set_moderator(session, &room, user, on).await),
            Command::Sanctions(room) => self.sanctions(session, &room).await,
            Command::ReportMessage { room, seq, note } => done(self.report_message(session, room, seq, note).await),
            Command::OpenDirect(user) => self.open_direct(session, &user).await.map(|room| Reply::Room(Box::new(room))),
            Command::History { room, before, after, limit } => self.history(session, room, before, after, limit).await,
            Command::Resume(seen) => self.resume(session, seen).await.map(Reply::Resumed),
            Command::MarkRead { room, seq } => done(self.mark_read(session, room, seq).await),
            Command::TakeMail => self.take_mail(session).await.map(Reply::Mail),
            Command::TakeDirectMail => self.take_direct_mail(session).await.map(Reply::Mail),
            Command::Directory => self.directory(session).await.map(Reply::Directory),
            Command::Rooms => self.rooms(session).await.map(Reply::Rooms),
            Command::Members(room) => self.members(session, &room).await,
            Command::People(names) => self.people(session, names).await.map(Reply::People),
            Command::Online => Ok(Reply::Online(self.inner.live.lock().online())),
            Command::FindStranger => self.find_stranger(session).await.map(Reply::Stranger),
            Command::NextStranger => self.next_stranger(session).await.map(Reply::Stranger),
            Command::LeaveStranger => Ok(Reply::Stranger(self.leave_stranger(session).await)),
            Command::ReportStranger { note, messages } => done(self.report_stranger(session, note, &messages).await),
            Command::BlockStranger => self.block_stranger(session).await.map(Reply::Stranger),
        };
        Some(result)
    }

    /// A message was put on the wire of a session: it is no mail any more.
    pub async fn delivered(&self, session: SessionId, room: &RoomRef, seq: shared::Seq, class: MessageClass) {
        if !matches!(room.kind, shared::RoomKind::Direct | shared::RoomKind::Group) {
            return;
        }
        let Ok(user) = self.name_of(session) else { return };
        self.mark(Marks::delivered(room.id, user, seq, class)).await;
    }

    /// Lets a connection go: its name is free with the last of its holder, its rooms go on without it.
    pub async fn disconnect(&self, session: SessionId, lost: bool) {
        let now = self.now();
        self.settle_marks(session).await;
        let (gone, free) = {
            let mut live = self.inner.live.lock();
            let Some(connection) = live.people.connection(session) else { return };
            // Who may not come back needs no place kept.
            let may_return = live.rules.admit(connection.name.as_ref(), connection.traits.address, now).is_ok();
            let grace = connection.traits.seat_grace.filter(|_| lost && may_return);
            let missed = live.is_missed(session);
            if !live.lose_abroad(session, grace) {
                let (changes, kept) = live.pairs.lose(session, grace.is_some());
                live.tell_changes(changes, None);
                if let (Some(kept), Some(grace)) = (kept, grace) {
                    self.give_up_after(kept, grace);
                }
            }
            let released = live.release_name(session, now);
            live.rooms.exit_all(session);
            live.people.disconnect(session);
            metrics::gauge!("confab_connections").set(live.people.connections() as f64);
            metrics::gauge!("confab_rooms_live").set(live.rooms.len() as f64);
            let free = released.as_ref().is_some_and(|(name, _)| !live.people.is_online(name));
            (released.filter(|(_, gone)| *gone && missed), free)
        };
        if let Some((name, _)) = gone {
            self.note_last_seen(&name, now).await;
        }
        if let (true, Some(cluster)) = (free, &self.inner.cluster) {
            cluster.settle().await;
        }
    }

    async fn note_last_seen(&self, name: &Username, at: Timestamp) {
        if let Err(error) = self.inner.store.set_last_seen(name, at).await {
            tracing::warn!(%error, "when a user left could not be noted");
        }
    }

    /// What clients are told of the limits.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.inner.settings.limits
    }

    /// Whether store and journal answer.
    ///
    /// # Errors
    /// What the store said.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.inner.store.check().await
    }

    /// Whether the other nodes are heard at once; `None`: there are none. Where they are not, what they say is found in
    /// the store a moment later.
    #[must_use]
    pub fn hears_others(&self) -> Option<bool> {
        self.inner.cluster.as_ref().map(|cluster| cluster.link().up)
    }

    /// Has every session say goodbye and close. New ones are refused from now on.
    pub fn close_sessions(&self) {
        if !self.inner.stopping.swap(true, Ordering::AcqRel) {
            self.dismiss_guests();
        }
        for connection in self.inner.live.lock().people.all() {
            connection.outbox.close(CloseCode::Restart);
        }
    }

    /// Stores all that was accepted, ends the hub's tasks and closes the store.
    pub async fn shut_down(&self) {
        self.close_sessions();
        self.inner.journal.lock().take();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.end_stay().await;
        if let Some(cluster) = &self.inner.cluster {
            cluster.finish().await;
        }
        self.inner.store.close().await;
    }

    fn now(&self) -> Timestamp {
        (self.inner.sources.now)()
    }

    fn random_below(&self) -> impl FnOnce(usize) -> usize {
        let number = (self.inner.sources.random)();
        move |below| usize::try_from(number % (below.max(1) as u64)).unwrap_or_default()
    }

    fn new_message_id(&self) -> MessageId {
        let millis = u64::try_from(self.now().0).unwrap_or_default();
        let random =
            [(self.inner.sources.random)().to_be_bytes(), (self.inner.sources.random)().to_be_bytes()].concat();
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&random[..10]);
        MessageId(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string())
    }

    fn name_of(&self, session: SessionId) -> Result<Username, Refusal> {
        let live = self.inner.live.lock();
        live.people.connection(session).and_then(|connection| connection.name.clone()).ok_or(Refusal::NotIdentified)
    }

    fn journal(&self) -> Result<Journal, Refusal> {
        self.inner.journal.lock().clone().ok_or(Refusal::ShuttingDown)
    }

    async fn mark(&self, marks: Marks) {
        if let Ok(journal) = self.journal() {
            journal.mark(marks).await;
        }
    }

    async fn flush_marks(&self) {
        if let Ok(journal) = self.journal() {
            journal.flush().await;
        }
    }

    /// Maps a failure of the store for those who asked, and logs it once.
    fn unavailable(error: &StoreError) -> Refusal {
        tracing::error!(%error, "the store failed");
        metrics::counter!("confab_store_failures_total").increment(1);
        Refusal::Unavailable
    }
}
