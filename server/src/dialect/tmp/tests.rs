//! TMP, message by message.

use proptest::prelude::*;

use super::*;
use crate::dialect::testing::{
    Input, accepted, any_frame, check, direct, done, entered, identified, lines, lobby, message, pair, refused, room,
    said, user,
};
use crate::hub::Who;

const TIMEOUTS: Timeouts = Timeouts { name: Duration::from_secs(45), idle: Duration::from_secs(600) };

fn opened() -> Tmp {
    let mut tmp = Tmp::new(RoomName::lobby(), TIMEOUTS, None);
    lines(&mut tmp, Input::Opened);
    tmp
}

fn alice() -> Tmp {
    let mut tmp = opened();
    lines(&mut tmp, Input::from(client("SET_USR", "alice", "")));
    lines(&mut tmp, Input::from(identified(NAME, "alice")));
    lines(&mut tmp, Input::from(entered(ENTER, &lobby())));
    tmp
}

/// A message as either side sends it.
fn client(kind: &str, username: &str, body: &str) -> String {
    format!("tmp://{kind:<32}::/{username:<20}::/{body}")
}

fn server(kind: &str, username: &str, body: &str) -> String {
    format!("< {}", client(kind, username, body))
}

fn shown(username: &str, body: &str) -> String {
    format!("<+ {}", client("CHAT_MSSG", username, body))
}

fn typing(user_name: &str, on: bool) -> Event {
    Event::Typing { room: lobby(), user: user(user_name), on }
}

#[test]
fn a_client_is_asked_for_a_name_then_speaks_then_leaves() {
    let mut tmp = Tmp::new(RoomName::lobby(), TIMEOUTS, None);
    check(&mut tmp, Input::Opened, &[&server("STATE_UPG_1", "", ""), "within 45s"]);
    check(&mut tmp, client("SET_USR", "alice", ""), &["? identify alice"]);
    let upgraded = server("STATE_UPG_2", "Alice", "");
    check(&mut tmp, identified(NAME, "Alice"), &[&upgraded, "within 600s", "? enter #lobby", "? TakeDirectMail"]);
    check(&mut tmp, entered(ENTER, &lobby()), &[]);
    check(&mut tmp, client("CHAT_MSSG", "mallory", "hello"), &["within 600s", "? say 1: hello"]);
    check(&mut tmp, said(&lobby(), "Alice", "hello"), &[&shown("Alice", "hello")]);
    check(&mut tmp, accepted(SAY, &lobby()), &[]);
    check(&mut tmp, client("EXIT_CHAT", "", ""), &["x 1000"]);
    check(&mut tmp, Input::Closing(CloseCode::Normal), &[&server("DISCONNECT", "", "")]);
}

#[test]
fn a_name_that_is_not_to_be_had_may_be_tried_again_within_the_same_time() {
    let mut tmp = opened();
    check(&mut tmp, client("SET_USR", "bob", ""), &["? identify bob"]);
    let taken = Refusal::NameTaken(user("bob"));
    check(&mut tmp, refused(NAME, taken), &[&server("SET_USR_CONFLICT", "bob", "")]);
    check(&mut tmp, client("SET_USR", "b b", ""), &[&server("SET_USR_CONFLICT", "b b", "")]);
    check(&mut tmp, client("SET_USR", "server", ""), &[&server("SET_USR_CONFLICT", "server", "")]);
    check(&mut tmp, client("SET_USR", "bobby", ""), &["? identify bobby"]);
}

#[test]
fn a_password_is_the_body_and_a_guest_may_send_any() {
    let mut tmp = opened();
    check(&mut tmp, client("SET_USR", "ann", "secret"), &["? identify ann by password secret"]);
    check(&mut tmp, refused(NAME, Refusal::WrongCredentials), &["? identify ann"]);
    let needed = Refusal::CredentialsNeeded(user("ann"));
    check(&mut tmp, refused(NAME, needed), &[&server("SET_USR_CONFLICT", "ann", "")]);

    let ambient = Claim { who: Who::Bearer, credentials: Credentials::Token("t".to_owned()), remember: false };
    let mut tmp = Tmp::new(RoomName::lobby(), TIMEOUTS, Some(ambient));
    check(&mut tmp, client("SET_USR", "ann", ""), &["? identify ann by token t"]);
}

