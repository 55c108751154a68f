//! Any text as PostgreSQL takes it. Its texts hold every character but NUL; where one is written, and where the
//! character that marks it is, both become two characters.

use std::borrow::Cow;

/// "Substitute" (U+001A): what it stands before is no ordinary letter. Nobody types it.
const MARK: char = '\u{1a}';

/// A text as it is stored.
pub(super) fn put(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(MARK, "\u{1a}s").replace('\0', "\u{1a}0"))
}

/// A stored text as it was.
pub(super) fn take(text: String) -> String {
    if text.contains(MARK) { text.replace("\u{1a}0", "\0").replace("\u{1a}s", "\u{1a}") } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{put, take};

    proptest! {
        #[test]
        fn what_is_put_in_comes_out_and_has_no_nul(text in "[\\x00\\x1a0s]{0,12}|\\PC{0,40}") {
            let stored = put(&text).into_owned();
            prop_assert!(!stored.contains('\0'));
            prop_assert_eq!(take(stored), text);
        }
    }
}
