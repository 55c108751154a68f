//! Line chat over raw TCP, from the seed of that name: `bob: hello` to one user, `[alice][time] hello` from one,
//! stored messages at login and at `!check`. Beyond the seed: rooms as `#room: hello`, and passwords.

mod describe;
mod input;
#[cfg(test)]
mod tests;
pub(super) mod text;

use std::collections::HashSet;
use std::time::Duration;

use bytestring::ByteString;
use shared::{CloseCode, Destination, RoomGoneReason, RoomKind, RoomName, Username};

pub use self::describe::describe;
use self::input::Input;
use super::{Dialect, Frame, Out, encodings};
use crate::hub::{
    Claim, Command, Credentials, Envelope, Event, Identified, MAIL_AT_ONCE, Refusal, Reply, RoomRef, Say, SessionId,
    Tag, Who,
};
use crate::store::{Message, MessageClass};

/// How often a password may be wrong.
const TRIES: u32 = 3;

/// How long who leaves waits for what became of his last messages.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// What was asked, by which an answer is put.
mod asked {
    use super::Tag;

    pub const CLAIM: Tag = Tag(0);
    /// Who is online, for the line that greets.
    pub const GREETING: Tag = Tag(1);
    /// What waits, at login: nothing is said where nothing does.
    pub const MAIL: Tag = Tag(2);
    pub const CHECK: Tag = Tag(3);
    pub const SAY: Tag = Tag(4);
    /// To speak in a room; what refuses this refuses the message that follows.
    pub const JOIN_TO_SAY: Tag = Tag(5);
    pub const OTHER: Tag = Tag(6);
}

/// A connection that speaks line chat.
#[derive(Debug)]
pub struct Line {
    session: SessionId,
    name_within: Duration,
    state: State,
    me: Option<Username>,
    /// Rooms and groups the user is in: speaking there needs no joining.
    rooms: HashSet<RoomName>,
    /// Messages of which it is not known yet what became of them.
    unanswered: u32,
    /// The user has been told why the connection closes.
    explained: bool,
}

#[derive(Clone, Debug)]
enum State {
    /// The next line is the name.
    Name,
    /// The hub looks at the name.
    Claiming { name: Username, tries: u32 },
    /// The next line is the name's password.
    Password { name: Username, tries: u32 },
    /// Lines are messages and commands.
    Chat,
    /// `exit` was said; answers are still to come.
    Leaving,
}

impl Line {
    /// A connection that is to say within that time who it is.
    #[must_use]
    pub fn new(session: SessionId, name_within: Duration) -> Self {
        let rooms = HashSet::new();
        Self { session, name_within, state: State::Name, me: None, rooms, unanswered: 0, explained: false }
    }

    fn line(&mut self, text: &str, out: &mut Out) {
        if input::is_exit(text) {
            return self.exit(out);
        }
        match self.state.clone() {
            State::Name => match text.trim().parse::<Username>() {
                Ok(name) => self.claim(name, Credentials::None, 0, out),
                Err(error) => self.answer(&format!("Invalid username: {error}."), out),
            },
            State::Password { name, tries } => {
                self.claim(name, Credentials::Password(text.to_owned()), tries + 1, out);
            }
            State::Chat => self.chat(text, out),
            // The hub answers a claim before the next line is read, and who has said `exit` is not heard any more.
            State::Claiming { .. } | State::Leaving => {}
        }
    }

    fn claim(&mut self, name: Username, credentials: Credentials, tries: u32, out: &mut Out) {
        self.state = State::Claiming { name: name.clone(), tries };
        out.ask(asked::CLAIM, Command::Identify(Claim { who: Who::Name(name), credentials, remember: false }));
    }

    fn claimed(&mut self, result: &Result<Reply, Refusal>, out: &mut Out) {
        let State::Claiming { name, tries } = self.state.clone() else { return };
        let again = State::Password { name, tries };
        match result {
            Ok(Reply::Identified(identified)) => self.welcome(identified, out),
            Ok(_) => {}
            Err(Refusal::NameTaken(_)) => self.end(text::NAME_TAKEN, CloseCode::Replaced, out),
            Err(Refusal::CredentialsNeeded(_)) => {
                self.state = again;
                out.deadline(Some(self.name_within));
                out.send_text(text::PASSWORD_PROMPT);
            }
            Err(Refusal::WrongCredentials) if tries >= TRIES => {
                self.end(text::WRONG_PASSWORDS, CloseCode::Revoked, out);
            }
            Err(Refusal::WrongCredentials) => {
                self.state = again;
                self.answer("Wrong password.", out);
            }
            Err(refusal) => self.end(&format!("Error: {refusal}. Disconnecting..."), CloseCode::Revoked, out),
        }
    }

