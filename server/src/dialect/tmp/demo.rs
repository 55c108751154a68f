//! What the demo web app of TMP's project layers on the body of a chat message: typing, and marked text.

/// Says 'is typing'.
pub const TYPING: &str = "CHAT_TYPING_INDICATOR";

/// Stands before one separator character and the text.
const TEXT: &str = "CHAT_MESSAGE";

/// What a body says to the demo app.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Body<'a> {
    /// The sender is typing.
    Typing,
    /// Text that was marked as such.
    Text(&'a str),
    /// Neither: the body of another client.
    Plain(&'a str),
}

/// Reads a body.
#[must_use]
pub fn read(body: &str) -> Body<'_> {
    if body == TYPING {
        return Body::Typing;
    }
    let Some(rest) = body.strip_prefix(TEXT) else { return Body::Plain(body) };
    let mut rest = rest.chars();
    match rest.next() {
        // Another word that begins alike.
        Some(c) if c.is_alphanumeric() || c == '_' => Body::Plain(body),
        Some(_) | None => Body::Text(rest.as_str()),
    }
}

/// Text as the demo app expects it.
#[must_use]
pub fn text(body: &str) -> String {
    format!("{TEXT} {body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_typing_or_marked_text_or_plain() {
        for (body, expected) in [
            ("CHAT_TYPING_INDICATOR", Body::Typing),
            ("CHAT_TYPING_INDICATOR?", Body::Plain("CHAT_TYPING_INDICATOR?")),
            ("CHAT_MESSAGE hello", Body::Text("hello")),
            ("CHAT_MESSAGE: hello", Body::Text(" hello")),
            ("CHAT_MESSAGE  two spaces", Body::Text(" two spaces")),
            ("CHAT_MESSAGE\u{2003}ä", Body::Text("ä")),
            ("CHAT_MESSAGE", Body::Text("")),
            ("CHAT_MESSAGES", Body::Plain("CHAT_MESSAGES")),
            ("hello", Body::Plain("hello")),
            ("", Body::Plain("")),
        ] {
            assert_eq!(read(body), expected, "{body:?}");
        }
    }

    #[test]
    fn what_is_sent_is_read_again() {
        assert_eq!(read(&text("CHAT_MESSAGE x")), Body::Text("CHAT_MESSAGE x"));
    }
}
