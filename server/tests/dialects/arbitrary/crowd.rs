//! Everybody who does something: their connections, and what came in on them.

use std::sync::{Arc, Mutex};

use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use proptest::sample::Index;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::deeds::{self, Deed, What};
use super::{Door, EACH, PLACES, Place};
use crate::support::http::request_text;
use crate::support::{Server, in_time};

/// More than a frame may hold.
const RAMBLING: usize = 3_000;

/// Everybody, and every connection they ever had.
pub struct Crowd<'a> {
    server: &'a Server,
    people: Vec<Person>,
    /// In the order they were made.
    pub connections: Vec<Connection>,
    /// Which connection each deed was done on, where it was a message.
    pub speakers: Vec<(usize, usize)>,
}

struct Person {
    place: Place,
    wire: Option<Wire>,
}

/// A connection as it is remembered.
pub struct Connection {
    /// Where it was made.
    pub place: Place,
    /// What was heard on it.
    pub heard: Arc<Mutex<String>>,
    /// Whether it is still there.
    pub lives: bool,
}

/// A connection's sending side, and the task that reads.
struct Wire {
    number: usize,
    out: Out,
    pongs: UnboundedReceiver<()>,
    reading: JoinHandle<()>,
}

enum Out {
    Socket(SplitSink<WebSocketStream<MaybeTlsStream<TcpStream>>, Message>),
    Line(OwnedWriteHalf),
}

impl<'a> Crowd<'a> {
    pub fn of(server: &'a Server) -> Self {
        let places = PLACES.iter().flat_map(|place| [*place; EACH]);
        let people = places.map(|place| Person { place, wire: None }).collect();
        Self { server, people, connections: Vec::new(), speakers: Vec::new() }
    }

    pub async fn does(&mut self, number: usize, deed: Deed) {
        if let What::Posts(body) = &deed.what {
            return self.posts(body).await;
        }
        let who = deed.who;
        if !self.is_there(who, deed.name).await {
            return;
        }
        let person = &mut self.people[who];
        let Some(wire) = &mut person.wire else { return };
        let place = person.place;
        let speech = || deeds::speech(place, deed.name, number);
        let sent = match deed.what {
            What::Introduces => wire.send_all(deeds::introduction(place, deed.name)).await,
            What::Speaks => wire.send_all([speech()]).await,
            What::SpeaksInPieces(cuts) => wire.send_pieces(speech().into_bytes(), &cuts).await,
            What::AllAtOnce(more) => {
                wire.send_all(deeds::introduction(place, deed.name).into_iter().chain([speech(), more])).await
            }
            What::Quotes(choice) => wire.send_all([deeds::sample(place, choice).to_owned()]).await,
            What::Babbles(text) => wire.send_all([text]).await,
            What::Scribbles(bytes) => wire.send_bytes(bytes, Data::Binary).await,
            What::Garbles(bytes) => wire.send_bytes([&[0xFF], &bytes[..]].concat(), Data::Text).await,
            What::Rambles => wire.send_all(["x".repeat(RAMBLING)]).await,
            What::Leaves => wire.close().await,
            What::Vanishes => false,
            What::Posts(_) => true,
        };
        self.speakers.push((number, wire.number));
        if !sent {
            self.is_gone(who).await;
        }
    }

    /// Waits until the server has read everything that was sent, and has done what it will do about it.
    pub async fn is_heard_out(&mut self) {
        for who in 0..self.people.len() {
            if let Some(wire) = &mut self.people[who].wire
                && !wire.answers().await
            {
                self.is_gone(who).await;
            }
        }
    }

    /// Connects where that is needed and can be. False: this place is not to be had under this name.
    async fn is_there(&mut self, who: usize, name: &str) -> bool {
        if self.people[who].wire.as_ref().is_some_and(|wire| wire.reading.is_finished()) {
            self.is_gone(who).await;
        }
        if self.people[who].wire.is_none() {
            let (place, heard) = (self.people[who].place, Arc::default());
            let number = self.connections.len();
            let Some(wire) = Wire::connect(self.server, place.door, name, number, Arc::clone(&heard)).await else {
                return false;
            };
            self.people[who].wire = Some(wire);
            self.connections.push(Connection { place, heard, lives: true });
        }
        true
    }

    async fn is_gone(&mut self, who: usize) {
        if let Some(wire) = self.people[who].wire.take() {
            self.connections[wire.number].lives = false;
            drop(wire.out);
            wire.reading.abort();
        }
    }

    async fn posts(&self, body: &str) {
        let answer = request_text(&self.server.http, "POST", "/messages/", &[], Some(body)).await;
        assert!([200, 422].contains(&answer.status), "{body:?} was answered with {}: {}", answer.status, answer.body);
    }
}

