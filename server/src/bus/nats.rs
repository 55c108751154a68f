//! The bus on NATS. Subjects are `confab.<community>.room.<number>`, `.node.<node>` and `.all`; a note travels as JSON
//! with the node that sent it and the time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event, Message, ServerAddr, Subscriber};
use async_trait::async_trait;
use futures_util::StreamExt;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use shared::RoomId;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use super::{Bus, Heard, Link, Topic};
use crate::config::NatsUrl;
use crate::hub::{NodeId, Note, Sources};
use crate::store::Timestamp;

/// How many notes may wait to be sent.
const OUTGOING: usize = 4_096;

/// How many notes may wait to be heard, and how many more of each subscription.
const INCOMING: usize = 4_096;

/// Up to how many rooms are heard one by one. A node in more of them hears every room and passes over what is not its
/// own: a subscription costs some kilobytes.
const ROOMS: usize = 2_000;

/// How long handing something to the client may take: it is done at once, unless the connection is just lost.
const HANDED_WITHIN: Duration = Duration::from_secs(1);

/// How long the server may take to answer that it knows what was subscribed to.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);

/// The longest pause between two attempts to connect.
const RETRY: Duration = Duration::from_secs(1);

/// How often a silent connection is tried out; twice without an answer, and it counts as lost.
const PING: Duration = Duration::from_secs(5);

