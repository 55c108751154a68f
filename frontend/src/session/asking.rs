//! Requests whose answer a component waits for.

use futures_channel::oneshot;
use leptos::prelude::*;
use shared::{
    AddMember, ClientFrame, ClientMessage, CreateRoom, Destination, OpenDirect, RemoveMember, ReportStranger,
    RoomAction, RoomId, RoomName, ServerMessage, Username,
};

use super::Session;
use crate::state::chat::{ChatState, Effect};
use crate::words::{self, words};

/// Why a request came to nothing, for the one who made it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The sentence to show.
    pub message: String,
    /// The field it is about, where it is one.
    pub field: Option<String>,
}

impl Problem {
    /// A problem with no particular field.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), field: None }
    }
}

impl Session {
    /// Enters a public room; gives its number.
    ///
    /// # Errors
    /// The server's refusal, or that there is no connection.
    pub async fn join(self, room: Destination) -> Result<RoomId, Problem> {
        room_of(self.ask(ClientMessage::Join(RoomAction { room })).await?)
    }

    /// Makes a room or a group; gives its number.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn create(self, name: RoomName, group: bool, topic: String) -> Result<RoomId, Problem> {
        room_of(self.ask(ClientMessage::CreateRoom(CreateRoom { name, group, topic })).await?)
    }

    /// Opens the conversation with somebody; gives its number.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn direct(self, user: Username) -> Result<RoomId, Problem> {
        if let Some(room) = self.peek(|state| state.rooms().direct_with(&user).map(|room| room.room)) {
            return Ok(room);
        }
        room_of(self.ask(ClientMessage::OpenDirect(OpenDirect { user })).await?)
    }

    /// Leaves a room or a group.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn leave_room(self, room: RoomId) -> Result<(), Problem> {
        self.ask(ClientMessage::Leave(RoomAction { room: Destination::Room(room) })).await.map(drop)
    }

    /// Deletes a room or a group for everybody.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn delete_room(self, room: RoomId) -> Result<(), Problem> {
        self.ask(ClientMessage::DeleteRoom(RoomAction { room: Destination::Room(room) })).await.map(drop)
    }

    /// Brings somebody into a group.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn add_member(self, room: RoomId, user: Username) -> Result<(), Problem> {
        self.ask(ClientMessage::AddMember(AddMember { room: Destination::Room(room), user })).await.map(drop)
    }

    /// Takes somebody out of a group.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn remove_member(self, room: RoomId, user: Username) -> Result<(), Problem> {
        self.ask(ClientMessage::RemoveMember(RemoveMember { room: Destination::Room(room), user })).await.map(drop)
    }

    /// Asks for the public rooms; they are there when this is done.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn list_rooms(self) -> Result<(), Problem> {
        self.ask(ClientMessage::Directory {}).await.map(drop)
    }

    /// Asks for a random partner, for another one, or to be left alone; the answer is a new standing.
    pub fn stranger_step(&self, step: ClientMessage) {
        if self.peek(ChatState::is_online) {
            self.carry_out(vec![Effect::Send(ClientFrame { id: None, message: step })]);
        } else {
            self.notice(words().connection.none_for_this);
        }
    }

    /// Reports the partner, or the one who has just left.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn report_stranger(self, report: ReportStranger) -> Result<(), Problem> {
        self.ask(ClientMessage::ReportStranger(report)).await.map(drop)
    }

    async fn ask(self, message: ClientMessage) -> Result<ServerMessage, Problem> {
        let offline = || Problem::new(words().connection.none_now);
        if !self.state.try_with_value(ChatState::is_online).unwrap_or_default() {
            return Err(offline());
        }
        let Some(id) = self.state.try_update_value(ChatState::next_request) else { return Err(offline()) };
        let (answer, answered) = oneshot::channel();
        self.asked.update_value(|asked| {
            asked.insert(id, answer);
        });
        self.carry_out(vec![Effect::Send(ClientFrame { id: Some(id), message })]);
        match answered.await {
            Ok(Ok(message)) => Ok(*message),
            Ok(Err(refused)) => {
                Err(Problem { message: words::refused(refused.code, &refused.message), field: refused.field })
            }
            Err(_) => Err(offline()),
        }
    }
}

fn room_of(answer: ServerMessage) -> Result<RoomId, Problem> {
    match answer {
        ServerMessage::Room { room, .. } => Ok(room.room),
        _ => Err(Problem::new(words().connection.unexpected)),
    }
}
