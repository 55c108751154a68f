//! Every dialect meets every other: what is said in one reaches the others in their own format, under the sender's
//! true name. A new dialect becomes a [`Tongue`] here, and is tried against all there are.

use serde_json::{Value, json};

use crate::support::{Native, Server, Socket, Wire};

/// A way to speak.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tongue {
    Native,
    Postman,
    PublicText,
    PublicJson,
    Tmp,
    Line,
    RandomChat,
}

/// Somebody who speaks it.
struct Speaker {
    tongue: Tongue,
    name: &'static str,
    voice: Voice,
}

enum Voice {
    Native(Box<Native>),
    Socket(Box<Socket>),
    Wire(Wire),
}

impl Speaker {
    async fn arrives(server: &Server, tongue: Tongue, name: &'static str) -> Self {
        let voice = match tongue {
            Tongue::Native => Voice::Native(Box::new(server.native(name).await)),
            Tongue::Postman => socket(server, &format!("/ws/{name}")).await,
            Tongue::PublicText => socket(server, "/chat/public").await,
            Tongue::PublicJson => socket(server, "/chat/public?format=json").await,
            Tongue::Tmp => socket(server, "/tmp").await,
            Tongue::RandomChat => socket(server, "/randomchat").await,
            Tongue::Line => Voice::Wire(Wire::login(server, name).await),
        };
        let mut speaker = Self { tongue, name, voice };
        speaker.introduces_himself().await;
        speaker
    }

    /// Takes the name, where that is a frame of its own, and waits until it is taken.
    async fn introduces_himself(&mut self) {
        match self.tongue {
            Tongue::Tmp => {
                self.sends(tmp("SET_USR", self.name, "")).await;
                self.receives(|frame| frame.starts_with("tmp://STATE_UPG_2")).await;
            }
            Tongue::RandomChat => {
                let user = json!({"name": self.name, "phone": format!("+{}", self.name)});
                self.sends(json!({"type": "register", "user": user}).to_string()).await;
                self.receives(|frame| frame.contains("\"state\"")).await;
            }
            Tongue::Native | Tongue::Postman | Tongue::PublicText | Tongue::PublicJson | Tongue::Line => {}
        }
    }

    /// Is present in the lobby, and has heard himself or the server say so.
    async fn comes_to_the_lobby(&mut self) {
        let hello = format!("{} is here", self.name);
        match &mut self.voice {
            Voice::Native(native) => drop(native.joins("#lobby").await),
            Voice::Wire(wire) => {
                wire.says("!join #lobby").await;
                self.receives(|line| line == "You are in #lobby.").await;
            }
            Voice::Socket(_) => {
                self.says_in_the_lobby(&hello).await;
                let name = self.name;
                self.hears_in_the_lobby(name, &hello).await;
            }
        }
    }

    async fn says_in_the_lobby(&mut self, text: &str) {
        let frame = match self.tongue {
            Tongue::Native => json!({"type": "say", "to": "#lobby", "body": text}).to_string(),
            Tongue::Postman => json!({"p": "#lobby", "m": text}).to_string(),
            Tongue::PublicText | Tongue::PublicJson => json!({"username": self.name, "message": text}).to_string(),
            Tongue::Tmp => tmp("CHAT_MSSG", self.name, text),
            Tongue::Line => format!("#lobby: {text}"),
            Tongue::RandomChat => panic!("RandomChat knows no lobby"),
        };
        self.sends(frame).await;
    }

    async fn hears_in_the_lobby(&mut self, from: &str, text: &str) {
        let expected = match self.tongue {
            Tongue::Native => json!({"type": "message", "from": from, "body": text}),
            Tongue::Postman => json!({"p": "#lobby", "from": from, "m": text}),
            Tongue::PublicText => json!(format!("{from}> {text}")),
            Tongue::PublicJson => json!({"username": from, "message": text}),
            Tongue::Tmp => json!(tmp("CHAT_MSSG", from, text)),
            Tongue::Line => json!(format!("#lobby [{from}][{{time}}] {text}")),
            Tongue::RandomChat => panic!("RandomChat knows no lobby"),
        };
        self.receives_like(&expected).await;
    }

