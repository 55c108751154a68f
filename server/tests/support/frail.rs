//! A client whose server may be gone at any moment: what cannot be said or heard is no failure of the test.

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::in_time;

/// A connection, by WebSocket or by lines.
pub struct Frail {
    wire: Wire,
    /// The code the server closed with, once it has.
    pub closed_with: Option<u16>,
}

enum Wire {
    Socket(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
    Line { stream: TcpStream, unread: Vec<u8> },
}

impl Frail {
    /// A WebSocket, if the server is there and upgrades.
    pub async fn socket(url: &str) -> Option<Self> {
        let (stream, _) = in_time(url, connect_async(url)).await.ok()?;
        Some(Self { wire: Wire::Socket(Box::new(stream)), closed_with: None })
    }

    /// A connection of line chat, if the server is there.
    pub async fn line(address: &str) -> Option<Self> {
        let stream = in_time(address, TcpStream::connect(address)).await.ok()?;
        stream.set_nodelay(true).ok()?;
        Some(Self { wire: Wire::Line { stream, unread: Vec::new() }, closed_with: None })
    }

    /// Sends a frame, or a line. False: the connection is gone.
    pub async fn says(&mut self, text: &str) -> bool {
        match &mut self.wire {
            Wire::Socket(stream) => in_time("the server to read", stream.send(Message::text(text))).await.is_ok(),
            Wire::Line { stream, .. } => {
                let line = format!("{text}\n");
                in_time("the server to read", stream.write_all(line.as_bytes())).await.is_ok()
            }
        }
    }

    /// Sends a ping. False: the connection is gone.
    pub async fn pings(&mut self) -> bool {
        match &mut self.wire {
            Wire::Socket(stream) => in_time("the server to read", stream.send(Message::Ping("?".into()))).await.is_ok(),
            Wire::Line { .. } => false,
        }
    }

    /// The next text, or line with the prompts before it. `None`: the connection is gone.
    pub async fn hears(&mut self) -> Option<String> {
        match &mut self.wire {
            Wire::Socket(stream) => loop {
                match in_time("a frame", stream.next()).await?.ok()? {
                    Message::Text(text) => return Some(text.as_str().to_owned()),
                    Message::Close(frame) => self.closed_with = frame.map(|frame| frame.code.into()),
                    _ => {}
                }
            },
            Wire::Line { stream, unread } => loop {
                if let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = unread.drain(..=end).collect();
                    return Some(String::from_utf8_lossy(&line[..end]).into_owned());
                }
                if in_time("a line", stream.read_buf(unread)).await.ok()? == 0 {
                    return None;
                }
            },
        }
    }
}
