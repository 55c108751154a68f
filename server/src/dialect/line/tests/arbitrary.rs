//! Whatever comes is answered, in lines.

use proptest::prelude::*;

use super::*;

/// Anything that can come: frames, and answers and events of the hub whether or not they were asked for.
#[derive(Clone, Debug)]
enum Input {
    Text(String),
    Binary,
    TooLarge,
    TooLate,
    Answer(u64, u8),
    Message(u8, String),
    Gone,
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        8 => prop_oneof![any::<String>(), "[!#a-z: ]{0,12}", Just("exit".to_owned())].prop_map(Input::Text),
        1 => Just(Input::Binary),
        1 => Just(Input::TooLarge),
        1 => Just(Input::TooLate),
        6 => (0..8u64, 0..8u8).prop_map(|(tag, answer)| Input::Answer(tag, answer)),
        4 => (0..4u8, any::<String>()).prop_map(|(kind, body)| Input::Message(kind, body)),
        1 => Just(Input::Gone),
    ]
}

impl Talk {
    fn feed(&mut self, input: Input) {
        match input {
            Input::Text(text) => self.says(&text),
            Input::Binary => self.line.frame(Frame::Binary(bytes::Bytes::from_static(&[0xC0])), &mut self.out),
            Input::TooLarge => self.line.too_large(64, &mut self.out),
            Input::TooLate => self.line.too_late(&mut self.out),
            Input::Answer(0, 0 | 1) => self.identified("alice"),
            Input::Answer(tag, answer) => self.answered(Tag(tag), any_result(answer)),
            Input::Message(kind, body) => {
                let kinds = [RoomKind::Direct, RoomKind::Public, RoomKind::Group, RoomKind::Direct];
                let room = room(kinds[usize::from(kind)], "bob");
                self.told(Event::Message { room, message: chat("bob", &body), origin: None });
            }
            Input::Gone => {
                self.told(Event::RoomGone { room: room(RoomKind::Group, "team"), reason: RoomGoneReason::Removed });
            }
        }
    }
}

fn any_result(answer: u8) -> Result<Reply, Refusal> {
    match answer {
        0 => Ok(Reply::Done),
        1 => Ok(Reply::Mail(vec![(room(RoomKind::Direct, "bob"), chat("bob", "a\u{1B}\nb"))])),
        2 => accepted(Some("bob")),
        3 => Ok(Reply::Online(vec![name("bob")])),
        4 => Ok(Reply::Room(Box::new(view(room(RoomKind::Public, "lobby"))))),
        5 => Err(Refusal::CredentialsNeeded(name("alice"))),
        6 => Err(Refusal::WrongCredentials),
        _ => Err(Refusal::TooFast),
    }
}

proptest! {
    #[test]
    fn whatever_comes_each_line_is_one_line_and_nothing_follows_a_close(
        inputs in proptest::collection::vec(input(), 0..60)
    ) {
        let mut talk = Talk::opened();
        for input in inputs {
            let asks = matches!(talk.line.state, State::Chat) && matches!(input, Input::Text(_) | Input::Binary);
            talk.feed(input);
            let steps: Vec<Step> = talk.out.drain().collect();
            prop_assert!(!asks || !steps.is_empty(), "a frame was passed over in silence");
            let closes = steps.iter().position(|step| matches!(step, Step::Close(_)));
            prop_assert!(closes.is_none_or(|at| at + 1 == steps.len()), "{steps:?}");
            for step in &steps {
                let Step::Send(frame) = step else { continue };
                let Frame::Text(text) = frame else { return Err(TestCaseError::fail("binary")) };
                let prompt = [text::NAME_PROMPT, text::PASSWORD_PROMPT].contains(&&**text);
                let line = text.strip_suffix('\n').filter(|line| !line.chars().any(|c| c.is_control() && c != '\t'));
                prop_assert!(prompt || line.is_some(), "{text:?}");
            }
            if closes.is_some() {
                break;
            }
        }
    }
}