    async fn says_to(&mut self, partner: &str, text: &str) {
        let frame = match self.tongue {
            Tongue::Native => json!({"type": "say", "to": format!("@{partner}"), "body": text}).to_string(),
            Tongue::Postman => json!({"p": partner, "m": text}).to_string(),
            Tongue::Line => format!("{partner}: {text}"),
            other => panic!("{other:?} has no direct messages"),
        };
        self.sends(frame).await;
    }

    async fn hears_from(&mut self, from: &str, text: &str) {
        let expected = match self.tongue {
            Tongue::Native => json!({"type": "message", "from": from, "body": text}),
            Tongue::Postman => json!({"p": from, "m": text}),
            Tongue::PublicText => json!(format!("{from}> {text}")),
            Tongue::PublicJson => json!({"username": from, "message": text}),
            Tongue::Tmp => json!(tmp("CHAT_MSSG", from, text)),
            Tongue::Line => json!(format!("[{from}][{{time}}] {text}")),
            Tongue::RandomChat => panic!("RandomChat has no direct messages"),
        };
        self.receives_like(&expected).await;
    }

    async fn says_in_the_group(&mut self, group: &str, text: &str) {
        let frame = match self.tongue {
            Tongue::Native => json!({"type": "say", "to": format!("#{group}"), "body": text}).to_string(),
            Tongue::Postman => json!({"p": format!("#{group}"), "m": text}).to_string(),
            Tongue::Line => format!("#{group}: {text}"),
            Tongue::RandomChat => json!({"type": "send_message", "chat": group, "message": text}).to_string(),
            other => panic!("{other:?} has no groups"),
        };
        self.sends(frame).await;
    }

    async fn hears_in_the_group(&mut self, group: &str, from: &str, text: &str) {
        let expected = match self.tongue {
            Tongue::Native => json!({"type": "message", "from": from, "body": text}),
            Tongue::Postman => json!({"p": format!("#{group}"), "from": from, "m": text}),
            Tongue::Line => json!(format!("#{group} [{from}][{{time}}] {text}")),
            Tongue::RandomChat => {
                json!({"type": "message", "chat": {"name": group}, "from": {"name": from}, "message": text})
            }
            other => panic!("{other:?} has no groups"),
        };
        self.receives_like(&expected).await;
    }

    /// Whether who speaks this way is told what he himself said in a room.
    fn hears_himself(&self) -> bool {
        self.tongue != Tongue::Line
    }

    async fn sends(&mut self, frame: String) {
        match &mut self.voice {
            Voice::Native(native) => native.send(&frame).await,
            Voice::Socket(socket) => socket.send(frame).await,
            Voice::Wire(wire) => wire.says(&frame).await,
        }
    }

    /// Waits for a frame that holds all of `expected`: exactly that text, or JSON with those fields.
    async fn receives_like(&mut self, expected: &Value) {
        self.receives(|frame| match expected {
            Value::String(text) => frame == text,
            fields => serde_json::from_str(frame).is_ok_and(|frame: Value| holds(&frame, fields)),
        })
        .await;
    }

    async fn receives(&mut self, is_it: impl Fn(&str) -> bool) {
        let mut heard = Vec::new();
        for _ in 0..100 {
            let frame = match &mut self.voice {
                Voice::Native(native) => native.receive().await,
                Voice::Socket(socket) => socket.receive().await,
                Voice::Wire(wire) => wire.receive_without_times().await,
            };
            if is_it(&frame) {
                return;
            }
            heard.push(frame);
        }
        panic!("{} ({:?}) heard only {heard:#?}", self.name, self.tongue);
    }
}

async fn socket(server: &Server, path: &str) -> Voice {
    Voice::Socket(Box::new(server.connect(path).await))
}

fn tmp(kind: &str, username: &str, body: &str) -> String {
    format!("tmp://{kind:<32}::/{username:<20}::/{body}")
}

/// Whether a value has all that the other has.
fn holds(value: &Value, fields: &Value) -> bool {
    match fields {
        Value::Object(fields) => {
            fields.iter().all(|(key, field)| value.get(key).is_some_and(|value| holds(value, field)))
        }
        other => value == other,
    }
}

/// The one of these nodes where the person of that number is: neighbours are at different ones, where there are several.
fn at(nodes: &[Server], number: usize) -> &Server {
    &nodes[number % nodes.len()]
}

