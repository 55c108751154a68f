//! A bot's life: its name, its mail, its alarms, and what it says, over the same commands and events as any session.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use shared::{RoomId, RoomKind, Seq, Username};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Action, Actions, Bot};
use crate::hub::{Command, Delivery, Event, Hub, MAIL_AT_ONCE, Outbox, Refusal, Reply, RoomRef, SessionId, Tag};
use crate::store::{Message, MessageClass};

/// What waited for a bot.
type Mail = Vec<(Arc<RoomRef>, Arc<Message>)>;

/// The most pages of a conversation a bot may look back through.
const PAGES: usize = 10;

/// How often it is tried to start a bot that another node has.
const AGAIN: Duration = Duration::from_secs(2);

/// Runs a bot, as `make` makes it, in `tasks` until the shutdown. It has its name when this returns, so that nobody is
/// faster, unless another node has it: of several nodes one runs the bot, and another when that one is gone. What the bot
/// is to know then it finds in its conversations.
///
/// # Errors
/// Why the name is not to be had by any node.
pub async fn keep<B: Bot>(
    hub: &Hub,
    make: impl Fn() -> B + Send + Sync + 'static,
    tasks: &TaskTracker,
    shutdown: CancellationToken,
) -> Result<(), Refusal> {
    let first = match start(hub, make()).await {
        Ok(started) => Some(started),
        Err(Refusal::NameTaken(name)) => {
            tracing::info!(bot = %name, "another node runs it; this one will when that is gone");
            None
        }
        Err(refusal) => return Err(refusal),
    };
    let hub = hub.clone();
    tasks.spawn(async move {
        if let Some((life, outbox)) = first {
            life.live(outbox).await;
        }
        while let Some((life, outbox)) = shutdown.run_until_cancelled(start_in_time(&hub, &make)).await.flatten() {
            life.live(outbox).await;
        }
    });
    Ok(())
}

/// Tries until the bot's name is free. `None`: it is not to be had any more.
async fn start_in_time<B: Bot>(hub: &Hub, make: &(impl Fn() -> B + Sync)) -> Option<(Life<B>, Outbox)> {
    loop {
        tokio::time::sleep(AGAIN).await;
        match start(hub, make()).await {
            Ok(started) => {
                tracing::info!(bot = %started.0.me, "it runs on this node now");
                return Some(started);
            }
            Err(Refusal::NameTaken(_) | Refusal::Unavailable) => {}
            Err(Refusal::ShuttingDown) => return None,
            Err(refusal) => {
                tracing::warn!(%refusal, "a bot does not run on this node any more");
                return None;
            }
        }
    }
}

/// Takes the bot's name.
async fn start<B: Bot>(hub: &Hub, bot: B) -> Result<(Life<B>, Outbox), Refusal> {
    let me: Username = bot.name().parse().map_err(Refusal::BadUsername)?;
    let (session, outbox) = hub.connect_service(me.clone()).await?;
    let life = Life {
        hub: hub.clone(),
        session,
        me,
        bot,
        out: Actions::default(),
        alarms: BTreeMap::new(),
        asked: HashMap::new(),
        caught_up: HashMap::new(),
        numbers: 0,
    };
    Ok((life, outbox))
}

struct Life<B: Bot> {
    hub: Hub,
    session: SessionId,
    me: Username,
    bot: B,
    out: Actions<B::Alarm>,
    /// In the order in which they are due.
    alarms: BTreeMap<(Instant, u64), B::Alarm>,
    /// To whom that was said of which it is not known yet what became of it.
    asked: HashMap<Tag, Username>,
    /// What came as mail does not come again.
    caught_up: HashMap<RoomId, Seq>,
    numbers: u64,
}

impl<B: Bot> Life<B> {
    async fn live(mut self, outbox: Outbox) {
        // Mail before history: reading history counts as taking what is in it.
        let mail = self.mail().await;
        self.recall().await;
        self.bot.started(&mut self.out);
        self.act().await;
        self.hear_all(mail).await;
        let mut deliveries = Vec::new();
        loop {
            let due = self.alarms.first_key_value().map(|((due, _), _)| *due);
            tokio::select! {
                () = outbox.filled() => {
                    outbox.take(&mut deliveries);
                    for delivery in deliveries.drain(..) {
                        if self.deliver(&delivery).await.is_break() {
                            return self.hub.disconnect(self.session, false).await;
                        }
                    }
                }
                () = until(due) => {
                    if let Some((_, alarm)) = self.alarms.pop_first() {
                        self.bot.alarm(alarm, &mut self.out);
                        self.act().await;
                    }
                }
            }
        }
    }

