//! The one writer of messages: takes all that wait, stores them with one commit, and only then tells rooms and
//! senders. Also keeps members' positions between two commits, so that noting one costs nothing by itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use shared::{RoomId, Username};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::bell::Bell;
use super::cluster::Cluster;
use super::live::Live;
use super::telling::{Answers, Post, settle};
use super::{Accepted, Event, Refusal, RoomRef, SessionId, Tag};
use crate::store::{Amended, Amendment, Appended, Marks, NewMessage, Store};

/// The most messages one commit takes.
const BATCH: usize = 1_024;

/// How many messages may wait for the next commit; past that, who speaks waits.
const QUEUE: usize = 4_096;

/// Why an emoji is not put under a message.
const TOO_MANY_KINDS: Refusal =
    Refusal::BadField { field: "emoji", problem: "is one more than the 20 that fit under a message" };

/// How long after rooms were told something more is gathered before the next commit. What comes after a rest is stored and
/// told at once; in a rush each round brings more, and a receiver gets all of it with one write, which is what costs most.
const GATHER: Duration = Duration::from_millis(1);

/// How long nothing is said before the store is given time for what it put off.
const QUIET: Duration = Duration::from_millis(250);

/// How long between two pieces of that.
const BETWEEN: Duration = Duration::from_millis(10);

/// How long positions may stay in memory.
const MARKS_WITHIN: Duration = Duration::from_millis(250);

/// A message to be stored and told.
#[derive(Debug)]
pub struct Entry {
    /// What.
    pub message: NewMessage,
    /// Where.
    pub room: Arc<RoomRef>,
    /// The session that said it.
    pub origin: Option<SessionId>,
    /// Who is told what became of it.
    pub answer: Answer,
}

/// What belongs to a message and is not stored with it.
pub struct Origin {
    /// Where.
    pub room: Arc<RoomRef>,
    /// The session that said it.
    pub session: Option<SessionId>,
    /// Who is told what became of it.
    pub answer: Answer,
}

impl Entry {
    fn apart(self) -> (NewMessage, Origin) {
        let Self { message, room, origin, answer } = self;
        (message, Origin { room, session: origin, answer })
    }
}

/// Who is told what became of a message.
#[derive(Debug)]
pub enum Answer {
    /// The session that said it, through its outbox.
    Session(SessionId, Tag),
    /// Whoever waits for it.
    Caller(oneshot::Sender<Result<Accepted, Refusal>>),
}

/// Something done to a message, to be stored and told.
#[derive(Debug)]
pub struct Change {
    /// What.
    pub amendment: Amendment,
    /// Where.
    pub room: Arc<RoomRef>,
    /// Who is told what became of it.
    pub done: oneshot::Sender<Result<(), Refusal>>,
}

enum Item {
    /// What was taken when.
    Append(Instant, Box<Entry>),
    Amend(Box<Change>),
    Mark(Marks),
    Flush(oneshot::Sender<()>),
}

/// The way to the journal's task.
#[derive(Clone, Debug)]
pub struct Journal {
    items: mpsc::Sender<Item>,
}

/// Room for one message.
pub struct PlaceInLine<'a>(mpsc::Permit<'a, Item>);

impl PlaceInLine<'_> {
    /// Takes the place.
    pub fn append(self, entry: Entry) {
        self.0.send(Item::Append(Instant::now(), Box::new(entry)));
    }
}

impl Journal {
    /// Makes the journal and the task that is to be run for it; the task ends when every [`Journal`] is gone and
    /// all they took is stored.
    pub fn new(
        store: Arc<dyn Store>,
        cluster: Option<Cluster>,
        live: Arc<Mutex<Live>>,
        bell: Bell,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (items, received) = mpsc::channel(QUEUE);
        (Self { items }, Writer { store, cluster, live, bell, marks: HashMap::new(), told_at: None }.run(received))
    }

    /// Puts a message in line. Waits while the line is full.
    ///
    /// # Errors
    /// [`Refusal::ShuttingDown`] once the journal is closed.
    pub async fn append(&self, entry: Entry) -> Result<(), Refusal> {
        self.items.send(Item::Append(Instant::now(), Box::new(entry))).await.map_err(|_| Refusal::ShuttingDown)
    }

