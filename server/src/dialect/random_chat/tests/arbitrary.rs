//! Whatever comes is answered or asked about.

use proptest::prelude::*;

use super::*;

/// Frames that are nearly right, and some that are not at all.
fn any_frame() -> impl Strategy<Value = Frame> {
    let kind = prop::sample::select(vec![
        "register",
        "create_chat",
        "send_message",
        "delete_chat",
        "add_member",
        "remove_member",
        "dance",
        "",
    ]);
    let value = prop_oneof![
        Just("\"chat1\"".to_owned()),
        Just("null".to_owned()),
        Just("{\"name\":\"n\",\"phone\":\"1\"}".to_owned()),
        Just("\"@bob\"".to_owned()),
        any::<String>().prop_map(|text| serde_json::Value::String(text).to_string()),
        Just("[[[1]]]".to_owned()),
    ];
    let near = (kind, prop::collection::vec(value, 5)).prop_map(|(kind, values)| {
        let [name, chat, message, phone, user] = &values[..] else { return Frame::text("") };
        Frame::text(format!(
            r#"{{"type":"{kind}","name":{name},"chat":{chat},"message":{message},"phone":{phone},"user":{user}}}"#
        ))
    });
    prop_oneof![
        4 => near,
        1 => any::<String>().prop_map(Frame::text),
        1 => any::<Vec<u8>>().prop_map(|bytes| Frame::Binary(bytes.into())),
    ]
}

fn any_answer() -> impl Strategy<Value = Result<Reply, Refusal>> {
    prop::sample::select(vec![0u8, 1, 2, 3, 4, 5, 6]).prop_map(|which| match which {
        0 => Ok(identified(vec![view(1, "ann"), view(2, "eve")])),
        1 => Ok(members(1, &["ann", "bob"])),
        2 => Ok(Reply::Mail(vec![said(3, "eve", "hi"), said(1, "bob", "hi")])),
        3 => Ok(Reply::Done),
        4 => Err(Refusal::NoSuchRoom),
        5 => Err(Refusal::TooFast),
        _ => Ok(Reply::Room(Box::new(view(2, "ann")))),
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    (1u64..4, 0u8..6, prop::sample::select(vec!["ann", "bob", "eve"])).prop_map(|(id, which, name)| match which {
        0 => message(id, name, "hi"),
        1 => Event::Joined { room: room(id), member: person(name), members: 2 },
        2 => Event::Left { room: room(id), member: person(name), members: 2 },
        3 => Event::RoomAdded(view(id, name)),
        4 => Event::RoomGone { room: room(id), reason: RoomGoneReason::Deleted },
        _ => Event::Presence { user: user(name), online: true, last_seen_at: None },
    })
}

proptest! {
    /// Whatever comes, in whatever order and with whatever answers: each bad frame is answered with one error, and
    /// the connection stays.
    #[test]
    fn any_frame_is_answered_or_asked_about(
        turns in prop::collection::vec((any_frame(), any_answer(), any_event()), 1..20),
    ) {
        let mut dialect = RandomChat::default();
        let mut out = Out::default();
        let mut tags = Vec::new();
        for (frame, answer, event) in turns {
            dialect.frame(frame, &mut out);
            let mut followed = 0;
            for step in out.drain() {
                followed += 1;
                match step {
                    Step::Ask(tag, _) => tags.push(tag),
                    Step::Send(Frame::Text(text)) => {
                        let is_error = text.starts_with(r#"{"type":"error","detail":""#);
                        prop_assert!(is_error, "{}", text);
                    }
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert_eq!(followed, 1);
            if let Some(tag) = tags.pop() {
                dialect.own_event(Event::Reply { tag, result: answer }, &mut out);
            }
            dialect.own_event(event, &mut out);
            for step in out.drain() {
                match step {
                    Step::Ask(tag, _) => tags.push(tag),
                    Step::Send(Frame::Text(text)) => {
                        let has_type = text.starts_with(r#"{"type":""#);
                        prop_assert!(has_type, "{}", text);
                    }
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
    }
}
