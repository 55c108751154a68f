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
        self.attachments.remove(id);
        vec![Effect::StopUpload(id), Effect::KeepFiles(room), Effect::Changed(Part::Files)]
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
