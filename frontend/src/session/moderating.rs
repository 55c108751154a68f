//! What those ask who keep order, and who needs them.

use shared::{
    ClientMessage, Destination, Imposed, Pardon, ReportMessage, RoomAction, RoomId, Sanction, SanctionKind, Seq,
    ServerMessage, SetModerator, Username,
};

use super::{Problem, Session};
use crate::words::words;

impl Session {
    /// Keeps somebody out of a conversation, or silent in it: until a moment (RFC 3339) or until it is taken back.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn impose(
        self,
        kind: SanctionKind,
        room: RoomId,
        user: Username,
        until: Option<String>,
        reason: Option<String>,
    ) -> Result<(), Problem> {
        let sanction = Sanction { room: Destination::Room(room), user, until, reason };
        let message = match kind {
            SanctionKind::Ban => ClientMessage::Ban(sanction),
            SanctionKind::Silence => ClientMessage::Silence(sanction),
        };
        self.ask(message).await.map(drop)
    }

    /// Takes back what was imposed on somebody.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn pardon(self, kind: SanctionKind, room: RoomId, user: Username) -> Result<(), Problem> {
        let pardon = Pardon { room: Destination::Room(room), user };
        let message = match kind {
            SanctionKind::Ban => ClientMessage::Unban(pardon),
            SanctionKind::Silence => ClientMessage::Unsilence(pardon),
        };
        self.ask(message).await.map(drop)
    }

    /// The bans and silences that are in force in a conversation.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn sanctions(self, room: RoomId) -> Result<Vec<Imposed>, Problem> {
        match self.ask(ClientMessage::Sanctions(RoomAction { room: Destination::Room(room) })).await? {
            ServerMessage::Sanctions(sanctions) => Ok(sanctions.sanctions),
            _ => Err(Problem::new(words().connection.unexpected)),
        }
    }

    /// Has a member keep order, or no longer.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn set_moderator(self, room: RoomId, user: Username, on: bool) -> Result<(), Problem> {
        let message = SetModerator { room: Destination::Room(room), user, on };
        self.ask(ClientMessage::SetModerator(message)).await.map(drop)
    }

    /// Tells those who administer the server of a message.
    ///
    /// # Errors
    /// As [`Session::join`].
    pub async fn report_message(self, room: RoomId, seq: Seq, note: String) -> Result<(), Problem> {
        self.ask(ClientMessage::ReportMessage(ReportMessage { room, seq, note })).await.map(drop)
    }
}
