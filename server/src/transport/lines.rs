//! Bytes cut into lines, without any wire: what is buffered, where a line ends, and when it is too long.
//!
//! A line ends with LF or CRLF. What no newline ends becomes a line when its transport finds that nothing more
//! comes ([`Lines::quiet`]): there are clients that end no message with a newline.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

use crate::dialect::Frame;

/// Bytes read at once: small, since idle connections are many.
const READ: usize = 4 * 1_024;

/// What was cut off.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A whole line, without its end: text, or binary where it is no UTF-8.
    Whole(Frame),
    /// A line longer than the limit. Told once; all of it is discarded.
    TooLong,
}

/// Cuts a stream of bytes into lines of at most `limit` bytes. Holds never more than a line and what was read with
/// its last byte.
#[derive(Debug)]
pub struct Lines {
    buffer: BytesMut,
    /// How much of the buffer is known to hold no newline.
    searched: usize,
    limit: usize,
    /// What comes belongs to a line that was too long.
    discarding: bool,
    /// The last line ended by quiet: a newline that comes now is its end, and no line of its own.
    ended_by_quiet: bool,
}

impl Lines {
    /// Lines of at most `limit` bytes, their ends not counted.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { buffer: BytesMut::new(), searched: 0, limit, discarding: false, ended_by_quiet: false }
    }

    /// Where to put what is read next, with room for some. Cut off all lines first, so that it stays small.
    pub fn space(&mut self) -> &mut BytesMut {
        if self.buffer.is_empty() && self.buffer.capacity() > READ {
            self.buffer = BytesMut::new();
        }
        self.buffer.reserve(READ);
        &mut self.buffer
    }

    /// The next line, if one is there to its end.
    pub fn cut(&mut self) -> Option<Line> {
        loop {
            let newline = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n');
            let Some(newline) = newline else { return self.wait_for_more() };
            let mut line = self.buffer.split_to(self.searched + newline + 1);
            self.searched = 0;
            line.truncate(line.len() - 1);
            let line = without_return(line.freeze());
            let end_of_last = std::mem::take(&mut self.ended_by_quiet) && line.is_empty();
            if std::mem::take(&mut self.discarding) || end_of_last {
                continue;
            }
            return Some(self.measured(line));
        }
    }

    /// Whether something came that no newline has ended yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.discarding || !self.buffer.is_empty()
    }

    /// Nothing more has come for a while: what is there counts as a whole line. Called when [`Lines::cut`] has
    /// nothing left.
    pub fn quiet(&mut self) -> Option<Line> {
        self.searched = 0;
        let line = without_return(self.buffer.split().freeze());
        let discarded = std::mem::take(&mut self.discarding);
        if discarded || line.is_empty() && self.ended_by_quiet {
            self.ended_by_quiet = true;
            return None;
        }
        self.ended_by_quiet = true;
        Some(self.measured(line))
    }

    fn wait_for_more(&mut self) -> Option<Line> {
        // A carriage return at the end may belong to the line's end, and does not count yet.
        let content = self.buffer.len() - usize::from(self.buffer.ends_with(b"\r"));
        if self.discarding || content > self.limit {
            self.buffer.clear();
            self.searched = 0;
            return (!std::mem::replace(&mut self.discarding, true)).then_some(Line::TooLong);
        }
        self.searched = self.buffer.len();
        None
    }

    fn measured(&self, line: Bytes) -> Line {
        if line.len() > self.limit {
            return Line::TooLong;
        }
        Line::Whole(ByteString::try_from(line.clone()).map_or(Frame::Binary(line), Frame::Text))
    }
}

