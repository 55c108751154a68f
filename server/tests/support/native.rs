//! A client of the native protocol, with the types of the `shared` crate.

use serde_json::{Value, json};
use shared::{Accepted, ChatMessage, Refused, RoomId, RoomSummary, Seq, ServerMessage, Stranger, Welcome};

use super::{Server, Socket};

/// A connection that has a name.
pub struct Native {
    /// What it was told first.
    pub welcome: Welcome,
    socket: Socket,
    /// What came while something else was waited for.
    kept: Vec<ServerMessage>,
    requests: u64,
}

impl Native {
    /// Connects as a guest.
    pub async fn hello(server: &Server, name: &str) -> Self {
        Self::hello_with(server, json!({"username": name})).await
    }

    /// Connects with the fields of a `hello`.
    pub async fn hello_with(server: &Server, hello: Value) -> Self {
        let mut socket = server.connect("/api/ws").await;
        let mut frame = hello;
        frame["type"] = json!("hello");
        socket.send(frame.to_string()).await;
        Self::welcomed(socket).await
    }

    /// A connection whose request said who it is.
    pub async fn welcomed(mut socket: Socket) -> Self {
        match parse(&socket.receive().await) {
            ServerMessage::Welcome(welcome) => Self { welcome: *welcome, socket, kept: Vec::new(), requests: 0 },
            other => panic!("expected a welcome, got {other:?}"),
        }
    }

    /// A connection that has said hello, or why it is refused.
    pub async fn welcomed_or_refused(mut socket: Socket) -> Result<Self, Refused> {
        match parse(&socket.receive().await) {
            ServerMessage::Welcome(welcome) => Ok(Self { welcome: *welcome, socket, kept: Vec::new(), requests: 0 }),
            ServerMessage::Error(refused) => Err(refused),
            other => panic!("expected a welcome or a refusal, got {other:?}"),
        }
    }

    /// Sends a frame with a request id, which it gives.
    pub async fn ask(&mut self, mut frame: Value) -> u64 {
        self.requests += 1;
        frame["id"] = json!(self.requests);
        self.socket.send(frame.to_string()).await;
        self.requests
    }

    /// Sends a text as it is.
    pub async fn send(&mut self, text: &str) {
        self.socket.send(text).await;
    }

    /// The next frame, as text.
    pub async fn receive(&mut self) -> String {
        self.socket.receive().await
    }

    /// The first message, of those kept or to come, that `pick` takes.
    pub async fn until<T>(&mut self, mut pick: impl FnMut(&ServerMessage) -> Option<T>) -> T {
        for at in 0..self.kept.len() {
            if let Some(picked) = pick(&self.kept[at]) {
                self.kept.remove(at);
                return picked;
            }
        }
        loop {
            let message = parse(&self.socket.receive().await);
            if let Some(picked) = pick(&message) {
                return picked;
            }
            self.kept.push(message);
        }
    }

    /// Joins a room.
    pub async fn joins(&mut self, room: &str) -> RoomSummary {
        let asked = self.ask(json!({"type": "join", "room": room})).await;
        self.room_answered(asked).await
    }

    /// Opens the direct conversation with somebody.
    pub async fn creates_direct(&mut self, user: &str) -> RoomId {
        let asked = self.ask(json!({"type": "open_direct", "user": user})).await;
        self.room_answered(asked).await.room
    }

    /// Makes a public room or a group.
    pub async fn creates(&mut self, name: &str, group: bool) -> RoomSummary {
        let asked = self.ask(json!({"type": "create_room", "name": name, "group": group})).await;
        self.room_answered(asked).await
    }

    async fn room_answered(&mut self, asked: u64) -> RoomSummary {
        self.until(|message| match message {
            ServerMessage::Room { id: Some(id), room } if id.0 == asked => Some(room.clone()),
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => panic!("refused: {error:?}"),
            _ => None,
        })
        .await
    }

    /// Asks for something that is answered with `ok`.
    pub async fn does(&mut self, frame: Value) {
        self.tries(frame).await.unwrap_or_else(|refused| panic!("refused: {refused:?}"));
    }

    /// Asks for something that is answered with `ok`, or refused.
    pub async fn tries(&mut self, frame: Value) -> Result<(), Refused> {
        let asked = self.ask(frame).await;
        self.until(|message| match message {
            ServerMessage::Ok { id: Some(id) } if id.0 == asked => Some(Ok(())),
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => Some(Err(error.clone())),
            _ => None,
        })
        .await
    }