impl Wire {
    async fn connect(
        server: &Server,
        door: Door,
        name: &str,
        number: usize,
        heard: Arc<Mutex<String>>,
    ) -> Option<Self> {
        let (ponged, pongs) = unbounded_channel();
        let hear = move |text: &str| {
            let mut heard = heard.lock().expect("nobody panics with it");
            heard.push_str(text);
            heard.push('\n');
        };
        let url = match door {
            Door::Path(path) => server.ws(&path.replace("{name}", &name.replace(' ', "%20"))),
            Door::Tmp => format!("ws://{}/", server.tmp.as_ref()?),
            Door::Line => {
                let stream = TcpStream::connect(server.line.as_ref()?).await.expect("the server accepts");
                stream.set_nodelay(true).expect("a socket");
                let (mut read, write) = stream.into_split();
                let reading = tokio::spawn(async move {
                    let _open = ponged;
                    let mut buffer = [0; 4_096];
                    while let Ok(count @ 1..) = read.read(&mut buffer).await {
                        hear(&String::from_utf8_lossy(&buffer[..count]));
                    }
                });
                return Some(Self { number, out: Out::Line(write), pongs, reading });
            }
        };
        let (stream, _) = match in_time(&url, connect_async(&url)).await {
            Ok(connected) => connected,
            Err(Error::Http(refused)) => {
                assert!([401, 409, 422, 429].contains(&refused.status().as_u16()), "{url}: {refused:?}");
                return None;
            }
            Err(error) => panic!("{url}: {error}"),
        };
        let (out, mut stream) = stream.split();
        let reading = tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                match message {
                    Message::Text(text) => hear(&text),
                    Message::Pong(_) if ponged.send(()).is_err() => return,
                    _ => {}
                }
            }
        });
        Some(Self { number, out: Out::Socket(out), pongs, reading })
    }

    /// Sends texts in one go. False: the connection is gone.
    async fn send_all(&mut self, texts: impl IntoIterator<Item = String>) -> bool {
        match &mut self.out {
            Out::Socket(out) => {
                for text in texts {
                    if in_time("the server to read", out.feed(Message::text(text))).await.is_err() {
                        return false;
                    }
                }
                in_time("the server to read", out.flush()).await.is_ok()
            }
            Out::Line(_) => {
                let lines: String = texts.into_iter().map(|text| text + "\n").collect();
                self.send_line_bytes(lines.as_bytes()).await
            }
        }
    }

    /// Sends one text in several frames, or packets.
    async fn send_pieces(&mut self, mut bytes: Vec<u8>, cuts: &[Index]) -> bool {
        if matches!(self.out, Out::Line(_)) {
            bytes.push(b'\n');
        }
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        for (at, piece) in pieces.iter().enumerate() {
            let sent = match &mut self.out {
                Out::Socket(out) => {
                    let kind = if at == 0 { Data::Text } else { Data::Continue };
                    let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), at + 1 == pieces.len());
                    in_time("the server to read", out.send(Message::Frame(frame))).await.is_ok()
                }
                Out::Line(_) => self.send_line_bytes(piece).await,
            };
            if !sent {
                return false;
            }
        }
        true
    }

    async fn send_bytes(&mut self, bytes: Vec<u8>, kind: Data) -> bool {
        match &mut self.out {
            Out::Socket(out) => {
                let frame = Frame::message(bytes, OpCode::Data(kind), true);
                in_time("the server to read", out.send(Message::Frame(frame))).await.is_ok()
            }
            Out::Line(_) => self.send_line_bytes(&bytes).await,
        }
    }

    async fn send_line_bytes(&mut self, bytes: &[u8]) -> bool {
        let Out::Line(out) = &mut self.out else { return false };
        in_time("the server to read", out.write_all(bytes)).await.is_ok()
    }

    /// Says goodbye and waits until the server has let go. Always false: the connection is gone then.
    async fn close(&mut self) -> bool {
        let closed = match &mut self.out {
            Out::Socket(out) => out.send(Message::Close(None)).await.is_ok(),
            Out::Line(out) => out.shutdown().await.is_ok(),
        };
        if closed {
            in_time("the server's goodbye", &mut self.reading).await.expect("it reads");
        }
        false
    }

    /// Whether the server answers once it has read what was sent before. Lines have no pings: their last word is that
    /// nothing more will come.
    async fn answers(&mut self) -> bool {
        match &mut self.out {
            Out::Socket(out) => {
                out.send(Message::Ping(Vec::new().into())).await.is_ok()
                    && in_time("a pong", self.pongs.recv()).await.is_some()
            }
            Out::Line(_) => self.close().await,
        }
    }
}
