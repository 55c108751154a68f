//! Confab's web app, drawn by the browser alone (`csr`, what trunk bundles) or by the server first (`ssr`) and then
//! taken over by the browser (`hydrate`, what `cargo leptos` builds).
//!
//! - [`state`]: what the browser knows, as plain structs; tested natively
//! - [`transport`]: the connection; the only place that names a WebSocket
//! - [`session`]: a signed-in user's life in this tab, which joins the two with signals
//! - [`server_api`]: what is asked over plain HTTP, because it is about cookies
//! - [`http_api`]: what is asked over plain HTTP beside the chat: sessions, tokens, webhooks
//! - [`admin_api`]: what those ask who administer the server
//! - `words`: what the app says, in every language it speaks
//! - [`app`], [`pages`], [`components`]: what is on the screen
//! - `parts`: which of it is fetched apart from the rest

// Views are types; those of whole pages nest deeper than the compiler looks by default.
#![recursion_limit = "256"]

pub mod admin_api;
pub mod app;
pub mod components;
pub mod http_api;
pub mod pages;
mod parts;
pub mod server_api;
pub mod session;
pub mod state;
pub mod transport;
mod words;

pub use app::{App, shell};
#[cfg(feature = "ssr")]
pub use words::docs;
pub use words::greet_in_the_readers_language;

/// Takes over a page that the server has drawn.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_body(App);
}
