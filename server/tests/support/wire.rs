//! A raw TCP client of the line dialect: bytes out, lines and prompts in.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Server, in_time};

/// A connection.
pub struct Wire {
    stream: TcpStream,
    /// What was read and not looked at yet.
    unread: Vec<u8>,
}

impl Wire {
    /// Connects, and is asked for a name.
    pub async fn connect(server: &Server) -> Self {
        Self::connect_to(server.line.as_ref().expect("the server speaks line chat")).await
    }

    async fn connect_to(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        stream.set_nodelay(true).expect("a socket");
        let mut wire = Self { stream, unread: Vec::new() };
        wire.is_prompted("Enter your username: ").await;
        wire
    }

    /// Connects where the server turns everybody away. All it said.
    pub async fn turned_away(server: &Server) -> String {
        let address = server.line.as_ref().expect("the server speaks line chat");
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        let mut wire = Self { stream, unread: Vec::new() };
        while wire.reads_more().await {}
        wire.left()
    }

    /// Connects, says who it is, and reads who is online. What is stored comes next.
    pub async fn login(server: &Server, name: &str) -> Self {
        Self::login_at(server.line.as_ref().expect("the server speaks line chat"), name).await
    }

    /// The same at any address.
    pub async fn login_at(address: &str, name: &str) -> Self {
        let mut wire = Self::connect_to(address).await;
        wire.says(name).await;
        let greeting = wire.receive().await;
        assert!(greeting.starts_with("Connected! Users online: "), "{greeting}");
        wire
    }

    /// Sends bytes as they are.
    pub async fn sends(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("the server reads");
    }

    /// Sends a line.
    pub async fn says(&mut self, line: &str) {
        self.sends(format!("{line}\n")).await;
    }

    /// The next line, without its end.
    pub async fn receive(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return String::from_utf8(line[..end].to_vec()).expect("UTF-8");
            }
            assert!(self.reads_more().await, "closed where a line was expected; {:?} is left", self.left());
        }
    }

    /// The next line, with `{time}` in place of every time.
    pub async fn receive_without_times(&mut self) -> String {
        without_times(&self.receive().await)
    }

    /// Expects this line next, where `{time}` stands for any time.
    pub async fn sees(&mut self, line: &str) {
        assert_eq!(without_times(&self.receive().await), line);
    }

    /// Expects this text next, without a newline.
    pub async fn is_prompted(&mut self, prompt: &str) {
        while self.unread.len() < prompt.len() {
            assert!(self.reads_more().await, "closed where {prompt:?} was expected; {:?} is left", self.left());
        }
        let text: Vec<u8> = self.unread.drain(..prompt.len()).collect();
        assert_eq!(String::from_utf8_lossy(&text), prompt);
    }

    /// Expects the server to close, with nothing more to read.
    pub async fn is_closed(&mut self) {
        while self.reads_more().await {}
        assert_eq!(self.left(), "");
    }

    /// Hangs up, and waits until the server has let the connection go.
    pub async fn leaves(mut self) {
        self.says("exit").await;
        self.is_closed().await;
    }

    /// Expects the server to close, whatever it says before. All it said.
    pub async fn sees_the_end(mut self) -> String {
        while self.reads_more().await {}
        self.left()
    }

    async fn reads_more(&mut self) -> bool {
        in_time("a line", self.stream.read_buf(&mut self.unread)).await.is_ok_and(|read| read > 0)
    }

    fn left(&self) -> String {
        String::from_utf8_lossy(&self.unread).into_owned()
    }
}

/// The line with `{time}` in place of every RFC 3339 time in UTC with milliseconds.
fn without_times(line: &str) -> String {
    const LENGTH: usize = "2026-11-21T09:30:00.123Z".len();
    let mut shown = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let is_time = |text: &&str| text.ends_with('Z') && server::store::Timestamp::parse(text).is_some();
        if rest.get(..LENGTH).filter(is_time).is_some() {
            shown += "{time}";
            rest = &rest[LENGTH..];
        } else {
            shown.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    shown
}
