//! Postman chat, `GET /ws/{username}`, from the seed of that name: `{"p":"<partner>","m":"<message>"}` both ways.
//! `{"p":"#room","m":"…"}` speaks in a room, whose messages arrive with their sender as `from`.

use bytestring::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{CloseCode, Destination, FileInfo, RoomGoneReason, RoomKind, Username};

use super::description::{Address, Description};
use super::{Dialect, Frame, Out, encodings};
use crate::hub::{Command, Envelope, Event, MAIL_AT_ONCE, Refusal, Reply, RoomRef, Say, SessionId, Tag};
use crate::store::Message;

/// The answer to what is no message.
const FORMAT: &str = r##"Discarded: send {"p": "<partner_username>", "m": "<message>"}, or "#<room>" as the partner."##;

/// Asks whose answers are not shown where they went well.
const JOIN: Tag = Tag(0);
const MAIL: Tag = Tag(1);
const SAY: Tag = Tag(2);

/// A connection that speaks Postman chat. It has its name before it opens: the upgrade is refused otherwise.
#[derive(Debug)]
pub struct Postman {
    session: SessionId,
    me: Username,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Incoming {
    /// Whom it is for: a username, or `#` and a room.
    p: String,
    /// What is said.
    m: String,
}

#[derive(JsonSchema, Serialize)]
struct Outgoing<'a> {
    /// Where to answer: who said it, or `#` and the room it was said in.
    p: &'a str,
    /// Who said it, in a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    /// What was said.
    m: &'a str,
}

