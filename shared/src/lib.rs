//! What browser and server agree on: ids, names, limits, the frames of the native protocol, error codes and
//! close codes. Pure types and their parsing; no IO, no clock, no randomness, so it builds for WebAssembly as it is.

mod client_message;
mod close_code;
mod emoji;
mod error_code;
mod excerpt;
mod file_info;
mod harmless;
mod ids;
mod limits;
mod mentions;
mod metadata;
mod names;
mod prepare;
mod server_message;

pub use client_message::{
    AddMember, AskProfile, ClientFrame, ClientMessage, CreateRoom, Destination, Edit, Hello, HistoryRequest, MarkRead,
    MessageAction, Mute, OpenDirect, Pardon, React, RemoveMember, ReportMessage, ReportStranger, Resume, RoomAction,
    Sanction, Say, Search, Seen, SetModerator, SetTopic, TypingNotice, UnusableFrame,
};
pub use close_code::{CloseCode, Return};
pub use emoji::{Emoji, InvalidEmoji};
pub use error_code::{ErrorBody, ErrorCode};
pub use excerpt::{excerpt, gist};
pub use file_info::FileInfo;
pub use harmless::harmless;
pub use ids::{Change, ClientId, InvalidClientId, MessageId, RequestId, RoomId, Seq};
pub use limits::Limits;
pub use mentions::{Mention, mentioned, mentions_in};
pub use metadata::{MAX_METADATA_DEPTH, nests_too_deep};
pub use names::{InvalidRoomName, InvalidUsername, RoomName, SERVER_NAME, Username};
pub use server_message::{
    Accepted, Account, ChatMessage, Found, Goodbye, History, Imposed, Member, MemberChange, MemberRole, MessageKind,
    MetadataMap, MuteLevel, Presence, Preview, Profile, Reaction, ReadPosition, Refused, ReplyTo, Resumed, RoomChange,
    RoomGone, RoomGoneReason, RoomKind, RoomListing, RoomSummary, SanctionKind, Sanctions, ServerMessage, Silence,
    Standing, Stranger, Typing, UnknownMessage, Version, Welcome,
};