/// Why there is no bus.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// An address that the client cannot use.
    #[error("{server} is no NATS server's address: {source}; see --nats-url")]
    Address {
        /// The address, without its password.
        server: String,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// The client cannot be set up.
    #[error("NATS cannot be used: {0}; see --nats-url")]
    Client(#[from] async_nats::ConnectError),
}

/// A note on its way.
#[derive(Deserialize, Serialize)]
struct Letter<N> {
    from: NodeId,
    sent_at: Timestamp,
    note: N,
}

/// What the sending task is to do.
enum Outgoing {
    Send(Topic, Note),
    Finish(oneshot::Sender<()>),
}

/// The bus on NATS.
pub struct NatsBus {
    client: Client,
    outgoing: mpsc::Sender<Outgoing>,
    hearing: Hearing,
    link: watch::Receiver<Link>,
    rooms: Arc<Mutex<Rooms>>,
}

/// The rooms that are heard.
#[derive(Default)]
struct Rooms {
    wanted: HashSet<RoomId>,
    /// The subscription of each, while they are few.
    each: HashMap<RoomId, AbortHandle>,
    /// The one of all rooms, once they are many.
    every: Option<AbortHandle>,
}

/// What a subscription needs to hand on what comes.
#[derive(Clone)]
struct Hearing {
    node: NodeId,
    /// `confab.<community>`.
    prefix: Arc<str>,
    heard: mpsc::Sender<Heard>,
    sources: Sources,
}

impl NatsBus {
    /// Makes the bus of a node; what is heard comes through the receiver. A server that cannot be reached is tried
    /// again until it can.
    ///
    /// # Errors
    /// [`BusError::Address`].
    pub async fn start(
        servers: &NatsUrl,
        community: &str,
        node: NodeId,
        sources: &Sources,
    ) -> Result<(Arc<Self>, mpsc::Receiver<Heard>), BusError> {
        let (link_set, link) = watch::channel(Link::default());
        let link_set = Arc::new(link_set);
        let noting = Arc::clone(&link_set);
        let options = ConnectOptions::new()
            .name(format!("confab {node}"))
            .no_echo()
            .retry_on_initial_connect()
            .ping_interval(PING)
            .subscription_capacity(INCOMING)
            .reconnect_delay_callback(|attempt| {
                RETRY.min(Duration::from_millis(50) * u32::try_from(attempt).unwrap_or(20))
            })
            .event_callback(move |event| {
                note_event(&noting, &event);
                std::future::ready(())
            });
        let client = options.connect(addresses(servers)?).await?;
        let (outgoing, waiting) = mpsc::channel(OUTGOING);
        let (heard, hearing) = mpsc::channel(INCOMING);
        let prefix: Arc<str> = format!("confab.{community}").into();
        let sources = sources.clone();
        let sender = Sender {
            client: client.clone(),
            node,
            prefix: Arc::clone(&prefix),
            link: link.clone(),
            sources: sources.clone(),
        };
        tokio::spawn(sender.run(waiting));
        let subscriptions = Hearing { node, prefix, heard, sources };
        let bus = Self { client, outgoing, hearing: subscriptions, link, rooms: Arc::default() };
        for topic in [Topic::All, Topic::Node(node)] {
            bus.subscribe(subject(&bus.hearing.prefix, topic), |_| true).await;
        }
        Ok((Arc::new(bus), hearing))
    }

    /// Subscribes to a subject; what `wanted` picks by its subject is heard.
    async fn subscribe(&self, subject: String, wanted: impl Fn(&str) -> bool + Send + 'static) -> Option<AbortHandle> {
        let subscribed = tokio::time::timeout(HANDED_WITHIN, self.client.subscribe(subject)).await;
        let Ok(Ok(subscriber)) = subscribed else {
            tracing::warn!("a subscription could not be made; the store is looked at instead");
            return None;
        };
        Some(tokio::spawn(self.hearing.clone().run(subscriber, wanted)).abort_handle())
    }

    /// Waits until the server knows of what was subscribed to before: it answers in order, and at once where nobody
    /// hears the subject.
    async fn settle(&self) {
        if !self.link.borrow().up {
            return;
        }
        let nobody = format!("{}.nobody", self.hearing.prefix);
        let _ = tokio::time::timeout(SETTLED_WITHIN, self.client.request(nobody, "".into())).await;
    }

    async fn follow_every(&self) {
        let subject = format!("{}.room.*", self.hearing.prefix);
        let rooms = Arc::clone(&self.rooms);
        let is_ours = move |subject: &str| {
            let room = subject.rsplit('.').next().and_then(|number| number.parse().ok());
            room.is_some_and(|room| rooms.lock().wanted.contains(&RoomId(room)))
        };
        let every = self.subscribe(subject, is_ours).await;
        let mut rooms = self.rooms.lock();
        if every.is_some() {
            rooms.every = every;
            rooms.each.drain().for_each(|(_, one)| one.abort());
        }
    }
}

#[async_trait]
impl Bus for NatsBus {
    fn publish(&self, topic: Topic, note: Note) {
        if self.outgoing.try_send(Outgoing::Send(topic, note)).is_err() {
            dropped("full");
        }
    }

    async fn follow(&self, followed: &[RoomId]) {
        let (many, has_all) = {
            let mut rooms = self.rooms.lock();
            rooms.wanted.extend(followed);
            (rooms.wanted.len() > ROOMS, rooms.every.is_some())
        };
        if many && !has_all {
            self.follow_every().await;
        } else if !has_all {
            for room in followed {
                let subject = subject(&self.hearing.prefix, Topic::Room(*room));
                if let Some(one) = self.subscribe(subject, |_| true).await
                    && let Some(before) = self.rooms.lock().each.insert(*room, one)
                {
                    before.abort();
                }
            }
        }
        self.settle().await;
    }

    fn leave(&self, left: &[RoomId]) {
        let mut rooms = self.rooms.lock();
        for room in left {
            rooms.wanted.remove(room);
            if let Some(one) = rooms.each.remove(room) {
                one.abort();
            }
        }
        if rooms.wanted.is_empty()
            && let Some(every) = rooms.every.take()
        {
            every.abort();
        }
    }

    async fn finish(&self) {
        let (done, finished) = oneshot::channel();
        if self.outgoing.try_send(Outgoing::Finish(done)).is_ok() {
            let _ = tokio::time::timeout(SETTLED_WITHIN, finished).await;
        }
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }
}

/// The task that sends.
struct Sender {
    client: Client,
    node: NodeId,
    prefix: Arc<str>,
    link: watch::Receiver<Link>,
    sources: Sources,
}

impl Sender {
    async fn run(self, mut waiting: mpsc::Receiver<Outgoing>) {
        while let Some(outgoing) = waiting.recv().await {
            match outgoing {
                Outgoing::Send(topic, note) => self.send(topic, &note).await,
                Outgoing::Finish(done) => {
                    let _ = tokio::time::timeout(HANDED_WITHIN, self.client.flush()).await;
                    let _ = done.send(());
                }
            }
        }
    }

    async fn send(&self, topic: Topic, note: &Note) {
        // What would be sent late is found in the store by then.
        if !self.link.borrow().up {
            return dropped("away");
        }
        let letter = Letter { from: self.node, sent_at: (self.sources.now)(), note };
        let Ok(text) = serde_json::to_vec(&letter) else { return };
        if text.len() > self.client.max_payload() {
            return dropped("size");
        }
        let sending = self.client.publish(subject(&self.prefix, topic), text.into());
        match tokio::time::timeout(HANDED_WITHIN, sending).await {
            Ok(Ok(())) => metrics::counter!("confab_bus_sent_total").increment(1),
            Ok(Err(_)) | Err(_) => dropped("away"),
        }
    }
}

impl Hearing {
    async fn run(self, mut subscriber: Subscriber, wanted: impl Fn(&str) -> bool + Send) {
        while let Some(message) = subscriber.next().await {
            if !wanted(&message.subject) {
                continue;
            }
            let Some(heard) = self.read(&message) else { continue };
            if self.heard.send(heard).await.is_err() {
                return;
            }
        }
    }

    fn read(&self, message: &Message) -> Option<Heard> {
        let letter = match serde_json::from_slice::<Letter<Note>>(&message.payload) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::debug!(%error, "a note of another version was passed over");
                metrics::counter!("confab_bus_unknown_total").increment(1);
                return None;
            }
        };
        let Letter { from, sent_at, note } = letter;
        metrics::counter!("confab_bus_heard_total").increment(1);
        // Clocks of two machines may differ by more than the note took.
        let lag = (self.sources.now)().0.saturating_sub(sent_at.0).max(0);
        metrics::histogram!("confab_bus_lag_seconds").record(lag as f64 / 1_000.0);
        (from != self.node).then_some(Heard { from, sent_at, note })
    }
}