#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Notice<'a> {
    /// A frame was not used, and why.
    Error(&'a str),
    /// What became of a message.
    Info(&'a str),
}

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "Two tabs of Postman, or any script: the same small JSON object both ways, so that an answer is the \
                   question with another text.";
    let sent = [r#"{"p":"mike","m":"Hello World"}"#, r##"{"p":"#lobby","m":"Good morning, all"}"##];
    let told = [r#"{"p":"john","m":"Hello World"}"#, r##"{"p":"#lobby","from":"john","m":"Good morning, all"}"##];
    let notices = [r#"{"info":"mike is offline. Message saved."}"#, r#"{"error":"a message needs some text"}"#];
    let address = Address::http("postman", "/ws/{username}", "Postman chat under a username")
        .with_parameters(&[("username", "The name to chat under; an account's needs its credentials.")]);
    Description::new("postman", "Postman chat", summary)
        .at(address)
        .hears::<Incoming>("send", "Says something to a user or, after `#`, in a room, which it joins.", &sent)
        .says::<Outgoing<'_>>("message", "Something was said to the user, or in a room he is in.", &told)
        .says::<Notice<'_>>("notice", "What became of a frame; told to its sender alone.", &notices)
}

/// How a message reads to a user.
#[must_use]
pub fn reads(room: &RoomRef, message: &Message, reader: &Username) -> Option<String> {
    let reading = Postman::new(SessionId(u64::MAX), reader.clone());
    reading.message(room, message, None).map(|text| text.to_string())
}

impl Postman {
    /// A connection of a user.
    #[must_use]
    pub fn new(session: SessionId, me: Username) -> Self {
        Self { session, me }
    }

    fn message(&self, room: &RoomRef, message: &Message, origin: Option<SessionId>) -> Option<ByteString> {
        let body = FileInfo::spell_out(&message.body, &message.metadata);
        match (room.kind, &room.name) {
            (RoomKind::Public | RoomKind::Group, Some(name)) => {
                let p = format!("#{name}");
                json(&Outgoing { p: &p, from: Some(message.sender.as_str()), m: &body })
            }
            (RoomKind::Direct, _) if message.sender != self.me || self.is_note_to_self(room, origin) => {
                json(&Outgoing { p: message.sender.as_str(), from: None, m: &body })
            }
            _ => None,
        }
    }

    /// Who writes to himself reads it on his other connections.
    fn is_note_to_self(&self, room: &RoomRef, origin: Option<SessionId>) -> bool {
        room.partner_of(&self.me) == Some(&self.me) && origin != Some(self.session)
    }

    fn reply(&self, tag: Tag, result: &Result<Reply, Refusal>, out: &mut Out) {
        match result {
            Ok(Reply::Mail(mail)) => {
                for (room, message) in mail {
                    if let Some(text) = self.message(room, message, None) {
                        out.show(text);
                    }
                }
                if mail.len() >= MAIL_AT_ONCE {
                    out.ask(MAIL, Command::TakeMail);
                }
            }
            Ok(Reply::Accepted(accepted)) => {
                if let Some(partner) = &accepted.away {
                    notice(&Notice::Info(&format!("{partner} is offline. Message saved.")), out);
                }
            }
            Ok(_) => {}
            // The message that follows the join is refused for the same reason.
            Err(_) if tag == JOIN => {}
            Err(refusal) => notice(&Notice::Error(&refusal.to_string()), out),
        }
    }
}

impl Dialect for Postman {
    fn opened(&mut self, out: &mut Out) {
        out.ask(MAIL, Command::TakeMail);
    }

    fn frame(&mut self, frame: Frame, out: &mut Out) {
        let incoming = match &frame {
            // An array of two texts would do for serde, and is not the format.
            Frame::Text(text) if text.trim_start().starts_with('{') => serde_json::from_str::<Incoming>(text).ok(),
            Frame::Text(_) => None,
            Frame::Binary(_) => None,
        };
        let Some(Incoming { p, m }) = incoming else { return notice(&Notice::Error(FORMAT), out) };
        match destination(&p) {
            Ok(to) => {
                if let Destination::Named(_) = to {
                    out.ask(JOIN, Command::Join(to.clone()));
                }
                out.ask(SAY, Command::Say(Say::chat(to, m)));
            }
            Err(error) => notice(&Notice::Error(&error), out),
        }
    }

    fn event(&mut self, envelope: &Envelope, out: &mut Out) {
        match &envelope.event {
            Event::Reply { tag, result } => self.reply(*tag, result, out),
            Event::Message { room, message, origin } => {
                let shared = !(room.kind == RoomKind::Direct && message.sender == self.me);
                let text = if shared {
                    envelope.encoded(encodings::POSTMAN, || self.message(room, message, *origin))
                } else {
                    self.message(room, message, *origin)
                };
                if let Some(text) = text {
                    out.show(text);
                }
            }
            Event::RoomGone { room, reason } => gone(room, *reason, out),
            Event::Lagged => out.close(CloseCode::TooSlow),
            Event::Close(code) => out.close(*code),
            Event::Typing { .. }
            | Event::Joined { .. }
            | Event::Left { .. }
            | Event::RoomAdded(_)
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

    fn too_large(&mut self, limit: usize, out: &mut Out) {
        notice(&Notice::Error(&format!("A frame has at most {limit} bytes. Your message was discarded.")), out);
        out.close(CloseCode::TooLarge);
    }
}

/// Only what others did: who joins by speaking knows of no leaving.
fn gone(room: &RoomRef, reason: RoomGoneReason, out: &mut Out) {
    let Some(name) = &room.name else { return };
    let info = match reason {
        RoomGoneReason::Removed => format!("You were removed from #{name}."),
        RoomGoneReason::Banned => format!("You are banned from #{name}."),
        RoomGoneReason::Left | RoomGoneReason::Deleted => return,
    };
    notice(&Notice::Info(&info), out);
}

fn destination(partner: &str) -> Result<Destination, String> {
    match partner.strip_prefix('#') {
        Some(room) => room.parse().map(Destination::Named).map_err(|error: shared::InvalidRoomName| error.to_string()),
        None => partner.parse().map(Destination::User).map_err(|error: shared::InvalidUsername| error.to_string()),
    }
}

fn notice(notice: &Notice<'_>, out: &mut Out) {
    if let Some(text) = json(notice) {
        out.send_text(text);
    }
}

fn json(value: &impl Serialize) -> Option<ByteString> {
    serde_json::to_string(value).ok().map(ByteString::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialect::testing::{Input, any_frame, check, direct, lines, lobby, message, said};

    const ME: SessionId = SessionId(1);

    fn john() -> Postman {
        Postman::new(ME, "john".parse().unwrap())
    }

    #[test]
    fn a_frame_to_a_user_is_said_and_one_to_a_room_joins_it_first() {
        check(&mut john(), r#"{"p":"mike","m":"hi"}"#, &["? say @mike: hi"]);
        check(&mut john(), r##"{"p":"#lobby","m":"hi"}"##, &["? Join(Named(RoomName(\"lobby\")))", "? say #lobby: hi"]);
    }

    #[test]
    fn a_partner_is_whom_to_answer_and_a_room_names_its_speaker() {
        let mail = Reply::Mail(vec![(
            direct("john", "mike"),
            std::sync::Arc::new(message(&direct("john", "mike"), "mike", "hi")),
        )]);
        check(&mut john(), Event::Reply { tag: MAIL, result: Ok(mail) }, &[r#"<+ {"p":"mike","m":"hi"}"#]);
        check(&mut john(), said(&direct("john", "mike"), "john", "my own"), &[]);
        check(&mut john(), said(&lobby(), "mike", "hi"), &[r##"<+ {"p":"#lobby","from":"mike","m":"hi"}"##]);
    }

    #[test]
    fn where_much_waits_the_rest_is_asked_for_once_the_first_of_it_was_told() {
        let waits = |room, text: &str| (room, std::sync::Arc::new(message(&direct("john", "mike"), "mike", text)));
        let mail = Reply::Mail(vec![waits(direct("john", "mike"), "hi"); MAIL_AT_ONCE]);
        let told = lines(&mut john(), Input::from(Event::Reply { tag: MAIL, result: Ok(mail) }));
        assert_eq!((told.len(), told.last().map(String::as_str)), (MAIL_AT_ONCE + 1, Some("? TakeMail")));
    }

    #[test]
    fn what_is_no_such_object_is_discarded() {
        let discarded = format!(r#"< {{"error":{}}}"#, serde_json::to_string(FORMAT).unwrap());
        for text in ["", "hi", "[]", r#"["mike","hi"]"#, r#"{"p":"mike"}"#, r#"{"p":"mike","m":"hi","x":1}"#] {
            check(&mut john(), text, &[&discarded]);
        }
        check(
            &mut john(),
            r#"{"p":"a b","m":"hi"}"#,
            &[r#"< {"error":"a username has no spaces and no invisible characters"}"#],
        );
    }

    proptest! {
        #[test]
        fn any_frame_is_said_or_answered_and_the_connection_stays(
            frames in prop::collection::vec(
                any_frame((".{0,8}", ".{0,20}").prop_map(|(p, m)| serde_json::json!({"p": p, "m": m}).to_string())), 0..20,
            ),
        ) {
            let mut john = john();
            for frame in frames {
                let steps = lines(&mut john, Input::Frame(frame));
                let said = steps.last().is_some_and(|step| step.starts_with("? say"));
                let answered = steps.len() == 1 && steps[0].starts_with(r#"< {"error""#);
                prop_assert!(said || answered, "{steps:?}");
            }
        }
    }
}
