//! People who talk without a pause, each in a dialect of his own, until their server is gone, and who remember what
//! they were told.

use std::collections::{HashSet, VecDeque};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::support::http::try_post;
use crate::support::{Frail, Server};

/// Messages on their way at once.
const WINDOW: usize = 8;

/// Who is written to where the lobby cannot be: nobody of that name is ever there.
pub const KEEPER: &str = "keeper";

/// What is said, so that it is known again: who says it, and the number of it.
static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[a-z]+-\d+!").expect("an expression"));

/// What the server says where it cannot store now what was said.
const NOT_NOW: &str = "this cannot be stored or read at the moment";

/// What it says where a name is somebody else's.
const TAKEN: [&str; 3] = ["is in use; choose another name", "tmp://SET_USR_CONFLICT", "Username already taken"];

/// How somebody talks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tongue {
    Native,
    Postman,
    PublicChat,
    Tmp,
    Line,
    MessageApi,
}

/// One of them.
pub struct Voice {
    pub tongue: Tongue,
    pub name: &'static str,
    /// How many messages were sent.
    pub sent: usize,
    /// What the server said is stored.
    pub acknowledged: HashSet<String>,
    /// What others said, as it was shown here.
    pub seen: HashSet<String>,
    /// The same in the order in which it was shown on each connection, with what he said himself; in dialects that show
    /// nothing but what is said.
    pub shown: Vec<Vec<String>>,
    /// Whether the server let him in before it was gone.
    pub came: bool,
    /// What the server said before it closed, and the code it closed with.
    pub farewell: (Option<String>, Option<u16>),
    /// Sent, and not answered yet.
    pending: VecDeque<usize>,
    /// By which the native protocol knows him again.
    token: Option<String>,
    /// The name he comes under, which is another where it was somebody else's.
    known_as: String,
}

impl Voice {
    /// One for every dialect with a room or people in it.
    pub fn all() -> Vec<Self> {
        let voices = [
            (Tongue::Native, "nina"),
            (Tongue::Native, "nora"),
            (Tongue::Postman, "paul"),
            (Tongue::PublicChat, "pam"),
            (Tongue::Tmp, "tom"),
            (Tongue::Line, "lena"),
            (Tongue::MessageApi, "dora"),
        ];
        voices.map(|(tongue, name)| Self::new(tongue, name)).into()
    }

    /// Somebody who has said nothing yet.
    pub fn new(tongue: Tongue, name: &'static str) -> Self {
        let (acknowledged, seen, shown) = (HashSet::new(), HashSet::new(), Vec::new());
        let (pending, farewell) = (VecDeque::new(), (None, None));
        let (token, known_as) = (None, name.to_owned());
        let came = false;
        Self { tongue, name, sent: 0, acknowledged, seen, shown, came, farewell, pending, token, known_as }
    }

    /// Whether what he says goes to the lobby, and not to [`KEEPER`].
    pub fn is_in_the_lobby(&self) -> bool {
        !matches!(self.tongue, Tongue::Line | Tongue::MessageApi)
    }

    /// Talks until the server is gone. Each acknowledgement is told to `counted`.
    pub async fn talks(mut self, door: Door, counted: UnboundedSender<()>) -> Self {
        (self.came, self.farewell) = (false, (None, None));
        if self.tongue == Tongue::MessageApi {
            self.posts(&door, &counted).await;
            return self;
        }
        let Some(mut client) = self.arrives(&door).await else {
            // It may be that the name is held.
            self.takes_another_name();
            return self;
        };
        self.came = true;
        self.shown.push(Vec::new());
        let again: Vec<_> = self.pending.iter().copied().collect();
        for number in again {
            client.says(&self.frame(number)).await;
        }
        loop {
            while self.pending.len() < WINDOW {
                let number = self.next_number();
                if !client.says(&self.frame(number)).await {
                    break;
                }
            }
            match client.hears().await {
                Some(text) if text.contains(NOT_NOW) => break,
                Some(text) if TAKEN.iter().any(|words| text.contains(words)) => {
                    self.takes_another_name();
                    break;
                }
                Some(text) => self.note(text, &counted),
                None => break,
            }
        }
        self.farewell.1 = client.closed_with;
        // Only the native protocol can say the same again without saying it twice.
        if self.tongue != Tongue::Native {
            self.pending.clear();
        }
        self
    }