#[tokio::test]
async fn what_anybody_says_in_the_lobby_reaches_everybody_there_in_his_own_format() {
    everybody_hears_everybody(&[Server::start().await]).await;
}

/// What anybody says in the lobby reaches everybody there in his own format.
pub async fn everybody_hears_everybody(nodes: &[Server]) {
    let mut people = Vec::new();
    for (tongue, name) in [
        (Tongue::Native, "nina"),
        (Tongue::Postman, "paul"),
        (Tongue::PublicText, "tess"),
        (Tongue::PublicJson, "jack"),
        (Tongue::Tmp, "toby"),
        (Tongue::Line, "lena"),
    ] {
        let mut speaker = Speaker::arrives(at(nodes, people.len()), tongue, name).await;
        speaker.comes_to_the_lobby().await;
        people.push(speaker);
    }
    for sender in 0..people.len() {
        let from = people[sender].name;
        let text = format!("{from} says: grüße, \"quoted\" {{}} 🌍");
        people[sender].says_in_the_lobby(&text).await;
        for (receiver, person) in people.iter_mut().enumerate() {
            if receiver != sender || person.hears_himself() {
                person.hears_in_the_lobby(from, &text).await;
            }
        }
    }
}

#[tokio::test]
async fn a_direct_message_from_any_dialect_reaches_a_user_of_any_other() {
    anybody_reaches_anybody(&[Server::start().await]).await;
}

