//! What a session needs of the browser itself: its clock, its storage, its dice.

use shared::{ClientId, Username};

use crate::state::clock::{self, Local, Millis};

/// What time it is.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and far from 2^63")]
pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// How many minutes the reader's clock is ahead of UTC at a moment.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds and minutes are far below 2^53"
)]
pub fn clock_offset(time: Millis) -> i32 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(time as f64));
    -(date.get_timezone_offset() as i32)
}

/// A moment that the server told, RFC 3339, as the reader's clock and language have it.
#[must_use]
pub fn shown_time(told: &str) -> String {
    clock::parse(told).map_or_else(|| told.to_owned(), |time| Local::at(time, clock_offset(time)).exact())
}

/// The time of day of a moment, to the second.
#[must_use]
pub fn shown_clock(time: Millis) -> String {
    Local::at(time, clock_offset(time)).time_with_seconds()
}

/// A name for a message that nobody else gives one of the same user's.
pub(super) fn client_id() -> Option<ClientId> {
    let dice = || js_sys::Math::random().to_bits();
    format!("web-{:x}-{:016x}", now(), dice().rotate_left(17) ^ dice()).parse().ok()
}

/// What an earlier life of this tab left unsent.
pub(super) fn kept_queue(user: &Username) -> Option<String> {
    storage()?.get_item(&queue_key(user)).ok()?
}

/// Keeps what is unsent for a later life of this tab; nothing where there is nothing.
pub(super) fn keep_queue(user: &Username, queue: Option<&str>) {
    let Some(storage) = storage() else { return };
    // Where the storage is full or forbidden, the queue still outlives a lost connection, only not a reload.
    let _ = match queue {
        Some(queue) => storage.set_item(&queue_key(user), queue),
        None => storage.remove_item(&queue_key(user)),
    };
}

/// What was left half written; nothing where there is nothing.
pub(super) fn kept_draft(key: &str) -> Option<String> {
    drafts()?.get_item(key).ok()?
}

/// Keeps what is half written, also for other tabs.
pub(super) fn keep_draft(key: &str, text: &str) {
    let Some(storage) = drafts() else { return };
    // Where the storage is full or forbidden, a draft lives as long as its conversation is open.
    let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
}

/// Forgets all that is half written under keys that begin so.
pub(super) fn forget_drafts(prefix: &str) {
    let Some(storage) = drafts() else { return };
    let all = (0..storage.length().unwrap_or_default()).filter_map(|place| storage.key(place).ok().flatten());
    for key in all.filter(|key| key.starts_with(prefix)).collect::<Vec<_>>() {
        // What cannot be taken away was never kept.
        let _ = storage.remove_item(&key);
    }
}

/// A text file of this server.
pub(super) async fn fetch(path: &str) -> Option<String> {
    let answer = gloo_net::http::Request::get(path).send().await.ok()?;
    if answer.ok() { answer.text().await.ok() } else { None }
}

/// Whether the server gives out another program by now than the one that runs here.
pub(super) async fn is_outdated() -> bool {
    let Some(own) = program() else { return false };
    fetch("/").await.is_some_and(|page| !page.contains(&own))
}

/// The address of the program that runs here, which changes with it.
fn program() -> Option<String> {
    let link = web_sys::window()?.document()?.query_selector("link[rel=modulepreload]").ok()??;
    link.get_attribute("href")
}

fn drafts() -> Option<web_sys::Storage> {
    if leptos::prelude::is_server() { None } else { web_sys::window()?.local_storage().ok()? }
}

fn queue_key(user: &Username) -> String {
    format!("confab.unsent.{}", user.key())
}

fn storage() -> Option<web_sys::Storage> {
    // On the server there is no window to ask.
    if leptos::prelude::is_server() { None } else { web_sys::window()?.session_storage().ok()? }
}
