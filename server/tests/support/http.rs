//! HTTP as a test needs it: one request, one answer.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::in_time;

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The head, as sent.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The cookie this answer sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").unwrap_or_else(|| panic!("no cookie in {}", self.head));
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

/// Makes a request of its own connection.
pub async fn request(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    request_text(address, method, path, headers, body.map(Value::to_string).as_deref()).await
}

/// The same with a body that is said to be JSON where the headers say nothing else, and may not be.
pub async fn request_text(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Answer {
    send(address, method, path, headers, body.map(str::as_bytes)).await
}

/// The same with bytes that are anything.
pub async fn request_bytes(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let headers = [headers, &[("Content-Type", "application/octet-stream")]].concat();
    send(address, method, path, &headers, Some(body)).await
}

async fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if let Some(body) = body {
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            text += "Content-Type: application/json\r\n";
        }
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    text += "\r\n";
    let whole = [text.as_bytes(), body.unwrap_or_default()].concat();
    let answer = async { exchange(TcpStream::connect(address).await.ok()?, &whole).await };
    in_time(path, answer).await.expect("the server answers")
}

/// Makes a request from another address of this machine, such as `127.0.0.2`.
pub async fn request_from(source: &str, address: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{source}:0").parse().expect("an address")).expect("an address of this machine");
    let stream = in_time(path, socket.connect(address.parse().expect("an address"))).await.expect("the server accepts");
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    let about = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    in_time(path, exchange(stream, [head, about, body].concat().as_bytes())).await.expect("the server answers")
}

/// Posts JSON to a server that may be gone.
pub async fn try_post(address: &str, path: &str, body: &Value) -> Option<Answer> {
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    let about = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    let whole = [head, about, body].concat();
    in_time(path, async { exchange(TcpStream::connect(address).await.ok()?, whole.as_bytes()).await }).await
}

/// `None`: no whole answer came.
async fn exchange(mut stream: TcpStream, request: &[u8]) -> Option<Answer> {
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok())?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body) } else { body.to_owned() };
    Some(Answer { status, head: head.to_owned(), body })
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        if size == 0 {
            break;
        }
        whole += &rest[..size];
        body = &rest[size + 2..];
    }
    whole
}
