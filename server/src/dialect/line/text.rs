//! The lines the server sends. What others wrote is made harmless for a terminal first: one message is one line,
//! and moves no cursor.

use std::borrow::Cow;
use std::fmt::Write;

use shared::{FileInfo, Username};

use crate::hub::{Listed, RoomRef};
use crate::store::Message;

/// Asks for a name. No newline follows a prompt.
pub const NAME_PROMPT: &str = "Enter your username: ";

/// Asks for the password of an account.
pub const PASSWORD_PROMPT: &str = "Password: ";

/// A name that somebody else holds.
pub const NAME_TAKEN: &str = "Username already taken. Disconnecting...";

/// What is neither message nor command.
pub const FORMAT: &str = "Invalid format. Use: TO_USERNAME: MESSAGE";

/// Bytes that are no text.
pub const NO_TEXT: &str = "That was not UTF-8 text. It was discarded.";

/// No name, or no password, within the time.
pub const TOO_LATE: &str = "Nothing came in time. Disconnecting...";

/// The last wrong password.
pub const WRONG_PASSWORDS: &str = "Wrong password three times. Disconnecting...";

/// `!check` without anything new.
pub const NO_MAIL: &str = "No new messages.";

/// What `!help` shows.
pub const HELP: &[&str] = &[
    "TO_USERNAME: MESSAGE  writes to one user; who is offline gets it later",
    "#ROOM: MESSAGE        speaks in a room, and joins it",
    "!check                shows the stored messages that you have not seen",
    "!join #ROOM           joins a room",
    "!leave #ROOM          leaves a room",
    "!rooms                lists the public rooms",
    "!who                  lists who is online",
    "exit                  disconnects",
];

/// Names in a list of who is online; the rest is counted.
const MOST_NAMES: usize = 500;

/// A message as it comes: `[alice][time] hello`, in a room `#lobby [alice][time] hello`.
pub fn message(room: &RoomRef, message: &Message) -> String {
    let place = place(room);
    format!("{place}[{}][{}] {}", message.sender, message.time, harmless(&spelt_out(message)))
}

/// A message that waited: `[Stored] [time][alice] 'hello'`, with its metadata behind it.
pub fn stored(room: &RoomRef, message: &Message) -> String {
    let place = place(room);
    let mut line =
        format!("[Stored] {place}[{}][{}] '{}'", message.time, message.sender, harmless(&spelt_out(message)));
    if !message.metadata.is_empty()
        && let Ok(metadata) = serde_json::to_string(&message.metadata)
    {
        line.push(' ');
        line.push_str(&harmless(&metadata));
    }
    line
}

fn spelt_out(message: &Message) -> Cow<'_, str> {
    FileInfo::spell_out(&message.body, &message.metadata)
}

/// Who is online: `Users online: alice, bob`.
pub fn online(names: &[Username]) -> String {
    let mut line = "Users online: ".to_owned();
    for (index, name) in names.iter().take(MOST_NAMES).enumerate() {
        line.push_str(if index == 0 { "" } else { ", " });
        line.push_str(name.as_str());
    }
    if names.len() > MOST_NAMES {
        let _ = write!(line, " and {} more", names.len() - MOST_NAMES);
    }
    line
}

/// A room of the directory: `#lobby, 3 present, joined: All welcome`.
pub fn listed(listed: &Listed) -> Option<String> {
    let name = listed.room.name.as_ref()?;
    let joined = if listed.joined { ", joined" } else { "" };
    let topic = if listed.topic.is_empty() { String::new() } else { format!(": {}", harmless(&listed.topic)) };
    Some(format!("#{name}, {} present{joined}{topic}", listed.present))
}

fn place(room: &RoomRef) -> String {
    room.name.as_ref().map(|name| format!("#{name} ")).unwrap_or_default()
}

/// The text with every character replaced that would break the line, steer a terminal or turn the reading
/// direction around: control characters by their pictures, others by the replacement character.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").chars().map(picture).collect())
}

fn is_harmful(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn picture(c: char) -> char {
    match c {
        '\n' => '\u{2424}',
        '\u{7F}' => '\u{2421}',
        '\0'..='\u{1F}' if c != '\t' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        c if is_harmful(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(harmless(text), expected, "{text:?}");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        check("naïve 日本語 👩‍🚀 a\tb", "naïve 日本語 👩‍🚀 a\tb");
    }

    #[test]
    fn one_message_stays_one_line() {
        check("one\ntwo\r\nthree", "one␤two␤three");
        check("\n[bob][now] forged", "␤[bob][now] forged");
        check("a\u{2028}b\u{85}c", "a\u{FFFD}b\u{FFFD}c");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        check("\u{1B}[2J\u{7}\0\u{7F}\r", "␛[2J␇␀␡␍");
        check("\u{9B}31m\u{202E}abc", "\u{FFFD}31m\u{FFFD}abc");
    }

    #[test]
    fn a_long_list_of_names_is_cut_and_counted() {
        let names: Vec<Username> = (0..502).map(|number| format!("u{number}").parse().unwrap()).collect();
        let line = online(&names);
        assert!(line.starts_with("Users online: u0, u1, ") && line.ends_with("u499 and 2 more"), "{line}");
        assert_eq!(online(&names[..1]), "Users online: u0");
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_control_character_but_tabs(text in any::<String>()) {
            prop_assert!(!harmless(&text).chars().any(|c| c.is_control() && c != '\t'));
        }
    }
}