#[test]
fn a_message_in_the_wrong_state_closes() {
    for text in [client("CHAT_MSSG", "alice", "hi"), client("SET_USR", "", "")] {
        check(&mut opened(), text, &["x 4400"]);
    }
    check(&mut alice(), client("SET_USR", "bob", ""), &["x 4400"]);
    check(&mut opened(), client("EXIT_CHAT", "", ""), &["x 1000"]);
}

#[test]
fn what_breaks_the_format_closes() {
    for text in ["", "hello", "tmp://", &client("STATE_UPG_1", "", ""), &client("HELLO", "", "")] {
        check(&mut opened(), text, &["x 4400"]);
        check(&mut alice(), text, &["x 4400"]);
    }
    check(&mut alice(), Input::Frame(Frame::Binary(vec![0].into())), &["x 4400"]);
    check(&mut alice(), Input::TooLarge(10), &["x 4413"]);
    check(&mut alice(), Input::TooLate, &["x 4408"]);
}

#[test]
fn what_comes_while_a_name_is_claimed_waits_for_the_answer() {
    let mut tmp = opened();
    check(&mut tmp, client("SET_USR", "bob", ""), &["? identify bob"]);
    check(&mut tmp, client("SET_USR", "ann", ""), &[]);
    check(&mut tmp, client("CHAT_MSSG", "ann", "hi"), &[]);
    let taken = Refusal::NameTaken(user("bob"));
    check(&mut tmp, refused(NAME, taken), &[&server("SET_USR_CONFLICT", "bob", ""), "? identify ann"]);
    let upgraded = server("STATE_UPG_2", "ann", "");
    let expected = [&upgraded, "within 600s", "? enter #lobby", "? TakeDirectMail", "within 600s", "? say #lobby: hi"];
    check(&mut tmp, identified(NAME, "ann"), &expected);
}

#[test]
fn the_demo_app_is_spoken_to_in_its_own_way_once_it_has_spoken_so() {
    let mut tmp = alice();
    check(&mut tmp, said(&lobby(), "bob", "hi"), &[&shown("bob", "hi")]);
    check(&mut tmp, typing("bob", true), &[]);
    check(&mut tmp, client("CHAT_MSSG", "alice", "CHAT_TYPING_INDICATOR"), &["within 600s", "? typing 1 true"]);
    check(&mut tmp, client("CHAT_MSSG", "alice", "CHAT_MESSAGE hello"), &["within 600s", "? say 1: hello"]);
    check(&mut tmp, said(&lobby(), "bob", "hi"), &[&shown("bob", "CHAT_MESSAGE hi")]);
    check(&mut tmp, said(&direct("alice", "bob"), "bob", "psst"), &[&shown("bob", "CHAT_MESSAGE psst")]);
    check(&mut tmp, typing("bob", true), &[&server("CHAT_MSSG", "bob", "CHAT_TYPING_INDICATOR")]);
    check(&mut tmp, typing("bob", false), &[]);
    let too_fast = server("CHAT_MSSG", "server", "CHAT_MESSAGE too many messages; wait a moment");
    check(&mut tmp, refused(SAY, Refusal::TooFast), &[&too_fast]);
    check(&mut tmp, refused(TYPING, Refusal::TooFast), &[]);
}

#[test]
fn only_its_room_and_direct_messages_to_its_user_are_shown() {
    let mut tmp = alice();
    check(&mut tmp, said(&direct("alice", "bob"), "bob", "psst"), &[&shown("bob", "psst")]);
    check(&mut tmp, said(&direct("alice", "bob"), "alice", "from elsewhere"), &[]);
    check(&mut tmp, said(&direct("alice", "alice"), "alice", "milk"), &[&shown("alice", "milk")]);
    check(&mut tmp, said(&room(5, RoomKind::Public, "rust"), "bob", "x"), &[]);
    check(&mut tmp, said(&room(6, RoomKind::Group, "club"), "bob", "x"), &[]);
    check(&mut tmp, said(&pair(7), "bob", "x"), &[]);
    let conversation = direct("alice", "bob");
    let mail = vec![(conversation.clone(), message(&conversation, "bob", "waited").into())];
    check(&mut tmp, done(MAIL, Reply::Mail(mail)), &[&shown("bob", "waited")]);
}

