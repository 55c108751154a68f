//! What the pages at `/docs` say around the protocols' own documents, which are in English. The server draws those pages,
//! so the browser's program carries none of this.

use super::choice::first_spoken;
use super::template::Template;

/// What the pages say, in one language.
pub struct Docs {
    /// Its tag, as in `lang="de"`.
    pub tag: &'static str,
    /// What a search engine shows of a page.
    pub about: &'static str,
    /// What the list of pages is called.
    pub navigation: &'static str,
    /// The link to the page with all of them.
    pub all_ways: &'static str,
    /// That the document below is in English; empty in English.
    pub in_english: &'static str,
    /// The page with all ways to connect.
    pub index: Index,
    /// What one tries a dialect with.
    pub console: Console,
    /// What the pages' script says.
    pub script: Script,
    /// What the pages are called here and what each is for, by their name in the address; one that is not named keeps its
    /// own words.
    pub pages: &'static [(&'static str, &'static str, &'static str)],
}

/// The page with all ways to connect.
pub struct Index {
    /// Its heading.
    pub heading: &'static str,
    /// At which address the server runs, and what one finds below.
    pub lead: Template<1>,
    /// Over the list of documents for programs.
    pub for_programs: &'static str,
    /// A collection for Postman.
    pub postman: &'static str,
    /// What stands in the AsyncAPI document.
    pub async_api: &'static str,
    /// What stands in the OpenAPI document.
    pub open_api: &'static str,
}

/// What one tries a dialect with, in the page or beside it.
pub struct Console {
    /// The heading.
    pub heading: &'static str,
    /// How it is used.
    pub how: &'static str,
    /// Before what an address takes behind its question mark.
    pub takes: &'static str,
    /// One console among several.
    pub connection: &'static str,
    /// Which of a dialect's addresses.
    pub spoken_at: &'static str,
    /// The address itself.
    pub address: &'static str,
    /// The button.
    pub connect: &'static str,
    /// The state to begin with.
    pub not_connected: &'static str,
    /// What passed.
    pub frames: &'static str,
    /// Which sample.
    pub sample: &'static str,
    /// What is to be sent.
    pub frame: &'static str,
    /// The button that sends it.
    pub send: &'static str,
    /// The button for one more console.
    pub another: &'static str,
    /// The heading where a terminal is needed.
    pub in_a_terminal: &'static str,
    /// Why it is.
    pub no_tcp_in_pages: &'static str,
    /// That line chat is off, by this flag.
    pub line_is_off: Template<1>,
    /// How the message API is tried.
    pub requests: &'static str,
    /// A request's body.
    pub body: &'static str,
    /// What the server said to it.
    pub answer: &'static str,
}

/// What the pages' script says: each by the name under which it looks for it.
pub type Script = &'static [(&'static str, &'static str)];

/// What the pages say to somebody who asked for this language, or whose browser prefers these, best first.
#[must_use]
pub fn docs_for(asked: Option<&str>, preferred: &str) -> &'static Docs {
    let preferred = preferred.split(',').filter_map(|range| range.split(';').next());
    let tags = asked.into_iter().chain(preferred).map(|tag| tag.trim().to_owned());
    match first_spoken(tags) {
        Some("de") => &super::de_docs::GERMAN,
        _ => &ENGLISH,
    }
}

/// English.
const ENGLISH: Docs = Docs {
    tag: "en",
    about: "How to talk to this Confab server",
    navigation: "Documentation",
    all_ways: "All ways",
    in_english: "",
    index: Index {
        heading: "Talk to this server",
        lead: Template::new(
            "It runs at {0}. Whatever you speak, you meet the same people in the same rooms. Each page shows every frame, \
             with this server's own addresses, and has a console to try it.",
        ),
        for_programs: "For programs",
        postman: "A collection for Postman",
        async_api: "every dialect that is spoken over sockets",
        open_api: "every HTTP request",
    },
    console: Console {
        heading: "Try it here",
        how: "Connect, pick a sample, change it as you like, send it, and read what comes back. With a second connection \
              you are both sides of a conversation.",
        takes: "The address takes",
        connection: "Connection",
        spoken_at: "Spoken at",
        address: "Address",
        connect: "Connect",
        not_connected: "Not connected.",
        frames: "Frames",
        sample: "Sample",
        frame: "Frame",
        send: "Send",
        another: "Add another connection",
        in_a_terminal: "Try it in a terminal",
        no_tcp_in_pages: "A page cannot open a plain TCP connection, but every terminal can:",
        line_is_off: Template::new("This server runs with {0}."),
        requests: "Send a message, then ask for what waits. Asking marks it as seen.",
        body: "Body",
        answer: "Answer",
    },
    script: &[
        ("copy", "Copy"),
        ("copied", "Copied"),
        ("by_hand", "Select it and copy by hand"),
        ("connection", "Connection"),
        ("connect", "Connect"),
        ("disconnect", "Disconnect"),
        ("connecting", "Connecting…"),
        ("connected", "Connected."),
        ("connect_first", "Connect first, then send."),
        ("no_address", "That is no address of a WebSocket:"),
        ("closed", "Closed with"),
        (
            "refused",
            "The server refused the connection: the name may be in use or need a password, or the address is wrong.",
        ),
        ("received", "received"),
        ("sent", "sent"),
        ("bytes", "(bytes)"),
        ("no_answer", "No answer:"),
    ],
    pages: &[
        (
            "webhooks",
            "Webhooks",
            "Programs that speak in a room by one request, and programs that are told what is said.",
        ),
        ("files", "Files", "Files that are said with a message, and fetched by whoever may read it."),
        (
            "messages",
            "The message API",
            "For devices: post a message with one HTTP request, ask for what waits with another.",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_for_a_language_gets_it_and_others_what_their_browser_prefers() {
        assert_eq!(docs_for(Some("de"), "en-GB,en;q=0.9").tag, "de");
        assert_eq!(docs_for(None, "de-AT,de;q=0.9,en;q=0.8").tag, "de");
        assert_eq!(docs_for(None, "fr, en;q=0.5").tag, "en");
        assert_eq!(docs_for(Some("xx"), "").tag, "en");
    }

    #[test]
    fn the_script_finds_the_same_in_every_language() {
        let names = |docs: &Docs| docs.script.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(docs_for(Some("de"), "")), names(&ENGLISH));
    }
}