    fn welcome(&mut self, identified: &Identified, out: &mut Out) {
        self.state = State::Chat;
        self.me = Some(identified.username.clone());
        self.rooms = identified.rooms.iter().filter_map(|view| view.room.name.clone()).collect();
        out.deadline(None);
        out.ask(asked::GREETING, Command::Online);
        out.ask(asked::MAIL, Command::TakeMail);
    }

    fn chat(&mut self, text: &str, out: &mut Out) {
        match input::parse(text) {
            Some(Input::Say(to, body)) => self.say(to, body, out),
            Some(Input::Check) => out.ask(asked::CHECK, Command::TakeMail),
            Some(Input::Join(room)) => out.ask(asked::OTHER, Command::Join(Destination::Named(room))),
            Some(Input::Leave(room)) => out.ask(asked::OTHER, Command::Leave(Destination::Named(room))),
            Some(Input::Rooms) => out.ask(asked::OTHER, Command::Directory),
            Some(Input::Who) => out.ask(asked::OTHER, Command::Online),
            Some(Input::Help) => text::HELP.iter().for_each(|line| self.answer(line, out)),
            Some(Input::Exit) => self.exit(out),
            None => self.answer(text::FORMAT, out),
        }
    }

    fn say(&mut self, to: Destination, body: String, out: &mut Out) {
        if let Destination::Named(room) = &to
            && !self.rooms.contains(room)
        {
            out.ask(asked::JOIN_TO_SAY, Command::Join(to.clone()));
        }
        self.unanswered += 1;
        out.ask(asked::SAY, Command::Say(Say::chat(to, body)));
    }

    /// Ends the connection as soon as nothing is unanswered: who says something and `exit` in one breath is told
    /// what became of it.
    fn exit(&mut self, out: &mut Out) {
        if self.unanswered == 0 {
            return out.close(CloseCode::Normal);
        }
        self.state = State::Leaving;
        out.deadline(Some(LEAVE_WITHIN));
    }

    fn reply(&mut self, tag: Tag, result: &Result<Reply, Refusal>, out: &mut Out) {
        if tag == asked::CLAIM {
            return self.claimed(result, out);
        }
        match result {
            Ok(reply) => self.put(tag, reply, out),
            Err(_) if tag == asked::JOIN_TO_SAY => {}
            Err(refusal) => self.answer(&format!("Error: {refusal}."), out),
        }
        if tag == asked::SAY {
            self.unanswered = self.unanswered.saturating_sub(1);
            if self.unanswered == 0 && matches!(self.state, State::Leaving) {
                out.close(CloseCode::Normal);
            }
        }
    }

    fn put(&mut self, tag: Tag, reply: &Reply, out: &mut Out) {
        match reply {
            Reply::Accepted(accepted) => {
                if let Some(partner) = &accepted.away {
                    self.answer(&format!("User '{partner}' is offline. Message saved."), out);
                }
            }
            Reply::Mail(mail) => {
                for (room, message) in mail {
                    out.show(text::stored(room, message) + "\n");
                }
                if mail.is_empty() && tag == asked::CHECK {
                    self.answer(text::NO_MAIL, out);
                }
                if mail.len() >= MAIL_AT_ONCE {
                    out.ask(asked::MAIL, Command::TakeMail);
                }
            }
            Reply::Room(view) => {
                self.rooms.extend(view.room.name.clone());
                if let (Some(name), true) = (&view.room.name, tag == asked::OTHER) {
                    self.answer(&format!("You are in #{name}."), out);
                }
            }
            Reply::Online(names) if tag == asked::GREETING => {
                self.answer(&format!("Connected! {}", text::online(names)), out);
            }
            Reply::Online(names) => self.answer(&text::online(names), out),
            Reply::Directory(rooms) => {
                rooms.iter().filter_map(text::listed).for_each(|line| self.answer(&line, out));
            }
            // Nothing to say, said by an event, or never asked for.
            Reply::Done
            | Reply::Identified(_)
            | Reply::Page { .. }
            | Reply::Versions { .. }
            | Reply::Found { .. }
            | Reply::Profile(_)
            | Reply::Resumed(_)
            | Reply::Rooms(_)
            | Reply::People(_)
            | Reply::Members { .. }
            | Reply::Sanctions { .. }
            | Reply::Stranger(_) => {}
        }
    }

