//! What is said against what follows from it. `>` stands before a frame, `?` before a question to the hub, `x` before
//! a close.

mod arbitrary;

use std::sync::Arc;

use shared::Stranger;

use super::*;
use crate::dialect::{Step, testing};
use crate::hub::{Identified, RoomView};
use crate::store::{Profile, Timestamp};

const ANN: &str = r#"{"name":"Ann Lee","phone":"1","disconnection_date":null}"#;
const BOB: &str = r#"{"name":"bob","phone":"@bob","disconnection_date":"1970-01-01 00:00:09"}"#;
const BOB_HERE: &str = r#"{"name":"bob","phone":"@bob","disconnection_date":null}"#;

fn user(name: &str) -> Username {
    name.parse().unwrap()
}

fn person(name: &str) -> Person {
    let (username, profile) = match name {
        "ann" => (user("ann"), Profile { display_name: Some("Ann Lee".to_owned()), phone: Some("1".to_owned()) }),
        _ => (user(name), Profile::default()),
    };
    let online = name == "ann";
    let last_seen_at = if online { None } else { Some(Timestamp(9_000)) };
    Person { username, profile, last_seen_at, online, owner: name == "ann", moderator: false }
}

fn room(id: u64) -> Arc<RoomRef> {
    let name = format!("chat{id}").parse().unwrap();
    Arc::new(RoomRef { id: RoomId(id), kind: RoomKind::Group, name: Some(name), parties: None })
}

fn view(id: u64, owner: &str) -> RoomView {
    RoomView { owner: Some(user(owner)), ..testing::view(room(id)) }
}

fn said(id: u64, sender: &str, body: &str) -> (Arc<RoomRef>, Arc<Message>) {
    let room = room(id);
    let message = Message { time: Timestamp(61_000), ..testing::message(&room, sender, body) };
    (room, Arc::new(message))
}

fn message(id: u64, sender: &str, body: &str) -> Event {
    let (room, message) = said(id, sender, body);
    Event::Message { room, message, origin: None }
}

fn identified(rooms: Vec<RoomView>) -> Reply {
    let Person { username, profile, .. } = person("ann");
    let (guest, session, stranger) = (true, None, Stranger::Idle {});
    Reply::Identified(Box::new(Identified { username, profile, guest, admin: false, session, rooms, stranger }))
}

fn members(id: u64, names: &[&str]) -> Reply {
    Reply::Members { room: room(id), members: names.iter().map(|name| person(name)).collect() }
}

/// A connection, with the tags of the questions it has asked.
#[derive(Default)]
struct Phone {
    dialect: RandomChat,
    asked: Vec<Tag>,
}

