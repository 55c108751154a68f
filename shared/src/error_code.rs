//! The codes of `error` frames and HTTP error bodies. A code never changes its meaning; text beside it may.

use serde::{Deserialize, Serialize};

/// Why a request was refused, for programs; a sentence for people travels with it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame is no JSON object with a `type`.
    BadFrame,
    /// The `type` is not known to this server.
    UnknownType,
    /// A field is missing or has a value it cannot have; `field` names it.
    BadField,
    /// The message or frame is longer than the limit told in `welcome`.
    TooLarge,
    /// Nothing but `hello` can be used before the server knows who speaks.
    NotIdentified,
    /// The connection already has a name.
    AlreadyIdentified,
    /// The name is held by a guest who is connected now.
    NameTaken,
    /// The name is an account: its password, or a token or session of it, is needed.
    CredentialsNeeded,
    /// Password, token or session is wrong or no longer valid.
    WrongCredentials,
    /// This server lets accounts in only.
    GuestsNotAllowed,
    /// The credentials are right and not enough: an account, or its password in place of a token, is needed.
    NotAllowed,
    /// No such session, token, file or webhook, or one that this user may not know of.
    NotFound,
    /// No such conversation, or one that this user may not know of.
    NoSuchRoom,
    /// No such message, or it was deleted.
    NoSuchMessage,
    /// Only who said it may do this.
    NotYours,
    /// No such user.
    NoSuchUser,
    /// A room or group of that name exists.
    RoomExists,
    /// Only members may do this.
    NotAMember,
    /// Only the owner may do this.
    NotTheOwner,
    /// Only the owner and moderators may do this.
    NotAModerator,
    /// Only an administrator of the server may do this.
    NotAnAdmin,
    /// Who is meant ranks as high in the conversation, or higher.
    Outranked,
    /// The user is kept out of the conversation, or of the server.
    Banned,
    /// The user may read there and say nothing.
    Silenced,
    /// This kind of conversation does not have that.
    NotInThisKind,
    /// The user is not in a random pair, or already in one.
    NotPaired,
    /// Messages come faster than the limit told in `welcome`; wait a moment.
    TooFast,
    /// Random partners are left faster than allowed; wait a moment.
    TooManyPartners,
    /// More logins from this address than are allowed in a minute.
    TooManyAttempts,
    /// The server has as many connections, rooms or names as it is set to take.
    Full,
    /// The store cannot be written or read at the moment: nothing was kept, try again.
    Unavailable,
    /// The server is stopping: come back in a moment.
    ShuttingDown,
}

/// A refusal as HTTP endpoints and server functions give it: the same three things an `error` frame says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
#[error("{message}")]
pub struct ErrorBody {
    /// Why, for programs.
    pub code: ErrorCode,
    /// Why, and what to do, for people.
    pub message: String,
    /// The field that is wrong, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}
