//! Public and private chat, frame by frame.

use proptest::prelude::*;
use shared::{RoomGoneReason, RoomKind};

use super::*;
use crate::dialect::testing::{
    Input, accepted, any_frame, check, direct, done, identified, lines, lobby, message, pair, refused, room, said, user,
};
use crate::hub::Credentials;

const ME: SessionId = SessionId(1);

fn public(format: Format) -> PairChat {
    PairChat::public(ME, format, None)
}

fn named(mut chat: PairChat, name: &str) -> PairChat {
    lines(&mut chat, Input::from(frame(name, "first")));
    lines(&mut chat, Input::from(identified(NAME, name)));
    chat
}

fn frame(username: &str, message: &str) -> String {
    serde_json::json!({ "username": username, "message": message }).to_string()
}

fn attendance(session: u64, came: bool, present: u32) -> Event {
    Event::Attendance { room: lobby(), present, came, session: SessionId(session) }
}

fn waiting(room: u64) -> Stranger {
    Stranger::Waiting { room: RoomId(room), waiting: 1, partner_left: false }
}

fn matched(room: u64) -> Stranger {
    Stranger::Matched { room: RoomId(room), with: None, away: false }
}

fn private(format: Format, state: Stranger) -> PairChat {
    let mut chat = PairChat::private(ME, format, None);
    lines(&mut chat, Input::Opened);
    lines(&mut chat, Input::from(done(FIND, Reply::Stranger(state))));
    chat
}

