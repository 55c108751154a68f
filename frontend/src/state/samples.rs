//! Short ways for the tests to say what the server says.

use std::ops::RangeInclusive;

use shared::{
    Change, ChatMessage, FileInfo, MessageId, MessageKind, MetadataMap, MuteLevel, RoomId, RoomKind, RoomSummary, Seq,
    Username,
};

pub(crate) const ROOM: RoomId = RoomId(7);

pub(crate) fn name(text: &str) -> Username {
    text.parse().unwrap()
}

/// What bob says in [`ROOM`], one message a minute.
pub(crate) fn message(seq: u64) -> ChatMessage {
    said(seq, "bob", &format!("message {seq}"))
}

pub(crate) fn messages(range: RangeInclusive<u64>) -> Vec<ChatMessage> {
    range.map(message).collect()
}

pub(crate) fn said(seq: u64, from: &str, body: &str) -> ChatMessage {
    ChatMessage {
        room: ROOM,
        seq: Seq(seq),
        id: MessageId(format!("id-{seq}")),
        from: name(from),
        body: body.to_owned(),
        time: format!("2026-11-21T{:02}:{:02}:00.000Z", 9 + seq / 60, seq % 60),
        kind: MessageKind::Chat,
        metadata: MetadataMap::new(),
        client_id: None,
        reply_to: None,
        mentions: Vec::new(),
        edited_at: None,
        deleted: false,
        reactions: Vec::new(),
        change: Change::ZERO,
    }
}

/// A file that the server has.
pub(crate) fn file(name: &str, size: u64) -> FileInfo {
    let (id, url) = (format!("id-{name}"), format!("/files/id-{name}/{name}"));
    FileInfo { id, name: name.to_owned(), size, media_type: "image/png".to_owned(), width: None, height: None, url }
}

/// `#lobby` with this number, of which everything has been read.
pub(crate) fn room(number: u64, last_seq: u64) -> RoomSummary {
    RoomSummary {
        room: RoomId(number),
        kind: RoomKind::Public,
        name: Some(if number == ROOM.0 { "lobby".parse().unwrap() } else { format!("room {number}").parse().unwrap() }),
        with: None,
        with_online: false,
        topic: String::new(),
        owner: None,
        moderator: false,
        silenced: None,
        members: 2,
        last_seq: Seq(last_seq),
        read_seq: Seq(last_seq),
        unread: 0,
        mentions: 0,
        mute: MuteLevel::All,
        with_read_seq: None,
        change: Change::ZERO,
        last: None,
        active_at: "2026-11-21T09:00:00.000Z".to_owned(),
    }
}
