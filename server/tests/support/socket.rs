//! A WebSocket client that sends and expects texts.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::in_time;

/// A connection.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// An upgrade that was refused.
#[derive(Debug)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Socket {
    /// Connects.
    pub async fn connect(url: &str) -> Self {
        Self::try_connect(url, &[]).await.unwrap_or_else(|refused| panic!("{url} was refused: {refused:?}"))
    }

    /// Connects with headers, or says how the upgrade was refused.
    pub async fn try_connect(url: &str, headers: &[(&str, &str)]) -> Result<Self, Refused> {
        let mut request = url.into_client_request().expect("a WebSocket address");
        for (name, value) in headers {
            let name: tokio_tungstenite::tungstenite::http::HeaderName = name.parse().expect("a header name");
            request.headers_mut().insert(name, value.parse().expect("a header value"));
        }
        match in_time(url, tokio_tungstenite::connect_async(request)).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(Refused {
                status: response.status().as_u16(),
                body: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
            }),
            Err(error) => panic!("{url}: {error}"),
        }
    }

    /// Sends a text.
    pub async fn send(&mut self, text: impl Into<String>) {
        let text: String = text.into();
        self.stream.send(Message::text(text)).await.expect("the server reads");
    }

    /// Sends a text where the connection is still there, and says whether it was.
    pub async fn tries_to_send(&mut self, text: impl Into<String>) -> bool {
        let text: String = text.into();
        self.stream.send(Message::text(text)).await.is_ok()
    }

    /// The next text. `None`: the connection is over.
    pub async fn tries_to_receive(&mut self) -> Option<String> {
        loop {
            match in_time("a frame, or the end", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Sends any message.
    pub async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.expect("the server reads");
    }

    /// The next text.
    pub async fn receive(&mut self) -> String {
        loop {
            match in_time("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => return text.as_str().to_owned(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a text, got {other:?}"),
            }
        }
    }

    /// The next text as JSON.
    pub async fn receive_json(&mut self) -> Value {
        let text = self.receive().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
    }

    /// Expects exactly this text next.
    pub async fn sees(&mut self, text: &str) {
        assert_eq!(self.receive().await, text);
    }

    /// Expects exactly this JSON next.
    pub async fn sees_json(&mut self, expected: Value) {
        assert_eq!(self.receive_json().await, expected);
    }

    /// Expects the server to close next, and gives the close code.
    pub async fn is_closed(&mut self) -> u16 {
        loop {
            match in_time("a close", self.stream.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Text(text))) => panic!("expected a close, got {text}"),
                Some(Ok(_)) => {}
                other => panic!("expected a close with a code, got {other:?}"),
            }
        }
    }

    /// Says goodbye, and waits until the server has let the connection go.
    pub async fn close(self) {
        self.close_with(None).await;
    }

    /// Goes away as a page does that is closed or reloaded.
    pub async fn goes_away(self) {
        self.close_with(Some(CloseFrame { code: CloseCode::Away, reason: "".into() })).await;
    }

    async fn close_with(mut self, frame: Option<CloseFrame>) {
        self.stream.close(frame).await.expect("the server reads");
        let mut answered = false;
        while let Some(Ok(message)) = in_time("the server's goodbye", self.stream.next()).await {
            answered |= matches!(message, Message::Close(_));
        }
        assert!(answered, "a goodbye is answered with one");
    }
}
