//! The native protocol, `GET /api/ws`: JSON text frames of the types in the `shared` crate. The browser speaks it,
//! and every script that wants all Confab can do.

mod describe;
mod encode;

use std::collections::VecDeque;
use std::time::Duration;

use shared::{
    ClientFrame, ClientId, ClientMessage, CloseCode, ErrorCode, Limits, Refused, RequestId, SanctionKind, ServerMessage,
};

use super::{Dialect, Frame, Out, encodings};
use crate::hub::{
    Claim, Command, Credentials, Envelope, Event, PersonRef, Reading, Refusal, Reply, Say, Search, Tag, Terms, Who,
};
use crate::store::Timestamp;

pub use describe::describe;
pub use encode::chat_message as shown;

/// How an event reads.
#[must_use]
pub fn reads(event: &Event) -> Option<String> {
    encode::event(event).map(|text| text.to_string())
}

/// Unusable frames in a row that are answered before the connection is closed.
const FORGIVEN: u32 = 20;

/// A connection that speaks the native protocol.
#[derive(Debug)]
pub struct Native {
    limits: Limits,
    /// What the request itself claimed, before any frame.
    first_claim: Option<Claim>,
    /// How long it may take until it is clear who this is.
    name_within: Duration,
    identified: bool,
    /// In the order in which they were asked, which is mostly that of their answers.
    asked: VecDeque<(Tag, Asked)>,
    next_tag: u64,
    unusable: u32,
}

/// A request whose answer is still to come.
#[derive(Clone, Debug, Default)]
struct Asked {
    id: Option<RequestId>,
    kind: AskedKind,
    client_id: Option<ClientId>,
}

/// How an answer is to be put.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum AskedKind {
    #[default]
    Request,
    /// What `hello` asked to be told after its `welcome`.
    Resume,
    /// Answered only when refused.
    Notice,
}

impl Native {
    /// A connection whose request already claimed to be somebody, or did not.
    #[must_use]
    pub fn new(limits: Limits, first_claim: Option<Claim>, name_within: Duration) -> Self {
        Self { limits, first_claim, name_within, identified: false, asked: VecDeque::new(), next_tag: 0, unusable: 0 }
    }

    fn ask(&mut self, asked: Asked, command: Command, out: &mut Out) {
        let tag = Tag(self.next_tag);
        self.next_tag += 1;
        self.asked.push_back((tag, asked));
        out.ask(tag, command);
    }