    async fn deliver(&mut self, delivery: &Delivery) -> ControlFlow<()> {
        match delivery {
            Delivery::Own(event) => self.event(event).await,
            Delivery::Shared(news) => {
                for envelope in news.envelopes() {
                    if self.event(&envelope.event).await.is_break() {
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            }
        }
    }

    async fn event(&mut self, event: &Event) -> ControlFlow<()> {
        match event {
            Event::Message { room, message, .. } if self.is_news(message) => {
                self.hear(room, message).await;
                self.hub.delivered(self.session, room, message.seq, message.class()).await;
            }
            Event::Reply { tag, result } => self.answered(*tag, result).await,
            Event::Lagged => {
                // What was not told is mail: nothing after it has been noted as delivered.
                self.asked.clear();
                let mail = self.mail().await;
                self.hear_all(mail).await;
            }
            Event::Close(_) => return ControlFlow::Break(()),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Said by somebody else, and not heard as mail.
    fn is_news(&self, message: &Message) -> bool {
        let heard = self.caught_up.get(&message.room).is_some_and(|seq| message.seq <= *seq);
        message.sender != self.me && !heard
    }

    async fn answered(&mut self, tag: Tag, result: &Result<Reply, Refusal>) {
        let Some(to) = self.asked.remove(&tag) else { return };
        match result {
            Ok(Reply::Accepted(accepted)) => {
                self.bot.said(&to, accepted.away.is_some(), &mut self.out);
                self.act().await;
            }
            Ok(_) => {}
            Err(refusal) => tracing::warn!(bot = %self.me, %refusal, "a bot could not say something"),
        }
    }

    async fn hear_all(&mut self, mail: Mail) {
        for (room, message) in mail {
            self.hear(&room, &message).await;
        }
    }

    async fn hear(&mut self, room: &RoomRef, message: &Message) {
        if room.kind == RoomKind::Direct && message.class() == MessageClass::Chat {
            self.bot.hear(message, &mut self.out);
            self.act().await;
        }
    }

    async fn act(&mut self) {
        for action in self.out.take() {
            self.numbers += 1;
            match action {
                Action::Wake(after, alarm) => {
                    self.alarms.insert((Instant::now() + after, self.numbers), alarm);
                }
                Action::Say(to, say) => {
                    let tag = Tag(self.numbers);
                    self.asked.insert(tag, to);
                    if let Some(result) = self.hub.execute(self.session, tag, Command::Say(say)).await {
                        // Refused on the spot, so nobody is told of it as said.
                        self.asked.remove(&tag);
                        if let Err(refusal) = result {
                            tracing::warn!(bot = %self.me, %refusal, "a bot could not say something");
                        }
                    }
                }
            }
        }
    }

    async fn ask(&mut self, command: Command) -> Option<Reply> {
        match self.hub.execute(self.session, Tag(0), command).await? {
            Ok(reply) => Some(reply),
            Err(refusal) => {
                tracing::warn!(bot = %self.me, %refusal, "a bot was not told what it asked for");
                None
            }
        }
    }

    async fn mail(&mut self) -> Mail {
        let mut all = Mail::new();
        while let Some(Reply::Mail(mail)) = self.ask(Command::TakeMail).await {
            for (room, message) in &mail {
                let known = self.caught_up.entry(room.id).or_default();
                *known = message.seq.max(*known);
            }
            let is_last = mail.len() < MAIL_AT_ONCE;
            all.extend(mail);
            if is_last {
                break;
            }
        }
        all
    }

    async fn recall(&mut self) {
        let Some(Reply::Rooms(rooms)) = self.ask(Command::Rooms).await else { return };
        for view in rooms {
            let Some(partner) = view.partner.filter(|_| view.room.kind == RoomKind::Direct) else { continue };
            let mut before = None;
            for _ in 0..PAGES {
                let page = Command::History { room: view.room.id, before, after: None, limit: None };
                let Some(Reply::Page { messages, more, .. }) = self.ask(page).await else { break };
                if self.bot.recall(&partner, &mut messages.iter().rev()) || !more {
                    break;
                }
                before = messages.first().map(|message| message.seq);
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
