//! People who speak any dialect: how each says something, and how it looks where it is heard. A new dialect becomes a
//! [`Tongue`] here.

use serde_json::{Value, json};

use crate::support::{Native, Server, Socket, Wire};

/// A way to speak.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tongue {
    Native,
    Postman,
    PublicText,
    PublicJson,
    Tmp,
    Line,
    RandomChat,
}

/// Somebody who speaks it.
pub struct Speaker {
    tongue: Tongue,
    pub name: &'static str,
    voice: Voice,
}

enum Voice {
    Native(Box<Native>),
    Socket(Box<Socket>),
    Wire(Wire),
}

impl Speaker {
    pub async fn arrives(server: &Server, tongue: Tongue, name: &'static str) -> Self {
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
    pub async fn comes_to_the_lobby(&mut self) {
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

    pub async fn says_in_the_lobby(&mut self, text: &str) {
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

    pub async fn hears_in_the_lobby(&mut self, from: &str, text: &str) {
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

    pub async fn says_to(&mut self, partner: &str, text: &str) {
        let frame = match self.tongue {
            Tongue::Native => json!({"type": "say", "to": format!("@{partner}"), "body": text}).to_string(),
            Tongue::Postman => json!({"p": partner, "m": text}).to_string(),
            Tongue::Line => format!("{partner}: {text}"),
            other => panic!("{other:?} has no direct messages"),
        };
        self.sends(frame).await;
    }

    pub async fn hears_from(&mut self, from: &str, text: &str) {
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

    pub async fn says_in_the_group(&mut self, group: &str, text: &str) {
        let frame = match self.tongue {
            Tongue::Native => json!({"type": "say", "to": format!("#{group}"), "body": text}).to_string(),
            Tongue::Postman => json!({"p": format!("#{group}"), "m": text}).to_string(),
            Tongue::Line => format!("#{group}: {text}"),
            Tongue::RandomChat => json!({"type": "send_message", "chat": group, "message": text}).to_string(),
            other => panic!("{other:?} has no groups"),
        };
        self.sends(frame).await;
    }

    pub async fn hears_in_the_group(&mut self, group: &str, from: &str, text: &str) {
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

    /// Is told that what was said waits for its reader.
    pub async fn is_told_it_is_stored(&mut self, partner: &str) {
        let expected = match self.tongue {
            Tongue::Native => json!({"type": "accepted"}),
            Tongue::Postman => json!({"info": format!("{partner} is offline. Message saved.")}),
            Tongue::Line => json!(format!("User '{partner}' is offline. Message saved.")),
            other => panic!("{other:?} has no direct messages"),
        };
        self.receives_like(&expected).await;
    }

    /// Whether who speaks this way is told what he himself said in a room.
    pub fn hears_himself(&self) -> bool {
        self.tongue != Tongue::Line
    }

    pub async fn sends(&mut self, frame: String) {
        match &mut self.voice {
            Voice::Native(native) => native.send(&frame).await,
            Voice::Socket(socket) => socket.send(frame).await,
            Voice::Wire(wire) => wire.says(&frame).await,
        }
    }

    /// Waits for a frame that holds all of `expected`: exactly that text, or JSON with those fields.
    pub async fn receives_like(&mut self, expected: &Value) {
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

/// A frame of TMP.
pub fn tmp(kind: &str, username: &str, body: &str) -> String {
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
