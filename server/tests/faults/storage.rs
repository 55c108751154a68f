//! Disks that are full, and directories that cannot be written: nothing is acknowledged that is not stored, nothing
//! that was stored is harmed, and service returns when the disk does.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use shared::ErrorCode;

use crate::support::server::confab;
use crate::support::{Server, in_time};

/// How large a file may grow on the "disk" of these tests, in KiB. What SQLite needs to start with is less.
const ROOM: u32 = 1_500;

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing_and_service_returns_with_space() {
    let mut server = Server::start_with_files_of(ROOM, &["--message-burst", "5000"]).await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    let long = "x".repeat(16_000);
    let mut stored = 0;
    let refusal = loop {
        match alice.tries_to_say("#lobby", &long).await {
            Ok(accepted) => {
                stored += 1;
                assert_eq!(accepted.seq.0, stored, "no gap");
            }
            Err(refusal) => break refusal,
        }
        assert!(stored < 2_000, "the disk fills up");
    };
    assert_eq!(refusal.code, ErrorCode::Unavailable);
    let device = json!({"sender": "probe", "destination": "bob", "message": long});
    assert_eq!(server.post("/messages/", &device).await.status, 503);
    assert!(server.get("/metrics").await.body.contains("confab_commit_failures_total"));

    server.is_given_space().await;
    let accepted = alice.says("#lobby", "there is room again").await;
    assert_eq!(accepted.seq.0, stored + 1, "what was refused took no number");
    server.kill().await;

    let server = server.again().await;
    let mut alice = server.native("alice").await;
    let last = alice.history(json!({"room": lobby, "limit": 1})).await;
    assert_eq!(last.messages[0].seq.0, stored + 1);
    assert_eq!(last.messages[0].body, "there is room again");
}

#[tokio::test]
async fn a_read_only_data_directory_is_named_and_left_as_it_is() {
    let mut server = Server::start().await;
    let mut alice = server.native("alice").await;
    let lobby = alice.joins("#lobby").await.room;
    alice.says("#lobby", "kept").await;
    assert!(server.stop().await.success());
    let Some(said) = said_when_read_only(&server.data_dir()).await else {
        // Root writes anywhere, and this root may not make a file system read-only.
        return;
    };
    assert!(said.contains("cannot be written") && said.contains("--data-dir"), "{said}");
    let server = server.again().await;
    let mut alice = server.native("alice").await;
    assert_eq!(alice.history(json!({"room": lobby})).await.messages[0].body, "kept");
}

/// What the program says when it is started on a directory it may not write. `None`: that cannot be had here.
async fn said_when_read_only(data: &Path) -> Option<String> {
    let program = confab();
    let program = program.as_std().get_program();
    // A user namespace of its own, where the directory is mounted over itself, read-only; the original is untouched.
    let script = r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
                    exec "$0" serve --listen 127.0.0.1:0 --line-listen off --tmp-listen off --data-dir "$1""#;
    let mut command = tokio::process::Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", script]).arg(program).arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = in_time("the program's end", command.output()).await.ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let was_tried = output.status.code() != Some(99) && !said.starts_with("unshare:");
    assert!(!was_tried || !output.status.success(), "it should have failed");
    was_tried.then_some(said)
}
