//! Which language: the one the reader chose, else the first of the browser's that there is.

use std::sync::atomic::Ordering;

use leptos::prelude::{document, window};

use super::{CHOSEN, LANGUAGES, Language, language};

const KEY: &str = "confab.language";

/// Finds the reader's language and tells the document of it. To be called once, before anything is drawn.
pub fn greet_in_the_readers_language() {
    let asked = kept().into_iter().chain(preferred());
    if let Some(found) = first_spoken(asked) {
        CHOSEN.store(found, Ordering::Relaxed);
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language().tag);
    }
}

/// The tag that the reader chose here, if any.
pub(crate) fn chosen() -> Option<&'static str> {
    let kept = kept()?;
    LANGUAGES.iter().map(|language| language.tag).find(|tag| *tag == kept)
}

/// Takes the reader's choice, none of them being the browser's own, and loads the page anew in it.
pub(crate) fn choose(chosen: Option<&Language>) {
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

/// The place of the first of these tags whose language there is, whatever its region.
fn first_spoken(tags: impl Iterator<Item = String>) -> Option<usize> {
    tags.filter_map(|tag| {
        let spoken = tag.split('-').next().unwrap_or_default().to_lowercase();
        LANGUAGES.iter().position(|language| language.tag == spoken)
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(tags: &[&str]) -> Option<&'static str> {
        let place = first_spoken(tags.iter().map(|tag| (*tag).to_owned()))?;
        LANGUAGES.get(place).map(|language| language.tag)
    }

    #[test]
    fn the_first_language_that_is_spoken_here_is_taken() {
        assert_eq!(spoken(&["de-AT", "en"]), Some("de"));
        assert_eq!(spoken(&["xx", "EN-gb", "de"]), Some("en"));
        assert_eq!(spoken(&["xx"]), None);
        assert_eq!(spoken(&[]), None);
    }
}
