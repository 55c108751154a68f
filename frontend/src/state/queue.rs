//! What was written and is not yet known to be stored. It outlives a lost connection and a reload, and keeps the
//! order in which it was written: in each conversation one message is on its way at a time.

use serde::{Deserialize, Serialize};
use shared::{ClientId, ClientMessage, Destination, MessageKind, MetadataMap, RoomId, Say, Seq};

use super::attachments::{Attachment, Stage, UploadId};
use super::clock::Millis;
use crate::words::words;

/// A message that waits for the server's word.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Outgoing {
    /// The name under which the server accepts it once only.
    pub client_id: ClientId,
    /// Where it was written.
    pub room: RoomId,
    /// The text.
    pub body: String,
    /// The message that it answers.
    #[serde(default)]
    pub reply_to: Option<Seq>,
    /// The files that go with it. It is sent once the server has them all.
    #[serde(default)]
    pub files: Vec<Attachment>,
    /// When it was written.
    pub at: Millis,
    /// How far it came.
    pub progress: Progress,
}

impl Outgoing {
    /// A text that answers nothing and goes without files.
    #[must_use]
    pub fn new(client_id: ClientId, room: RoomId, body: String, at: Millis) -> Self {
        Self { client_id, room, body, reply_to: None, files: Vec::new(), at, progress: Progress::Waiting }
    }

    /// Whether trying it again makes sense: not where a file will never be there.
    #[must_use]
    pub fn can_be_tried(&self) -> bool {
        self.files.iter().all(|file| file.failed() != Some(false))
    }

    fn is_complete(&self) -> bool {
        self.files.iter().all(|file| file.info().is_some())
    }
}

/// How far a message came on its way to the server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Progress {
    /// To be sent as soon as that is possible.
    Waiting,
    /// Sent and not yet answered.
    Sent,
    /// Refused, with the reason; it stays until its writer decides.
    Failed(String),
}

/// The messages that wait, in the order in which they were written.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SendQueue {
    waiting: Vec<Outgoing>,
}

impl SendQueue {
    /// Adds a message at the end.
    pub fn push(&mut self, message: Outgoing) {
        self.waiting.push(message);
    }

    /// What to send now: of each conversation the oldest message that waits, unless one is on its way there. What waits
    /// for its files holds nobody up.
    pub fn due(&mut self) -> Vec<ClientMessage> {
        let mut busy: Vec<RoomId> =
            self.waiting.iter().filter(|message| message.progress == Progress::Sent).map(|m| m.room).collect();
        let mut due = Vec::new();
        for message in &mut self.waiting {
            if message.progress == Progress::Waiting && message.is_complete() && !busy.contains(&message.room) {
                message.progress = Progress::Sent;
                busy.push(message.room);
                due.push(ClientMessage::Say(Say {
                    to: Destination::Room(message.room),
                    body: message.body.clone(),
                    reply_to: message.reply_to,
                    files: message.files.iter().filter_map(|file| Some(file.info()?.id.clone())).collect(),
                    client_id: Some(message.client_id.clone()),
                    kind: MessageKind::Chat,
                    metadata: MetadataMap::new(),
                }));
            }
        }
        due
    }

    /// The server has it: it leaves the queue.
    pub fn accepted(&mut self, client_id: &ClientId) -> Option<Outgoing> {
        let place = self.place(client_id)?;
        Some(self.waiting.remove(place))
    }

    /// The server does not take it. Says whether it was in the queue.
    pub fn refused(&mut self, client_id: &ClientId, reason: String) -> bool {
        self.set(client_id, Progress::Failed(reason))
    }

    /// The server does not take it now; it is to be sent again, by whoever asks for what is due.
    pub fn postponed(&mut self, client_id: &ClientId) -> bool {
        self.set(client_id, Progress::Waiting)
    }

    /// Nothing that was on its way is known to have arrived: all of it is to be sent again.
    pub fn connection_lost(&mut self) {
        for message in &mut self.waiting {
            if message.progress == Progress::Sent {
                message.progress = Progress::Waiting;
            }
        }
    }

