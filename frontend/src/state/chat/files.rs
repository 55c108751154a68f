//! Files that go with messages: attached, on their way, refused.

use shared::{FileInfo, RoomId};

use super::{ChatState, Effect, Part};
use crate::state::attachments::{Attachment, Stage, UploadId, sendable_name};

impl ChatState {
    /// What is attached to what is being written in a conversation.
    #[must_use]
    pub fn attachments(&self, room: RoomId) -> &[Attachment] {
        self.attachments.of(room)
    }

    /// Attaches a file, which whoever calls it uploads under the number it gets. Nothing: no more go with one message.
    pub fn attach(&mut self, room: RoomId, name: &str, size: u64) -> (Option<UploadId>, Vec<Effect>) {
        let id = self.attachments.add(room, sendable_name(name), size);
        (id, vec![Effect::Changed(Part::Files)])
    }

    /// What is attached in a conversation and on the server is this, as another tab or an earlier visit left it.
    pub fn attached_elsewhere(&mut self, room: RoomId, files: Vec<FileInfo>) -> Vec<Effect> {
        self.attachments.set_there(room, files);
        vec![Effect::Changed(Part::Files)]
    }

    /// An attached file is not to go with the message after all.
    pub fn detach(&mut self, id: UploadId) -> Vec<Effect> {
        let Some(room) = self.attachments.room_of(id) else { return Vec::new() };
        let there = self.attachments.find_mut(id).and_then(|file| file.info()).map(|file| file.id.clone());
        self.attachments.remove(id);
        let mut effects = vec![Effect::StopUpload(id), Effect::KeepFiles(room), Effect::Changed(Part::Files)];
        effects.extend(there.map(Effect::TakeBack));
        effects
    }

    /// An upload is so far now.
    pub fn upload_is(&mut self, id: UploadId, stage: Stage) -> Vec<Effect> {
        let mut effects = vec![Effect::Changed(Part::Files)];
        let going = matches!(stage, Stage::Going { .. });
        if let Some(room) = self.attachments.room_of(id) {
            if let Some(file) = self.attachments.find_mut(id) {
                file.stage = stage;
            }
            if !going {
                effects.push(Effect::KeepFiles(room));
            }
        } else if self.queue.upload_is(id, &stage) && !going {
            self.queue_changed(&mut effects);
            self.send_due(&mut effects);
        }
        effects
    }

    /// Tries an attached file that failed once more.
    pub fn upload_again(&mut self, id: UploadId) -> Vec<Effect> {
        let Some(file) = self.attachments.find_mut(id).filter(|file| file.failed() == Some(true)) else {
            return Vec::new();
        };
        file.stage = Stage::Going { sent: 0 };
        vec![Effect::UploadAgain(id), Effect::Changed(Part::Files)]
    }

    /// Whether a file is on its way, which would be lost with the page.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        self.attachments.any_going() || self.queue.uploads().any(|file| file.percent().is_some())
    }
}

/// Files that nobody waits for any more.
pub(super) fn stopped(files: &[Attachment]) -> impl Iterator<Item = Effect> {
    files.iter().filter(|file| file.info().is_none()).map(|file| Effect::StopUpload(file.id))
}

#[cfg(test)]
mod tests {
    use shared::{Accepted, Account, ClientMessage, Limits, MessageId, Seq, ServerMessage, Stranger, Welcome};

    use super::*;
    use crate::state::queue::SendQueue;
    use crate::state::samples::{ROOM, file, name, room};

    /// Alice in `#lobby`, with `a.png` on its way there.
    fn attaching() -> (ChatState, UploadId) {
        let alice = Account { username: name("alice"), guest: true, admin: false };
        let mut state = ChatState::new(alice.clone(), SendQueue::default());
        state.apply(
            ServerMessage::Welcome(Box::new(Welcome {
                id: None,
                you: alice,
                session: None,
                limits: Limits::default(),
                server: "0.1.0".to_owned(),
                rooms: vec![room(ROOM.0, 0)],
                stranger: Stranger::Idle {},
            })),
            0,
        );
        state.open(ROOM, None);
        let id = state.attach(ROOM, "a.png", 100).0.unwrap();
        (state, id)
    }

    /// The ids of the files that are sent with a message.
    fn said(effects: &[Effect]) -> Option<Vec<String>> {
        effects.iter().find_map(|effect| match effect {
            Effect::Send(frame) => match &frame.message {
                ClientMessage::Say(say) => Some(say.files.clone()),
                _ => None,
            },
            _ => None,
        })
    }

    #[test]
    fn a_message_is_sent_once_its_files_are_there_and_shows_them_when_it_is_accepted() {
        let (mut state, id) = attaching();
        let effects = state.say(ROOM, "look".to_owned(), None, "c1".parse().unwrap(), 0);
        assert_eq!(said(&effects), None);
        assert!(state.attachments(ROOM).is_empty() && state.is_uploading());
        let effects = state.upload_is(id, Stage::There(file("a.png", 100)));
        assert_eq!(said(&effects), Some(vec!["id-a.png".to_owned()]));
        assert!(!state.is_uploading());

        let client_id = Some("c1".parse().unwrap());
        let (message_id, time) = (MessageId("m1".to_owned()), "2026-11-21T09:00:00.000Z".to_owned());
        let accepted = Accepted { id: None, client_id, room: ROOM, seq: Seq(1), message_id, time, duplicate: false };
        state.apply(ServerMessage::Accepted(accepted), 0);
        let message = state.message(ROOM, Seq(1)).unwrap();
        assert_eq!(FileInfo::of(&message.metadata), [file("a.png", 100)]);
    }

    #[test]
    fn an_attachment_is_kept_with_the_draft_and_stopped_when_it_is_taken_away() {
        let (mut state, id) = attaching();
        assert!(!state.upload_is(id, Stage::Going { sent: 50 }).contains(&Effect::KeepFiles(ROOM)));
        assert!(state.upload_is(id, Stage::There(file("a.png", 100))).contains(&Effect::KeepFiles(ROOM)));
        let effects = state.detach(id);
        assert!(effects.contains(&Effect::StopUpload(id)) && effects.contains(&Effect::KeepFiles(ROOM)));
        assert!(effects.contains(&Effect::TakeBack("id-a.png".to_owned())));
        assert_eq!(state.detach(id), []);
    }

    #[test]
    fn only_what_may_succeed_is_tried_again() {
        let (mut state, id) = attaching();
        let fails = |again| Stage::Failed { why: "no".to_owned(), again };
        state.upload_is(id, fails(false));
        assert_eq!(state.upload_again(id), []);
        state.upload_is(id, fails(true));
        assert!(state.upload_again(id).contains(&Effect::UploadAgain(id)));
        assert_eq!(state.attachments(ROOM)[0].percent(), Some(0));
    }

    #[test]
    fn what_was_attached_in_a_room_that_is_gone_is_stopped() {
        let (mut state, id) = attaching();
        let gone = shared::RoomGone { room: ROOM, reason: shared::RoomGoneReason::Deleted };
        let effects = state.apply(ServerMessage::RoomGone(gone), 0);
        assert!(effects.contains(&Effect::StopUpload(id)));
        assert!(state.attachments(ROOM).is_empty());
    }
}
