//! The whole app: the document around it, where it is drawn by the server, the router, and the contexts.

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::components::theme::provide_theme;
use crate::components::title::provide_title;
use crate::pages::Entrance;

/// The document around the app, where the server draws it (`cargo leptos watch`). The trunk bundle has its own,
/// `index.html`; the two say the same.
#[allow(clippy::needless_pass_by_value, reason = "leptos_axum hands it over by value")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let style = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content="Confab: one chat that everything can talk to" />
                <link rel="icon" href="/logo.svg" type="image/svg+xml" />
                <link id="leptos" rel="stylesheet" href=style />
                <AutoReload options=options.clone() />
                <HydrationScripts options=options.clone() />
                <title>"Confab"</title>
            </head>
            <body>
                <App />
                <noscript>
                    <p class="noscript">"Confab runs in the browser and needs JavaScript and WebAssembly."</p>
                </noscript>
            </body>
        </html>
    }
}

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_title();
    provide_theme();
    view! {
        <Router>
            // One page for all addresses: the chat stays where it is while the place in it changes, and reads the place
            // from the address itself.
            <Entrance />
        </Router>
    }
}
