//! What is cut from a client's bytes, whole or in pieces, and what is refused.

use proptest::prelude::*;

use super::*;

const MASK: [u8; 4] = [7, 77, 177, 0];

/// A client's frame: `first` is its first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | length as u8),
        length => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ MASK[index % 4]));
    frame
}

fn all_cut(cutter: &mut Cutter) -> Vec<Cut> {
    std::iter::from_fn(|| cutter.cut()).collect()
}

fn cut(bytes: &[u8]) -> Vec<Cut> {
    let mut cutter = Cutter::new(1_000);
    cutter.feed(bytes);
    all_cut(&mut cutter)
}

fn text(text: &str) -> Cut {
    Cut::Message(Frame::text(text))
}

#[test]
fn control_frames_come_between_the_pieces_of_a_message() {
    let bytes = [frame(0x01, b"hel"), frame(0x89, b"?"), frame(0x8a, b""), frame(0x80, b"lo")].concat();
    assert_eq!(cut(&bytes), [Cut::Ping(Bytes::from_static(b"?")), Cut::Pong, text("hello")]);
}

#[test]
fn a_character_may_be_cut_in_two_by_frames_but_not_left_half() {
    let (one, other) = "ä".as_bytes().split_at(1);
    assert_eq!(cut(&[frame(0x01, one), frame(0x80, other)].concat()), [text("ä")]);
    assert_eq!(cut(&frame(0x81, one)), [Cut::Broken(code::NOT_TEXT)]);
}

#[test]
fn what_cannot_be_is_the_end() {
    let unmasked = vec![0x81, 1, b'a'];
    let reserved = frame(0xc1, b"a");
    let nothing_to_go_on = frame(0x80, b"a");
    let two_at_once = [frame(0x01, b"a"), frame(0x81, b"b")].concat();
    let ping_in_pieces = frame(0x09, b"");
    let long_ping = frame(0x89, &[0; 126]);
    let unknown = frame(0x83, b"");
    let half_a_code = frame(0x88, &[3]);
    let no_code = frame(0x88, &1005_u16.to_be_bytes());
    for bytes in
        [unmasked, reserved, nothing_to_go_on, two_at_once, ping_in_pieces, long_ping, unknown, half_a_code, no_code]
    {
        let bytes = [bytes, frame(0x81, b"later")].concat();
        assert_eq!(cut(&bytes), [Cut::Broken(code::PROTOCOL)], "{bytes:?}");
    }
}

#[test]
fn a_close_says_why_or_does_not() {
    assert_eq!(cut(&frame(0x88, b"")), [Cut::Close(None)]);
    let payload = [&4001_u16.to_be_bytes()[..], "zu langsam".as_bytes()].concat();
    assert_eq!(cut(&frame(0x88, &payload)), [Cut::Close(Some(4001))]);
}

#[test]
fn what_is_too_large_is_told_by_its_header_and_only_a_close_is_heard_after_it() {
    let mut cutter = Cutter::new(10);
    cutter.feed(&frame(0x01, b"12345678"));
    assert_eq!(cutter.cut(), None);
    let large = frame(0x00, &[b'x'; 200]);
    cutter.feed(&large[..8]);
    assert_eq!(cutter.cut(), Some(Cut::TooLarge));
    cutter.feed(&large[8..]);
    cutter.feed(&frame(0x80, b"end"));
    cutter.feed(&frame(0x81, b"more"));
    assert_eq!(cutter.cut(), None);
    cutter.feed(&frame(0x88, b""));
    assert_eq!(cutter.cut(), Some(Cut::Close(None)));
    assert_eq!(cutter.rest.capacity(), 0);
}

#[test]
fn what_we_write_has_the_shortest_length_there_is() {
    for (length, header) in [(5, 2), (126, 4), (0xffff, 4), (0x1_0000, 10)] {
        let mut bytes = Vec::new();
        append(Kind::Binary, &vec![0; length], &mut bytes);
        assert_eq!((bytes[0], bytes.len() - length), (0x82, header));
    }
}

fn messages() -> impl Strategy<Value = Vec<(String, Vec<usize>)>> {
    prop::collection::vec((".{0,60}", prop::collection::vec(0..70_usize, 0..4)), 0..8)
}

/// A message in pieces that end at `ends`, a ping after each.
fn in_pieces(message: &str, ends: &[usize]) -> Vec<u8> {
    let mut ends: Vec<_> = ends.iter().map(|end| end % (message.len() + 1)).chain([message.len()]).collect();
    ends.sort_unstable();
    let mut bytes = Vec::new();
    let mut start = 0;
    for (index, end) in ends.iter().enumerate() {
        let last = if index + 1 == ends.len() { 0x80 } else { 0 };
        let kind = u8::from(index == 0);
        bytes.extend(frame(last | kind, &message.as_bytes()[start..*end]));
        if last == 0 {
            bytes.extend(frame(0x89, b"."));
        }
        start = *end;
    }
    bytes
}

proptest! {
    #[test]
    fn messages_come_out_as_they_went_in_however_the_bytes_are_cut(messages in messages(), step in 1..40_usize) {
        let bytes: Vec<u8> = messages.iter().flat_map(|(message, ends)| in_pieces(message, ends)).collect();
        let mut cutter = Cutter::new(1_000);
        let mut heard = Vec::new();
        for piece in bytes.chunks(step) {
            cutter.feed(piece);
            heard.extend(all_cut(&mut cutter));
        }
        let expected: Vec<_> = messages.iter().map(|(message, _)| text(message)).collect();
        heard.retain(|cut| matches!(cut, Cut::Message(_)));
        prop_assert_eq!(heard, expected);
        prop_assert_eq!(cutter.rest.capacity(), 0);
    }

    #[test]
    fn any_bytes_are_cut_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut cutter = Cutter::new(50);
        cutter.feed(&bytes);
        for cut in all_cut(&mut cutter) {
            if let Cut::Message(Frame::Binary(bytes)) = cut {
                prop_assert!(bytes.len() <= 50);
            }
        }
    }
}
