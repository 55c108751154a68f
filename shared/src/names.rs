//! Usernames and room names: a value of these types is a valid one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::prepare::{prepared, stray};

/// Characters that no username may hold, beside white space, control and invisible ones: each means
/// something in one of the dialects or in an address.
const RESERVED_IN_USERNAMES: &[char] = &[':', '/', '#', '@', ',', '?', '&', '=', '%', '<', '>', '"', '\'', '\\', '`'];

/// Characters that no room name may hold: they end a name in the line dialect or start another kind of address.
const RESERVED_IN_ROOM_NAMES: &[char] = &[':', '#', '@', '<', '>', '"', '\\', '`'];

/// Usernames for documents: nothing that [`RESERVED_IN_USERNAMES`] lists, no white space.
#[cfg(feature = "schema")]
const USERNAME: &str = r#"^[^\s:/#@,?&=%<>"'\\`]+$"#;

/// Room names for documents: nothing that [`RESERVED_IN_ROOM_NAMES`] lists.
#[cfg(feature = "schema")]
const ROOM_NAME: &str = r#"^[^:#@<>"\\`]+$"#;

/// The name by which dialects without error frames sign what the server itself says. Nobody else has it.
pub const SERVER_NAME: &str = "server";

/// A user's name: 1 to 20 characters, no white space, no control or invisible characters, none of
/// ``: / # @ , ? & = % < > " ' \ ` ``.
///
/// Names that differ only in case are the same name: equality and hashing go by [`Username::key`], while the
/// spelling is kept for display. On the server a name is in the one form that PRECIS gives it, see `prepare`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = Self::MAX_CHARS, "pattern" = USERNAME)))]
#[cfg_attr(feature = "schema", schema(value_type = String, min_length = 1, max_length = 20, example = "alice"))]
pub struct Username(String);

impl Username {
    /// The longest username, in characters.
    pub const MAX_CHARS: usize = 20;

    /// A name that was taken once, as it was kept. It stays one, also where none like it could be taken today.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The name as spelled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which names are compared and stored: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.0, &other.0)
    }
}

impl Eq for Username {}

impl Hash for Username {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is no username.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidUsername {
    /// Nothing at all.
    #[error("a username needs at least one character")]
    Empty,
    /// More than [`Username::MAX_CHARS`] characters.
    #[error("a username has at most {} characters", Username::MAX_CHARS)]
    TooLong,
    /// White space, a control or an invisible character.
    #[error("a username has no spaces and no invisible characters")]
    Invisible,
    /// One of the characters that mean something in an address; or one that is none, or has nothing to stand on.
    #[error("a username cannot contain {0:?}")]
    Reserved(char),
    /// The name the server itself uses.
    #[error("that name belongs to the server itself")]
    Server,
}

impl TryFrom<String> for Username {
    type Error = InvalidUsername;

    fn try_from(text: String) -> Result<Self, InvalidUsername> {
        let text = prepared(text);
        if text.is_empty() {
            return Err(InvalidUsername::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidUsername::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || is_invisible(c)) {
            return Err(InvalidUsername::Invisible);
        }
        if let Some(c) = text.chars().find(|c| RESERVED_IN_USERNAMES.contains(c)).or_else(|| stray(&text)) {
            return Err(InvalidUsername::Reserved(c));
        }
        if text.eq_ignore_ascii_case(SERVER_NAME) {
            return Err(InvalidUsername::Server);
        }
        Ok(Self(text))
    }
}

impl FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        Self::try_from(text.to_owned())
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// The name of a public room or a group: 1 to 64 characters, none of ``: # @ < > " \ ` ``, no control or
/// invisible characters, no white space at either end. Names that differ only in case are the same name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = Self::MAX_CHARS, "pattern" = ROOM_NAME)))]
pub struct RoomName(String);

impl RoomName {
    /// The longest room name, in characters.
    pub const MAX_CHARS: usize = 64;

    /// The name as spelled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which names are compared and stored: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// A name that was taken once, as it was kept. It stays one, also where none like it could be taken today.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The room that always exists.
    #[must_use]
    pub fn lobby() -> Self {
        Self("lobby".to_owned())
    }
}

impl PartialEq for RoomName {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.0, &other.0)
    }
}

impl Eq for RoomName {}

