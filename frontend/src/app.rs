//! The whole app: the document around it, where it is drawn by the server.

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

/// The document around the app, where the server draws it (`cargo leptos watch`). The trunk bundle has its own,
/// `index.html`; the two say the same.
#[allow(clippy::needless_pass_by_value, reason = "leptos_axum hands it over by value")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <AutoReload options=options.clone() />
                <HydrationScripts options=options.clone() />
                <link id="leptos" rel="stylesheet" href=format!("/{}/{}.css", options.site_pkg_dir, options.output_name) />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! { <main>"Confab"</main> }
}
