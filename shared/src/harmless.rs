//! Text that stands beside other text, and must not change how that reads.

/// A text without what would change how the text around it is read: overrides of direction, controls, and what takes
/// no room. Joiners stay; scripts and emoji need them.
#[must_use]
pub fn harmless(text: &str) -> String {
    let harms = |c: &char| {
        matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
            || matches!(c, '\u{061C}' | '\u{180E}' | '\u{FEFF}' | '\u{00AD}')
            || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    text.chars().filter(|c| !harms(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_turns_hides_or_controls_is_left_out_and_what_writes_stays() {
        assert_eq!(harmless("a\u{202E}b\u{200B}c\u{7}d\u{2066}"), "abcd");
        for kept in ["two\nlines", "family 👨\u{200D}👩\u{200D}👧", "می\u{200C}خواهم", "שלום", "é"] {
            assert_eq!(harmless(kept), kept);
        }
    }
}
