//! The whole app: the document around it, where it is drawn by the server, the routes, and the contexts.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::components::theme::provide_theme;
use crate::pages::{Entrance, NotFound};

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
                <MetaTags />
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
    provide_meta_context();
    provide_theme();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Confab".to_owned() } else { format!("{text} · Confab") } />
        <Router>
            <Routes fallback=NotFound>
                // The chat stays where it is while the place in it changes; it reads the place from the address.
                <ParentRoute path=path!("") view=Entrance>
                    <Route path=path!("") view=|| () />
                    <Route path=path!("room/:room") view=|| () />
                    <Route path=path!("room/:room/:seq") view=|| () />
                    <Route path=path!("with/:user") view=|| () />
                    <Route path=path!("random") view=|| () />
                    <Route path=path!("browse") view=|| () />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