fn addresses(servers: &NatsUrl) -> Result<Vec<ServerAddr>, BusError> {
    let address = |url: &url::Url| {
        url.as_str().parse::<ServerAddr>().map_err(|source| {
            let mut shown = url.clone();
            let _ = shown.set_password(None);
            BusError::Address { server: shown.to_string(), source }
        })
    };
    servers.0.iter().map(address).collect()
}

fn subject(prefix: &str, topic: Topic) -> String {
    match topic {
        Topic::Room(room) => format!("{prefix}.room.{room}"),
        Topic::Node(node) => format!("{prefix}.node.{node}"),
        Topic::All => format!("{prefix}.all"),
    }
}

fn note_event(link: &watch::Sender<Link>, event: &Event) {
    match event {
        Event::Connected => {
            tracing::info!("connected to NATS");
            link.send_modify(|link| link.up = true);
        }
        Event::Disconnected | Event::Closed => {
            tracing::warn!("NATS is away; the store is looked at instead until it is back");
            link.send_modify(|link| link.up = false);
        }
        Event::SlowConsumer(_) => {
            dropped("slow");
            link.send_modify(|link| link.losses += 1);
        }
        Event::ServerError(error) => tracing::warn!(%error, "NATS complains"),
        Event::ClientError(error) => tracing::debug!(%error, "NATS is still away"),
        Event::LameDuckMode | Event::Draining => {}
    }
    metrics::gauge!("confab_bus_up").set(if link.borrow().up { 1.0 } else { 0.0 });
}

fn dropped(why: &'static str) {
    metrics::counter!("confab_bus_dropped_total", "why" => why).increment(1);
}
