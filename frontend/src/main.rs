//! What trunk builds: the app drawn by the browser alone, under the splash of `index.html` until it can be used.

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        frontend::greet_in_the_readers_language().await;
        leptos::mount::mount_to_body(frontend::App);
    });
}
