//! Plays a page's transcripts against live servers and says, by file and line, where they are wrong.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderName;
use tokio_tungstenite::tungstenite::{self, Error};

use super::connection::{Connection, Got};
use super::pattern::{self, Memory};
use super::script::{self, Act, Ending, Scene, Step, Target};
use crate::support::{self, PATIENCE, Server};

/// In no transcript.
const NOBODY: &str = "nobody-at-all";

/// A step that did not go as written.
#[derive(Debug)]
pub struct Failure {
    /// The page's line.
    pub line: usize,
    /// What is written there.
    pub step: String,
    /// What happened.
    pub problem: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.line, self.step, self.problem.replace('\n', "\n    "))
    }
}

/// Plays a whole page. Every scene is played, whatever becomes of the others.
pub async fn play_page(path: &Path, start: impl AsyncFn(&[&str]) -> Server) {
    let page = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let page = format!("docs/dialects/{page}");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let scenes = script::scenes(&text).unwrap_or_else(|error| panic!("{page}, {error}"));
    assert!(!scenes.is_empty(), "{page} has no transcript");
    let mut failures = Vec::new();
    for scene in &scenes {
        if let Err(failure) = play(scene, &start, PATIENCE).await {
            failures.push(format!("{page}:{failure}"));
        }
    }
    assert!(failures.is_empty(), "what {page} says is not so:\n\n{}\n", failures.join("\n\n"));
}

/// Plays one scene on a server of its own, which `start` starts with the scene's flags.
///
/// # Errors
/// The first step that did not go as written.
pub async fn play(scene: &Scene, start: impl AsyncFn(&[&str]) -> Server, patience: Duration) -> Result<(), Failure> {
    let flags: Vec<_> = scene.flags.iter().map(String::as_str).collect();
    let server = start(&flags).await;
    let mut player = Player {
        server: Some(server),
        stopped: false,
        people: BTreeMap::new(),
        memory: HashMap::new(),
        answer: None,
        patience,
    };
    for (at, step) in scene.steps.iter().enumerate() {
        let answered = scene.steps.get(at + 1).is_some_and(|next| matches!(next.act, Act::Answer { .. }));
        player.step(&step.act, answered).await.map_err(|problem| failure(step, problem))?;
    }
    match scene.steps.last() {
        Some(last) if !scene.partial => player.nothing_left().await.map_err(|problem| failure(last, problem)),
        _ => Ok(()),
    }
}

fn failure(step: &Step, problem: String) -> Failure {
    Failure { line: step.line, step: step.text.clone(), problem }
}

struct Player {
    server: Option<Server>,
    /// It was asked to stop.
    stopped: bool,
    people: BTreeMap<String, Connection>,
    memory: Memory,
    /// The last answer over HTTP: status and body.
    answer: Option<(u16, String)>,
    patience: Duration,
}

impl Player {
    async fn step(&mut self, act: &Act, answered: bool) -> Result<(), String> {
        match act {
            Act::Open { who, to, headers } => self.open(who, to, headers, answered).await,
            Act::Close { who } => {
                let connection = self.people.remove(who).ok_or_else(|| unknown(who))?;
                connection.close(self.patience).await;
                Ok(())
            }
            Act::Send { who, text, ending } => self.send(who, text, *ending).await,
            Act::Receive { who, text, ending } => self.receive(who, text, *ending).await,
            Act::Closed { who, code } => match self.next(who).await? {
                Got::Closed(got) if got == *code => Ok(()),
                Got::Closed(got) => Err(format!("closed with {got:?}")),
                other => Err(format!("not closed: {}", shown(&other))),
            },
            Act::Request { method, path, headers, body } => self.request(method, path, headers, body.as_deref()).await,
            Act::Answer { status, body } => self.answered(*status, body),
            Act::Account { name, password } => {
                self.server()?.add_account(name, password).await;
                Ok(())
            }
            Act::Stop => {
                self.server()?.ask_to_stop().await;
                self.stopped = true;
                Ok(())
            }
            Act::Start => {
                let mut server = self.server.take().ok_or("the server does not run")?;
                server.ended().await;
                self.server = Some(server.again().await);
                self.stopped = false;
                Ok(())
            }
        }
    }

    fn server(&self) -> Result<&Server, String> {
        self.server.as_ref().ok_or_else(|| "the server does not run".to_owned())
    }

    fn person(&mut self, who: &str) -> Result<&mut Connection, String> {
        self.people.get_mut(who).ok_or_else(|| unknown(who))
    }