    /// Asks for something that is refused.
    pub async fn is_refused(&mut self, frame: Value) -> Refused {
        let asked = self.ask(frame).await;
        self.until(|message| match message {
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => Some(error.clone()),
            _ => None,
        })
        .await
    }

    /// Says something and waits until it is stored.
    pub async fn says(&mut self, to: &str, body: &str) -> Accepted {
        self.says_with(json!({"to": to, "body": body})).await
    }

    /// Says something with the fields of a `say` and waits until it is stored.
    pub async fn says_with(&mut self, mut say: Value) -> Accepted {
        say["type"] = json!("say");
        let asked = self.ask(say).await;
        self.until(|message| match message {
            ServerMessage::Accepted(accepted) if accepted.id.is_some_and(|id| id.0 == asked) => Some(accepted.clone()),
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => panic!("refused: {error:?}"),
            _ => None,
        })
        .await
    }

    /// Says something that may be refused.
    pub async fn tries_to_say(&mut self, to: &str, body: &str) -> Result<Accepted, Refused> {
        let asked = self.ask(json!({"type": "say", "to": to, "body": body})).await;
        self.until(|message| match message {
            ServerMessage::Accepted(accepted) if accepted.id.is_some_and(|id| id.0 == asked) => {
                Some(Ok(accepted.clone()))
            }
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => Some(Err(error.clone())),
            _ => None,
        })
        .await
    }

    /// Waits for a message of somebody.
    pub async fn sees(&mut self, from: &str, body: &str) -> ChatMessage {
        let message = self.next_message().await;
        assert_eq!((message.from.as_str(), message.body.as_str()), (from, body));
        message
    }

    /// The next message of anybody.
    pub async fn next_message(&mut self) -> ChatMessage {
        self.until(|message| match message {
            ServerMessage::Message(message) => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// A page of history.
    pub async fn history(&mut self, request: Value) -> shared::History {
        let mut frame = request;
        frame["type"] = json!("history");
        let asked = self.ask(frame).await;
        self.until(|message| match message {
            ServerMessage::History(history) if history.id.is_some_and(|id| id.0 == asked) => Some(history.clone()),
            ServerMessage::Error(error) if error.id.is_some_and(|id| id.0 == asked) => panic!("refused: {error:?}"),
            _ => None,
        })
        .await
    }

    /// What was missed in a room since a place.
    pub async fn resumes(&mut self, room: RoomId, seq: Seq) -> shared::Resumed {
        self.ask(json!({"type": "resume", "seen": [{"room": room, "seq": seq}]})).await;
        self.until(|message| match message {
            ServerMessage::Resumed(resumed) => Some(resumed.clone()),
            _ => None,
        })
        .await
    }

    /// The next change of where this user stands in the random chat that `pick` takes.
    pub async fn stranger<T>(&mut self, mut pick: impl FnMut(&Stranger) -> Option<T>) -> T {
        self.until(|message| match message {
            ServerMessage::Stranger(state) => pick(state),
            _ => None,
        })
        .await
    }

    /// Waits until a partner is found. The pair's room, and the partner's name.
    pub async fn is_matched(&mut self) -> (RoomId, Option<String>) {
        self.stranger(|state| match state {
            Stranger::Matched { room, with, .. } => Some((*room, with.clone().map(String::from))),
            Stranger::Waiting { .. } | Stranger::Idle {} => None,
        })
        .await
    }

    /// Expects the server to say goodbye and close.
    pub async fn is_closed(&mut self) -> u16 {
        let code = self
            .until(|message| match message {
                ServerMessage::Goodbye(goodbye) => Some(goodbye.code),
                _ => None,
            })
            .await;
        assert_eq!(self.socket.is_closed().await, code);
        code
    }

    /// Whether the server still answers here. What comes meanwhile is kept.
    pub async fn is_there(&mut self) -> bool {
        self.requests += 1;
        if !self.socket.tries_to_send(json!({"type": "ping", "id": self.requests}).to_string()).await {
            return false;
        }
        while let Some(text) = self.socket.tries_to_receive().await {
            match parse(&text) {
                ServerMessage::Pong { id: Some(id) } if id.0 == self.requests => return true,
                message => self.kept.push(message),
            }
        }
        false
    }

    /// Goes away as a page does that is closed or reloaded.
    pub async fn goes_away(self) {
        self.socket.goes_away().await;
    }

    /// Leaves in an orderly way.
    pub async fn close(self) {
        self.socket.close().await;
    }
}

fn parse(text: &str) -> ServerMessage {
    ServerMessage::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}
