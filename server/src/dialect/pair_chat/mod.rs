//! Public and private chat, `GET /chat/public` and `GET /chat/private`, from the seed of that name: a client sends
//! `{"username":"…","message":"…"}`, and everyone in the room gets `example_username> example_message`. The public
//! room is the lobby; a private one is a random pair. A connection is in its room before it has a name: the name is
//! taken with the first message.

mod describe;
mod frames;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use shared::{CloseCode, Destination, FileInfo, RoomGoneReason, RoomId, RoomKind, RoomName, Stranger, Username};

use super::held::Held;
use super::{Dialect, Frame, Out, claim_to};
use crate::hub::{Claim, Command, Envelope, Event, MAIL_AT_ONCE, Refusal, Reply, RoomRef, Say, SessionId, Tag, Who};
use crate::store::Message;
pub use describe::describe;
pub use frames::Format;
use frames::Incoming;

/// The answer to what is no message.
const FORMAT: &str = r#"send {"username": "<your name>", "message": "<your message>"}"#;

const ENTER: Tag = Tag(0);
const FIND: Tag = Tag(1);
const NAME: Tag = Tag(2);
const MAIL: Tag = Tag(3);
const SAY: Tag = Tag(4);

/// A connection that speaks public or private chat.
#[derive(Debug)]
pub struct PairChat {
    session: SessionId,
    format: Format,
    place: Place,
    /// What the request itself carried.
    ambient: Option<Claim>,
    me: Option<Username>,
    /// What is to be said once the name it came with is taken.
    naming: Option<String>,
    held: Held,
    welcomed: bool,
    /// The user has been told why the connection closes.
    explained: bool,
}

/// Where the connection is.
#[derive(Debug)]
enum Place {
    Lobby,
    Pair(Seat),
}

/// A place in a random pair.
#[derive(Debug, Default)]
struct Seat {
    room: Option<RoomId>,
    with_somebody: bool,
    /// What was said to the pair and not accepted yet, in order.
    unheard: VecDeque<Utterance>,
    /// What is to be said once the room is known.
    unsaid: VecDeque<String>,
}

/// Something said to a pair. The pair may have changed before the hub heard it: then it is said once more, in the
/// room the connection is in by then.
#[derive(Debug)]
struct Utterance {
    body: String,
    again: bool,
}

impl PairChat {
    /// A connection to the lobby.
    #[must_use]
    pub fn public(session: SessionId, format: Format, ambient: Option<Claim>) -> Self {
        Self::new(session, format, ambient, Place::Lobby)
    }

    /// A connection that is paired with a random other one.
    #[must_use]
    pub fn private(session: SessionId, format: Format, ambient: Option<Claim>) -> Self {
        Self::new(session, format, ambient, Place::Pair(Seat::default()))
    }

    fn new(session: SessionId, format: Format, ambient: Option<Claim>, place: Place) -> Self {
        let (me, naming, held) = (None, None, Held::default());
        Self { session, format, place, ambient, me, naming, held, welcomed: false, explained: false }
    }

    fn take(&mut self, frame: &Frame, out: &mut Out) {
        let Some(Incoming { username, message }) = Incoming::parse(frame) else { return self.error(FORMAT, out) };
        match username.parse::<Username>() {
            Ok(name) if self.me.as_ref() == Some(&name) => self.say(message, out),
            Ok(name) => {
                self.naming = Some(message);
                out.ask(NAME, Command::Identify(claim_to(name, self.ambient.as_ref())));
            }
            Err(error) => self.error(&error.to_string(), out),
        }
    }

    fn say(&mut self, body: String, out: &mut Out) {
        match &mut self.place {
            Place::Lobby => out.ask(SAY, Command::Say(Say::chat(Destination::Named(RoomName::lobby()), body))),
            Place::Pair(seat) => seat.say(body, false, out),
        }
    }

