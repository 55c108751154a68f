//! The native protocol's random chat, as far as one has to be safe in it: reporting, blocking, and not too many others.

use serde_json::json;
use shared::{ErrorCode, Seq, Stranger};

use crate::support::server::confab;
use crate::support::{Native, Server};

async fn find(who: &mut Native) {
    who.ask(json!({"type": "find_stranger"})).await;
}

async fn is_idle(who: &mut Native) {
    who.stranger(|state| matches!(state, Stranger::Idle {}).then_some(())).await;
}

async fn waits(who: &mut Native) -> u32 {
    who.stranger(|state| if let Stranger::Waiting { waiting, .. } = state { Some(*waiting) } else { None }).await
}

#[tokio::test]
async fn a_report_keeps_what_its_maker_attached_also_after_the_other_has_gone() {
    let server = Server::start().await;
    let (mut ann, mut ben) = (server.native("ann").await, server.native("ben").await);
    let report = |messages: &[u64]| json!({"type": "report_stranger", "note": "rude", "messages": messages});
    assert_eq!(ann.is_refused(report(&[])).await.code, ErrorCode::NotPaired);
    find(&mut ann).await;
    find(&mut ben).await;
    let (pair, _) = ann.is_matched().await;
    ben.is_matched().await;
    for body in ["hello", "you fool", "bye"] {
        ben.says_with(json!({"to": pair, "body": body})).await;
    }
    let missing = ann.is_refused(report(&[9])).await;
    assert_eq!((missing.code, missing.field.as_deref()), (ErrorCode::BadField, Some("messages")));
    ben.ask(json!({"type": "leave_stranger"})).await;
    is_idle(&mut ben).await;
    waits(&mut ann).await;
    ann.does(report(&[2])).await;

    let printed = confab().args(["reports", "--data-dir"]).arg(server.data_dir()).output().await.unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("ann reports ben: rude\n") && printed.contains("ben: you fool\n"), "{printed}");
    assert!(!printed.contains("hello") && !printed.contains("bye"), "{printed}");
}

#[tokio::test]
async fn who_is_blocked_is_not_met_again() {
    let server = Server::start().await;
    let (mut ann, mut ben) = (server.native("ann").await, server.native("ben").await);
    find(&mut ann).await;
    assert_eq!(waits(&mut ann).await, 1);
    find(&mut ben).await;
    ann.is_matched().await;
    ben.is_matched().await;
    ann.ask(json!({"type": "block_stranger"})).await;
    is_idle(&mut ann).await;
    assert_eq!(waits(&mut ben).await, 1);
    find(&mut ann).await;
    assert_eq!(waits(&mut ann).await, 2);
    let mut cleo = server.native("cleo").await;
    find(&mut cleo).await;
    cleo.is_matched().await;
}

#[tokio::test]
async fn an_account_need_not_block_twice() {
    let server = Server::start().await;
    server.add_account("ann", "correct horse").await;
    let hello = json!({"username": "ann", "password": "correct horse"});
    let mut ben = server.native("ben").await;
    let mut ann = Native::hello_with(&server, hello.clone()).await;
    find(&mut ann).await;
    find(&mut ben).await;
    ann.is_matched().await;
    ben.is_matched().await;
    ann.ask(json!({"type": "block_stranger"})).await;
    is_idle(&mut ann).await;
    ann.close().await;
    waits(&mut ben).await;

    let mut ann = Native::hello_with(&server, hello).await;
    find(&mut ann).await;
    assert_eq!(waits(&mut ann).await, 2);
}

#[tokio::test]
async fn who_leaves_one_after_the_other_is_told_to_wait() {
    let server = Server::start_with(&["--partners-per-minute", "2"]).await;
    let mut ann = server.native("ann").await;
    find(&mut ann).await;
    for _ in 0..2 {
        ann.ask(json!({"type": "next_stranger"})).await;
        waits(&mut ann).await;
    }
    let refused = ann.is_refused(json!({"type": "next_stranger"})).await;
    assert_eq!(refused.code, ErrorCode::TooManyPartners);
    ann.joins("#lobby").await;
    assert_eq!(ann.says("#lobby", "x").await.seq, Seq(1), "nothing else is held up");
}
