//! Why the hub did not do what it was asked, with a sentence for people and a code for programs.

use std::fmt;

use shared::{ErrorCode, InvalidUsername, RoomName, Username};

use crate::store::{Sanction, Timestamp};

/// For how long somebody is banned or silenced, and why; as the end of a sentence.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Terms {
    /// When it ends; `None`: when it is lifted.
    pub until: Option<Timestamp>,
    /// Why, in the words of who imposed it.
    pub reason: Option<String>,
}

impl Terms {
    /// Those of a ban or silence.
    #[must_use]
    pub fn of(sanction: &Sanction) -> Self {
        Self { until: sanction.until, reason: sanction.reason.clone() }
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(until) = self.until {
            write!(f, " until {until}")?;
        }
        if let Some(reason) = &self.reason {
            write!(f, ": {reason}")?;
        }
        Ok(())
    }
}

/// A command that was not carried out. Nothing of it happened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The session has no name yet.
    #[error("say who you are first")]
    NotIdentified,
    /// A guest of that name is connected.
    #[error("{0} is in use; choose another name")]
    NameTaken(Username),
    /// It looks like this name, which is another's account.
    #[error("that name looks like {0}, which is an account; choose another name")]
    LooksLikeAccount(Username),
    /// The name is an account's.
    #[error("{0} is an account; its password, or a token of it, is needed")]
    CredentialsNeeded(Username),
    /// Wrong password, no such account, expired or revoked token: which one is not said.
    #[error("wrong name or password, or a session that is no longer valid")]
    WrongCredentials,
    /// A text that is no username.
    #[error("{0}")]
    BadUsername(InvalidUsername),
    /// A guest asks for what accounts have.
    #[error("this is for accounts; set a password first")]
    AccountNeeded,
    /// An API token asks for what only its owner may.
    #[error("an API token may not do that; sign in with the password")]
    SignInNeeded,
    /// No such thing, or not for this user to know: a session, a file, a webhook.
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    /// Accounts only.
    #[error("this server lets accounts in only; ask its operator for one")]
    GuestsNotAllowed,
    /// Another user has that phone.
    #[error("that phone belongs to somebody else")]
    PhoneTaken,
    /// No such conversation, or not for this user to know.
    #[error("there is no such room")]
    NoSuchRoom,
    /// No such message, or it was deleted.
    #[error("there is no such message")]
    NoSuchMessage,
    /// Somebody else said it.
    #[error("only who said it can do that")]
    NotYours,
    /// No such user.
    #[error("there is no such user")]
    NoSuchUser,
    /// The name is in use.
    #[error("a room named {0} exists; choose another name")]
    RoomExists(RoomName),
    /// It looks like this name, which is another room's.
    #[error("that name looks like {0}, which is another room; choose another name")]
    LooksLikeRoom(RoomName),
    /// For members only.
    #[error("only members can do that; join first")]
    NotAMember,
    /// For the owner only.
    #[error("only the owner can do that")]
    NotTheOwner,
    /// For the owner and moderators only.
    #[error("only the owner and moderators can do that")]
    NotAModerator,
    /// For administrators of the server only.
    #[error("only an administrator of the server can do that")]
    NotAnAdmin,
    /// Who is meant ranks as high, or higher.
    #[error("who is meant ranks as high there as you do")]
    Outranked,
    /// Kept out of the room.
    #[error("you are banned from this room{0}")]
    Banned(Terms),
    /// Kept out of the server, by name or by address.
    #[error("you are banned from this server{0}")]
    BannedHere(Terms),
    /// Somebody else is kept out of the room.
    #[error("{0} is banned from this room; lift that first")]
    IsBanned(Username),
    /// May read, and say nothing.
    #[error("you may read here and say nothing{0}")]
    Silenced(Terms),
    /// That kind of conversation does not have that.
    #[error("this kind of conversation does not have that")]
    NotInThisKind,
    /// Not in the random chat, or nobody there yet.
    #[error("nobody is there to hear it; find a partner first")]
    NotPaired,
    /// The partner's node does not answer.
    #[error("your partner cannot be reached at the moment; try again")]
    PartnerUnreachable,
    /// Nothing was said.
    #[error("a message needs some text")]
    EmptyMessage,
    /// The message is too long.
    #[error("a message has at most {limit} bytes")]
    TooLarge {
        /// The most bytes a body may have.
        limit: usize,
    },
    /// A display name, phone or topic that cannot be.
    #[error("{field} {problem}")]
    BadField {
        /// Which one.
        field: &'static str,
        /// What is wrong with it, as the end of a sentence.
        problem: &'static str,
    },
    /// The server takes no files.
    #[error("this server takes no files")]
    UploadsOff,
    /// A file that is too large.
    #[error("a file has at most {limit} bytes")]
    FileTooLarge {
        /// The most bytes a file may have.
        limit: u64,
    },
    /// As much uploaded as one user may have.
    #[error("this is more than is left of what you may upload in all: {limit} bytes; delete some messages with files")]
    QuotaUsed {
        /// How much is left, or where nothing is, how much there was.
        limit: u64,
    },
    /// As much uploaded as may come from one address.
    #[error("too much was uploaded from this address today; try again tomorrow")]
    UploadedEnough,
    /// Too many messages.
    #[error("too many messages; wait a moment")]
    TooFast,
    /// Random partners are left too fast.
    #[error("you changed partners often; wait a moment")]
    TooManyPartners,
    /// Too many logins.
    #[error("too many attempts; wait a minute")]
    TooManyAttempts,
    /// As many rooms and groups as one may be in.
    #[error("nobody is in more than {limit} rooms and groups; leave some first")]
    TooManyRooms {
        /// How many that are.
        limit: usize,
    },
    /// As many as the server is set to take.
    #[error("the server is full; try again later")]
    Full,
    /// As many as may come from one address.
    #[error("too many connections from this address; close some")]
    Crowded,
    /// Connections from there were closed for flooding, again and again, or more comes from there than may.
    #[error("too many messages came from this address; come back in {seconds} s")]
    HeldOff {
        /// After so many seconds one may be opened again.
        seconds: u64,
    },
    /// The store did not take it.
    #[error("this cannot be stored or read at the moment; try again")]
    Unavailable,
    /// The server stops.
    #[error("the server is stopping; come back in a moment")]
    ShuttingDown,
}

