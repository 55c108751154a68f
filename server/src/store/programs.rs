//! Records of what comes and goes over HTTP beside messages: webhooks and uploads.

use serde::{Deserialize, Serialize};
use shared::{FileInfo, RoomId, Seq, Username};

use super::records::hash_as_text;
use super::{Message, Timestamp, TokenHash};

/// A program's way into a room, or a room's way to a program.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Webhook {
    /// By what its room's owner names it; unique.
    pub id: String,
    /// The room.
    pub room: RoomId,
    /// Who made it.
    pub made_by: Username,
    /// When.
    pub made_at: Timestamp,
    /// Which of the two, and what belongs to that.
    #[serde(flatten)]
    pub way: Way,
}

/// Which way a webhook leads.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// What is posted to it is said in the room.
    In {
        /// Under this name, which nobody else gets while the webhook is there.
        name: Username,
        /// The hash of the secret in its address.
        #[serde(with = "hash_as_text")]
        hash: TokenHash,
        /// When it was last used.
        used_at: Option<Timestamp>,
    },
    /// What is said in the room is posted to an address.
    Out {
        /// The address.
        url: String,
        /// What is signed with.
        secret: String,
        /// How far it has come.
        progress: Progress,
    },
}

/// How far an outgoing webhook has come.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Progress {
    /// The receiver has everything up to here.
    pub delivered: Seq,
    /// When it took something last.
    pub delivered_at: Option<Timestamp>,
    /// Since when it takes nothing.
    pub failing_since: Option<Timestamp>,
    /// What was wrong last, where something is.
    pub reason: Option<String>,
    /// Nothing is tried any more until its owner resumes it.
    pub disabled: bool,
}

/// An outgoing webhook that it is this node's turn to deliver.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Turn {
    /// The webhook.
    pub id: String,
    /// Its room.
    pub room: RoomId,
    /// Where it leads.
    pub url: String,
    /// What is signed with.
    pub secret: String,
    /// How far it has come.
    pub progress: Progress,
    /// Whether something more was said by now.
    pub waits: bool,
}

/// What is known of an upload.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredFile {
    /// By what it is known: 32 hexadecimal digits.
    pub id: String,
    /// The room it was uploaded for.
    pub room: RoomId,
    /// Who uploaded it.
    pub user: Username,
    /// The message it was said in first; `None`: none yet.
    pub said: Option<Seq>,
    /// What its owner calls it.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// What it holds.
    pub media_type: String,
    /// An image's width, in pixels.
    pub width: Option<u32>,
    /// An image's height, in pixels.
    pub height: Option<u32>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl StoredFile {
    /// What an imported message tells of its files, which are listed nowhere else in a dump.
    pub(super) fn said_with(message: &Message) -> impl Iterator<Item = Self> {
        let is_id = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let named = FileInfo::of(&message.metadata).into_iter().filter(move |file| is_id(&file.id));
        named.map(|FileInfo { id, name, size, media_type, width, height, .. }| Self {
            id,
            room: message.room,
            user: message.sender.clone(),
            said: Some(message.seq),
            name,
            size,
            media_type,
            width,
            height,
            created_at: message.time,
        })
    }
}
