//! Numbered marks inside message bodies: by them the generator counts what arrives, in whatever protocol, without
//! parsing any, and sees what was lost, doubled or out of order.

/// A body's length in bytes.
pub const BODY: usize = 64;

/// A mark's length: `^`, eight hexadecimal digits, `^`.
pub const MARK: usize = 10;

const EDGE: u8 = b'^';

/// The body of message `number`.
pub fn body(number: u32) -> String {
    format!("^{number:08x}^{}", "x".repeat(BODY - MARK))
}

/// The digits of a mark.
pub fn digits(number: u32) -> [u8; 8] {
    let mut digits = [0; 8];
    for (index, digit) in digits.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (28 - 4 * index)) as usize & 15];
    }
    digits
}

/// Calls `found` for each mark in `bytes`, and says how many bytes at the end may be the beginning of one.
pub fn scan(bytes: &[u8], mut found: impl FnMut(u32)) -> usize {
    let mut at = 0;
    while let Some(offset) = memchr::memchr(EDGE, &bytes[at..]) {
        let start = at + offset;
        let Some(mark) = bytes.get(start..start + MARK) else { return bytes.len() - start };
        if let Some(number) = number(mark) {
            found(number);
            // The rest of the body holds no mark, and its end may still be on the way.
            at = start + MARK;
        } else {
            at = start + 1;
        }
    }
    0
}

fn number(mark: &[u8]) -> Option<u32> {
    if mark[MARK - 1] != EDGE {
        return None;
    }
    mark[1..MARK - 1].iter().try_fold(0, |number, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(bytes: &[u8]) -> (Vec<u32>, usize) {
        let mut marks = Vec::new();
        let rest = scan(bytes, |number| marks.push(number));
        (marks, rest)
    }

    #[test]
    fn marks_are_found_among_anything() {
        let text = format!("\u{81}^^zz^{} and {}", body(7), body(0xdead_beef));
        assert_eq!(marks(text.as_bytes()), (vec![7, 0xdead_beef], 0));
        assert_eq!(digits(0xdead_beef), *b"deadbeef");
    }

    #[test]
    fn a_mark_cut_in_two_is_kept_for_the_next_look() {
        let text = body(300);
        for cut in 1..MARK {
            assert_eq!(marks(&text.as_bytes()[..cut]), (vec![], cut));
        }
    }
}
