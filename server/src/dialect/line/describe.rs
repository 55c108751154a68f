//! What documents say of line chat.

use crate::dialect::description::{Address, Description, Listener};

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "Lines of text over plain TCP, for a terminal or the smallest of devices: `bob: hello` to one user, \
                   `#lobby: hello` to a room, and what was missed at login or at `!check`.";
    Description::new("line", "Line chat", summary)
        .at(Address::http("line", "/", "Line chat over TCP").on(Listener::Line))
        .hears_text("name", "The first line: who speaks; an account's password is the second.", "^[^\\s]+$", &["alice"])
        .hears_text(
            "message",
            "Says something to a user or, after `#`, in a room.",
            "^[^:]+: ",
            &["bob: hello", "#lobby: hello everybody"],
        )
        .hears_text(
            "command",
            "Asks the server for something.",
            "^(!\\w+.*|exit)$",
            &["!check", "!join #lobby", "!leave #lobby", "!rooms", "!who", "!help", "exit"],
        )
        .says_text("prompt", "A name or password is wanted; without a newline.", ": $", &["Enter your username: "])
        .says_text(
            "direct",
            "Something was said to the user.",
            "^\\[.+\\]\\[.+\\] ",
            &["[alice][2026-11-21T09:30:00.000Z] hello"],
        )
        .says_text(
            "room",
            "Something was said in a room.",
            "^#.+ \\[.+\\]\\[.+\\] ",
            &["#lobby [alice][2026-11-21T09:30:00.000Z] hello everybody"],
        )
        .says_text(
            "stored",
            "A message that waited.",
            "^\\[Stored\\] ",
            &["[Stored] [2026-11-21T09:30:00.000Z][alice] 'hello'"],
        )
        .says_text(
            "answer",
            "What became of a line.",
            "^.*$",
            &[
                "Connected! Users online: alice, bob",
                "User 'bob' is offline. Message saved.",
                "Invalid format. Use: TO_USERNAME: MESSAGE",
            ],
        )
}
