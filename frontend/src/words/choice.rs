//! Which language: the one the reader chose, else the first of the browser's that there is.

use leptos::prelude::{document, window};

use super::{LANGUAGES, Language, Offered, SPOKEN};
use crate::parts;

/// `index.html` looks there too.
const KEY: &str = "confab.language";

/// The language of the program itself.
const ENGLISH: &str = "en";

/// Finds the reader's language and tells the document of it. To be called once, before anything is drawn.
pub async fn greet_in_the_readers_language() {
    let asked = kept().into_iter().chain(preferred());
    let tag = first_spoken(asked).unwrap_or(ENGLISH);
    let fetched = fetch(tag).await;
    // What cannot be fetched cannot be spoken.
    let tag = if fetched.is_some() { tag } else { ENGLISH };
    if let Some(language) = fetched {
        SPOKEN.get_or_init(|| language);
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", tag);
    }
}

/// A language that is not in the program itself.
async fn fetch(tag: &str) -> Option<&'static Language> {
    match tag {
        "de" => parts::german().await.ok(),
        _ => None,
    }
}

/// The tag that the reader chose here, if any.
pub(crate) fn chosen() -> Option<&'static str> {
    let kept = kept()?;
    LANGUAGES.iter().map(|language| language.tag).find(|tag| *tag == kept)
}

/// Takes the reader's choice, none of them being the browser's own, and loads the page anew in it.
pub(crate) fn choose(chosen: Option<&Offered>) {
    let Some(storage) = window().local_storage().ok().flatten() else { return };
    let _ = match chosen {
        Some(language) => storage.set_item(KEY, language.tag),
        None => storage.remove_item(KEY),
    };
    let _ = window().location().reload();
}

fn kept() -> Option<String> {
    window().local_storage().ok()??.get_item(KEY).ok()?
}

fn preferred() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The first of these tags whose language there is, whatever its region.
pub(super) fn first_spoken(tags: impl Iterator<Item = String>) -> Option<&'static str> {
    tags.filter_map(|tag| {
        let spoken = tag.split('-').next().unwrap_or_default().to_lowercase();
        LANGUAGES.iter().map(|language| language.tag).find(|tag| *tag == spoken)
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(tags: &[&str]) -> Option<&'static str> {
        first_spoken(tags.iter().map(|tag| (*tag).to_owned()))
    }

    #[test]
    fn the_first_language_that_is_spoken_here_is_taken() {
        assert_eq!(spoken(&["de-AT", "en"]), Some("de"));
        assert_eq!(spoken(&["xx", "EN-gb", "de"]), Some("en"));
        assert_eq!(spoken(&["xx"]), None);
        assert_eq!(spoken(&[]), None);
    }
}
