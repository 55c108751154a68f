//! What a commit led to, on its way out: answers to the senders, and what the rooms are to be told.

use std::sync::Arc;

use shared::{RoomId, RoomKind, Username};

use super::journal::{Answer, Origin};
use super::live::Live;
use super::outbox::{Delivery, OutboxSender};
use super::{Accepted, Event, News, Refusal, Reply, RoomRef, SessionId};
use crate::store::{Appended, Marks, Message, NewMessage, Since};

/// What a commit brought a room, and who is to be told.
pub struct Post {
    /// Which room.
    pub room: RoomId,
    /// What it brought.
    pub news: Arc<News>,
    /// Whose outboxes hold it, each with the name of its user where what reaches him is noted.
    pub outboxes: Vec<(OutboxSender, Option<Username>)>,
}

impl Post {
    /// Puts what a room is to be told into its outboxes. `None`: nobody is there, or there is nothing to tell.
    pub fn of(live: &Live, room: RoomId, events: Vec<Event>) -> Option<Self> {
        let in_room = live.rooms.get(room).filter(|_| !events.is_empty())?;
        let news = Arc::new(News::all(events));
        let outboxes = in_room.post(&news);
        Some(Self { room, news, outboxes })
    }

    /// Has it told. `noted` is given the messages that reached a user, where that decides what is mail.
    pub fn carry(self, mut noted: impl FnMut(Marks)) {
        let Self { room, news, outboxes } = self;
        for (outbox, user) in outboxes {
            if outbox.carry()
                && let Some(user) = user
            {
                for envelope in news.envelopes() {
                    if let Event::Message { message, .. } = &envelope.event {
                        noted(Marks::delivered(room, user.clone(), message.seq, message.class()));
                    }
                }
            }
        }
    }
}

/// The senders who got an answer, once each where they spoke in a row.
#[derive(Default)]
pub struct Answers {
    outboxes: Vec<(SessionId, OutboxSender)>,
}

impl Answers {
    /// Puts an answer where it belongs.
    pub fn give(&mut self, live: &Live, to: Answer, result: Result<Accepted, Refusal>) {
        match to {
            Answer::Session(session, tag) => {
                let Some(connection) = live.people.connection(session) else { return };
                let reply = Event::Reply { tag, result: result.map(Reply::Accepted) };
                connection.outbox.put(Delivery::Own(Box::new(reply)));
                if self.outboxes.last().is_none_or(|(last, _)| *last != session) {
                    self.outboxes.push((session, connection.outbox.clone()));
                }
            }
            // Who asked may have gone: the message is stored all the same.
            Answer::Caller(caller) => drop(caller.send(result)),
        }
    }

    /// Has them told.
    pub fn carry(self) {
        for (_, outbox) in self.outboxes {
            outbox.carry();
        }
    }
}

/// Answers the sender of a message; hands back what the room is to be told.
pub fn settle(
    live: &Live,
    message: NewMessage,
    origin: Origin,
    appended: Appended,
    answers: &mut Answers,
) -> Option<(RoomId, Event)> {
    let Origin { room, session, answer } = origin;
    match appended {
        Appended::Stored(seq) => {
            let away = away(live, &room, &message.sender);
            let accepted = Accepted {
                room: room.id,
                seq,
                id: message.id.clone(),
                time: message.time,
                client_id: message.client_id.clone(),
                duplicate: false,
                away,
            };
            answers.give(live, answer, Ok(accepted));
            let message = Arc::new(stored(message, seq));
            return Some((room.id, Event::Message { room, message, origin: session }));
        }
        Appended::Duplicate { room, seq, id, time } => {
            let client_id = message.client_id;
            let accepted = Accepted { room, seq, id, time, client_id, duplicate: true, away: None };
            answers.give(live, answer, Ok(accepted));
        }
        Appended::NoSuchRoom => answers.give(live, answer, Err(Refusal::NoSuchRoom)),
    }
    None
}

fn stored(message: NewMessage, seq: shared::Seq) -> Message {
    let NewMessage { room, id, sender, body, time, kind, metadata, client_id, reply_to } = message;
    Message { room, seq, id, sender, body, time, kind, metadata, client_id, reply_to, since: Since::default() }
}

/// The other of a direct conversation, where nothing of his takes the message now.
fn away(live: &Live, room: &RoomRef, sender: &Username) -> Option<Username> {
    if room.kind != RoomKind::Direct {
        return None;
    }
    let partner = room.partner_of(sender)?;
    let reached = live.rooms.get(room.id).is_some_and(|live| live.reaches(partner));
    let reached = reached || live.elsewhere.takes_direct(partner);
    (!reached).then(|| partner.clone())
}
