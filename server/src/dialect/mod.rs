//! The wire protocols: each a pure translator between frames and the hub's commands and events. Nothing here
//! waits, reads a clock or touches a socket; nothing here decides what is allowed.

pub mod description;
mod held;
pub mod line;
pub mod native;
pub mod pair_chat;
pub mod postman;
pub mod random_chat;
pub mod readings;
#[cfg(test)]
mod testing;
pub mod tmp;

use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use shared::{CloseCode, Username};

use crate::hub::{Claim, Command, Credentials, Encoding, Envelope, Event, Reading, Tag, Who};
use description::Description;

/// What every dialect says about itself, in the order of documents.
#[must_use]
pub fn descriptions() -> Vec<Description> {
    vec![
        native::describe(),
        postman::describe(),
        pair_chat::describe(),
        tmp::describe(),
        random_chat::describe(),
        line::describe(),
    ]
}

/// The ways an event can read on the wire, where it reads the same for everybody who speaks that way.
pub mod encodings {
    use super::Encoding;

    /// Native JSON.
    pub const NATIVE: Encoding = Encoding::new(0);
    /// Postman chat.
    pub const POSTMAN: Encoding = Encoding::new(1);
    /// Public and private chat as text.
    pub const PAIR_TEXT: Encoding = Encoding::new(2);
    /// Public and private chat as JSON.
    pub const PAIR_JSON: Encoding = Encoding::new(3);
    /// TMP with plain bodies.
    pub const TMP: Encoding = Encoding::new(4);
    /// TMP with its demo app's conventions.
    pub const TMP_DEMO: Encoding = Encoding::new(5);
    /// Line chat.
    pub const LINE: Encoding = Encoding::new(6);
    /// RandomChat.
    pub const RANDOM_CHAT: Encoding = Encoding::new(7);
}

/// A frame as a transport cuts it: a WebSocket message, or a line without its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// UTF-8.
    Text(ByteString),
    /// Anything else.
    Binary(Bytes),
}

impl Frame {
    /// A text frame.
    #[must_use]
    pub fn text(text: impl Into<ByteString>) -> Self {
        Self::Text(text.into())
    }

    /// Its size, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A connection's half of a conversation in one protocol: a state machine that turns frames into commands and
/// events into frames.
///
/// Every method appends what follows to `out`, in order. What a dialect cannot say it leaves out.
///
/// What it asks is answered before it is told anything else, frames included; only the answer to
/// [`Command::Say`] comes later, in its place among the events.
pub trait Dialect: Send {
    /// The connection is open.
    fn opened(&mut self, out: &mut Out);

    /// A frame came.
    fn frame(&mut self, frame: Frame, out: &mut Out);

    /// The hub tells something to many; frames that read the same for all come from the envelope.
    fn event(&mut self, envelope: &Envelope, out: &mut Out);

    /// The hub tells something to this session alone.
    fn own_event(&mut self, event: Event, out: &mut Out) {
        self.event(&Envelope::new(event), out);
    }

    /// How the events that are told to many read just now, where that does not depend on anything this dialect keeps:
    /// then they may be sent without it. `None`: each has to be put to [`Dialect::event`].
    fn reading(&self) -> Option<Reading> {
        None
    }

    /// What was to come before the deadline did not.
    fn too_late(&mut self, out: &mut Out) {
        out.close(CloseCode::TooLate);
    }

    /// A frame was larger than the transport takes, and was not read.
    fn too_large(&mut self, limit: usize, out: &mut Out) {
        let _ = limit;
        out.close(CloseCode::TooLarge);
    }

    /// The connection is about to be closed by the server: last words.
    fn closing(&mut self, code: CloseCode, out: &mut Out) {
        let _ = (code, out);
    }
}

/// One thing that follows from a frame or an event.
#[derive(Debug)]
pub enum Step {
    /// Send this.
    Send(Frame),
    /// Ask the hub; the answer comes back as an event with the same tag.
    Ask(Tag, Command),
    /// Call [`Dialect::too_late`] unless this is set again within the time; `None` waits for ever.
    Deadline(Option<Duration>),
    /// Close, after all that stands before.
    Close(CloseCode),
}

/// What follows from a frame or an event, in order.
#[derive(Debug, Default)]
pub struct Out {
    steps: Vec<Step>,
    /// Messages in it were shown, so they count as delivered.
    shown: bool,
}

impl Out {
    /// Sends a frame.
    pub fn send(&mut self, frame: Frame) {
        self.steps.push(Step::Send(frame));
    }

    /// Sends a text frame.
    pub fn send_text(&mut self, text: impl Into<ByteString>) {
        self.send(Frame::text(text));
    }

    /// Shows a message of the hub: the frame counts as its delivery.
    pub fn show(&mut self, text: impl Into<ByteString>) {
        self.shown = true;
        self.send_text(text);
    }

    /// Asks the hub.
    pub fn ask(&mut self, tag: Tag, command: Command) {
        self.steps.push(Step::Ask(tag, command));
    }

    /// Sets the time within which something is to come.
    pub fn deadline(&mut self, within: Option<Duration>) {
        self.steps.push(Step::Deadline(within));
    }

    /// Closes the connection.
    pub fn close(&mut self, code: CloseCode) {
        self.steps.push(Step::Close(code));
    }

    /// Whether a message was shown since this was last asked.
    pub fn take_shown(&mut self) -> bool {
        std::mem::take(&mut self.shown)
    }

    /// Keeps no room while there is nothing to be done: idle connections are many.
    pub fn rest(&mut self) {
        if self.steps.is_empty() {
            self.steps = Vec::new();
        }
    }

    /// Whether anything of what is to be done is a frame.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Send(_)))
    }

    /// What is to be done.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Step> {
        self.steps.drain(..)
    }
}

/// A claim to a name that a frame gives, with what the request itself carried where that is for this name: HTTP Basic
/// names its user, a token whose owner is not known yet may be anybody's.
fn claim_to(name: Username, ambient: Option<&Claim>) -> Claim {
    let credentials = match ambient {
        Some(Claim { who: Who::Bearer, credentials, .. }) => credentials.clone(),
        Some(Claim { who: Who::Name(whose), credentials, .. }) if *whose == name => credentials.clone(),
        Some(_) | None => Credentials::None,
    };
    Claim { who: Who::Name(name), credentials, remember: false }
}