#[test]
fn a_connection_is_in_the_lobby_at_once_and_takes_its_name_with_the_first_message() {
    let mut chat = public(Format::Text);
    check(&mut chat, Input::Opened, &["? enter #lobby"]);
    check(&mut chat, said(&lobby(), "bob", "hi all"), &["<+ bob> hi all"]);
    check(&mut chat, r#"{"username":"ann","message":"hello"}"#, &["? identify ann"]);
    check(&mut chat, identified(NAME, "Ann"), &["? TakeDirectMail", "? say #lobby: hello"]);
    check(&mut chat, frame("ANN", "again"), &["? say #lobby: again"]);
    check(&mut chat, said(&lobby(), "Ann", "hello"), &["<+ Ann> hello"]);
}

#[test]
fn another_name_is_another_claim_and_a_refused_one_says_nothing_under_the_old_one() {
    let mut chat = named(public(Format::Text), "ann");
    check(&mut chat, frame("bob", "psst"), &["? identify bob"]);
    let taken = Refusal::NameTaken(user("bob"));
    check(&mut chat, refused(NAME, taken), &["< server> bob is in use; choose another name"]);
    check(&mut chat, frame("ann", "me again"), &["? say #lobby: me again"]);
    check(&mut chat, frame("zed", "hi"), &["? identify zed"]);
    check(&mut chat, identified(NAME, "zed"), &["? enter #lobby", "? TakeDirectMail", "? say #lobby: hi"]);
}

#[test]
fn frames_that_come_while_a_name_is_claimed_are_taken_in_order_behind_it() {
    let mut chat = public(Format::Text);
    check(&mut chat, frame("ann", "1"), &["? identify ann"]);
    check(&mut chat, frame("ann", "2"), &[]);
    check(&mut chat, frame("bob", "3"), &[]);
    check(&mut chat, frame("bob", "4"), &[]);
    let expected = ["? TakeDirectMail", "? say #lobby: 1", "? say #lobby: 2", "? identify bob"];
    check(&mut chat, identified(NAME, "ann"), &expected);
    let taken = Refusal::NameTaken(user("bob"));
    check(&mut chat, refused(NAME, taken), &["< server> bob is in use; choose another name", "? identify bob"]);
    for _ in 0..64 {
        check(&mut chat, frame("bob", "more"), &[]);
    }
    check(&mut chat, frame("bob", "too much"), &["< server> too many messages; wait a moment"]);
}

#[test]
fn what_is_no_message_is_answered_to_its_sender_alone() {
    let error = format!("< server> {FORMAT}");
    for text in
        ["", "hi", "[]", "{}", "null", r#"{"username":"ann"}"#, r#"["ann","hi"]"#, r#"{"username":1,"message":2}"#]
    {
        check(&mut public(Format::Text), text, &[&error]);
    }
    check(&mut public(Format::Text), Input::Frame(Frame::Binary(vec![1].into())), &[&error]);
    let deep = "[".repeat(50_000);
    check(&mut public(Format::Text), format!(r#"{{"username":"a","message":"b","x":{deep}"#), &[&error]);
    let json = serde_json::json!({ "error": FORMAT }).to_string();
    check(&mut public(Format::Json), "hi", &[&format!("< {json}")]);
    check(
        &mut public(Format::Text),
        frame("a b", "hi"),
        &["< server> a username has no spaces and no invisible characters"],
    );
    check(&mut public(Format::Text), frame("server", "hi"), &["< server> that name belongs to the server itself"]);
}

#[test]
fn what_else_a_client_puts_into_its_object_does_no_harm() {
    check(&mut public(Format::Text), r#" {"time": 3, "message": "hi", "username": "ann"} "#, &["? identify ann"]);
}

#[test]
fn the_requests_credentials_prove_only_the_name_they_are_for() {
    let claim = |who, credentials| Some(Claim { who, credentials, remember: false });
    let basic = claim(Who::Name(user("ann")), Credentials::Password("pw".to_owned()));
    let mut chat = PairChat::public(ME, Format::Text, basic);
    check(&mut chat, frame("Ann", "hi"), &["? identify Ann by password pw"]);
    lines(&mut chat, Input::from(identified(NAME, "ann")));
    check(&mut chat, frame("bob", "hi"), &["? identify bob"]);

    let token = claim(Who::Bearer, Credentials::Token("t".to_owned()));
    let mut chat = PairChat::public(ME, Format::Text, token);
    check(&mut chat, frame("ann", "hi"), &["? identify ann by token t"]);
    lines(&mut chat, Input::from(identified(NAME, "ann")));
    check(&mut chat, frame("bob", "hi"), &["? identify bob"]);
}

#[test]
fn only_the_lobby_and_direct_messages_to_its_user_are_shown() {
    let mut chat = named(public(Format::Text), "ann");
    check(&mut chat, said(&direct("ann", "bob"), "bob", "psst"), &["<+ bob> psst"]);
    check(&mut chat, said(&direct("ann", "bob"), "ann", "from elsewhere"), &[]);
    check(&mut chat, said(&direct("ann", "ann"), "ann", "milk"), &["<+ ann> milk"]);
    check(&mut chat, said(&room(5, RoomKind::Public, "rust"), "bob", "x"), &[]);
    check(&mut chat, said(&room(6, RoomKind::Group, "lobby"), "bob", "x"), &[]);
    check(&mut chat, said(&pair(7), "bob", "x"), &[]);
}

#[test]
fn waiting_direct_messages_are_shown_in_order() {
    let mut chat = named(public(Format::Json), "ann");
    let conversation = direct("ann", "bob");
    let mail = ["one", "two"].map(|body| (conversation.clone(), message(&conversation, "bob", body).into()));
    let expected = [r#"<+ {"username":"bob","message":"one"}"#, r#"<+ {"username":"bob","message":"two"}"#];
    check(&mut chat, done(MAIL, Reply::Mail(mail.into())), &expected);
}

#[test]
fn json_tells_how_many_are_there_and_who_came_and_went() {
    let mut chat = public(Format::Json);
    lines(&mut chat, Input::Opened);
    check(&mut chat, attendance(1, true, 1), &[r#"< {"counter":1}"#, r#"< {"greeting":"Welcome to the chat room!"}"#]);
    check(&mut chat, attendance(2, true, 2), &[r#"< {"counter":2}"#, r#"< {"greeting":"Someone joined the chat!"}"#]);
    check(&mut chat, attendance(2, false, 1), &[r#"< {"counter":1}"#, r#"< {"message":"Someone left the chat!"}"#]);
    check(&mut chat, said(&lobby(), "bob", "hi"), &[r#"<+ {"username":"bob","message":"hi"}"#]);
    check(&mut public(Format::Text), attendance(2, true, 2), &[]);
}

#[test]
fn who_leaves_the_lobby_as_a_member_stays_connected_to_it() {
    let mut chat = named(public(Format::Text), "ann");
    check(&mut chat, Event::RoomGone { room: lobby(), reason: RoomGoneReason::Left }, &["? enter #lobby"]);
    let other = room(5, RoomKind::Public, "rust");
    check(&mut chat, Event::RoomGone { room: other, reason: RoomGoneReason::Left }, &[]);
}

#[test]
fn a_private_message_goes_to_the_pair_whether_or_not_somebody_is_there() {
    let mut chat = PairChat::private(ME, Format::Text, None);
    check(&mut chat, Input::Opened, &["? FindStranger"]);
    check(&mut chat, done(FIND, Reply::Stranger(waiting(70))), &[]);
    check(&mut chat, frame("ann", "anyone?"), &["? identify ann"]);
    check(&mut chat, identified(NAME, "ann"), &["? TakeDirectMail", "? say 70: anyone?"]);
    check(&mut chat, said(&pair(70), "ann", "anyone?"), &["<+ ann> anyone?"]);
    check(&mut chat, accepted(SAY, &pair(70)), &[]);
    check(&mut chat, Event::Stranger(matched(71)), &[]);
    check(&mut chat, frame("ann", "hi you"), &["? say 71: hi you"]);
    check(&mut chat, said(&lobby(), "bob", "public"), &[]);
}

#[test]
fn what_was_said_while_the_pair_changed_is_said_in_the_new_room_once() {
    let mut chat = named(private(Format::Text, waiting(70)), "ann");
    check(&mut chat, accepted(SAY, &pair(70)), &[]);
    check(&mut chat, frame("ann", "hi"), &["? say 70: hi"]);
    check(&mut chat, refused(SAY, Refusal::NoSuchRoom), &["? FindStranger"]);
    check(&mut chat, done(FIND, Reply::Stranger(matched(71))), &["? say 71: hi"]);
    check(&mut chat, refused(SAY, Refusal::NoSuchRoom), &["< server> there is no such room"]);
    check(&mut chat, Event::Stranger(matched(71)), &[]);
}

#[test]
fn private_json_tells_who_comes_and_goes() {
    let mut chat = PairChat::private(ME, Format::Json, None);
    lines(&mut chat, Input::Opened);
    let welcome = [r#"< {"greeting":"Welcome to the chat room!"}"#];
    let joined = [r#"< {"greeting":"Someone joined the chat!"}"#];
    let left = [r#"< {"message":"Someone left the chat!"}"#];
    check(&mut chat, done(FIND, Reply::Stranger(waiting(70))), &welcome);
    check(&mut chat, Event::Stranger(matched(71)), &joined);
    check(&mut chat, Event::Stranger(matched(71)), &[]);
    check(&mut chat, Event::Stranger(waiting(72)), &left);
    check(&mut chat, Event::Stranger(waiting(72)), &[]);
    check(&mut chat, Event::Stranger(matched(73)), &joined);
    check(&mut chat, Event::Stranger(matched(75)), &[left[0], joined[0]]);
}

#[test]
fn a_place_given_up_elsewhere_is_asked_for_again() {
    let mut chat = private(Format::Text, matched(70));
    check(&mut chat, Event::Stranger(Stranger::Idle {}), &["? FindStranger"]);
    check(&mut public(Format::Text), Event::Stranger(Stranger::Idle {}), &[]);
}

#[test]
fn what_cannot_go_on_is_closed_with_its_code() {
    let mut chat = public(Format::Text);
    check(&mut chat, Event::Lagged, &["x 4001"]);
    check(&mut chat, Event::Close(CloseCode::Restart), &["x 4000"]);
    let error = "< server> a frame has at most 10 bytes; your message was not read";
    check(&mut chat, Input::TooLarge(10), &[error, "x 4413"]);
}

/// A hub that answers each question with one of its possible answers.
fn answer(line: &str, refuse: bool, room: u64) -> Option<Event> {
    let (what, rest) = line.strip_prefix("? ")?.split_once(' ').unwrap_or((&line[2..], ""));
    let refusal = |tag| Some(refused(tag, Refusal::NoSuchRoom));
    match what {
        "identify" if refuse => Some(refused(NAME, Refusal::WrongCredentials)),
        "identify" => Some(identified(NAME, rest.split(' ').next().unwrap_or_default())),
        "FindStranger" => Some(done(FIND, Reply::Stranger(if refuse { waiting(room) } else { matched(room) }))),
        "say" if refuse => refusal(SAY),
        "say" => Some(accepted(SAY, &pair(room))),
        _ => None,
    }
}

proptest! {
    #[test]
    fn any_frames_are_answered_and_the_connection_stays(
        frames in prop::collection::vec((any_frame(("[abc ]{0,3}", ".{0,20}").prop_map(|(u, m)| frame(&u, &m))), any::<bool>(), 0..3u64), 0..20),
        is_private in any::<bool>(),
        json in any::<bool>(),
    ) {
        let format = if json { Format::Json } else { Format::Text };
        let mut chat = if is_private { PairChat::private(ME, format, None) } else { public(format) };
        let mut steps = lines(&mut chat, Input::Opened);
        for (frame, refuse, room) in frames {
            let mut turns = 0;
            while let Some(event) = steps.iter().find_map(|line| answer(line, refuse, room)) {
                steps.retain(|line| answer(line, refuse, room).is_none());
                steps.extend(lines(&mut chat, Input::from(event)));
                turns += 1;
                prop_assert!(turns < 10, "the questions do not end: {steps:?}");
            }
            let readable = Incoming::parse(&frame).is_some();
            steps = lines(&mut chat, Input::Frame(frame));
            prop_assert!(!steps.iter().any(|line| line.starts_with('x')));
            prop_assert!(readable || steps.len() == 1 && steps[0].contains("server> send") || json || chat.naming.is_some());
        }
    }
}
