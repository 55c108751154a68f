//! In which language somebody reads these pages: the one that the address asks for, else what the browser prefers.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use frontend::docs::{Docs, docs_for};

/// Somebody who reads the pages.
#[derive(Clone, Copy)]
pub struct Reader {
    /// What the pages say to him.
    pub words: &'static Docs,
    asked: bool,
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let mut query = parts.uri.query().unwrap_or_default().split('&');
        let asked = query.find_map(|pair| pair.strip_prefix("language="));
        let preferred = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|tags| tags.to_str().ok());
        Ok(Self { words: docs_for(asked, preferred.unwrap_or_default()), asked: asked.is_some() })
    }
}

impl Reader {
    /// The address of a page, or of the one with all of them, in the language that the reader asked for.
    pub fn path(&self, page: Option<&str>) -> String {
        let page = page.map(|page| format!("/{page}")).unwrap_or_default();
        let language = if self.asked { format!("?language={}", self.words.tag) } else { String::new() };
        format!("/docs{page}{language}")
    }

    /// What a page is called in his language, and what it is for, where his language has words of its own for it.
    pub fn page(&self, name: &str) -> Option<(&'static str, &'static str)> {
        self.words.pages.iter().find(|(page, ..)| *page == name).map(|(_, title, summary)| (*title, *summary))
    }
}

#[cfg(test)]
impl Reader {
    /// Somebody who asked for a language.
    pub fn of(tag: &str) -> Self {
        Self { words: docs_for(Some(tag), ""), asked: true }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn reader(address: &str, accepted: &str) -> Reader {
        let request = Request::builder().uri(address).header(header::ACCEPT_LANGUAGE, accepted).body(()).unwrap();
        let Ok(reader) = Reader::from_request_parts(&mut request.into_parts().0, &()).await;
        reader
    }

    #[tokio::test]
    async fn who_asked_for_a_language_is_led_on_in_it() {
        assert_eq!(reader("/docs?language=de", "en").await.path(Some("line")), "/docs/line?language=de");
        let prefers = reader("/docs", "de-AT,en;q=0.5").await;
        assert_eq!((prefers.words.tag, prefers.path(None).as_str()), ("de", "/docs"));
    }
}