    async fn posts(&mut self, door: &Door, counted: &UnboundedSender<()>) {
        loop {
            let number = self.next_number();
            let body = json!({"sender": self.name, "destination": KEEPER, "message": self.mark(number)});
            let answer = try_post(&door.http, "/messages/", &body).await;
            if answer.is_none_or(|answer| answer.status != 200) {
                return self.pending.clear();
            }
            self.is_acknowledged(counted);
        }
    }

    async fn arrives(&mut self, door: &Door) -> Option<Frail> {
        let socket = |path: &str| format!("ws://{}{path}", door.http);
        let (mut client, introduction) = match self.tongue {
            Tongue::Native => {
                let hello = match &self.token {
                    Some(token) => json!({"type": "hello", "token": token}),
                    None => json!({"type": "hello", "username": self.known_as}),
                };
                let join = r##"{"type":"join","room":"#lobby"}"##;
                (Frail::socket(&socket("/api/ws")).await?, vec![hello.to_string(), join.to_owned()])
            }
            Tongue::Postman => (Frail::socket(&socket(&format!("/ws/{}", self.known_as))).await?, vec![]),
            Tongue::PublicChat => (Frail::socket(&socket("/chat/public")).await?, vec![]),
            Tongue::Tmp => {
                (Frail::socket(&format!("ws://{}/", door.tmp)).await?, vec![tmp("SET_USR", &self.known_as, "")])
            }
            Tongue::Line => (Frail::line(&door.line).await?, vec![self.known_as.clone()]),
            Tongue::MessageApi => return None,
        };
        for frame in introduction {
            client.says(&frame).await;
        }
        Some(client)
    }

    fn frame(&self, number: usize) -> String {
        let mark = self.mark(number);
        match self.tongue {
            Tongue::Native => json!({"type": "say", "to": "#lobby", "body": mark, "client_id": mark}).to_string(),
            Tongue::Postman => json!({"p": "#lobby", "m": mark}).to_string(),
            Tongue::PublicChat => json!({"username": self.known_as, "message": mark}).to_string(),
            Tongue::Tmp => tmp("CHAT_MSSG", &self.known_as, &mark),
            Tongue::Line | Tongue::MessageApi => format!("{KEEPER}: {mark}"),
        }
    }

    fn mark(&self, number: usize) -> String {
        format!("{}-{number}!", self.name)
    }

    fn next_number(&mut self) -> usize {
        self.pending.push_back(self.sent);
        self.sent += 1;
        self.sent - 1
    }

    /// Comes as somebody new next time: only the native protocol and HTTP have no need to.
    fn takes_another_name(&mut self) {
        self.known_as = format!("{}{}", self.name, self.sent);
    }

    /// Whether all that is shown is what is said, and each of it once.
    fn is_shown_just_that(&self) -> bool {
        matches!(self.tongue, Tongue::Postman | Tongue::PublicChat | Tongue::Tmp)
    }

    /// What a text of the server means: his own words come back, or are said to be saved, once they are stored.
    fn note(&mut self, text: String, counted: &UnboundedSender<()>) {
        if self.tongue == Tongue::Native
            && let Ok(frame) = serde_json::from_str::<Value>(&text)
            && let Some(token) = frame["session"].as_str()
        {
            self.token = Some(token.to_owned());
        }
        if self.tongue == Tongue::Line && text.ends_with("Message saved.") {
            self.is_acknowledged(counted);
        }
        for mark in MARK.find_iter(&text).map(|found| found.as_str().to_owned()) {
            if self.pending.front().is_some_and(|number| self.mark(*number) == mark) {
                self.is_acknowledged(counted);
            }
            if self.is_shown_just_that() {
                self.shown.last_mut().expect("a connection").push(mark.clone());
            }
            self.seen.insert(mark);
        }
        self.farewell.0 = Some(text);
    }

    fn is_acknowledged(&mut self, counted: &UnboundedSender<()>) {
        if let Some(number) = self.pending.pop_front() {
            self.acknowledged.insert(self.mark(number));
            let _ = counted.send(());
        }
    }
}

/// Where a server can be reached.
#[derive(Clone)]
pub struct Door {
    pub http: String,
    pub line: String,
    pub tmp: String,
}

impl Door {
    pub fn of(server: &Server) -> Self {
        let address = |address: &Option<String>| address.clone().expect("it listens");
        Self { http: server.http.clone(), line: address(&server.line), tmp: address(&server.tmp) }
    }
}

fn tmp(kind: &str, name: &str, body: &str) -> String {
    format!("tmp://{kind:<32}::/{name:<20}::/{body}")
}
