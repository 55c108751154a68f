//! TMP's one format: `tmp://` + type padded to 32 characters + `::/` + username padded to 20 + `::/` + body. The
//! header is exactly 64 characters, counted as characters and not as bytes.

use bytestring::ByteString;

const SCHEME: &str = "tmp://";
const TERMINATOR: &str = "::/";
const TYPE_CHARS: usize = 32;
const USERNAME_CHARS: usize = 20;

/// What a client may send.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientType {
    /// `SET_USR`: asks for a name.
    SetUser,
    /// `CHAT_MSSG`: speaks.
    Chat,
    /// `EXIT_CHAT`: leaves.
    Exit,
}

/// What the server sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerType {
    /// `STATE_UPG_1`: a name is wanted.
    NameWanted,
    /// `STATE_UPG_2`: the name is taken.
    NameTaken,
    /// `SET_USR_CONFLICT`: that name is not to be had.
    Conflict,
    /// `CHAT_MSSG`: somebody spoke.
    Chat,
    /// `DISCONNECT`: the connection closes.
    Disconnect,
}

/// A client's message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClientMessage<'a> {
    /// What it is.
    pub kind: ClientType,
    /// The username field, without its padding.
    pub username: &'a str,
    /// Everything behind the header, without a line break at its end.
    pub body: &'a str,
}

/// The text is no message of a TMP client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotTmp;

impl ClientType {
    fn parse(name: &str) -> Result<Self, NotTmp> {
        match name {
            "SET_USR" => Ok(Self::SetUser),
            "CHAT_MSSG" => Ok(Self::Chat),
            "EXIT_CHAT" => Ok(Self::Exit),
            _ => Err(NotTmp),
        }
    }
}

impl ServerType {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NameWanted => "STATE_UPG_1",
            Self::NameTaken => "STATE_UPG_2",
            Self::Conflict => "SET_USR_CONFLICT",
            Self::Chat => "CHAT_MSSG",
            Self::Disconnect => "DISCONNECT",
        }
    }
}

impl<'a> ClientMessage<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`NotTmp`] for any other text.
    pub fn parse(text: &'a str) -> Result<Self, NotTmp> {
        let rest = text.strip_prefix(SCHEME).ok_or(NotTmp)?;
        let (kind, rest) = field(rest, TYPE_CHARS)?;
        let (username, body) = field(rest, USERNAME_CHARS)?;
        // Tools that send a line as a message send its end along; TMP's own clients cut it off.
        let body = body.strip_suffix('\n').map_or(body, |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Self { kind: ClientType::parse(kind)?, username, body })
    }
}

/// A message of the server.
#[must_use]
pub fn frame(kind: ServerType, username: &str, body: &str) -> ByteString {
    let kind = kind.name();
    format!("{SCHEME}{kind:<TYPE_CHARS$}{TERMINATOR}{username:<USERNAME_CHARS$}{TERMINATOR}{body}").into()
}

/// Takes a field of so many characters and its terminator off the front. The field comes without the spaces around it.
fn field(text: &str, chars: usize) -> Result<(&str, &str), NotTmp> {
    let end = text.char_indices().nth(chars).map(|(at, _)| at).ok_or(NotTmp)?;
    let (value, rest) = text.split_at(end);
    let rest = rest.strip_prefix(TERMINATOR).ok_or(NotTmp)?;
    Ok((value.trim_matches(' '), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(kind: &str, username: &str, body: &str) -> String {
        format!("tmp://{kind:<32}::/{username:<20}::/{body}")
    }

    fn check(text: &str, expected: Result<(ClientType, &str, &str), NotTmp>) {
        let expected = expected.map(|(kind, username, body)| ClientMessage { kind, username, body });
        assert_eq!(ClientMessage::parse(text), expected, "{text:?}");
    }

    #[test]
    fn a_message_is_read_field_by_field() {
        check(&client("SET_USR", "alice", ""), Ok((ClientType::SetUser, "alice", "")));
        check(&client("CHAT_MSSG", "alice", "hi ::/ there "), Ok((ClientType::Chat, "alice", "hi ::/ there ")));
        check(&client("EXIT_CHAT", "", ""), Ok((ClientType::Exit, "", "")));
    }

    #[test]
    fn one_line_break_at_the_end_is_the_tools_and_no_text() {
        for (sent, body) in [("hi\n", "hi"), ("hi\r\n", "hi"), ("\n", ""), ("a\nb\n\n", "a\nb\n"), ("hi\r", "hi\r")] {
            check(&client("CHAT_MSSG", "alice", sent), Ok((ClientType::Chat, "alice", body)));
        }
    }

    #[test]
    fn fields_are_counted_in_characters() {
        let name = "ä".repeat(20);
        check(&client("SET_USR", &name, "ü"), Ok((ClientType::SetUser, &name, "ü")));
    }

    #[test]
    fn the_header_is_exactly_64_characters() {
        let sent = frame(ServerType::Chat, "Zoë", "hello");
        assert_eq!(&*sent, "tmp://CHAT_MSSG                       ::/Zoë                 ::/hello");
        assert_eq!(sent.chars().count(), 64 + 5);
    }

    #[test]
    fn whatever_breaks_the_format_is_not_tmp() {
        let whole = client("SET_USR", "alice", "");
        for cut in 0..whole.len() {
            check(&whole[..cut], Err(NotTmp));
        }
        check(&whole.replacen("tmp://", "tmp:/", 1), Err(NotTmp));
        check(&whole.replace("SET_USR", "SET_USR "), Err(NotTmp));
        check(&client("set_usr", "alice", ""), Err(NotTmp));
        check(&client("STATE_UPG_2", "alice", ""), Err(NotTmp));
        check(&client("", "", ""), Err(NotTmp));
        check(&format!("x{whole}"), Err(NotTmp));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = ClientMessage::parse(&text);
        }

        #[test]
        fn what_fits_the_fields_comes_out_as_it_went_in(name in "[^ \\p{C}]{1,20}", body in any::<String>()) {
            let body = format!("{body}.");
            let text = client("CHAT_MSSG", &name, &body);
            prop_assert_eq!(
                ClientMessage::parse(&text),
                Ok(ClientMessage { kind: ClientType::Chat, username: &name, body: &body })
            );
        }
    }
}
