//! One connection's life: frames in, commands to the hub, events back out, until either side ends it. The same for
//! every transport and every dialect.

mod pace;
mod transport;

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::poll_immediate;
use shared::{CloseCode, RoomId, RoomKind, Seq};
use tokio::time::Instant;

use crate::dialect::{Dialect, Out, Step};
use crate::hub::{
    Command, Delivery, Envelope, Event, Hub, Outbox, Refusal, Reply, RoomRef, SessionId, SessionTraits, Tag, Track,
    weight,
};
use crate::store::Message;
use pace::{Pace, Verdict};
pub use transport::{Incoming, Transport};

/// How long a peer may take to read what it is sent before it counts as gone.
const WRITE_WITHIN: Duration = Duration::from_secs(20);

/// A connection the hub knows of. Dropped without being run (an upgrade that never came), it is gone from the hub.
pub struct Session {
    hub: Hub,
    id: SessionId,
    outbox: Outbox,
    pace: Pace,
    /// What comes from the same address.
    address: Arc<Track>,
    max_frame_bytes: usize,
    ended: bool,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    /// The server closes, with this code.
    Closed(CloseCode),
    /// The peer said goodbye.
    Left,
    /// The peer was lost.
    Lost,
}

impl Session {
    /// Makes a connection known to the hub.
    ///
    /// # Errors
    /// [`Refusal::HeldOff`], and those of [`Hub::connect`].
    pub fn open(hub: &Hub, traits: SessionTraits) -> Result<Self, Refusal> {
        let address = hub.track(traits.address)?;
        let (id, outbox) = hub.connect(traits)?;
        let limits = hub.limits();
        let pace = Pace::new(&limits);
        let max_frame_bytes = limits.max_frame_bytes;
        Ok(Self { hub: hub.clone(), id, outbox, pace, address, max_frame_bytes, ended: false })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Asks the hub for something before the connection is run: who it is, say, where the upgrade depends on it.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn ask(&self, command: Command) -> Result<Reply, Refusal> {
        self.hub.execute(self.id, Tag(u64::MAX), command).await.unwrap_or(Err(Refusal::Unavailable))
    }

    /// The connection's life in a dialect, to be run once there is a wire.
    #[must_use]
    pub fn speaking<D: Dialect>(self, dialect: D) -> Box<Life<D>> {
        self.outbox.attend();
        Box::new(Life {
            session: self,
            dialect,
            out: Out::default(),
            replies: VecDeque::new(),
            caught_up: HashSet::new(),
            deadline: None,
            hurries: true,
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.ended {
            let (hub, id) = (self.hub.clone(), self.id);
            tokio::spawn(async move { hub.disconnect(id, true).await });
        }
    }
}

/// A connection's state. It lies in one place, and futures hold only where that is: a future keeps what it is given beside
/// what it makes of it, so what is handed from one to the next lies there several times.
pub struct Life<D> {
    session: Session,
    dialect: D,
    out: Out,
    /// Answers of the hub that the dialect is still to be told.
    replies: VecDeque<Event>,
    /// What came as mail while the connection was already in the rooms concerned: it is not told again.
    caught_up: HashSet<(RoomId, Seq)>,
    deadline: Option<Instant>,
    /// Something is to be sent that the peer may wait for.
    hurries: bool,
}

impl<D: Dialect> Life<D> {
    /// Runs the connection to its end.
    pub fn run(self: Box<Self>, transport: impl Transport) -> impl Future<Output = ()> + Send {
        self.live(Box::new(transport))
    }

    async fn live(mut self: Box<Self>, mut transport: Box<impl Transport>) {
        if let Some(lane) = transport.lane() {
            self.session.outbox.lend(lane);
        }
        self.dialect.opened(&mut self.out);
        let Err(end) = self.turns(&mut *transport).await;
        Box::pin(self.end(&mut *transport, end)).await;
    }

    async fn end(&mut self, transport: &mut impl Transport, end: End) {
        if let End::Closed(code) = end {
            self.say_goodbye(transport, code).await;
            if code == CloseCode::Flooding {
                self.session.address.note_closed(Instant::now().into_std());
            }
            metrics::counter!("confab_connections_closed_total", "code" => code.number().to_string()).increment(1);
        }
        let left = matches!(end, End::Left | End::Closed(CloseCode::Normal));
        self.session.ended = true;
        // The name is free before the peer knows that the connection ends, and does not wait for its answer.
        self.session.hub.disconnect(self.session.id, !left).await;
        match end {
            End::Closed(code) => close(transport, code).await,
            // The wire's own answer to a goodbye is still to be sent.
            End::Left | End::Lost => drop(tokio::time::timeout(WRITE_WITHIN, transport.flush()).await),
        }
    }

    /// One turn after the other, and rest between them until something comes. Only the peer's own frames count against
    /// its pace, each once, however much a dialect asks for it: what it asks because of an answer or an event was paid
    /// for by the frame that led to it.
    async fn turns(&mut self, transport: &mut impl Transport) -> Result<Infallible, End> {
        let mut verdict = Verdict::Go;
        loop {
            // Boxed, since what a turn needs while it lasts would decide what each connection at rest keeps.
            let resting = Box::pin(self.turn(transport, verdict)).await?;
            verdict = Verdict::Go;
            tokio::select! {
                incoming = transport.receive() => {
                    self.session.outbox.attend();
                    verdict = self.incoming(incoming)?;
                }
                () = self.session.outbox.filled(), if resting => {
                    self.session.outbox.attend();
                    // Also where the lane could not finish what it began.
                    self.hurries = true;
                }
                () = std::future::ready(()), if !resting => {}
                () = until(self.deadline) => {
                    self.session.outbox.attend();
                    self.deadline = None;
                    self.hurries = true;
                    self.dialect.too_late(&mut self.out);
                }
            }
        }
    }

    /// What came is carried out, what waits is told, and all of it goes out with one flush. True: now there is rest.
    async fn turn(&mut self, transport: &mut impl Transport, verdict: Verdict) -> Result<bool, End> {
        self.carry_out(transport, verdict).await?;
        self.tell_what_waits(transport).await?;
        if std::mem::take(&mut self.hurries) {
            within(transport.flush()).await?;
        } else {
            within(transport.flush_soon()).await?;
        }
        self.out.rest();
        self.replies = VecDeque::new();
        // Who still has mail to tell apart has to look at each message himself.
        let reading = self.dialect.reading().filter(|_| self.caught_up.is_empty());
        Ok(self.session.outbox.rest(reading))
    }

    async fn tell_what_waits(&mut self, transport: &mut impl Transport) -> Result<(), End> {
        let mut deliveries = Vec::new();
        self.session.outbox.take(&mut deliveries);
        for delivery in deliveries {
            match delivery {
                Delivery::Own(event) => {
                    self.hurries = true;
                    self.dialect.own_event(*event, &mut self.out);
                    self.carry_out(transport, Verdict::Go).await?;
                }
                Delivery::Shared(news) => {
                    for envelope in news.envelopes() {
                        self.hurries |= !self.is_echo(&envelope.event);
                        self.deliver(envelope).await;
                        // Answers come before whatever else is told.
                        self.carry_out(transport, Verdict::Go).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What came is counted before it is looked at, since looking costs as well.
    fn incoming(&mut self, incoming: Incoming) -> Result<Verdict, End> {
        let (pace, address) = (&mut self.session.pace, &self.session.address);
        let verdict = match &incoming {
            Incoming::Frame(frame) => pace.check(weight(frame.len()), address),
            Incoming::TooLarge => pace.check(weight(self.session.max_frame_bytes), address),
            Incoming::Sign => pace.check_sign(address),
            Incoming::Ended => return Err(End::Left),
            Incoming::Lost => return Err(End::Lost),
        };
        match incoming {
            _ if verdict == Verdict::Flood => return Err(End::Closed(CloseCode::Flooding)),
            Incoming::Frame(frame) => self.dialect.frame(frame, &mut self.out),
            Incoming::TooLarge => self.dialect.too_large(self.session.max_frame_bytes, &mut self.out),
            Incoming::Sign | Incoming::Ended | Incoming::Lost => {}
        }
        self.hurries |= self.out.sends();
        Ok(verdict)
    }

    /// What the peer himself said in a random pair. There the answer is there at once, and with it nobody is kept
    /// waiting who waits for the partner: so both may go out together with what the partner says.
    fn is_echo(&self, event: &Event) -> bool {
        matches!(event, Event::Message { room, origin: Some(origin), .. }
            if room.kind == RoomKind::Pair && *origin == self.session.id)
    }

    /// Tells the dialect what the hub has to tell, unless it came as mail already.
    async fn deliver(&mut self, envelope: &Envelope) {
        let Event::Message { room, message, .. } = &envelope.event else {
            return self.dialect.event(envelope, &mut self.out);
        };
        if !self.caught_up.is_empty() && self.caught_up.remove(&(message.room, message.seq)) {
            return;
        }
        self.dialect.event(envelope, &mut self.out);
        if self.out.take_shown() {
            self.session.hub.delivered(self.session.id, room, message.seq, message.class()).await;
        }
    }

    /// Does what the dialect wants done, in order, and what follows from the hub's answers, before anything else. What it
    /// asks by itself is refused where the peer sends too fast.
    async fn carry_out(&mut self, transport: &mut impl Transport, mut verdict: Verdict) -> Result<(), End> {
        loop {
            let steps: Vec<_> = self.out.drain().collect();
            if steps.is_empty() {
                let Some(reply) = self.replies.pop_front() else { break };
                self.hurries |= !matches!(reply, Event::Reply { result: Ok(Reply::Accepted(_)), .. });
                self.dialect.own_event(reply, &mut self.out);
                verdict = Verdict::Go;
                continue;
            }
            for step in steps {
                self.step(step, transport, verdict).await?;
            }
        }
        self.out.take_shown();
        Ok(())
    }

    async fn step(&mut self, step: Step, transport: &mut impl Transport, verdict: Verdict) -> Result<(), End> {
        match step {
            Step::Send(frame) => within(transport.feed(frame)).await?,
            Step::Ask(tag, command) => self.ask(tag, command, verdict).await?,
            Step::Deadline(within) => self.deadline = within.map(|within| Instant::now() + within),
            Step::Close(code) => return Err(End::Closed(code)),
        }
        Ok(())
    }

    async fn ask(&mut self, tag: Tag, command: Command, verdict: Verdict) -> Result<(), End> {
        let (hub, id) = (&self.session.hub, self.session.id);
        let command = match command {
            Command::Say(say) if verdict == Verdict::Go => match hub.say_at_once(id, tag, say) {
                Ok(result) => {
                    self.replies.extend(result.map(|result| Event::Reply { tag, result }));
                    return Ok(());
                }
                Err(say) => Command::Say(say),
            },
            other => other,
        };
        let result = match verdict {
            // Boxed, since the largest command would decide what each idle connection keeps.
            Verdict::Go => Box::pin(hub.execute(id, tag, command)).await,
            Verdict::TooFast | Verdict::Flood => Some(Err(Refusal::TooFast)),
        };
        if let Some(result) = result {
            if let Ok(Reply::Mail(mail)) = &result {
                self.catch_up(mail);
            }
            self.replies.push_back(Event::Reply { tag, result });
        }
        Ok(())
    }

    fn catch_up(&mut self, mail: &[(Arc<RoomRef>, Arc<Message>)]) {
        self.caught_up.extend(mail.iter().map(|(room, message)| (room.id, message.seq)));
    }

    async fn say_goodbye(&mut self, transport: &mut impl Transport, code: CloseCode) {
        self.dialect.closing(code, &mut self.out);
        say_last_words(transport, &mut self.out).await;
    }
}

/// Closes a connection that cannot become a session, with the last words of the dialect it would have spoken.
pub async fn turn_away(mut transport: impl Transport, mut dialect: impl Dialect, code: CloseCode) {
    let mut out = Out::default();
    dialect.closing(code, &mut out);
    say_last_words(&mut transport, &mut out).await;
    close(&mut transport, code).await;
}

async fn say_last_words(transport: &mut impl Transport, last_words: &mut Out) {
    let saying = async {
        for step in last_words.drain() {
            if let Step::Send(frame) = step {
                transport.feed(frame).await;
            }
        }
        transport.flush().await;
    };
    // Who does not read gets no goodbye.
    let _ = tokio::time::timeout(WRITE_WITHIN, saying).await;
}

async fn close(transport: &mut impl Transport, code: CloseCode) {
    let _ = tokio::time::timeout(WRITE_WITHIN, transport.close(code)).await;
}

async fn within(write: impl Future<Output = bool>) -> Result<(), End> {
    let mut write = pin!(write);
    // Most writes are done at once, and need no clock.
    if let Some(written) = poll_immediate(&mut write).await {
        return if written { Ok(()) } else { Err(End::Lost) };
    }
    match tokio::time::timeout(WRITE_WITHIN, write).await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(End::Lost),
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        // Boxed, since few have one.
        Some(deadline) => Box::pin(tokio::time::sleep_until(deadline)).await,
        None => std::future::pending().await,
    }
}
