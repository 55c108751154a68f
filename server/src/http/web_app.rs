//! The web app: the bundle that trunk built, taken into this binary; or, under `cargo leptos watch`, pages rendered
//! here. And the server functions, which are the same both ways.

use any_spawner::Executor;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use frontend::server_api::IdentityHandle;
use frontend::shell;
use leptos::config::{LeptosOptions, get_configuration};
use leptos::prelude::provide_context;
use memory_serve::CacheControl;
use shared::{ErrorBody, ErrorCode};
use tower::ServiceExt;

use super::HttpState;
use super::asking::ApiRefusal;
use super::identity::address;
use super::page_headers::ContentPolicy;
use crate::hub::Hub;

/// By this variable `cargo leptos` tells a server that it started it.
const RENDER_HERE: &str = "LEPTOS_SITE_ROOT";

/// More than the app's page will ever have, in bytes.
const MOST_OF_A_PAGE: usize = 1024 * 1024;

/// More than a name and a password ever are, in bytes.
const MOST_OF_ARGUMENTS: usize = 4_096;

/// How many hexadecimal digits trunk's hashes have.
const HASH_LENGTH: usize = 16;

/// What stands in for the app where the binary was built without it.
const NO_BUNDLE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Confab</title>\
<h1>Confab runs, without its web app</h1>\
<p>This binary was built without the browser bundle. <code>cargo xtask start</code> builds both.</p></html>";

/// The pages and what belongs to them, and what they may load.
pub async fn pages(identity: &IdentityHandle) -> (Router<HttpState>, ContentPolicy) {
    if std::env::var_os(RENDER_HERE).is_some() {
        match get_configuration(None) {
            Ok(config) => return (rendered(config.leptos_options, identity), ContentPolicy::none()),
            Err(error) => tracing::error!(%error, "cargo leptos gave no usable configuration; serving the bundle"),
        }
    }
    let files = files();
    let policy = ContentPolicy::of_page(&index_page(files.clone()).await);
    (bundled(files), policy)
}

/// The bundle's files, prepared. `/` is the page that all of the app is.
fn files() -> Router {
    memory_serve::load!()
        .index_file(Some("/index.html"))
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router()
}

/// The page that all of the app is, as a browser gets it; empty where there is no bundle.
async fn index_page(files: Router) -> String {
    let page = files.oneshot(Request::new(Body::empty())).await.unwrap_or_else(|never| match never {});
    let bytes = to_bytes(page.into_body(), MOST_OF_A_PAGE).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A server function, with the server's side of it as context. What it is given is read here, since it would read on for as
/// long as something comes.
pub async fn server_function(hub: Hub, identity: IdentityHandle, request: Request) -> Result<Response, ApiRefusal> {
    let (parts, body) = request.into_parts();
    hub.count_request(address(&parts).map_err(ApiRefusal)?, 0)?;
    let arguments = to_bytes(body, MOST_OF_ARGUMENTS).await.map_err(|_| {
        let message = format!("a request here has at most {MOST_OF_ARGUMENTS} bytes");
        ApiRefusal(ErrorBody { code: ErrorCode::TooLarge, message, field: None })
    })?;
    let request = Request::from_parts(parts, Body::from(arguments));
    let context = move || provide_context(identity.clone());
    Ok(leptos_axum::handle_server_fns_with_context(context, request).await.into_response())
}

/// Pages rendered on the server and hydrated in the browser, and the files that `cargo leptos` made for them.
fn rendered(options: LeptosOptions, identity: &IdentityHandle) -> Router<HttpState> {
    // Drawing spawns. That it fails where it has been done before is no trouble.
    let _ = Executor::init_tokio();
    let context = {
        let identity = identity.clone();
        move || provide_context(identity.clone())
    };
    let render = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let page = leptos_axum::render_app_to_stream_with_context(context.clone(), render);
    let files = leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(context, shell);
    Router::new().fallback(move |request: Request| {
        if looks_like_a_file(request.uri().path()) {
            files(request.uri().clone(), State(options.clone()), request)
        } else {
            page(request)
        }
    })
}

/// The bundle. A path that names no file is a page of the app, unless it looks like a file that is not there.
fn bundled(files: Router) -> Router<HttpState> {
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

fn looks_like_a_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

async fn page(index: Router, mut request: Request) -> Response {
    let path = request.uri().path();
    if looks_like_a_file(path) || path.starts_with("/api/") {
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
