//! How records lie in rows, in every engine alike: numbers for kinds, one number for a message's place.

use shared::{Emoji, MessageKind, MuteLevel, RoomId, RoomKind, SanctionKind, Seq, Username};

use super::SessionKind;
use super::fault::Fault;

/// The bits of a place that hold the sequence number.
const SEQ_BITS: u32 = 32;
/// The highest sequence number a place holds.
const MAX_SEQ: u64 = (1 << SEQ_BITS) - 1;
/// The highest room number a place holds.
const MAX_ROOM: u64 = (1 << 31) - 1;

/// Where a message lies; `None`: no room has that number. A sequence number past all is the last of the room.
pub(super) fn place(room: RoomId, seq: Seq) -> Option<i64> {
    let room = room_number(room)?;
    Some((room << SEQ_BITS) | i64::try_from(seq.0.min(MAX_SEQ)).unwrap_or_default())
}

/// A room's number as it is stored; `None`: no room has it.
pub(super) fn room_number(room: RoomId) -> Option<i64> {
    if (1..=MAX_ROOM).contains(&room.0) { i64::try_from(room.0).ok() } else { None }
}

/// The room and sequence number of a place.
pub(super) fn unplace(place: i64) -> Result<(RoomId, Seq), Fault> {
    let place = unsigned(place)?;
    Ok((RoomId(place >> SEQ_BITS), Seq(place & MAX_SEQ)))
}

/// A position as it is stored.
pub(super) fn position(seq: Seq) -> i64 {
    i64::try_from(seq.0.min(MAX_SEQ)).unwrap_or_default()
}

pub(super) fn unsigned(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Damaged(format!("a count of {number}")))
}

pub(super) fn count(number: i64) -> Result<u32, Fault> {
    u32::try_from(number).map_err(|_| Fault::Damaged(format!("a count of {number}")))
}

pub(super) fn kind_number(kind: MessageKind) -> i64 {
    match kind {
        MessageKind::Chat => 0,
        MessageKind::Command => 1,
        MessageKind::Notification => 2,
        MessageKind::Subscription => 3,
    }
}

pub(super) fn message_kind(number: i64) -> Result<MessageKind, Fault> {
    match number {
        0 => Ok(MessageKind::Chat),
        1 => Ok(MessageKind::Command),
        2 => Ok(MessageKind::Notification),
        3 => Ok(MessageKind::Subscription),
        _ => Err(Fault::Damaged(format!("a message of kind {number}"))),
    }
}

/// `None`: pairs are not stored.
pub(super) fn room_kind_number(kind: RoomKind) -> Option<i64> {
    match kind {
        RoomKind::Public => Some(0),
        RoomKind::Group => Some(1),
        RoomKind::Direct => Some(2),
        RoomKind::Pair => None,
    }
}

pub(super) fn room_kind(number: i64) -> Result<RoomKind, Fault> {
    match number {
        0 => Ok(RoomKind::Public),
        1 => Ok(RoomKind::Group),
        2 => Ok(RoomKind::Direct),
        _ => Err(Fault::Damaged(format!("a room of kind {number}"))),
    }
}

/// Puts together who used the same emoji; the list is in the order in which they did.
pub(super) fn by_emoji(reactions: Vec<(Emoji, String)>) -> Vec<(Emoji, Vec<Username>)> {
    let mut grouped: Vec<(Emoji, Vec<Username>)> = Vec::new();
    for (emoji, user) in reactions {
        let user = Username::kept(user);
        match grouped.iter_mut().find(|(known, _)| *known == emoji) {
            Some((_, users)) => users.push(user),
            None => grouped.push((emoji, vec![user])),
        }
    }
    grouped
}

pub(super) fn mute_number(level: MuteLevel) -> i64 {
    match level {
        MuteLevel::All => 0,
        MuteLevel::Mentions => 1,
        MuteLevel::Nothing => 2,
    }
}

pub(super) fn mute_level(number: i64) -> Result<MuteLevel, Fault> {
    match number {
        0 => Ok(MuteLevel::All),
        1 => Ok(MuteLevel::Mentions),
        2 => Ok(MuteLevel::Nothing),
        _ => Err(Fault::Damaged(format!("a mute level of {number}"))),
    }
}

pub(super) fn session_kind_number(kind: SessionKind) -> i64 {
    match kind {
        SessionKind::Guest => 0,
        SessionKind::Browser => 1,
        SessionKind::Token => 2,
    }
}

pub(super) fn session_kind(number: i64) -> Result<SessionKind, Fault> {
    match number {
        0 => Ok(SessionKind::Guest),
        1 => Ok(SessionKind::Browser),
        2 => Ok(SessionKind::Token),
        _ => Err(Fault::Damaged(format!("a session of kind {number}"))),
    }
}

pub(super) fn sanction_number(kind: SanctionKind) -> i64 {
    match kind {
        SanctionKind::Ban => 0,
        SanctionKind::Silence => 1,
    }
}

pub(super) fn sanction_kind(number: i64) -> Result<SanctionKind, Fault> {
    match number {
        0 => Ok(SanctionKind::Ban),
        1 => Ok(SanctionKind::Silence),
        _ => Err(Fault::Damaged(format!("a sanction of kind {number}"))),
    }
}