impl Phone {
    /// A connection that has registered and is in chat1, with Bob.
    fn registered() -> Self {
        let mut phone = Self::default();
        phone.says(r#"{"type":"register","user":{"name":"Ann Lee","phone":"1"}}"#, &["? Identify"]);
        phone.answer(Ok(identified(vec![view(1, "ann")])), &["? Members(Room(RoomId(1)))"]);
        phone.answer(Ok(members(1, &["ann", "bob"])), &["? TakeMail"]);
        let chat = chat1(&[ANN, BOB]);
        let state = format!(r#"> {{"type":"state","chats":[{{"chat":{chat},"messages":[]}}]}}"#);
        phone.answer(Ok(Reply::Mail(Vec::new())), &[&state]);
        phone
    }

    #[track_caller]
    fn check(&mut self, act: impl FnOnce(&mut RandomChat, &mut Out), expected: &[&str]) {
        let mut out = Out::default();
        act(&mut self.dialect, &mut out);
        let mut steps = Vec::new();
        for step in out.drain() {
            steps.push(match step {
                Step::Send(Frame::Text(text)) => format!("> {text}"),
                Step::Ask(tag, command) => {
                    self.asked.push(tag);
                    format!("? {command:?}")
                }
                Step::Close(code) => format!("x {}", code.number()),
                other => format!("{other:?}"),
            });
        }
        assert_eq!(steps.len(), expected.len(), "{steps:#?}");
        for (step, expected) in steps.iter().zip(expected) {
            let fits = if expected.starts_with('?') { step.starts_with(expected) } else { step == expected };
            assert!(fits, "\n   was: {step}\nwanted: {expected}");
        }
    }

    #[track_caller]
    fn says(&mut self, frame: &str, expected: &[&str]) {
        self.check(|dialect, out| dialect.frame(Frame::text(frame), out), expected);
    }

    #[track_caller]
    fn hears(&mut self, event: Event, expected: &[&str]) {
        self.check(|dialect, out| dialect.own_event(event, out), expected);
    }

    /// Answers the oldest question.
    #[track_caller]
    fn answer(&mut self, result: Result<Reply, Refusal>, expected: &[&str]) {
        let tag = self.asked.remove(0);
        self.hears(Event::Reply { tag, result }, expected);
    }

    /// Says something that is passed on and refused.
    #[track_caller]
    fn refused(&mut self, frame: &str, refusal: Refusal, detail: &str) {
        self.check(|dialect, out| dialect.frame(Frame::text(frame), out), &["?"]);
        self.answer(Err(refusal), &[&error_frame(detail)]);
    }
}

fn error_frame(detail: &str) -> String {
    format!(r#"> {{"type":"error","detail":{}}}"#, serde_json::Value::from(detail))
}

fn chat(name: &str, members: &[&str]) -> String {
    format!(r#"{{"name":"{name}","members":[{}],"owner":{ANN}}}"#, members.join(","))
}

fn chat1(members: &[&str]) -> String {
    chat("chat1", members)
}

#[test]
fn registering_asks_for_all_that_a_state_shows_and_shows_it_once() {
    let mut phone = Phone::default();
    phone.says(r#"{"type":"register","user":{"name":"Ann Lee","phone":"1"}}"#, &["? Identify"]);
    let asked = ["? Members(Room(RoomId(1)))", "? Members(Room(RoomId(2)))"];
    phone.answer(Ok(identified(vec![view(1, "ann"), view(2, "eve")])), &asked);
    phone.answer(Ok(members(1, &["ann", "bob"])), &[]);
    phone.answer(Ok(members(2, &["ann"])), &["? TakeMail"]);
    let mail = vec![said(1, "bob", "hi"), said(2, "eve", "bye"), said(3, "bob", "here too")];
    let rest = ["? Members(Room(RoomId(3)))", r#"? People([Username("eve")])"#];
    phone.answer(Ok(Reply::Mail(mail)), &rest);
    phone.answer(Ok(members(3, &["ann", "bob"])), &[]);
    let eve = r#"{"name":"eve","phone":"@eve","disconnection_date":"1970-01-01 00:00:09"}"#;
    let from = |from: &str, text: &str| format!(r#"{{"from":{from},"date":"1970-01-01 00:01:01","message":"{text}"}}"#);
    let state = format!(
        r#"> {{"type":"state","chats":[{{"chat":{},"messages":[{}]}},{{"chat":{},"messages":[{}]}},{{"chat":{},"messages":[{}]}}]}}"#,
        chat1(&[ANN, BOB]),
        from(BOB, "hi"),
        format_args!(r#"{{"name":"chat2","members":[{ANN}],"owner":{eve}}}"#),
        from(eve, "bye"),
        chat("chat3", &[ANN, BOB]),
        from(BOB, "here too"),
    );
    phone.answer(Ok(Reply::People(vec![person("eve")])), &[&state]);
}

#[test]
fn a_chat_that_is_gone_when_its_people_are_asked_for_is_not_shown() {
    let mut phone = Phone::default();
    phone.says(r#"{"type":"register","user":{"name":"Ann Lee","phone":"1"}}"#, &["? Identify"]);
    phone.answer(Ok(identified(vec![view(1, "ann")])), &["? Members"]);
    phone.answer(Err(Refusal::NoSuchRoom), &["? TakeMail"]);
    phone.answer(Ok(Reply::Mail(Vec::new())), &[r#"> {"type":"state","chats":[]}"#]);
    phone.hears(Event::RoomGone { room: room(1), reason: RoomGoneReason::Deleted }, &[]);
}

#[test]
fn a_store_that_fails_is_told_and_no_mail_is_taken() {
    let mut phone = Phone::default();
    let register = r#"{"type":"register","user":{"name":"Ann Lee","phone":"1"}}"#;
    phone.says(register, &["? Identify"]);
    phone.answer(Ok(identified(vec![view(1, "ann")])), &["? Members"]);
    let error = error_frame("This cannot be stored or read at the moment; try again.");
    phone.answer(Err(Refusal::Unavailable), &[&error]);
    phone.hears(message(1, "bob", "not shown, so it waits"), &[]);
    phone.says(r#"{"type":"create_chat","name":"a"}"#, &[&error_frame(NOT_REGISTERED)]);
    phone.says(register, &["? Identify"]);
}

#[test]
fn news_that_the_state_had_is_not_told_again() {
    let mut phone = Phone::registered();
    let joined = |name: &str| Event::Joined { room: room(1), member: person(name), members: 2 };
    let left = |name: &str| Event::Left { room: room(1), member: person(name), members: 2 };
    phone.hears(joined("bob"), &[]);
    phone.hears(left("eve"), &[]);
    let carol = BOB.replace("bob", "carol");
    let now = chat1(&[ANN, BOB, &carol]);
    phone.hears(joined("carol"), &[&format!(r#"> {{"type":"new_member","chat":{now},"user":{carol}}}"#)]);
    let now = chat1(&[ANN, BOB]);
    phone.hears(left("carol"), &[&format!(r#"> {{"type":"member_removed","chat":{now},"user":{carol}}}"#)]);
}

#[test]
fn whoever_is_brought_into_a_chat_is_told_so_with_all_who_are_in_it() {
    let mut phone = Phone::registered();
    phone.hears(Event::Joined { room: room(2), member: person("ann"), members: 2 }, &[]);
    phone.hears(Event::RoomAdded(view(2, "bob")), &["? Members(Room(RoomId(2)))"]);
    let chat = format!(r#"{{"name":"chat2","members":[{BOB},{ANN}],"owner":{BOB}}}"#);
    let told = format!(r#"> {{"type":"new_member","chat":{chat},"user":{ANN}}}"#);
    phone.answer(Ok(members(2, &["bob", "ann"])), &[&told]);
    let removed = format!(
        r#"> {{"type":"member_removed","chat":{{"name":"chat2","members":[{BOB}],"owner":{BOB}}},"user":{ANN}}}"#
    );
    phone.hears(Event::Left { room: room(2), member: person("ann"), members: 1 }, &[&removed]);
    phone.hears(Event::RoomGone { room: room(2), reason: RoomGoneReason::Removed }, &[]);
    phone.hears(message(2, "bob", "she is gone"), &[]);
}

#[test]
fn who_is_out_again_before_he_knew_is_told_both() {
    let mut phone = Phone::registered();
    phone.hears(Event::RoomAdded(view(2, "bob")), &["? Members"]);
    let chat = format!(r#"{{"name":"chat2","members":[{ANN},{BOB}],"owner":{BOB}}}"#);
    phone.answer(Err(Refusal::NoSuchRoom), &[&format!(r#"> {{"type":"new_member","chat":{chat},"user":{ANN}}}"#)]);
    let chat = format!(r#"{{"name":"chat2","members":[{BOB}],"owner":{BOB}}}"#);
    let removed = format!(r#"> {{"type":"member_removed","chat":{chat},"user":{ANN}}}"#);
    phone.hears(Event::Left { room: room(2), member: person("ann"), members: 1 }, &[&removed]);
}

#[test]
fn what_is_said_in_a_chat_is_shown_to_its_sender_too() {
    let mut phone = Phone::registered();
    phone.says(
        r#"{"type":"send_message","chat":"CHAT1","message":"hi"}"#,
        &[r#"? Say(Say { to: Room(RoomId(1)), body: "hi""#],
    );
    let chat = chat1(&[ANN, BOB]);
    phone.hears(
        message(1, "ann", "hi"),
        &[&format!(r#"> {{"type":"message","chat":{chat},"from":{ANN},"date":"1970-01-01 00:01:01","message":"hi"}}"#)],
    );
}

#[test]
fn who_comes_and_goes_is_seen_in_the_next_frame() {
    let mut phone = Phone::registered();
    let bob = user("bob");
    phone.hears(Event::Presence { user: bob.clone(), online: true, last_seen_at: None }, &[]);
    let shown = |bob: &str| {
        let chat = chat1(&[ANN, bob]);
        format!(r#"> {{"type":"message","chat":{chat},"from":{bob},"date":"1970-01-01 00:01:01","message":"hi"}}"#)
    };
    phone.hears(message(1, "bob", "hi"), &[&shown(BOB_HERE)]);
    phone.hears(Event::Presence { user: bob, online: false, last_seen_at: Some(Timestamp(9_000)) }, &[]);
    phone.hears(message(1, "bob", "hi"), &[&shown(BOB)]);
}

#[test]
fn a_chat_is_made_once_and_its_owner_may_ask_again() {
    let mut phone = Phone::registered();
    phone.says(r#"{"type":"create_chat","name":"chat2"}"#, &[r#"? CreateRoom { kind: Group, name: RoomName("chat2")"#]);
    phone.answer(Ok(Reply::Room(Box::new(view(2, "ann")))), &[]);
    phone.says(r#"{"type":"create_chat","name":"chat2"}"#, &["? CreateRoom"]);
    phone.answer(Err(Refusal::RoomExists("chat2".parse().unwrap())), &[]);
    phone.refused(
        r#"{"type":"create_chat","name":"lobby"}"#,
        Refusal::RoomExists("lobby".parse().unwrap()),
        r#"A chat or room named "lobby" exists already. Choose another name."#,
    );
    let bad = error_frame("A room name cannot contain '#'.");
    phone.says(r##"{"type":"create_chat","name":"#a"}"##, &[&bad]);
    let chat = chat("chat2", &[ANN]);
    let deleted = format!(r#"> {{"type":"chat_deleted","chat":{chat}}}"#);
    phone.hears(Event::RoomGone { room: room(2), reason: RoomGoneReason::Deleted }, &[&deleted]);
}

#[test]
fn people_are_addressed_by_phone_or_by_name() {
    let mut phone = Phone::registered();
    let add = |phone: &str| format!(r#"{{"type":"add_member","chat":"chat1","phone":"{phone}"}}"#);
    phone.says(&add("2"), &[r#"? AddMember { room: Room(RoomId(1)), person: Phone("2") }"#]);
    phone.answer(Ok(Reply::Done), &[]);
    phone.says(&add("@eve"), &[r#"? AddMember { room: Room(RoomId(1)), person: Name(Username("eve")) }"#]);
    phone.answer(Ok(Reply::Done), &[]);
    let nobody = r#"Nobody is known by the phone "@a b". Who has no phone is addressed as @username."#;
    phone.says(&add("@a b"), &[&error_frame(nobody)]);
}

#[test]
fn a_refusal_says_what_it_is_about() {
    let mut phone = Phone::registered();
    let send = r#"{"type":"send_message","chat":"x","message":"hi"}"#;
    phone.refused(send, Refusal::NoSuchRoom, r#"You are in no chat named "x"."#);
    phone.refused(send, Refusal::NotAMember, r#"You are in no chat named "x"."#);
    phone.refused(send, Refusal::TooLarge { limit: 7 }, "A message has at most 7 bytes.");
    let delete = r#"{"type":"delete_chat","chat":"chat1"}"#;
    phone.refused(delete, Refusal::NotTheOwner, r#"Only the owner of "chat1" can do that."#);
    let remove = r#"{"type":"remove_member","chat":"chat1","phone":"7"}"#;
    phone.refused(remove, Refusal::NotAMember, r#"7 is not a member of "chat1"."#);
    let nobody = r#"Nobody is known by the phone "7". Who has no phone is addressed as @username."#;
    phone.refused(remove, Refusal::NoSuchUser, nobody);
    phone.says(
        r#"{"type":"send_message","chat":":","message":"hi"}"#,
        &[&error_frame(r#"You are in no chat named ":"."#)],
    );
}

#[test]
fn a_public_room_is_no_chat() {
    let mut phone = Phone::registered();
    let lobby = RoomRef { kind: RoomKind::Public, ..(*room(9)).clone() };
    phone.hears(Event::RoomAdded(RoomView { room: Arc::new(lobby.clone()), ..view(9, "ann") }), &[]);
    let none = error_frame(r#"You are in no chat named "chat9"."#);
    phone.says(r#"{"type":"delete_chat","chat":"chat9"}"#, &[&none]);
    let (_, message) = said(9, "bob", "hi all");
    phone.hears(Event::Message { room: Arc::new(lobby), message, origin: None }, &[]);
}

#[test]
fn nothing_works_before_registering() {
    let mut phone = Phone::default();
    phone.says(r#"{"type":"create_chat","name":"a"}"#, &[&error_frame(NOT_REGISTERED)]);
    phone.says("{", &[&error_frame(FORMAT)]);
    phone.says(
        r#"{"type":"register","user":{"name":"a","phone":"1","password":"secret"}}"#,
        &[r#"? Identify(Claim { who: Phone { phone: "1", display_name: "a" }, credentials: Password("secret")"#],
    );
    phone.answer(
        Err(Refusal::NameTaken(user("a"))),
        &[&error_frame("a, the username of this phone, is in use on another connection. Register when it is gone.")],
    );
}

#[test]
fn the_connection_is_closed_when_the_hub_says_so() {
    let mut phone = Phone::registered();
    phone.hears(Event::Close(CloseCode::Replaced), &["x 4409"]);
    phone.hears(Event::Lagged, &["x 4001"]);
    let detail = error_frame("A frame has at most 9 bytes. Yours was not read.");
    phone.check(|dialect, out| dialect.too_large(9, out), &[&detail, "x 4413"]);
}