    /// The name is taken: what came with it can be said, after what waited for its owner.
    fn named(&mut self, name: Username, out: &mut Out) {
        // From now on a token is known to be this user's, and proves no other name.
        if let Some(claim) = &mut self.ambient
            && matches!(claim.who, Who::Bearer)
        {
            claim.who = Who::Name(name.clone());
        }
        let renamed = self.me.replace(name).is_some();
        // With the earlier name's memberships its place in their rooms was given up.
        if renamed && matches!(self.place, Place::Lobby) {
            enter_lobby(out);
        }
        out.ask(MAIL, Command::TakeDirectMail);
        if let Some(message) = self.naming.take() {
            self.say(message, out);
        }
        self.take_held(out);
    }

    fn take_held(&mut self, out: &mut Out) {
        while self.naming.is_none()
            && let Some(frame) = self.held.next()
        {
            self.take(&frame, out);
        }
    }

    fn reply(&mut self, tag: Tag, result: Result<Reply, Refusal>, out: &mut Out) {
        match result {
            Ok(Reply::Identified(identified)) => self.named(identified.username, out),
            Ok(Reply::Stranger(state)) => self.stranger(&state, out),
            Ok(Reply::Accepted(_)) => {
                if let Place::Pair(seat) = &mut self.place {
                    seat.unheard.pop_front();
                }
            }
            Ok(Reply::Mail(mail)) => {
                let more = mail.len() >= MAIL_AT_ONCE;
                for (room, message) in mail {
                    if self.shows(&room, &message)
                        && let Some(text) = self.format.said(message.sender.as_str(), &message.body)
                    {
                        out.show(text);
                    }
                }
                if more {
                    out.ask(MAIL, Command::TakeDirectMail);
                }
            }
            Ok(_) => {}
            Err(refusal) => self.refused(tag, &refusal, out),
        }
    }

    fn refused(&mut self, tag: Tag, refusal: &Refusal, out: &mut Out) {
        if tag == SAY
            && let Place::Pair(seat) = &mut self.place
            && let Some(utterance) = seat.unheard.pop_front()
            && matches!(refusal, Refusal::NoSuchRoom | Refusal::NotPaired)
            && !utterance.again
        {
            return seat.find_and_say(utterance.body, out);
        }
        if tag == FIND
            && let Place::Pair(seat) = &mut self.place
        {
            seat.unsaid.clear();
        }
        self.error(&refusal.to_string(), out);
        if tag == NAME {
            self.naming = None;
            self.take_held(out);
        }
    }

    /// Where the connection stands in the random chat.
    fn stranger(&mut self, state: &Stranger, out: &mut Out) {
        let Place::Pair(seat) = &mut self.place else { return };
        let (room, with_somebody) = match state {
            Stranger::Idle {} => (None, false),
            Stranger::Waiting { room, .. } => (Some(*room), false),
            Stranger::Matched { room, .. } => (Some(*room), true),
        };
        let other_room = seat.room != room;
        let left = seat.with_somebody && (!with_somebody || other_room);
        let joined = with_somebody && (!seat.with_somebody || other_room);
        (seat.room, seat.with_somebody) = (room, with_somebody);
        if room.is_some() {
            while let Some(body) = seat.unsaid.pop_front() {
                seat.say(body, true, out);
            }
        }
        if self.format == Format::Text {
            return;
        }
        if !std::mem::replace(&mut self.welcomed, true) {
            return out.send_text(frames::WELCOME);
        }
        if left {
            out.send_text(frames::SOMEONE_LEFT);
        }
        if joined {
            out.send_text(frames::SOMEONE_JOINED);
        }
    }

    /// A connection came into the lobby or left it.
    fn attendance(&mut self, envelope: &Envelope, came: bool, present: u32, who: SessionId, out: &mut Out) {
        if self.format == Format::Text {
            return;
        }
        if let Some(text) = envelope.encoded(self.format.encoding(), || frames::counter(present)) {
            out.send_text(text);
        }
        if who != self.session {
            out.send_text(if came { frames::SOMEONE_JOINED } else { frames::SOMEONE_LEFT });
        } else if !std::mem::replace(&mut self.welcomed, true) {
            out.send_text(frames::WELCOME);
        }
    }

