//! The emoji that may stand under a message.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One emoji, as a text of 1 to 40 bytes that is no word: no letters of a script, no white space, not plain ASCII.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = Self::MAX_BYTES)))]
pub struct Emoji(String);

impl Emoji {
    /// The longest, in bytes: two people of different skin who kiss take 35.
    pub const MAX_BYTES: usize = 40;

    /// The most different ones under one message.
    pub const MAX_KINDS: usize = 20;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`Emoji`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a reaction is one emoji")]
pub struct InvalidEmoji;

impl TryFrom<String> for Emoji {
    type Error = InvalidEmoji;

    fn try_from(text: String) -> Result<Self, InvalidEmoji> {
        let is_emoji =
            (1..=Self::MAX_BYTES).contains(&text.len()) && !text.is_ascii() && text.chars().all(may_be_in_emoji);
        if is_emoji { Ok(Self(text)) } else { Err(InvalidEmoji) }
    }
}

/// Digits, `#` and `*` are the ground of keycaps; some signs made of letters count as alphabetic.
fn may_be_in_emoji(sign: char) -> bool {
    if sign.is_ascii() {
        return sign.is_ascii_digit() || matches!(sign, '#' | '*');
    }
    let is_sign = sign >= '\u{1f000}' || matches!(sign, 'ℹ' | 'Ⓜ');
    is_sign || !(sign.is_alphanumeric() || sign.is_whitespace() || sign.is_control())
}

impl FromStr for Emoji {
    type Err = InvalidEmoji;

    fn from_str(text: &str) -> Result<Self, InvalidEmoji> {
        Self::try_from(text.to_owned())
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> Self {
        emoji.0
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_of_every_make_are_taken() {
        let kiss = "👩🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏿";
        for text in ["👍", "👍🏽", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "🇨🇭", "🅰\u{fe0f}", "ℹ\u{fe0f}", "Ⓜ\u{fe0f}", kiss]
        {
            assert!(text.parse::<Emoji>().is_ok(), "{text}");
        }
    }

    #[test]
    fn words_spaces_and_crowds_are_not() {
        for text in ["", " ", "+1", "lol", "ä", "汉字", "👍 👍", "👍\n", "\0", "7", &"👍".repeat(11)] {
            assert!(text.parse::<Emoji>().is_err(), "{text}");
        }
    }
}
