//! The web app: the bundle that trunk built, taken into this binary; or, under `cargo leptos watch`, pages rendered
//! here. And the server functions, which are the same both ways.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use frontend::server_api::IdentityHandle;
use frontend::{App, shell};
use leptos::config::{LeptosOptions, get_configuration};
use leptos::prelude::provide_context;
use leptos_axum::LeptosRoutes;
use memory_serve::CacheControl;
use tower::ServiceExt;

use super::HttpState;

/// By this variable `cargo leptos` tells a server that it started it.
const RENDER_HERE: &str = "LEPTOS_SITE_ROOT";

/// How many hexadecimal digits trunk's hashes have.
const HASH_LENGTH: usize = 16;

/// What stands in for the app where the binary was built without it.
const NO_BUNDLE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Confab</title>\
<h1>Confab runs, without its web app</h1>\
<p>This binary was built without the browser bundle. <code>cargo xtask start</code> builds both.</p></html>";

/// The pages and what belongs to them.
pub fn pages(identity: &IdentityHandle) -> Router<HttpState> {
    if std::env::var_os(RENDER_HERE).is_some() {
        match get_configuration(None) {
            Ok(config) => return rendered(config.leptos_options, identity),
            Err(error) => tracing::error!(%error, "cargo leptos gave no usable configuration; serving the bundle"),
        }
    }
    bundled()
}

/// A server function, with the server's side of it as context.
pub async fn server_function(identity: IdentityHandle, request: Request) -> Response {
    let context = move || provide_context(identity.clone());
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}

/// Pages rendered on the server and hydrated in the browser.
fn rendered(options: LeptosOptions, identity: &IdentityHandle) -> Router<HttpState> {
    let routes = leptos_axum::generate_route_list(App);
    let context = {
        let identity = identity.clone();
        move || provide_context(identity.clone())
    };
    let render = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let files = leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(context.clone(), shell);
    Router::new().leptos_routes_with_context(&options, routes, context, render).fallback(files).with_state(options)
}

/// The bundle. A path that names no file is a page of the app, unless it looks like a file that is not there.
fn bundled() -> Router<HttpState> {
    let files: Router = memory_serve::load!()
        .index_file(Some("/index.html"))
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router();
    let index = files.clone();
    let whole = files.fallback(move |request: Request| page(index.clone(), request));
    Router::new().fallback_service(whole.layer(from_fn(fresh_unless_hashed)))
}

/// What changes under the same name, as pages and icons do, is asked for again each time, and mostly not sent.
async fn fresh_unless_hashed(request: Request, next: Next) -> Response {
    let fresh = !is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    if fresh {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    response
}

/// Whether a file's name carries a hash of its content, as trunk gives it: `confab-web-8e220aca5121a410_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let after = path.rsplit('/').next().and_then(|name| name.rsplit_once('-')).map(|(_, after)| after);
    after.is_some_and(|after| after.chars().take_while(char::is_ascii_hexdigit).count() == HASH_LENGTH)
}

async fn page(index: Router, mut request: Request) -> Response {
    let path = request.uri().path();
    let looks_like_a_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if looks_like_a_file || path.starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    *request.uri_mut() = Uri::from_static("/");
    match index.oneshot(request).await {
        Ok(page) if page.status() != StatusCode::NOT_FOUND => page,
        _ => Html(NO_BUNDLE).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("/confab-web-8e220aca5121a410_bg.wasm") && is_hashed("/logo-8e220aca5121a410.svg"));
        assert!(!is_hashed("/icon-192.png") && !is_hashed("/sw.js") && !is_hashed("/") && !is_hashed("/room/a-b"));
    }
}