    fn request(&mut self, id: Option<RequestId>, message: ClientMessage, out: &mut Out) {
        let mut asked = Asked { id, ..Asked::default() };
        let command = match message {
            ClientMessage::Hello(hello) => return self.hello(asked, hello, out),
            ClientMessage::Ping {} => return send(&ServerMessage::Pong { id }, out),
            ClientMessage::Say(say) => {
                asked.client_id.clone_from(&say.client_id);
                let shared::Say { to, body, files, reply_to, client_id, kind, metadata } = say;
                Command::Say(Say { to, body, kind, metadata, files, client_id, reply_to })
            }
            ClientMessage::Edit(edit) => Command::Edit { room: edit.room, seq: edit.seq, body: edit.body },
            ClientMessage::DeleteMessage(message) => Command::DeleteMessage { room: message.room, seq: message.seq },
            ClientMessage::React(react) => {
                Command::React { room: react.room, seq: react.seq, emoji: react.emoji, on: react.on }
            }
            ClientMessage::Edits(message) => Command::Versions { room: message.room, seq: message.seq },
            ClientMessage::Search(search) => match wanted(search) {
                Ok(search) => Command::Search(search),
                Err(refusal) => return refuse(&asked, &refusal, out),
            },
            ClientMessage::Typing(notice) => {
                asked.kind = AskedKind::Notice;
                Command::Typing { room: notice.room, on: notice.on }
            }
            ClientMessage::Resume(resume) => Command::Resume(resume.seen),
            ClientMessage::History(page) => {
                Command::History { room: page.room, before: page.before, after: page.after, limit: page.limit }
            }
            ClientMessage::Read(read) => Command::MarkRead { room: read.room, seq: read.seq },
            ClientMessage::CreateRoom(room) => Command::CreateRoom {
                kind: if room.group { shared::RoomKind::Group } else { shared::RoomKind::Public },
                name: room.name,
                topic: room.topic,
            },
            ClientMessage::Join(action) => Command::Join(action.room),
            ClientMessage::Leave(action) => Command::Leave(action.room),
            ClientMessage::DeleteRoom(action) => Command::DeleteRoom(action.room),
            ClientMessage::SetTopic(set) => Command::SetTopic { room: set.room, topic: set.topic },
            ClientMessage::Mute(mute) => Command::Mute { room: mute.room, level: mute.level },
            ClientMessage::Profile(ask) => Command::Profile(ask.user),
            ClientMessage::AddMember(add) => Command::AddMember { room: add.room, person: PersonRef::Name(add.user) },
            ClientMessage::RemoveMember(remove) => {
                Command::RemoveMember { room: remove.room, person: PersonRef::Name(remove.user) }
            }
            ClientMessage::Ban(sanction) => match imposed(SanctionKind::Ban, sanction) {
                Ok(command) => command,
                Err(refusal) => return refuse(&asked, &refusal, out),
            },
            ClientMessage::Silence(sanction) => match imposed(SanctionKind::Silence, sanction) {
                Ok(command) => command,
                Err(refusal) => return refuse(&asked, &refusal, out),
            },
            ClientMessage::Unban(pardon) => {
                Command::Lift { kind: SanctionKind::Ban, room: pardon.room, user: pardon.user }
            }
            ClientMessage::Unsilence(pardon) => {
                Command::Lift { kind: SanctionKind::Silence, room: pardon.room, user: pardon.user }
            }
            ClientMessage::SetModerator(set) => Command::SetModerator { room: set.room, user: set.user, on: set.on },
            ClientMessage::Sanctions(action) => Command::Sanctions(action.room),
            ClientMessage::ReportMessage(report) => {
                Command::ReportMessage { room: report.room, seq: report.seq, note: report.note }
            }
            ClientMessage::OpenDirect(open) => Command::OpenDirect(open.user),
            ClientMessage::Directory {} => Command::Directory,
            ClientMessage::Members(action) => Command::Members(action.room),
            ClientMessage::FindStranger {} => Command::FindStranger,
            ClientMessage::NextStranger {} => Command::NextStranger,
            ClientMessage::LeaveStranger {} => Command::LeaveStranger,
            ClientMessage::ReportStranger(report) => {
                Command::ReportStranger { note: report.note, messages: report.messages }
            }
            ClientMessage::BlockStranger {} => Command::BlockStranger,
        };
        if self.identified {
            self.ask(asked, command, out);
        } else {
            refuse(&asked, &Refusal::NotIdentified, out);
        }
    }

    fn hello(&mut self, asked: Asked, hello: shared::Hello, out: &mut Out) {
        if self.identified {
            let message = "this connection already has a name; open another for another".to_owned();
            let error = Refused { code: ErrorCode::AlreadyIdentified, message, ..error_for(&asked, &Refusal::Full) };
            return send(&ServerMessage::Error(Refused { field: None, ..error }), out);
        }
        let shared::Hello { username, password, token, resume } = hello;
        let credentials = match (token, password) {
            (Some(token), _) => Credentials::Token(token),
            (None, Some(password)) => Credentials::Password(password),
            (None, None) => Credentials::None,
        };
        let who = username.map_or(Who::Bearer, Who::Name);
        self.ask(asked, Command::Identify(Claim { who, credentials, remember: true }), out);
        if !resume.is_empty() {
            let asked = Asked { kind: AskedKind::Resume, ..Asked::default() };
            self.ask(asked, Command::Resume(resume), out);
        }
    }

    fn reply(&mut self, tag: Tag, result: Result<Reply, Refusal>, out: &mut Out) {
        let at = self.asked.iter().position(|(known, _)| *known == tag);
        let asked = at.and_then(|at| self.asked.remove(at)).map(|(_, asked)| asked).unwrap_or_default();
        if self.asked.is_empty() {
            // Not even room: idle connections are many.
            self.asked = VecDeque::new();
        }
        match result {
            Ok(Reply::Identified(identified)) => {
                self.identified = true;
                out.deadline(None);
                send(&ServerMessage::Welcome(Box::new(encode::welcome(asked.id, *identified, self.limits))), out);
            }
            Ok(Reply::Done) if asked.kind == AskedKind::Notice => {}
            Ok(Reply::Resumed(recoveries)) => {
                for recovery in recoveries {
                    send(&ServerMessage::Resumed(encode::resumed(recovery)), out);
                }
                if asked.kind == AskedKind::Request {
                    send(&ServerMessage::Ok { id: asked.id }, out);
                }
            }
            Ok(reply) => {
                if let Some(message) = encode::reply(asked.id, reply) {
                    send(&message, out);
                }
            }
            Err(Refusal::NotIdentified) if asked.kind == AskedKind::Resume => {}
            Err(refusal) => refuse(&asked, &refusal, out),
        }
    }
}