    /// Whether a message is shown when it comes; what is not may be there at the next `!check`.
    fn shows(&self, room: &RoomRef, message: &Message, origin: Option<SessionId>) -> bool {
        let Some(me) = &self.me else { return false };
        let said_here = origin == Some(self.session);
        let asked_for = message.class() == MessageClass::Notice;
        match room.kind {
            // No mail is kept of these, so a service's notice is shown or lost.
            RoomKind::Public => !said_here,
            RoomKind::Group => !said_here && !asked_for,
            RoomKind::Direct => !asked_for && (message.sender != *me || room.partner_of(me) == Some(me)),
            RoomKind::Pair => false,
        }
    }

    fn gone(&mut self, room: &RoomRef, reason: RoomGoneReason, out: &mut Out) {
        let Some(name) = &room.name else { return };
        self.rooms.remove(name);
        let line = match reason {
            RoomGoneReason::Left => format!("You left #{name}."),
            RoomGoneReason::Removed => format!("You were removed from #{name}."),
            RoomGoneReason::Banned => format!("You are banned from #{name}."),
            RoomGoneReason::Deleted => format!("#{name} was deleted."),
        };
        self.answer(&line, out);
    }

    /// A line of the server's own, and the prompt again where one is open.
    fn answer(&self, line: &str, out: &mut Out) {
        out.send_text(format!("{line}\n"));
        match self.state {
            State::Name => out.send_text(ByteString::from_static(text::NAME_PROMPT)),
            State::Password { .. } => out.send_text(ByteString::from_static(text::PASSWORD_PROMPT)),
            State::Claiming { .. } | State::Chat | State::Leaving => {}
        }
    }

    fn end(&mut self, line: &str, code: CloseCode, out: &mut Out) {
        self.explained = true;
        out.send_text(format!("{line}\n"));
        out.close(code);
    }
}

impl Dialect for Line {
    fn opened(&mut self, out: &mut Out) {
        out.deadline(Some(self.name_within));
        out.send_text(ByteString::from_static(text::NAME_PROMPT));
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        match frame {
            Frame::Text(text) => self.line(&text, out),
            Frame::Binary(_) => self.answer(text::NO_TEXT, out),
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result, out),
            Event::Message { room, message, origin } if self.shows(room, message, *origin) => {
                let encode = || Some(ByteString::from(text::message(room, message) + "\n"));
                if let Some(line) = envelope.encoded(encodings::LINE, encode) {
                    out.show(line);
                }
            }
            Event::RoomAdded(view) => self.rooms.extend(view.room.name.clone()),
            Event::RoomGone { room, reason } => self.gone(room, *reason, out),
            Event::Lagged => out.close(CloseCode::TooSlow),
            Event::Close(code) => out.close(*code),
            Event::Message { .. }
            | Event::Typing { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::Presence { .. }
            | Event::Attendance { .. }
            | Event::Changed { .. }
            | Event::RoomChanged { .. }
            | Event::Moderates { .. }
            | Event::Standing { .. }
            | Event::Muted { .. }
            | Event::Read { .. }
            | Event::Stranger(_) => {}
        }
    }

    fn too_late(&mut self, out: &mut Out) {
        match self.state {
            State::Leaving => out.close(CloseCode::Normal),
            State::Name | State::Claiming { .. } | State::Password { .. } | State::Chat => {
                self.end(text::TOO_LATE, CloseCode::TooLate, out);
            }
        }
    }

    fn too_large(&mut self, limit: usize, out: &mut Out) {
        self.answer(&format!("A line has at most {limit} bytes. Yours was discarded."), out);
    }

    fn closing(&mut self, code: CloseCode, out: &mut Out) {
        if code != CloseCode::Normal && !self.explained {
            out.send_text(format!("Disconnecting: {}.\n", code.reason()));
        }
    }
}
