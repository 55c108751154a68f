//! Texts that are to take the place of one's own messages. One that the server does not take is kept beside its message
//! until its writer decides what becomes of it.

use shared::{ChatMessage, ClientMessage, Edit, RequestId, RoomId, Seq};

use super::{Asked, ChatState, Effect, Part};
use crate::words::words;

/// A text that was written in place of a message's own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rewritten {
    /// The text.
    pub body: String,
    /// Why the message does not say so. Nothing: the server has not answered yet.
    pub refused: Option<String>,
    request: Option<RequestId>,
}

impl ChatState {
    /// Gives one's own message another text. Where that cannot be done the text is kept, see [`ChatState::rewritten`].
    pub fn edit(&mut self, room: RoomId, seq: Seq, body: String) -> Vec<Effect> {
        let mut effects = vec![Effect::Changed(Part::Timeline(room))];
        let (request, refused) = if self.online {
            let edit = ClientMessage::Edit(Edit { room, seq, body: body.clone() });
            (Some(self.ask(Asked::Edit(room, seq), edit, &mut effects)), None)
        } else {
            (None, Some(words().connection.none_now.to_owned()))
        };
        self.edits.insert((room, seq), Rewritten { body, refused, request });
        effects
    }

    /// What was written in place of a message's text and is not, or not yet, what it says.
    #[must_use]
    pub fn rewritten(&self, room: RoomId, seq: Seq) -> Option<&Rewritten> {
        self.edits.get(&(room, seq))
    }

    /// Throws away what was written in place of a message's text.
    pub fn leave_as_it_was(&mut self, room: RoomId, seq: Seq) -> Vec<Effect> {
        self.edits.remove(&(room, seq));
        vec![Effect::Changed(Part::Timeline(room))]
    }

    /// The server has carried a request out; where it was an edit, the message says so from now on.
    pub(super) fn carried_out(&mut self, id: RequestId, effects: &mut Vec<Effect>) {
        if let Some(Asked::Edit(room, seq)) = self.requests.remove(&id)
            && self.edits.get(&(room, seq)).is_some_and(|edit| edit.request == Some(id))
        {
            effects.extend(self.leave_as_it_was(room, seq));
        }
    }

    /// The server does not take an edit. Where its conversation is not on the screen, somebody has to say so.
    pub(super) fn edit_refused(&mut self, id: RequestId, at: (RoomId, Seq), why: String, effects: &mut Vec<Effect>) {
        let Some(edit) = self.edits.get_mut(&at).filter(|edit| edit.request == Some(id)) else { return };
        if self.open != Some(at.0) {
            effects.push(Effect::Notice(format!("{} {why}", words().message.not_changed)));
        }
        edit.refused = Some(why);
        effects.push(Effect::Changed(Part::Timeline(at.0)));
    }

    /// Nobody knows whether the edits that were on their way arrived.
    pub(super) fn edits_interrupted(&mut self) {
        for edit in self.edits.values_mut().filter(|edit| edit.refused.is_none()) {
            edit.refused = Some(words().connection.lost.to_owned());
        }
    }

    /// A message is not what it was; an edit that arrived after all is done.
    pub(super) fn edit_arrived(&mut self, message: &ChatMessage) {
        let place = (message.room, message.seq);
        if self.edits.get(&place).is_some_and(|edit| edit.body == message.body) {
            self.edits.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::{Change, ErrorCode, RequestId, Resumed, ServerMessage};

    use super::*;
    use crate::state::chat::tests::{Browser, refused, welcome};
    use crate::state::samples::{ROOM, message, room, said};

    const HERE: Seq = Seq(2);

    impl Browser {
        /// Writes another text for the second message of the lobby; gives the request.
        fn edits(&mut self, body: &str) -> Option<RequestId> {
            self.effects = self.state.edit(ROOM, HERE, body.to_owned());
            self.effects.iter().find_map(|effect| match effect {
                Effect::Send(frame) => frame.id,
                _ => None,
            })
        }

        /// What was written and not taken, and why.
        fn keeps(&self) -> Option<(&str, &str)> {
            let edit = self.state.rewritten(ROOM, HERE)?;
            Some((&edit.body, edit.refused.as_deref()?))
        }
    }

    #[test]
    fn an_edit_that_is_taken_leaves_nothing_behind() {
        let mut browser = Browser::in_lobby(3);
        let id = browser.edits("better");
        assert_eq!(browser.sends(), [r#"{"type":"edit","room":7,"seq":2,"body":"better"}"#]);
        assert_eq!(browser.keeps(), None);
        browser.hears(ServerMessage::Ok { id });
        assert_eq!(browser.state.rewritten(ROOM, HERE), None);
    }

    #[test]
    fn a_refused_edit_is_kept_with_the_reason_and_can_be_made_again() {
        let mut browser = Browser::in_lobby(3);
        let id = browser.edits("better").unwrap();
        browser.hears(refused(Some(id.0), None, ErrorCode::TooFast));
        assert_eq!(browser.keeps(), Some(("better", "No.")));
        let id = browser.edits("better");
        assert_eq!(browser.keeps(), None);
        browser.hears(ServerMessage::Ok { id });
        assert_eq!(browser.state.rewritten(ROOM, HERE), None);
    }

    #[test]
    fn where_another_conversation_is_open_a_notice_tells_of_the_refusal() {
        let mut browser = Browser::in_lobby(3);
        let id = browser.edits("better").unwrap();
        browser.state.open(RoomId(8), None);
        browser.hears(refused(Some(id.0), None, ErrorCode::TooFast));
        assert!(browser.effects.iter().any(|effect| matches!(effect, Effect::Notice(text) if text.ends_with("No."))));
    }

    #[test]
    fn the_answer_to_an_earlier_edit_says_nothing_of_a_later_one() {
        let mut browser = Browser::in_lobby(3);
        let first = browser.edits("better");
        let second = browser.edits("best").unwrap();
        browser.hears(ServerMessage::Ok { id: first });
        browser.hears(refused(Some(second.0), None, ErrorCode::Unavailable));
        assert_eq!(browser.keeps(), Some(("best", "No.")));
    }

    #[test]
    fn an_edit_without_a_connection_is_kept() {
        let mut browser = Browser::in_lobby(3);
        browser.loses_the_connection();
        assert_eq!(browser.edits("better"), None);
        assert!(browser.keeps().is_some());
        browser.effects = browser.state.leave_as_it_was(ROOM, HERE);
        assert_eq!(browser.keeps(), None);
    }

    #[test]
    fn an_edit_that_was_on_its_way_is_kept_until_it_turns_out_to_have_arrived() {
        let mut browser = Browser::in_lobby(3);
        browser.edits("better");
        browser.loses_the_connection();
        assert!(browser.keeps().is_some());
        browser.hears(welcome(vec![room(ROOM.0, 3)]));
        let changed = vec![ChatMessage { change: Change(1), ..said(2, "bob", "better") }];
        browser.hears(ServerMessage::Resumed(Resumed {
            room: ROOM,
            recovered: true,
            messages: Vec::new(),
            changed,
            change: Change(1),
        }));
        assert_eq!(browser.keeps(), None);
        let mut browser = Browser::in_lobby(3);
        browser.edits("better");
        browser.loses_the_connection();
        browser.hears(ServerMessage::Changed(ChatMessage { change: Change(1), ..message(2) }));
        assert!(browser.keeps().is_some());
    }
}
