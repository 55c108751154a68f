//! A program of somebody else's that takes what is posted to it, and answers as the test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::in_time;

/// A receiver of webhooks.
pub struct Receiver {
    /// Where it listens: `127.0.0.1:PORT`.
    pub address: String,
    answers: Arc<Mutex<VecDeque<u16>>>,
    posted: mpsc::UnboundedReceiver<Delivery>,
}

/// Something that was posted to it.
#[derive(Debug)]
pub struct Delivery {
    /// The head, as sent.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Delivery {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next();
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// What was said.
    pub fn said(&self) -> String {
        self.json()["data"]["message"]["body"].as_str().expect("a message").to_owned()
    }
}

impl Receiver {
    /// A receiver that answers 204.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let (taken, posted) = mpsc::unbounded_channel();
        let scripted = Arc::clone(&answers);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Some(delivery) = answer(stream, &scripted).await else { continue };
                if taken.send(delivery).is_err() {
                    return;
                }
            }
        });
        Self { address, answers, posted }
    }

    /// The next requests are answered with these, one each.
    pub fn answers(&self, statuses: &[u16]) {
        self.answers.lock().expect("nobody panicked").extend(statuses);
    }

    /// From now on everything is taken.
    pub fn is_well(&self) {
        self.answers.lock().expect("nobody panicked").clear();
    }

    /// What is posted next.
    pub async fn gets(&mut self) -> Delivery {
        in_time("a delivery", self.posted.recv()).await.expect("the receiver runs")
    }

    /// The texts of the next deliveries.
    pub async fn gets_said(&mut self, count: usize) -> Vec<String> {
        let mut said = Vec::new();
        for _ in 0..count {
            said.push(self.gets().await.said());
        }
        said
    }
}

async fn answer(mut stream: TcpStream, answers: &Mutex<VecDeque<u16>>) -> Option<Delivery> {
    let mut read = Vec::new();
    let delivery = loop {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let delivery = Delivery { head: head.to_owned(), body: body.to_owned() };
        if body.len() >= delivery.header("content-length").parse().expect("a length") {
            break delivery;
        }
    };
    let status = answers.lock().expect("nobody panicked").pop_front().unwrap_or(204);
    let answer = format!("HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    Some(delivery)
}