    async fn open(
        &mut self,
        who: &str,
        to: &Target,
        headers: &[(String, String)],
        answered: bool,
    ) -> Result<(), String> {
        let server = self.server()?;
        let url = match to {
            Target::Ws(path) => server.ws(path),
            Target::Tmp(path) => {
                format!("ws://{}{path}", server.tmp.as_ref().ok_or("TMP has no port of its own here")?)
            }
            Target::Line => {
                let address = server.line.as_ref().ok_or("the line dialect does not listen here")?;
                let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
                self.people.insert(who.to_owned(), Connection::Tcp(stream, Vec::new()));
                return Ok(());
            }
        };
        let url = pattern::filled(&url, &self.memory);
        let mut request = url.as_str().into_client_request().map_err(|error| error.to_string())?;
        for (name, value) in headers {
            let name: HeaderName = name.parse().map_err(|_| format!("{name:?} names no header"))?;
            let value = pattern::filled(value, &self.memory);
            request.headers_mut().insert(name, value.parse().map_err(|_| format!("{value:?} is no header's value"))?);
        }
        match support::in_time(&url, tokio_tungstenite::connect_async(request)).await {
            Ok(_) if answered => Err("the upgrade was not refused".to_owned()),
            Ok((stream, _)) => {
                let mut connection = Connection::Ws(Box::new(stream), std::collections::VecDeque::new());
                connection.settle(self.patience).await;
                self.people.insert(who.to_owned(), connection);
                Ok(())
            }
            Err(Error::Http(response)) => {
                let answer = refused(&response);
                if !answered {
                    return Err(format!("the upgrade was refused: {} {}", answer.0, answer.1));
                }
                self.answer = Some(answer);
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    async fn send(&mut self, who: &str, text: &str, ending: Ending) -> Result<(), String> {
        let text = pattern::filled(text, &self.memory);
        let patience = self.patience;
        let connection = self.person(who)?;
        connection.send(text, ending).await?;
        connection.settle(patience).await;
        Ok(())
    }

    async fn receive(&mut self, who: &str, expected: &str, ending: Ending) -> Result<(), String> {
        let got = match ending {
            Ending::Newline | Ending::Bytes => self.next(who).await?,
            Ending::None => {
                let (patience, bytes) = (self.patience, pattern::filled(expected, &self.memory).len());
                self.person(who)?.receive_piece(bytes, patience).await
            }
        };
        match &got {
            Got::Text(text) => pattern::compare(expected, text, &mut self.memory)
                .map_err(|difference| format!("got {text}\n{difference}").trim_end().to_owned()),
            other => Err(shown(other)),
        }
    }

    async fn next(&mut self, who: &str) -> Result<Got, String> {
        let patience = self.patience;
        Ok(self.person(who)?.receive(patience).await)
    }

    async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) -> Result<(), String> {
        let path = pattern::filled(path, &self.memory);
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), pattern::filled(value, &self.memory))).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = body.map(|body| pattern::filled(body, &self.memory));
        let address = self.server()?.http.clone();
        let answer = support::http::request_text(&address, method, &path, &headers, body.as_deref()).await;
        self.answer = Some((answer.status, answer.body));
        Ok(())
    }

    fn answered(&mut self, status: u16, body: &str) -> Result<(), String> {
        let (got_status, got) = self.answer.take().ok_or("nothing was asked that this could answer")?;
        let got = got.trim_end();
        let difference =
            if status == got_status { pattern::compare(body, got, &mut self.memory) } else { Err(String::new()) };
        difference.map_err(|difference| format!("got {got_status} {got}\n{difference}").trim_end().to_owned())
    }

    /// Nobody has received more than was said. Messages are told in the order in which they are stored: once one
    /// more is, of somebody whom nobody knows, all before it have been told.
    async fn nothing_left(&mut self) -> Result<(), String> {
        if let (Some(server), false) = (&self.server, self.stopped) {
            let message = json!({ "sender": NOBODY, "destination": NOBODY, "message": "the end" });
            server.post("/messages/", &message).await;
        }
        for (who, connection) in &mut self.people {
            if let Some(got) = connection.left_over(self.patience).await {
                return Err(format!("at the end, {who} also got this: {}", shown(&got)));
            }
        }
        Ok(())
    }
}

fn refused(response: &tungstenite::http::Response<Option<Vec<u8>>>) -> (u16, String) {
    let body = response.body().as_deref().unwrap_or_default();
    (response.status().as_u16(), String::from_utf8_lossy(body).into_owned())
}

fn unknown(who: &str) -> String {
    format!("{who} is not connected")
}

fn shown(got: &Got) -> String {
    match got {
        Got::Text(text) => format!("got {text}"),
        Got::Binary(bytes) => format!("got a binary frame: {bytes:02x?}"),
        Got::Closed(Some(code)) => format!("got a close with code {code}"),
        Got::Closed(None) => "got the end of the connection".to_owned(),
        Got::Nothing => "got nothing".to_owned(),
    }
}
