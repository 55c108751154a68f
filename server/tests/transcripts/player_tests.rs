//! The player itself: a transcript that is right passes, and every way of being wrong is found at its line.

use std::time::Duration;

use super::{player, script};
use crate::support::Server;

/// Long enough for a server on the same machine, short enough to wait for what never comes.
const PATIENCE: Duration = Duration::from_secs(2);

async fn played(lines: &str) -> Result<(), player::Failure> {
    played_as("transcript", lines).await
}

async fn played_as(info: &str, lines: &str) -> Result<(), player::Failure> {
    let scenes = script::scenes(&format!("```{info}\n{lines}\n```\n")).expect("a transcript");
    player::play(&scenes[0], Server::start_with, PATIENCE).await
}

/// The transcript is wrong at this line of the block.
async fn wrong(lines: &str, line: usize, problem: &str) {
    let failure = played(lines).await.expect_err("a wrong transcript");
    assert_eq!(failure.line, line + 1, "{failure}");
    assert!(failure.problem.contains(problem), "{failure}");
}

#[tokio::test]
async fn a_right_transcript_passes() {
    let lines = r##"
@john ws /ws/john
@mike ws /ws/mike
john> {"p": "mike", "m": "Hello World"}
mike< {"m":"Hello World","p":"john"}
@other ws /ws/John
= 409 {"error":"john is in use; choose another name"}
$ GET /healthz
= 200 ok
@mike close
! stop
john<x 4000
! start
@mike ws /ws/mike
"##;
    if let Err(failure) = played(lines).await {
        panic!("{failure}");
    }
}

#[tokio::test]
async fn a_wrong_frame_is_found() {
    let lines = "@john ws /ws/john\njohn> hello\njohn< {\"error\":\"no\"}";
    wrong(lines, 3, "at error: expected \"no\", got \"Discarded").await;
}

#[tokio::test]
async fn a_missing_frame_is_found() {
    wrong("@john ws /ws/john\njohn< {\"p\":\"mike\",\"m\":\"hi\"}", 2, "got nothing").await;
}

#[tokio::test]
async fn a_frame_too_many_is_found_at_the_end_unless_the_transcript_is_partial() {
    let lines = "@john ws /ws/john\njohn> hello\njohn> hello\njohn< {\"error\":\"{…}\"}";
    wrong(lines, 4, "at the end, john also got this: got {\"error\"").await;
    played_as("transcript partial", lines).await.expect("a transcript that says it is partial");
}

#[tokio::test]
async fn a_frame_of_somebody_else_too_many_is_found() {
    let lines = "@john ws /ws/john\n@mike ws /ws/mike\njohn> {\"p\":\"mike\",\"m\":\"hi\"}\n$ GET /healthz\n= 200 ok";
    wrong(lines, 5, "at the end, mike also got this").await;
}

#[tokio::test]
async fn a_refusal_or_a_close_that_is_not_as_said_is_found() {
    wrong("@john ws /ws/a:b", 1, "the upgrade was refused: 422").await;
    wrong("@john ws /ws/john\n= 409 {…}", 1, "the upgrade was not refused").await;
    wrong("@john ws /ws/john\njohn<x 4000", 2, "not closed: got nothing").await;
    wrong("$ GET /healthz\n= 503 ok", 2, "got 200 ok").await;
    wrong("$ GET /healthz\n= 200 fine", 2, "got 200 ok").await;
}

#[tokio::test]
async fn flags_and_accounts_are_the_servers() {
    let lines = "! account carol \"correct horse\"\n@john ws /ws/john\n= 403 {\"error\":\"{…}\"}\n\
                 @carol ws /ws/carol | Authorization: Basic Y2Fyb2w6Y29ycmVjdCBob3JzZQ==";
    if let Err(failure) = played_as("transcript flags=\"--guests deny\"", lines).await {
        panic!("{failure}");
    }
}
