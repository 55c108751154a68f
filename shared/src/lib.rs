//! What browser and server agree on: ids, names, limits, the frames of the native protocol, error codes and
//! close codes. Pure types and their parsing; no IO, no clock, no randomness, so it builds for WebAssembly as it is.

mod client_message;
mod close_code;
mod error_code;
mod file_info;
mod ids;
mod limits;
mod names;
mod server_message;

pub use client_message::{
    AddMember, ClientFrame, ClientMessage, CreateRoom, Destination, Hello, HistoryRequest, MarkRead, OpenDirect,
    RemoveMember, Resume, RoomAction, Say, Seen, TypingNotice, UnusableFrame,
};
pub use close_code::{CloseCode, Return};
pub use error_code::{ErrorBody, ErrorCode};
pub use file_info::FileInfo;
pub use ids::{ClientId, InvalidClientId, MessageId, RequestId, RoomId, Seq};
pub use limits::Limits;
pub use names::{InvalidRoomName, InvalidUsername, RoomName, Username};
pub use server_message::{
    Accepted, Account, ChatMessage, Goodbye, History, Member, MemberChange, MessageKind, MetadataMap, Presence,
    ReadPosition, Refused, Resumed, RoomGone, RoomGoneReason, RoomKind, RoomListing, RoomSummary, ServerMessage,
    Stranger, Typing, Welcome,
};
