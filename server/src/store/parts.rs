//! What of a message goes into a row, whether it is new or imported.

use shared::{Change, Seq};

use super::codes::kind_number;
use super::{Message, NewMessage, Timestamp};

/// What a row holds that a record has under another form; new messages and imported ones have it in common.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) time: Timestamp,
    pub(super) kind: i64,
    pub(super) id: &'a shared::MessageId,
    pub(super) body: &'a str,
    pub(super) metadata: &'a shared::MetadataMap,
    pub(super) client_id: Option<&'a str>,
    pub(super) reply_to: Option<Seq>,
    pub(super) change: Change,
    pub(super) edited_at: Option<Timestamp>,
    pub(super) deleted: bool,
}

impl<'a> From<&'a NewMessage> for Parts<'a> {
    fn from(said: &'a NewMessage) -> Self {
        Self {
            time: said.time,
            kind: kind_number(said.kind),
            id: &said.id,
            body: &said.body,
            metadata: &said.metadata,
            client_id: said.client_id.as_ref().map(shared::ClientId::as_str),
            reply_to: said.reply_to.as_ref().map(|quote| quote.seq),
            change: Change::ZERO,
            edited_at: None,
            deleted: false,
        }
    }
}

impl<'a> From<&'a Message> for Parts<'a> {
    fn from(said: &'a Message) -> Self {
        Self {
            time: said.time,
            kind: kind_number(said.kind),
            id: &said.id,
            body: &said.body,
            metadata: &said.metadata,
            client_id: said.client_id.as_ref().map(shared::ClientId::as_str),
            reply_to: said.reply_to.as_ref().map(|quote| quote.seq),
            change: said.since.change,
            edited_at: said.since.edited_at,
            deleted: said.since.deleted,
        }
    }
}
