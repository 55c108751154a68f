//! What pages tell a browser to be careful about, and that a developer's are there. What a page shows is for the journeys in
//! `e2e/`.

use crate::support::Server;

#[tokio::test]
async fn a_page_lets_in_its_own_scripts_and_belongs_in_no_frame() {
    let server = Server::start().await;
    for path in ["/", "/docs", "/docs/line"] {
        let page = server.get(path).await;
        let policy = page.header("content-security-policy").unwrap_or_else(|| panic!("{path}: {}", page.head));
        for rule in ["default-src '", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert_eq!(policy.contains("'wasm-unsafe-eval'"), path == "/", "only the app is a program: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(page.header("strict-transport-security"), None, "not over TLS");
    }
    assert_eq!(server.get("/healthz").await.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn under_cargo_leptos_the_server_draws_its_pages_itself() {
    let server = Server::start_under_cargo_leptos().await;
    for path in ["/", "/room/1"] {
        let page = server.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.head);
        // Taken over by the browser's program, which cargo-leptos builds.
        for part in ["<title>Confab</title>", "/pkg/confab.css", "/pkg/confab.js"] {
            assert!(page.body.contains(part), "{path}: no {part} in {}", page.body);
        }
    }
}