/// A direct message from any dialect reaches a user of any other.
pub async fn anybody_reaches_anybody(nodes: &[Server]) {
    let mut senders = Vec::new();
    for (tongue, name) in [(Tongue::Native, "nina"), (Tongue::Postman, "paul"), (Tongue::Line, "lena")] {
        senders.push(Speaker::arrives(at(nodes, senders.len()), tongue, name).await);
    }
    for (number, (tongue, name)) in [
        (Tongue::Native, "nora"),
        (Tongue::Postman, "peter"),
        (Tongue::PublicText, "theo"),
        (Tongue::PublicJson, "jill"),
        (Tongue::Tmp, "tina"),
        (Tongue::Line, "liam"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut receiver = Speaker::arrives(at(nodes, number + 1), tongue, name).await;
        if matches!(tongue, Tongue::PublicText | Tongue::PublicJson) {
            receiver.comes_to_the_lobby().await;
        }
        for sender in &mut senders {
            let text = format!("from {} to {name}", sender.name);
            sender.says_to(name, &text).await;
            receiver.hears_from(sender.name, &text).await;
        }
        let posted = json!({"sender": "device", "destination": name, "message": "21 degrees"});
        assert_eq!(at(nodes, number).post("/messages/", &posted).await.json(), json!({"status": "stored"}));
        receiver.hears_from("device", "21 degrees").await;
    }
}

#[tokio::test]
async fn mail_sent_from_any_dialect_is_read_in_any_other_and_seen_once() {
    mail_is_seen_once(&[Server::start().await]).await;
}

/// Mail sent from any dialect is read in any other, and seen once.
pub async fn mail_is_seen_once(nodes: &[Server]) {
    let mut nina = Speaker::arrives(at(nodes, 0), Tongue::Native, "nina").await;
    let mut paul = Speaker::arrives(at(nodes, 1), Tongue::Postman, "paul").await;
    let mut lena = Speaker::arrives(at(nodes, 2), Tongue::Line, "lena").await;
    for reader in ["in_postman", "on_the_line", "over_http"] {
        for sender in [&mut nina, &mut paul, &mut lena] {
            sender.says_to(reader, "while you were away").await;
            sender.is_told_it_is_stored(reader).await;
        }
        let posted = json!({"sender": "device", "destination": reader, "message": "21 degrees"});
        at(nodes, 0).post("/messages/", &posted).await;
    }

    let mut postman = at(nodes, 2).connect("/ws/in_postman").await;
    let mut line = Wire::login(at(nodes, 1), "on_the_line").await;
    let read = at(nodes, 1).get("/messages/over_http").await.json();
    for (at, (from, text)) in [
        ("nina", "while you were away"),
        ("paul", "while you were away"),
        ("lena", "while you were away"),
        ("device", "21 degrees"),
    ]
    .into_iter()
    .enumerate()
    {
        postman.sees_json(json!({"p": from, "m": text})).await;
        line.sees(&format!("[Stored] [{{time}}][{from}] '{text}'")).await;
        assert_eq!((&read["messages"][at]["sender"], &read["messages"][at]["message"]), (&json!(from), &json!(text)));
    }
    for reader in ["in_postman", "on_the_line", "over_http"] {
        assert_eq!(at(nodes, 0).get(&format!("/messages/{reader}")).await.json(), json!({"messages": []}));
    }
}

impl Speaker {
    async fn is_told_it_is_stored(&mut self, partner: &str) {
        let expected = match self.tongue {
            Tongue::Native => json!({"type": "accepted"}),
            Tongue::Postman => json!({"info": format!("{partner} is offline. Message saved.")}),
            Tongue::Line => json!(format!("User '{partner}' is offline. Message saved.")),
            other => panic!("{other:?} has no direct messages"),
        };
        self.receives_like(&expected).await;
    }
}

#[tokio::test]
async fn a_group_speaks_every_dialect_that_has_groups() {
    let server = Server::start().await;
    let mut people = Vec::new();
    for (tongue, name) in
        [(Tongue::RandomChat, "rosa"), (Tongue::Native, "nina"), (Tongue::Postman, "paul"), (Tongue::Line, "lena")]
    {
        people.push(Speaker::arrives(&server, tongue, name).await);
    }
    people[0].sends(json!({"type": "create_chat", "name": "garden"}).to_string()).await;
    for name in ["nina", "paul", "lena"] {
        let add = json!({"type": "add_member", "chat": "garden", "phone": format!("@{name}")});
        people[0].sends(add.to_string()).await;
        people[0].receives_like(&json!({"type": "new_member", "user": {"name": name}})).await;
    }
    for sender in 0..people.len() {
        let from = people[sender].name;
        let text = format!("{from} has tomatoes");
        people[sender].says_in_the_group("garden", &text).await;
        for (receiver, person) in people.iter_mut().enumerate() {
            if receiver != sender || person.hears_himself() {
                person.hears_in_the_group("garden", from, &text).await;
            }
        }
    }
}

#[tokio::test]
async fn a_name_is_held_in_every_dialect_whichever_it_was_taken_in() {
    let server = Server::start().await;
    server.add_account("carol", "correct horse").await;
    let holders = [
        (Tongue::Native, "ann"),
        (Tongue::Postman, "ben"),
        (Tongue::PublicText, "cat"),
        (Tongue::Tmp, "dan"),
        (Tongue::Line, "eve"),
    ];
    let mut people = Vec::new();
    for (tongue, name) in holders {
        let mut holder = Speaker::arrives(&server, tongue, name).await;
        if tongue == Tongue::PublicText {
            holder.comes_to_the_lobby().await;
        }
        people.push(holder);
    }
    for name in ["ann", "ben", "cat", "dan", "eve", "carol"] {
        let native = json!({"type": "hello", "username": name}).to_string();
        let code = if name == "carol" { "credentials_needed" } else { "name_taken" };
        assert_eq!(asked(&server, "/api/ws", native).await["code"], code, "{name}");

        let status = if name == "carol" { 401 } else { 409 };
        let refused = Socket::try_connect(&server.ws(&format!("/ws/{name}")), &[]).await.err().expect("held");
        assert_eq!(refused.status, status, "{name}");

        let public = json!({"username": name, "message": "me"}).to_string();
        let mut socket = server.connect("/chat/public").await;
        socket.send(public).await;
        let answer = socket.receive().await;
        assert!(answer.starts_with("server> "), "{answer}");

        let mut socket = server.connect("/tmp").await;
        socket.receive().await;
        socket.send(tmp("SET_USR", name, "")).await;
        socket.sees(&tmp("SET_USR_CONFLICT", name, "")).await;

        let mut wire = Wire::connect(&server).await;
        wire.says(name).await;
        if name == "carol" {
            wire.is_prompted("Password: ").await;
        } else {
            wire.sees("Username already taken. Disconnecting...").await;
        }
    }
}

async fn asked(server: &Server, path: &str, frame: String) -> Value {
    let mut socket = server.connect(path).await;
    socket.send(frame).await;
    socket.receive_json().await
}
