//! A connection of a transcript. What comes before it is asked for is kept, so that nothing is overlooked.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::script::Ending;

/// What a connection receives.
#[derive(Clone, Debug, PartialEq)]
pub enum Got {
    /// A text frame, or a line without its newline.
    Text(String),
    /// A binary frame.
    Binary(Vec<u8>),
    /// The end, with a close code where there is one.
    Closed(Option<u16>),
    /// Nothing, for as long as one was ready to wait.
    Nothing,
}

/// An open connection.
pub enum Connection {
    /// A WebSocket, and what came on it that nobody asked for yet.
    Ws(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>, VecDeque<Got>),
    /// A TCP connection, and what was read from it.
    Tcp(TcpStream, Vec<u8>),
}

impl Connection {
    /// Sends a text, or bytes in hexadecimal. That a connection is gone shows at the next thing expected of it.
    ///
    /// # Errors
    /// The text cannot be sent at all.
    pub async fn send(&mut self, text: String, ending: Ending) -> Result<(), String> {
        let bytes = (ending == Ending::Bytes).then(|| hexadecimal(&text)).transpose()?;
        match self {
            Self::Ws(stream, _) => {
                let message = bytes.map_or_else(|| Message::text(text), Message::binary);
                let _ = stream.send(message).await;
            }
            Self::Tcp(stream, _) => {
                let newline = if ending == Ending::Newline { "\n" } else { "" };
                let _ = stream.write_all(&bytes.unwrap_or_else(|| (text + newline).into_bytes())).await;
            }
        }
        Ok(())
    }

    /// Waits until the server has dealt with all that was sent before: it answers a ping only then. TCP has no such
    /// thing; what follows there is waited for where it is expected.
    pub async fn settle(&mut self, patience: Duration) {
        let Self::Ws(stream, kept) = self else { return };
        if kept.iter().any(|got| matches!(got, Got::Closed(_))) {
            return;
        }
        let _ = stream.send(Message::Ping(Vec::new().into())).await;
        loop {
            match timeout(patience, stream.next()).await {
                Ok(Some(Ok(Message::Pong(_)))) | Err(_) => return,
                Ok(other) => {
                    let got = got(other);
                    let ended = matches!(got, Some(Got::Closed(_)));
                    kept.extend(got);
                    if ended {
                        return;
                    }
                }
            }
        }
    }

    /// The next frame or line.
    pub async fn receive(&mut self, patience: Duration) -> Got {
        match self {
            Self::Ws(stream, kept) => {
                if let Some(got) = kept.pop_front() {
                    return got;
                }
                loop {
                    let Ok(next) = timeout(patience, stream.next()).await else { return Got::Nothing };
                    if let Some(got) = got(next) {
                        return got;
                    }
                }
            }
            Self::Tcp(stream, read) => loop {
                if let Some(at) = read.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = read.drain(..=at).collect();
                    return Got::Text(String::from_utf8_lossy(&line[..at]).into_owned());
                }
                match more(stream, read, patience).await {
                    Some(true) => {}
                    Some(false) if read.is_empty() => return Got::Closed(None),
                    Some(false) => return Got::Text(String::from_utf8_lossy(&std::mem::take(read)).into_owned()),
                    None => return Got::Nothing,
                }
            },
        }
    }

    /// As much text as is expected, where no newline ends it.
    pub async fn receive_piece(&mut self, bytes: usize, patience: Duration) -> Got {
        let Self::Tcp(stream, read) = self else { return self.receive(patience).await };
        while read.len() < bytes {
            match more(stream, read, patience).await {
                Some(true) => {}
                Some(false) if read.is_empty() => return Got::Closed(None),
                Some(false) => break,
                None if read.is_empty() => return Got::Nothing,
                None => break,
            }
        }
        let piece: Vec<u8> = read.drain(..bytes.min(read.len())).collect();
        Got::Text(String::from_utf8_lossy(&piece).into_owned())
    }

    /// What has come and was not asked for. The connection is of no use afterwards.
    pub async fn left_over(&mut self, patience: Duration) -> Option<Got> {
        self.settle(patience).await;
        match self {
            Self::Ws(_, kept) => kept.pop_front().filter(|got| !matches!(got, Got::Closed(_))),
            Self::Tcp(stream, read) => {
                let _ = stream.shutdown().await;
                while more(stream, read, patience).await == Some(true) {}
                (!read.is_empty()).then(|| Got::Text(String::from_utf8_lossy(read).into_owned()))
            }
        }
    }

    /// Ends it in an orderly way, and waits for the server's end.
    pub async fn close(self, patience: Duration) {
        let ended = async {
            match self {
                Self::Ws(mut stream, _) => {
                    let _ = WebSocketStream::close(&mut stream, None).await;
                    while let Some(Ok(_)) = stream.next().await {}
                }
                Self::Tcp(mut stream, mut read) => {
                    let _ = stream.shutdown().await;
                    while more(&mut stream, &mut read, patience).await == Some(true) {}
                }
            }
        };
        let _ = timeout(patience, ended).await;
    }
}

/// Reads on. `Some(false)`: the server ended the connection; `None`: nothing came.
async fn more(stream: &mut TcpStream, read: &mut Vec<u8>, patience: Duration) -> Option<bool> {
    let result = timeout(patience, stream.read_buf(read)).await.ok()?;
    Some(result.is_ok_and(|bytes| bytes > 0))
}

fn got<E>(next: Option<Result<Message, E>>) -> Option<Got> {
    Some(match next {
        Some(Ok(Message::Text(text))) => Got::Text(text.as_str().to_owned()),
        Some(Ok(Message::Binary(bytes))) => Got::Binary(bytes.to_vec()),
        Some(Ok(Message::Close(frame))) => Got::Closed(frame.map(|frame| frame.code.into())),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return None,
        Some(Err(_)) | None => Got::Closed(None),
    })
}

fn hexadecimal(text: &str) -> Result<Vec<u8>, String> {
    let byte = |word: &str| u8::from_str_radix(word, 16).map_err(|_| format!("{word:?} is no byte in hexadecimal"));
    text.split_whitespace().map(byte).collect()
}
