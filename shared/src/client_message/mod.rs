//! The native protocol's frames from client to server, and how a text becomes one.

mod destination;
mod moderation;
mod parse;
mod rooms;
mod talk;

use serde::Serialize;

use crate::RequestId;

pub use destination::Destination;
pub use moderation::{Pardon, ReportMessage, Sanction, SetModerator};
pub use parse::UnusableFrame;
pub use rooms::{
    AddMember, AskProfile, CreateRoom, Mute, OpenDirect, RemoveMember, ReportStranger, RoomAction, SetTopic,
};
pub use talk::{Edit, Hello, HistoryRequest, MarkRead, MessageAction, React, Resume, Say, Search, Seen, TypingNotice};

/// A request: a message and, where the client wants to know its answer from others, an `id`.
///
/// On the wire the two are one flat object: `{"type":"join","id":3,"room":"#lobby"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientFrame {
    /// Echoed in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked.
    #[serde(flatten)]
    pub message: ClientMessage,
}

/// Everything a client can say. The variant's name in snake case is the frame's `type`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Says who speaks. First frame of every connection whose request carried no credentials; answered by `welcome`.
    Hello(Hello),
    /// Speaks in a conversation; answered by `accepted` once it is stored.
    Say(Say),
    /// Gives one's own message another text; answered by `ok`, told to the conversation as `changed`.
    Edit(Edit),
    /// Takes a message back, its text and its earlier versions with it: its sender's right, and the right of the
    /// conversation's owner and moderators. Answered by `ok`, told as `changed`.
    DeleteMessage(MessageAction),
    /// Puts an emoji under a message or takes it away; answered by `ok`, told as `changed`.
    React(React),
    /// Asks for the earlier versions of a message; answered by `edits`.
    Edits(MessageAction),
    /// Looks for words in what the user may read; answered by `found`.
    Search(Search),
    /// Asks for what was missed; answered by a `resumed` for each conversation named.
    Resume(Resume),
    /// Asks for a page of messages; answered by `history`.
    History(HistoryRequest),
    /// Says how far the user has read; answered by `ok`, told to the user's other connections.
    Read(MarkRead),
    /// Says that the user is typing, or no longer; not answered.
    Typing(TypingNotice),
    /// Makes a public room or a group; answered by `room`.
    CreateRoom(CreateRoom),
    /// Enters a public room; answered by `room`.
    Join(RoomAction),
    /// Leaves a room or a group; answered by `ok`.
    Leave(RoomAction),
    /// Deletes a room or group for everybody; its owner's right. Answered by `ok`.
    DeleteRoom(RoomAction),
    /// Says what a room or group is about; answered by `ok`, told to the conversation as `room_changed`.
    SetTopic(SetTopic),
    /// Says of which messages of a conversation the user wants to be told aloud; answered by `ok`, told to the user's
    /// other connections as `muted`.
    Mute(Mute),
    /// Brings a user into a group; answered by `ok`.
    AddMember(AddMember),
    /// Takes a user out of a group or room, into which he may come again; its owner's and its moderators' right.
    /// Answered by `ok`.
    RemoveMember(RemoveMember),
    /// Takes a user out of a group or room and keeps him out; its owner's and its moderators' right. Answered by `ok`.
    Ban(Sanction),
    /// Lets a user in again; answered by `ok`.
    Unban(Pardon),
    /// Lets a user of a group or room read and say nothing; its owner's and its moderators' right. Answered by `ok`.
    Silence(Sanction),
    /// Lets a user speak again; answered by `ok`.
    Unsilence(Pardon),
    /// Has a member keep order, or no longer; the owner's right. Answered by `ok`, told as `member_changed`.
    SetModerator(SetModerator),
    /// Lists the bans and silences that are in force in a group or room; its owner's and its moderators' right.
    /// Answered by `sanctions`.
    Sanctions(RoomAction),
    /// Opens the conversation with one user, known or not yet seen; answered by `room`.
    OpenDirect(OpenDirect),
    /// Lists the public rooms; answered by `directory`.
    Directory {},
    /// Lists the people of a conversation; answered by `members`.
    Members(RoomAction),
    /// Asks who a user is; answered by `profile`.
    Profile(AskProfile),
    /// Asks for a random partner; answered by `stranger`, and again when one is found.
    FindStranger {},
    /// Leaves the partner and asks for another; answered by `stranger`.
    NextStranger {},
    /// Leaves the random chat; answered by `stranger`.
    LeaveStranger {},
    /// Tells the operator of the random partner, present or just gone; answered by `ok`.
    ReportStranger(ReportStranger),
    /// Leaves the random partner, present or just gone, for good: the two are never matched again, as long as the
    /// account exists, or the guest is connected. Answered by `stranger`.
    BlockStranger {},
    /// Tells the server's administrators of a message that one may read; answered by `ok`.
    ReportMessage(ReportMessage),
    /// Asks whether anybody is there; answered by `pong`.
    Ping {},
}