    /// A place in line, where there is one now. `None`: who speaks has to wait.
    #[must_use]
    pub fn place(&self) -> Option<PlaceInLine<'_>> {
        self.items.try_reserve().ok().map(PlaceInLine)
    }

    /// Puts something done to a message in line, behind all that was said before. Waits while the line is full.
    ///
    /// # Errors
    /// [`Refusal::ShuttingDown`] once the journal is closed.
    pub async fn amend(&self, change: Change) -> Result<(), Refusal> {
        self.items.send(Item::Amend(Box::new(change))).await.map_err(|_| Refusal::ShuttingDown)
    }

    /// Notes a position; it is stored soon.
    pub async fn mark(&self, marks: Marks) {
        // Closed: the server stops, and what was not noted is delivered once more.
        let _ = self.items.send(Item::Mark(marks)).await;
    }

    /// Waits until every position noted before is stored.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.items.send(Item::Flush(done)).await.is_ok() {
            let _ = flushed.await;
        }
    }
}

/// The task's own state.
struct Writer {
    store: Arc<dyn Store>,
    /// The other nodes, where there are any.
    cluster: Option<Cluster>,
    live: Arc<Mutex<Live>>,
    bell: Bell,
    marks: HashMap<(RoomId, Username), Marks>,
    /// When rooms were told something last.
    told_at: Option<Instant>,
}

impl Writer {
    async fn run(mut self, mut received: mpsc::Receiver<Item>) {
        let mut items = Vec::with_capacity(BATCH);
        let mut marks_due = None;
        let mut quiet_due = Some(Instant::now() + QUIET);
        loop {
            let open = tokio::select! {
                taken = received.recv_many(&mut items, BATCH) => taken > 0,
                () = until(marks_due) => true,
                () = until(quiet_due) => {
                    quiet_due = self.catch_up().await;
                    true
                }
            };
            if !items.is_empty() {
                quiet_due = Some(Instant::now() + QUIET);
                self.gather(&mut received, &mut items).await;
            }
            self.work(&mut items).await;
            if !open {
                self.store_marks().await;
                return;
            }
            if marks_due.is_some_and(|due| due <= Instant::now()) {
                self.store_marks().await;
            }
            marks_due = if self.marks.is_empty() { None } else { marks_due.or(Some(Instant::now() + MARKS_WITHIN)) };
        }
    }

    /// Where something was told a moment ago, waits for more of what is said.
    async fn gather(&self, received: &mut mpsc::Receiver<Item>, items: &mut Vec<Item>) {
        let Some(told_at) = self.told_at.filter(|told_at| told_at.elapsed() < GATHER) else { return };
        if !items.iter().any(|item| matches!(item, Item::Append(..))) {
            return;
        }
        tokio::time::sleep_until(told_at + GATHER).await;
        while items.len() < BATCH
            && let Ok(item) = received.try_recv()
        {
            items.push(item);
        }
    }

    async fn work(&mut self, items: &mut Vec<Item>) {
        let mut entries = Vec::new();
        // By the first of them, which waited longest.
        let mut taken_at = None;
        let mut changes = Vec::new();
        let mut flushed = Vec::new();
        for item in items.drain(..) {
            match item {
                Item::Append(at, entry) => {
                    taken_at.get_or_insert(at);
                    entries.push(*entry);
                }
                Item::Amend(change) => changes.push(*change),
                Item::Mark(marks) => self.note(&marks),
                Item::Flush(done) => flushed.push(done),
            }
        }
        if let Some(taken_at) = taken_at {
            self.append(entries, taken_at).await;
        }
        // Only what is stored can be amended, so what is done to a message never overtakes it.
        if !changes.is_empty() {
            self.amend(changes).await;
        }
        if !flushed.is_empty() {
            self.store_marks().await;
        }
        for done in flushed {
            let _ = done.send(());
        }
    }

    async fn append(&mut self, entries: Vec<Entry>, taken_at: Instant) {
        let (batch, origins): (Vec<_>, Vec<_>) = entries.into_iter().map(Entry::apart).unzip();
        metrics::histogram!("confab_commit_batch_messages").record(batch.len() as f64);
        let started = Instant::now();
        match self.store.append(&batch).await {
            Ok(appended) => {
                metrics::histogram!("confab_commit_seconds").record(started.elapsed().as_secs_f64());
                let stored = appended.iter().filter(|appended| matches!(appended, Appended::Stored(_))).count();
                metrics::counter!("confab_messages_stored_total").increment(stored as u64);
                self.bell.said(batch.iter().map(|message| message.room));
                let told = self.tell(batch.into_iter().zip(origins), appended);
                self.carry(told);
                metrics::histogram!("confab_publish_to_deliver_seconds").record(taken_at.elapsed().as_secs_f64());
                self.told_at = Some(Instant::now());
            }
            Err(error) => {
                tracing::error!(%error, messages = batch.len(), "messages could not be stored");
                metrics::counter!("confab_commit_failures_total").increment(1);
                let mut answers = Answers::default();
                let live = self.live.lock();
                for Origin { answer, .. } in origins {
                    answers.give(&live, answer, Err(Refusal::Unavailable));
                }
                drop(live);
                answers.carry();
            }
        }
    }

