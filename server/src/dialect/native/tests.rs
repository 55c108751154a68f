//! The native protocol, frame by frame.

use proptest::prelude::*;

use super::*;
use crate::dialect::testing::{Input, any_frame, identified, lines};

const HELLO: Tag = Tag(0);
const WITHIN: Duration = Duration::from_secs(120);

fn named() -> Native {
    let mut native = Native::new(Limits::default(), None, WITHIN);
    lines(&mut native, Input::from(r#"{"type":"hello","username":"ann"}"#));
    lines(&mut native, Input::from(identified(HELLO, "ann")));
    native
}

#[test]
fn nothing_but_hello_and_ping_is_taken_from_a_stranger() {
    let mut native = Native::new(Limits::default(), None, WITHIN);
    assert_eq!(lines(&mut native, Input::from(r#"{"type":"ping","id":1}"#)), [r#"< {"type":"pong","id":1}"#]);
    let answer = lines(&mut native, Input::from(r#"{"type":"directory","id":2}"#));
    assert_eq!(answer, [r#"< {"type":"error","id":2,"code":"not_identified","message":"say who you are first"}"#]);
    assert_eq!(lines(&mut native, Input::from(r#"{"type":"hello","username":"ann"}"#)), ["? identify ann"]);
}

#[test]
fn a_refusal_carries_the_request_and_the_message_it_is_about() {
    let mut native = named();
    lines(&mut native, Input::from(r##"{"type":"say","id":7,"to":"#lobby","body":"x","client_id":"c"}"##));
    let refused = Event::Reply { tag: Tag(1), result: Err(Refusal::NotAMember) };
    let expected = r#"< {"type":"error","id":7,"code":"not_a_member","message":"only members can do that; join first","client_id":"c"}"#;
    assert_eq!(lines(&mut native, Input::from(refused)), [expected]);
}

#[test]
fn who_does_not_say_who_he_is_has_only_so_long() {
    let mut native = Native::new(Limits::default(), None, WITHIN);
    assert_eq!(lines(&mut native, Input::Opened), ["within 120s"]);
    assert_eq!(lines(&mut native, Input::TooLate), ["x 4408"]);
    let mut native = Native::new(Limits::default(), None, WITHIN);
    lines(&mut native, Input::from(r#"{"type":"hello","username":"ann"}"#));
    assert_eq!(lines(&mut native, Input::from(identified(HELLO, "ann")))[0], "within ever");
}

#[test]
fn frames_that_cannot_be_used_are_forgiven_for_a_while() {
    let mut native = named();
    for _ in 0..FORGIVEN {
        let steps = lines(&mut native, Input::from("nonsense"));
        assert!(steps.len() == 1 && steps[0].contains("bad_frame"), "{steps:?}");
    }
    assert_eq!(lines(&mut native, Input::from("nonsense")).last().map(String::as_str), Some("x 4400"));
}

fn a_request() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec![
        "say",
        "join",
        "leave",
        "history",
        "read",
        "typing",
        "edit",
        "delete_message",
        "react",
        "edits",
        "search",
        "set_topic",
        "mute",
        "ban",
        "unsilence",
        "set_moderator",
        "sanctions",
        "report_message",
        "profile",
        "report_stranger",
        "block_stranger",
        "resume",
        "members",
        "directory",
        "find_stranger",
        "hello",
    ]);
    (kinds, any::<u64>(), ".{0,12}").prop_map(|(kind, number, text)| {
        let to = if number % 2 == 0 { serde_json::json!(number) } else { serde_json::json!(format!("#{text}")) };
        let seen = [serde_json::json!({"room": number, "seq": number})];
        serde_json::json!({
            "type": kind, "id": number, "to": to, "room": to, "body": text, "seq": number, "seen": seen, "username": text,
            "emoji": if number % 3 == 0 { "👍" } else { &text }, "text": text, "topic": text, "user": text,
            "level": "all", "note": text, "messages": [number],
        })
        .to_string()
    })
}

proptest! {
    #[test]
    fn any_frame_is_asked_or_answered_and_only_a_row_of_bad_ones_closes(
        frames in prop::collection::vec(any_frame(a_request()), 0..40),
    ) {
        let mut native = named();
        let mut bad = 0;
        for frame in frames {
            let steps = lines(&mut native, Input::Frame(frame));
            let unusable = steps[0].contains("bad_f") || steps[0].contains("unknown_type");
            bad = if unusable { bad + 1 } else { 0 };
            prop_assert!(steps[0].starts_with('<') || steps[0].starts_with('?'), "{steps:?}");
            prop_assert_eq!(steps.len() > 1 && steps[1] == "x 4400", bad > FORGIVEN, "{:?}", steps);
            if bad > FORGIVEN {
                break;
            }
        }
    }
}