impl Dialect for Native {
    fn opened(&mut self, out: &mut Out) {
        out.deadline(Some(self.name_within));
        if let Some(claim) = self.first_claim.take() {
            self.ask(Asked::default(), Command::Identify(claim), out);
        }
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        let parsed = match &frame {
            Frame::Text(text) => ClientFrame::parse(text),
            Frame::Binary(_) => Err(shared::UnusableFrame {
                id: None,
                code: ErrorCode::BadFrame,
                field: None,
                message: "frames are text".to_owned(),
            }),
        };
        match parsed {
            Ok(ClientFrame { id, message }) => {
                self.unusable = 0;
                self.request(id, message, out);
            }
            Err(error) => {
                let shared::UnusableFrame { id, code, field, message } = error;
                send(&ServerMessage::Error(Refused { id, code, field, message, client_id: None }), out);
                self.unusable += 1;
                if self.unusable > FORGIVEN {
                    out.close(CloseCode::BadFrames);
                }
            }
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result.clone(), out),
            Event::Close(code) => out.close(*code),
            Event::Message { .. } => {
                if let Some(text) = envelope.encoded(encodings::NATIVE, || encode::event(&envelope.event)) {
                    out.show(text);
                }
            }
            _ => {
                if let Some(text) = envelope.encoded(encodings::NATIVE, || encode::event(&envelope.event)) {
                    out.send_text(text);
                }
            }
        }
    }

    /// Nobody else is to read an answer, so it is neither copied nor put into an envelope.
    fn own_event(&mut self, event: Event, out: &mut Out) {
        match event {
            Event::Reply { tag, result } => self.reply(tag, result, out),
            other => self.event(&Envelope::new(other), out),
        }
    }

    fn reading(&self) -> Option<Reading> {
        self.identified.then_some(Reading { encoding: encodings::NATIVE, encode: encode::event })
    }

    fn too_large(&mut self, limit: usize, out: &mut Out) {
        let message = format!("a frame has at most {limit} bytes");
        let refused = Refused { id: None, code: ErrorCode::TooLarge, field: None, message, client_id: None };
        send(&ServerMessage::Error(refused), out);
        out.close(CloseCode::TooLarge);
    }

    fn closing(&mut self, code: CloseCode, out: &mut Out) {
        if code != CloseCode::Normal {
            send(&ServerMessage::Goodbye(encode::goodbye(code)), out);
        }
    }
}

/// A search with its times read.
fn wanted(search: shared::Search) -> Result<Search, Refusal> {
    let shared::Search { text, room, from, after, before, limit, before_hit } = search;
    let behind = before_hit.map(|hit| (hit.room, hit.seq));
    Ok(Search {
        text,
        room,
        sender: from,
        after: time("after", after)?,
        before: time("before", before)?,
        limit,
        behind,
    })
}

/// What is to be imposed, with its end read.
fn imposed(kind: SanctionKind, sanction: shared::Sanction) -> Result<Command, Refusal> {
    let shared::Sanction { room, user, until, reason } = sanction;
    let terms = Terms { until: time("until", until)?, reason };
    Ok(Command::Impose { kind, room, user, terms })
}

fn time(field: &'static str, text: Option<String>) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let problem = "is a time such as 2026-11-21T09:30:00Z";
    Timestamp::parse(&text).map(Some).ok_or(Refusal::BadField { field, problem })
}

fn error_for(asked: &Asked, refusal: &Refusal) -> Refused {
    Refused {
        id: asked.id,
        code: refusal.code(),
        field: refusal.field().map(str::to_owned),
        message: refusal.to_string(),
        client_id: asked.client_id.clone(),
    }
}

fn refuse(asked: &Asked, refusal: &Refusal, out: &mut Out) {
    send(&ServerMessage::Error(error_for(asked, refusal)), out);
}

fn send(message: &ServerMessage, out: &mut Out) {
    if let Some(text) = encode::text(message) {
        out.send_text(text);
    }
}

#[cfg(test)]
mod tests;
