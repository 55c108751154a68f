//! What trunk builds: the app drawn by the browser alone, under the splash of `index.html` until it can be used.

fn main() {
    frontend::greet_in_the_readers_language();
    leptos::mount::mount_to_body(frontend::App);
}