    fn shows(&self, room: &RoomRef, message: &Message) -> bool {
        match room.kind {
            RoomKind::Public => self.is_here(room),
            RoomKind::Pair => matches!(self.place, Place::Pair(_)),
            // What its user wrote to somebody from another connection would read as if it was said here.
            RoomKind::Direct => {
                let mine = self.me.as_ref() == Some(&message.sender);
                !mine || room.partner_of(&message.sender) == Some(&message.sender)
            }
            RoomKind::Group => false,
        }
    }

    fn is_here(&self, room: &RoomRef) -> bool {
        matches!(self.place, Place::Lobby) && room.name.as_ref() == Some(&RoomName::lobby())
    }

    fn room_gone(&mut self, reason: RoomGoneReason, out: &mut Out) {
        let (why, code) = match reason {
            // Its user is a member no longer by his own wish; the connection is there in its own right.
            RoomGoneReason::Left => return enter_lobby(out),
            RoomGoneReason::Removed => ("you were removed from this room", CloseCode::Removed),
            RoomGoneReason::Banned => ("you are banned from this room", CloseCode::Banned),
            RoomGoneReason::Deleted => return,
        };
        self.explained = true;
        self.error(why, out);
        out.close(code);
    }

    fn error(&self, error: &str, out: &mut Out) {
        if let Some(text) = self.format.error(error) {
            out.send_text(text);
        }
    }
}

impl Seat {
    fn say(&mut self, body: String, again: bool, out: &mut Out) {
        let Some(room) = self.room else { return self.find_and_say(body, out) };
        out.ask(SAY, Command::Say(Say::chat(Destination::Room(room), body.clone())));
        self.unheard.push_back(Utterance { body, again });
    }

    /// Who sits already is told where, and stays.
    fn find_and_say(&mut self, body: String, out: &mut Out) {
        self.unsaid.push_back(body);
        out.ask(FIND, Command::FindStranger);
    }
}

fn enter_lobby(out: &mut Out) {
    out.ask(ENTER, Command::Enter(Destination::Named(RoomName::lobby())));
}

impl Dialect for PairChat {
    fn opened(&mut self, out: &mut Out) {
        match self.place {
            Place::Lobby => enter_lobby(out),
            Place::Pair(_) => out.ask(FIND, Command::FindStranger),
        }
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        if self.naming.is_none() {
            self.take(&frame, out);
        } else if !self.held.hold(frame) {
            self.error(&Refusal::TooFast.to_string(), out);
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result.clone(), out),
            Event::Message { room, message, .. } if self.shows(room, message) => {
                let said = || {
                    let body = FileInfo::spell_out(&message.body, &message.metadata);
                    self.format.said(message.sender.as_str(), &body)
                };
                if let Some(text) = envelope.encoded(self.format.encoding(), said) {
                    out.show(text);
                }
            }
            Event::Attendance { room, present, came, session } if self.is_here(room) => {
                self.attendance(envelope, *came, *present, *session, out);
            }
            Event::Stranger(state) => {
                self.stranger(state, out);
                // The same person gave the place up on another connection; this one is still here and wants one.
                if matches!((state, &self.place), (Stranger::Idle {}, Place::Pair(_))) {
                    out.ask(FIND, Command::FindStranger);
                }
            }
            Event::RoomGone { room, reason } if self.is_here(room) => self.room_gone(*reason, out),
            Event::Lagged => out.close(CloseCode::TooSlow),
            Event::Close(code) => out.close(*code),
            Event::Message { .. }
            | Event::Attendance { .. }
            | Event::RoomGone { .. }
            | Event::Typing { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::RoomAdded(_)
            | Event::Presence { .. }
            | Event::Changed { .. }
            | Event::RoomChanged { .. }
            | Event::Moderates { .. }
            | Event::Standing { .. }
            | Event::Muted { .. }
            | Event::Read { .. } => {}
        }
    }

    fn closing(&mut self, code: CloseCode, out: &mut Out) {
        if code == CloseCode::Banned && !std::mem::replace(&mut self.explained, true) {
            self.error("you are banned from this server", out);
        }
    }

    fn too_large(&mut self, limit: usize, out: &mut Out) {
        self.error(&format!("a frame has at most {limit} bytes; your message was not read"), out);
        out.close(CloseCode::TooLarge);
    }
}
