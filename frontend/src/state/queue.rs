//! What was written and is not yet known to be stored. It outlives a lost connection and a reload, and keeps the
//! order in which it was written: in each conversation one message is on its way at a time.

use serde::{Deserialize, Serialize};
use shared::{ClientId, ClientMessage, Destination, MessageKind, MetadataMap, RoomId, Say, Seq};

use super::clock::Millis;

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
    /// When it was written.
    pub at: Millis,
    /// How far it came.
    pub progress: Progress,
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
    pub fn push(&mut self, client_id: ClientId, room: RoomId, body: String, reply_to: Option<Seq>, at: Millis) {
        self.waiting.push(Outgoing { client_id, room, body, reply_to, at, progress: Progress::Waiting });
    }

    /// What to send now: of each conversation the oldest message that waits, unless one is on its way there.
    pub fn due(&mut self) -> Vec<ClientMessage> {
        let mut busy: Vec<RoomId> =
            self.waiting.iter().filter(|message| message.progress == Progress::Sent).map(|m| m.room).collect();
        let mut due = Vec::new();
        for message in &mut self.waiting {
            if message.progress == Progress::Waiting && !busy.contains(&message.room) {
                message.progress = Progress::Sent;
                busy.push(message.room);
                due.push(ClientMessage::Say(Say {
                    to: Destination::Room(message.room),
                    body: message.body.clone(),
                    reply_to: message.reply_to,
                    files: Vec::new(),
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

    /// Tries a refused message again.
    pub fn retry(&mut self, client_id: &ClientId) -> bool {
        self.set(client_id, Progress::Waiting)
    }

    /// Throws a message away.
    pub fn discard(&mut self, client_id: &ClientId) -> Option<Outgoing> {
        self.accepted(client_id)
    }

    /// Throws away what was written in a conversation that is no more.
    pub fn discard_room(&mut self, room: RoomId) {
        self.waiting.retain(|message| message.room != room);
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

    /// Takes up what an earlier life of this tab left behind.
    #[must_use]
    pub fn restore(kept: &str) -> Self {
        let mut queue: Self = serde_json::from_str(kept).unwrap_or_default();
        queue.connection_lost();
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

    const HERE: RoomId = RoomId(7);
    const THERE: RoomId = RoomId(8);

    fn id(text: &str) -> ClientId {
        text.parse().unwrap()
    }

    fn queue(messages: &[(&str, RoomId)]) -> SendQueue {
        let mut queue = SendQueue::default();
        for (name, room) in messages {
            queue.push(id(name), *room, format!("text {name}"), None, 0);
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
        assert!(queue.retry(&id("a")));
        assert_eq!(due(&mut queue), ["a"]);
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
