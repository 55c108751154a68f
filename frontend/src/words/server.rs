//! The server and the names' own rules speak English, in sentences that say exactly what is wrong. A language that
//! is not English says the same by the code, as far as a code can tell.

use shared::{CloseCode, ErrorCode, InvalidRoomName, InvalidUsername};

use super::language;
use crate::state::text::sentence;

/// What a language says in place of English; `None` leaves the English as it is.
pub(super) struct Translation {
    /// For the code, and for the server's sentence where the code only says that a field is wrong.
    pub(super) refused: fn(ErrorCode, &str) -> Option<&'static str>,
    pub(super) wrong_username: fn(InvalidUsername) -> Option<String>,
    pub(super) wrong_room_name: fn(InvalidRoomName) -> Option<String>,
}

/// Why the server refused something: its own sentence, or the reader's language's for the code.
#[must_use]
pub(crate) fn refused(code: ErrorCode, said: &str) -> String {
    (language().server.refused)(code, said).map_or_else(|| sentence(said), str::to_owned)
}

/// Why the server ended the connection and wants nobody back by himself: by its close code, else in its own words.
#[must_use]
pub(crate) fn parted(code: u16, said: Option<String>) -> String {
    let text = &super::words().connection;
    let known = [
        (CloseCode::Revoked, text.signed_out_elsewhere),
        (CloseCode::Banned, text.banned),
        (CloseCode::Flooding, text.flooded),
    ];
    let known = known.into_iter().find(|(close, _)| close.number() == code).map(|(_, text)| text.to_owned());
    known.or(said).unwrap_or_else(|| text.ended_by_server.to_owned())
}

/// Why a text is no username.
#[must_use]
pub(crate) fn wrong_username(wrong: InvalidUsername) -> String {
    (language().server.wrong_username)(wrong).unwrap_or_else(|| sentence(&wrong.to_string()))
}

/// Why a text is no name for a room.
#[must_use]
pub(crate) fn wrong_room_name(wrong: InvalidRoomName) -> String {
    (language().server.wrong_room_name)(wrong).unwrap_or_else(|| sentence(&wrong.to_string()))
}
