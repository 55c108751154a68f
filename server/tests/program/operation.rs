//! Starting, and not being able to: each hindrance is said in one line that says what to do.

use std::path::Path;
use std::process::Output;

use crate::support::server::confab;
use crate::support::{Server, in_time};

async fn confab_says(arguments: &[&str], data: &Path) -> Output {
    let mut command = confab();
    command.args(arguments).arg("--data-dir").arg(data).stderr(std::process::Stdio::piped());
    in_time("the program's end", command.output()).await.expect("it runs")
}

pub async fn complaint(arguments: &[&str], data: &Path) -> String {
    let output = confab_says(arguments, data).await;
    assert!(!output.status.success(), "{arguments:?} should have failed");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn some_dir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_the_setting_that_moves_it() {
    let server = Server::start().await;
    let said = complaint(&["serve", "--listen", &server.http], some_dir().path()).await;
    assert!(said.contains(&server.http) && said.contains("--listen"), "{said}");
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_written_is_named() {
    let dir = some_dir();
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let inside = file.join("data");
    for command in ["serve", "check"] {
        let said = complaint(&[command, "--listen", "127.0.0.1:0"], &inside).await;
        assert!(said.contains("data directory") && said.contains("--data-dir"), "{said}");
    }
}

#[tokio::test]
async fn a_database_that_is_none_is_refused_and_left_alone() {
    let dir = some_dir();
    let file = dir.path().join("confab.db");
    std::fs::write(&file, "this is no database, but it is somebody's file").expect("a file");
    let said = complaint(&["serve", "--listen", "127.0.0.1:0"], dir.path()).await;
    assert!(said.contains("damaged or no database") && said.contains("backup"), "{said}");
    assert_eq!(std::fs::read(&file).expect("still there"), b"this is no database, but it is somebody's file");
}

#[tokio::test]
async fn settings_that_cannot_be_are_named() {
    let dir = some_dir();
    let said = complaint(&["--guests", "maybe"], dir.path()).await;
    assert!(said.contains("allow or deny"), "{said}");
    let said = complaint(&["--config", "nowhere.toml"], dir.path()).await;
    assert!(said.contains("nowhere.toml"), "{said}");
    let said = complaint(&["--database-url", "mysql://localhost/confab"], dir.path()).await;
    assert!(said.contains("--database-url"), "{said}");
    let said = complaint(&["--nats-url", "nats://127.0.0.1:4222"], dir.path()).await;
    assert!(said.contains("nats_url") && said.contains("database_url"), "{said}");
    let said = complaint(&["--nats-url", "127.0.0.1:4222"], dir.path()).await;
    assert!(said.contains("--nats-url") && said.contains("nats://host:4222"), "{said}");
}

#[tokio::test]
async fn what_print_config_prints_is_a_configuration() {
    let dir = some_dir();
    let output = confab_says(&["serve", "--print-config", "--max-connections", "7"], dir.path()).await;
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(printed.contains("max_connections = 7") && printed.contains("listen = \"127.0.0.1:8000\""), "{printed}");
    let file = dir.path().join("confab.toml");
    std::fs::write(&file, &printed).expect("a file");
    let again = confab_says(&["--print-config", "--config", file.to_str().expect("a path")], dir.path()).await;
    assert_eq!(String::from_utf8(again.stdout).expect("text"), printed);
}

#[tokio::test]
async fn check_says_that_all_is_well_where_it_is() {
    let free = ["check", "--listen", "127.0.0.1:0", "--line-listen", "off", "--tmp-listen", "off"];
    let output = confab_says(&free, some_dir().path()).await;
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "configuration, store and addresses are in order\n");
}

#[tokio::test]
async fn accounts_are_listed_disabled_and_let_in_again() {
    let server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let data = server.data_dir();
    let listed = confab_says(&["user", "list"], &data).await;
    assert!(String::from_utf8_lossy(&listed.stdout).starts_with("carol\tsince "));
    assert!(confab_says(&["user", "disable", "carol"], &data).await.status.success());

    let right = [("Authorization", "Basic Y2Fyb2w6Y29ycmVjdCBob3JzZQ==")];
    let url = server.ws("/ws/carol");
    let refused = crate::support::Socket::try_connect(&url, &right).await.err().expect("disabled");
    assert_eq!(refused.status, 401);
    assert!(confab_says(&["user", "disable", "carol", "--undo"], &data).await.status.success());
    crate::support::Socket::try_connect(&url, &right).await.expect("let in again");

    let said = complaint(&["user", "disable", "nobody"], &data).await;
    assert!(said.contains("there is no account nobody"), "{said}");
}

#[tokio::test]
async fn health_readiness_and_metrics_are_there() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/readyz").await.body, "ready\n");
    let mut alice = server.native("alice").await;
    alice.joins("#lobby").await;
    alice.says("#lobby", "counted").await;
    let metrics = server.get("/metrics").await.body;
    assert!(
        metrics.contains("confab_messages_stored_total 1") && metrics.contains("confab_connections 1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_missing_file_is_not_found_and_never_a_page() {
    let server = Server::start().await;
    for path in ["/nothing.js", "/deep/nothing.wasm"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.get("/api/nothing").await.status, 405);
    assert_eq!(server.post("/api/nothing", &serde_json::json!({})).await.status, 400);
}

#[tokio::test]
async fn a_full_server_says_so() {
    let server = Server::start_with(&["--max-connections", "1"]).await;
    let _alice = server.native("alice").await;
    let refused = crate::support::Socket::try_connect(&server.ws("/ws/bob"), &[]).await.err().expect("full");
    assert_eq!((refused.status, refused.body.contains("full")), (503, true));
}

#[tokio::test]
async fn the_pages_for_people_name_this_servers_own_addresses() {
    let server = Server::start().await;
    let index = server.get("/docs").await;
    assert!(index.body.contains(&server.http) && index.body.contains("/docs/line"), "{}", index.body);
    let line = server.get("/docs/line").await.body;
    let port = server.line.as_ref().and_then(|line| line.rsplit(':').next()).expect("a port");
    assert!(line.contains(port) && !line.contains("127.0.0.1 5000"), "{line}");
    assert_eq!(server.get("/docs/nonsense").await.status, 404);
    assert_eq!(server.get("/docs/style.css").await.header("content-type"), Some("text/css; charset=utf-8"));
}
