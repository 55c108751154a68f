//! What trunk builds: the app drawn by the browser alone, in place of the splash that `index.html` shows meanwhile.

fn main() {
    frontend::greet_in_the_readers_language();
    leptos::mount::mount_to_body(frontend::App);
    if let Some(splash) = leptos::prelude::document().get_element_by_id("splash") {
        splash.remove();
    }
}
