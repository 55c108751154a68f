//! Everything the app says, in every language it speaks.
//!
//! A language is a file here that fills [`Words`], its line in [`LANGUAGES`], and its part in [`crate::parts`], which only
//! its readers fetch. The compiler says which text a language lacks, which has not the places that are filled in, and
//! which nobody reads any more. The reader's language is chosen once, before anything is drawn; where it is changed the
//! page is loaded anew.

mod choice;
mod de;
#[cfg(feature = "ssr")]
mod de_docs;
mod de_server;
#[cfg(feature = "ssr")]
pub mod docs;
mod en;
mod server;
mod template;
mod texts;

use std::sync::OnceLock;

pub(crate) use choice::{choose, chosen};
pub(crate) use de::GERMAN;
pub(crate) use server::{parted, refused, wrong_room_name, wrong_username};
pub(crate) use texts::Words;

pub use choice::greet_in_the_readers_language;

/// Every language, the one for readers of none of them first.
pub(crate) static LANGUAGES: [Offered; 2] =
    [Offered { tag: "en", name: "English" }, Offered { tag: "de", name: "Deutsch" }];

/// The reader's language, once it is known and there. Until then it is English, which is in the program itself.
static SPOKEN: OnceLock<&'static Language> = OnceLock::new();

/// A language there is to choose.
pub(crate) struct Offered {
    /// Its tag, as in `lang="de"`.
    pub(crate) tag: &'static str,
    /// Its own name for itself.
    pub(crate) name: &'static str,
}

/// A language.
pub(crate) struct Language {
    /// Its tag.
    pub(crate) tag: &'static str,
    /// Which of a text's forms goes with a number; see [`Count`].
    form: fn(u64) -> usize,
    /// What it says.
    words: Words,
    /// What it says in place of the server's own English, where it has something.
    server: server::Translation,
}

/// The reader's language.
pub(crate) fn language() -> &'static Language {
    SPOKEN.get().copied().unwrap_or(&en::ENGLISH)
}

/// What the reader's language says.
pub(crate) fn words() -> &'static Words {
    &language().words
}

/// One thing in the first form, everything else in the second, as English and German have it.
fn one_or_many(number: u64) -> usize {
    usize::from(number != 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_splash_says_what_the_sign_in_page_does() {
        let page = include_str!("../../../index.html").split_whitespace().collect::<Vec<_>>().join(" ");
        for Language { tag, words: Words { front, .. }, .. } in [&en::ENGLISH, &GERMAN] {
            let said =
                [front.heading, front.lead, front.username, front.start, front.have_password, front.no_account_needed];
            for text in said {
                let there = if *tag == "en" { text.to_owned() } else { format!("data-{tag}=\"{text}\"") };
                assert!(page.contains(&there), "{there}");
            }
        }
    }

    #[test]
    fn languages_are_told_apart_by_their_tags() {
        let tags: std::collections::HashSet<&str> = LANGUAGES.iter().map(|language| language.tag).collect();
        assert_eq!(tags.len(), LANGUAGES.len());
    }

    #[test]
    fn numbers_have_their_forms_in_every_language() {
        for (language, Offered { tag, .. }) in [&en::ENGLISH, &GERMAN].into_iter().zip(&LANGUAGES) {
            let members = language.words.rooms.members;
            let said = [0, 1, 2].map(|number| members.in_form((language.form)(number), number));
            assert_eq!(said[0].replace('0', "2"), said[2], "{tag}");
            assert_ne!(said[1].replace('1', "2"), said[2], "{tag}");
        }
    }
}