impl Hash for RoomName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is no room name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidRoomName {
    /// Nothing at all.
    #[error("a room name needs at least one character")]
    Empty,
    /// More than [`RoomName::MAX_CHARS`] characters.
    #[error("a room name has at most {} characters", RoomName::MAX_CHARS)]
    TooLong,
    /// White space at an end, a control or an invisible character.
    #[error("a room name has no invisible characters and no spaces at its ends")]
    Invisible,
    /// One of the characters that mean something in an address; or one that is none, or has nothing to stand on.
    #[error("a room name cannot contain {0:?}")]
    Reserved(char),
}

impl TryFrom<String> for RoomName {
    type Error = InvalidRoomName;

    fn try_from(text: String) -> Result<Self, InvalidRoomName> {
        let text = prepared(text);
        if text.is_empty() {
            return Err(InvalidRoomName::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidRoomName::TooLong);
        }
        if text.trim() != text || text.chars().any(is_invisible) {
            return Err(InvalidRoomName::Invisible);
        }
        if let Some(c) = text.chars().find(|c| RESERVED_IN_ROOM_NAMES.contains(c)).or_else(|| stray(&text)) {
            return Err(InvalidRoomName::Reserved(c));
        }
        Ok(Self(text))
    }
}

impl FromStr for RoomName {
    type Err = InvalidRoomName;

    fn from_str(text: &str) -> Result<Self, InvalidRoomName> {
        Self::try_from(text.to_owned())
    }
}

impl From<RoomName> for String {
    fn from(name: RoomName) -> Self {
        name.0
    }
}

/// Whether two names have the same key. Names are compared with every message, so that of the usual ones is not made.
fn is_same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// Hashes a name's key, without making that of a usual one.
fn hash<H: Hasher>(name: &str, state: &mut H) {
    let mut room = [0; RoomName::MAX_CHARS];
    match room.get_mut(..name.len()) {
        Some(key) if name.is_ascii() => {
            key.copy_from_slice(name.as_bytes());
            key.make_ascii_lowercase();
            state.write(key);
        }
        _ => state.write(name.to_lowercase().as_bytes()),
    }
    // No name is the beginning of another's hash.
    state.write_u8(0xff);
}

/// Control characters, and those that draw nothing or turn the direction of what follows.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn username(text: &str) -> Result<Username, InvalidUsername> {
        text.parse()
    }

    #[test]
    fn twenty_characters_make_a_username_and_twenty_one_do_not() {
        assert!(username(&"ä".repeat(20)).is_ok());
        assert_eq!(username(&"ä".repeat(21)), Err(InvalidUsername::TooLong));
        assert_eq!(username(""), Err(InvalidUsername::Empty));
    }

    #[test]
    fn a_username_holds_nothing_that_an_address_needs() {
        for c in RESERVED_IN_USERNAMES {
            assert_eq!(username(&format!("al{c}ice")), Err(InvalidUsername::Reserved(*c)));
        }
    }

    #[test]
    fn a_username_shows_all_it_is_made_of() {
        for text in ["a b", "a\tb", "a\u{200B}b", "\u{202E}bob", "a\u{0}b"] {
            assert_eq!(username(text), Err(InvalidUsername::Invisible), "{text:?}");
        }
    }

    #[test]
    fn case_does_not_tell_names_apart_but_the_spelling_stays() {
        let john = username("John").unwrap();
        assert_eq!(john, username("jOHN").unwrap());
        assert_eq!(john.as_str(), "John");
    }

    #[test]
    fn names_that_are_the_same_have_the_same_hash_whatever_their_letters() {
        let hash = |text: &str| {
            let mut state = std::hash::DefaultHasher::new();
            username(text).unwrap().hash(&mut state);
            state.finish()
        };
        // The last one is the sign for kelvin, whose lower case is a plain k; the sigmas differ by their place.
        for (one, other) in [("John", "jOHN"), ("ÄGIR", "ägir"), ("ΑΣ", "ας"), ("k", "\u{212A}")] {
            assert_eq!(username(one).unwrap(), username(other).unwrap());
            assert_eq!(hash(one), hash(other), "{one} {other}");
        }
        assert_ne!(username("ann"), username("anna"));
    }

    #[test]
    fn a_room_name_may_hold_spaces_inside_only() {
        assert!("Book club".parse::<RoomName>().is_ok());
        assert_eq!(" club".parse::<RoomName>(), Err(InvalidRoomName::Invisible));
        assert_eq!("a:b".parse::<RoomName>(), Err(InvalidRoomName::Reserved(':')));
    }
}
