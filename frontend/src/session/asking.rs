//! Requests whose answer a component waits for.

use futures_channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{
    AddMember, AskProfile, ClientFrame, ClientMessage, CreateRoom, Destination, Emoji, Found, MessageAction, Mute,
    MuteLevel, OpenDirect, Profile, React, RemoveMember, ReportStranger, RoomAction, RoomId, RoomName, Search, Seq,
    ServerMessage, SetTopic, Username, Version,
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

    /// Takes a message back.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn delete_message(self, room: RoomId, seq: Seq) -> Result<(), Problem> {
        self.ask(ClientMessage::DeleteMessage(MessageAction { room, seq })).await.map(drop)
    }

    /// Puts an emoji under a message, or takes it away; where that fails a notice says so.
    pub fn react(&self, room: RoomId, seq: Seq, emoji: Emoji, on: bool) {
        let session = *self;
        spawn_local(async move {
            if let Err(problem) = session.ask(ClientMessage::React(React { room, seq, emoji, on })).await {
                session.notice(problem.message);
            }
        });
    }

    /// What a message said before it was edited, oldest first.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn edits(self, room: RoomId, seq: Seq) -> Result<Vec<Version>, Problem> {
        match self.ask(ClientMessage::Edits(MessageAction { room, seq })).await? {
            ServerMessage::Edits { versions, .. } => Ok(versions),
            _ => Err(Problem::new(words().connection.unexpected)),
        }
    }

    /// Looks for messages.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn search(self, search: Search) -> Result<Found, Problem> {
        match self.ask(ClientMessage::Search(search)).await? {
            ServerMessage::Found(found) => Ok(found),
            _ => Err(Problem::new(words().connection.unexpected)),
        }
    }

    /// Says what a room or group is about from now on.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn set_topic(self, room: RoomId, topic: String) -> Result<(), Problem> {
        self.ask(ClientMessage::SetTopic(SetTopic { room: Destination::Room(room), topic })).await.map(drop)
    }

    /// Says of which messages of a conversation one wants to be told aloud.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn mute(self, room: RoomId, level: MuteLevel) -> Result<(), Problem> {
        self.ask(ClientMessage::Mute(Mute { room, level })).await?;
        self.try_act(|state| state.muted(room, level));
        Ok(())
    }

    /// Who somebody is.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn profile(self, user: Username) -> Result<Profile, Problem> {
        match self.ask(ClientMessage::Profile(AskProfile { user })).await? {
            ServerMessage::Profile { profile, .. } => Ok(profile),
            _ => Err(Problem::new(words().connection.unexpected)),
        }
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

    pub(super) async fn ask(self, message: ClientMessage) -> Result<ServerMessage, Problem> {
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