impl Refusal {
    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotIdentified => ErrorCode::NotIdentified,
            Self::NameTaken(_) | Self::LooksLikeAccount(_) => ErrorCode::NameTaken,
            Self::CredentialsNeeded(_) => ErrorCode::CredentialsNeeded,
            Self::WrongCredentials => ErrorCode::WrongCredentials,
            Self::GuestsNotAllowed => ErrorCode::GuestsNotAllowed,
            Self::AccountNeeded | Self::SignInNeeded | Self::UploadsOff => ErrorCode::NotAllowed,
            Self::NoSuch(_) => ErrorCode::NotFound,
            Self::BadUsername(_) | Self::PhoneTaken | Self::EmptyMessage | Self::BadField { .. } => ErrorCode::BadField,
            Self::NoSuchRoom => ErrorCode::NoSuchRoom,
            Self::NoSuchMessage => ErrorCode::NoSuchMessage,
            Self::NotYours => ErrorCode::NotYours,
            Self::NoSuchUser => ErrorCode::NoSuchUser,
            Self::RoomExists(_) | Self::LooksLikeRoom(_) => ErrorCode::RoomExists,
            Self::NotAMember => ErrorCode::NotAMember,
            Self::NotTheOwner => ErrorCode::NotTheOwner,
            Self::NotAModerator => ErrorCode::NotAModerator,
            Self::NotAnAdmin => ErrorCode::NotAnAdmin,
            Self::Outranked => ErrorCode::Outranked,
            Self::Banned(_) | Self::BannedHere(_) | Self::IsBanned(_) => ErrorCode::Banned,
            Self::Silenced(_) => ErrorCode::Silenced,
            Self::NotInThisKind => ErrorCode::NotInThisKind,
            Self::NotPaired => ErrorCode::NotPaired,
            Self::TooLarge { .. } | Self::FileTooLarge { .. } | Self::QuotaUsed { .. } => ErrorCode::TooLarge,
            Self::TooFast | Self::UploadedEnough | Self::HeldOff { .. } => ErrorCode::TooFast,
            Self::TooManyPartners => ErrorCode::TooManyPartners,
            Self::TooManyAttempts => ErrorCode::TooManyAttempts,
            Self::Full | Self::Crowded | Self::TooManyRooms { .. } => ErrorCode::Full,
            Self::Unavailable | Self::PartnerUnreachable => ErrorCode::Unavailable,
            Self::ShuttingDown => ErrorCode::ShuttingDown,
        }
    }

    /// The field of the request that is wrong, where it is one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NameTaken(_) | Self::LooksLikeAccount(_) | Self::BadUsername(_) => Some("username"),
            Self::CredentialsNeeded(_) | Self::WrongCredentials => Some("password"),
            Self::PhoneTaken => Some("phone"),
            Self::NoSuchUser => Some("user"),
            Self::RoomExists(_) | Self::LooksLikeRoom(_) => Some("name"),
            Self::NoSuchMessage => Some("seq"),
            Self::EmptyMessage | Self::TooLarge { .. } => Some("body"),
            Self::FileTooLarge { .. } => Some("file"),
            Self::QuotaUsed { .. } | Self::UploadedEnough => Some("quota"),
            Self::BadField { field, .. } => Some(field),
            _ => None,
        }
    }
}