    /// Tries a refused message again; gives the uploads that must be made again first. Nothing: it makes no sense.
    pub fn retry(&mut self, client_id: &ClientId) -> Option<Vec<UploadId>> {
        let message = self.waiting.iter_mut().find(|message| message.client_id == *client_id)?;
        if !message.can_be_tried() {
            return None;
        }
        message.progress = Progress::Waiting;
        let failed = message.files.iter_mut().filter(|file| file.failed().is_some());
        let restart = |file: &mut Attachment| {
            file.stage = Stage::Going { sent: 0 };
            file.id
        };
        Some(failed.map(restart).collect())
    }

    /// A file of a message that waits is so far now. One that fails takes its message with it. Says whether it is of any.
    pub fn upload_is(&mut self, id: UploadId, stage: &Stage) -> bool {
        let found = self.waiting.iter_mut().find_map(|message| {
            let file = message.files.iter_mut().find(|file| file.id == id)?;
            Some((file, &mut message.progress))
        });
        let Some((file, progress)) = found else { return false };
        file.stage = stage.clone();
        if let Stage::Failed { why, .. } = stage {
            *progress = Progress::Failed(why.clone());
        }
        true
    }

    /// The files of a message that waits.
    #[must_use]
    pub fn files_of(&self, client_id: &ClientId) -> &[Attachment] {
        let message = self.waiting.iter().find(|message| message.client_id == *client_id);
        message.map(|message| message.files.as_slice()).unwrap_or_default()
    }

    /// The files of all messages that wait.
    pub fn uploads(&self) -> impl Iterator<Item = &Attachment> {
        self.waiting.iter().flat_map(|message| &message.files)
    }

    /// Throws a message away.
    pub fn discard(&mut self, client_id: &ClientId) -> Option<Outgoing> {
        self.accepted(client_id)
    }

    /// Throws away what was written in a conversation that is no more.
    pub fn discard_room(&mut self, room: RoomId) -> Vec<Outgoing> {
        self.waiting.extract_if(.., |message| message.room == room).collect()
    }

