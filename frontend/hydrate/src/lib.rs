//! What `cargo leptos` builds for the browser: a page that the server has drawn is taken over.

/// Takes over the page; called when the program is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    frontend::hydrate();
}
