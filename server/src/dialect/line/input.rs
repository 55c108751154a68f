//! What a line from a user means.

use shared::{Destination, RoomName};

/// A line that was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// `bob: hello` and `#lobby: hello`.
    Say(Destination, String),
    /// `!check`
    Check,
    /// `!join #room`
    Join(RoomName),
    /// `!leave #room`
    Leave(RoomName),
    /// `!rooms`
    Rooms,
    /// `!who`
    Who,
    /// `!help`
    Help,
    /// `exit`
    Exit,
}

/// Whether the line asks to disconnect, which it may at any time.
pub fn is_exit(line: &str) -> bool {
    line.trim().eq_ignore_ascii_case("exit")
}

/// What the line means, if anything.
pub fn parse(line: &str) -> Option<Input> {
    let line = line.trim();
    if is_exit(line) {
        return Some(Input::Exit);
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match (word, rest) {
        ("!check", "") => Some(Input::Check),
        ("!rooms", "") => Some(Input::Rooms),
        ("!who", "") => Some(Input::Who),
        ("!help", "") => Some(Input::Help),
        ("!join", _) => room(rest).map(Input::Join),
        ("!leave", _) => room(rest).map(Input::Leave),
        _ => say(line),
    }
}

fn say(line: &str) -> Option<Input> {
    let (to, body) = line.split_once(':')?;
    let (to, body) = (to.trim_end(), body.trim_start());
    if body.is_empty() {
        return None;
    }
    let to = match to.strip_prefix('#') {
        Some(_) => Destination::Named(room(to)?),
        None => Destination::User(to.parse().ok()?),
    };
    Some(Input::Say(to, body.to_owned()))
}

fn room(text: &str) -> Option<RoomName> {
    text.strip_prefix('#')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let shown = match parse(line) {
            None => "nothing".to_owned(),
            Some(Input::Say(to, body)) => format!("say {to} {body}"),
            Some(Input::Join(room)) => format!("join {room}"),
            Some(Input::Leave(room)) => format!("leave {room}"),
            Some(other) => format!("{other:?}").to_lowercase(),
        };
        assert_eq!(shown, expected, "{line:?}");
    }

    #[test]
    fn a_colon_ends_the_address() {
        check("bob: hello", "say @bob hello");
        check("bob:hello", "say @bob hello");
        check("  bob :  see http://example.org  ", "say @bob see http://example.org");
        check("#lobby: hi", "say #lobby hi");
        check("#Book club: hi", "say #Book club hi");
    }

    #[test]
    fn what_has_no_address_or_no_text_is_nothing() {
        for line in ["", "hello", "bob:", "bob:   ", ": hi", "a b: hi", "#: hi", "@bob: hi", "#a#b: hi"] {
            check(line, "nothing");
        }
    }

    #[test]
    fn commands_stand_alone() {
        check("!check", "check");
        check(" !who ", "who");
        check("!rooms", "rooms");
        check("!help", "help");
        check("!join #Book club", "join Book club");
        check("!leave #lobby", "leave lobby");
        check("exit", "exit");
        check("Exit\t", "exit");
        for line in ["!check now", "!join", "!join lobby", "!join #a:b", "!dance", "!", "exit now"] {
            check(line, "nothing");
        }
    }

    #[test]
    fn a_command_with_a_colon_behind_it_is_an_address() {
        check("!check: hi", "say @!check hi");
        check("exit: hi", "say @exit hi");
    }
}
