//! How a name is prepared before it is looked at, after PRECIS' profile for nicknames (RFC 8266): its compatibility
//! forms become the usual letters (NFKC), and it holds assigned characters only. What else that profile refuses,
//! [`super::names`] refuses by itself. The tables are large, so only the server prepares names, and tells the browser.

/// The name in its one form: `Ａlice` and `𝐀lice` are `Alice`, an `e` and an accent of its own are `é`.
#[cfg(feature = "prepare")]
pub fn prepared(text: String) -> String {
    use unicode_normalization::UnicodeNormalization;

    // No more is looked at than could become a name; what is too long is so afterwards too.
    if text.is_ascii() { text } else { text.chars().take(LONGEST).nfkc().collect() }
}

/// A character that cannot stand where it does: one that is none, or at the start a mark that belongs to the letter
/// before it.
#[cfg(feature = "prepare")]
pub fn stray(text: &str) -> Option<char> {
    use unicode_normalization::char::{is_combining_mark, is_public_assigned};

    if text.is_ascii() {
        return None;
    }
    let leads = text.chars().next().filter(|c| is_combining_mark(*c));
    leads.or_else(|| text.chars().find(|c| !is_public_assigned(*c)))
}

/// More characters than any name has, also where each brings its marks along.
#[cfg(feature = "prepare")]
const LONGEST: usize = 1_000;

/// The name as it is.
#[cfg(not(feature = "prepare"))]
pub fn prepared(text: String) -> String {
    text
}

/// Not known here.
#[cfg(not(feature = "prepare"))]
pub fn stray(_: &str) -> Option<char> {
    None
}

#[cfg(all(test, feature = "prepare"))]
mod tests {
    use crate::{InvalidRoomName, InvalidUsername, RoomName, Username};

    fn spelt(text: &str) -> Result<String, InvalidUsername> {
        text.parse::<Username>().map(String::from)
    }

    #[test]
    fn a_name_has_one_form_however_it_is_typed() {
        for (typed, form) in [
            ("Ａｌｉｃｅ", "Alice"),
            ("𝓪𝓵𝓲𝓬𝓮", "alice"),
            ("ﬁona", "fiona"),
            ("zoe\u{308}", "zoë"),
            ("ｶﾞ", "ガ"),
            ("★bob♥", "★bob♥"),
        ] {
            assert_eq!(spelt(typed).as_deref(), Ok(form), "{typed}");
        }
        assert_eq!("Book\u{A0}club".parse::<RoomName>().map(String::from), Ok("Book club".to_owned()));
    }

    #[test]
    fn what_a_form_turns_into_is_held_to_the_rules_too() {
        assert_eq!(spelt("℀bc"), Err(InvalidUsername::Reserved('/')));
        assert_eq!(spelt("ｓｅｒｖｅｒ"), Err(InvalidUsername::Server));
        assert_eq!(spelt(&"ﷺ".repeat(2)), Err(InvalidUsername::TooLong));
        assert_eq!("\u{3000}club".parse::<RoomName>(), Err(InvalidRoomName::Invisible));
        assert_eq!("＃club".parse::<RoomName>(), Err(InvalidRoomName::Reserved('#')));
    }

    #[test]
    fn a_name_holds_no_character_that_is_none_and_starts_with_no_stray_mark() {
        for c in ['\u{E000}', '\u{378}', '\u{10FFFF}'] {
            assert_eq!(spelt(&format!("a{c}")), Err(InvalidUsername::Reserved(c)));
        }
        assert_eq!(spelt("\u{301}a"), Err(InvalidUsername::Reserved('\u{301}')));
        assert!(spelt("अमिता").is_ok());
    }

    #[test]
    fn a_very_long_text_costs_little_and_is_too_long() {
        assert_eq!(spelt(&"a\u{301}".repeat(100_000)), Err(InvalidUsername::TooLong));
    }
}