    /// What waits in one conversation.
    pub fn in_room(&self, room: RoomId) -> impl Iterator<Item = &Outgoing> {
        self.waiting.iter().filter(move |message| message.room == room)
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes up what an earlier life of this tab left behind. Files that were on their way then are lost with it.
    #[must_use]
    pub fn restore(kept: &str) -> Self {
        let mut queue: Self = serde_json::from_slice(kept.as_bytes()).unwrap_or_default();
        queue.connection_lost();
        for message in queue.waiting.iter_mut().filter(|message| !message.is_complete()) {
            let why = words().files.interrupted.to_owned();
            for file in message.files.iter_mut().filter(|file| file.info().is_none()) {
                file.stage = Stage::Failed { why: why.clone(), again: false };
            }
            message.progress = Progress::Failed(why);
        }
        queue
    }

    /// What a later life of this tab needs to take it up.
    #[must_use]
    pub fn keep(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn place(&self, client_id: &ClientId) -> Option<usize> {
        self.waiting.iter().position(|message| message.client_id == *client_id)
    }

    fn set(&mut self, client_id: &ClientId, progress: Progress) -> bool {
        let Some(message) = self.waiting.iter_mut().find(|message| message.client_id == *client_id) else {
            return false;
        };
        message.progress = progress;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::file;

    const HERE: RoomId = RoomId(7);
    const THERE: RoomId = RoomId(8);

    fn id(text: &str) -> ClientId {
        text.parse().unwrap()
    }

    fn queue(messages: &[(&str, RoomId)]) -> SendQueue {
        let mut queue = SendQueue::default();
        for (name, room) in messages {
            queue.push(Outgoing::new(id(name), *room, format!("text {name}"), 0));
        }
        queue
    }

    fn due(queue: &mut SendQueue) -> Vec<String> {
        queue
            .due()
            .into_iter()
            .map(|message| match message {
                ClientMessage::Say(say) => say.client_id.unwrap().as_str().to_owned(),
                other => panic!("{other:?} is due"),
            })
            .collect()
    }

    #[test]
    fn each_conversation_sends_one_message_at_a_time_in_the_order_written() {
        let mut queue = queue(&[("a", HERE), ("b", HERE), ("c", THERE)]);
        assert_eq!(due(&mut queue), ["a", "c"]);
        assert!(due(&mut queue).is_empty());
        assert!(queue.accepted(&id("a")).is_some());
        assert_eq!(due(&mut queue), ["b"]);
    }

    #[test]
    fn what_was_on_its_way_when_the_connection_broke_goes_again_under_the_same_name() {
        let mut queue = queue(&[("a", HERE), ("b", HERE)]);
        assert_eq!(due(&mut queue), ["a"]);
        queue.connection_lost();
        assert_eq!(due(&mut queue), ["a"]);
    }

    #[test]
    fn a_refused_message_stays_with_its_reason_and_holds_nobody_up() {
        let mut queue = queue(&[("a", HERE), ("b", HERE)]);
        assert_eq!(due(&mut queue), ["a"]);
        assert!(queue.refused(&id("a"), "too long".to_owned()));
        assert_eq!(due(&mut queue), ["b"]);
        assert_eq!(queue.in_room(HERE).next().unwrap().progress, Progress::Failed("too long".to_owned()));
        assert!(queue.accepted(&id("b")).is_some());
        assert_eq!(queue.retry(&id("a")), Some(Vec::new()));
        assert_eq!(due(&mut queue), ["a"]);
    }

    /// Message `a` with a file on its way.
    fn with_file() -> SendQueue {
        let mut queue = SendQueue::default();
        let files = vec![Attachment::new(UploadId(1), "a.png".to_owned(), 100)];
        queue.push(Outgoing { files, ..Outgoing::new(id("a"), HERE, String::new(), 0) });
        queue
    }

    #[test]
    fn a_message_waits_for_its_files_and_holds_nobody_up() {
        let mut queue = with_file();
        queue.push(Outgoing::new(id("b"), HERE, "text b".to_owned(), 0));
        assert_eq!(due(&mut queue), ["b"]);
        assert!(queue.accepted(&id("b")).is_some());
        assert!(queue.upload_is(UploadId(1), &Stage::There(file("a.png", 100))));
        assert!(!queue.upload_is(UploadId(2), &Stage::Going { sent: 1 }));
        let ClientMessage::Say(say) = queue.due().pop().unwrap() else { panic!() };
        assert_eq!(say.files, ["id-a.png"]);
    }

    #[test]
    fn a_file_that_fails_takes_its_message_with_it_and_both_are_tried_again() {
        let mut queue = with_file();
        let fails = |again| Stage::Failed { why: "gone".to_owned(), again };
        queue.upload_is(UploadId(1), &fails(true));
        assert_eq!(queue.in_room(HERE).next().unwrap().progress, Progress::Failed("gone".to_owned()));
        assert_eq!(queue.retry(&id("a")), Some(vec![UploadId(1)]));
        assert_eq!(queue.files_of(&id("a"))[0].percent(), Some(0));
        queue.upload_is(UploadId(1), &fails(false));
        assert_eq!(queue.retry(&id("a")), None);
    }

    #[test]
    fn a_reload_loses_the_files_that_were_on_their_way_and_says_so() {
        let after = SendQueue::restore(&with_file().keep());
        let message = after.in_room(HERE).next().unwrap();
        assert!(matches!(message.progress, Progress::Failed(_)) && !message.can_be_tried());
    }

    #[test]
    fn an_acknowledgement_that_comes_twice_is_news_once() {
        let mut queue = queue(&[("a", HERE)]);
        assert!(queue.accepted(&id("a")).is_some());
        assert!(queue.accepted(&id("a")).is_none());
    }

    #[test]
    fn a_reload_loses_nothing_and_sends_again_what_was_on_its_way() {
        let mut before = queue(&[("a", HERE), ("b", HERE)]);
        assert_eq!(due(&mut before), ["a"]);
        let mut after = SendQueue::restore(&before.keep());
        assert_eq!(due(&mut after), ["a"]);
        assert!(SendQueue::restore("").is_empty());
        assert!(SendQueue::restore("{nonsense").is_empty());
    }
}