#[test]
fn before_it_has_a_name_a_client_is_told_nothing() {
    check(&mut opened(), said(&lobby(), "bob", "hi"), &[]);
    check(&mut opened(), typing("bob", true), &[]);
}

#[test]
fn a_room_that_is_not_there_is_made() {
    let mut tmp = Tmp::new("kitchen".parse().unwrap(), TIMEOUTS, None);
    lines(&mut tmp, Input::from(client("SET_USR", "alice", "")));
    lines(&mut tmp, Input::from(identified(NAME, "alice")));
    check(&mut tmp, refused(ENTER, Refusal::NoSuchRoom), &["? create Public #kitchen"]);
    check(&mut tmp, entered(CREATE, &room(8, RoomKind::Public, "kitchen")), &[]);
    check(&mut tmp, client("CHAT_MSSG", "alice", "tea?"), &["within 600s", "? say 8: tea?"]);
}

#[test]
fn a_room_that_cannot_be_entered_ends_the_connection() {
    let mut tmp = alice();
    check(&mut tmp, refused(ENTER, Refusal::NoSuchRoom), &["? create Public #lobby"]);
    check(&mut tmp, refused(CREATE, Refusal::RoomExists(RoomName::lobby())), &["? enter #lobby"]);
    let says = server("CHAT_MSSG", "server", "there is no such room");
    check(&mut tmp, refused(ENTER_MADE, Refusal::NoSuchRoom), &[&says, "x 4400"]);
}

#[test]
fn who_leaves_the_room_as_a_member_stays_connected_to_it_unless_it_is_deleted() {
    let mut tmp = alice();
    check(&mut tmp, Event::RoomGone { room: lobby(), reason: RoomGoneReason::Left }, &["? enter #lobby"]);
    let says = server("CHAT_MSSG", "server", "lobby was deleted");
    check(&mut tmp, Event::RoomGone { room: lobby(), reason: RoomGoneReason::Deleted }, &[&says, "x 1000"]);
}

#[test]
fn nothing_said_is_nothing_sent() {
    check(&mut alice(), client("CHAT_MSSG", "alice", ""), &["within 600s"]);
    check(&mut alice(), client("CHAT_MSSG", "alice", "CHAT_MESSAGE "), &["within 600s"]);
}

fn messages() -> impl Strategy<Value = String> {
    let kind = prop_oneof![Just("SET_USR"), Just("CHAT_MSSG"), Just("EXIT_CHAT"), Just("STATE_UPG_1")];
    let body = prop_oneof![Just("CHAT_TYPING_INDICATOR".to_owned()), "CHAT_MESSAGE.{0,5}", any::<String>()];
    (kind, ".{0,21}", body).prop_map(|(kind, username, body)| client(kind, &username, &body))
}

proptest! {
    #[test]
    fn any_frame_is_taken_or_closes_with_its_code(
        frames in prop::collection::vec((any_frame(messages()), any::<bool>()), 0..20),
    ) {
        let mut tmp = opened();
        for (frame, refuse) in frames {
            let valid = matches!(&frame, Frame::Text(text) if ClientMessage::parse(text).is_ok());
            let steps = lines(&mut tmp, Input::Frame(frame));
            for step in &steps {
                if let Some(code) = step.strip_prefix("x ") {
                    prop_assert!(code == "4400" || code == "1000" && valid, "{code}");
                }
                prop_assert!(!step.starts_with('<') || step.chars().count() >= 64 + 2);
            }
            prop_assert!(valid || steps == ["x 4400"]);
            if let Some(name) = steps.iter().find_map(|step| step.strip_prefix("? identify ")) {
                let name = name.split(" by ").next().unwrap_or_default();
                let answer =
                    if refuse { refused(NAME, Refusal::NameTaken(user(name))) } else { identified(NAME, name) };
                lines(&mut tmp, Input::from(answer));
            }
        }
    }
}