    /// Puts the senders' answers into their outboxes, and what was stored into those of its rooms, a room at a time.
    fn tell(
        &self,
        entries: impl Iterator<Item = (NewMessage, Origin)>,
        appended: Vec<Appended>,
    ) -> (Answers, Vec<Post>) {
        let mut live = self.live.lock();
        let mut answers = Answers::default();
        let mut said: Vec<(RoomId, Vec<Event>)> = Vec::new();
        let mut places: HashMap<RoomId, usize> = HashMap::new();
        for ((message, origin), appended) in entries.zip(appended) {
            let Some((room, event)) = settle(&live, message, origin, appended, &mut answers) else { continue };
            let place = *places.entry(room).or_insert_with(|| {
                said.push((room, Vec::new()));
                said.len() - 1
            });
            said[place].1.push(event);
        }
        if let Some(cluster) = &self.cluster {
            cluster.tell_said(&said);
        }
        let post = |(room, events)| {
            let events = live.rooms.pass(room, events);
            Post::of(&live, room, events)
        };
        (answers, said.into_iter().filter_map(post).collect())
    }

    /// Has what is in the outboxes told, and notes whom it reached where that decides what is mail.
    fn carry(&mut self, (answers, posts): (Answers, Vec<Post>)) {
        // Who speaks waits for his answer; a whole room is told meanwhile.
        answers.carry();
        for post in posts {
            post.carry(|marks| self.note(&marks));
        }
    }

    /// Lets the store do a piece of what it put off: when to go on, if something is left.
    async fn catch_up(&self) -> Option<Instant> {
        match self.store.catch_up().await {
            Ok(true) => Some(Instant::now() + BETWEEN),
            Ok(false) => None,
            Err(error) => {
                tracing::warn!(%error, "search could not be brought up to date; it is tried again");
                Some(Instant::now() + QUIET * 40)
            }
        }
    }

    async fn amend(&mut self, changes: Vec<Change>) {
        let batch: Vec<_> = changes.iter().map(|change| change.amendment.clone()).collect();
        let amended = match self.store.amend(&batch).await {
            Ok(amended) => amended,
            Err(error) => {
                tracing::error!(%error, amendments = batch.len(), "amendments could not be stored");
                metrics::counter!("confab_commit_failures_total").increment(1);
                for change in changes {
                    drop(change.done.send(Err(Refusal::Unavailable)));
                }
                return;
            }
        };
        let mut changed: Vec<(RoomId, Event)> = Vec::new();
        for (Change { room, done, .. }, amended) in changes.into_iter().zip(amended) {
            // Who asked may have gone: it is done all the same.
            drop(done.send(match &amended {
                Amended::Done(_) | Amended::Unchanged => Ok(()),
                Amended::NoSuchMessage => Err(Refusal::NoSuchMessage),
                Amended::TooManyKinds => Err(TOO_MANY_KINDS),
            }));
            if let Amended::Done(message) = amended {
                changed.push((room.id, Event::Changed { room, message: Arc::from(message) }));
            }
        }
        if let Some(cluster) = &self.cluster {
            cluster.tell_changed(&changed);
        }
        let mut live = self.live.lock();
        let told = |(room, event)| {
            let events = live.rooms.pass(room, vec![event]);
            Post::of(&live, room, events)
        };
        let posts: Vec<_> = changed.into_iter().filter_map(told).collect();
        drop(live);
        self.carry((Answers::default(), posts));
    }

    fn note(&mut self, marks: &Marks) {
        let known = self.marks.entry((marks.room, marks.user.clone())).or_insert_with(|| marks.clone());
        known.read = known.read.max(marks.read);
        known.delivered = known.delivered.max(marks.delivered);
        known.noticed = known.noticed.max(marks.noticed);
    }

    async fn store_marks(&mut self) {
        if self.marks.is_empty() {
            return;
        }
        let marks: Vec<_> = self.marks.drain().map(|(_, marks)| marks).collect();
        if let Err(error) = self.store.advance(&marks).await {
            tracing::error!(%error, positions = marks.len(), "positions could not be stored; they are tried again");
            for mark in marks {
                self.note(&mark);
            }
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