fn without_return(mut line: Bytes) -> Bytes {
    if line.ends_with(b"\r") {
        line.truncate(line.len() - 1);
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 8;

    /// Feeds the packets; `~` alone stands for quiet. What comes out, as text.
    fn check(packets: &[&str], expected: &[&str]) {
        let packets: Vec<_> = packets.iter().map(|packet| packet.as_bytes()).collect();
        assert_eq!(cut(&packets), expected, "{packets:?}");
    }

    fn cut(packets: &[&[u8]]) -> Vec<String> {
        let mut lines = Lines::new(LIMIT);
        let mut found = Vec::new();
        for packet in packets {
            if *packet == b"~" {
                if lines.is_open() {
                    found.extend(lines.quiet());
                }
            } else {
                lines.space().extend_from_slice(packet);
            }
            while let Some(line) = lines.cut() {
                found.push(line);
            }
            assert!(lines.buffer.len() <= LIMIT + 1, "holds more than a line");
        }
        found.into_iter().map(shown).collect()
    }

    fn shown(line: Line) -> String {
        match line {
            Line::Whole(Frame::Text(text)) => text.to_string(),
            Line::Whole(Frame::Binary(bytes)) => format!("binary {}", bytes.escape_ascii()),
            Line::TooLong => "too long".to_owned(),
        }
    }

    #[test]
    fn lines_in_one_packet_are_several_and_one_line_in_many_packets_is_one() {
        check(&["one\ntwo\r\nthree\n"], &["one", "two", "three"]);
        check(&["o", "n", "e\r", "\n"], &["one"]);
        check(&["\n\r\n"], &["", ""]);
    }

    #[test]
    fn what_no_newline_ends_is_a_line_after_quiet() {
        check(&["one"], &[]);
        check(&["one", "~", "two", "~"], &["one", "two"]);
        check(&["a\nb", "~"], &["a", "b"]);
        check(&["~"], &[]);
    }

    #[test]
    fn a_newline_that_comes_after_quiet_still_ends_the_line_before_it() {
        check(&["one", "~", "\n", "two\n"], &["one", "two"]);
        check(&["one", "~", "\r\n\n"], &["one", ""]);
        check(&["one", "~", "\r", "~", "\n", "two\n"], &["one", "two"]);
    }

    #[test]
    fn a_line_over_the_limit_is_told_once_and_what_follows_it_is_read() {
        check(&["12345678\n", "12345678\r\n"], &["12345678", "12345678"]);
        check(&["123456789\nnext\n"], &["too long", "next"]);
        check(&["1234567", "89", "0123456789", "01\nnext\n"], &["too long", "next"]);
        check(&["12345678\r", "\n", "12345678\r", "9\n"], &["12345678", "too long"]);
    }

    #[test]
    fn a_line_over_the_limit_ends_by_quiet_too() {
        check(&["1234567890", "12", "~", "next", "~"], &["too long", "next"]);
        check(&["1234567890", "~", "\nnext\n"], &["too long", "next"]);
    }

    #[test]
    fn what_is_no_utf8_is_binary_and_the_lines_around_it_are_not() {
        assert_eq!(cut(&[b"a\n\xff\xfe\nb\n"]), ["a", "binary \\xff\\xfe", "b"]);
    }

    /// The same lines by the plainest means.
    fn model(bytes: &[u8]) -> Vec<String> {
        let mut parts: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let rest = parts.pop().unwrap_or_default();
        let whole = |line: &[u8]| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > LIMIT {
                return "too long".to_owned();
            }
            let text = std::str::from_utf8(line).map(str::to_owned);
            text.unwrap_or_else(|_| format!("binary {}", line.escape_ascii()))
        };
        let open_too_long = rest.strip_suffix(b"\r").unwrap_or(rest).len() > LIMIT;
        parts.into_iter().map(whole).chain(open_too_long.then(|| "too long".to_owned())).collect()
    }

    proptest! {
        #[test]
        fn lines_do_not_depend_on_how_their_bytes_were_split(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>()], 0..80),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
        ) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            // A packet that is just `~` would be taken for quiet.
            let packets: Vec<&[u8]> =
                cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).filter(|packet| *packet != b"~").collect();
            let bytes = packets.concat();
            prop_assert_eq!(cut(&packets), model(&bytes));
        }

        #[test]
        fn quiet_after_every_packet_makes_each_its_own_line(words in proptest::collection::vec("[a-z]{1,8}", 0..20)) {
            let packets: Vec<&str> = words.iter().flat_map(|word| [word.as_str(), "~"]).collect();
            let expected: Vec<&str> = words.iter().map(String::as_str).collect();
            check(&packets, &expected);
        }
    }
}
